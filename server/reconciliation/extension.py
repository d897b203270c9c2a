"""Data extension: what is known of things, as columns for somebody's table."""

from collections.abc import Mapping
from typing import Any

from kg.errors import InputError
from kg.matching import Known
from server.directory import Directory, find_kind, find_property
from server.reconciliation.wire import name_row, read_number, refuse_large


def extend(directory: Directory, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of an extension: the values of each property that is asked of each thing."""
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(identifier, str) for identifier in ids):
        raise InputError("«ids» is an array of ids", where="extend.ids")
    if not isinstance(properties, list) or not all(
        isinstance(row, dict) and isinstance(row.get("id"), str) for row in properties
    ):
        raise InputError("«properties» is an array of objects with an «id»", where="extend.properties")
    refuse_large(max(len(ids), len(properties)), "extend")
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
    limit = read_number(settings.get("limit") if isinstance(settings, dict) else None, 0, "extend.properties.limit")
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
    return name_row(property_) | ({"type": {"id": kind.id, "name": kind.name}} if kind is not None else {})
