"""Wikidata's items as far as linking needs them, read from the entity API's JSON.

Malformed parts cost themselves: an item of which a claim cannot be read is an item without that claim.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

LANGUAGES = ("fa", "ar", "en")
"""Whose labels count; the Persian one first."""

_QID = re.compile(r"Q[1-9]\d*")
_TIME = re.compile(r"([+-])(\d{4,})-(\d\d)-(\d\d)T")
_DAY, _MONTH = 11, 10


@dataclass(frozen=True, slots=True)
class Term:
    """That somebody held an office.

    Attributes:
        office: The office's item.
        start: The first year, or None.
        end: The last year, or None.
    """

    office: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """One item.

    Attributes:
        qid: Its identifier.
        names: Label and aliases by language, the label first.
        description: What it is, in Persian or English, or None.
        classes: What it is an instance of (P31).
        states: Citizenships and countries (P27, P17).
        terms: Offices held (P39).
        born: Year of birth (P569), or None.
        died: Year of death (P570), or None.
    """

    qid: str
    names: Mapping[str, tuple[str, ...]]
    description: str | None = None
    classes: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    terms: tuple[Term, ...] = ()
    born: int | None = None
    died: int | None = None

    def __str__(self) -> str:
        """Return identifier, name and description, to be shown to a person."""
        name = next((self.names[language][0] for language in LANGUAGES if self.names.get(language)), "")
        told = f": {self.description}" if self.description else ""
        return f"{self.qid} {name}{told}"


def is_qid(text: object) -> bool:
    """Whether a value is an item's identifier.

    Example:
        >>> is_qid("Q794"), is_qid("P31"), is_qid(794)
        (True, False, False)
    """
    return isinstance(text, str) and _QID.fullmatch(text) is not None


def read_item(qid: str, entity: object) -> Item | None:
    """Read one entity of ``wbgetentities``; None where it is missing or no item.

    Example:
        >>> read_item("Q1", {"labels": {"fa": {"value": "کیهان"}}}).names["fa"]
        ('کیهان',)
        >>> read_item("Q2", {"missing": ""}) is None
        True
    """
    if not isinstance(entity, dict) or "missing" in entity or not is_qid(qid):
        return None
    labels, aliases = _dict(entity.get("labels")), _dict(entity.get("aliases"))
    names = {}
    for language in LANGUAGES:
        others = aliases.get(language)
        found = [_text(labels.get(language)), *map(_text, others if isinstance(others, list) else [])]
        names[language] = tuple(dict.fromkeys(filter(None, found)))
    descriptions = _dict(entity.get("descriptions"))
    claims = _dict(entity.get("claims"))
    return Item(
        qid=qid,
        names=names,
        description=_text(descriptions.get("fa")) or _text(descriptions.get("en")),
        classes=frozenset(_items(claims, "P31")),
        states=frozenset([*_items(claims, "P27"), *_items(claims, "P17")]),
        terms=tuple(_terms(claims)),
        born=next(_years(claims, "P569"), None),
        died=next(_years(claims, "P570"), None),
    )


@dataclass(frozen=True, slots=True)
class Days:
    """The days between which a point of time certainly lies, as precise as it is known."""

    first: date
    last: date


def read_time(text: str, precision: int) -> Days | None:
    """Read a time value of Wikidata with its precision (9 a year, 10 a month, 11 a day); None where it is vaguer.

    Example:
        >>> read_time("+2019-02-00T00:00:00Z", 10)
        Days(first=datetime.date(2019, 2, 1), last=datetime.date(2019, 2, 28))
    """
    found = _TIME.match(text)
    if found is None or found[1] == "-" or precision < _MONTH - 1:
        return None
    year, month, day = int(found[2]), int(found[3]), int(found[4])
    try:
        if precision >= _DAY:
            return Days(date(year, month, day), date(year, month, day))
        if precision == _MONTH:
            following = date(year + month // 12, month % 12 + 1, 1)
            return Days(date(year, month, 1), date.fromordinal(following.toordinal() - 1))
        return Days(date(year, 1, 1), date(year, 12, 31))
    except ValueError:
        return None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    text = _dict(value).get("value")
    return text if isinstance(text, str) and text else None


def _statements(claims: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """Yield a property's statements, but those that Wikidata calls outdated or wrong."""
    statements = claims.get(name)
    for statement in statements if isinstance(statements, list) else []:
        if _dict(statement).get("rank") != "deprecated":
            yield _dict(statement)


def _value(snak: object) -> object:
    return _dict(_dict(snak).get("datavalue")).get("value")


def _items(claims: Mapping[str, Any], name: str) -> Iterator[str]:
    for statement in _statements(claims, name):
        qid = _dict(_value(statement.get("mainsnak"))).get("id")
        if is_qid(qid):
            yield str(qid)


def _years(claims: Mapping[str, Any], name: str) -> Iterator[int]:
    for statement in _statements(claims, name):
        if (year := _year(statement.get("mainsnak"))) is not None:
            yield year


def _year(snak: object) -> int | None:
    found = _TIME.match(str(_dict(_value(snak)).get("time")))
    return int(found[2]) if found and found[1] == "+" else None


def _terms(claims: Mapping[str, Any]) -> Iterator[Term]:
    for statement in _statements(claims, "P39"):
        office = _dict(_value(statement.get("mainsnak"))).get("id")
        qualifiers = _dict(statement.get("qualifiers"))
        if is_qid(office):
            yield Term(str(office), _qualifier(qualifiers, "P580"), _qualifier(qualifiers, "P582"))


def _qualifier(qualifiers: Mapping[str, Any], name: str) -> int | None:
    snaks = qualifiers.get(name)
    return _year(snaks[0]) if isinstance(snaks, list) and snaks else None
