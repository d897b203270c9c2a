import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from kg.errors import InputError
from kg.gazetteer import Gazetteer
from kg.graph.export import CSV_COLUMNS, FORMATS, export
from kg.graph.iris import ENTITIES_GRAPH, article_iri
from kg.graph.store import Store
from kg.model import Extraction

RDFLIB = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml"}
OXIGRAPH = {"trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD}


@pytest.fixture
def articles(tell) -> list[Extraction]:
    return [
        tell(
            ("kamrani", "deny", "این ادعا\u200cها، «بی‌پایه» است", "-eastland", "for:westland", "about:treaty"),
            ("stranger", "praise", "پیمان دریا خوب است", "+treaty", "-westland"),
            id="1",
            title="سرخط",
        ),
        tell(("eastland", "accuse", "باخترستان مقصر است", "-westland"), id="2", published=None),
    ]


@pytest.fixture
def store(tmp_path: Path, world: Gazetteer, articles: list[Extraction]) -> Iterator[Store]:
    with Store.open(tmp_path / "store", create=True, gazetteer=world) as opened:
        opened.replace(articles)
        opened.derive()
        yield opened


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_graph_gives_the_same_bytes(store, tmp_path, world, articles, format):
    with Store.open(tmp_path / "other", create=True, gazetteer=world) as other:
        for article in reversed(articles):
            other.replace(article)
        other.derive()
        assert export(other, format) == export(store, format)


@pytest.mark.parametrize("format", ["turtle", "ntriples", "rdfxml"])
def test_flat_formats_hold_the_union(store, format):
    graph = Graph().parse(data=export(store, format), format=RDFLIB[format])
    assert len(graph) == len(store.engine)


@pytest.mark.parametrize("format", ["trig", "nquads", "jsonld"])
def test_the_others_hold_the_graphs_apart(store, format):
    again = ox.Store()
    again.load(export(store, format), format=OXIGRAPH[format])
    assert {g.value for g in again.named_graphs()} == {g.value for g in store.engine.named_graphs()}
    assert len(again) == len(store.engine)


def test_turtle_is_readable(store):
    turtle = export(store, "turtle").decode()
    assert "@prefix dip: <https://w3id.org/mavaze/ontology#> ." in turtle
    assert " a dip:Statement" in turtle
    assert "dip:side <https://w3id.org/mavaze/id/state/westland>" in turtle


def test_one_graph_alone(store, articles):
    graph = str(article_iri(articles[0].article))
    lines = export(store, "nquads", graphs=[graph]).decode().splitlines()
    assert lines
    assert all(line.endswith(f"<{graph}> .") for line in lines)
    names = export(store, "turtle", graphs=[str(ENTITIES_GRAPH)]).decode()
    assert "بهرام سروش" in names
    assert "dip:Statement" not in names


def test_csv_has_a_row_per_stance_in_cameo_codes(store, articles):
    rows = list(csv.DictReader(io.StringIO(export(store, "csv").decode())))
    assert len(rows) == 4
    assert list(rows[0]) == list(CSV_COLUMNS)
    denial = next(row for row in rows if row["act"] == "deny")
    assert denial | {"statement": ""} == {
        "date": "2019-07-15",
        "holder": "رضا کامرانی",
        "side": "باخترستان",
        "act": "deny",
        "cameo": "016",
        "polarity": "negative",
        "target": "خاورستان",
        "words": "این ادعا\u200cها، «بی‌پایه» است",
        "article": str(article_iri(articles[0].article)),
        "outlet": "روزنامه بامداد",
        "statement": "",
    }
    assert next(row for row in rows if row["act"] == "accuse")["date"] == ""


def test_csv_of_one_article(store, articles):
    graph = str(article_iri(articles[1].article))
    rows = list(csv.DictReader(io.StringIO(export(store, "csv", graphs=[graph]).decode())))
    assert [row["act"] for row in rows] == ["accuse"]


@pytest.mark.parametrize("graph", ["https://x.example/none", "no iri"])
def test_an_unknown_graph_is_told(store, graph):
    with pytest.raises(InputError, match="no such graph"):
        export(store, "turtle", graphs=[graph])


def test_an_unknown_format_is_told_with_the_known_ones(store):
    with pytest.raises(InputError, match="choose one of turtle, trig"):
        export(store, "docx")
