"""What of a store can be searched: brings the search index in step with the engine's graphs."""

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox
from rdflib import DCTERMS, SKOS, URIRef

from kg.graph.iris import ENTITIES_GRAPH
from kg.graph.search import Entry, Kind, SearchIndex
from kg.graph.terms import to_named
from ontology import DIP

_WORDS_OF_AN_ARTICLE: Mapping[URIRef, Kind] = {DIP.content: "statement", DCTERMS.title: "article"}
_NAMES = frozenset(map(str, (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, DIP.demonym, DIP.metonym)))


def index_articles(index: SearchIndex, engine: ox.Store, base: str, paths: Iterable[str]) -> None:
    """Index what articles hold now; one that is gone is forgotten.

    Args:
        index: What is searched.
        engine: The store's engine.
        base: The base of its IRIs.
        paths: The articles' IRIs without the base.
    """
    for path in paths:
        index.replace(path, _read_article(engine, URIRef(base + path)))


def index_things(index: SearchIndex, engine: ox.Store, base: str, uses: Mapping[str, int]) -> None:
    """Index the names that things have now.

    Args:
        index: What is searched.
        engine: The store's engine.
        base: The base of its IRIs.
        uses: The things' IRIs without the base, and how many articles use them.
    """
    for path, weight in uses.items():
        index.replace(path, _read_names(engine, base + path, weight))


def _read_article(engine: ox.Store, graph: URIRef) -> Iterator[Entry]:
    for property_, kind in _WORDS_OF_AN_ARTICLE.items():
        for subject, text in _read(engine, property_, graph):
            yield Entry(subject, kind, text)


def _read_names(engine: ox.Store, thing: str, weight: int) -> Iterator[Entry]:
    said = engine.quads_for_pattern(to_named(thing), None, None, to_named(ENTITIES_GRAPH))
    names = {q.object.value for q in said if q.predicate.value in _NAMES and isinstance(q.object, ox.Literal)}
    yield from (Entry(thing, "thing", name, weight) for name in sorted(names))


def _read(engine: ox.Store, property_: URIRef, graph: URIRef) -> list[tuple[str, str]]:
    found = engine.quads_for_pattern(None, to_named(property_), None, to_named(graph))
    return sorted(
        (quad.subject.value, quad.object.value)
        for quad in found
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    )
