"""What is derived after any change is what the rules give over the whole store."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.gazetteer import Gazetteer
from kg.graph.derivation import derive_all
from kg.graph.inference import rules
from kg.graph.iris import DERIVED_GRAPH, article_iri
from kg.graph.statements import read_statements
from kg.graph.store import Store
from kg.graph.terms import Change, to_named, to_quads

DERIVED = to_named(DERIVED_GRAPH)


@pytest.fixture
def store(tmp_path: Path, world: Gazetteer) -> Iterator[Store]:
    with Store.open(tmp_path / "store", create=True, gazetteer=world) as opened:
        yield opened


def derived(store: Store) -> set[ox.Quad]:
    return set(store.engine.quads_for_pattern(None, None, None, DERIVED))


def by_the_rules(store: Store) -> set[ox.Quad]:
    """Run every rule over a copy of the whole store."""
    whole = ox.Store()
    whole.extend(quad for quad in store.engine if quad.graph_name != DERIVED)
    whole.extend(to_quads(derive_all(read_statements(store.engine), store.gazetteer, store.base)[0], DERIVED_GRAPH))
    for rule in rules():
        whole.update(rule)
    return set(whole.quads_for_pattern(None, None, None, DERIVED))


def test_after_adding_replacing_and_removing(store, tell):
    one = tell(
        ("kamrani", "accuse", "خاورستان راه را بسته است", "-eastland", "for:westland"), id="1", url="https://x/1"
    )
    two = tell(("stranger", "praise", "پیمان دریا خوب است", "+treaty", "about:eastland", "direct"), id="2")
    changed = tell(
        ("kamrani", "praise", "خاورستان راه را گشود", "+eastland", "for:westland"), id="1", url="https://x/1"
    )
    sizes = []
    for step in (
        lambda: store.replace([one, two]),
        lambda: store.replace(changed),
        lambda: store.remove([article_iri(two.article)]),
        lambda: store.remove([article_iri(one.article)]),
    ):
        step()
        assert store.derive()
        assert derived(store) == by_the_rules(store)
        sizes.append(len(derived(store)))
    assert sizes[0] > sizes[2] > sizes[3] == 0


def test_one_article_more_writes_its_own_part_alone(store, tell, monkeypatch):
    store.replace(tell(("kamrani", "accuse", "خاورستان راه را بسته است", "-eastland", "for:westland"), id="1"))
    store.derive()
    before = derived(store)
    store.replace(tell(("stranger", "praise", "پیمان دریا خوب است", "+treaty"), id="2"))
    written: list[tuple[set[ox.Quad], set[ox.Quad]]] = []
    apply = Change.apply
    monkeypatch.setattr(
        Change, "apply", lambda self, e: (written.append((self.added, self.removed)), apply(self, e))[1]
    )
    store.derive()
    ((added, removed),) = [change for change in written if any(q.graph_name == DERIVED for q in change[0])]
    assert not {quad for quad in removed if quad.graph_name == DERIVED}
    assert before & added == set()
    assert before < derived(store)


def test_what_is_asserted_somewhere_is_not_derived_again(store, tell):
    store.replace(tell(("kamrani", "accuse", "خاورستان راه را بسته است", "-eastland"), id="1"))
    actor, kind = ox.NamedNode(f"{store.base}person/kamrani"), ox.NamedNode("http://www.w3.org/ns/prov#Agent")
    asserted = ox.Quad(
        actor, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), kind, ox.NamedNode("urn:g")
    )
    store.engine.add(asserted)
    store.derive()
    assert ox.Quad(asserted.subject, asserted.predicate, asserted.object, DERIVED) not in derived(store)
