import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import SKOS

from kg.errors import InputError, QueryError, StoreError
from kg.gazetteer import Gazetteer, Membership, Name, Thing
from kg.gazetteer.reader import Content
from kg.graph.iris import DERIVED_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH, article_iri
from kg.graph.rules import Atom, Rule
from kg.graph.store import Store
from kg.graph.triples import Provenance
from ontology import DIP

ID = "https://w3id.org/mavaze/id/"
LINES = (
    ("eastland", "accuse", "باخترستان پیمان دریا را شکسته است", "-westland", "about:treaty"),
    ("kamrani", "deny", "این اتهام درباره پیمان بی‌پایه است", "-eastland", "for:westland", "@minister"),
)


@pytest.fixture
def store(tmp_path: Path, world: Gazetteer) -> Iterator[Store]:
    with Store.open(tmp_path / "store", create=True, gazetteer=world) as opened:
        yield opened


def quads(store: Store) -> list[str]:
    return sorted(map(str, store.engine))


def labels(store: Store) -> set[str]:
    rows = store.query(f"SELECT ?name {{ GRAPH <{ENTITIES_GRAPH}> {{ ?thing skos:prefLabel ?name }} }}")
    return {row[0].value for row in rows}


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────


def test_a_missing_store_is_told_with_its_remedy(tmp_path):
    with pytest.raises(StoreError, match=r"there is no store here; make one with mavaze build"):
        Store.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_folder_of_something_else_is_not_taken_for_a_store(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("…")
    with pytest.raises(StoreError, match="no store and not empty"):
        Store.open(tmp_path / "letters", create=True)


def test_a_store_of_a_newer_version_is_refused_and_left_alone(store):
    marker = store.path / "mavaze.json"
    store.close()
    marker.write_text(json.dumps(json.loads(marker.read_text()) | {"format": 99}))
    with pytest.raises(StoreError, match=r"newer version \(format 99.*upgrade"):
        Store.open(store.path)
    store.__init__(store.path, store.base, is_read_only=False)


def test_a_damaged_marker_is_told(store):
    (store.path / "mavaze.json").write_text("{")
    with pytest.raises(StoreError, match="marker cannot be read"):
        Store.open(store.path, read_only=True)


def test_a_second_writer_is_told_who_writes(store):
    script = (
        "import sys\nfrom kg.errors import StoreError\nfrom kg.graph.store import Store\n"
        "try: Store.open(sys.argv[1])\nexcept StoreError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", script, store.path], capture_output=True, text=True, cwd=os.getcwd())
    assert "is being written by" in told.stdout, told.stderr
    if Path("/proc/locks").exists():
        assert f"process {os.getpid()}" in told.stdout


def test_readers_read_while_one_writes(store, tell):
    store.replace(tell(*LINES))
    with Store.open(store.path, read_only=True) as reader:
        assert reader.articles() == store.articles()
        with pytest.raises(StoreError, match="reading only"):
            reader.replace(tell(*LINES))


def test_a_store_keeps_its_base(tmp_path, world, tell):
    base = "https://here.example/id/"
    with Store.open(tmp_path / "own", create=True, base=base, gazetteer=world) as own:
        own.replace(tell(*LINES))
        own.derive()
        assert all(iri.startswith(base) for iri in own.articles())
        assert not any(ID in line for line in quads(own))
    with Store.open(tmp_path / "own") as own:
        assert own.base == base
    with pytest.raises(StoreError, match="made with the base"):
        Store.open(tmp_path / "own", base=ID)


# ── Replacing ────────────────────────────────────────────────────────────────────────────────────


def test_replacing_the_same_changes_nothing(store, tell):
    store.replace(tell(*LINES))
    store.derive()
    before = quads(store)
    store.replace(tell(*LINES))
    assert store.derive() is False
    assert quads(store) == before


def test_a_correction_leaves_no_orphans(store, tmp_path, world, tell):
    store.replace(tell(*LINES, ("stranger", "praise", "پیمان خوب است", "+treaty"), url="https://x.example/1"))
    store.derive()
    store.replace(tell(LINES[0], url="https://x.example/1"))
    store.derive()
    with Store.open(tmp_path / "fresh", create=True, gazetteer=world) as fresh:
        fresh.replace(tell(LINES[0], url="https://x.example/1"))
        fresh.derive()
        assert quads(store) == quads(fresh)


def test_entities_go_with_the_last_article_that_needs_them(store, tell):
    one = tell(("stranger", "praise", "پیمان خوب است", "+treaty"), id="1")
    two = tell(("party", "praise", "پیمان برای همه خوب است", "+treaty"), id="2")
    store.replace([one, two])
    assert {"بهرام سروش", "حزب سپیده", "پیمان دریا", "روزنامه بامداد"} <= labels(store)
    store.remove([article_iri(one.article)])
    assert "بهرام سروش" not in labels(store)
    assert {"حزب سپیده", "پیمان دریا", "روزنامه بامداد"} <= labels(store)
    store.remove([article_iri(two.article)])
    store.derive()
    assert {quad.graph_name.value for quad in store.engine} == {str(ONTOLOGY_GRAPH)}


def test_no_triple_stands_in_two_graphs(store, tell):
    store.replace([tell(*LINES, id=str(n), url=f"https://x.example/{n}", publisher=f"روزنامه {n}") for n in range(3)])
    store.derive()
    triples = [str(quad.triple) for quad in store.engine]
    assert len(triples) == len(set(triples))


def test_one_name_of_an_unknown_person_whatever_the_order(tmp_path, world, tell):
    spellings = ["بهرام سروش", "بهرام‌ سروش", "بهرام سروش"]
    extractions = []
    for number, name in enumerate(spellings):
        told = tell(("stranger", "announce", "راه باز است"), id=str(number), url=f"https://x.example/{number}")
        extractions.append(replace(told, entities=(replace(told.entities[0], name=name),)))
    found = []
    for order in (extractions, extractions[::-1]):
        with Store.open(tmp_path / str(len(found)), create=True, gazetteer=world) as store:
            for extraction in order:
                store.replace(extraction)
            found.append(quads(store))
    assert found[0] == found[1]
    assert sum("prefLabel" in line and "سروش" in line for line in found[0]) == 1


def test_surnames_are_other_names_and_roles_are_none(store, tell):
    store.replace(tell(("stranger", "announce", "راه باز است")))
    others = store.dataset().graph(ENTITIES_GRAPH).objects(URIRef(ID + "person/بهرام-سروش"), SKOS.altLabel)
    assert list(others) == [Literal("سروش", lang="fa")]


def test_who_held_an_office_can_be_asked(store, tell):
    store.replace(tell(("minister", "announce", "راه باز است", "@minister")))
    holders = store.query(
        """SELECT ?name WHERE {
             ?m org:post ?post ; org:member/skos:prefLabel ?name ; dip:from ?from ; dip:until ?until
             FILTER(?from <= ?day && ?day <= ?until) }""",
        substitutions={
            "post": URIRef(ID + "post/minister"),
            "day": Literal("2012-05-01", datatype=URIRef("http://www.w3.org/2001/XMLSchema#date")),
        },
    )
    assert [row[0].value for row in holders] == ["مهران کاویان"]


def test_an_office_without_a_known_end_has_none(tmp_path, world, tell):
    current = Membership("person/member", "post/minister", date(2022, 3, 2), known=date(2023, 1, 1))
    content = Content(world.things, world.posts, (*world.memberships, current), {})
    with Store.open(tmp_path / "store", create=True, gazetteer=Gazetteer(content, "x")) as store:
        store.replace(tell(("minister", "announce", "راه باز است", "@minister")))
        ends = store.query("SELECT ?until WHERE { ?m dip:from ?from OPTIONAL { ?m dip:until ?until } } ORDER BY ?from")
        assert [row[0] and row[0].value for row in ends] == ["2015-06-30", "2022-03-01", None]


def test_a_speaker_brings_the_organizations_that_their_state_is_a_member_of(tmp_path, world, tell):
    league = Thing("organization/league", "organization", "پیمان باختر", None, None, (Name("پیمان باختر", "label"),))
    member = replace(world.things["state/westland"], member_of=(league.key,))
    content = Content({**world.things, league.key: league, member.key: member}, world.posts, world.memberships, {})
    with Store.open(tmp_path / "store", create=True, gazetteer=Gazetteer(content, "x")) as store:
        store.replace(tell(("kamrani", "announce", "راه باز است")))
        found = store.query(
            "SELECT ?state ?name { ?state org:memberOf ?body . ?body a dip:Organization ; skos:prefLabel ?name }"
        )
        assert [tuple(term.value for term in row) for row in found] == [(ID + "state/westland", "پیمان باختر")]


def test_whom_an_office_or_surname_means_is_not_asserted(store, tell):
    told = tell(("minister", "announce", "راه باز است", "@minister"), ("stranger", "announce", "راه بسته است"))
    store.replace(
        replace(told, entities=tuple(replace(entity, qid=f"Q{n}") for n, entity in enumerate(told.entities, 1)))
    )
    (linked,) = store.query("SELECT ?name ?item { ?thing owl:sameAs ?item ; skos:prefLabel ?name }")
    assert linked[0].value == "بهرام سروش"


def test_a_text_that_is_no_unicode_is_refused_alone(store, tell):
    good = tell(*LINES)
    bad = replace(good, article=replace(good.article, text=good.article.text + "\ud800"))
    with pytest.raises(InputError, match="cannot be written as RDF"):
        store.replace(bad)
    store.replace(good)
    assert len(store.articles()) == 1


# ── When things go wrong ─────────────────────────────────────────────────────────────────────────


class FullDisk:
    """An engine whose disk takes no more."""

    def __init__(self, engine: ox.Store) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def extend(self, quads: object) -> None:
        raise OSError("IO error: No space left on device: While appending to file")

    update = extend


def test_a_full_disk_loses_nothing_and_is_told(store, tell):
    store.replace(tell(*LINES, id="1"))
    before = quads(store)
    engine, store.engine = store.engine, FullDisk(store.engine)
    with pytest.raises(StoreError, match=r"the disk is full; what was stored before is kept; free some space"):
        store.replace(tell(*LINES[:1], id="2"))
    store.engine = engine
    assert quads(store) == before
    store.replace(tell(*LINES[:1], id="2"))
    assert len(store.articles()) == 2


def test_a_kill_between_store_and_register_is_repaired(store, tell, monkeypatch):
    made_by = Provenance("1")
    first = tell(("stranger", "praise", "خوب است", "+treaty"), url="https://x.example/1")
    second = tell(("party", "praise", "خوب است", "+treaty"), url="https://x.example/1")
    store.replace(first, provenance=made_by)

    def killed(*_: object) -> None:
        raise OSError(errno.EIO, "killed")

    with monkeypatch.context() as patch:
        patch.setattr(type(store.register), "record", killed)
        with pytest.raises(StoreError):
            store.replace(second, provenance=made_by)
    assert not store.is_current(second.article, made_by)
    store.replace(second, provenance=made_by)
    assert store.is_current(second.article, made_by)
    assert "حزب سپیده" in labels(store)
    assert "بهرام سروش" not in labels(store)


def test_a_removal_cut_short_is_finished_when_the_store_is_opened(store, world, tell, monkeypatch):
    article = tell(("stranger", "praise", "خوب است", "+treaty"))
    store.replace(article)

    def killed(*_: object) -> None:
        raise OSError(errno.EIO, "killed")

    with monkeypatch.context() as patch:
        patch.setattr(type(store.register), "record", killed)
        with pytest.raises(StoreError):
            store.remove([article_iri(article.article)])
    store.close()
    with Store.open(store.path, gazetteer=world) as again:
        assert again.register.articles() == []
        assert labels(again) == set()
    store.__init__(store.path, store.base, is_read_only=False)


# ── Deriving and asking ──────────────────────────────────────────────────────────────────────────


def test_deriving_follows_the_axioms_and_the_data(store, tell):
    store.replace(tell(*LINES))
    assert store.derive() is True
    dataset = store.dataset()
    derived = dataset.graph(DERIVED_GRAPH)
    assert len(list(derived.triples((None, DIP.denies, None)))) == 1
    assert len(list(derived.triples((None, DIP.side, URIRef(ID + "state/westland"))))) == 2
    assert (URIRef(ID + "person/kamrani"), DIP.opposes, URIRef(ID + "state/eastland")) in derived
    assert store.derive() is False


def test_rules_of_ones_own(store, tell):
    store.replace(tell(*LINES))
    store.derive(rules={Rule(Atom("?x", "a", "<urn:x:seen>"), (Atom("?x", f"<{DIP.denies}>", "?y"),))})
    assert bool(store.query("ASK { ?s a <urn:x:seen> }"))
    store.derive()
    assert not bool(store.query("ASK { ?s a <urn:x:seen> }"))


def test_another_gazetteer_renames_its_things(store, world, tell):
    store.replace(tell(*LINES))
    store.derive()
    store.close()
    renamed = Thing("topic/treaty", "topic", "پیمان دریای بزرگ", None, None, ())
    things = {**world.things, "topic/treaty": renamed}
    later = Gazetteer(replace_things(world, things), "another")
    with Store.open(store.path, gazetteer=later) as again:
        assert again.derive() is True
        assert "پیمان دریای بزرگ" in labels(again)
        assert "پیمان دریا" not in labels(again)
    store.__init__(store.path, store.base, is_read_only=False, gazetteer=world)


def replace_things(world: Gazetteer, things: dict[str, Thing]) -> object:
    from kg.gazetteer.reader import Content

    return Content(things, world.posts, world.memberships, {})


def test_values_are_bound_and_never_pasted(store, tell):
    store.replace(tell(*LINES))
    hostile = Literal('x" } . ?s ?p ?o } #', lang="fa")
    assert list(store.query("SELECT ?s { ?s skos:prefLabel ?name }", substitutions={"name": hostile})) == []


def test_a_malformed_query_is_told_with_its_place(store):
    with pytest.raises(QueryError, match=r"line 1, column \d+: the query is malformed"):
        store.query("SELECT * WHERE { ?s ?p }")


def test_a_federated_query_is_refused(store):
    with pytest.raises(QueryError, match="SERVICE"):
        store.query("SELECT * { SERVICE <https://x.example/sparql> { ?s ?p ?o } }")


def test_rdflib_sees_the_union(store, tell):
    store.replace(tell(*LINES))
    said = store.dataset().query("SELECT ?name { ?s a dip:Statement ; dip:speaker/skos:prefLabel ?name }")
    assert {str(row.name) for row in said} == {"خاورستان", "رضا کامرانی", "Eastland", "Reza Kamrani"}
