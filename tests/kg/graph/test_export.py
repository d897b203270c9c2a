import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from kg.errors import InputError
from kg.gazetteer import Gazetteer
from kg.graph.export import FORMATS, WHOLE, Part, write_export
from kg.graph.export.stances import CSV_COLUMNS
from kg.graph.given_text import WITHHELD, Policy
from kg.graph.iris import ENTITIES_GRAPH, article_iri
from kg.graph.store import Store
from kg.graph.validation import validate
from kg.model import DateSpan, Extraction
from ontology import DIP, context

# rdflib warns of its own use of what it gives up.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]
RDFLIB = {
    "turtle": "turtle",
    "ntriples": "nt",
    "rdfxml": "xml",
    "trig": "trig",
    "nquads": "nquads",
    "jsonld": "json-ld",
}
OXIGRAPH = {"trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD}
ID = "https://w3id.org/mavaze/id/"


def export(
    store: Store, format: str, *, graphs: Sequence[str] = (), part: Part = WHOLE, text: Policy = "full"
) -> bytes:
    output = io.BytesIO()
    write_export(store, output, format, part=Part(tuple(graphs)) if graphs else part, text=text)
    return output.getvalue()


def read_triples(triples: Iterable[ox.Triple]) -> Graph:
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def triples_of(store: Store) -> set[ox.Triple]:
    return {quad.triple for quad in store.engine}


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
def test_flat_formats_hold_the_union_to_isomorphism(store, format):
    union = read_triples(triples_of(store))
    assert isomorphic(Graph().parse(data=export(store, format), format=RDFLIB[format]), union)


@pytest.mark.parametrize("format", ["trig", "nquads", "jsonld"])
@pytest.mark.parametrize("reader", ["rdflib", "oxigraph"])
def test_the_others_hold_the_graphs_apart_to_isomorphism(store, format, reader):
    if reader == "rdflib":
        again = Dataset().parse(data=export(store, format), format=RDFLIB[format])
        found = {str(graph.identifier): graph for graph in again.graphs() if len(graph)}
    else:
        engine = ox.Store()
        engine.load(export(store, format), format=OXIGRAPH[format])
        found = {}
        for name in engine.named_graphs():
            quads = engine.quads_for_pattern(None, None, None, name)
            found[name.value] = read_triples(quad.triple for quad in quads)
    wanted = {
        name.value: read_triples(quad.triple for quad in store.engine.quads_for_pattern(None, None, None, name))
        for name in store.engine.named_graphs()
    }
    assert found.keys() == wanted.keys()
    for name, graph in wanted.items():
        assert isomorphic(found[name], graph), name


def test_odd_values_survive_every_format(tmp_path, world, tell):
    odd = ("kamrani", "deny", 'یک\ttab، "دو" و \\ سه\r و 🕊', "-eastland")
    with Store.open(tmp_path / "odd", create=True, gazetteer=world) as store:
        store.replace([tell(odd, url="https://example.org/خبر?a=1&b=<2>", title="a\tb")])
        store.engine.add(
            ox.Quad(
                ox.BlankNode("b"),
                ox.NamedNode("http://x.example/p#q"),
                ox.Literal("1.50", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
            )
        )
        store.engine.add(ox.Quad(ox.NamedNode(f"{ID}a:b//c/../d"), ox.NamedNode("urn:p"), ox.NamedNode("act:deny")))
        store.engine.add(
            ox.Quad(
                ox.NamedNode(ID),
                ox.NamedNode(str(DIP.begin)),
                ox.Literal("007", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
            )
        )
        store.engine.add(ox.Quad(ox.NamedNode(ID), ox.NamedNode(str(DIP.speaker)), ox.Literal("no actor")))
        store.engine.add(ox.Quad(ox.NamedNode(ID), ox.NamedNode(str(DIP.content)), ox.Literal("en", language="en")))
        union = read_triples(triples_of(store))
        for format in ("turtle", "ntriples", "rdfxml", "trig", "nquads", "jsonld"):
            again = Dataset().parse(data=export(store, format), format=RDFLIB[format])
            flat = Graph()
            for subject, predicate, value, _ in again.quads():
                flat.add((subject, predicate, value))
            assert isomorphic(flat, union), format


def test_rdf_xml_replaces_only_what_xml_cannot_say(tmp_path, world, tell):
    with Store.open(tmp_path / "odd", create=True, gazetteer=world) as store:
        store.replace([tell(("kamrani", "deny", "زنگ\x07 زد", "-eastland"))])
        graph = Graph().parse(data=export(store, "rdfxml"), format="xml")
    assert [str(words) for words in graph.objects(None, DIP.content)] == ["زنگ\ufffd زد"]


def test_jsonld_reads_like_json(store):
    document = json.loads(export(store, "jsonld"))
    nodes = {node["id"]: node for graph in document["@graph"] for node in graph["@graph"]}
    denial = next(node for node in nodes.values() if node.get("act") == "deny")
    assert denial["type"] == "Statement"
    assert denial["content"] == "این ادعا\u200cها، «بی‌پایه» است"
    assert denial["begin"] == 0
    assert denial["speaker"] == "person/kamrani"
    assert nodes["person/kamrani"]["name"] == {"fa": "رضا کامرانی", "en": "Reza Kamrani"}
    assert nodes[denial["reportedIn"]]["published"] == "2019-07-15"


def test_the_context_knows_every_property_that_points_to_things():
    from rdflib import OWL, RDF

    import ontology

    terms = context()
    ours = ontology.PREFIXES["dip"]
    for prop in ontology.load("mavaze").subjects(RDF.type, OWL.ObjectProperty):
        if str(prop).startswith(ours):
            local = str(prop).removeprefix(ours)
            assert terms[local] == {"@id": f"dip:{local}", "@type": "@vocab" if local == "act" else "@id"}


def test_rdf_1_2_reifies_each_stance(store):
    again = ox.Store()
    again.load(export(store, "turtle12"), format=ox.RdfFormat.TURTLE)
    reifies = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")
    told = {str(quad.object) for quad in again.quads_for_pattern(None, reifies, None)}  # written without brackets
    dip = str(DIP.supports).removesuffix("supports")
    assert f"<{ID}person/kamrani> <{dip}opposes> <{ID}state/eastland>" in told
    assert f"<{ID}person/بهرام-سروش> <{dip}supports> <{ID}topic/treaty>" in told
    assert len(again) == len(triples_of(store)) + 4


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
        "holder_state": "باخترستان",
        "side": "باخترستان",
        "act": "deny",
        "cameo": "016",
        "plover": "",
        "polarity": "negative",
        "target": "خاورستان",
        "words": "این ادعا\u200cها، «بی‌پایه» است",
        "article": str(article_iri(articles[0].article)),
        "outlet": "روزنامه بامداد",
        "statement": "",
    }
    accusation = next(row for row in rows if row["act"] == "accuse")
    assert accusation["date"] == ""
    assert (accusation["plover"], accusation["holder_state"]) == ("ACCUSE", "خاورستان")
    assert next(row for row in rows if row["act"] == "praise")["holder_state"] == ""


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


# ── Networks ─────────────────────────────────────────────────────────────────────────────────────


def test_graphml_is_the_network_of_who_opposes_whom(store):
    network = nx.parse_graphml(export(store, "graphml").decode())
    names = {node: told["label"] for node, told in network.nodes(data=True)}
    edges = {(names[a], names[b], told["polarity"]): told for a, b, told in network.edges(data=True)}
    assert edges.keys() == {
        ("باخترستان", "خاورستان", "negative"),
        ("خاورستان", "باخترستان", "negative"),
        ("بهرام سروش", "باخترستان", "negative"),
        ("بهرام سروش", "پیمان دریا", "positive"),
    }
    told = edges["باخترستان", "خاورستان", "negative"]
    assert (told["weight"], told["articles"], told["first"], told["last"]) == (1.0, 1, "2019-07-15", "2019-07-15")
    assert network.nodes[f"{ID}state/westland"] == {"label": "باخترستان", "label_en": "Westland", "kind": "state"}


def test_gexf_says_the_same(store, tmp_path):
    file = tmp_path / "network.gexf"
    file.write_bytes(export(store, "gexf"))
    gexf, graphml = nx.read_gexf(file, version="1.3"), nx.parse_graphml(export(store, "graphml").decode())
    assert sorted(gexf.edges()) == sorted(graphml.edges())
    assert {told["label"] for _, told in gexf.nodes(data=True)} == {
        told["label"] for _, told in graphml.nodes(data=True)
    }
    assert ET.fromstring(file.read_bytes()).get("version") == "1.3"


# ── Parts ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def years(tmp_path: Path, world: Gazetteer, tell) -> Iterator[Store]:
    """Three years, one article each, and one without a date."""
    with Store.open(tmp_path / "years", create=True, gazetteer=world) as opened:
        for year in (2017, 2018, 2019):
            day = DateSpan(date(year, 3, 1), date(year, 3, 31))
            lines = (
                ("kamrani", "accuse", f"خاورستان در {year} مقصر است", "-eastland", "for:westland"),
                ("stranger", "praise", f"پیمان در {year} خوب است", "+treaty"),
            )
            opened.replace(tell(*lines, id=str(year), published=day))
        opened.replace(tell(("party", "warn", "هوا سرد است", "-treaty"), id="undated", published=None))
        opened.derive()
        yield opened


def words_of(store: Store, part: Part) -> set[str]:
    rows = csv.DictReader(io.StringIO(export(store, "csv", part=part).decode()))
    graph = Graph().parse(data=export(store, "turtle", part=part))
    words = {row["words"] for row in rows}
    assert {str(content) for content in graph.objects(None, DIP.content)} == words
    return words


def test_a_span_of_dates(years):
    since = Part(since=date(2018, 1, 1))
    assert words_of(years, since) == {
        f"{w} {y} {z}" for y in (2018, 2019) for w, z in (("خاورستان در", "مقصر است"), ("پیمان در", "خوب است"))
    }
    # A month that the span cuts in two is left out: its articles may lie outside.
    assert words_of(years, Part(since=date(2018, 1, 1), until=date(2019, 3, 15))) == {
        "خاورستان در 2018 مقصر است",
        "پیمان در 2018 خوب است",
    }


def test_what_an_actor_said_or_was_told(years):
    treaty = words_of(years, Part(actors=(f"{ID}topic/treaty",)))
    assert treaty == {"هوا سرد است", *(f"پیمان در {year} خوب است" for year in (2017, 2018, 2019))}
    westland = Part(actors=(f"{ID}state/westland",), until=date(2017, 12, 31))
    assert words_of(years, westland) == {"خاورستان در 2017 مقصر است"}


@pytest.mark.parametrize("part", [Part(since=date(2018, 1, 1)), Part(actors=(f"{ID}person/kamrani",))])
def test_a_part_is_a_well_formed_graph_of_its_own(years, part):
    graph = Graph().parse(data=export(years, "turtle", part=part))
    assert validate(graph) == []
    assert len(graph) < len(triples_of(years))


def test_positions_of_a_part_are_those_of_its_stances(years):
    graph = Graph().parse(data=export(years, "turtle", part=Part(actors=(f"{ID}person/kamrani",))))
    assert {(str(a), str(b)) for a, b in graph.subject_objects(DIP.opposes)} == {
        (f"{ID}person/kamrani", f"{ID}state/eastland")
    }
    assert not list(graph.subject_objects(DIP.supports))


def test_an_unknown_actor_is_told(years):
    with pytest.raises(InputError, match="knows nothing of this"):
        export(years, "csv", part=Part(actors=(f"{ID}person/nobody",)))


# ── What is given out of the text ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_gives_out_what_is_withheld(store, articles, format):
    written = export(store, format, text="none").decode()
    assert "بی‌پایه" not in written.replace("\\u200c", "\u200c")
    assert "سرخط" not in written
    assert "کامرانی" in written or format in ("gexf", "graphml")


def test_words_that_are_withheld_leave_their_place(store):
    graph = Graph().parse(data=export(store, "turtle", text="none"))
    assert {str(words) for words in graph.objects(None, DIP.content)} == {WITHHELD}
    assert len(list(graph.subject_objects(DIP.content))) == 3


# ── Memory ───────────────────────────────────────────────────────────────────────────────────────


def test_more_than_memory_may_hold_is_sorted_on_disk(store, monkeypatch):
    from kg.graph import external_sort

    once = export(store, "nquads")
    sort = external_sort.sort_lines
    monkeypatch.setattr("kg.graph.export.rdf.sort_lines", lambda lines: sort(lines, run_size=10_000))
    assert export(store, "nquads") == once
