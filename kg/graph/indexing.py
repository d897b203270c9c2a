"""What of a store can be searched: brings the search index in step with the engine's graphs."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
from rdflib import DCTERMS, SKOS, URIRef

from kg.graph.iris import ENTITIES_GRAPH
from kg.graph.search import Entry, Kind, SearchIndex
from kg.graph.terms import to_named
from ontology import DIP

_WORDS_OF_AN_ARTICLE: Mapping[URIRef, Kind] = {DIP.content: "statement", DCTERMS.title: "article"}
_NAMES = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, DIP.demonym, DIP.metonym)


def index_store(
    engine: ox.Store, folder: Path, base: str, fingerprints: Mapping[str, str], uses: Mapping[str, int]
) -> None:
    """Index what has changed since the last time, all at once or not at all.

    Args:
        engine: The store's engine.
        folder: The store's folder.
        base: The base of its IRIs.
        fingerprints: What each article was made from, by path; one that is left out is forgotten.
        uses: How many articles use each thing, by path.
    """
    with SearchIndex(folder) as index, index.updating():
        changed, dropped = index.outdated(fingerprints)
        for path in dropped:
            index.drop_article(path)
        for path in changed:
            index.replace_article(path, fingerprints[path], _read_article(engine, URIRef(base + path)))
        index.replace_things(_read_names(engine, base, uses))


def _read_article(engine: ox.Store, graph: URIRef) -> Iterator[Entry]:
    for property_, kind in _WORDS_OF_AN_ARTICLE.items():
        for subject, text in _read(engine, property_, graph):
            yield Entry(subject, kind, text)


def _read_names(engine: ox.Store, base: str, uses: Mapping[str, int]) -> Iterator[Entry]:
    names = {found for property_ in _NAMES for found in _read(engine, property_, ENTITIES_GRAPH)}
    for thing, name in sorted(names):
        yield Entry(thing, "thing", name, uses.get(thing.removeprefix(base), 0))


def _read(engine: ox.Store, property_: URIRef, graph: URIRef) -> list[tuple[str, str]]:
    found = engine.quads_for_pattern(None, to_named(property_), None, to_named(graph))
    return sorted(
        (quad.subject.value, quad.object.value)
        for quad in found
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    )
