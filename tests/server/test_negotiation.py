import pytest

from kg.errors import InputError
from server.negotiation import choose_graph, choose_solutions, read_format, wants_page

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "solutions", "graph"),
    [
        ("", "json", "turtle"),
        ("*/*", "json", "turtle"),
        (BROWSER, "html", "html"),
        ("application/xml", "xml", "rdfxml"),
        ("application/json", "json", "jsonld"),
        ("text/csv;q=0.2, text/turtle;q=0.1", "csv", "turtle"),
        ("application/sparql-results+json;q=0, */*", "xml", "turtle"),
        ("image/png", None, None),
    ],
)
def test_the_best_format_is_chosen(accept: str, solutions: str | None, graph: str | None) -> None:
    assert choose_solutions(accept, has_page=True) == solutions
    assert choose_graph(accept, has_page=True) == graph


def test_a_page_is_for_those_who_name_it() -> None:
    assert wants_page(BROWSER)
    assert wants_page("text/html")
    assert not any(map(wants_page, ("", "*/*", "application/json", "text/turtle, text/html;q=0.5", "image/png")))


def test_a_format_of_the_other_kind_is_refused() -> None:
    with pytest.raises(InputError, match="csv"):
        read_format("csv", is_graph=True)
