"""Holders of offices from an invented SPARQL service, written into a copy of the gazetteer's Turtle."""

import shutil
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import kg.gazetteer
from kg.errors import LexiconError
from kg.gazetteer import load_folder
from kg.model import DateSpan
from kg.wikidata.refresh import Holding, refresh

from .conftest import Wikidata, respond

TODAY = date(2026, 6, 1)
HEAD = "# Invented.\n#\n# SPDX-License-Identifier: Apache-2.0\n"
PREFIXES = """
@base <https://w3id.org/mavaze/id/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dip: <https://w3id.org/mavaze/ontology#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TERM = "[] a org:Membership ; org:member"
FIVE_YEARS = 'dip:from "2010-01-01"^^xsd:date ; dip:until "2015-06-30"^^xsd:date'
FILES = {
    "states.ttl": """
<state/westland> a dip:State ;
    skos:prefLabel "باخترستان"@fa, "Westland"@en ;
    owl:sameAs wd:Q900010 .
""",
    "posts.ttl": """
<post/minister> a org:Post ;
    skos:prefLabel "وزیر خارجه باخترستان"@fa ;
    org:postIn <state/westland> ;
    dip:speaksFor <state/westland> ;
    owl:sameAs wd:Q900020 .

<post/seat> a org:Post ;
    skos:prefLabel "نماینده مجلس باخترستان"@fa ;
    org:postIn <state/westland> ;
    owl:sameAs wd:Q900021 .
""",
    "people.ttl": f"""
<person/kamrani> a dip:Person ;
    skos:prefLabel "رضا کامرانی"@fa, "Reza Kamrani"@en ;
    dip:activeIn <state/westland> ;
    owl:sameAs wd:Q900001 .
{TERM} <person/kamrani> ; org:post <post/minister> ; dip:from "2015-07-01"^^xsd:date .

<person/sepehri> a dip:Person ;
    skos:prefLabel "پروین سپهری"@fa ;
    owl:sameAs wd:Q900002 .
{TERM} <person/sepehri> ; org:post <post/minister> ; {FIVE_YEARS} .
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "gazetteer"
    path.mkdir()
    for name, text in FILES.items():
        (path / name).write_text(HEAD + PREFIXES + text, encoding="utf-8")
    return path


def row(person: int, start: str, end: str | None = None, fa: str | None = None, **more: Any) -> dict[str, Any]:
    """A row of the service, days as Blazegraph writes them."""
    values = {
        "post": "http://www.wikidata.org/entity/Q900020",
        "person": f"http://www.wikidata.org/entity/Q90000{person}",
        "start": f"{start}T00:00:00Z",
        "startPrecision": "11",
        **({"end": f"{end}T00:00:00Z", "endPrecision": "11"} if end else {}),
        **({"fa": fa} if fa else {}),
        **more,
    }
    return {name: {"type": "literal", "value": value} for name, value in values.items()}


@pytest.fixture
def run(folder: Path, wikidata: Wikidata, mavaze: Callable[..., Result]) -> Callable[..., Result]:
    def refreshed(*rows: dict[str, Any]) -> Result:
        wikidata.rows = list(rows)
        return mavaze(
            "gazetteer", "refresh", "--endpoint", wikidata.sparql, "--folder", folder, "--on", TODAY.isoformat()
        )

    return refreshed


def people(folder: Path) -> str:
    return (folder / "people.ttl").read_text(encoding="utf-8")


def changed(before: str, after: str) -> list[str]:
    old, new = before.split("\n"), after.split("\n")
    return [line for line in new if line not in old and line.strip()]


def test_a_successor_is_added_and_the_open_term_ended_in_a_readable_diff(
    run: Callable[..., Result], folder: Path
) -> None:
    before = people(folder)
    result = run(row(1, "2015-07-01", "2022-03-01"), row(3, "2022-03-02", fa="نادر برومند", en="Nader Borumand"))
    assert result.exit_code == 0, result.stderr
    assert changed(before, people(folder)) == [
        f"{TERM} <person/kamrani> ; org:post <post/minister> ; "
        'dip:from "2015-07-01"^^xsd:date ; dip:until "2022-03-01"^^xsd:date .',
        "<person/nader-borumand> a dip:Person ;",
        '    skos:prefLabel "نادر برومند"@fa, "Nader Borumand"@en ;',
        "    owl:sameAs wd:Q900003 .",
        f"{TERM} <person/nader-borumand> ; org:post <post/minister> ; "
        'dip:from "2022-03-02"^^xsd:date ; dct:valid "2026-06-01"^^xsd:date .',
    ]
    assert "1 person, 1 term of office and 1 end are new" in result.stderr
    gazetteer = load_folder(folder)
    spring = DateSpan(date(2026, 3, 1), date(2026, 5, 31))
    holder = gazetteer.holder_on("post/minister", spring)
    assert holder is not None
    assert (holder.key, holder.state) == ("person/nader-borumand", "state/westland")


def test_the_same_answer_again_changes_nothing(run: Callable[..., Result], folder: Path) -> None:
    rows = (row(1, "2015-07-01", "2022-03-01"), row(3, "2022-03-02", fa="نادر برومند"))
    run(*rows)
    before = people(folder)
    result = run(*reversed(rows))
    assert people(folder) == before
    assert "0 people, 0 terms of office and 0 ends" in result.stderr


def test_blocks_stay_sorted_and_the_notes_at_the_top_stay(run: Callable[..., Result], folder: Path) -> None:
    run(row(3, "2000-01-01", "2004-01-01", fa="آرش بهمنی", en="Arash Bahmani"))
    text = people(folder)
    assert text.startswith(HEAD)
    subjects = [line.split(">")[0] for line in text.split("\n") if line.startswith("<person/")]
    assert subjects == sorted(subjects)
    assert len(subjects) == 3


def test_a_term_that_still_lasts_is_known_to_last_until_the_day_of_the_answer(
    run: Callable[..., Result], folder: Path
) -> None:
    run(row(1, "2015-07-01"))
    assert 'dip:from "2015-07-01"^^xsd:date ; dct:valid "2026-06-01"^^xsd:date .' in people(folder)
    assert load_folder(folder).holder_on("post/minister", DateSpan(date(2025, 1, 1), date(2025, 12, 31))) is not None


@pytest.mark.parametrize(
    ("start", "precision", "first_day"),
    [("2022-03-01", "10", "2022-03-31"), ("2022-01-01", "9", "2022-12-31"), ("2020-01-01", "8", None)],
)
def test_where_only_a_month_or_year_is_known_the_certain_days_are_given(
    run: Callable[..., Result], folder: Path, start: str, precision: str, first_day: str | None
) -> None:
    run(row(3, start, fa="نادر برومند", en="Nader Borumand", startPrecision=precision))
    assert ("nader-borumand" in people(folder)) == (first_day is not None)
    assert first_day is None or f'dip:from "{first_day}"' in people(folder)


def test_terms_that_follow_upon_each_other_are_one(run: Callable[..., Result], folder: Path) -> None:
    run(
        row(3, "2000-01-01", "2004-01-01", fa="آرش بهمنی", en="Arash Bahmani"),
        row(3, "2004-01-01", "2008-06-01", fa="آرش بهمنی", en="Arash Bahmani"),
    )
    assert people(folder).count("org:member <person/arash-bahmani>") == 1
    assert 'dip:from "2000-01-01"^^xsd:date ; dip:until "2008-06-01"' in people(folder)


def test_a_contradiction_is_left_and_told(run: Callable[..., Result], folder: Path) -> None:
    before = people(folder)
    result = run(row(2, "2010-01-01", "2013-01-01"))
    assert people(folder) == before
    assert "person/sepehri" in result.stdout
    assert "Wikidata says from 2010-01-01 until 2013-01-01" in result.stdout
    assert "1 question is left" in result.stderr


def test_a_person_without_a_persian_name_is_told_and_left_out(run: Callable[..., Result], folder: Path) -> None:
    before = people(folder)
    result = run(row(3, "2022-03-02", en="Nobody"), row(4, "2022-03-02", fa="Nobody"))
    assert people(folder) == before
    assert result.stdout.count("no Persian label") == 2


def test_a_persian_name_in_arabic_letters_or_with_brackets_is_cleaned(run: Callable[..., Result], folder: Path) -> None:
    run(row(3, "2022-03-02", fa="نادِر كامراني (سیاستمدار)", en='Nader "N" Kamrani'))
    assert '"نادر کامرانی"@fa, "Nader \\"N\\" Kamrani"@en' in people(folder)


@pytest.mark.parametrize(
    "broken",
    [
        {"post": "http://www.wikidata.org/entity/Q1"},
        {"person": "http://www.wikidata.org/entity/statement-7"},
        {"start": "unknown"},
        {"startPrecision": "x"},
        {"end": "2001-01-01T00:00:00Z", "endPrecision": "11"},
        {"end": "t123", "endPrecision": "11"},
    ],
)
def test_a_row_that_says_nothing_certain_is_passed_over(
    run: Callable[..., Result], folder: Path, broken: dict[str, str]
) -> None:
    before = people(folder)
    told = row(3, "2022-03-02", fa="نادر برومند")
    told |= {name: {"type": "literal", "value": value} for name, value in broken.items()}
    assert run(told).exit_code == 0
    assert people(folder) == before


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b'{"results": 3}'])
def test_a_service_that_fails_changes_nothing(
    run: Callable[..., Result], folder: Path, wikidata: Wikidata, body: bytes
) -> None:
    before = people(folder)
    wikidata.failures = [lambda handler: respond(handler, 200, body)]
    result = run(row(3, "2022-03-02", fa="نادر برومند"))
    assert result.exit_code == 2
    assert wikidata.url in result.stderr
    assert people(folder) == before
    assert {file.name for file in folder.iterdir()} == set(FILES)


def test_what_would_be_no_gazetteer_is_not_written(folder: Path) -> None:
    before = people(folder)
    impossible = Holding("post/minister", date(2022, 1, 1), date(2023, 1, 1), "Q900010", "باخترستان")
    twin = Holding("post/minister", date(2023, 2, 1), None, "Q900009", "دیگری ي")
    report = refresh(folder, load_folder(folder), [impossible], on=TODAY)
    assert any("no person" in line for line in report.open_questions)
    with pytest.raises(LexiconError, match="Arabic letters"):
        refresh(folder, load_folder(folder), [twin], on=TODAY)
    assert people(folder) == before
    assert {file.name for file in folder.iterdir()} == set(FILES)


def test_only_offices_that_speak_for_somebody_are_asked_for(run: Callable[..., Result], wikidata: Wikidata) -> None:
    run()
    (asked,) = wikidata.asked
    assert "wd:Q900020" in asked["query"]
    assert "wd:Q900021" not in asked["query"]


def test_the_shipped_file_is_rewritten_without_any_change_where_nothing_is_new(tmp_path: Path) -> None:
    for file in files(kg.gazetteer).iterdir():
        if file.name.endswith(".ttl"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    before = (tmp_path / "people.ttl").read_bytes()
    shutil.copy(tmp_path / "people.ttl", tmp_path / "kept")
    gazetteer = load_folder(tmp_path)
    first = next(m for m in gazetteer.memberships if m.end and gazetteer.things[m.person].qid)
    same = Holding(first.post, first.start, first.end, str(gazetteer.things[first.person].qid))
    report = refresh(tmp_path, gazetteer, [same], on=TODAY)
    assert (tmp_path / "people.ttl").read_bytes() == before
    assert (report.terms, report.ended, report.people) == (0, 0, ())
