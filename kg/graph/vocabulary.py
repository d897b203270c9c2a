"""The ontology's graph, as the store keeps it beside the data that it describes."""

import hashlib
from functools import cache
from importlib.resources import files

import pyoxigraph as ox
from rdflib.compare import to_canonical_graph

import ontology
from kg.graph.iris import ONTOLOGY_GRAPH
from kg.graph.terms import to_quads


def ontology_digest() -> str:
    """Return a digest of the ontology's files."""
    turtle = sorted((f for f in files(ontology).iterdir() if f.name.endswith(".ttl")), key=lambda f: f.name)
    return hashlib.sha256(b"\0".join(f.name.encode() + f.read_bytes() for f in turtle)).hexdigest()


@cache
def ontology_quads() -> frozenset[ox.Quad]:
    """Return the ontology's graph, its blank nodes named after their content."""
    return frozenset(to_quads(to_canonical_graph(ontology.load()), ONTOLOGY_GRAPH))
