"""The Turtle files: every term said in both languages, and nothing in Python that they do not say."""

import re
import subprocess
import sys

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef

import ontology
from ontology import ACT, DIP, PREFIXES

DIP_NAMESPACE = Namespace(PREFIXES["dip"])
NAMES = ("mavaze", "acts", "alignments", "shapes")
PERSIAN = re.compile(r"[\u0600-\u06ff]")


def terms(graph: Graph, namespace: str) -> set[URIRef]:
    return {s for s in graph.subjects() if isinstance(s, URIRef) and s.startswith(namespace)}


def languages(graph: Graph, term: URIRef, prop: URIRef) -> list[str | None]:
    return sorted(str(value.language) for value in graph.objects(term, prop) if isinstance(value, Literal))


@pytest.mark.parametrize("name", NAMES)
def test_each_file_is_turtle_that_says_something(name):
    assert len(ontology.load(name)) > 50


def test_dip_names_equal_the_terms_of_the_turtle():
    in_python = {*map(URIRef, dir(DIP)), DIP["from"]}
    in_turtle = terms(ontology.load("mavaze"), DIP_NAMESPACE)
    assert {term for term in in_python if term.startswith(DIP_NAMESPACE)} == in_turtle


def test_a_misspelt_term_is_an_error():
    with pytest.raises(AttributeError):
        _ = DIP.speeker
    with pytest.raises(KeyError):
        _ = ACT["anounce"]


def test_acts_are_read_as_the_turtle_says_them():
    graph = ontology.load("acts")
    concepts = {str(concept).removeprefix(PREFIXES["act"]) for concept in graph.subjects(RDF.type, SKOS.Concept)}
    assert set(ontology.acts()) == concepts
    assert len(ontology.acts()) == len(concepts) == 16


@pytest.mark.parametrize("prop", [RDFS.label, RDFS.comment])
def test_every_term_has_its_words_in_persian_and_english(prop):
    graph = ontology.load("mavaze")
    lacking = {term for term in terms(graph, DIP_NAMESPACE) if languages(graph, term, prop) != ["en", "fa"]}
    assert not lacking


@pytest.mark.parametrize("prop", [SKOS.prefLabel, SKOS.definition])
def test_every_act_has_its_words_in_persian_and_english(prop):
    graph = ontology.load("acts")
    assert all(languages(graph, ACT[name], prop) == ["en", "fa"] for name in ontology.acts())


def test_every_act_has_a_code_of_cameo_and_lies_in_the_scheme():
    graph = ontology.load("acts")
    for name in ontology.acts():
        assert re.fullmatch(r"\d{3}", str(graph.value(ACT[name], SKOS.notation)))
        assert graph.value(ACT[name], SKOS.inScheme) == URIRef("https://w3id.org/mavaze/act")


def test_acts_against_somebody_are_negative_and_plain_ones_have_no_polarity():
    graph = ontology.load("acts")
    polarities = {name: graph.value(ACT[name], DIP.defaultPolarity) for name in ontology.acts()}
    assert polarities["condemn"] == polarities["deny"] == DIP.negative
    assert polarities["praise"] == polarities["thank"] == DIP.positive
    assert polarities["announce"] is None


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_in_the_language_that_they_claim_and_in_persian_letters(name):
    for text in ontology.load(name).objects():
        if isinstance(text, Literal) and text.language == "fa":
            assert PERSIAN.search(text)
            assert not re.search("[يكىة]", text)


def test_every_message_of_a_shape_is_in_both_languages():
    graph = ontology.load("shapes")
    message = URIRef(PREFIXES["sh"] + "message")
    said = {shape: languages(graph, shape, message) for shape in graph.subjects(message)}
    assert len(said) > 40
    assert all(found == ["en", "fa"] for found in said.values())


def test_shapes_and_alignments_speak_of_terms_that_exist():
    known = terms(ontology.load("mavaze"), DIP_NAMESPACE)
    for name in ("shapes", "alignments", "acts"):
        used = {node for triple in ontology.load(name) for node in triple if isinstance(node, URIRef)}
        assert {node for node in used if node.startswith(DIP_NAMESPACE)} <= known


def test_the_vocabulary_is_owl_dl_in_what_it_declares():
    """Every property is of one kind, and whatever stands in an axiom is declared."""
    graph = ontology.load()
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    by_kind = [set(graph.subjects(RDF.type, kind)) for kind in kinds]
    assert not by_kind[0] & by_kind[1] | by_kind[0] & by_kind[2] | by_kind[1] & by_kind[2]
    for axiom, declared in (
        (RDFS.subClassOf, set(graph.subjects(RDF.type, OWL.Class))),
        (RDFS.subPropertyOf, set.union(*by_kind)),
    ):
        named = {node for pair in graph.subject_objects(axiom) for node in pair if not isinstance(node, BNode)}
        assert named <= declared


def test_the_ontology_says_its_version():
    graph = ontology.load("mavaze")
    iri = URIRef("https://w3id.org/mavaze/ontology")
    version = str(graph.value(iri, OWL.versionInfo))
    assert graph.value(iri, OWL.versionIRI) == URIRef(f"{iri}/{version}")


def test_the_names_of_acts_cost_no_rdf_library():
    code = "import ontology, sys; ontology.acts(); ontology.queries(); sys.exit('rdflib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
