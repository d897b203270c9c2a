"""The identities graph: which Wikidata item an entity was linked to after its articles were read, how surely and why.

It is apart from the articles' graphs and the entities graph, so that reading an article again keeps it. Each link is
one owl:sameAs triple and an OWL axiom about it (OWL 2, annotations of axioms) with confidence and reason.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, XSD, Literal, URIRef
from rdflib.namespace import OWL

from kg.graph.iris import ENTITIES_GRAPH, IDENTITIES_GRAPH, digest
from kg.graph.terms import Change, to_named, to_quads
from kg.graph.triples import Triple
from ontology import DIP, PREFIXES

_SAME_AS = to_named(OWL.sameAs)
_DETAILS = """
SELECT ?source ?item ?confidence ?reason WHERE {
  GRAPH <%s> {
    ?axiom owl:annotatedSource ?source ; owl:annotatedTarget ?item ;
      dip:identityConfidence ?confidence ; dip:identityReason ?reason }
}
"""


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """That an entity is an item.

    Attributes:
        path: The entity's IRI without the base.
        qid: The item.
        confidence: From 0 to 1.
        reason: What decided.
    """

    path: str
    qid: str
    confidence: float
    reason: str


def linked_paths(engine: ox.Store, base: str) -> set[str]:
    """Return the entities that have an item, from the gazetteer, their articles or the identities graph."""
    quads = (quad for graph in (ENTITIES_GRAPH, IDENTITIES_GRAPH) for quad in _same_as(engine, str(graph)))
    return {quad.subject.value.removeprefix(base) for quad in quads if isinstance(quad.subject, ox.NamedNode)}


def read_identities(engine: ox.Store, base: str) -> list[Identity]:
    """Return the identities graph, sorted."""
    rows = engine.query(_DETAILS % IDENTITIES_GRAPH, prefixes=PREFIXES)
    assert isinstance(rows, ox.QuerySolutions)
    return sorted(
        Identity(
            row["source"].value.removeprefix(base),
            row["item"].value.removeprefix(PREFIXES["wd"]),
            float(row["confidence"].value),
            row["reason"].value,
        )
        for row in rows
    )


def add_identities(engine: ox.Store, links: Iterable[Identity], base: str) -> None:
    """Add links of entities that have none, in one transaction.

    Raises:
        OSError: When the disk does not take it.
    """
    Change(added=_quads(links, base)).apply(engine)


def prune_identities(engine: ox.Store, base: str) -> list[Identity]:
    """Drop the links of entities that are gone, or that have their item from elsewhere by now; return the others.

    Raises:
        OSError: When the disk does not take it.
    """
    links = read_identities(engine, base)
    outlived = [link for link in links if _is_outlived(link, engine, base)]
    if outlived:
        Change(removed=_quads(outlived, base)).apply(engine)
    return sorted(set(links) - set(outlived))


def _quads(links: Iterable[Identity], base: str) -> set[ox.Quad]:
    return to_quads((triple for link in links for triple in _triples(link, base)), IDENTITIES_GRAPH)


def _is_outlived(link: Identity, engine: ox.Store, base: str) -> bool:
    entity, entities = to_named(base + link.path), to_named(ENTITIES_GRAPH)
    is_there = any(True for _ in engine.quads_for_pattern(entity, None, None, entities))
    return not is_there or any(True for _ in engine.quads_for_pattern(entity, _SAME_AS, None, entities))


def _same_as(engine: ox.Store, graph: str) -> Iterator[ox.Quad]:
    yield from engine.quads_for_pattern(None, _SAME_AS, None, to_named(graph))


def _triples(link: Identity, base: str) -> Iterator[Triple]:
    entity, item = URIRef(base + link.path), URIRef(PREFIXES["wd"] + link.qid)
    axiom = URIRef(f"{base}identity/{digest(link.path, link.qid)}")
    yield entity, OWL.sameAs, item
    yield axiom, RDF.type, OWL.Axiom
    yield axiom, OWL.annotatedSource, entity
    yield axiom, OWL.annotatedProperty, OWL.sameAs
    yield axiom, OWL.annotatedTarget, item
    text = f"{link.confidence:.4f}".rstrip("0").rstrip(".")
    yield axiom, DIP.identityConfidence, Literal(text, datatype=XSD.decimal)
    yield axiom, DIP.identityReason, Literal(link.reason)
