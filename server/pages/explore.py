"""Statements by facets."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from kg.errors import MavazeError, QueryError
from kg.query import AmbiguousName, UnknownName
from ontology import PREFIXES, acts
from server import page_queries
from server.languages import Language
from server.pages.home import read_page
from server.reader import Reader, Solution
from server.site import Site
from server.statement_filter import StatementFilter, read_filter
from server.takeaway import give_data
from server.views import article_of, show

_A_PAGE = 20
_MOST_YEARS = 100

FACETS = {
    "who": "?statement dip:side ?value",
    "toward": "?statement dip:about ?value",
    "act": "?statement dip:act ?value",
}
"""What statements are counted by, as a pattern for ``?value``."""

FACETS_OF_ARTICLES = {
    "outlet": "?article schema:publisher ?value",
    "year": "?article dip:earliest ?day BIND(SUBSTR(STR(?day), 1, 4) AS ?value)",
}
"""What they are counted by through their articles, of which there are fewer."""


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the pages to the blueprint."""
    reader = Reader(site)

    @blueprint.route("/<any(fa, en):language>/explore")
    def explore(language: Language) -> Response:
        try:
            chosen = read_filter(request.args, reader)
        except QueryError as problem:
            return refuse(site, reader, "explore.html", language, problem, chosen=StatementFilter(), acts=acts())
        listing = chosen.listing(language)
        if (data := give_data(site, listing)) is not None:
            return data
        page = read_page()
        found = reader.newest(chosen, limit=_A_PAGE + 1, offset=(page - 1) * _A_PAGE)
        total, facets = count_facets(reader, chosen)
        iris = [iri for view in found for iri in view.iris()] + chosen.things()
        iris += [row["value"].value for rows in facets.values() for row in rows if row["value"].kind == "uri"]
        iris += [PREFIXES["act"] + act for act in acts()]
        return show(
            site,
            "explore.html",
            language,
            names=reader.names(iris, language),
            listing=listing,
            chosen=chosen,
            parameters=chosen.parameters(site.base),
            without=lambda name: chosen.address(
                request.path, site.base, **{"since": None, "until": None} if name == "year" else {name: None}
            ),
            narrowed=lambda name, value: _narrow(chosen, name, value).address(request.path, site.base),
            typed=request.args,
            facets=facets,
            total=total,
            acts=acts(),
            statements=found[:_A_PAGE],
            page=page,
            has_more=len(found) > _A_PAGE,
            problem=None,
        )


def refuse(
    site: Site, reader: Reader, template: str, language: Language, problem: MavazeError, **values: Any
) -> Response:
    """Show a page's form again, with what was wrong and, where a name fits several things, with these."""
    candidates = find_candidates(reader, problem)
    iris = [*(iri for iri, _ in candidates), *(article_of(iri, site.base) for iri, _ in candidates)]
    names = reader.names([*iris, *(PREFIXES["act"] + act for act in acts())], language)
    return show(
        site,
        template,
        language,
        names=names,
        status=problem.status,
        problem=problem,
        candidates=candidates,
        unknown=problem.name if isinstance(problem, UnknownName) else "",
        typed=request.args,
        **values,
    )


def find_candidates(reader: Reader, problem: MavazeError) -> list[tuple[str, str]]:
    """Return what a name may mean that fits several things or none, each with this address where it is meant."""
    if isinstance(problem, AmbiguousName):
        found: Iterable[str] = problem.candidates
    elif isinstance(problem, UnknownName):
        found = reader.find_similar(problem.name)
    else:
        return []
    field = next((name for name, value in request.args.items() if value.strip() == problem.name), "")
    if not field:
        return []
    return [(iri, f"{request.path}?{_encode({**request.args, field: iri.removeprefix(reader.base)})}") for iri in found]


def _encode(arguments: dict[str, str]) -> str:
    return urlencode({name: value for name, value in arguments.items() if value}, safe="/:")


def count_facets(reader: Reader, chosen: StatementFilter) -> tuple[int, dict[str, list[Solution]]]:
    """Return how many statements of a filter there are, in all and by each facet; several are counted at once."""
    queries = {"sign": page_queries.SIGNS % {"inner": chosen.inner()}}
    queries |= {name: chosen.count(pattern) for name, pattern in FACETS.items()}
    queries |= {name: chosen.count_by_article(pattern) for name, pattern in FACETS_OF_ARTICLES.items()}
    queries["year"] = chosen.count_by_article(FACETS_OF_ARTICLES["year"], _MOST_YEARS, "DESC(?value)")
    queries["total"] = f"SELECT (COUNT(*) AS ?statements) WHERE {{ {chosen.inner() or '?statement dip:speaker ?who'} }}"
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(queries, pool.map(reader.ask, queries.values()), strict=True))
    return int(found.pop("total")[0]["statements"].value), found


def _narrow(chosen: StatementFilter, name: str, value: str) -> StatementFilter:
    if name == "year":
        return replace(chosen, since=f"{value}-01-01", until=f"{value}-12-31")
    if name == "sign":
        return replace(chosen, sign="for" if value.endswith("inFavourOf") else "against")
    return replace(chosen, **{name: value})
