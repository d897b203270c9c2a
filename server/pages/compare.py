"""Two actors, or two outlets, side by side on what both speak of."""

from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, Response, request

from kg.errors import QueryError
from kg.graph.query_text import Term
from kg.query import UnknownName
from server import relation_queries
from server.languages import Language
from server.pages.explore import refuse
from server.reader import DIP, Reader
from server.site import Site
from server.statement_filter import read_outlet, read_thing
from server.takeaway import Listing, declare, give_data
from server.views import show

_POSITIVE = DIP + "inFavourOf"


@dataclass(frozen=True, slots=True)
class Shared:
    """One target, and in how many articles each of the two stood for and against it."""

    target: str
    counts: tuple[tuple[int, int], tuple[int, int]]

    @property
    def verdict(self) -> str:
        """Whether the two agree: «agree», «differ» or «mixed»."""
        # One sign must be twice as frequent as the other to be a position.
        signs = [1 if up >= 2 * down else -1 if down >= 2 * up else 0 for up, down in self.counts]
        return "mixed" if 0 in signs else "agree" if signs[0] == signs[1] else "differ"


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the pages to the blueprint."""
    reader = Reader(site)

    @blueprint.route("/<any(fa, en):language>/compare")
    def compare(language: Language) -> Response:
        typed = {name: request.args.get(name, "").strip() for name in ("first", "second")}
        try:
            first, second = _read_two(tuple(typed.values()), reader)
        except QueryError as problem:
            return refuse(site, reader, "compare.html", language, problem, rows=[], two=None, acts=[])
        if first is None or second is None:
            return show(site, "compare.html", language, typed=typed, rows=[], two=None, acts=[], problem=None)
        two = Term("uri", first), Term("uri", second)
        is_outlet = reader.is_outlet(first) and reader.is_outlet(second)
        whose = relation_queries.OF_OUTLET if is_outlet else relation_queries.OF_ACTOR
        query = (
            (relation_queries.COMPARE % {"whose": whose})
            .replace("?one", two[0].as_sparql())
            .replace("?two", two[1].as_sparql())
        )
        listing = Listing(
            declare(query),
            declare(
                (relation_queries.COMPARE_DATA % {"whose": whose})
                .replace("?one", two[0].as_sparql())
                .replace("?two", two[1].as_sparql())
            ),
        )
        if (data := give_data(site, listing)) is not None:
            return data
        counts: dict[str, dict[str, list[int]]] = {}
        for row in reader.ask(query):
            of = counts.setdefault(row["target"].value, {first: [0, 0], second: [0, 0]})
            of[row["who"].value][row["toward"].value != _POSITIVE] += int(row["articles"].value)
        rows = [
            Shared(target, ((of[first][0], of[first][1]), (of[second][0], of[second][1])))
            for target, of in counts.items()
            if any(of[first]) and any(of[second])
        ]
        rows.sort(key=lambda row: (-sum(map(sum, row.counts)), row.target))
        acts: dict[str, dict[str, int]] = {}
        acts_query = relation_queries.COMPARE_ACTS % {"whose": whose.replace("?who", "?which")}
        for which in two:
            for row in reader.ask(acts_query, which=which):
                acts.setdefault(row["act"].value, {})[which.value] = int(row["statements"].value)
        return show(
            site,
            "compare.html",
            language,
            names=reader.names([first, second, *counts, *acts], language),
            listing=listing,
            typed=typed,
            two=(first, second),
            is_outlet=is_outlet,
            rows=rows[:100],
            acts=sorted(acts.items(), key=lambda pair: -sum(pair[1].values())),
            most=max((count for of in acts.values() for count in of.values()), default=1),
            problem=None,
        )


def _read_two(names: tuple[str, ...], reader: Reader) -> list[str | None]:
    """Return what two names mean: what publishes here where both can be that, else what is called so anywhere.

    Raises:
        QueryError: When a name fits nothing, or several things.
    """
    if all(_may_publish(name, reader) for name in names):
        with suppress(UnknownName):
            outlets = [read_outlet(name, reader) for name in names]
            if all(outlet and reader.is_outlet(outlet) for outlet in outlets):
                return outlets
    return [read_thing(name, reader) for name in names]


def _may_publish(name: str, reader: Reader) -> bool:
    try:
        found = read_thing(name, reader)
    except UnknownName:
        return True
    return found is not None and found.startswith(reader.base + "organization/")
