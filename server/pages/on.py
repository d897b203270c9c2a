"""What one said about another, in order of time, with the changes of position marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request

from kg.errors import QueryError
from kg.graph.query_text import Term
from server.languages import Language
from server.pages.explore import refuse
from server.pages.home import read_page
from server.pages.things import Bar, latest_bars
from server.reader import DIP, Reader, Solution
from server.site import Site
from server.statement_filter import StatementFilter, read_thing
from server.takeaway import give_data
from server.views import pair_address, show

_A_PAGE = 50
_MOST = 10_000
_MOST_POINTS = 150
"""Statements that stand one by one in the strip; more are counted by month."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A statement in the course of time.

    Attributes:
        statement: Its IRI.
        day: The first day on which it may have been published; empty where that is not known.
        sign: What it conveys toward the target: «for», «against», «both» or nothing.
        has_changed: Whether the position is another than the last one before it.
    """

    statement: str
    day: str
    sign: str
    has_changed: bool


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the page to the blueprint."""
    reader = Reader(site)

    @blueprint.route("/<any(fa, en):language>/on")
    def on(language: Language) -> Response:
        typed = {name: request.args.get(name, "").strip() for name in ("who", "toward")}
        try:
            who, toward = (read_thing(value, reader) for value in typed.values())
        except QueryError as problem:
            return refuse(site, reader, "on.html", language, problem)
        if who is None or toward is None:
            return show(site, "on.html", language, typed=typed, who=None, toward=None, problem=None)
        if {who.removeprefix(site.base), toward.removeprefix(site.base)} != set(typed.values()):
            response = redirect(pair_address(site, language, who, toward))
            assert isinstance(response, Response)
            return response
        chosen = StatementFilter(who=who, toward=toward)
        listing = chosen.listing(language)
        if (data := give_data(site, listing)) is not None:
            return data
        moments = mark_changes(reader.ask(_course(chosen, toward)))
        page = read_page()
        # The newest page first; within it, in order of time.
        end = max(0, len(moments) - (page - 1) * _A_PAGE)
        shown = moments[max(0, end - _A_PAGE) : end]
        statements = reader.statements_of([moment.statement for moment in shown])
        names = reader.names([iri for view in statements for iri in view.iris()] + [who, toward], language)
        return show(
            site,
            "on.html",
            language,
            names=names,
            listing=listing,
            typed={"who": names(who), "toward": names(toward)},
            who=who,
            toward=toward,
            all=moments,
            months=count_months(moments) if len(moments) > _MOST_POINTS else [],
            statements=list(zip(shown, statements, strict=True)),
            page=page,
            has_more=end > _A_PAGE,
            problem=None,
        )


def count_months(moments: Sequence[Moment]) -> list[Bar]:
    """Return how many statements of each month stand for and against, of the latest months that have any."""
    counts: dict[str, list[int]] = {}
    for moment in moments:
        if moment.day and moment.sign:
            count = counts.setdefault(moment.day[:7], [0, 0])
            count[0] += moment.sign in ("for", "both")
            count[1] += moment.sign in ("against", "both")
    return latest_bars(counts)


def _course(chosen: StatementFilter, toward: str) -> str:
    """Return the query for the statements of a filter in order of time, with their signs toward a target."""
    return (
        f"SELECT DISTINCT ?statement ?earliest ?toward WHERE {{\n    {chosen.patterns()}\n"
        "    OPTIONAL { ?article dip:earliest ?earliest }\n"
        f"    OPTIONAL {{ ?statement dip:conveys ?stance . ?stance ?toward {Term('uri', toward).as_sparql()} "
        "FILTER (?toward IN (dip:inFavourOf, dip:against)) }\n"
        f"  }} ORDER BY ?earliest ?statement ?toward LIMIT {_MOST}"
    )


def mark_changes(rows: Sequence[Solution]) -> list[Moment]:
    """Tell each statement's sign, and where it is another than the last one before it.

    Args:
        rows: In order of time, of each statement one after another: ``statement``, and where known ``earliest`` and
            ``toward``.
    """
    signs: dict[str, set[str]] = {}
    days: dict[str, str] = {}
    for row in rows:
        statement = row["statement"].value
        days.setdefault(statement, row["earliest"].value if "earliest" in row else "")
        signs.setdefault(statement, set()).update({row["toward"].value} if "toward" in row else ())
    moments, last = [], ""
    for statement, found in signs.items():
        sign = "both" if len(found) == 2 else "for" if DIP + "inFavourOf" in found else "against" if found else ""
        moments.append(Moment(statement, days[statement], sign, bool(sign and last and sign != last)))
        last = sign or last
    return moments
