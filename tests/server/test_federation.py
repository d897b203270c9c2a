import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from click.testing import Result
from flask.testing import FlaskClient

from kg.graph.pool import QueryPool
from kg.guarded_http import Outlet
from ontology import queries
from server.application import create_app
from server.settings import Settings
from server.site import open_pool

WIKIDATA = "https://query.wikidata.org"
WD, WDT = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Endpoint(BaseHTTPRequestHandler):
    """A SPARQL endpoint elsewhere: its store, and the log of what it was asked."""

    store: ClassVar[ox.Store]
    log: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(sent)["query"][0]
        self.log.append(query)
        if self.path == "/slow":
            time.sleep(3)
        if self.path == "/broken":
            self._give(200, "application/sparql-results+json", b'{"head": {"vars": ["a"]}, "results": {')
        elif self.path == "/fails":
            self._give(500, "text/plain", b"it is Sunday")
        else:
            results = self.store.query(query)
            assert isinstance(results, ox.QuerySolutions)
            body = results.serialize(format=ox.QueryResultsFormat.JSON)
            self._give(200, "application/sparql-results+json", body or b"")

    def do_GET(self) -> None:
        self.log.append(self.path)
        found = self.path != "/none.ttl"
        body = b"<urn:s> <urn:p> [ <urn:q> 'loaded' ] ." if found else b""
        self._give(200 if found else 404, "text/turtle", b"<urn:s> <urn:p>" if self.path == "/bad.ttl" else body)

    def _give(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def remote() -> Iterator[str]:
    Endpoint.store = ox.Store()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _empty_log(remote: str) -> None:
    Endpoint.log.clear()


@pytest.fixture(scope="module")
def settings(remote: str) -> Settings:
    return Settings(workers=1, federation=remote, federation_private=remote, federation_time=1.5, federation_items=50)


@pytest.fixture(scope="module")
def federated(store: Path, settings: Settings) -> Iterator[FlaskClient]:
    with open_pool(store, settings) as pool:
        yield create_app(pool, settings).test_client()


def test_the_question_about_birthplaces_sends_our_items_along(sample_store: Path, remote: str) -> None:
    """The competency question as it ships: its endpoint's part is played by a server here, over the guard."""
    settings = Settings(workers=1, federation="query.wikidata.org")
    outlet = Outlet(settings.federation_hosts(), stand_ins={WIKIDATA: f"http://{remote}"})
    with QueryPool(sample_store, settings.limits(), workers=1) as pool:
        items = pool.query(
            "PREFIX dip: <https://w3id.org/mavaze/ontology#> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
            "SELECT DISTINCT ?item { ?statement dip:speaker ?speaker . ?speaker a dip:Person ; owl:sameAs ?item }"
        ).solutions()
        ours = sorted(solution["item"].value for solution in items)
        # The second of our people was born in a member's town, as the stub has it; and so were a thousand others.
        born, town, country = ours[1], f"{WD}Q1000001", f"{WD}Q1000002"
        triples = [
            *((who, "P19", town) for who in (born, *(f"{WD}Q{number}" for number in range(2_000_000, 2_001_000)))),
            *((who, "P19", f"{WD}Q1000003") for who in ours if who != born),
            (town, "P17", country),
            (country, "P463", f"{WD}Q7184"),
        ]
        Endpoint.store = ox.Store()
        Endpoint.store.extend(ox.Quad(ox.NamedNode(s), ox.NamedNode(WDT + p), ox.NamedNode(o)) for s, p, o in triples)
        client = create_app(pool, settings, outlet=outlet).test_client()
        (question,) = [query for query in queries() if f"SERVICE <{WIKIDATA}/sparql>" in query.text]
        answer = client.post("/sparql", data={"query": question.text})
    assert answer.status_code == 200, answer.text
    rows = answer.get_json()["results"]["bindings"]
    assert {row["item"]["value"] for row in rows} == {born}
    assert {row["country"]["value"] for row in rows} == {country}
    (asked,) = Endpoint.log
    assert asked.count(WD) >= len(ours) > 1
    assert all(f"<{item}>" in asked for item in ours)
    assert "VALUES (?item)" in asked


def test_the_command_asks_other_servers_when_their_host_is_named(
    sample_store: Path, remote: str, mavaze: Callable[..., Result]
) -> None:
    Endpoint.store = ox.Store()
    Endpoint.store.add(ox.Quad(ox.NamedNode(f"{WD}Q794"), ox.NamedNode("urn:p"), ox.Literal("Iran")))
    query = (
        "SELECT ?name { { SELECT DISTINCT ?item { ?thing owl:sameAs ?item . ?thing a dip:State } } "
        f"SERVICE <http://{remote}/sparql> {{ ?item <urn:p> ?name }} }}"
    )
    refused = mavaze("query", "--store", sample_store, query)
    assert refused.exit_code == 2
    assert "not among the hosts" in refused.stderr
    answered = mavaze("query", "--store", sample_store, query, "--federation", remote, "--format", "csv")
    assert answered.exit_code == 0, answered.output
    assert answered.stdout.split() == ["name", "Iran"]
    assert f"<{WD}Q794>" in Endpoint.log[0]


def ask(client: FlaskClient, query: str, status: int = 200) -> dict[str, object]:
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code == status, answer.text
    told: dict[str, object] = answer.get_json()
    return told


def count(client: FlaskClient, pattern: str) -> int:
    told = ask(client, f"SELECT * {{ {pattern} }}")
    return len(told["results"]["bindings"])  # type: ignore[index, arg-type]


def test_the_guard_is_closed_unless_hosts_are_listed(client: FlaskClient, remote: str) -> None:
    error = ask(client, f"ASK {{ SERVICE <http://{remote}/sparql> {{ ?s ?p ?o }} }}", 403)
    assert "FEDERATION" in str(error["error"])
    assert str(error["where"]).startswith("query, line 1")
    assert count(client, f"SERVICE SILENT <http://{remote}/sparql> {{ ?s ?p ?o }}") == 1
    assert Endpoint.log == []


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("fails", 502, "500"), ("broken", 502, "broken"), ("slow", 502, "FEDERATION_TIME")],
)
def test_a_failing_endpoint_is_told_and_passed_over_in_silence(
    federated: FlaskClient, remote: str, path: str, status: int, words: str
) -> None:
    call = f"<http://{remote}/{path}> {{ ?s ?p ?o }}"
    assert words in str(ask(federated, f"SELECT * {{ SERVICE {call} }}", status)["error"])
    assert count(federated, f"BIND(1 AS ?x) SERVICE SILENT {call}") == 1


def test_what_is_asked_fits_what_is_known(federated: FlaskClient, remote: str) -> None:
    Endpoint.store = ox.Store()
    Endpoint.store.add(ox.Quad(ox.BlankNode("b"), ox.NamedNode("urn:p"), ox.Literal('a"\n', language="fa")))
    call = f"SERVICE <http://{remote}/sparql> {{ ?s <urn:p> ?o }}"
    assert count(federated, call) == 1
    assert count(federated, f"{call} FILTER(LANG(?o) = 'fa' && isIRI(?s))") == 1, "a blank node has a name here"
    Endpoint.log.clear()
    assert count(federated, f"?s dip:none ?x . {call}") == 0
    assert Endpoint.log == [], "nothing is known, so nothing is asked"
    many = " ".join(f"<urn:{number}>" for number in range(51))
    assert "50 items" in str(ask(federated, f"SELECT * {{ VALUES ?s {{ {many} }} {call} }}", 400)["error"])


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/html"])
def test_a_call_that_the_engine_might_see_is_refused(federated: FlaskClient, remote: str, accept: str) -> None:
    for query in (
        "ASK { SERVICEx:a { ?s ?p ?o } }",
        "ASK { SERVICE ?s { ?s ?p ?o } }",
        f"ASK {{ FILTER(?a<?b'>x') SERVICE <http://{remote}/> {{ ?s ?p ?o }} }}",
        f"ASK {{ SERVICE <http://{remote}/> {{ ?s ?p ?o }}",
    ):
        answer = federated.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
        assert answer.status_code in (400, 403), (query, answer.text)
    assert Endpoint.log == []


def test_updates_load_and_ask_through_the_guard(tmp_path: Path, remote: str) -> None:
    settings = Settings(workers=1, federation=remote, federation_private=remote, update_token="t", default_graph="own")
    with open_pool(tmp_path / "store", settings) as pool:
        client = create_app(pool, settings).test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer t"

        def send(text: str) -> int:
            return client.post("/update", data={"update": text}).status_code

        assert (
            send(
                f"PREFIX r: <http://{remote}/> LOAD r:data.ttl INTO GRAPH <urn:g> ; INSERT DATA {{ <urn:a> <urn:b> 1 }}"
            )
            == 204
        )
        assert (count(client, "GRAPH <urn:g> { ?s ?p ?o }"), count(client, "?s ?p ?o")) == (2, 1)
        for path, status in (("none.ttl", 502), ("bad.ttl", 400)):
            assert send(f"LOAD <http://{remote}/{path}>") == status
            assert send(f"LOAD SILENT <http://{remote}/{path}>") == 204
        for address in ("http://169.254.169.254/latest/", "http://other.example/x.ttl", "file:///etc/passwd"):
            assert send(f"LOAD <{address}>") == 403
            assert send(f"LOAD SILENT <{address}>") == 204
        assert count(client, "?s ?p ?o") == 1
        Endpoint.store = ox.Store()
        Endpoint.store.add(ox.Quad(ox.NamedNode("urn:x"), ox.NamedNode("urn:p"), ox.Literal("there")))
        assert (
            send(f"INSERT {{ ?s <urn:from> ?o }} WHERE {{ SERVICE <http://{remote}/sparql> {{ ?s <urn:p> ?o }} }}")
            == 204
        )
        assert count(client, "<urn:x> <urn:from> 'there'") == 1
