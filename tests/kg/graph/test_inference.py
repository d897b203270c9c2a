"""Rules from axioms, run by the engine; and HermiT, which must find a contradiction put in on purpose."""

import os
import shutil

import pyoxigraph as ox
import pytest
from rdflib import RDF, Dataset, Graph, URIRef

import ontology
from kg.errors import MavazeError
from kg.graph.inference import find_inconsistencies, rules
from kg.graph.iris import DERIVED_GRAPH
from ontology import DIP

PROLOGUE = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/o> a owl:Ontology .
"""


@pytest.fixture
def java():
    """Java, without which this must fail where everything is checked and may be left out elsewhere."""
    if shutil.which("java") is None:
        if os.environ.get("CI"):
            pytest.fail("HermiT needs Java, and the checks must run it")
        pytest.skip("HermiT needs Java, and there is none here")


def thing(name: str) -> URIRef:
    return URIRef(f"https://example.org/{name}")


def derive(data: str, axioms: str | None = None) -> set[str]:
    """Run the rules over the data, each line a graph of its own, and return the derived triples in short."""
    store = ox.Store()
    for number, line in enumerate(data.strip().splitlines()):
        turtle = f"@prefix : <https://example.org/> . @prefix dip: <{ontology.PREFIXES['dip']}> . {line}"
        store.load(turtle, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"https://example.org/graph/{number}"))
    for rule in rules(Graph().parse(data=PROLOGUE + axioms) if axioms else None):
        store.update(rule)
    found = store.quads_for_pattern(None, None, None, ox.NamedNode(DERIVED_GRAPH))
    return {" ".join(map(shorten, quad.triple)) for quad in found}


def shorten(term: ox.NamedNode) -> str:
    if term.value == str(RDF.type):
        return "a"
    return term.value.replace("https://example.org/", ":").replace(ontology.PREFIXES["dip"], "dip:")


def test_a_stance_gets_its_class_polarity_target_and_both_ends():
    derived = derive(":s dip:conveys :st ; dip:onBehalfOf :side .\n:st dip:holder :h ; dip:against :t .")
    assert derived == {
        ":st a dip:OpposeStance",
        ":st a dip:Stance",
        ":st dip:polarity dip:negative",
        ":st dip:target :t",
        ":s dip:about :t",
        ":s dip:side :side",
        ":st dip:side :side",
        ":h dip:opposes :t",
    }


def test_a_polarity_alone_makes_the_class():
    assert ":st a dip:SupportStance" in derive(":st dip:polarity dip:positive .")


def test_what_is_asserted_anywhere_is_not_written_again():
    assert derive(":x a dip:Person .\n:x a dip:Actor .\n:x a dip:Target .") == set()


def test_equal_reports_are_equal_both_ways():
    assert derive(":a dip:sameReportAs :b .") == {":b dip:sameReportAs :a"}


def test_domains_and_ranges_give_no_type_so_that_mistakes_stay_visible():
    assert derive(":s dip:speaker :x .") == set()


def test_the_alignments_are_not_written_into_the_store():
    assert all(f"<{ontology.PREFIXES['dip']}" in rule or "rdf-syntax" in rule for rule in rules())
    assert not any(ontology.PREFIXES[other] in rule for rule in rules() for other in ("prov", "marl", "schema"))


@pytest.mark.parametrize(
    ("axioms", "data", "derived"),
    [
        (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", ":x a :A .", {":x a :B", ":x a :C"}),
        (":A owl:equivalentClass :B .", ":x a :B .", {":x a :A"}),
        (
            ":A owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .",
            ":x :p :y .\n:y a :B .\n:z :p :v .",
            {":x a :A"},
        ),
        (
            ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] .",
            ":x a :A .\n:y :p :v .",
            {":x :p :v"},
        ),
        (":p rdfs:subPropertyOf :q .", ":x :p :y .", {":x :q :y"}),
        (":p owl:inverseOf :q .", ":x :p :y .\n:v :q :w .", {":y :q :x", ":w :p :v"}),
        (":p a owl:TransitiveProperty .", ":a :p :b .\n:b :p :c .\n:c :p :d .", {":a :p :c", ":b :p :d", ":a :p :d"}),
        (
            ":r owl:propertyChainAxiom ( :p [ owl:inverseOf :q ] ) .",
            ":x :p :y .\n:z :q :y .",
            {":x :r :z"},
        ),
    ],
    ids=["subclass", "equivalent", "some", "value", "subproperty", "inverse", "transitive", "chain"],
)
def test_each_kind_of_axiom_that_is_read(axioms, data, derived):
    declared = ":A a owl:Class . :B a owl:Class . :C a owl:Class . :v a owl:NamedIndividual .\n"
    declared += " ".join(f":{name} a owl:ObjectProperty ." for name in "pqr")
    assert derive(data, declared + axioms) == derived


@pytest.mark.parametrize(
    ("axiom", "why"),
    [
        (":A owl:hasKey ( :p ) .", "owl:hasKey"),
        (":p owl:equivalentProperty :q .", "owl:equivalentProperty"),
        (":A owl:complementOf :B .", "owl:complementOf"),
        (":A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( :B :C ) ] .", "B | "),
        (":A owl:equivalentClass [ a owl:Class ; owl:oneOf ( :v ) ] .", "v"),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] .", "only"),
    ],
)
def test_an_axiom_that_would_be_passed_over_is_an_error(axiom, why):
    declared = ":A a owl:Class . :B a owl:Class . :C a owl:Class . :v a owl:NamedIndividual .\n"
    declared += ":p a owl:ObjectProperty . :q a owl:ObjectProperty .\n"
    with pytest.raises(MavazeError, match="ontology: no rule can be made of this axiom") as caught:
        rules(Graph().parse(data=PROLOGUE + declared + axiom))
    assert why in str(caught.value)


def test_the_rules_are_the_same_in_every_run():
    assert rules(ontology.load("mavaze")) == rules()


def test_the_ontology_is_consistent_and_every_class_can_have_members(java):
    assert find_inconsistencies() == []


def test_a_sound_graph_is_consistent_whatever_its_literals(java):
    graph = Graph().parse(
        data="""
        @prefix dip: <https://w3id.org/mavaze/ontology#> . @prefix : <https://example.org/> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        :a a dip:Article ; dip:earliest "2019-07-01"^^xsd:date .
        :s a dip:Statement ; dip:reportedIn :a ; dip:speaker :iran ; dip:conveys :st ; dip:begin 3 .
        :st a dip:Stance ; dip:holder :iran ; dip:against :usa .
        :iran a dip:State . :usa a dip:State .
        """
    )
    assert find_inconsistencies(graph) == []


def test_a_contradiction_put_in_on_purpose_is_found_and_named(java):
    graph = Dataset()
    for number in range(2):
        article = graph.graph(thing(f"article/{number}"))
        article.add((thing(f"s{number}"), RDF.type, DIP.Statement))
        article.add((thing(f"s{number}"), DIP.conveys, thing(f"st{number}")))
        article.add((thing(f"st{number}"), DIP.against, thing("usa")))
    graph.graph(thing("article/1")).add((thing("st1"), DIP.inFavourOf, thing("jcpoa")))
    (line,) = find_inconsistencies(graph)
    assert line == (
        "these contradict each other: <https://example.org/st1> dip:against <https://example.org/usa>; "
        "<https://example.org/st1> dip:inFavourOf <https://example.org/jcpoa>"
    )


def test_two_speakers_of_one_statement_contradict_each_other(java):
    graph = Graph()
    graph.add((thing("s"), DIP.speaker, thing("iran")))
    graph.add((thing("s"), DIP.speaker, thing("iraq")))
    (line,) = find_inconsistencies(graph)
    assert "iran" in line
    assert "iraq" in line


def test_without_java_one_clear_line_says_so(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MavazeError, match="needs Java, and there is none; install a Java runtime"):
        find_inconsistencies()
