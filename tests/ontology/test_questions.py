"""The competency questions as files: words, parameters, and binding them safely."""

import re

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

import ontology
from ontology.questions import parse_query

QUERIES = ontology.queries()
HEADER = "# title@fa: عنوان\n# title@en: Title\n# description@fa: شرح\n# description@en: Description\n"


def find(name):
    return next(query for query in QUERIES if query.name == name)


def test_each_of_the_seven_questions_has_a_query():
    assert {query.number for query in QUERIES} == set(range(1, 8))
    assert len({query.name for query in QUERIES}) == len(QUERIES)
    assert [query.number for query in QUERIES] == sorted(query.number for query in QUERIES)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_each_query_is_sparql_in_the_eyes_of_two_engines(query):
    prepareQuery(query.text)
    if "SERVICE" not in query.text:  # a federated query would be sent out
        assert list(ox.Store().query(query.text, use_default_graph_as_union=True)) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_each_query_says_in_both_languages_what_it_answers(query):
    assert query.title_fa.endswith("؟")
    assert query.title_en.endswith("?")
    assert query.description_fa.endswith(".")
    assert query.description_en.endswith(".")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_each_query_has_a_stable_order_and_asks_for_what_exists(query):
    assert "ORDER BY" in query.text
    terms = {str(term) for term in ontology.load("mavaze", "acts").subjects()}
    names = set(re.findall(r"\bdip:(\w+)", query.text))
    assert names
    assert {ontology.PREFIXES["dip"] + name for name in names} <= terms


def test_a_query_tells_its_parameters_with_types_and_defaults():
    post, day = find("office-holders").parameters
    assert (post.name, post.type, day.name, day.type) == ("post", "iri", "day", "date")
    assert day.default == '"2019-07-15"^^xsd:date'
    assert post.description


def test_binding_replaces_the_default_and_leaves_the_rest():
    bound = find("office-holders").bind({"post": "<https://example.org/post>"})
    assert "VALUES ?post { <https://example.org/post> }" in bound
    assert 'VALUES ?day { "2019-07-15"^^xsd:date }' in bound


def test_binding_reaches_every_place_where_a_parameter_stands():
    day = '"2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert find("who-shifted-position").bind({"from": day}).count(f"VALUES ?from {{ {day} }}") == 2


@pytest.mark.parametrize(
    "value",
    ["<https://x> } ?s ?p ?o {", '"a" } #', "?other", "wd:Q1", '"unclosed', "<http://x y>", '"a\n"', '"\\"', ""],
)
def test_binding_refuses_what_is_not_one_term(value):
    with pytest.raises(ValueError, match="no RDF term"):
        find("office-holders").bind({"post": value})


def test_binding_keeps_backslashes_and_quotation_marks():
    term = ox.Literal('یک "نام" \\1 دو', language="fa")
    bound = find("office-holders").bind({"post": str(term)})
    assert f"VALUES ?post {{ {term} }}" in bound
    ox.Store().query(bound)


def test_binding_an_unknown_parameter_names_those_there_are():
    with pytest.raises(ValueError, match="no parameter 'office'; it has post, day"):
        find("office-holders").bind({"office": "<https://x>"})


def test_a_site_with_its_own_base_asks_for_its_own_things():
    ours = {query.name: query.text for query in ontology.queries("https://example.org/id/")}
    assert "<https://example.org/id/topic/jcpoa>" in ours["states-per-month"]
    assert "w3id.org/mavaze/id/" not in "".join(ours.values())
    assert "<https://w3id.org/mavaze/ontology#>" in ours["states-per-month"]


def test_a_file_without_its_words_is_refused():
    with pytest.raises(ValueError, match="lacks description_en, title_fa"):
        parse_query("09-x.rq", "# title@en: T\n# description@fa: ش\nASK {}")


@pytest.mark.parametrize("body", ["ASK {}", "ASK { VALUES ?day { 4 } }"])
def test_a_default_must_stand_in_the_query_as_in_the_header(body):
    with pytest.raises(ValueError, match="needs a line VALUES"):
        parse_query("09-x.rq", f"{HEADER}# parameter: day integer 3 how many days\n{body}")
