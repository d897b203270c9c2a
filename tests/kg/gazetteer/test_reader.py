"""What the reader refuses, and how it says so."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from kg.errors import LexiconError
from kg.gazetteer.reader import Content, read

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
STATE = '<state/a> a dip:State ; skos:prefLabel "الف‌آباد"@fa, "A"@en ; dip:demonym "الف‌آبادی"@fa ; owl:sameAs wd:Q1 .\n'
PERSON = '<person/p> a dip:Person ; skos:prefLabel "پرویز الفی"@fa ; dip:activeIn <state/a> .\n'
ROLE = '<role/minister> a org:Role ; skos:prefLabel "وزیر"@fa ; skos:hiddenLabel "وز"@fa .\n'
POST = (
    '<post/a-minister> a org:Post ; skos:prefLabel "وزیر الف‌آباد"@fa ; org:role <role/minister> ; '
    "org:postIn <state/a> ; dip:speaksFor <state/a> .\n"
)
WORLD = STATE + PERSON + ROLE + POST


def read_text(folder: Path, *texts: str) -> Content:
    paths = []
    for number, text in enumerate(texts):
        path = folder / f"part{number}.ttl"
        path.write_text(PREFIXES + text, encoding="utf-8")
        paths.append(path)
    return read(paths)


def test_reads_things_posts_and_memberships(tmp_path: Path) -> None:
    days = 'dip:from "2001-02-03"^^xsd:date ; dct:valid "2005-06-07"^^xsd:date'
    membership = f"[] a org:Membership ; org:member <person/p> ; org:post <post/a-minister> ; {days} .\n"
    content = read_text(tmp_path, WORLD + membership)
    assert [(n.text, n.kind) for n in content.things["state/a"].names] == [
        ("الف‌آباد", "label"),
        ("الف‌آبادی", "demonym"),
    ]
    assert (content.things["state/a"].name_en, content.things["state/a"].qid) == ("A", "Q1")
    assert content.things["person/p"].state == "state/a"
    assert [(t.text, t.is_relative) for t in content.posts["post/a-minister"].titles] == [("وزیر", False), ("وز", True)]
    (found,) = content.memberships
    assert (found.start, found.end, found.known) == (date(2001, 2, 3), None, date(2005, 6, 7))


def test_a_state_may_be_a_member_of_several_organizations(tmp_path: Path) -> None:
    bodies = "".join(f'<organization/{key}> a dip:Organization ; skos:prefLabel "{key}"@fa .\n' for key in "پث")
    members = '<state/b> a dip:State ; skos:prefLabel "ب"@fa ; org:memberOf <organization/ث>, <organization/پ> .'
    assert read_text(tmp_path, bodies, members).things["state/b"].member_of == ("organization/ث", "organization/پ")


def test_a_label_that_is_also_hidden_is_weak_but_shown(tmp_path: Path) -> None:
    content = read_text(tmp_path, '<state/m> a dip:State ; skos:prefLabel "مالی"@fa ; skos:hiddenLabel "مالی"@fa .')
    thing = content.things["state/m"]
    assert thing.name == "مالی"
    assert [name.kind for name in thing.names] == ["weak"]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ('<x/y> a dip:Planet ; skos:prefLabel "سیاره"@fa .', "part0.ttl: x/y", "unknown class: dip:Planet"),
        ('<x/y> skos:prefLabel "بی‌نام"@fa .', "part0.ttl: x/y", "unknown class: none"),
        ('<state/b> a dip:State ; skos:prefLabel "B"@en .', "part0.ttl: state/b", "no Persian labels"),
        ('<state/b> a dip:State ; skos:prefLabel "ب"@fa, "پ"@fa .', "part0.ttl: state/b", "2 Persian labels"),
        ('<state/b> a dip:State ; skos:prefLabel "تركيه"@fa .', "part0.ttl: state/b", "Arabic letters in «تركيه»"),
        ('<state/b> a dip:State ; skos:prefLabel "ب"@fa ; skos:altLabel "B"@en .', "part0.ttl: state/b", "not Persian"),
        ('<state/b> a dip:State ; skos:prefLabel "ب"@fa ; dip:nick "پ"@fa .', "part0.ttl: state/b", "unknown property"),
        (
            '<state/b> a dip:State ; skos:prefLabel "ب"@fa ; owl:sameAs wd:X1 .',
            "part0.ttl: state/b",
            "no Wikidata item",
        ),
        (
            '<state/b> a dip:State ; skos:prefLabel "ب"@fa ; owl:sameAs wd:Q1 .',
            "part0.ttl: state/b",
            "Q1 is the item of",
        ),
        (
            '<person/q> a dip:Person ; skos:prefLabel "ق"@fa ; dip:activeIn <state/z> .',
            "part0.ttl: person/q",
            "no state",
        ),
        (
            '<state/b> a dip:State ; skos:prefLabel "ب"@fa ; org:memberOf <state/a> .',
            "part0.ttl: state/b",
            "member of state/a, which is no organization",
        ),
        ('<post/z> a org:Post ; skos:prefLabel "ز"@fa .', "part0.ttl: post/z", "no org:postIn"),
        ('<post/z> a org:Post ; skos:prefLabel "ز"@fa ; org:postIn <state/z> .', "part0.ttl: post/z", "unknown body"),
    ],
)
def test_names_file_subject_and_remedy(tmp_path: Path, text: str, place: str, what: str) -> None:
    with pytest.raises(LexiconError, match=what) as caught:
        read_text(tmp_path, WORLD + text)
    assert caught.value.where == place
    assert caught.value.remedy


def test_one_key_in_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"part1\.ttl: state/a: stands in part0\.ttl too; merge the two blocks"):
        read_text(tmp_path, STATE, STATE)


@pytest.mark.parametrize(
    ("member", "post", "days", "what"),
    [
        ("person/nobody", "post/a-minister", 'dip:from "2001-02-03"^^xsd:date', "unknown person person/nobody"),
        ("state/a", "post/a-minister", 'dip:from "2001-02-03"^^xsd:date', "unknown person state/a"),
        ("person/p", "post/none", 'dip:from "2001-02-03"^^xsd:date', "unknown post post/none"),
        ("person/p", "post/a-minister", 'dip:until "2001-02-03"^^xsd:date', "lasts from None"),
        ("person/p", "post/a-minister", 'dip:from "2001"^^xsd:gYear', "dip:from 2001 is no day"),
        (
            "person/p",
            "post/a-minister",
            'dip:from "2001-02-03"^^xsd:date ; dip:until "2000-01-01"^^xsd:date',
            "until 2000-01-01",
        ),
    ],
)
def test_memberships_need_a_person_a_post_and_days(
    tmp_path: Path, member: str, post: str, days: str, what: str
) -> None:
    with pytest.raises(LexiconError, match=what):
        read_text(tmp_path, WORLD + f"[] a org:Membership ; org:member <{member}> ; org:post <{post}> ; {days} .")


def test_what_is_no_turtle_is_told_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="no Turtle") as caught:
        read_text(tmp_path, "<state/a> a dip:State ; ;; !")
    assert caught.value.where == "part0.ttl"


@pytest.mark.parametrize("name", ["states", "organizations", "posts", "people", "topics"])
def test_shipped_files_are_sorted_by_key_and_say_where_they_come_from(name: str) -> None:
    text = (files("kg.gazetteer") / f"{name}.ttl").read_text(encoding="utf-8")
    keys = [line[1 : line.index(">")] for line in text.splitlines() if line.startswith("<")]
    assert keys == sorted(keys)
    assert text.startswith("#")
    assert "SPDX-License-Identifier: Apache-2.0" in text
