"""The query box and the table of a query's answer."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask.wrappers import Response

from kg.errors import MavazeError
from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS
from server.languages import Language
from server.reader import Names, Reader, Solution
from server.site import Site
from server.views import label_cells, show

EXAMPLE = """SELECT ?speaker ?content ?date WHERE {
  ?statement dip:speaker ?speaker ;
             dip:content ?content ;
             dip:reportedIn ?article .
  ?article dip:earliest ?date .
}
ORDER BY DESC(?date)
LIMIT 20"""
SHOWN_ROWS = 1000


def query_page(site: Site, language: Language) -> Response:
    """Return the query box with an example in it."""
    return show(site, "query.html", language, query=EXAMPLE, form=None)


def result_page(
    site: Site,
    query: str,
    language: Language,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
    *,
    resolved: str | None = None,
) -> Response:
    """Return the box and the answer below it; an error is shown between the two.

    Args:
        site: The site.
        query: What the reader wrote.
        language: The reader's.
        default_graphs: IRIs of the graphs that make the default graph.
        named_graphs: IRIs of the graphs that GRAPH sees.
        resolved: What is run in its place, with the calls of other servers answered.
    """
    try:
        answer = site.pool.query(
            resolved or query, graph="ntriples", default_graphs=default_graphs, named_graphs=named_graphs
        )
    except MavazeError as error:
        response = show(site, "query.html", language, query=query, form=None, error=error)
        response.status_code = error.status
        if retry_after := getattr(error, "retry_after", None):
            response.headers["Retry-After"] = str(retry_after)
        return response
    formats = SOLUTION_FORMATS if answer.form in ("SELECT", "ASK") else GRAPH_FORMATS
    downloads = {name: "/sparql?" + urlencode({"query": query, "format": name}) for name in formats}
    variables: list[str] = []
    solutions: list[Solution] = []
    names = Names()
    if answer.form == "SELECT":
        variables, solutions = answer.variables(), answer.solutions()[:SHOWN_ROWS]
        names = label_cells(Reader(site), solutions, language)
    return show(
        site,
        "query.html",
        language,
        names=names,
        query=query,
        form=answer.form,
        truth=answer.form == "ASK" and answer.truth(),
        triples=answer.body.decode() if answer.form in ("CONSTRUCT", "DESCRIBE") else "",
        variables=variables,
        solutions=solutions,
        row_count=answer.rows,
        downloads=downloads,
    )
