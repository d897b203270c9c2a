"""The Reconciliation Service API 0.2 at /reconcile: which of our things the names in somebody's table mean.

Works from OpenRefine: manifest, query batches, suggestions with fly-outs, previews, data extension. Any site's page may
ask (CORS); JSONP for old clients.

References:
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.metadata import version
from itertools import islice
from typing import Any

from flask import Blueprint, Response, request

from kg.errors import InputError
from kg.matching import Known
from ontology import PREFIXES
from server.directory import (
    KINDS,
    PROPERTIES,
    Directories,
    Directory,
    Kind,
    Match,
    Property,
    Wanted,
    find_kind,
    find_property,
    kind_of,
    properties_of,
)
from server.errors import ContentTooLarge, NotFound
from server.languages import DIRECTIONS, Language, readers_language
from server.parameters import FORM, read_parameters
from server.sharing import share
from server.site import Site

BATCH_SIZE = 1000
"""Queries that one batch may have; things and properties that one extension may ask for."""

_CANDIDATES, _MOST_CANDIDATES = 10, 100
_SUGGESTIONS = 20
_MOST_BEGUN = 2000
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_PREVIEW_WIDTH, _PREVIEW_HEIGHT = 400, 120
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
            batch = _object(parameters["queries"], "queries")
            return _answer(site, _reconcile(directories.current(), batch))
        if "extend" in parameters:
            return _answer(site, _extend(directories.current(), _object(parameters["extend"], "extend")))
        if request.method == "POST":
            raise InputError("there is neither «queries» nor «extend»", where="body", remedy=f"send a form ({FORM})")
        return _answer(site, manifest(site, request.host_url.rstrip("/")))

    @blueprint.route("/suggest/<any(entity, type, property):what>")
    def suggest(what: str) -> Response:
        prefix, first = request.args.get("prefix", "").strip(), _cursor(request.args.get("cursor"))
        if not prefix:
            raise InputError("nothing is asked for", where="prefix", remedy="add prefix=…")
        if what == "entity":
            found = _suggest_things(directories.current(), prefix, request.args.getlist("type"))
        else:
            rows: Sequence[Kind | Property] = KINDS if what == "type" else PROPERTIES
            found = [_named(row) for row in rows if _begins(row, prefix)]
        return _answer(site, {"result": found[first : first + _SUGGESTIONS]})

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
            html = _describe(directories.current(), row, readers_language())
        else:
            html = f"<p><b>{escape(row.name)}</b> · <span lang='fa' dir='rtl'>{escape(row.name_fa)}</span></p>"
        return _answer(site, {"id": identifier, "html": html})

    @blueprint.route("/preview")
    def preview() -> Response:
        directory, language = directories.current(), readers_language()
        thing = directory.index.with_id(request.args.get("id", ""))
        if thing is None:
            raise NotFound("there is nothing of this id", where=request.args.get("id") or "id")
        body = _describe(directory, thing, language)
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
        limit = _number(request.args.get("limit"), len(rows), "limit")
        answer: dict[str, Any] = {"properties": [_named(row) for row in rows[:limit]]}
        return _answer(site, answer | ({"type": told} if told else {}) | {"limit": limit})

    return blueprint


def manifest(site: Site, root: str) -> dict[str, Any]:
    """Return what the service can do.

    Args:
        site: The server's.
        root: Where the server is found.
    """
    service = f"{root}/reconcile"
    return {
        "versions": ["0.2"],
        "name": "Mavaze · مواضع",
        "identifierSpace": site.base,
        "schemaSpace": PREFIXES["dip"],
        "documentation": f"{root}/",
        "serviceVersion": version("mavaze"),
        "defaultTypes": [_type(kind) for kind in KINDS],
        "view": {"url": f"{root}/id/{{{{id}}}}"},
        "preview": {
            "url": f"{service}/preview?id={{{{id}}}}",
            "width": _PREVIEW_WIDTH,
            "height": _PREVIEW_HEIGHT,
        },
        "suggest": {
            what: {
                "service_url": service,
                "service_path": f"/suggest/{what}",
                "flyout_service_path": f"/flyout/{what}?id=${{id}}",
            }
            for what in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "Values for each thing at most; 0 for all.",
                }
            ],
        },
        "batchSize": BATCH_SIZE,
    }


# ── Queries ──────────────────────────────────────────────────────────────────────────────────────


def _reconcile(directory: Directory, batch: Mapping[str, Any]) -> dict[str, Any]:
    _refuse_large(len(batch), "queries")
    return {key: {"result": _candidates(directory, query, key)} for key, query in batch.items()}


def _candidates(directory: Directory, query: object, key: str) -> list[dict[str, Any]]:
    if not isinstance(query, dict):
        raise InputError("a query is an object", where=f"queries.{key}", remedy='send {"query": "…"}')
    text, properties = query.get("query", ""), query.get("properties", [])
    if not isinstance(text, str) or not isinstance(properties, list):
        raise InputError("«query» is a text and «properties» an array", where=f"queries.{key}")
    if "query" not in query and not properties:
        raise InputError("a query has a «query» or «properties»", where=f"queries.{key}")
    limit = _number(query.get("limit"), _CANDIDATES, f"queries.{key}.limit")
    kinds, is_strict = _kinds(query, key)
    if kinds is None:
        return []
    wanted = [_wanted(row, f"queries.{key}.properties") for row in properties]
    told = [want for want in wanted if want is not None]
    found = directory.match(text, kinds if is_strict else [], told, min(limit, _MOST_CANDIDATES))
    return [_candidate(match) for match in found]


def _kinds(query: Mapping[str, Any], key: str) -> tuple[list[Kind] | None, bool]:
    """Return the types that are wanted, or None where nothing can be of them; and whether they must be kept to."""
    told = query.get("type", [])
    names = [told] if isinstance(told, str) else told
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError("«type» is an id or an array of ids", where=f"queries.{key}.type")
    how = query.get("type_strict", "any")
    if how not in ("any", "should", "all"):
        raise InputError("«type_strict» is any, should or all", where=f"queries.{key}.type_strict")
    kinds = [kind for name in names if name and (kind := find_kind(name)) is not None]
    if how == "should" or not any(names):
        return kinds, False
    if not kinds or (how == "all" and len(kinds) < len(names)):
        return None, True
    if how == "all":
        shared = frozenset.intersection(*(kind.paths for kind in kinds))
        return ([Kind("", "", "", shared)] if shared else None), True
    return kinds, True


def _wanted(row: object, where: str) -> Wanted | None:
    """Read what a property is to be; None where we have no such property, which then decides nothing."""
    if not isinstance(row, dict) or not isinstance(row.get("pid"), str) or "v" not in row:
        raise InputError("a property has a «pid» and a «v»", where=where)
    values = row["v"] if isinstance(row["v"], list) else [row["v"]]
    texts = tuple(str(value.get("id") if isinstance(value, dict) else value) for value in values)
    return Wanted(row["pid"], texts) if find_property(row["pid"]) is not None and texts else None


def _candidate(match: Match) -> dict[str, Any]:
    thing = match.candidate.thing
    return {
        "id": thing.id,
        "name": match.candidate.name,
        **({"description": thing.description} if thing.description else {}),
        "score": match.score,
        "match": match.is_match,
        "type": _types(thing),
        "features": [{"id": name, "value": value} for name, value in sorted(match.features.items())],
    }


# ── Data extension ───────────────────────────────────────────────────────────────────────────────


def _extend(directory: Directory, asked: Mapping[str, Any]) -> dict[str, Any]:
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(identifier, str) for identifier in ids):
        raise InputError("«ids» is an array of ids", where="extend.ids")
    if not isinstance(properties, list) or not all(
        isinstance(row, dict) and isinstance(row.get("id"), str) for row in properties
    ):
        raise InputError("«properties» is an array of objects with an «id»", where="extend.properties")
    _refuse_large(max(len(ids), len(properties)), "extend")
    things = {identifier: directory.index.with_id(identifier) for identifier in ids}
    known = directory.with_items([thing for thing in things.values() if thing is not None])
    by_id = {thing.id: thing for thing in known}
    rows = {
        identifier: {
            row["id"]: _cells(directory, by_id[thing.id] if thing is not None else None, row) for row in properties
        }
        for identifier, thing in things.items()
    }
    return {"meta": [_meta(row["id"]) for row in properties], "rows": rows}


def _cells(directory: Directory, thing: Known | None, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    property_ = find_property(asked["id"])
    if thing is None or property_ is None:
        return []
    settings = asked.get("settings")
    limit = _number(settings.get("limit") if isinstance(settings, dict) else None, 0, "extend.properties.limit")
    values = directory.values(thing, property_.id)
    return [_cell(value) for value in (values[:limit] if limit else values)]


def _cell(value: str | int | Known) -> dict[str, Any]:
    if isinstance(value, Known):
        return {"id": value.id, "name": value.name}
    return {"int": value} if isinstance(value, int) else {"str": value}


def _meta(identifier: str) -> dict[str, Any]:
    property_ = find_property(identifier)
    if property_ is None:
        return {"id": identifier, "name": identifier}
    kind = find_kind(property_.value_type) if property_.value_type else None
    return _named(property_) | ({"type": {"id": kind.id, "name": kind.name}} if kind is not None else {})


# ── Suggestions and previews ─────────────────────────────────────────────────────────────────────


def _suggest_things(directory: Directory, prefix: str, types: Sequence[str]) -> list[dict[str, Any]]:
    kinds = [kind for name in types if (kind := find_kind(name)) is not None]
    paths = frozenset(path for kind in kinds for path in kind.paths)
    begun = islice(directory.index.begin(prefix, types=paths), _MOST_BEGUN)
    found = sorted(begun, key=lambda c: (-directory.articles(c.thing.id), -c.score, len(c.name), c.thing.id))
    seen = {candidate.thing.id for candidate in found}
    found += [c for c in directory.index.find(prefix, types=paths) if c.thing.id not in seen]
    return [
        {
            "id": candidate.thing.id,
            "name": candidate.name,
            "description": candidate.thing.description,
            "notable": _types(candidate.thing),
        }
        for candidate in found
    ]


def _begins(row: Kind | Property, prefix: str) -> bool:
    words = [row.id, row.name, row.name_fa, *row.name.split()]
    return any(word.casefold().startswith(prefix.casefold()) for word in words)


def _describe(directory: Directory, thing: Known, language: Language) -> str:
    """Return a few lines about a thing, for a small frame."""
    (thing,) = directory.with_items([thing])
    kind = kind_of(thing.id)
    head = thing.name if language == "fa" else thing.name_en or thing.name
    told = [(kind.name_fa if language == "fa" else kind.name) if kind is not None else ""]
    for name in ("state", "office", "body"):
        values = [value for value in directory.values(thing, name)[-2:] if isinstance(value, Known)]
        told += [value.name if language == "fa" else value.name_en or value.name for value in values]
    lines = [f"<b>{escape(head)}</b>", escape(" · ".join(filter(None, told)))]
    if thing.qid:
        lines.append(f'<a href="https://www.wikidata.org/wiki/{thing.qid}" target="_blank">{thing.qid}</a>')
    return "<br>".join(lines)


def _named(row: Kind | Property) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "description": row.name_fa}


def _type(kind: Kind) -> dict[str, Any]:
    broader = find_kind(kind.broader) if kind.broader else None
    return {"id": kind.id, "name": kind.name} | ({"broader": [_type(broader)]} if broader is not None else {})


def _types(thing: Known) -> list[dict[str, Any]]:
    kind = kind_of(thing.id)
    return [{"id": kind.id, "name": kind.name}] if kind is not None else []


# ── Requests and answers ─────────────────────────────────────────────────────────────────────────


def _object(text: str, where: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"no JSON ({error})", where=where, remedy="send one JSON object") from error
    if not isinstance(value, dict):
        raise InputError("the JSON is no object", where=where, remedy='send {"q0": {"query": "…"}}')
    return value


def _number(value: object, default: int, where: str) -> int:
    """Return a number that a client sends as one or as a text; not below zero."""
    if value is None or value == "":
        return default
    try:
        number = int(float(str(value)))
    except (ValueError, OverflowError) as error:
        raise InputError(f"{value!r} is no number", where=where) from error
    return max(0, number)


def _cursor(told: str | None) -> int:
    return _number(told, 0, "cursor")


def _refuse_large(size: int, where: str) -> None:
    if size > BATCH_SIZE:
        raise ContentTooLarge(
            f"{size} are more than one request may ask for ({BATCH_SIZE})", where=where, remedy="send several batches"
        )


def _answer(site: Site, value: object) -> Response:
    body = json.dumps(value, ensure_ascii=False)
    if _HALF_A_CHARACTER.search(body):  # in a key that a client made
        body = json.dumps(value)
    callback = request.args.get("callback") if request.method == "GET" else None
    if callback is None:
        return share(site, Response(body + "\n", content_type="application/json; charset=utf-8"), ("GET", "POST"))
    if not _CALLBACK.fullmatch(callback) or len(callback) > BATCH_SIZE:
        raise InputError("the callback is no name of a function", where="callback")
    script = body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return share(
        site, Response(f"/**/{callback}({script});\n", content_type="text/javascript; charset=utf-8"), ("GET",)
    )
