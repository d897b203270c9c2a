"""Rules from axioms, run by the engine; and HermiT, which must find a contradiction put in on purpose."""

import os
import shutil

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, Dataset, Graph, URIRef
from rdflib.term import Node

import ontology
from kg.errors import MavazeError
from kg.graph.inference import find_inconsistencies, rules
from kg.graph.iris import DERIVED_GRAPH, ENTITIES_GRAPH
from kg.graph.store import FIXED_GRAPHS
from kg.graph.terms import to_rdflib
from ontology import DIP

ALIENS = ("prov", "marl", "nif", "schema")
PREFIXES = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in ontology.PREFIXES.items())
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
        turtle = f"@prefix : <https://example.org/> . {PREFIXES} {line}"
        store.load(turtle, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"https://example.org/graph/{number}"))
    for rule in rules(Graph().parse(data=PROLOGUE + axioms) if axioms else None):
        store.update(rule)
    found = store.quads_for_pattern(None, None, None, ox.NamedNode(DERIVED_GRAPH))
    return {" ".join(map(shorten, quad.triple)) for quad in found}


def shorten(term: ox.NamedNode) -> str:
    if term.value == str(RDF.type):
        return "a"
    for prefix in ("dip", *ALIENS):
        if term.value.startswith(ontology.PREFIXES[prefix]):
            return term.value.replace(ontology.PREFIXES[prefix], f"{prefix}:")
    return term.value.replace("https://example.org/", ":")


def test_a_stance_gets_its_class_polarity_target_and_both_ends():
    derived = derive(":s dip:conveys :st ; dip:onBehalfOf :side .\n:st dip:holder :h ; dip:against :t .")
    assert {triple for triple in derived if not any(f" {other}:" in triple for other in ALIENS)} == {
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
    assert derive(":x a dip:Person .\n:x a dip:Actor .\n:x a dip:Target .\n:x a prov:Agent .") == {
        ":x a schema:Person",
        ":x a prov:Person",
    }


def test_equal_reports_are_equal_both_ways():
    assert derive(":a dip:sameReportAs :b .") == {":b dip:sameReportAs :a"}


def test_domains_and_ranges_give_no_type_so_that_mistakes_stay_visible():
    assert derive(":s dip:speaker :x .") == {":s prov:wasAttributedTo :x"}


def test_the_words_of_other_vocabularies_follow():
    derived = derive(
        ":s a dip:Quotation ; dip:reportedIn :a ; dip:speaker :h ; dip:conveys :st ; dip:begin 3 ."
        "\n:st dip:holder :h ; dip:inFavourOf :t ."
    )
    assert {triple for triple in derived if any(f" {other}:" in triple for other in ALIENS)} == {
        ":s a schema:Quotation",
        ":s a prov:Entity",
        ":s prov:wasQuotedFrom :a",
        ":s nif:referenceContext :a",
        ":s prov:wasAttributedTo :h",
        ":s schema:about :t",
        ":s nif:beginIndex 3",
        ":st a prov:Entity",
        ":st a marl:Opinion",
        ":st marl:extractedFrom :s",
        ":st marl:describesObject :t",
        ":st marl:hasPolarity marl:Positive",
    }


FROM_DATA = {DIP.side, DIP.denies, DIP.sameReportAs, DIP.presumedSpeaker, DIP.onBehalfOf}
"""What a store's derived graph tells from the data; the axioms build on it."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning:owlrl")
def test_a_second_reasoner_concludes_the_same_of_all_articles(sample_store):
    """Each derived triple of the store follows by OWL 2 RL too, and OWL 2 RL adds nothing in these vocabularies."""
    import owlrl

    engine = ox.Store.read_only(str(sample_store))
    graphs = {graph: triples(engine, graph) for graph in engine.named_graphs()}
    derived = graphs[ox.NamedNode(DERIVED_GRAPH)]
    links = {s for s, p, o in derived if (p, o) == (RDF.type, DIP.Link)}
    facts = {(s, p, o) for s, p, o in derived if s in links or p in FROM_DATA}
    axioms = ontology.load("mavaze", "alignments")
    # Annotations entail nothing in OWL DL; owlrl follows RDFS there, and takes long for labels.
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    words = {term for kind in kinds for term in axioms.subjects(RDF.type, kind) if isinstance(term, URIRef)}
    given = set(facts)
    for graph, told in graphs.items():
        if graph.value not in map(str, FIXED_GRAPHS) or graph.value == str(ENTITIES_GRAPH):
            given |= {(s, p, o) for s, p, o in told if p == RDF.type or p in words}
    closed = Graph()
    for triple in (*given, *axioms):
        closed.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    assert len(derived - given) > 5_000
    assert derived - set(closed) == set()
    # Back again: what the other one adds about things, in words that the ontology declares.
    things = {s for s, _, _ in given} | {o for _, p, o in given if p != RDF.type and isinstance(o, URIRef)}
    theirs = {(s, p, o) for s, p, o in closed if s in things - words and (p in words or (p == RDF.type and o in words))}
    missing = {triple for triple in theirs - given - derived if not str(triple[2]).startswith(str(OWL))}
    # owlrl gives every thing a class of the ends of its properties; we leave that to the shapes, on purpose.
    acts = set(ontology.load("acts").subjects())
    assert {(s, p, o) for s, p, o in missing if s not in acts} == set()


def triples(engine: ox.Store, graph: ox.NamedNode) -> set[tuple[Node, Node, Node]]:
    """Return a graph's triples in rdflib's terms."""
    quads = engine.quads_for_pattern(None, None, None, graph)
    return {(to_rdflib(q.subject), URIRef(q.predicate.value), to_rdflib(q.object)) for q in quads}


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
    assert rules(ontology.load("mavaze", "alignments")) == rules()


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
