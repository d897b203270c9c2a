"""Requests as clients write them, and answers as they read them: JSON, JSONP for old ones."""

import json
import re
from typing import Any

from flask import Response, request

from kg.errors import InputError
from kg.matching import Known
from server.directory import Kind, Property, find_kind, kind_of
from server.errors import ContentTooLarge
from server.sharing import share
from server.site import Site

BATCH_SIZE = 1000
"""Queries that one batch may have; things and properties that one extension may ask for."""

_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")


def name_row(row: Kind | Property) -> dict[str, Any]:
    """Return a type or a property as the API names it."""
    return {"id": row.id, "name": row.name, "description": row.name_fa}


def tell_type(kind: Kind) -> dict[str, Any]:
    """Return a type with the types above it."""
    broader = find_kind(kind.broader) if kind.broader else None
    return {"id": kind.id, "name": kind.name} | ({"broader": [tell_type(broader)]} if broader is not None else {})


def tell_types(thing: Known) -> list[dict[str, Any]]:
    """Return the types of a thing."""
    kind = kind_of(thing.id)
    return [{"id": kind.id, "name": kind.name}] if kind is not None else []


def read_object(text: str, where: str) -> dict[str, Any]:
    """Return the JSON object that a parameter holds.

    Raises:
        InputError: When it is none.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"no JSON ({error})", where=where, remedy="send one JSON object") from error
    if not isinstance(value, dict):
        raise InputError("the JSON is no object", where=where, remedy='send {"q0": {"query": "…"}}')
    return value


def read_number(value: object, default: int, where: str) -> int:
    """Return a number that a client sends as one or as a text; not below zero."""
    if value is None or value == "":
        return default
    try:
        number = int(float(str(value)))
    except (ValueError, OverflowError) as error:
        raise InputError(f"{value!r} is no number", where=where) from error
    return max(0, number)


def read_cursor(told: str | None) -> int:
    """Return where a list of suggestions begins."""
    return read_number(told, 0, "cursor")


def refuse_large(size: int, where: str) -> None:
    """Refuse a batch that is too large.

    Raises:
        ContentTooLarge: When it is.
    """
    if size > BATCH_SIZE:
        raise ContentTooLarge(
            f"{size} are more than one request may ask for ({BATCH_SIZE})", where=where, remedy="send several batches"
        )


def answer(site: Site, value: object) -> Response:
    """Return an answer as JSON, or as a script where the client names a function.

    Raises:
        InputError: When that is no name of a function.
    """
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
