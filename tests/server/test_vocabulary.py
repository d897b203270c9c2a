"""The vocabulary at its address: a page for people, data for programs."""

import json

import pytest
from rdflib import Graph

import ontology
from ontology import DIP


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("accept", "media_type", "name"),
    [
        ("", "text/turtle", "turtle"),
        ("text/turtle", "text/turtle", "turtle"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
        ("application/n-triples", "application/n-triples", "nt"),
    ],
)
def test_data_by_accept(client, accept, media_type, name):
    response = client.get("/ontology", headers={"Accept": accept})
    assert response.mimetype == media_type
    assert "Accept" in response.vary
    graph = Graph().parse(data=response.data, format=name)
    assert DIP.Statement in graph.subjects()
    assert len(graph) == len(ontology.load())


def test_by_suffix_and_in_parts(client):
    shapes = Graph().parse(data=client.get("/ontology/shapes.ttl").data)
    assert len(shapes) == len(ontology.load("shapes"))
    assert client.get("/ontology.rdf").mimetype == "application/rdf+xml"
    assert client.get("/ontology.docx").status_code == 404
    assert client.get("/ontology", headers={"Accept": "image/png"}).status_code == 406


def test_the_context(client):
    told = json.loads(client.get("/ontology/context.jsonld").data)
    assert told["@context"] == ontology.context()


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_browser_gets_the_page_and_every_term_has_its_anchor(client, language):
    headers = {"Accept": "text/html", "Accept-Language": language}
    response = client.get("/ontology", headers=headers)
    assert (response.status_code, response.headers["Location"]) == (303, f"/{language}/ontology")
    page = client.get(f"/{language}/ontology").text
    for term in (
        *(
            str(term).partition("#")[2]
            for term in ontology.load("mavaze").subjects()
            if "#" in str(term) and str(term).startswith(ontology.PREFIXES["dip"])
        ),
        *ontology.acts(),
    ):
        if term not in ("positive", "negative"):
            assert page.count(f'id="{term}"') == 1, term


def test_the_speech_acts_are_found_from_their_own_namespace(client):
    assert client.get("/act").headers["Location"] == "/ontology"
