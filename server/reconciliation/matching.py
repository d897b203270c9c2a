"""Batches of queries: which things the names mean, with the properties that decide between them."""

from collections.abc import Mapping
from typing import Any

from kg.errors import InputError
from server.directory import Directory, Kind, Match, Wanted, find_kind, find_property
from server.reconciliation.wire import read_number, refuse_large, tell_types

_CANDIDATES, _MOST_CANDIDATES = 10, 100


def reconcile(directory: Directory, batch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the candidates of each query of a batch."""
    refuse_large(len(batch), "queries")
    return {key: {"result": _candidates(directory, query, key)} for key, query in batch.items()}


def _candidates(directory: Directory, query: object, key: str) -> list[dict[str, Any]]:
    if not isinstance(query, dict):
        raise InputError("a query is an object", where=f"queries.{key}", remedy='send {"query": "…"}')
    text, properties = query.get("query", ""), query.get("properties", [])
    if not isinstance(text, str) or not isinstance(properties, list):
        raise InputError("«query» is a text and «properties» an array", where=f"queries.{key}")
    if "query" not in query and not properties:
        raise InputError("a query has a «query» or «properties»", where=f"queries.{key}")
    limit = read_number(query.get("limit"), _CANDIDATES, f"queries.{key}.limit")
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
        "type": tell_types(thing),
        "features": [{"id": name, "value": value} for name, value in sorted(match.features.items())],
    }
