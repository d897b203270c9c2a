"""The first page, the list of articles, and the search."""

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, redirect, request

from kg.graph.search import find_words
from ontology import queries
from server import page_queries
from server.languages import Language, readers_language
from server.reader import Reader
from server.site import Site
from server.statement_filter import StatementFilter
from server.takeaway import Listing, declare, give_data
from server.views import article_of, show

_ARTICLES_A_PAGE = 30
_FOUND_A_PAGE = 20
_SUGGESTIONS = 12


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the pages to the blueprint."""
    reader = Reader(site)
    questions = queries(site.base)

    @blueprint.route("/")
    def door() -> Response:
        response = redirect(f"/{readers_language()}/")
        response.vary.update(("Accept-Language", "Cookie"))
        assert isinstance(response, Response)
        return response

    @blueprint.route("/<any(fa, en):language>/")
    def home(language: Language) -> Response:
        everything = StatementFilter()
        listing = everything.listing(language)
        if (data := give_data(site, listing)) is not None:
            return data
        newest = reader.newest(everything, limit=8)
        actors = reader.ask(page_queries.ACTORS)
        outlets = reader.ask(page_queries.OUTLETS)
        iris = [iri for statement in newest for iri in statement.iris()]
        iris += [row["thing"].value for row in (*actors, *outlets)]
        return show(
            site,
            "home.html",
            language,
            names=reader.names(iris, language),
            listing=listing,
            counts=reader.counts(),
            questions=questions,
            newest=newest,
            actors=[row for row in actors if not article_of(row["thing"].value, site.base)][:24],
            outlets=outlets,
        )

    @blueprint.route("/<any(fa, en):language>/search")
    def search(language: Language) -> Response:
        words = request.args.get("q", "").strip()
        page = read_page()
        listing = StatementFilter(words=words).listing(language) if words else None
        if listing and (data := give_data(site, listing)) is not None:
            return data
        things = reader.find_things(words) if words and page == 1 else []
        statements = (
            reader.find_statements(words, limit=_FOUND_A_PAGE + 1, offset=(page - 1) * _FOUND_A_PAGE) if words else []
        )
        found = [hit.iri for hit in things]
        alike = reader.find_similar(words) if words and page == 1 and not (things or statements) else []
        iris = [one for iri in (*found, *alike) for one in (iri, article_of(iri, site.base))]
        iris += [iri for statement in statements for iri in statement.iris()]
        return show(
            site,
            "search.html",
            language,
            names=reader.names(iris, language),
            listing=listing,
            words_sought=words,
            things=things,
            alike=alike,
            statements=statements[:_FOUND_A_PAGE],
            spans=lambda text: cut(text, find_words(text, words)),
            page=page,
            has_more=len(statements) > _FOUND_A_PAGE,
        )

    @blueprint.route("/<any(fa, en):language>/suggest")
    def suggest(language: Language) -> Response:
        words = request.args.get("q", "").strip()
        hits = reader.find_things(words, limit=_SUGGESTIONS, is_unfinished=True) if words else []
        names = reader.names([hit.iri for hit in hits], language)
        return jsonify(
            [{"name": hit.name, "kind": names(hit.iri) if names(hit.iri) != hit.name else ""} for hit in hits]
        )

    @blueprint.route("/<any(fa, en):language>/articles")
    def articles(language: Language) -> Response:
        page = read_page()
        listing = Listing(
            declare(page_queries.ARTICLES % {"limit": 5000, "offset": 0}), declare(page_queries.ARTICLES_DATA)
        )
        if (data := give_data(site, listing)) is not None:
            return data
        rows = reader.ask(
            page_queries.ARTICLES % {"limit": _ARTICLES_A_PAGE + 1, "offset": (page - 1) * _ARTICLES_A_PAGE}
        )
        iris = [row[name].value for row in rows for name in ("article", "publisher") if name in row]
        return show(
            site,
            "articles.html",
            language,
            names=reader.names(iris, language),
            listing=listing,
            rows=rows[:_ARTICLES_A_PAGE],
            page=page,
            has_more=len(rows) > _ARTICLES_A_PAGE,
        )


def read_page() -> int:
    """Return the number of the page that is asked for, from 1."""
    return max(1, min(request.args.get("page", 1, type=int), 100_000))


def cut(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Cut a text around spans, and tell which pieces they are.

    Example:
        >>> cut("abcd", [(1, 2)])
        [('a', False), ('b', True), ('cd', False)]
    """
    pieces, done = [], 0
    for begin, end in spans:
        pieces += [(text[done:begin], False), (text[begin:end], True)]
        done = end
    return [(piece, is_found) for piece, is_found in [*pieces, (text[done:], False)] if piece]
