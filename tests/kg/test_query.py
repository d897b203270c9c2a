import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kg.errors import QueryError, RemoteError, StoreError
from kg.graph.answers import Answer
from kg.query import Endpoint, ask, bind, find_query, open_source, to_term
from kg.table import to_table
from ontology import BASE, PREFIXES, Parameter


class Graph:
    """A source that knows a few things that the gazetteer does not."""

    base = BASE
    known = (
        ("بهرام گلستانی", "person/بهرام-گلستانی"),
        ("گروه دریا", "group/گروه-دریا"),
        ("گروه دریا", "organization/گروه-دریا"),
    )

    def query(self, text: str, *, solutions: str = "json", graph: str = "turtle") -> Answer:
        found = [key for name, key in self.known if name in text]
        rows = [
            {"thing": {"type": "uri", "value": BASE + key}, "name": {"type": "literal", "value": key, "xml:lang": "fa"}}
            for key in found
        ]
        body = {"head": {"vars": ["thing", "name"]}, "results": {"bindings": rows}}
        return Answer("SELECT", "json", json.dumps(body).encode(), len(rows))


def parameter(type: str, name: str = "x", default: str = "<x:y>") -> Parameter:
    return Parameter(name, type, default, "a parameter")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://example.org/a?b#c", "<https://example.org/a?b#c>"),
        ("<urn:x:y>", "<urn:x:y>"),
        ("act:deny", f"<{PREFIXES['act']}deny>"),
        ("Q794", f"<{BASE}state/iran>"),
        ("ایران", f"<{BASE}state/iran>"),
        ("Iran", f"<{BASE}state/iran>"),
        ("state/iran", f"<{BASE}state/iran>"),
        ("واشنگتن", f"<{BASE}state/united-states>"),
        ("بهرام گلستانی", f"<{BASE}person/بهرام-گلستانی>"),
        ("2019-07-15", f'"2019-07-15"^^<{PREFIXES["xsd"]}date>'),
        ("12", f'"12"^^<{PREFIXES["xsd"]}integer>'),
        ('"گفت"', '"گفت"'),
    ],
)
def test_a_value_is_what_its_shape_says(value: str, expected: str) -> None:
    assert to_term(value, None, Graph()).as_sparql() == expected


@pytest.mark.parametrize(
    ("type", "name", "value", "expected"),
    [
        ("date", "from", "1398", "2019-03-21"),
        ("date", "until", "1398", "2020-03-19"),
        ("date", "day", "۲۴ تیر ۱۳۹۸", "2019-07-15"),
        ("string", "word", "ایران", "ایران"),
        ("integer", "least", "+3", "3"),
    ],
)
def test_a_parameter_says_how_its_value_is_read(type: str, name: str, value: str, expected: str) -> None:
    assert to_term(value, parameter(type, name), Graph()).value == expected


def test_an_act_is_named_by_its_word_where_an_act_is_wanted() -> None:
    act = parameter("iri", "act", f"<{PREFIXES['act']}announce>")
    assert to_term("deny", act, Graph()).value == f"{PREFIXES['act']}deny"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("هیچ‌کس در هیچ‌جا", "nothing is called"),
        ("<not an iri>", "no absolute IRI"),
        ("https://x/> } DROP ALL #", "no absolute IRI"),
    ],
)
def test_a_value_that_names_nothing_is_refused(value: str, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        to_term(value, None, Graph()).as_sparql()


def test_a_name_that_fits_several_things_is_refused_with_the_candidates() -> None:
    with pytest.raises(QueryError) as refused:
        to_term("گروه دریا", None, Graph())
    assert f"<{BASE}group/گروه-دریا>; organization/گروه-دریا <{BASE}organization/گروه-دریا>" in str(refused.value)


def test_values_are_bound_as_terms_and_never_pasted() -> None:
    text = bind("ASK { ?s ?p ?word }", {"word": '"} DROP ALL #"'}, Graph())
    assert text == 'ASK { VALUES ?word { "} DROP ALL #" } ?s ?p ?word }'
    with pytest.raises(QueryError, match="no parameter who"):
        bind("ASK { ?s ?p ?word }", {"who": "ایران"}, Graph())


def test_a_question_that_ships_takes_its_own_parameters_only() -> None:
    question = find_query("said-about")
    assert "<https://w3id.org/mavaze/id/state/armenia>" in bind(question, {"target": "ارمنستان"}, Graph())
    with pytest.raises(QueryError, match="it has actor, target, from, until"):
        bind(question, {"whom": "ارمنستان"}, Graph())
    with pytest.raises(QueryError, match="did you mean said-about"):
        find_query("said-abut")


def test_formats_that_do_not_fit_the_query_are_refused() -> None:
    with pytest.raises(QueryError, match="no format is called «pdf»"):
        ask(Graph(), text="ASK {}", format="pdf")
    with pytest.raises(QueryError, match="CONSTRUCT gives no csv"):
        ask(Graph(), text="CONSTRUCT WHERE { ?s ?p ?o }", format="csv")


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store here"), open_source(str(tmp_path / "absent"), None, seconds=1):
        pass


ANSWER = {
    "head": {"vars": ["who", "n", "act"]},
    "results": {
        "bindings": [
            {
                "who": {"type": "uri", "value": f"{BASE}state/iran"},
                "n": {"type": "literal", "value": "3\n4", "datatype": f"{PREFIXES['xsd']}string"},
                "act": {"type": "uri", "value": f"{PREFIXES['act']}deny"},
            },
            {"who": {"type": "uri", "value": "https://example.org/[bold]"}},
        ]
    },
}


def test_a_table_is_aligned_and_cuts_nothing_off() -> None:
    table = to_table(Answer("SELECT", "json", json.dumps(ANSWER).encode(), 2), base=BASE).splitlines()
    assert [line.split() for line in table] == [
        ["who", "n", "act"],
        [table[1]],
        ["state/iran", "3", "4", "act:deny"],
        ["https://example.org/[bold]"],
        ["(2", "rows)"],
    ]
    assert table[0].index("act") == table[2].index("act:deny")


class Remote(BaseHTTPRequestHandler):
    """A small endpoint: answers, fails, or says something else, by its path."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(500 if self.path == "/broken" else 200)
        kind = "text/html" if self.path == "/page" else "application/sparql-results+json"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"out\nof order" if self.path == "/broken" else body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def remote() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Remote)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_endpoint_elsewhere_is_asked(remote: str) -> None:
    answer = ask(Endpoint(f"{remote}/sparql"), text="SELECT * { ?who ?n ?act }")
    assert answer.solutions()[0]["act"].value == f"{PREFIXES['act']}deny"


@pytest.mark.parametrize(
    ("path", "told"),
    [("/broken", "answered 500 .*: out of order"), ("/page", "answered text/html where .* was asked for")],
)
def test_an_endpoint_that_fails_is_told(remote: str, path: str, told: str) -> None:
    with pytest.raises(RemoteError, match=told):
        ask(Endpoint(remote + path), text="SELECT * { ?s ?p ?o }")
