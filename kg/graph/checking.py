"""A whole store held against what must be true of it: its shapes, its graphs, and by a reasoner its axioms.

A store of any size is looked at in pieces of a few hundred articles or a few thousand things, each with the types of
what it points to, so that memory stays bounded: no shape and no axiom looks further than from an article to the
things in it.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter

import pyoxigraph as ox
from rdflib import RDF, Graph, URIRef

from kg.graph.iris import DERIVED_GRAPH, ENTITIES_GRAPH, SUMMARIES_GRAPH
from kg.graph.store import Store
from kg.graph.terms import to_named, to_rdflib
from kg.graph.validation import Violation, validate
from ontology import DIP

ARTICLES_AT_ONCE = 400
THINGS_AT_ONCE = 4_000

_Subject = ox.NamedNode | ox.BlankNode

_DERIVED = to_named(DERIVED_GRAPH)
_SHARED: tuple[ox.NamedNode | ox.DefaultGraph, ...] = (
    to_named(ENTITIES_GRAPH),
    to_named(SUMMARIES_GRAPH),
    ox.DefaultGraph(),
)
_TYPE, _LINKS_FROM = to_named(RDF.type), to_named(DIP.linksFrom)
_TWICE = """
SELECT ?subject ?predicate ?object ?one ?other WHERE {
  GRAPH ?one { ?subject ?predicate ?object }
  GRAPH ?other { ?subject ?predicate ?object }
  FILTER (STR(?one) < STR(?other))
}
"""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a store that can be looked at by itself.

    Attributes:
        graph: Its triples, and the types of what it points to.
        own: The things that it tells all about; of the others only the type is told.
    """

    graph: Graph
    own: frozenset[str]


def find_violations(store: Store) -> Iterator[Violation]:
    """Yield what breaks a shape, piece by piece, and every triple that stands in two graphs; sorted in each piece."""
    for piece in _pieces(store):
        # What points to another piece is told there, with all that is known of it.
        yield from (found for found in validate(piece.graph) if found.node in piece.own)
    yield from sorted(_find_repeated(store.engine))


def find_contradictions(store: Store) -> Iterator[str]:
    """Yield a line for each class that can have no members, or for each piece that contradicts the ontology.

    Raises:
        MavazeError: When there is no Java to run the reasoner with.
    """
    from kg.graph.inference import find_inconsistencies

    of_the_ontology = find_inconsistencies()
    yield from of_the_ontology
    if not of_the_ontology:
        for piece in _pieces(store):
            yield from find_inconsistencies(piece.graph)


def _find_repeated(engine: ox.Store) -> Iterator[Violation]:
    for row in engine.query(_TWICE):  # type: ignore[union-attr]  # a SELECT query gives solutions
        subject, predicate, value, one, other = (term.value if hasattr(term, "value") else str(term) for term in row)
        yield Violation(
            node=subject,
            path=predicate,
            message=f"No triple stands in two graphs: <{one}> and <{other}>.",
            message_fa=f"هیچ سه‌تایی در دو گراف نیست: <{one}> و <{other}>.",
            value=value,
        )


def _pieces(store: Store) -> Iterator[_Piece]:
    """Yield the things that articles share, and then the articles, some at a time."""
    engine = store.engine
    things = _shared_things(engine)
    while some := list(islice(things, THINGS_AT_ONCE)):
        shared = (q for thing in some for g in _SHARED for q in engine.quads_for_pattern(thing, None, None, g))
        yield _make_piece(engine, shared, set(some))
    articles = store.articles()
    for first in range(0, len(articles), ARTICLES_AT_ONCE):
        quads: list[ox.Quad] = []
        for article in articles[first : first + ARTICLES_AT_ONCE]:
            quads += engine.quads_for_pattern(None, None, None, to_named(article))
        own = {quad.subject for quad in quads}
        for thing in tuple(own):
            own |= {quad.subject for quad in engine.quads_for_pattern(None, _LINKS_FROM, thing, _DERIVED)}
        yield _make_piece(engine, quads, own)


def _shared_things(engine: ox.Store) -> Iterator[_Subject]:
    """Yield whatever is told of outside articles, each once."""
    for number, graph in enumerate(_SHARED):
        for subject, _ in groupby(engine.quads_for_pattern(None, None, None, graph), attrgetter("subject")):
            before = (quad for g in _SHARED[:number] for quad in engine.quads_for_pattern(subject, None, None, g))
            if next(before, None) is None:
                yield subject


def _make_piece(engine: ox.Store, quads: Iterable[ox.Quad], own: Set[object]) -> _Piece:
    graph = Graph()
    pointed_to: set[object] = set()
    for quad in quads:
        _add(graph, quad)
        pointed_to.add(quad.object)
    for thing in own:
        for quad in engine.quads_for_pattern(thing, None, None, _DERIVED):  # type: ignore[arg-type]
            _add(graph, quad)
            pointed_to.add(quad.object)
    for thing in pointed_to - own:
        if isinstance(thing, ox.NamedNode):
            for quad in engine.quads_for_pattern(thing, _TYPE, None, None):
                _add(graph, quad)
    return _Piece(graph, frozenset(str(to_rdflib(thing)) for thing in own))


def _add(graph: Graph, quad: ox.Quad) -> None:
    if not isinstance(quad.object, ox.Triple):
        graph.add((to_rdflib(quad.subject), URIRef(quad.predicate.value), to_rdflib(quad.object)))
