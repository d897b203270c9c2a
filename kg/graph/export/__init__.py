"""The graph as a file, for every audience; sorted, so that the same graph gives the same bytes.

Turtle, N-Triples and RDF/XML know no named graphs and hold the union; TriG, N-Quads and JSON-LD keep them apart.
``turtle12`` is RDF 1.2, in which a stance reifies «holder supports target». CSV has a row per stance, coded by
CAMEO and PLOVER; GraphML and GEXF are the network of who supports and opposes whom. All are written as they are
read, sorted outside of memory, so that a store of any size can be exported.
"""

from collections.abc import Callable, Mapping
from typing import BinaryIO

from kg.errors import InputError
from kg.graph.export import networks, rdf, stances
from kg.graph.export.parts import WHOLE, Part, check_part
from kg.graph.given_text import Policy
from kg.graph.store import Store

__all__ = ["FORMATS", "MEDIA_TYPES", "SUFFIXES", "WHOLE", "Part", "write_export"]

_WRITERS: Mapping[str, Callable[[Store, BinaryIO, Part, Policy], None]] = {
    **{name: rdf.writer(name) for name in rdf.FORMATS},
    "csv": stances.write_csv,
    "graphml": networks.write_graphml,
    "gexf": networks.write_gexf,
}
FORMATS = tuple(_WRITERS)
"""The names of the formats."""

MEDIA_TYPES: Mapping[str, str] = {
    "turtle": "text/turtle",
    "trig": "application/trig",
    "nquads": "application/n-quads",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "turtle12": "text/turtle",
    "csv": "text/csv",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
}
SUFFIXES: Mapping[str, str] = {
    "turtle": "ttl",
    "trig": "trig",
    "nquads": "nq",
    "ntriples": "nt",
    "jsonld": "jsonld",
    "rdfxml": "rdf",
    "turtle12": "ttl",
    "csv": "csv",
    "graphml": "graphml",
    "gexf": "gexf",
}


def write_export(
    store: Store, output: BinaryIO, format: str = "trig", *, part: Part = WHOLE, text: Policy = "full"
) -> None:
    """Write the graph in a format, sorted.

    Args:
        store: What is exported.
        output: Where the bytes go, as they are made.
        format: One of ``FORMATS``.
        part: What is wanted of the graph; all by default.
        text: How much of the articles' words is given out.

    Raises:
        InputError: When there is no such format or graph.
        OSError: When the output, or the disk where it is sorted, takes no more.
    """
    if format not in _WRITERS:
        raise InputError(f"no format is called «{format}»", remedy=f"choose one of {', '.join(FORMATS)}")
    check_part(store, part)
    _WRITERS[format](store, output, part, text)
