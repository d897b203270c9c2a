"""Suggestions while one types, and what a thing is in a few lines."""

from collections.abc import Sequence
from html import escape
from itertools import islice
from typing import Any

from kg.matching import Known
from server.directory import Directory, Kind, Property, find_kind, kind_of
from server.languages import Language
from server.reconciliation.wire import tell_types

_MOST_BEGUN = 2000


def suggest_things(directory: Directory, prefix: str, types: Sequence[str]) -> list[dict[str, Any]]:
    """Return the things whose names begin so, those most spoken of first, and then those of like names."""
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
            "notable": tell_types(candidate.thing),
        }
        for candidate in found
    ]


def begins(row: Kind | Property, prefix: str) -> bool:
    """Whether a type or a property may be meant by a beginning."""
    words = [row.id, row.name, row.name_fa, *row.name.split()]
    return any(word.casefold().startswith(prefix.casefold()) for word in words)


def describe(directory: Directory, thing: Known, language: Language) -> str:
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
