import pytest

from kg.errors import QueryError
from kg.graph.search_pattern import MOST_MATCHES, expand_search
from ontology import PREFIXES


def expand(text: str, found: int = 2) -> tuple[str, list[str]]:
    asked: list[str] = []

    def find(words: str) -> list[str]:
        asked.append(words)
        return [f"http://x/{number}" for number in range(found)]

    return expand_search(text, find, PREFIXES), asked


@pytest.mark.parametrize(
    ("query", "expanded", "words"),
    [
        (
            'ASK { ?s dip:matches "صلح" }',
            "ASK { VALUES ?s { <http://x/0> <http://x/1> } }",
            "صلح",
        ),
        (
            "ASK { ?a ?b ?c . ?s dip:matches 'صلح' . ?s ?p ?o }",
            "ASK { ?a ?b ?c . VALUES ?s { <http://x/0> <http://x/1> } . ?s ?p ?o }",
            "صلح",
        ),
        (
            'PREFIX p: <https://w3id.org/mavaze/ontology#> ASK { ?s p:matches """a "b" c""" ; ?p ?o }',
            "PREFIX p: <https://w3id.org/mavaze/ontology#> ASK { VALUES ?s { <http://x/0> <http://x/1> } ?s ?p ?o }",
            'a "b" c',
        ),
        (
            r'ASK { ?s <https://w3id.org/mavaze/ontology#matches> "\u0635\t\"" . }',
            "ASK { VALUES ?s { <http://x/0> <http://x/1> } . }",
            'ص\t"',
        ),
    ],
)
def test_a_search_pattern_becomes_the_things_it_finds(query, expanded, words):
    assert expand(query) == (expanded, [words])


@pytest.mark.parametrize(
    "query",
    [
        'ASK { ?s rdfs:label "dip:matches" }',
        "ASK { ?s ?p ?o } # ?s dip:matches 'x'",
        "PREFIX dip: <http://other/> ASK { ?s dip:matches 'x' }",
        "ASK { ?s <http://x/dip:matches> 'x' }",
    ],
)
def test_what_only_looks_like_a_search_is_left_alone(query):
    assert expand(query) == (query, [])


@pytest.mark.parametrize(
    "query",
    [
        "ASK { <http://x/1> dip:matches 'x' }",
        "ASK { ?s dip:matches ?words }",
        "ASK { ?s a dip:Statement ; dip:matches 'x' }",
        "ASK { ?s dip:within/dip:matches 'x' }",
        "ASK { ?s dip:matches 'x', 'y' }",
        "ASK { ?s dip:matches 'x'@fa }",
        "ASK { ?s dip:matches",
    ],
)
def test_a_search_in_another_place_is_told_where_it_may_stand(query):
    with pytest.raises(QueryError, match=r"query, line 1, column \d+: dip:matches stands in a pattern of its own"):
        expand(query)


def test_too_many_matches_are_an_error_and_no_shorter_answer():
    with pytest.raises(QueryError, match=f"more than {MOST_MATCHES} things match"):
        expand("ASK { ?s dip:matches 'x' }", MOST_MATCHES + 1)


def test_nothing_found_answers_nothing(tmp_path):
    assert expand("ASK { ?s dip:matches 'x' }", 0)[0] == "ASK { VALUES ?s {  } }"
