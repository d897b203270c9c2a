import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib import DCTERMS, RDF, VOID, Namespace, URIRef

from kg.graph.statistics import FILE_NAME, StatisticsKeeper, StoreBeingCounted
from ontology import DIP
from server.application import create_app
from server.settings import Settings
from server.site import open_pool

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def readers(sample_store: Path) -> Iterator[FlaskClient]:
    settings = Settings(workers=1)
    with open_pool(sample_store, settings) as pool:
        yield create_app(pool, settings).test_client()


def number(client: FlaskClient, query: str) -> int:
    bindings = client.post("/sparql", data={"query": query}).get_json()["results"]["bindings"]
    return int(bindings[0]["n"]["value"])


def test_the_data_set_is_described_with_its_statistics(readers: FlaskClient) -> None:
    response = readers.get("/.well-known/void", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.content_type) == (200, "text/turtle; charset=utf-8")
    graph = rdflib.Graph().parse(data=response.data, format="turtle")
    (document,) = graph.subjects(RDF.type, VOID.DatasetDescription)
    assert document == URIRef("http://localhost/.well-known/void")
    dataset = graph.value(document, rdflib.FOAF.primaryTopic)
    assert graph.value(dataset, VOID.sparqlEndpoint) == URIRef("http://localhost/sparql")
    assert {title.language for title in graph.objects(dataset, DCTERMS.title)} == {"fa", "en"}  # type: ignore[attr-defined]
    assert int(graph.value(dataset, VOID.triples)) == number(readers, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")  # type: ignore[arg-type]
    by_class = {
        graph.value(p, VOID["class"]): graph.value(p, VOID.entities)
        for p in graph.objects(dataset, VOID.classPartition)
    }
    statements = number(readers, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a dip:Statement }")
    assert by_class[DIP.Statement] == rdflib.Literal(statements)
    by_property = {
        graph.value(p, VOID.property): graph.value(p, VOID.triples)
        for p in graph.objects(dataset, VOID.propertyPartition)
    }
    assert by_property[DIP.content] == rdflib.Literal(number(readers, "SELECT (COUNT(*) AS ?n) { ?s dip:content ?o }"))
    assert sum(int(n) for n in by_property.values()) == int(graph.value(dataset, VOID.triples))  # type: ignore[arg-type]
    (links,) = graph.subjects(RDF.type, VOID.Linkset)
    assert int(graph.value(links, VOID.triples)) > 0  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("address", "accept", "media_type", "syntax"),
    [
        ("/.well-known/void", "application/rdf+xml", "application/rdf+xml", "xml"),
        ("/.well-known/void", "application/ld+json", "application/ld+json", "json-ld"),
        ("/.well-known/void.nt", "text/html", "application/n-triples", "nt"),
        ("/.well-known/void.trig", "", "application/trig", "turtle"),
        ("/.well-known/void?format=nq", "", "application/n-quads", "nt"),
    ],
)
def test_the_description_comes_in_every_format(
    readers: FlaskClient, address: str, accept: str, media_type: str, syntax: str
) -> None:
    response = readers.get(address, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert len(rdflib.Graph().parse(data=response.data, format=syntax)) > 50
    assert (
        readers.get(address, headers={"Accept": accept, "If-None-Match": response.headers["ETag"]}).status_code == 304
    )


def test_an_unknown_format_of_the_description_is_told(readers: FlaskClient) -> None:
    assert readers.get("/.well-known/void.docx").status_code == 404
    assert readers.get("/.well-known/void?format=csv").status_code == 400
    assert readers.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406


def test_the_service_description_tells_languages_and_numbers(readers: FlaskClient, writer: FlaskClient) -> None:
    readers.get("/.well-known/void")
    graph = rdflib.Graph().parse(data=readers.get("/sparql", headers={"Accept": "text/turtle"}).data, format="turtle")
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert set(graph.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    dataset = graph.value(service, SD.defaultDataset)
    assert (dataset, RDF.type, VOID.Dataset) in graph
    assert int(graph.value(dataset, VOID.triples)) > 0  # type: ignore[arg-type]
    answer = writer.get("/sparql", headers={"Accept": "text/turtle"})
    languages = rdflib.Graph().parse(data=answer.data, format="turtle").objects(None, SD.supportedLanguage)
    assert set(languages) == {SD.SPARQL11Query, SD.SPARQL11Update}


def test_the_store_is_counted_once_for_each_of_its_states(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = ["one"]
    keeper = StatisticsKeeper(store, lambda: state[0])
    first = keeper.wait(30)
    assert (store / FILE_NAME).is_file()
    counted = threading.Event()
    monkeypatch.setattr(StatisticsKeeper, "_count", lambda *_: counted.set())
    assert StatisticsKeeper(store, lambda: "one").find() == first, "another server finds it beside the store"
    assert not counted.is_set()
    state[0] = "two"
    assert keeper.wait(0.1) == first, "until it is counted again, readers get what was"
    assert counted.wait(5)
    (store / FILE_NAME).write_text("{")
    with pytest.raises(StoreBeingCounted) as error:
        StatisticsKeeper(store, lambda: "three").wait(0.01)
    assert (error.value.status, error.value.retry_after) == (503, 60)
    (store / FILE_NAME).unlink()
