"""What is withheld cannot be found by any query, and everything else stays as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.gazetteer import Gazetteer
from kg.graph.given_text import AROUND, WITHHELD, excerpt, read_policy
from kg.graph.pool import QueryPool
from kg.graph.store import Store
from ontology import PREFIXES

SAID = "راه باز است و باز می‌ماند"
SECRET = "رازی که نباید گفته شود"
TEXT_OF = "SELECT ?text { ?a nif:isString ?text } ORDER BY ?text"


@pytest.fixture
def folder(tmp_path: Path, world: Gazetteer, tell) -> Path:
    path = tmp_path / "store"
    fill(path, world, tell(("kamrani", "announce", SAID), title="سرخط"))
    return path


def fill(path: Path, world: Gazetteer, *told) -> None:
    with Store.open(path, create=True, gazetteer=world) as store:
        store.replace(told)
        store.derive()


@pytest.fixture(params=["excerpt", "none"])
def pool(request, folder) -> Iterator[QueryPool]:
    with QueryPool(folder, workers=1, refresh=0, prefixes=PREFIXES, text=request.param) as opened:
        opened.policy = request.param  # type: ignore[attr-defined]
        yield opened


def values(pool: QueryPool, query: str) -> list[str]:
    return [next(iter(row.values())).value for row in pool.query(query).solutions()]


def test_an_excerpt_keeps_title_statements_length_and_lines():
    text = "سرخط\n" + "دور " * 50 + "او گفت راه باز است و رفت" + " دورتر" * 50 + "\nپایان"
    begin = text.index("راه باز")
    given = excerpt(text, [(begin, begin + len("راه باز است"))], title="سرخط")
    assert len(given) == len(text)
    assert given.startswith("سرخط\n")
    assert given[begin : begin + 11] == "راه باز است"
    assert given.count("\n") == 2
    assert given.endswith(f"\n{WITHHELD * 5}")
    shown = given.split("\n")[1].strip(WITHHELD)
    assert len(shown) <= 11 + 2 * AROUND
    assert set(shown.split()) <= set(text.split()), "no word is cut"


def test_an_article_without_statements_gives_its_title_alone():
    assert excerpt("سرخط\nمتن خبر", [], title="سرخط") == "سرخط\n" + WITHHELD * 7


def test_an_unknown_policy_is_told():
    with pytest.raises(InputError, match="TEXT: 'half' is no way"):
        read_policy("half")


def test_the_words_are_not_to_be_found(pool):
    words = values(pool, "SELECT ?words { ?s dip:content ?words }")
    assert words == [WITHHELD if pool.policy == "none" else SAID]
    titles = values(pool, "SELECT ?title { ?s a dip:Article ; dct:title ?title }")
    assert titles == [WITHHELD if pool.policy == "none" else "سرخط"]
    found = pool.query('ASK { ?s ?p ?o . FILTER(CONTAINS(STR(?o), "باز است")) }').truth()
    assert found == (pool.policy == "excerpt")


def test_everything_else_is_there(pool, folder):
    with QueryPool(folder, workers=1, prefixes=PREFIXES) as whole:
        for query in (
            "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
            "SELECT ?label { ?s skos:prefLabel ?label } ORDER BY ?label",
            "SELECT ?begin { ?s dip:begin ?begin }",
        ):
            assert values(pool, query) == values(whole, query)
        by_words = 'SELECT ?s { ?s dip:matches "راه باز" }'
        assert values(pool, by_words) == ([] if pool.policy == "none" else values(whole, by_words))


def test_the_store_itself_keeps_its_text(pool, folder):
    with Store.open(folder, read_only=True) as store:
        assert [row[0].value for row in store.query(TEXT_OF)] == [SAID]


def test_what_is_built_later_is_given_out_by_the_same_rule(pool, folder, world, tell):
    fill(folder, world, tell(("kamrani", "announce", SECRET), id="new", title="تازه"))
    pool.restart()
    told = values(pool, "SELECT ?words { ?s dip:content ?words } ORDER BY ?words")
    assert told == ([WITHHELD] * 2 if pool.policy == "none" else [SECRET, SAID])
    assert len(values(pool, TEXT_OF)) == (1 if pool.policy == "none" else 2) or pool.policy == "none"


def test_the_copy_goes_with_the_pool(folder):
    with QueryPool(folder, workers=1, prefixes=PREFIXES, text="none"):
        assert list(folder.glob("given-*"))
    assert not list(folder.glob("given-*"))


def test_what_a_killed_server_left_is_swept(folder):
    left = folder / "given-999999999-x"
    left.mkdir()
    with QueryPool(folder, workers=1, prefixes=PREFIXES, text="none"):
        assert not left.exists()
