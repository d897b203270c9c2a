"""Every error in one shape: an object for programs, a page in the reader's language for people."""

import json
import logging
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kg.errors import MavazeError
from server.framing import frame
from server.languages import readers_language
from server.negotiation import wants_page

_REMEDIES = {
    404: "start from / or ask /sparql",
    405: "use a method of the Allow header",
    413: "send less (BODY_LIMIT)",
    415: "send application/x-www-form-urlencoded or application/sparql-query",
}
_log = logging.getLogger("mavaze.server")


class NotFound(MavazeError):
    """There is no such thing here."""

    status = HTTPStatus.NOT_FOUND


class NotAcceptable(MavazeError):
    """No format of ours fits the Accept header."""

    status = HTTPStatus.NOT_ACCEPTABLE


class UnsupportedMediaType(MavazeError):
    """The body is of a kind that the address does not read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class ContentTooLarge(MavazeError):
    """The body, or the query in it, is larger than it may be."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def nothing_here(path: str) -> NotFound:
    """Return the error for a thing that the graph does not know."""
    return NotFound("there is nothing of this name in the graph", where=path, remedy="start from /, or search there")


def install_error_handlers(app: Flask) -> None:
    """Let every error of the app end in the one shape."""

    @app.errorhandler(MavazeError)
    def known(error: MavazeError) -> Response:
        response = _show(error.status, error.what, error.where, error.remedy)
        if retry_after := getattr(error, "retry_after", None):
            response.headers["Retry-After"] = str(retry_after)
        if error.status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = 'Bearer realm="mavaze"'
        return response

    @app.errorhandler(HTTPException)
    def protocol(error: HTTPException) -> Response:
        status = HTTPStatus(error.code or 500)
        response = _show(status, status.phrase.lower(), request.path, _REMEDIES.get(status.value))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> Response:
        _log.error("request to %s failed", request.path, exc_info=error)
        return _show(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "the server made a mistake",
            request.path,
            "try again; if it stays, tell the operator, whose log has the details",
        )


def _show(status: HTTPStatus, what: str, where: str | None, remedy: str | None) -> Response:
    if wants_page(request.headers.get("Accept", "*/*")):
        language = readers_language()
        page = render_template(
            "error.html", **frame(language), status=status.value, what=what, where=where, remedy=remedy
        )
        return make_response(page, status.value)
    body = json.dumps({"error": what, "where": where, "remedy": remedy}, ensure_ascii=False)
    response = Response(body + "\n", status=status.value, content_type="application/json; charset=utf-8")
    if request.path == "/sparql":
        response.headers["Vary"] = "Accept"
    return response
