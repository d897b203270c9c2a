import csv
import io

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.graph.export import FORMATS, MEDIA_TYPES
from kg.graph.export.parts import Part
from kg.graph.export.stream import ExportStream, Order
from kg.graph.given_text import WITHHELD
from ontology import BASE
from server.application import create_app
from server.settings import Settings
from server.site import open_pool


@pytest.mark.parametrize("format", FORMATS)
def test_the_whole_graph_in_every_format(client, format):
    response = client.get(f"/export?format={format}")
    assert response.status_code == 200
    assert response.mimetype == MEDIA_TYPES[format]
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.data


def test_it_is_the_graph(client, store):
    again = ox.Store()
    again.load(client.get("/export?format=nquads").data, format=ox.RdfFormat.N_QUADS)
    assert set(again) == set(ox.Store.read_only(str(store)))


def test_one_article(client):
    article = f"{BASE}article/a1"
    lines = client.get("/export", query_string={"format": "nquads", "graph": article}).data.decode().splitlines()
    assert lines
    assert all(line.endswith(f"<{article}> .") for line in lines)


def test_a_part(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/export?format=csv").text)))
    some = list(csv.DictReader(io.StringIO(client.get(f"/export?format=csv&actor={BASE}state/iraq").text)))
    assert 0 < len(some) < len(rows)
    assert client.get("/export?format=csv&since=2090").data.count(b"\n") == 1


def test_a_querys_answer(client):
    select = client.get("/export", query_string={"query": "SELECT (1 AS ?n) {}"})
    assert (select.mimetype, select.text.split()) == ("text/csv", ["n", "1"])
    assert 'attachment; filename="answer.csv"' in select.headers["Content-Disposition"]
    graph = client.get("/export", query_string={"query": "CONSTRUCT WHERE { ?s a dip:Article }", "format": "ntriples"})
    assert graph.text.count("Article") == 3


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/export?format=docx", 400, "no format"),
        ("/export?graph=https://x.example/none", 400, "no such graph"),
        ("/export?since=gestern", 400, "no date"),
        ("/export?since=2020&until=2019", 400, "before it begins"),
        ("/export?actor=ژژژ", 400, "nothing is called"),
        ("/export?query=SELECT", 400, "malformed"),
    ],
)
def test_what_cannot_be_given_is_told(client: FlaskClient, address, status, told):
    response = client.get(address, headers={"Accept": "application/json"})
    assert response.status_code == status
    assert told in response.json["error"]


def test_text_is_withheld_here_too(store):
    settings = Settings(workers=1, text="none")
    with open_pool(store, settings) as pool:
        client = create_app(pool, settings).test_client()
        rows = list(csv.DictReader(io.StringIO(client.get("/export?format=csv").text)))
        asked = client.get("/sparql", query_string={"query": "SELECT ?w { ?s dip:content ?w }", "format": "csv"}).text
    assert {row["words"] for row in rows} == {WITHHELD}
    assert set(asked.split()[1:]) == {WITHHELD}


def test_an_export_that_is_left_ends_its_process(store):
    stream = ExportStream(Order(store, BASE, "nquads", Part(), "full"), seconds=30)
    process = stream._process
    next(iter(stream))
    stream.close()
    stream.close()
    with pytest.raises(ValueError, match="closed"):
        process.is_alive()
