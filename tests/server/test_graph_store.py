import io

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from rdflib.compare import isomorphic

TURTLE = "@prefix x: <http://x/> . <a> x:knows [ x:name 'سارا'@fa ] ."
GRAPH = {"graph": "http://g.example/one"}


def read(client: FlaskClient, **arguments: str) -> rdflib.Graph:
    response = client.get("/graph-store", query_string=arguments, headers={"Accept": "application/n-triples"})
    assert response.status_code == 200, response.text
    return rdflib.Graph().parse(data=response.data, format="nt")


@pytest.fixture(autouse=True)
def _empty(writer: FlaskClient) -> None:
    assert writer.post("/update", data={"update": "DROP ALL"}).status_code == 204


def test_a_graph_is_made_replaced_added_to_and_removed(writer: FlaskClient) -> None:
    assert writer.get("/graph-store", query_string=GRAPH).status_code == 404
    made = writer.put("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle")
    assert made.status_code == 201
    assert isomorphic(read(writer, **GRAPH), rdflib.Graph().parse(data=TURTLE, publicID=GRAPH["graph"]))
    added = writer.post("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle")
    assert added.status_code == 204
    assert len(read(writer, **GRAPH)) == 4, "blank nodes of two documents are two"
    replaced = writer.put("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle")
    assert replaced.status_code == 204
    assert len(read(writer, **GRAPH)) == 2
    assert writer.delete("/graph-store", query_string=GRAPH).status_code == 204
    assert writer.delete("/graph-store", query_string=GRAPH).status_code == 404
    assert writer.get("/graph-store", query_string=GRAPH).status_code == 404


def test_an_empty_graph_is_there(writer: FlaskClient) -> None:
    assert writer.put("/graph-store", query_string=GRAPH, data="", content_type="text/turtle").status_code == 201
    assert len(read(writer, **GRAPH)) == 0
    assert writer.head("/graph-store", query_string=GRAPH).status_code == 200


def test_the_default_graph_is_the_stores_own(writer: FlaskClient) -> None:
    writer.put("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle")
    assert writer.get("/graph-store?default").status_code == 200
    assert len(read(writer, default="")) == 0
    nt = "<urn:a> <urn:b> <urn:c> ."
    assert writer.put("/graph-store?default", data=nt, content_type="application/n-triples").status_code == 204
    assert len(read(writer, default="")) == 1
    assert writer.delete("/graph-store?default").status_code == 204
    assert len(read(writer, default="")) == 0


def test_a_new_graph_gets_an_address(writer: FlaskClient) -> None:
    made = [writer.post("/graph-store", data=TURTLE, content_type="text/turtle") for _ in range(2)]
    assert [response.status_code for response in made] == [201, 201]
    first, second = (response.headers["Location"] for response in made)
    assert first.startswith("http://localhost/graph-store/")
    assert first != second
    for address in (first, second):
        direct = writer.get(address, headers={"Accept": "text/turtle"})
        assert direct.status_code == 200
        assert len(rdflib.Graph().parse(data=direct.data, format="turtle")) == 2
        assert len(read(writer, graph=address)) == 2
    assert writer.delete(first).status_code == 204
    assert writer.get(first).status_code == 404
    assert writer.get(second).status_code == 200


def test_several_documents_come_as_one_form(writer: FlaskClient) -> None:
    form = {
        "one": (io.BytesIO(TURTLE.encode()), "one.ttl", "text/turtle"),
        "two": (io.BytesIO(b"<urn:a> <urn:b> <urn:c> ."), "two.nt", "application/n-triples"),
    }
    sent = writer.post("/graph-store", query_string=GRAPH, data=form, content_type="multipart/form-data")
    assert sent.status_code == 201
    assert len(read(writer, **GRAPH)) == 3


def test_a_patch_changes_its_graph_alone(writer: FlaskClient) -> None:
    writer.put("/graph-store", query_string=GRAPH, data="<urn:a> <urn:b> 1, 2 .", content_type="text/turtle")
    patch = "DELETE { ?s ?p 1 } INSERT { ?s ?p 3 } WHERE { ?s ?p 1 } ; DELETE DATA { <urn:a> <urn:b> 2 }"
    sent = writer.patch("/graph-store", query_string=GRAPH, data=patch, content_type="application/sparql-update")
    assert sent.status_code == 204
    assert [str(value) for value in read(writer, **GRAPH).objects()] == ["3"]
    assert len(read(writer, default="")) == 0
    for update, status in (
        ("CLEAR ALL", 422),
        ("INSERT DATA { GRAPH <urn:x> { <urn:a> <urn:b> 1 } }", 422),
        ("x", 400),
    ):
        for target in (GRAPH, {"default": ""}):
            refused = writer.patch(
                "/graph-store", query_string=target, data=update, content_type="application/sparql-update"
            )
            assert refused.status_code == status
    assert writer.patch("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle").status_code == 415
    absent = writer.patch("/graph-store?graph=urn:none", data=patch, content_type="application/sparql-update")
    assert absent.status_code == 404


@pytest.mark.parametrize(
    ("media_type", "body", "triples"),
    [
        ("application/ld+json", '{"@id": "urn:a", "urn:b": "c"}', 1),
        (
            "application/rdf+xml",
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:x='urn:'>"
            "<rdf:Description rdf:about='urn:a'><x:b>c</x:b></rdf:Description></rdf:RDF>",
            1,
        ),
        ("application/trig", "<urn:a> <urn:b> 1 . { <urn:a> <urn:b> 2 }", 2),
        ("application/n-quads", "<urn:a> <urn:b> <urn:c> .", 1),
        ("text/turtle; charset=windows-1256", TURTLE.encode("windows-1256"), 2),
        ("text/turtle", "<urn:a> <urn:b> <<( <urn:c> <urn:d> 'x'@ar--rtl )>> .", 1),
    ],
)
def test_rdf_comes_in_many_formats(writer: FlaskClient, media_type: str, body: str | bytes, triples: int) -> None:
    sent = writer.put("/graph-store", query_string=GRAPH, data=body, content_type=media_type)
    assert sent.status_code == 201, sent.text
    answer = writer.get("/graph-store", query_string={**GRAPH, "format": "nt"})
    assert answer.text.count(" .\n") == triples


@pytest.mark.parametrize(
    ("query", "body", "media_type", "status"),
    [
        ("", TURTLE, "text/turtle", 400),
        ("?graph=urn:a&graph=urn:b", TURTLE, "text/turtle", 400),
        ("?default&graph=urn:a", TURTLE, "text/turtle", 400),
        ("?graph=relative", TURTLE, "text/turtle", 400),
        ("?graph=urn:a%20b", TURTLE, "text/turtle", 400),
        ("?graph=urn:a", "<urn:a> <urn:b> .", "text/turtle", 400),
        ("?graph=urn:a", b"<urn:a> <urn:b> '\xff' .", "text/turtle", 400),
        ("?graph=urn:a", TURTLE, "text/turtle; charset=klingon", 400),
        ("?graph=urn:a", TURTLE, "", 415),
        ("?graph=urn:a", TURTLE, "text/html", 415),
        ("?graph=urn:a", "<urn:h> { <urn:a> <urn:b> 1 }", "application/trig", 400),
        ("?graph=urn:a", '{"@context": "http://127.0.0.1:9/", "a": "b"}', "application/ld+json", 400),
        ("?graph=urn:a", "", "multipart/form-data; boundary=x", 400),
        ("?graph=urn:a", "<urn:a> <urn:b> '" + "x" * 30_000 + "' .", "text/turtle", 413),
    ],
)
def test_what_cannot_be_stored_is_told(
    writer: FlaskClient, query: str, body: str | bytes, media_type: str, status: int
) -> None:
    refused = writer.put(f"/graph-store{query}", data=body, content_type=media_type)
    assert refused.status_code == status, refused.text
    assert set(refused.get_json()) == {"error", "where", "remedy"}
    assert writer.get("/graph-store?graph=urn:a").status_code == 404


def test_reading_is_open_and_in_the_format_asked_for(writable: Flask, writer: FlaskClient) -> None:
    writer.put("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle")
    reader = writable.test_client()
    for accept, media_type in (
        ("", "text/turtle"),
        ("text/turtle; charset=utf-8", "text/turtle"),
        ("application/rdf+xml, text/turtle;q=0.5", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
    ):
        response = reader.get("/graph-store", query_string=GRAPH, headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (200, media_type)
        assert reader.head("/graph-store", query_string=GRAPH, headers={"Accept": accept}).status_code == 200
    assert reader.get("/graph-store", query_string=GRAPH, headers={"Accept": "image/png"}).status_code == 406
    assert reader.get("/graph-store", query_string={**GRAPH, "format": "csv"}).status_code == 400
    for method in (reader.put, reader.post, reader.delete, reader.patch):
        assert method("/graph-store", query_string=GRAPH, data=TURTLE, content_type="text/turtle").status_code == 401
