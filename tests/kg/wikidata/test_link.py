"""A store's entities linked by gazetteer and invented Wikidata; the network is cut on the way, a second run goes on."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from kg.gazetteer import Gazetteer, Name, Thing
from kg.gazetteer.reader import Content
from kg.graph.identities import read_identities
from kg.graph.store import Store
from kg.graph.validation import validate
from kg.link import link_store
from kg.model import Article, DateSpan, Entity, Extraction, Span, Statement
from kg.wikidata.client import WikidataClient

from .conftest import Wikidata, claim, person, respond

WESTLAND = "Q900010"
NAMES = ("بهمن رادمنش", "پروین سپهری", "کاوه آذرنوش", "لیلا فرهودی", "مهران شهسوار", "نادر برومند")


def article(names: tuple[str, ...], id: str = "a") -> Extraction:
    """An article in which each of some persons says a thing for Westland."""
    text = "راه گفت‌وگو باز است. " * len(names)
    day = DateSpan(date(2019, 7, 15), date(2019, 7, 15))
    entities = [Entity(f"e{n}", name, "person", mentions=(name,)) for n, name in enumerate(names)]
    state = Entity("s", "باخترستان", "state", key="state/westland")
    statements = [
        Statement(f"e{n}", Span(21 * n, 21 * n + 19), "announce", on_behalf_of="s") for n in range(len(names))
    ]
    return Extraction(
        Article(id, text, published=day, url=f"https://example.org/{id}"), (*entities, state), tuple(statements)
    )


@pytest.fixture
def store(tmp_path: Path, world: Gazetteer) -> Path:
    path = tmp_path / "store"
    with Store.open(path, create=True, gazetteer=world) as opened:
        opened.replace(article(NAMES))
        opened.derive(rules=[])
    return path


@pytest.fixture
def known(wikidata: Wikidata) -> Wikidata:
    wikidata.entities = {
        f"Q91000{n}": person(name, state=WESTLAND, born=1950 + n, P39=[claim({"id": "Q900020"})])
        for n, name in enumerate(NAMES)
    }
    return wikidata


@pytest.fixture
def world(world: Gazetteer) -> Gazetteer:
    """The invented world, whose Westland has an item."""
    things = {
        key: replace(thing, qid=WESTLAND) if key == "state/westland" else thing for key, thing in world.things.items()
    }
    return Gazetteer(Content(things, world.posts, world.memberships, {}), "with-items")


def run(store: Path, world: Gazetteer, wikidata: Wikidata | None) -> tuple[list[str], str]:
    lines: list[str] = []
    client = WikidataClient(api=wikidata.api) if wikidata is not None else None
    with Store.open(store, gazetteer=world) as opened:
        report = link_store(opened, client, tell=lambda outcome: lines.append(str(outcome)))
    return lines, str(report)


def answers(store: Path, query: str) -> list[str]:
    """The first column of an answer; the engine's own results must not outlive their thread."""
    with Store.open(store, read_only=True) as opened:
        return [row[0].value for row in opened.query(query)]  # type: ignore[union-attr,index]


def same_as(store: Path) -> dict[str, str]:
    with Store.open(store, read_only=True) as opened:
        return {link.path: link.qid for link in read_identities(opened.engine, opened.base)}


def exported(store: Path) -> list[str]:
    with Store.open(store, read_only=True) as opened:
        return sorted(str(quad) for quad in opened.engine.quads_for_pattern(None, None, None, None))


def test_persons_that_speak_for_their_state_are_linked_with_confidence_and_reason(
    store: Path, world: Gazetteer, known: Wikidata
) -> None:
    lines, report = run(store, world, known)
    assert report.startswith("6 linked, ")
    assert {line.split("\t")[0] for line in lines if "person/" in line} == {"linked"}
    query = "SELECT ?item WHERE { ?person skos:prefLabel 'لیلا فرهودی'@fa ; owl:sameAs ?item }"
    assert answers(store, query) == ["http://www.wikidata.org/entity/Q910003"]
    with Store.open(store, read_only=True) as opened:
        links = read_identities(opened.engine, opened.base)
        violations = [v for v in validate(opened.dataset()) if "identity" in v.node or "sameAs" in (v.path or "")]
    assert violations == []
    assert all(link.confidence >= 0.85 and "the same name" in link.reason for link in links)


def test_a_second_run_asks_for_nothing_that_is_linked(store: Path, world: Gazetteer, known: Wikidata) -> None:
    run(store, world, known)
    before, asked = exported(store), len(known.asked)
    _, report = run(store, world, known)
    assert report.startswith("0 linked")
    assert [search["search"] for search in known.asked[asked:] if "search" in search] == []
    assert exported(store) == before


def test_a_network_that_is_cut_costs_only_what_was_not_yet_asked(
    store: Path, world: Gazetteer, known: Wikidata, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.link._BATCH", 2)
    searched: set[str] = set()

    def is_cut(asked: dict[str, str]) -> bool:
        searched.add(asked.get("search", ""))
        return len(searched - {""}) > 3

    known.is_cut = is_cut
    lines, report = run(store, world, known)
    kept = same_as(store)
    assert 0 < len(kept) < 6
    assert f"{len(kept)} linked" in report
    assert "run it again to go on" in report
    assert f"{6 - len(kept)} without an answer" in report
    assert len(lines) == len(kept)
    known.is_cut = lambda _asked: False
    _, report = run(store, world, known)
    assert f"{6 - len(kept)} linked" in report
    assert same_as(store).items() >= kept.items()
    assert len(same_as(store)) == 6


def test_one_failure_costs_one_entity_until_the_next_run(store: Path, world: Gazetteer, known: Wikidata) -> None:
    known.failures = [lambda handler: respond(handler, 500, b"")]
    _, report = run(store, world, known)
    assert report.startswith("5 linked")
    assert "1 without an answer" in report
    _, report = run(store, world, known)
    assert report.startswith("1 linked")


def test_reading_an_article_again_keeps_its_links(store: Path, world: Gazetteer, known: Wikidata) -> None:
    run(store, world, known)
    kept = same_as(store)
    with Store.open(store, gazetteer=world) as opened:
        opened.replace(article(NAMES[:4]))
        opened.derive(rules=[])
    assert same_as(store) == {path: qid for path, qid in kept.items() if not path.endswith(("شهسوار", "برومند"))}


def test_runs_in_another_order_give_the_same_graph(
    store: Path, tmp_path: Path, world: Gazetteer, known: Wikidata
) -> None:
    run(store, world, known)
    other = tmp_path / "other"
    known.entities = dict(reversed(known.entities.items()))
    with Store.open(other, create=True, gazetteer=world) as opened:
        opened.replace(article(NAMES))
        opened.derive(rules=[])
    run(other, world, known)
    assert exported(other) == exported(store)


def test_what_is_not_sure_is_listed_with_its_candidates(store: Path, world: Gazetteer, known: Wikidata) -> None:
    known.entities["Q910099"] = person("بهمن رادمنش", state=WESTLAND) | {"descriptions": {"en": {"value": "a painter"}}}
    lines, _ = run(store, world, known)
    (left,) = [line for line in lines if line.startswith("left") and "بهمن" in line]
    assert "Q910000" in left
    assert "Q910099 بهمن رادمنش: a painter" in left
    assert "several fit" in left


def test_the_gazetteer_alone_is_asked_without_online(store: Path, world: Gazetteer, known: Wikidata) -> None:
    lines, report = run(store, world, None)
    assert known.asked == []
    assert report.startswith("0 linked, 6 left")
    assert all("the gazetteer knows no item" in line for line in lines)


def test_a_name_that_the_gazetteer_has_learned_is_linked_without_wikidata(store: Path, world: Gazetteer) -> None:
    learned = Thing("person/farhudi", "person", "لیلا فرهودی", None, "Q910003", (Name("لیلا فرهودی", "label"),))
    wiser = Gazetteer(Content({**world.things, learned.key: learned}, world.posts, world.memberships, {}), "wiser")
    lines, report = run(store, wiser, None)
    assert report.startswith("1 linked")
    assert any(line.startswith("linked\tperson/لیلا-فرهودی\t") and "Q910003" in line for line in lines)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    told = [
        {"id": str(n), "text": f"{name}، وزیر خارجه ایران، گفت که راه باز است.", "date": "1990-01-01"}
        for n, name in enumerate(NAMES)
    ]
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in told), encoding="utf-8")
    return path


def test_the_command_tells_data_on_stdout_and_counts_on_stderr(
    news: Path, wikidata: Wikidata, mavaze: Callable[..., Result]
) -> None:
    iran = "Q794"
    wikidata.entities = {f"Q91000{n}": person(name, state=iran, born=1940 + n) for n, name in enumerate(NAMES)}
    assert mavaze("build", news, "--store", "g").exit_code == 0
    first = mavaze("link", "--store", "g", "--online", "--api", wikidata.api)
    assert first.exit_code == 0, first.stderr
    assert first.stdout.count("linked\tperson/") == 6
    assert "6 linked" in first.stderr
    asked = len(wikidata.asked)
    assert mavaze("link", "--store", "g", "--online", "--api", wikidata.api).exit_code == 0
    assert len(wikidata.asked) == asked  # what was answered is kept beside the store
    assert mavaze("build", news, "--store", "g", "--force").exit_code == 0
    exported = mavaze("export", "--store", "g", "--format", "nquads").stdout
    assert exported.count("entity/Q91000") == 12  # the link and the axiom about it
    assert mavaze("check", "--store", "g").exit_code == 0


def test_a_server_that_is_not_there_is_told_and_fails(
    news: Path, wikidata: Wikidata, mavaze: Callable[..., Result]
) -> None:
    assert mavaze("build", news, "--store", "g").exit_code == 0
    wikidata.is_cut = lambda _asked: True
    failed = mavaze("link", "--store", "g", "--online", "--api", wikidata.api)
    assert failed.exit_code == 2
    assert "0 linked" in failed.stderr
    assert "run it again" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert mavaze("link", "--store", "nowhere").exit_code == 2
    assert mavaze("link", "--store", "g", "--online", "--api", "no address").exit_code == 2
