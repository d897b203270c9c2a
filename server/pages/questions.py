"""The competency questions as forms that take names as people write them."""

import re

from flask import Blueprint, Response, request

from kg.errors import MavazeError
from kg.graph.query_text import Term
from kg.query import AmbiguousName, UnknownName, bind
from ontology import PREFIXES, Query, queries
from server import page_queries
from server.errors import NotFound
from server.languages import Language
from server.pages.explore import refuse
from server.pages.query import SHOWN_ROWS
from server.reader import DIP, Reader, Solution
from server.site import Site
from server.takeaway import Listing, give_data
from server.views import label_cells, show


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
    text, listing = question.text, None
    shown: list[Solution] = []
    variables: list[str] = []
    count = 0
    problem: MavazeError | None = None
    try:
        text = bind(question, {name: value for name, value in typed.items() if value}, reader, site.base)
        listing = Listing(text, _behind(text))
    except MavazeError as error:
        problem = error
    if listing and (data := give_data(site, listing)) is not None:
        return data
    if problem is None:
        try:
            answer = reader.answer(text)
            solutions = answer.solutions()
            variables, shown, count = _without_names(answer.variables()), solutions[:SHOWN_ROWS], len(solutions)
        except MavazeError as error:
            problem = error
    values = {
        "question": question,
        "defaults": defaults,
        "choices": _choices(reader, question, language),
        "query": text,
        "variables": variables,
        "solutions": shown,
        "row_count": count,
    }
    if isinstance(problem, AmbiguousName | UnknownName):
        return refuse(site, reader, "question.html", language, problem, default_names=None, **values)
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


def _behind(query: str) -> str:
    r"""Return a query for the triples of the things that a question's answer names in its last column.

    Example:
        >>> print(_behind("PREFIX dip: <x#>\nSELECT ?a ?b { ?a dip:b ?b }"))
        PREFIX dip: <x#>
        CONSTRUCT { ?b ?property ?value } WHERE { { SELECT ?a ?b { ?a dip:b ?b } } ?b ?property ?value }
    """
    at = query.index("SELECT ")
    named = re.findall(r"\?(\w+)", query[at : re.search(r"\n?WHERE|\{", query[at:]).start() + at])  # type: ignore[union-attr]
    things = [name for name in named if name in ("statement", "person", "state", "side")] or named[-1:]
    thing = things[0]
    return (
        f"{query[:at]}CONSTRUCT {{ ?{thing} ?property ?value }} "
        f"WHERE {{ {{ {query[at:].strip()} }} ?{thing} ?property ?value }}"
    )


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
