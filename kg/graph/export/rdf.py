"""The RDF formats: quads sorted as lines outside of memory, then written by the engine as they come."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import BinaryIO, Final, cast

import pyoxigraph as ox
from rdflib.namespace import RDF

from kg.graph.export.jsonld import write_jsonld
from kg.graph.export.parts import Part, quads_of
from kg.graph.external_sort import sort_lines
from kg.graph.given_text import Policy, give
from kg.graph.store import Store
from kg.graph.terms import to_named
from ontology import DIP, PREFIXES

_ENGINE_FORMATS: Final[Mapping[str, ox.RdfFormat]] = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "turtle12": ox.RdfFormat.TURTLE,
}
FORMATS: Final = ("turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml", "turtle12")
"""The names of the RDF formats."""

_WITH_GRAPHS = frozenset({"trig", "nquads", "jsonld"})
_TYPE, _REIFIES = to_named(RDF.type), ox.NamedNode(f"{PREFIXES['rdf']}reifies")
_OURS = f"<{PREFIXES['dip']}"
_HOLDER = to_named(DIP.holder)
_TOWARD = {to_named(DIP.inFavourOf): to_named(DIP.supports), to_named(DIP.against): to_named(DIP.opposes)}
# What XML 1.0 cannot say at all, not even escaped; a carriage return must be escaped to survive.
_NOT_IN_XML = bytes(code for code in range(0x20) if code not in b"\t\n\r")


def writer(format: str) -> Callable[[Store, BinaryIO, Part, Policy], None]:
    """Return what writes a part of a store in an RDF format."""

    def write(store: Store, output: BinaryIO, part: Part, text: Policy) -> None:
        quads = give(quads_of(store, part), store.engine, text)
        lines = sort_lines(_to_line(quad, has_graph=format in _WITH_GRAPHS) for quad in quads)
        if format in ("nquads", "ntriples"):
            output.writelines(map(_to_statement, lines))
            return
        ordered = ox.parse(cast(BinaryIO, _Reader(map(_to_statement, lines))), format=ox.RdfFormat.N_QUADS)
        if format == "jsonld":
            write_jsonld(ordered, output, base=store.base)
        elif format == "trig":
            ox.serialize(ordered, output, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
        else:
            triples: Iterator[ox.Triple] = (quad.triple for quad in ordered)
            if format == "turtle12":
                triples = _with_reifications(triples)
            target = cast(BinaryIO, _XmlWriter(output)) if format == "rdfxml" else output
            ox.serialize(triples, target, format=_ENGINE_FORMATS[format], prefixes=PREFIXES)
            if format == "turtle12":
                output.flush()

    return write


def _to_line(quad: ox.Quad, *, has_graph: bool) -> bytes:
    """Write a quad so that lines sort by graph, subject, predicate (the types first, ours before others') and object.

    A tab stands between the terms: it sorts before all that a term may hold, and is escaped in terms.
    """
    rank = 2 if quad.predicate != _TYPE else 0 if str(quad.object).startswith(_OURS) else 1
    graph = f"{quad.graph_name}\t" if has_graph else ""
    return f"{graph}{quad.subject}\t{rank}{quad.predicate}\t{_write(quad.object)}".encode()


def _write(term: object) -> str:
    if isinstance(term, ox.Triple):
        return f"<<( {term.subject} {term.predicate} {_write(term.object)} )>>"
    return str(term)


def _to_statement(line: bytes) -> bytes:
    *graph, subject, predicate, value = line.split(b"\t")
    name = b"" if not graph or graph[0] == b"DEFAULT" else graph[0] + b" "
    return b"%b %b %b %b.\n" % (subject, predicate[1:], value, name)


class _Reader(io.RawIOBase):
    """Lines as a file to read from."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def readable(self) -> bool:
        """Whether there may be more: there may."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next lines, about as much as is asked for; nothing at the end."""
        parts: list[bytes] = []
        length = 0
        for line in self._lines:
            parts.append(line)
            length += len(line)
            if 0 <= size <= length:
                break
        return b"".join(parts)


class _XmlWriter(io.RawIOBase):
    """Pass XML on, with what it cannot hold as the replacement character."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def writable(self) -> bool:
        """Whether it takes bytes: it does."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take the next bytes."""
        written = bytes(data)
        if any(code in written for code in _NOT_IN_XML):
            for code in _NOT_IN_XML:
                written = written.replace(bytes([code]), "\ufffd".encode())
        self._output.write(written.replace(b"\r", b"&#13;"))
        return len(data)


def _with_reifications(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield triples and, with each stance, that it reifies «holder supports (or opposes) target»."""
    for subject, group in groupby(triples, key=lambda triple: triple.subject):
        holder: object = None
        stands: list[tuple[ox.NamedNode, object]] = []
        for triple in group:
            yield triple
            if triple.predicate == _HOLDER:
                holder = triple.object
            elif triple.predicate in _TOWARD:
                stands.append((_TOWARD[triple.predicate], triple.object))
        if isinstance(holder, ox.NamedNode | ox.BlankNode):
            for predicate, target in stands:
                yield ox.Triple(subject, _REIFIES, ox.Triple(holder, predicate, target))  # type: ignore[arg-type]
