"""The map of relations: who stands for and against whom, as a picture and as a table."""

from dataclasses import dataclass, field

from flask import Blueprint, Response, jsonify, request

from kg.errors import QueryError
from kg.graph.query_text import Term
from server import relation_queries
from server.dates import write_date
from server.languages import Language
from server.pages.explore import refuse
from server.reader import DIP, Names, Reader
from server.site import Site
from server.statement_filter import read_day, read_thing
from server.takeaway import Listing, declare, give_data
from server.views import pair_address, show

_MOST = 60
_STOOD = {"positive": "dip:totalFor", "negative": "dip:totalAgainst"}


@dataclass(slots=True)
class Relation:
    """That a side stood for or against a target, in how many articles of each month."""

    side: str
    target: str
    polarity: str
    count: int
    months: dict[str, int] = field(default_factory=dict)


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the pages to the blueprint."""
    reader = Reader(site)

    @blueprint.route("/<any(fa, en):language>/map")
    def relation_map(language: Language) -> Response:
        typed = request.args
        try:
            focus = read_thing(typed.get("focus", ""), reader)
            first, last = ((read_day(typed.get(name, ""), name, reader) or "")[:7] for name in ("from", "until"))
        except QueryError as problem:
            return refuse(site, reader, "map.html", language, problem, relations=[], months=[], focus=None)
        sign = typed.get("sign", "")
        least = max(1, typed.get("least", 1, type=int))
        query = relations_query(focus, first, last, sign, least)
        listing = Listing(declare(query), declare(relation_queries.RELATIONS_DATA))
        wants_picture = typed.get("format") == "picture"
        if not wants_picture and (data := give_data(site, listing)) is not None:
            return data
        relations = [
            Relation(
                row["side"].value,
                row["target"].value,
                "positive" if row["polarity"].value == DIP + "positive" else "negative",
                int(row["articles"].value),
            )
            for row in reader.ask(query)
        ]
        names = reader.names(
            [iri for relation in relations for iri in (relation.side, relation.target)] + [focus], language
        )
        months = _add_months(reader, relations)
        if wants_picture:
            return jsonify(_to_picture(site, language, relations, names, months, focus))
        return show(
            site,
            "map.html",
            language,
            names=names,
            listing=listing,
            typed=typed,
            focus=focus,
            least=least,
            sign=sign,
            relations=relations,
            months=[write_date(month, language) for month in months],
            most=_MOST,
            problem=None,
        )


def relations_query(focus: str | None, first: str, last: str, sign: str, least: int) -> str:
    """Return the query for the most frequent relations: of all time by the totals, else by the summaries of months."""
    signs = [sign] if sign in _STOOD else list(_STOOD)
    if not (focus or first or last):
        stood = " ".join(f"({_STOOD[name]} dip:{name})" for name in signs)
        return relation_queries.RELATIONS % {"stood": stood, "least": least, "limit": _MOST}
    conditions = []
    if focus:
        iri = Term("uri", focus).as_sparql()
        conditions.append(f"FILTER (?side = {iri} || ?target = {iri})")
    if first or last:
        conditions.append("?summary dip:summaryMonth ?month .")
    if first:
        conditions.append(f'FILTER (STR(?month) >= "{first}")')
    if last:
        conditions.append(f'FILTER (STR(?month) <= "{last}")')
    if sign in _STOOD:
        conditions.append(f"FILTER (?polarity = dip:{sign})")
    where = "\n  ".join(conditions)
    return relation_queries.RELATIONS_IN_PART % {"where": where, "least": least, "limit": _MOST}


def _add_months(reader: Reader, relations: list[Relation]) -> list[str]:
    """Look up in which months the relations stand; return all of these."""
    by_key = {(relation.side, relation.target, relation.polarity): relation for relation in relations}
    sides = [Term("uri", side) for side in sorted({relation.side for relation in relations})]
    if sides:
        for row in reader.ask(relation_queries.RELATION_MONTHS, side=sides):
            polarity = "positive" if row["polarity"].value == DIP + "positive" else "negative"
            relation = by_key.get((row["side"].value, row["target"].value, polarity))
            if relation is not None:
                relation.months[row["month"].value] = int(row["articles"].value)
    return sorted({month for relation in relations for month in relation.months})


def _to_picture(
    site: Site, language: Language, relations: list[Relation], names: Names, months: list[str], focus: str | None
) -> dict[str, object]:
    sizes: dict[str, int] = {}
    for relation in relations:
        for iri in (relation.side, relation.target):
            sizes[iri] = sizes.get(iri, 0) + relation.count
    at = {month: number for number, month in enumerate(months)}
    return {
        "nodes": [
            {
                "id": iri,
                "label": names(iri),
                "size": size,
                "kind": iri.removeprefix(site.base).partition("/")[0],
                "address": site.page_address(iri, language),
            }
            for iri, size in sorted(sizes.items())
        ],
        "edges": [
            {
                "source": relation.side,
                "target": relation.target,
                "polarity": relation.polarity,
                "count": relation.count,
                "total": relation.count,
                "months": [[at[month], count] for month, count in sorted(relation.months.items())],
                "address": pair_address(site, language, relation.side, relation.target),
            }
            for relation in relations
        ],
        "months": months,
        "focus": focus,
    }
