import logging
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.graph.store import Store
from server.application import create_app
from server.settings import Settings
from server.site import open_pool

UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
ADD = "INSERT DATA { <urn:s> <urn:p> 1 }"


def count(client: FlaskClient, pattern: str) -> int:
    answer = client.post("/sparql", data={"query": f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"})
    return int(answer.get_json()["results"]["bindings"][0]["n"]["value"])


def send(client: FlaskClient, text: str, **parameters: Any) -> int:
    return client.post("/update", data=text.encode(), content_type=UPDATE, query_string=parameters).status_code


def test_an_update_comes_in_two_ways_and_the_next_query_sees_it(writer: FlaskClient) -> None:
    assert send(writer, "DROP ALL") == 204
    assert send(writer, "INSERT DATA { <urn:s> <urn:p> 'سلام' }") == 204
    assert count(writer, "?s ?p 'سلام'") == 1
    assert writer.post("/update", data={"update": "DELETE WHERE { ?s ?p ?o }"}).status_code == 204
    assert count(writer, "?s ?p ?o") == 0


def test_only_the_token_opens_writing(writable: Flask, writer: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    assert send(writer, "DROP ALL") == 204
    stranger = writable.test_client()
    with caplog.at_level(logging.DEBUG):
        for sent in (None, "Bearer", "Bearer geheim", "Basic geheim-ß", "Bearer geheim-ß-und-mehr", "geheim-ß"):
            headers = {} if sent is None else {"Authorization": sent.encode().decode("latin-1")}
            refused = stranger.post("/update", data=ADD, content_type=UPDATE, headers=headers)
            assert refused.status_code == 401
            assert refused.headers["WWW-Authenticate"] == 'Bearer realm="mavaze"'
            assert "geheim" not in refused.text
    assert "geheim" not in caplog.text
    assert "geheim" not in repr(Settings(update_token="geheim-ß"))
    assert count(writer, "?s ?p ?o") == 0


def test_without_a_token_nobody_may_write(client: FlaskClient) -> None:
    refused = client.post("/update", data=ADD, content_type=UPDATE, headers={"Authorization": "Bearer "})
    assert (refused.status_code, refused.get_json()["remedy"]) == (
        403,
        "the operator opens writing with MAVAZE_UPDATE_TOKEN",
    )
    assert client.put("/graph-store?graph=urn:g", data="", content_type="text/turtle").status_code == 403


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"INSERT DATA { <urn:s> <urn:p> }", UPDATE, 400),
        (b"INSERT DATA { <urn:s> <urn:p> '\xff' }", UPDATE, 400),
        (b"update=INSERT%20DATA%20%7B%20%3Curn:s%3E%20%3Curn:p%3E%20'%FF'%20%7D", FORM, 400),
        (b"update=CLEAR%20ALL&update=CLEAR%20ALL", FORM, 400),
        (b"query=ASK%7B%7D", FORM, 400),
        (b"update=CLEAR%20ALL&query=ASK%7B%7D", FORM, 400),
        (b"", FORM, 400),
        (ADD.encode(), "text/plain", 415),
        (ADD.encode(), "", 415),
        (b"ASK {}", UPDATE, 403),
        (b"LOAD <http://127.0.0.1:9/>", UPDATE, 403),
        (b"INSERT { ?s a 1 } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", UPDATE, 403),
        (b"CREATE GRAPH <urn:g> ; CREATE GRAPH <urn:g>", UPDATE, 400),
        (b"INSERT DATA { <urn:s> <urn:p> '" + b"x" * 30_000 + b"' }", UPDATE, 413),
    ],
)
def test_a_malformed_update_is_told_and_changes_nothing(
    writer: FlaskClient, body: bytes, media_type: str, status: int
) -> None:
    assert send(writer, "DROP ALL ; " + ADD) == 204
    refused = writer.post("/update", data=body, content_type=media_type)
    assert refused.status_code == status, refused.text
    assert set(refused.get_json()) == {"error", "where", "remedy"}
    assert count(writer, "?s ?p ?o") == 1


def test_a_syntax_error_tells_where(writer: FlaskClient) -> None:
    refused = writer.post("/update", data="INSERT DATA {\n <urn:s> x:p 1 }", content_type=UPDATE).get_json()
    assert refused["where"].startswith("update, line 2, column ")
    assert "update is malformed" in refused["error"]


def test_the_dataset_may_be_named(writer: FlaskClient) -> None:
    send(writer, "DROP ALL ; INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } GRAPH <urn:h> { <urn:b> <urn:p> 1 } }")
    copy = "INSERT { ?s <urn:seen> 1 } WHERE { ?s <urn:p> 1 }"
    assert send(writer, copy, **{"using-graph-uri": "urn:g"}) == 204
    assert count(writer, "?s <urn:seen> 1") == 1
    assert send(writer, "INSERT { ?s <urn:both> 1 } WHERE { GRAPH ?g { ?s <urn:p> 1 } }") == 204
    assert count(writer, "?s <urn:both> 1") == 2
    named = "INSERT { ?s <urn:named> 1 } WHERE { GRAPH ?g { ?s <urn:p> 1 } }"
    assert send(writer, named, **{"using-named-graph-uri": "urn:h"}) == 204
    assert count(writer, "?s <urn:named> 1") == 1
    assert send(writer, copy.replace("WHERE", "USING <urn:h> WHERE"), **{"using-graph-uri": "urn:g"}) == 400
    assert send(writer, copy, **{"using-graph-uri": "no iri"}) == 400


def test_relative_iris_are_those_of_the_address(writer: FlaskClient) -> None:
    send(writer, "DROP ALL ; INSERT DATA { <x> <y> 1 }")
    assert count(writer, "<http://localhost/x> <http://localhost/y> 1") == 1


def test_an_update_that_never_ends_is_stopped_and_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(time_limit=1.0, workers=1, update_token="t", memory_limit=128)
    with open_pool(tmp_path / "store", settings) as pool:
        client = create_app(pool, settings).test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer t"
        rows = " ".join(f"<urn:s{number}> <urn:p> {number} ." for number in range(200))
        assert send(client, f"INSERT DATA {{ {rows} }}") == 204
        endless = (
            "INSERT { ?a <urn:q> ?b } WHERE { ?a ?x ?b . ?c ?y ?d . ?e ?z ?f . ?g ?w ?h FILTER(?b + ?d + ?f + ?h < 0) }"
        )
        stopped = client.post("/update", data=endless, content_type=UPDATE)
        assert stopped.status_code == 503
        assert "TIME_LIMIT" in stopped.get_json()["error"]
        assert send(client, "INSERT DATA { <urn:s> <urn:p> 1 }") == 204
        assert count(client, "?s <urn:p> ?o") == 201
        assert count(client, "?s <urn:q> ?o") == 0


def test_while_another_process_writes_it_is_named_and_queries_go_on(tmp_path: Path) -> None:
    settings = Settings(workers=1, update_token="t", default_graph="own")
    with open_pool(tmp_path / "store", settings) as pool:
        client = create_app(pool, settings).test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = "Bearer t"
        assert send(client, ADD) == 204
        with Store.open(tmp_path / "store"):
            refused = client.post("/update", data=ADD, content_type=UPDATE)
            assert refused.status_code == 503
            assert f"is being written by process {os.getpid()}" in refused.get_json()["error"]
            assert client.put("/graph-store?default", data="", content_type="text/turtle").status_code == 503
            assert count(client, "?s ?p ?o") == 1
        assert send(client, "CLEAR ALL") == 204
        assert count(client, "?s ?p ?o") == 0


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_other_methods_are_not_allowed(writer: FlaskClient, method: str) -> None:
    refused = getattr(writer, method)("/update", query_string={"update": "DROP ALL"})
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]


def test_pages_of_other_sites_may_write_with_the_token(writer: FlaskClient) -> None:
    preflight = writer.options("/update", headers={"Origin": "http://elsewhere.example"})
    assert preflight.status_code == 200
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
