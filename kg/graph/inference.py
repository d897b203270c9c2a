"""What follows from the ontology's axioms: SPARQL rules that the store runs, and a reasoner that finds contradictions.

owlready2 reads the axioms; it knows no Turtle, so it is given N-Triples made in memory. Nothing here derives
from data alone (see ``kg.graph.derivation``).

Domains and ranges make no rule, on purpose: everything has its class already, so a rule could only give one to what
stands at the wrong end of a property, and so hide a mistake that the shapes must find; the reasoner uses them.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from itertools import combinations
from typing import Any

from rdflib import OWL, RDF, Dataset, Graph, URIRef

import ontology
from kg.errors import MavazeError
from kg.graph.rules import Atom, Rule, put_in_order

Assertion = tuple[URIRef, URIRef, URIRef]

_READ_OWL = frozenset(
    str(word)
    for word in (
        *(OWL.allValuesFrom, OWL.deprecated, OWL.differentFrom, OWL.disjointWith, OWL.equivalentClass, OWL.hasValue),
        *(OWL.inverseOf, OWL.members, OWL.oneOf, OWL.onProperty, OWL.propertyChainAxiom, OWL.propertyDisjointWith),
        *(OWL.someValuesFrom, OWL.unionOf, OWL.versionInfo, OWL.versionIRI),
        *(OWL.AllDisjointClasses, OWL.AnnotationProperty, OWL.AsymmetricProperty, OWL.Class, OWL.DatatypeProperty),
        *(OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty, OWL.NamedIndividual),
        *(OWL.ObjectProperty, OWL.Ontology, OWL.Restriction, OWL.SymmetricProperty, OWL.Thing, OWL.TransitiveProperty),
    )
)
"""The words of OWL that the generator reads or knows to give no rule; any other is an error."""


def rules(axioms: Graph | None = None) -> tuple[str, ...]:
    """Return the SPARQL updates by which the derived triples follow from the axioms.

    To be run in this order, once, over a store whose derived graph was emptied before: a rule comes after those
    that it builds on. Each names its graphs, so that it does not matter what the default graph is: it matches
    triples in any of them, writes into the derived graph alone, and only what stands in no graph yet.

    Args:
        axioms: An ontology; ours by default.

    Raises:
        MavazeError: When an axiom would be passed over.

    Example:
        >>> short = [rule.replace("https://w3id.org/mavaze/", "") for rule in rules()]
        >>> print(next(r for r in short if "a <ontology#Topic>" in r and "a <ontology#Target> } }" in r))
        INSERT { GRAPH <graph/derived> { ?x a <ontology#Target> } }
        WHERE {
          GRAPH ?g1 { ?x a <ontology#Topic> }
          FILTER NOT EXISTS { GRAPH ?anywhere { ?x a <ontology#Target> } }
        }
    """
    found = shipped_rules() if axioms is None else _generate(axioms)
    return tuple(rule.as_update() for rule in put_in_order(found))


@cache
def shipped_rules() -> frozenset[Rule]:
    """Return what follows from our axioms, as rules."""
    return _generate(ontology.load("mavaze", "alignments"))


def _generate(axioms: Graph) -> frozenset[Rule]:
    _refuse_unknown_words(axioms)
    with _reading(axioms) as opened:
        return frozenset(_read_rules(opened))


def _refuse_unknown_words(axioms: Graph) -> None:
    for subject, predicate, value in sorted(axioms):
        for word in map(str, (predicate, value)):
            if word.startswith(str(OWL)) and word not in _READ_OWL:
                raise _not_understood(f"{subject} uses owl:{word.removeprefix(str(OWL))}")


def _not_understood(what: str) -> MavazeError:
    return MavazeError(
        f"no rule can be made of this axiom: {what}",
        where="ontology",
        remedy="say it in OWL that the generator reads (see kg.graph.inference), or teach the generator",
    )


@contextmanager
def _reading(graph: Graph) -> Iterator[Any]:
    """Give the graph to owlready2 as an ontology in a world of its own."""
    import owlready2

    world = owlready2.World()
    try:
        triples = graph.serialize(format="nt", encoding="utf-8")
        yield world.get_ontology("https://w3id.org/mavaze/reasoning#").load(fileobj=BytesIO(triples))
    finally:
        world.close()


def _read_rules(axioms: Any) -> Iterator[Rule]:
    for cls in axioms.classes():
        yield from _read_class(cls)
    for prop in axioms.properties():
        yield from _read_property(prop)


def _read_class(cls: Any) -> Iterator[Rule]:
    import owlready2

    member = _is_a(cls)
    for parent in cls.is_a:
        if isinstance(parent, owlready2.ThingClass):
            if parent is not owlready2.Thing:
                yield Rule(_is_a(parent), (member,))
        elif not _says_only_that_something_exists(parent):
            yield Rule(_has_value(parent), (member,))
    for other in cls.equivalent_to:
        if isinstance(other, owlready2.ThingClass):
            yield Rule(_is_a(other), (member,))
            yield Rule(member, (_is_a(other),))
        elif _says_only_that_something_exists(other):
            filler = () if other.value is owlready2.Thing else (_is_a(other.value, "?y"),)
            yield Rule(member, (_holds(other.property, "?x", "?y"), *filler))
        else:
            yield Rule(_has_value(other), (member,))
            yield Rule(member, (_has_value(other),))


def _says_only_that_something_exists(construct: Any) -> bool:
    """Whether it is «some p C»: enough to classify by, but it names nothing that could be written down."""
    import owlready2

    return (
        isinstance(construct, owlready2.Restriction)
        and construct.type == owlready2.SOME
        and isinstance(construct.value, owlready2.ThingClass)
    )


def _has_value(construct: Any) -> Atom:
    import owlready2

    if not isinstance(construct, owlready2.Restriction) or construct.type != owlready2.VALUE:
        raise _not_understood(str(construct))
    return _holds(construct.property, "?x", f"<{construct.value.iri}>")


def _read_property(prop: Any) -> Iterator[Rule]:
    import owlready2

    if isinstance(prop, owlready2.AnnotationPropertyClass):
        return  # labels entail nothing in OWL
    holds = _holds(prop, "?x", "?y")
    characteristics = (owlready2.ObjectProperty, owlready2.DataProperty)
    for parent in prop.is_a:
        if isinstance(parent, owlready2.Inverse) or parent.namespace.world is not owlready2.owl_world:
            yield Rule(_holds(parent, "?x", "?y"), (holds,))
        elif parent is owlready2.SymmetricProperty:
            yield Rule(_holds(prop, "?y", "?x"), (holds,))
        elif parent is owlready2.TransitiveProperty:
            yield Rule(_holds(prop, "?x", "?z"), (holds, _holds(prop, "?y", "?z")))
        elif parent not in characteristics and not issubclass(parent, owlready2.Property):
            raise _not_understood(f"{prop.name} is a {parent}")
    if isinstance(prop, owlready2.ObjectPropertyClass) and isinstance(
        prop.inverse_property, owlready2.ObjectPropertyClass
    ):
        yield Rule(_holds(prop.inverse_property, "?y", "?x"), (holds,))
    for chain in prop.property_chain:
        links = tuple(_holds(link, f"?x{n}", f"?x{n + 1}") for n, link in enumerate(chain.properties))
        yield Rule(_holds(prop, "?x0", f"?x{len(links)}"), links)


def _is_a(cls: Any, subject: str = "?x") -> Atom:
    return Atom(subject, "a", f"<{cls.iri}>")


def _holds(prop: Any, subject: str, value: str) -> Atom:
    import owlready2

    if isinstance(prop, owlready2.Inverse):
        return Atom(value, f"<{prop.property.iri}>", subject)
    return Atom(subject, f"<{prop.iri}>", value)


def find_inconsistencies(graph: Graph | None = None) -> list[str]:
    """Let HermiT look for contradictions in the ontology and, with it, in a graph.

    HermiT is given object assertions and types alone: literals are the shapes' business, and it knows no
    ``xsd:date``. IRIs are made from content, so the values that a functional property gives to one thing are
    taken to be different things.

    Args:
        graph: Data to look into; a dataset is read as the union of its graphs. None for the ontology alone.

    Returns:
        A line for each class that can have no members, or one line with a smallest set of assertions that
        contradict each other; empty when all is well.

    Raises:
        MavazeError: When there is no Java to run HermiT with.
    """
    axioms = ontology.load("mavaze", "acts")
    empty = _unsatisfiable_classes(axioms)
    if empty is None:
        return ["the ontology contradicts itself"]
    if empty or graph is None:
        return [f"{name} can have no members" for name in empty]
    data = _object_assertions(graph, axioms)
    if _is_consistent(axioms, data):
        return []
    culprits = _smallest_conflict(axioms, [], data, is_new=False)
    return ["these contradict each other: " + "; ".join(" ".join(map(_shorten, triple)) for triple in culprits)]


def _is_consistent(axioms: Graph, data: Sequence[Assertion]) -> bool:
    return _unsatisfiable_classes(_together(axioms, data)) is not None


def _unsatisfiable_classes(graph: Graph) -> list[str] | None:
    """Return the classes that can have no members, or None when the graph contradicts itself."""
    import owlready2

    if shutil.which(owlready2.JAVA_EXE) is None:
        raise MavazeError(
            "the reasoner needs Java, and there is none",
            where="consistency check",
            remedy="install a Java runtime (17 works), or leave out --owl",
        )
    with _reading(graph) as opened:
        try:
            owlready2.sync_reasoner_hermit(opened.world, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return None
        empty = [cls for cls in opened.world.inconsistent_classes() if cls is not owlready2.Nothing]
        return sorted(_shorten(URIRef(cls.iri)) for cls in empty)


def _object_assertions(graph: Graph, axioms: Graph) -> list[Assertion]:
    classes = set(axioms.subjects(RDF.type, OWL.Class))
    properties = set(axioms.subjects(RDF.type, OWL.ObjectProperty))
    triples = ((s, p, o) for s, p, o, *_ in (graph.quads() if isinstance(graph, Dataset) else graph))
    return sorted(
        {
            (s, p, o)
            for s, p, o in triples
            if isinstance(s, URIRef)
            and isinstance(p, URIRef)
            and isinstance(o, URIRef)
            and (p in properties or (p == RDF.type and o in classes))
            and s not in classes | properties
        }
    )


def _together(axioms: Graph, data: Sequence[Assertion]) -> Graph:
    graph = Graph()
    for triple in (*axioms, *data):
        graph.add(triple)
    functional = set(axioms.subjects(RDF.type, OWL.FunctionalProperty))
    values: dict[tuple[URIRef, URIRef], set[URIRef]] = {}
    for subject, predicate, value in data:
        if predicate in functional:
            values.setdefault((subject, predicate), set()).add(value)
    for several in values.values():
        for one, other in combinations(sorted(several), 2):
            graph.add((one, OWL.differentFrom, other))
    return graph


def _smallest_conflict(
    axioms: Graph, kept: list[Assertion], suspects: list[Assertion], *, is_new: bool
) -> list[Assertion]:
    """Return a smallest part of the suspects that contradicts the axioms and what is kept.

    References:
        Junker 2004, QuickXplain.
    """
    if is_new and not _is_consistent(axioms, kept):
        return []
    if len(suspects) == 1:
        return suspects
    middle = len(suspects) // 2
    first, second = suspects[:middle], suspects[middle:]
    from_second = _smallest_conflict(axioms, kept + first, second, is_new=bool(first))
    from_first = _smallest_conflict(axioms, kept + from_second, first, is_new=bool(from_second))
    return sorted(from_first + from_second)


def _shorten(iri: URIRef) -> str:
    for prefix, namespace in ontology.PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"
