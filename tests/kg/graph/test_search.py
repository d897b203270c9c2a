import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import URIRef

from kg.errors import QueryTimeout, StoreError
from kg.gazetteer import Gazetteer
from kg.graph.iris import article_iri
from kg.graph.pool import QueryPool
from kg.graph.search import SEARCH_NAME, find_words, search
from kg.graph.store import Store
from ontology import PREFIXES

ID = "https://w3id.org/mavaze/id/"


@pytest.fixture
def store(tmp_path: Path, world: Gazetteer) -> Iterator[Store]:
    with Store.open(tmp_path / "store", create=True, gazetteer=world) as opened:
        yield opened


def contents(store: Store, words: str, **options) -> list[str]:
    found = []
    for hit in search(store.path, words, kinds=("statement",), **options):
        (row,) = store.query("SELECT ?content { ?s dip:content ?content }", substitutions={"s": URIRef(hit.iri)})
        found.append(row[0].value)
    return found


@pytest.mark.parametrize("sought", ["گفت‌وگو", "گفت و گو", "گفتوگو", "گُفت‌وگو"])
@pytest.mark.parametrize("written", ["گفت‌وگوهای تازه", "گفت و گو با همسایه", "گفتوگوی ما", "از گفت‌و‌گو دست نمی‌کشیم"])
def test_words_are_found_apart_together_and_with_the_joiner(store, tell, sought, written):
    store.replace(tell(("kamrani", "announce", written), ("eastland", "deny", "سخن دیگری در میان نیست")))
    store.derive()
    assert contents(store, sought) == [written]
    begin, end = find_words(written, sought)[0]
    assert "گفت" in written[begin:end]
    assert "گو" in written[begin:end]


@pytest.mark.parametrize(
    ("sought", "written"),
    [
        ("توافق هسته ای", "توافق هسته‌ای پابرجاست"),
        ("كنعاني", "کنعانی چیزی نگفت"),
        ("رئيس", "رییس جمهور آمد"),
        ("1402", "بودجه ۱۴۰۲ کافی است"),
        ("آمریکا", "امريكا باید پاسخ دهد"),
        ("ایران", "دیپلمات‌های ایرانی رفتند"),
        ("نامه", "نامۀ او رسید"),
        ("ACTION", "این Action Plan است"),
    ],
)
def test_a_word_is_found_however_it_is_spelt(store, tell, sought, written):
    store.replace(tell(("kamrani", "announce", written)))
    store.derive()
    assert contents(store, sought) == [written]
    assert find_words(written, sought)


def test_all_the_words_must_stand_in_what_is_found(store, tell):
    store.replace(tell(("kamrani", "announce", "پیمان دریا زنده است"), ("eastland", "deny", "دریا آرام است")))
    store.derive()
    assert contents(store, "پیمان دریا") == ["پیمان دریا زنده است"]
    assert contents(store, "دریا پیمان آرام") == []


@pytest.mark.parametrize("words", ["", "  ", "*", '"', 'دریا" OR "', "دریا AND NOT", "(", "apart : دریا", "NEAR(a b)"])
def test_no_sign_of_a_reader_is_a_command(store, tell, words):
    store.replace(tell(("kamrani", "announce", "پیمان زنده است")))
    store.derive()
    assert contents(store, words) == []


def test_things_are_found_once_by_the_name_that_fits_best(store, tell):
    store.replace(tell(("eastland", "announce", "راه باز است"), ("westland", "deny", "راه بسته است")))
    store.derive()
    (hit,) = search(store.path, "خاورستان")
    assert (hit.iri, hit.kind, hit.name) == (f"{ID}state/eastland", "thing", "خاورستان")
    assert [hit.name for hit in search(store.path, "جمهوری خاور")] == ["جمهوری خاورستان"]
    assert [hit.iri for hit in search(store.path, "westland")] == [f"{ID}state/westland"]
    assert search(store.path, "we") == []
    assert [hit.iri for hit in search(store.path, "we", is_unfinished=True)] == [f"{ID}state/westland"]


def test_an_article_is_found_by_its_title(store, tell):
    told = tell(("kamrani", "announce", "راه باز است"))
    extraction = replace(told, article=replace(told.article, title="دیدار در بندر"))
    store.replace(extraction)
    store.derive()
    (hit,) = search(store.path, "بندر دیدار")
    assert (hit.iri, hit.kind) == (str(article_iri(extraction.article)), "article")


def test_a_query_can_ask_what_words_find(store, tell):
    store.replace(tell(("kamrani", "announce", "گفت‌وگو پیش می‌رود"), ("eastland", "deny", "دریا آرام است")))
    store.derive()
    query = 'SELECT ?content { ?s dip:matches "گفت و گو" ; dip:content ?content }'
    with QueryPool(store.path, workers=1, prefixes=PREFIXES) as pool:
        assert [row["content"].value for row in pool.query(query).solutions()] == ["گفت‌وگو پیش می‌رود"]


def test_hits_come_in_pages_without_overlap(store, tell):
    store.replace(tell(*(("kamrani", "announce", f"سخن شماره {number} درباره دریا") for number in range(7))))
    store.derive()
    whole = [hit.iri for hit in search(store.path, "دریا", kinds=("statement",))]
    parts = [
        hit.iri for at in (0, 3, 6) for hit in search(store.path, "دریا", kinds=("statement",), limit=3, offset=at)
    ]
    assert len(set(whole)) == 7
    assert parts == whole


def test_the_index_follows_what_is_replaced_and_removed(store, tell):
    first, second = tell(("kamrani", "announce", "راه باز است")), tell(("kamrani", "announce", "دریا آرام است"))
    store.replace([first, second])
    store.derive()
    assert contents(store, "دریا") == ["دریا آرام است"]
    store.remove([article_iri(second.article)])
    store.derive()
    assert contents(store, "دریا") == []
    assert contents(store, "راه") == ["راه باز است"]


@pytest.mark.parametrize(
    "damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"no database at all" * 99)]
)
def test_a_lost_or_damaged_index_is_made_anew(store, tell, damage):
    store.replace(tell(("kamrani", "announce", "راه باز است")))
    store.derive()
    damage(store.path / SEARCH_NAME)
    assert store.derive()
    assert contents(store, "راه") == ["راه باز است"]
    assert not store.derive()


def test_a_store_without_an_index_says_what_to_do(store):
    with pytest.raises(StoreError, match="no search index; run mavaze build"):
        search(store.path, "دریا")


def test_an_endless_search_ends(store, tell):
    store.replace(tell(*(("kamrani", "announce", f"سخن {number} درباره دریا") for number in range(3000))))
    store.derive()
    with pytest.raises(QueryTimeout, match="more or rarer words"):
        search(store.path, "دریا سخن", seconds=0)


def test_a_store_that_may_not_be_written_can_be_searched(store, tell, monkeypatch):
    store.replace(tell(("kamrani", "announce", "راه باز است")))
    store.derive()
    monkeypatch.setattr(
        os, "access", lambda path, mode: False
    )  # tests may run as the superuser, who may write anywhere
    assert contents(store, "راه") == ["راه باز است"]
    assert not (store.path / f"{SEARCH_NAME}-shm").exists()
