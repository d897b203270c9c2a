import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from kg.errors import MavazeError
from server.application import create_app
from server.settings import Settings
from server.site import open_pool
from server.sparql_protocol import read_request

JSON_LD_WARNING = "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"  # rdflib's own reader
SELECT = "SELECT ?s ?content { ?s dip:content ?content } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT { ?s dip:content ?content } WHERE { ?s dip:content ?content }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
HOG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"


def is_error(response: object, status: int) -> dict[str, str]:
    assert response.status_code == status, response.text  # type: ignore[attr-defined]
    body: dict[str, str] = response.get_json()  # type: ignore[attr-defined]
    assert list(body) == ["error", "where", "remedy"]
    assert body["error"]
    return body


def test_a_query_comes_in_three_ways(client: FlaskClient) -> None:
    answers = [
        client.get("/sparql", query_string={"query": SELECT}),
        client.post("/sparql", data={"query": SELECT}),
        client.post("/sparql", data=SELECT.encode(), content_type=f"{QUERY}; charset=utf-8"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.data for answer in answers} == {answers[0].data}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/xml", "application/sparql-results+xml"),
        ("text/csv, application/json;q=0.5", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
    ],
)
@pytest.mark.parametrize("query", [SELECT, "ASK { ?s dip:content ?content }"])
def test_solutions_come_in_the_format_asked_for(client: FlaskClient, accept: str, media_type: str, query: str) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert "Accept" in response.headers["Vary"]
    is_select = query == SELECT
    if media_type.endswith("json"):
        told = json.loads(response.data)
        assert len(told["results"]["bindings"]) == 3 if is_select else told["boolean"] is True
    elif media_type.endswith("xml"):
        names = [element.tag.rpartition("}")[2] for element in ElementTree.fromstring(response.data).iter()]
        assert names.count("result") == 3 if is_select else "boolean" in names
    elif is_select:
        separator = "," if media_type == "text/csv" else "\t"
        rows = list(csv.reader(io.StringIO(response.text, newline=""), delimiter=separator))
        assert [len(row) for row in rows] == [2, 2, 2, 2]
    else:
        assert response.text.strip() == "true"


@pytest.mark.parametrize(
    ("accept", "media_type", "syntax"),
    [
        ("", "text/turtle", "turtle"),
        ("*/*", "text/turtle", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
    ],
)
@pytest.mark.filterwarnings(JSON_LD_WARNING)
@pytest.mark.parametrize("query", [CONSTRUCT, "DESCRIBE <https://w3id.org/mavaze/id/article/a1>"])
def test_graphs_come_in_the_format_asked_for(
    client: FlaskClient, accept: str, media_type: str, syntax: str, query: str
) -> None:
    response = client.post("/sparql", data={"query": query}, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)
    graph = rdflib.Graph().parse(data=response.data, format=syntax)
    assert len(graph) == (3 if query == CONSTRUCT else 7)


@pytest.mark.parametrize(
    ("name", "query", "media_type"),
    [
        ("csv", SELECT, "text/csv"),
        ("xml", SELECT, "application/sparql-results+xml"),
        ("application/sparql-results+json", SELECT, "application/sparql-results+json"),
        ("ttl", CONSTRUCT, "text/turtle"),
        ("json", CONSTRUCT, "application/ld+json"),
        ("rdfxml", CONSTRUCT, "application/rdf+xml"),
    ],
)
@pytest.mark.parametrize("parameter", ["format", "output"])
def test_a_format_may_be_named(client: FlaskClient, name: str, query: str, media_type: str, parameter: str) -> None:
    response = client.get("/sparql", query_string={"query": query, parameter: name}, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (200, media_type)


@pytest.mark.parametrize(
    ("suffix", "query", "media_type"),
    [
        ("csv", SELECT, "text/csv"),
        ("srx", SELECT, "application/sparql-results+xml"),
        ("json", SELECT, "application/sparql-results+json"),
        ("trig", CONSTRUCT, "application/trig"),
        ("nq", CONSTRUCT, "application/n-quads"),
        ("rdf", CONSTRUCT, "application/rdf+xml"),
    ],
)
def test_the_end_of_the_address_may_name_a_format(
    client: FlaskClient, suffix: str, query: str, media_type: str
) -> None:
    response = client.get(f"/sparql.{suffix}", query_string={"query": query}, headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (200, media_type)
    is_error(client.get("/sparql.docx", query_string={"query": query}), 400)


def test_a_relative_prefix_is_the_engines_affair(client: FlaskClient) -> None:
    query = "BASE <http://x/> PREFIX : <#> SELECT (:a AS ?x) {}"
    assert client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"}).text.split() == [
        "x",
        "http://x/#a",
    ]


def test_a_query_that_is_not_utf8_is_told(client: FlaskClient) -> None:
    is_error(client.get("/sparql?query=ASK%7B%3Fs%20%3Fp%20%27%FF%27%7D"), 400)
    is_error(client.post("/sparql", data=b"query=ASK%7B%3Fs%20%3Fp%20%27%FF%27%7D", content_type=FORM), 400)


def test_a_format_that_does_not_fit_the_query_is_an_error(client: FlaskClient) -> None:
    error = is_error(client.get("/sparql", query_string={"query": SELECT, "format": "turtle"}), 400)
    assert "json, xml, csv, tsv" in error["remedy"]


def test_the_dataset_may_be_named(client: FlaskClient) -> None:
    count = "SELECT ?s { ?s dip:content ?c }"
    article = "https://w3id.org/mavaze/id/article/a2"

    def found(query: str, parameters: Mapping[str, str]) -> int:
        sent = MultiDict({"query": query, **parameters})
        by_get = client.get("/sparql", query_string=sent).get_json()["results"]["bindings"]
        by_post = client.post("/sparql", query_string=parameters, data=query, content_type=QUERY)
        assert by_post.get_json()["results"]["bindings"] == by_get
        return len(by_get)

    assert found(count, {}) == 3
    assert found(count, {"default-graph-uri": article}) == 1
    assert found("SELECT ?s { GRAPH ?g { ?s dip:content ?c } }", {"named-graph-uri": article}) == 1
    assert found(count, {"named-graph-uri": article}) == 0
    assert found(f"SELECT ?s FROM <{article}> {{ ?s dip:content ?c }}", {}) == 1


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT *\n{ ?s ?p }", 400, "malformed"),
        ("SELECT * { ?s none:p ?o }", 400, "prefix"),
        ("hello", 400, "cannot begin with"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("LOAD <http://example.org/>", 403, "LOAD"),
        ("INSERT DATA { <http://a/> <http://b/> 1 }", 403, "INSERT"),
        (ENDLESS, 503, "1 seconds (TIME_LIMIT)"),
        (HOG, 503, "LIMIT"),
        ("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f }", 503, "500 rows (ROW_LIMIT)"),
    ],
)
def test_what_cannot_be_answered_is_an_error_and_the_next_query_works(
    client: FlaskClient, query: str, status: int, words: str
) -> None:
    error = is_error(client.post("/sparql", data={"query": query}), status)
    assert words.lower() in error["error"].lower()
    assert error["where"].startswith("query")
    assert client.post("/sparql", data={"query": "ASK {}"}).get_json()["boolean"] is True


def test_relative_iris_are_those_of_the_endpoint(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"query": "SELECT (<x> AS ?x) {}"}, headers={"Accept": "text/csv"})
    assert answer.text.split() == ["x", "http://localhost/x"]


def test_a_malformed_query_tells_where(client: FlaskClient) -> None:
    error = is_error(client.post("/sparql", data={"query": "SELECT *\n{ ?s none:p ?o }"}), 400)
    assert error["where"].startswith("query, line 2, column ")


def test_the_shape_of_errors_holds_for_the_protocol(client: FlaskClient) -> None:
    is_error(client.get("/sparql", headers={"Accept": "application/sparql-results+json"}), 406)
    is_error(client.post("/sparql", data={"other": "x"}), 400)
    is_error(client.post("/sparql", data={"update": "CLEAR ALL"}), 400)
    is_error(client.get("/sparql?query=ASK{}&query=ASK{}"), 400)
    is_error(client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "image/png"}), 406)
    is_error(client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": "text/csv"}), 406)
    is_error(client.post("/sparql", data="ASK {}", content_type="text/plain"), 415)
    is_error(client.post("/sparql", data=b"ASK {} # \xff", content_type=QUERY), 400)
    is_error(client.post("/sparql", data="ASK {} #" + "x" * 30_000, content_type=QUERY), 413)
    is_error(client.post("/sparql", data={"query": "ASK {} #" + "x" * 30_000}), 413)
    is_error(client.get("/sparql", query_string={"query": "ASK {} #" + "x" * 30_000}), 413)
    refused = client.put("/sparql")
    is_error(refused, 405)
    assert refused.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.filterwarnings(JSON_LD_WARNING)
def test_without_a_query_a_program_gets_the_service_description(client: FlaskClient) -> None:
    for accept, syntax in (
        ("text/turtle", "turtle"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ):
        response = client.get("/sparql", headers={"Accept": accept})
        assert response.status_code == 200
        graph = rdflib.Graph().parse(data=response.data, format=syntax)
        sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
        (service,) = graph.subjects(rdflib.RDF.type, sd.Service)
        assert graph.value(service, sd.endpoint) == rdflib.URIRef("http://localhost/sparql")
        assert sd.UnionDefaultGraph in graph.objects(service, sd.feature)


def test_without_a_query_a_person_gets_the_query_box(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/html"})
    assert response.mimetype == "text/html"
    assert "<textarea" in response.text


def test_other_sites_may_ask(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Origin": "http://elsewhere.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.options("/sparql", headers={"Origin": "http://elsewhere.example"})
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("media_type", ["", "multipart/form-data", "application/sparql-update"])
def test_a_body_of_another_kind_is_not_read(media_type: str) -> None:
    with pytest.raises(MavazeError) as error:
        read_request("POST", media_type, MultiDict({"query": "ASK {}"}), MultiDict(), b"ASK {}")
    assert error.value.status == 415


def test_a_server_that_hides_breaks_gives_all_or_an_error(store: Path) -> None:
    many = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    with open_pool(store, Settings(workers=1, row_limit=5000)) as pool:
        client = create_app(pool, Settings(workers=1, row_limit=5000)).test_client()
        is_error(client.get("/sparql", query_string={"query": many}), 503)
        whole = client.get("/sparql", query_string={"query": many + " LIMIT 5000"})
        assert whole.content_length == len(whole.data)
        assert len(whole.get_json()["results"]["bindings"]) == 5000


def test_an_answer_is_known_by_its_tag_until_the_store_changes(client: FlaskClient) -> None:
    first = client.get("/sparql", query_string={"query": SELECT})
    tag = first.headers["ETag"]
    again = client.get("/sparql", query_string={"query": SELECT}, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    other = client.get("/sparql", query_string={"query": SELECT + " LIMIT 1"}, headers={"If-None-Match": tag})
    assert other.status_code == 200
    assert other.headers["ETag"] != tag
    in_csv = client.get("/sparql", query_string={"query": SELECT, "format": "csv"}, headers={"If-None-Match": tag})
    assert in_csv.status_code == 200
    assert "ETag" not in client.get("/sparql", query_string={"query": "SELECT (NOW() AS ?now) {}"}).headers


@pytest.mark.parametrize("given", ["0", "-1", "soon", "inf", "nan"])
def test_a_timeout_is_a_number_of_seconds(client: FlaskClient, given: str) -> None:
    is_error(client.get("/sparql", query_string={"query": "ASK {}", "timeout": given}), 400)
    error = is_error(client.get("/sparql", query_string={"query": ENDLESS, "timeout": "0.2"}), 503)
    assert "0.2 seconds (the request's timeout)" in error["error"]
