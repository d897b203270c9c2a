"""The web face: what is in the graph, the questions that it answers, a search and a query box."""

from flask import Blueprint, Response, redirect, request

from kg.errors import MavazeError
from kg.graph.query_text import Term
from kg.query import bind
from ontology import PREFIXES, Query, queries
from server import page_queries
from server.errors import NotFound
from server.languages import Language, readers_language
from server.reader import DIP, Reader, Solution
from server.result_pages import SHOWN_ROWS, query_page, result_page
from server.site import Site
from server.views import label_cells, show

_ARTICLES_A_PAGE = 30


def pages_blueprint(site: Site) -> Blueprint:
    """Return the pages of a site."""
    blueprint = Blueprint("pages", __name__)
    reader = Reader(site)
    questions = {question.name: question for question in queries(site.base)}

    @blueprint.route("/")
    def door() -> Response:
        response = redirect(f"/{readers_language()}/")
        response.vary.add("Accept-Language")
        assert isinstance(response, Response)
        return response

    @blueprint.route("/<any(fa, en):language>/")
    def home(language: Language) -> Response:
        newest = reader.statements(page_queries.NEWEST, limit=8)
        actors = reader.ask(page_queries.ACTORS)
        iris = [iri for statement in newest for iri in statement.iris()] + [row["thing"].value for row in actors]
        return show(
            site,
            "home.html",
            language,
            names=reader.names(iris, language),
            counts=reader.counts(),
            questions=questions.values(),
            newest=newest,
            actors=actors[:24],
        )

    @blueprint.route("/<any(fa, en):language>/query")
    def query(language: Language) -> Response:
        text = request.args.get("query", "")
        return result_page(site, text, language) if text.strip() else query_page(site, language)

    @blueprint.route("/<any(fa, en):language>/search")
    def search(language: Language) -> Response:
        words = request.args.get("q", "").strip()
        found = reader.find(words) if words else []
        return show(site, "search.html", language, names=reader.names(found, language), words_sought=words, found=found)

    @blueprint.route("/<any(fa, en):language>/articles")
    def articles(language: Language) -> Response:
        page = max(1, request.args.get("page", 1, type=int))
        rows = reader.ask(
            page_queries.ARTICLES % {"limit": _ARTICLES_A_PAGE + 1, "offset": (page - 1) * _ARTICLES_A_PAGE}
        )
        iris = [row[name].value for row in rows for name in ("article", "publisher") if name in row]
        names = reader.names(iris, language)
        return show(
            site,
            "articles.html",
            language,
            names=names,
            rows=rows[:_ARTICLES_A_PAGE],
            page=page,
            has_more=len(rows) > _ARTICLES_A_PAGE,
        )

    @blueprint.route("/<any(fa, en):language>/questions/<name>")
    def question(language: Language, name: str) -> Response:
        if name not in questions:
            raise NotFound("there is no such question", where=name, remedy="the home page lists them")
        return _question_page(site, reader, questions[name], language)

    return blueprint


def _question_page(site: Site, reader: Reader, question: Query, language: Language) -> Response:
    typed = {parameter.name: request.args.get(parameter.name, "").strip() for parameter in question.parameters}
    text, error = question.text, None
    variables: list[str] = []
    solutions: list[Solution] = []
    try:
        text = bind(question, {name: value for name, value in typed.items() if value}, reader, site.base)
        answer = site.pool.query(text, is_reserved=True)
        variables, solutions = _without_names(answer.variables()), answer.solutions()
    except MavazeError as problem:
        error = problem
    shown = solutions[:SHOWN_ROWS]
    defaults = {parameter.name: _default(parameter.default) for parameter in question.parameters}
    names = label_cells(reader, [*shown, defaults], language)
    response = show(
        site,
        "question.html",
        language,
        names=names,
        question=question,
        typed=typed,
        defaults=defaults,
        choices=_choices(reader, question, language),
        query=text,
        error=error,
        variables=variables,
        solutions=shown,
        row_count=len(solutions),
    )
    if error is not None:
        response.status_code = error.status
    return response


def _without_names(variables: list[str]) -> list[str]:
    """Leave out the columns that only name the thing of another column; its link does so already.

    Example:
        >>> _without_names(["speaker", "speakerName", "actName"])
        ['speaker', 'actName']
    """
    return [name for name in variables if not (name.endswith("Name") and name.removesuffix("Name") in variables)]


def _default(written: str) -> Term:
    """Return a default, which is written as in SPARQL, as a term to be shown."""
    if written.startswith("<"):
        return Term("uri", written[1:-1])
    return Term("literal", written.partition("^^")[0].strip('"'))


def _choices(reader: Reader, question: Query, language: Language) -> list[str]:
    """Return the names that a field for a thing suggests."""
    if not any(parameter.type == "iri" for parameter in question.parameters):
        return []
    types = [Term("uri", DIP + name) for name in ("State", "Organization", "Person", "Group", "Topic")]
    types.append(Term("uri", PREFIXES["org"] + "Post"))
    rows = reader.ask(page_queries.CHOICES, type=types, language=Term("literal", language))
    return [row["label"].value for row in rows]
