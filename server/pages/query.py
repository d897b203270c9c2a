"""The query editor, the table of a query's answer, and what the editor completes from."""

import re
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from kg.errors import MavazeError
from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS
from kg.graph.question import Question, read_question
from ontology import PREFIXES, load, queries
from server.answering import refuse_long
from server.clients import find_client
from server.explanations import explain
from server.languages import Language, load_words
from server.question_query import name_in
from server.reader import Names, Reader, Solution
from server.site import Site
from server.takeaway import declare
from server.views import label_cells, show

EXAMPLE = """SELECT ?speaker ?content ?date WHERE {
  ?statement dip:speaker ?speaker ;
             dip:content ?content ;
             dip:reportedIn ?article .
  ?article dip:earliest ?date .
}
ORDER BY DESC(?date)
LIMIT 20"""
SHOWN_ROWS = 300
_HEADER = re.compile(r"\A(?:#.*\n)+")
"""The title, description and parameters before a shipped query, which the page shows by themselves."""

_PARTS = {"error_what": "error", "error_where": "where", "error_remedy": "remedy"}

_BORROWED = (
    ("skos", "prefLabel"), ("skos", "altLabel"), ("dct", "title"), ("schema", "datePublished"),
    ("schema", "publisher"), ("schema", "url"), ("nif", "isString"), ("owl", "sameAs"),
    ("org", "member"), ("org", "post"), ("org", "postIn"), ("org", "memberOf"),
)  # fmt: skip
"""Properties of other vocabularies that the graph uses."""


# The editor's own styles are set by its script as it goes; nothing else is opened, and no inline script.
_EDITOR_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the pages to the blueprint."""
    examples = {question.name: question for question in queries(site.base)}

    @blueprint.route("/<any(fa, en):language>/query")
    def query(language: Language) -> Response:
        text = request.args.get("query", "")
        if (example := request.args.get("example")) in examples:
            asked = name_in(_HEADER.sub("", examples[example].text), language)
            return _show(site, language, query=asked, form=None, example=examples[example])
        return result_page(site, text, language) if text.strip() else query_page(site, language)

    @blueprint.route("/<any(fa, en):language>/explained")
    def explained(language: Language) -> Response:
        """Answer with an error's parts as the editor shows them: each with its heading, in the reader's language."""
        words = load_words(language)
        told = {part: request.args.get(name, "") for part, name in _PARTS.items()}
        return jsonify([[words[part], str(explain(text, language))] for part, text in told.items() if text])

    @blueprint.route("/vocabulary.json")
    def vocabulary() -> Response:
        return jsonify(_vocabulary())


@cache
def _vocabulary() -> dict[str, object]:
    """Return the prefixes, classes and properties that a query may use, and the labels of those that have any."""
    from rdflib import OWL, RDF, RDFS, SKOS, Literal, URIRef

    graph = load("mavaze", "acts")

    def declared(*kinds: URIRef) -> set[str]:
        return {str(term) for kind in kinds for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)}

    classes = declared(OWL.Class) | {str(SKOS.Concept), PREFIXES["org"] + "Post", PREFIXES["org"] + "Membership"}
    properties = declared(OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property, OWL.AnnotationProperty)
    properties |= {PREFIXES[prefix] + name for prefix, name in _BORROWED}
    labels: dict[str, dict[str, str]] = {}
    for term, label in graph.subject_objects(RDFS.label):
        if isinstance(label, Literal) and label.language:
            labels.setdefault(str(term), {})[label.language] = str(label)
    return {
        "prefixes": dict(PREFIXES),
        "classes": sorted(classes),
        "properties": sorted(properties),
        "labels": dict(sorted(labels.items())),
    }


def _show(site: Site, language: Language, **values: Any) -> Response:
    response = show(site, "query.html", language, examples=queries(site.base), **values)
    response.headers["Content-Security-Policy"] = _EDITOR_POLICY
    return response


def query_page(site: Site, language: Language) -> Response:
    """Return the editor with an example in it."""
    return _show(site, language, query=declare(EXAMPLE), form=None)


def result_page(site: Site, text: str, language: Language, question: Question | None = None) -> Response:
    """Return the box and the answer below it; an error is shown between the two.

    Args:
        site: The site.
        text: What the reader wrote.
        language: The reader's.
        question: What is run in its place: over a dataset, or with the calls of other servers answered.
    """
    try:
        refuse_long(site, text)
        asked = question or read_question(text)
        with site.client_limits.turn(find_client(request, site.keys)):
            answer = site.pool.stream(replace(asked, format="ntriples" if asked.query.gives_graph else "json")).read()
    except MavazeError as error:
        response = _show(site, language, query=text, form=None, problem=error)
        response.status_code = error.status
        if retry_after := getattr(error, "retry_after", None):
            response.headers["Retry-After"] = str(retry_after)
        return response
    formats = GRAPH_FORMATS if asked.query.gives_graph else SOLUTION_FORMATS
    downloads = {name: "/sparql?" + urlencode({"query": text, "format": name}) for name in formats}
    variables: list[str] = []
    solutions: list[Solution] = []
    names = Names()
    if answer.form == "SELECT":
        variables, solutions = answer.variables(), answer.solutions()[:SHOWN_ROWS]
        names = label_cells(Reader(site), solutions, language)
    return _show(
        site,
        language,
        names=names,
        query=text,
        form=answer.form,
        truth=answer.form == "ASK" and answer.truth(),
        triples=answer.body.decode() if asked.query.gives_graph else "",
        variables=variables,
        solutions=solutions,
        row_count=answer.rows,
        downloads=downloads,
    )
