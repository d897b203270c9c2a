"""Which candidate an entity is; people, states and offices are invented."""

from datetime import date
from typing import Any

import pytest

from kg.model import DateSpan
from kg.wikidata.items import Item, read_item
from kg.wikidata.ranking import THRESHOLD, Question, decide

from .conftest import claim, entity, person

WESTLAND, EASTLAND, MINISTER = "Q900010", "Q900011", "Q900020"
KAMRANI = Question(
    "person/رضا-کامرانی",
    "رضا کامرانی",
    names=("رضا کامرانی", "کامرانی"),
    states=frozenset({WESTLAND}),
    offices=frozenset({MINISTER}),
    span=DateSpan(date(2019, 1, 1), date(2019, 12, 31)),
)


def item(qid: str, told: dict[str, Any]) -> Item:
    found = read_item(qid, told)
    assert found is not None
    return found


def minister(start: str, end: str) -> list[dict[str, Any]]:
    return [claim({"id": MINISTER}, P580=f"+{start}-01-01T00:00:00Z", P582=f"+{end}-01-01T00:00:00Z")]


def test_name_and_state_together_are_enough() -> None:
    decision = decide(KAMRANI, [item("Q900001", person("رضا کامرانی", state=WESTLAND))])
    assert decision.chosen is not None
    assert decision.chosen.item.qid == "Q900001"
    assert decision.chosen.confidence >= THRESHOLD
    assert "of the same state" in decision.reason


@pytest.mark.parametrize(
    "told",
    [
        person("رضا کامرانی"),
        person("رضا کامرانی", state=EASTLAND),
        person("رضا کامرانی شهیر", state=WESTLAND),
        person("سارا نیکبخت", state=WESTLAND),
    ],
    ids=["name alone", "another state", "a longer name", "another name"],
)
def test_less_is_left_to_a_person(told: dict[str, Any]) -> None:
    assert decide(KAMRANI, [item("Q900001", told)]).chosen is None


def test_the_office_tells_between_namesakes_of_one_state() -> None:
    other = item("Q900001", person("رضا کامرانی", state=WESTLAND))
    holder = item("Q900002", person("رضا کامرانی", state=WESTLAND, P39=minister("2015", "2022")))
    for items in ([other, holder], [holder, other]):
        decision = decide(KAMRANI, items)
        assert decision.chosen is not None
        assert decision.chosen.item is holder


def test_namesakes_that_nothing_tells_apart_are_both_listed() -> None:
    twins = [item(f"Q90000{n}", person("رضا کامرانی", state=WESTLAND)) for n in (1, 2)]
    decision = decide(KAMRANI, twins)
    assert decision.chosen is None
    assert [candidate.item.qid for candidate in decision.candidates] == ["Q900001", "Q900002"]


@pytest.mark.parametrize(("born", "is_chosen"), [(1960, True), (2005, False)])
def test_who_was_a_child_then_is_somebody_else(born: int, is_chosen: bool) -> None:
    found = item("Q900001", person("رضا کامرانی", state=WESTLAND, born=born))
    assert (decide(KAMRANI, [found]).chosen is not None) == is_chosen


def test_who_was_dead_by_then_is_left_to_a_person() -> None:
    dead = person("رضا کامرانی", state=WESTLAND, P570=[claim({"time": "+1999-01-01T00:00:00Z"})])
    assert decide(KAMRANI, [item("Q900001", dead)]).chosen is None


@pytest.mark.parametrize("label", ["رضا كامرانى", "رضا‌کامرانی", "رضا کامرانی"])
def test_arabic_letters_and_joiners_make_no_other_name(label: str) -> None:
    arabic = entity(ar=label, P31=[claim({"id": "Q5"})], P27=[claim({"id": WESTLAND})])
    assert decide(KAMRANI, [item("Q900001", arabic)]).candidates


@pytest.mark.parametrize("kind", ["Q4167410", "Q101352", "Q202444"])
def test_pages_and_mere_names_are_no_candidates(kind: str) -> None:
    page = entity("رضا کامرانی", P31=[claim({"id": kind})])
    assert decide(KAMRANI, [item("Q900001", page)]).candidates == ()


def test_a_body_is_the_only_one_of_its_name_in_its_state_and_never_a_human_being() -> None:
    question = Question("organization/x", "شورای دریا", type="organization", states=frozenset({WESTLAND}))
    body = item("Q900001", entity("شورای دریا", P17=[claim({"id": WESTLAND})]))
    decision = decide(question, [body, item("Q900002", person("شورای دریا", state=WESTLAND))])
    assert decision.chosen is not None
    assert [candidate.item for candidate in decision.candidates] == [body]


def test_the_order_of_candidates_never_depends_on_the_order_of_the_answer() -> None:
    items = [item(f"Q9000{n:02}", person("رضا کامرانی", state=WESTLAND, born=1950 + n)) for n in range(1, 9)]
    assert decide(KAMRANI, items) == decide(KAMRANI, items[::-1])
