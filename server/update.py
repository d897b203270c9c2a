"""The SPARQL 1.1 Protocol's update operation at /update, behind the operator's token.

References:
    https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from kg.errors import QueryError
from kg.graph.update_text import find_loads, read_update, with_dataset
from kg.graph.writing import Update
from ontology import PREFIXES
from server.authorisation import require_token
from server.errors import UnsupportedMediaType
from server.federation import Gateway
from server.parameters import FORM, decode, read_parameters
from server.sharing import share
from server.site import Site

UPDATE = "application/sparql-update"


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """What a request changes, whichever way it was sent.

    Attributes:
        update: The update's text.
        using: ``using-graph-uri`` parameters.
        using_named: ``using-named-graph-uri`` parameters.
    """

    update: str
    using: tuple[str, ...]
    using_named: tuple[str, ...]


def read_request(
    media_type: str, arguments: MultiDict[str, str], form: MultiDict[str, str], body: bytes
) -> UpdateRequest:
    """Read a protocol request; pure.

    Args:
        media_type: Of the body, without parameters.
        arguments: The address's parameters.
        form: The body's, when it is a form.
        body: The body, when it is an update.

    Raises:
        QueryError: When there is no update, or several, or a query.
        InputError: When the update is not UTF-8.
        UnsupportedMediaType: When the body is of another kind.
    """
    if media_type == FORM:
        updates = form.getlist("update")
        if not updates:
            raise QueryError("the form has no update", where="update", remedy="send update=…")
        if len(updates) > 1:
            raise QueryError("there is more than one update", where="update", remedy="divide operations by «;»")
        text = updates[0]
    elif media_type == UPDATE:
        text = decode(body, "update")
    else:
        raise UnsupportedMediaType(
            f"a body of type {media_type or 'unknown'} is not read here",
            where="Content-Type",
            remedy=f"send {FORM} or {UPDATE}",
        )
    if "query" in form or "query" in arguments:
        raise QueryError("this address takes updates and answers no query", where="query", remedy="ask /sparql")
    if "update" in arguments:
        raise QueryError("an update is sent in the body", where="update", remedy="leave it out of the address")
    named = [*arguments.getlist("using-named-graph-uri"), *form.getlist("using-named-graph-uri")]
    using = [*arguments.getlist("using-graph-uri"), *form.getlist("using-graph-uri")]
    return UpdateRequest(text, tuple(using), tuple(named))


def update_blueprint(site: Site, gateway: Gateway) -> Blueprint:
    """Return the address that changes a site's store."""
    blueprint = Blueprint("update", __name__)

    @blueprint.route("/update", methods=["POST"])
    def update() -> Response:
        require_token(site)
        is_form = request.mimetype == FORM
        body = request.get_data(cache=False)
        asked = read_request(
            request.mimetype,
            read_parameters(request.query_string),
            read_parameters(body) if is_form else MultiDict(),
            body,
        )
        text = gateway.resolve_update(asked.update, request.base_url)
        text = with_dataset(text, read_update(text), asked.using, asked.using_named)
        loads = find_loads(text, read_update(text), PREFIXES, request.base_url)
        site.write(Update(text, request.base_url, tuple(zip(loads, gateway.fetch(loads), strict=True))))
        return Response(status=204)

    @blueprint.after_request
    def open_to_pages(response: Response) -> Response:
        return share(site, response, ["POST"])

    return blueprint
