"""The Reconciliation Service API 0.2 at /reconcile: which of our things the names in somebody's table mean.

Works from OpenRefine: manifest, query batches, suggestions with fly-outs, previews, data extension. Any site's page may
ask (CORS); JSONP for old clients.

References:
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from flask import Blueprint, Response, request

from kg.errors import InputError
from kg.matching import Known
from server.directory import (
    KINDS,
    PROPERTIES,
    Directories,
    Kind,
    Property,
    find_kind,
    find_property,
    properties_of,
)
from server.errors import NotFound
from server.languages import DIRECTIONS, readers_language
from server.parameters import FORM, read_parameters
from server.reconciliation.extension import extend
from server.reconciliation.manifest import manifest
from server.reconciliation.matching import reconcile
from server.reconciliation.suggestions import begins, describe, suggest_things
from server.reconciliation.wire import answer, name_row, read_cursor, read_number, read_object
from server.sharing import share
from server.site import Site

_SUGGESTIONS = 20
_FRAMED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *"


def reconciliation_blueprint(site: Site) -> Blueprint:
    """Return the addresses of the service."""
    blueprint = Blueprint("reconciliation", __name__, url_prefix="/reconcile")
    directories = Directories(site)

    @blueprint.route("", methods=["GET", "POST", "OPTIONS"])
    def service() -> Response:
        if request.method == "OPTIONS":
            return share(site, Response(status=204), ("GET", "POST"))
        parameters = read_parameters(request.query_string)
        if request.method == "POST" and request.mimetype == FORM:
            parameters.update(read_parameters(request.get_data()))
        if "queries" in parameters:
            batch = read_object(parameters["queries"], "queries")
            return answer(site, reconcile(directories.current(), batch))
        if "extend" in parameters:
            return answer(site, extend(directories.current(), read_object(parameters["extend"], "extend")))
        if request.method == "POST":
            raise InputError("there is neither «queries» nor «extend»", where="body", remedy=f"send a form ({FORM})")
        return answer(site, manifest(site, request.host_url.rstrip("/")))

    @blueprint.route("/suggest/<any(entity, type, property):what>")
    def suggest(what: str) -> Response:
        prefix, first = request.args.get("prefix", "").strip(), read_cursor(request.args.get("cursor"))
        if not prefix:
            raise InputError("nothing is asked for", where="prefix", remedy="add prefix=…")
        if what == "entity":
            found = suggest_things(directories.current(), prefix, request.args.getlist("type"))
        else:
            rows: Sequence[Kind | Property] = KINDS if what == "type" else PROPERTIES
            found = [name_row(row) for row in rows if begins(row, prefix)]
        return answer(site, {"result": found[first : first + _SUGGESTIONS]})

    @blueprint.route("/flyout/<any(entity, type, property):what>")
    def flyout(what: str) -> Response:
        identifier = request.args.get("id", "")
        row: Known | Kind | Property | None
        if what == "entity":
            row = directories.current().index.with_id(identifier)
        else:
            row = find_kind(identifier) if what == "type" else find_property(identifier)
        if row is None:
            raise NotFound(f"there is no {what} of this id", where=identifier or "id")
        if isinstance(row, Known):
            html = describe(directories.current(), row, readers_language())
        else:
            html = f"<p><b>{escape(row.name)}</b> · <span lang='fa' dir='rtl'>{escape(row.name_fa)}</span></p>"
        return answer(site, {"id": identifier, "html": html})

    @blueprint.route("/preview")
    def preview() -> Response:
        directory, language = directories.current(), readers_language()
        thing = directory.index.with_id(request.args.get("id", ""))
        if thing is None:
            raise NotFound("there is nothing of this id", where=request.args.get("id") or "id")
        body = describe(directory, thing, language)
        page = (
            f'<!doctype html><html lang="{language}" dir="{DIRECTIONS[language]}"><meta charset="utf-8">'
            f'<title>{escape(thing.name)}</title><body style="font: 14px sans-serif; margin: 8px">{body}\n'
        )
        response = Response(page, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = _FRAMED
        return response

    @blueprint.route("/properties")
    def propose() -> Response:
        told = request.args.get("type", "")
        kind = find_kind(told) if told else None
        rows = properties_of(kind) if kind is not None or not told else []
        limit = read_number(request.args.get("limit"), len(rows), "limit")
        told_properties: dict[str, Any] = {"properties": [name_row(row) for row in rows[:limit]]}
        return answer(site, told_properties | ({"type": told} if told else {}) | {"limit": limit})

    return blueprint
