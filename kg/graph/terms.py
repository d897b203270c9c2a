"""Terms of rdflib as Oxigraph's, and what must change for a graph to say something else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from kg.graph.query_text import Term

_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")

Object = ox.NamedNode | ox.BlankNode | ox.Literal


@lru_cache(maxsize=16384)
def _named(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def to_ox(term: Node) -> Object:
    """Return an rdflib term as Oxigraph's.

    Raises:
        ValueError: When it is no valid IRI, or a text with half a character (a lone surrogate).

    Example:
        >>> to_ox(Literal("سلام", lang="fa"))
        <Literal value=سلام language=fa>
    """
    if isinstance(term, URIRef):
        return _named(str(term))
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return ox.Literal(str(term), datatype=_named(str(term.datatype)) if term.datatype else None)
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    raise ValueError(f"no RDF term: {term!r}")


def to_rdflib(term: object) -> Node:
    """Return an Oxigraph term as rdflib's.

    Raises:
        ValueError: When rdflib has none like it: a triple as a term.

    Example:
        >>> to_rdflib(ox.Literal("سلام", language="fa"))
        rdflib.term.Literal('سلام', lang='fa')
    """
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        is_plain = term.datatype == _STRING
        return Literal(term.value, datatype=None if is_plain else URIRef(term.datatype.value), normalize=False)
    raise ValueError(f"no term of rdflib: {term}")


def to_named(iri: URIRef | str) -> ox.NamedNode:
    """Return an IRI as Oxigraph's."""
    return _named(str(iri))


def to_quads(triples: Iterable[tuple[Node, Node, Node]], graph: URIRef) -> set[ox.Quad]:
    """Return rdflib's triples as quads of one graph."""
    name = _named(str(graph))
    # rdflib types subject and predicate as any node; ours are IRIs, or blank nodes of the ontology.
    return {ox.Quad(to_ox(s), to_ox(p), to_ox(o), name) for s, p, o in triples}  # type: ignore[arg-type]


def to_parameter(term: Node) -> Term:
    """Return an rdflib term as the value of a query's parameter."""
    if isinstance(term, Literal):
        return Term("literal", str(term), term.language, str(term.datatype) if term.datatype else None)
    return Term("uri" if isinstance(term, URIRef) else "bnode", str(term))


@dataclass(slots=True)
class Change:
    """What is added to a store and what is taken out, in one transaction."""

    added: set[ox.Quad] = field(default_factory=set)
    removed: set[ox.Quad] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def replace(self, before: Iterable[ox.Quad], after: set[ox.Quad]) -> None:
        """Note that ``after`` takes the place of ``before``."""
        former = set(before)
        self.added |= after - former
        self.removed |= former - after

    def apply(self, engine: ox.Store) -> None:
        """Write it; either all of it is written or nothing.

        Raises:
            OSError: When the disk does not take it.
        """
        if not self.removed:
            if self.added:
                engine.extend(self.added)
            return
        engine.update(f"DELETE DATA {{ {_data(self.removed)} }} ; {insert_data(self.added)}")


def insert_data(quads: Iterable[ox.Quad]) -> str:
    """Return the SPARQL update that adds quads."""
    return f"INSERT DATA {{ {_data(quads)} }}"


def _data(quads: Iterable[ox.Quad]) -> str:
    return "\n".join(f"GRAPH {q.graph_name} {{ {write_triple(q.triple)} }}" for q in quads)


def write_triple(triple: ox.Triple) -> str:
    """Return a triple as SPARQL has it; its object may be a triple itself.

    Example:
        >>> name = ox.NamedNode("urn:a")
        >>> write_triple(ox.Triple(name, name, ox.Triple(name, name, name)))
        '<urn:a> <urn:a> <<( <urn:a> <urn:a> <urn:a> )>>'
    """
    return f"{triple.subject} {triple.predicate} {write_term(triple.object)}"


def write_term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Return a term as SPARQL has it."""
    return f"<<( {write_triple(term)} )>>" if isinstance(term, ox.Triple) else str(term)
