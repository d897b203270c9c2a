"""A whole store is checked piece by piece, and says the same however small the pieces are."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.gazetteer import Gazetteer
from kg.graph import checking
from kg.graph.checking import find_violations
from kg.graph.iris import DERIVED_GRAPH, ENTITIES_GRAPH, article_iri
from kg.graph.store import Store
from ontology import DIP

ID = "https://w3id.org/mavaze/id/"
WORDS = "پیمان دریا به سود همه کشورهای این کرانه است"


def name(iri: object) -> ox.NamedNode:
    return ox.NamedNode(str(iri))


@pytest.fixture
def told(tell):
    return [
        tell(
            ("kamrani", "support", WORDS, "+treaty", "for:westland", "@minister"),
            ("eastland", "accuse", "باخترستان مقصر است", "-westland"),
            id="1",
        ),
        tell(("kamrani", "support", WORDS, "+treaty", "for:westland"), id="2", publisher="الف"),
    ]


@pytest.fixture
def store(tmp_path: Path, world: Gazetteer, told) -> Iterator[Store]:
    with Store.open(tmp_path / "store", create=True, gazetteer=world) as opened:
        opened.replace(told)
        opened.derive()
        yield opened


@pytest.fixture(params=[1, 400], ids=["one at once", "all at once"])
def size(request, monkeypatch) -> None:
    monkeypatch.setattr(checking, "ARTICLES_AT_ONCE", request.param)
    monkeypatch.setattr(checking, "THINGS_AT_ONCE", request.param)


@pytest.mark.usefixtures("size")
def test_a_sound_store_has_no_violation(store):
    assert list(find_violations(store)) == []


@pytest.mark.usefixtures("size")
def test_a_fault_is_told_once_with_its_article(store, told):
    article = article_iri(told[1].article)
    (stance,) = (q.subject for q in store.engine.quads_for_pattern(None, name(DIP.conveys), None, name(article)))
    confidence = next(iter(store.engine.quads_for_pattern(stance, name(DIP.confidence), None, None)))
    store.engine.remove(confidence)
    decimal = name("http://www.w3.org/2001/XMLSchema#decimal")
    store.engine.add(ox.Quad(stance, name(DIP.confidence), ox.Literal("7", datatype=decimal), name(article)))
    (violation,) = find_violations(store)
    assert (violation.node, violation.article) == (stance.value, str(article))


@pytest.mark.usefixtures("size")
def test_a_fault_among_the_things_is_told_once(store):
    label = name("http://www.w3.org/2004/02/skos/core#prefLabel")
    westland = name(f"{ID}state/westland")
    store.engine.add(ox.Quad(westland, label, ox.Literal("دیگر", language="fa"), name(ENTITIES_GRAPH)))
    (violation,) = find_violations(store)
    assert violation.node == westland.value


def test_a_triple_in_two_graphs_is_told_with_both(store, told):
    article = article_iri(told[0].article)
    quad = next(iter(store.engine.quads_for_pattern(None, name(DIP.side), None, name(DERIVED_GRAPH))))
    store.engine.add(ox.Quad(quad.subject, quad.predicate, quad.object, name(article)))
    (violation,) = find_violations(store)
    assert violation.path == str(DIP.side)
    assert "No triple stands in two graphs" in violation.message
    assert str(article) in violation.message
    assert str(DERIVED_GRAPH) in violation.message
