"""The competency questions as forms that take names as people write them."""

from flask import Blueprint, Response, request

from kg.errors import MavazeError
from kg.graph.query_text import Term
from kg.query import AmbiguousName, UnknownName, bind
from ontology import PREFIXES, Query, queries
from server import page_queries
from server.errors import NotFound
from server.languages import Language
from server.pages.explore import refuse
from server.pages.home import read_page
from server.question_query import ask_behind, give_things, name_in
from server.reader import DIP, Reader, Solution
from server.site import Site
from server.statement_filter import to_iri
from server.takeaway import Listing, give_data
from server.views import label_cells, show

_A_PAGE = 50
_LEADS = {"content": "statement", "deniedContent": "denied"}
"""Columns of words, and what each leads to in place of a column of its own."""


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the pages to the blueprint."""
    reader = Reader(site)
    questions = {question.name: question for question in queries(site.base)}

    @blueprint.route("/<any(fa, en):language>/questions")
    def all_questions(language: Language) -> Response:
        return show(site, "questions.html", language, questions=questions.values())

    @blueprint.route("/<any(fa, en):language>/questions/<name>")
    def question(language: Language, name: str) -> Response:
        if name not in questions:
            raise NotFound("there is no such question", where=name, remedy="the home page lists them")
        return _question_page(site, reader, questions[name], language)


def _question_page(site: Site, reader: Reader, question: Query, language: Language) -> Response:
    typed = {parameter.name: request.args.get(parameter.name, "").strip() for parameter in question.parameters}
    defaults = {parameter.name: _default(parameter.default) for parameter in question.parameters}
    listing = None
    solutions: list[Solution] = []
    columns: list[str] = []
    problem: MavazeError | None = None
    try:
        given = {name: to_iri(value, site.base) for name, value in typed.items() if value}
        text = bind(question, given, reader, site.base)
        text = give_things(name_in(text, language))
        listing = Listing(text, ask_behind(text))
    except MavazeError as error:
        problem = error
    if listing and (data := give_data(site, listing)) is not None:
        return data
    try:
        if listing:
            answer = reader.answer(listing.select)
            solutions, columns = answer.solutions(), choose_columns(answer.variables())
    except MavazeError as error:
        problem = error
    page = read_page()
    first = (page - 1) * _A_PAGE
    shown = solutions[first : first + _A_PAGE]
    values = {
        "question": question,
        "defaults": defaults,
        "choices": _choices(reader, question, language),
        "variables": columns,
        "leads": _LEADS,
        "solutions": shown,
        "row_count": len(solutions),
        "page": page,
        "first": first + 1,
        "has_more": len(solutions) > first + _A_PAGE,
    }
    if isinstance(problem, AmbiguousName | UnknownName):
        return refuse(site, reader, "question.html", language, problem, **values)
    return show(
        site,
        "question.html",
        language,
        names=label_cells(reader, [*shown, defaults], language),
        listing=listing,
        status=problem.status if problem else 200,
        problem=problem,
        candidates=[],
        typed=typed,
        **values,
    )


def choose_columns(variables: list[str]) -> list[str]:
    """Return the columns that a page shows: each thing once, where its name stands; words lead to their statement.

    Example:
        >>> choose_columns(["date", "speakerName", "content", "statement", "article", "title", "speaker"])
        ['date', 'speaker', 'content', 'article']
    """
    shown = [_thing_of(name) if _thing_of(name) in variables else name for name in variables]
    left_out = {thing for words, thing in _LEADS.items() if words in variables}
    return [name for name in dict.fromkeys(shown) if name not in left_out]


def _thing_of(name: str) -> str:
    return "article" if name == "title" else name.removesuffix("Name")


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
