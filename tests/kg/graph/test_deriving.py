"""Whatever happened to a store's articles, and in whatever order: what is derived is what they give from nothing."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.gazetteer import Gazetteer
from kg.graph.deriving import Deriver
from kg.graph.iris import DERIVED_GRAPH, SUMMARIES_GRAPH, article_iri
from kg.graph.search import SEARCH_NAME
from kg.graph.statement_index import INDEX_NAME
from kg.graph.store import Store
from kg.graph.terms import to_named
from kg.model import DateSpan, Extraction
from ontology import DIP

SAME = "ما از هر گفت‌وگویی درباره پیمان دریا پشتیبانی می‌کنیم"
NEAR = SAME + " و خواهیم کرد"
CHARGE = ("eastland", "accuse", "باخترستان راه کشتی‌ها را در تنگه سپید بسته است", "-westland")
REPLY = ("kamrani", "deny", "راه کشتی‌ها در تنگه سپید باز است و ادعای خاورستان دروغ", "-eastland", "for:westland")
LINES = (
    ("kamrani", "support", SAME, "+treaty", "@minister"),
    ("kamrani", "support", NEAR, "+treaty"),
    ("minister", "support", SAME, "+treaty", "@minister"),
    ("party", "support", SAME, "+westland", "direct"),
    ("stranger", "praise", "پیمان دریا خوب است", "+treaty", "about:eastland", "direct"),
    CHARGE,
    REPLY,
    ("kamrani", "deny", "این ادعای خاورستان نادرست است", "-eastland"),
)
OUTLETS = ("الف", "ب", "روزنامه بامداد", None)


@pytest.fixture
def open_store(tmp_path: Path, world: Gazetteer) -> Iterator[Callable[[str], Store]]:
    opened: list[Store] = []

    def make(name: str) -> Store:
        opened.append(Store.open(tmp_path / name, create=True, gazetteer=world))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def contents(store: Store) -> tuple[list[str], list[tuple[object, ...]]]:
    """Everything that the store says, and everything that can be found in it."""
    with closing(sqlite3.connect(store.path / SEARCH_NAME)) as rows:
        query = "SELECT iri, kind, name, weight, apart, joined FROM entry JOIN words ON words.rowid = entry.id"
        found = sorted(map(repr, rows.execute(query)))
    return sorted(map(str, store.engine)), found  # type: ignore[return-value]


def chance_article(chance: random.Random, number: int, tell: Callable[..., Extraction]) -> Extraction:
    lines = chance.sample(LINES, chance.randint(0, 4))
    day = date(2019, 7, 1) + timedelta(chance.choice((0, 3, 20, 29, 45)))
    published = chance.choice((DateSpan(day, day), DateSpan(day, day), DateSpan(day, day + timedelta(40)), None))
    return tell(
        *lines, id=str(number), url=f"https://x/{number}", publisher=chance.choice(OUTLETS), published=published
    )


@pytest.mark.parametrize("seed", range(4))
def test_step_by_step_is_as_from_nothing(open_store, tell, seed):
    chance = random.Random(seed)
    store, held = open_store("grown"), {}
    for _ in range(6):
        for number in chance.sample(range(7), chance.randint(1, 4)):
            if number in held and chance.random() < 0.4:
                store.remove([article_iri(held.pop(number).article)])
            else:
                held[number] = chance_article(chance, number, tell)
                store.replace(held[number])
        store.derive()
    fresh = open_store("fresh")
    fresh.replace(held.values())
    fresh.derive()
    assert contents(store) == contents(fresh)
    texts = " ".join(contents(store)[0])
    assert "sameReportAs" in texts or "denies" in texts


def test_an_earlier_claim_that_comes_later_is_denied_and_one_that_goes_is_not(open_store, tell):
    def day(text: str) -> DateSpan:
        return DateSpan(date.fromisoformat(text), date.fromisoformat(text))

    store = open_store("store")
    claim = tell(CHARGE, id="1", published=day("2019-07-10"))
    store.replace(tell(REPLY, id="2", published=day("2019-07-12")))
    store.derive()
    denials = "SELECT * WHERE { ?denial dip:denies ?claim . ?link dip:linksFrom ?denial ; dip:linksTo ?claim }"
    assert not list(store.query(denials))
    store.replace(claim)
    store.derive()
    assert len(list(store.query(denials))) == 1
    store.remove([article_iri(claim.article)])
    assert not list(store.query(denials)), (
        "a reader sees no denial of what is gone, not even before the rest is derived"
    )
    store.derive()
    assert not list(store.query(denials))


def test_one_article_more_reads_no_other(open_store, tell, monkeypatch):
    store = open_store("store")
    store.replace([tell(LINES[4], id=str(n), url=f"https://x/{n}") for n in range(5)])
    store.derive()
    told: list[list[str]] = []
    derive = Deriver._derive_articles
    monkeypatch.setattr(
        Deriver, "_derive_articles", lambda self, paths, d: (told.append(paths), derive(self, paths, d))
    )
    store.replace(tell(LINES[4], id="new", url="https://x/new"))
    assert store.derive()
    assert [len(paths) for paths in told] == [1]
    assert not store.derive()


@pytest.mark.parametrize("lost", [SEARCH_NAME, INDEX_NAME, "what was derived", "what a stranger wrote", "nothing"])
def test_what_is_lost_or_written_by_another_hand_is_mended(open_store, tell, lost):
    store = open_store("store")
    store.replace([tell(*LINES[:4], id=str(n), url=f"https://x/{n}", publisher=OUTLETS[n]) for n in range(3)])
    store.derive()
    before = contents(store)
    derived, summaries = to_named(DERIVED_GRAPH), to_named(SUMMARIES_GRAPH)
    if lost == "what was derived":
        store.engine.remove_graph(derived)
        store.engine.remove_graph(summaries)
        store.register.set_facts({"derived_with": ""})
    elif lost == "what a stranger wrote":
        actor, name = ox.NamedNode(f"{store.base}person/kamrani"), ox.NamedNode("http://www.w3.org/ns/prov#Entity")
        store.engine.add(ox.Quad(actor, to_named(DIP.denies), name, derived))
        store.engine.add(ox.Quad(actor, to_named(DIP.opposes), name, derived))
        store.register.set_facts({"derived_with": ""})
    elif lost == "nothing":
        store.register.set_facts({"derived_with": ""})
    else:
        (store.path / lost).write_bytes(b"damaged" * 1000)
    assert store.derive()
    assert contents(store) == before
