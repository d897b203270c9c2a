"""Each competency query over a small graph, derived triples made by the generated rules."""

from collections.abc import Mapping

import pyoxigraph as ox
import pytest

import ontology
from kg.graph.inference import rules

ID = ontology.BASE
ENTITIES = """
<state/iran> a dip:State ; skos:prefLabel "ایران"@fa , "Iran"@en .
<state/azerbaijan> a dip:State ; skos:prefLabel "جمهوری آذربایجان"@fa .
<state/turkey> a dip:State ; skos:prefLabel "ترکیه"@fa ; org:memberOf <organization/nato> .
<organization/iran-foreign-ministry> a dip:Organization ; skos:prefLabel "وزارت خارجه ایران"@fa ;
    dip:organOf <state/iran> .
<organization/a> a dip:Organization ; skos:prefLabel "رسانه الف"@fa .
<organization/b> a dip:Organization ; skos:prefLabel "رسانه ب"@fa .
<topic/jcpoa> a dip:Topic ; skos:prefLabel "برجام"@fa .
<person/kamrani> a dip:Person ; skos:prefLabel "رضا کامرانی"@fa ; dip:activeIn <state/iran> .
<person/demir> a dip:Person ; skos:prefLabel "علی دمیر"@fa ; dip:activeIn <state/turkey> .
<article/1/person/spokesman> a dip:Person ; skos:prefLabel "سخنگوی وزارت خارجه"@fa .
<post/spokesman> a org:Post ; skos:prefLabel "سخنگوی وزارت خارجه ایران"@fa ;
    org:postIn <organization/iran-foreign-ministry> ; dip:speaksFor <state/iran> .
<person/former> a dip:Person ; skos:prefLabel "مهران کاویان"@fa ; dip:activeIn <state/iran> .
<membership/0> a org:Membership ; org:member <person/former> ; org:post <post/spokesman> ;
    dip:from "2016-05-01"^^xsd:date .
<membership/1> a org:Membership ; org:member <person/kamrani> ; org:post <post/spokesman> ;
    dip:from "2018-01-01"^^xsd:date ; dip:until "2020-01-01"^^xsd:date .
"""
ARTICLES = {
    "1": """
<article/1> a dip:Article ; dip:earliest "2019-07-15"^^xsd:date ; dip:latest "2019-07-15"^^xsd:date ;
    schema:datePublished "2019-07-15"^^xsd:date ; schema:publisher <organization/a> .
<s/1> a dip:Statement ; dip:reportedIn <article/1> ; dip:speaker <article/1/person/spokesman> ;
    dip:speakerPost <post/spokesman> ; dip:onBehalfOf <state/iran> ; dip:act act:reject ; dip:cue "رد کرد" ;
    dip:content "ادعای باکو را رد کرد"@fa ; dip:conveys <st/1> .
<st/1> a dip:Stance ; dip:holder <article/1/person/spokesman> ; dip:against <state/azerbaijan> .
<s/2> a dip:Statement ; dip:reportedIn <article/1> ; dip:speaker <state/azerbaijan> ; dip:act act:accuse ;
    dip:content "ایران در این کار دست دارد"@fa ; dip:conveys <st/2> .
<st/2> a dip:Stance ; dip:holder <state/azerbaijan> ; dip:against <state/iran> .
""",
    "2": """
<article/2> a dip:Article ; dip:earliest "2019-08-01"^^xsd:date ; dip:latest "2019-08-31"^^xsd:date ;
    schema:publisher <organization/b> .
<s/3> a dip:Statement ; dip:reportedIn <article/2> ; dip:speaker <state/azerbaijan> ; dip:act act:accuse ;
    dip:content "ایران در این کار دست دارد"@fa ; dip:conveys <st/3> .
<st/3> a dip:Stance ; dip:holder <state/azerbaijan> ; dip:against <state/iran> .
<s/4> a dip:Statement ; dip:reportedIn <article/2> ; dip:speaker <state/turkey> ; dip:act act:support ;
    dip:content "از برجام پشتیبانی می‌کنیم"@fa ; dip:about <topic/jcpoa> ; dip:conveys <st/4> .
<st/4> a dip:Stance ; dip:holder <state/turkey> ; dip:inFavourOf <topic/jcpoa> .
""",
    "3": """
<article/3> a dip:Article ; dip:earliest "2020-01-01"^^xsd:date ; dip:latest "2020-12-31"^^xsd:date ;
    schema:publisher <organization/b> .
<s/5> a dip:Statement ; dip:reportedIn <article/3> ; dip:speaker <person/demir> ; dip:onBehalfOf <state/turkey> ;
    dip:act act:criticize ; dip:content "برجام کارساز نبود"@fa ; dip:conveys <st/5> .
<st/5> a dip:Stance ; dip:holder <person/demir> ; dip:against <topic/jcpoa> .
<s/6> a dip:Statement ; dip:reportedIn <article/3> ; dip:speaker <state/azerbaijan> ; dip:act act:praise ;
    dip:content "روابط با ایران خوب است"@fa ; dip:conveys <st/6> .
<st/6> a dip:Stance ; dip:holder <state/azerbaijan> ; dip:inFavourOf <state/iran> .
""",
}
FROM_DATA = """
<s/1> dip:side <state/iran> ; dip:denies <s/2> ; dip:presumedSpeaker <person/kamrani> .
<s/2> dip:side <state/azerbaijan> ; dip:sameReportAs <s/3> . <st/2> dip:side <state/azerbaijan> .
<s/3> dip:side <state/azerbaijan> ; dip:sameReportAs <s/2> . <st/3> dip:side <state/azerbaijan> .
<s/4> dip:side <state/turkey> . <st/4> dip:side <state/turkey> .
<s/6> dip:side <state/azerbaijan> . <st/6> dip:side <state/azerbaijan> .
"""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    prologue = f"@base <{ID}> .\n" + "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in ontology.PREFIXES.items())
    graphs = "https://w3id.org/mavaze/graph/"
    turtle = {graphs + "entities": ENTITIES, graphs + "derived": FROM_DATA}
    turtle |= {f"{ID}article/{number}": text for number, text in ARTICLES.items()}
    for name, text in turtle.items():
        store.load(prologue + text, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(name))
    for rule in rules():
        store.update(rule)
    acts = ontology.load("acts").serialize(format="nt")
    store.load(acts, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graphs + "ontology"))
    return store


def ask(store: ox.Store, name: str, values: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    query = next(query for query in ontology.queries() if query.name == name)
    solutions = store.query(query.bind(values or {}), use_default_graph_as_union=True)
    names = [variable.value for variable in solutions.variables]
    return [
        {n: row[n].value.removeprefix(ID) for n in names if row[n] is not None}
        for row in solutions
    ]  # fmt: skip


def day(text: str) -> str:
    return f'"{text}"^^<http://www.w3.org/2001/XMLSchema#date>'


def test_what_a_ministry_said_counts_those_who_hold_its_offices(store):
    (row,) = ask(store, "said-about")
    assert row == {
        "date": "2019-07-15",
        "speakerName": "سخنگوی وزارت خارجه",
        "actName": "رد",
        "cue": "رد کرد",
        "content": "ادعای باکو را رد کرد",
        "statement": "s/1",
        "article": "article/1",
    }


def test_what_a_state_said_counts_those_who_speak_for_it(store):
    rows = ask(store, "said-about", {"actor": f"<{ID}state/turkey>", "target": f"<{ID}topic/jcpoa>"})
    assert [row["statement"] for row in rows] == ["s/4", "s/5"]
    rows = ask(
        store,
        "said-about",
        {"actor": f"<{ID}state/turkey>", "target": f"<{ID}topic/jcpoa>", "until": day("2019-12-31")},
    )
    assert [row["statement"] for row in rows] == ["s/4"]


def test_opposition_is_counted_by_articles_within_the_span(store):
    rows = ask(store, "who-opposes-whom")
    assert [(row["sideName"], row["targetName"], row["articles"]) for row in rows] == [
        ("جمهوری آذربایجان", "ایران", "2"),
        ("ایران", "جمهوری آذربایجان", "1"),
        ("ترکیه", "برجام", "1"),
    ]
    rows = ask(store, "who-opposes-whom", {"from": day("2019-08-01"), "until": day("2019-12-31")})
    assert [(row["side"], row["articles"]) for row in rows] == [("state/azerbaijan", "1")]


def test_a_change_of_position_shows_both_spans(store):
    rows = ask(store, "who-shifted-position")
    assert [(r["side"], r["target"], r["firstFor"], r["firstAgainst"], r["articlesAgainst"]) for r in rows] == [
        ("state/azerbaijan", "state/iran", "2020-01-01", "2019-07-15", "2"),
        ("state/turkey", "topic/jcpoa", "2019-08-01", "2020-01-01", "1"),
    ]


def test_a_denial_stands_beside_what_it_denies(store):
    (row,) = ask(store, "denials")
    assert (row["speakerName"], row["deniedSpeakerName"]) == ("سخنگوی وزارت خارجه", "جمهوری آذربایجان")
    assert (row["statement"], row["denied"], row["date"]) == ("s/1", "s/2", "2019-07-15")


def test_an_office_has_its_holder_on_a_day_within_the_term(store):
    post = f"<{ID}post/spokesman>"
    (row,) = ask(store, "office-holders", {"post": post})
    assert (row["person"], row["since"], row["until"]) == ("person/kamrani", "2018-01-01", "2020-01-01")
    assert ask(store, "office-holders", {"post": post, "day": day("2015-01-01")}) == []


def test_a_term_without_a_known_end_is_over_once_another_began(store):
    found = {
        when: [
            row["personName"]
            for row in ask(store, "office-holders", {"post": f"<{ID}post/spokesman>", "day": day(when)})
        ]
        for when in ("2017-12-31", "2018-01-01", "2021-01-01")
    }
    assert found == {"2017-12-31": ["مهران کاویان"], "2018-01-01": ["رضا کامرانی"], "2021-01-01": []}


def test_who_spoke_by_an_office_unnamed(store):
    (row,) = ask(store, "unnamed-speakers")
    assert (row["personName"], row["statement"]) == ("رضا کامرانی", "s/1")


def test_states_are_counted_by_month_or_year_when_the_month_is_open(store):
    rows = ask(store, "states-per-month")
    assert [(row["month"], row["stateName"], row["actName"], row["statements"]) for row in rows] == [
        ("2019-08", "ترکیه", "حمایت", "1"),
        ("2020", "ترکیه", "انتقاد", "1"),
    ]


def test_members_of_an_organization_speak_by_state_and_by_person(store):
    rows = ask(store, "said-by-members")
    assert [(row["stateName"], row["speakerName"]) for row in rows] == [("ترکیه", "ترکیه"), ("ترکیه", "علی دمیر")]


def test_equal_reports_are_one_line_with_their_outlets(store):
    (row,) = ask(store, "reported-twice")
    assert (row["outlets"], row["statement"]) == ("2", "s/2")
    assert set(row["outletNames"].split("، ")) == {"رسانه الف", "رسانه ب"}


def test_the_federated_query_sends_people_with_their_wikidata_items():
    (query,) = (query for query in ontology.queries() if "SERVICE" in query.text)
    before, _, service = query.text.partition("SERVICE <https://query.wikidata.org/sparql> {")
    assert "owl:sameAs ?item" in before
    assert "?item wdt:P19/wdt:P17 ?country" in service


def test_rules_leave_every_triple_in_one_graph_and_add_nothing_when_run_again(store):
    triples = [(quad.subject, quad.predicate, quad.object) for quad in store]
    assert len(triples) == len(set(triples))
    before = len(store)
    for rule in rules():
        store.update(rule)
    assert len(store) == before
