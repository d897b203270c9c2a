"""What a visitor with the token may write: an update, or one graph as a whole.

One request is one transaction of the engine. Articles' graphs and the graphs that are derived belong to
``mavaze build``: what is written into them holds until a build makes them anew, and an article whose graph
is gone is forgotten. All other graphs belong to who writes them; no build touches them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

import pyoxigraph as ox

from kg.errors import InputError, QueryError
from kg.graph.answers import syntax_error
from kg.graph.files import reporting_problems
from kg.graph.iris import digest
from kg.graph.query_text import Term, splice
from kg.graph.store import FIXED_GRAPHS, Store
from kg.graph.terms import insert_data, write_triple
from kg.graph.update_text import Load
from ontology import PREFIXES

RDF_TYPES: Mapping[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
"""The media types of RDF that is read; those of datasets as far as they hold one graph."""

_MOST_NAMES = 1000


class GraphNotFound(InputError):
    """There is no graph of this name."""

    status: ClassVar[HTTPStatus] = HTTPStatus.NOT_FOUND


@dataclass(frozen=True, slots=True)
class Document:
    """RDF as it was sent.

    Attributes:
        body: Its bytes.
        media_type: A key of ``RDF_TYPES``.
        base_iri: What its relative IRIs are resolved against.
        where: What an error says is wrong.
    """

    body: bytes
    media_type: str
    base_iri: str
    where: str = "body"

    def read(self) -> list[ox.Triple]:
        """Return its triples, with blank nodes of their own.

        Raises:
            InputError: When it is malformed, or holds named graphs.
        """
        try:
            quads = ox.parse(
                self.body,
                RDF_TYPES[self.media_type],
                base_iri=self.base_iri,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
            return [quad.triple for quad in quads]
        except (SyntaxError, ValueError) as problem:
            raise InputError(
                f"this is no {self.media_type}: {problem.args[0]}", where=self.where, remedy="mend it and send it again"
            ) from problem


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL update.

    Attributes:
        text: What is run.
        base_iri: What its relative IRIs are resolved against.
        loaded: What its LOADs have fetched, each with its place in the text.
    """

    text: str
    base_iri: str
    loaded: tuple[tuple[Load, Document | None], ...] = ()


@dataclass(frozen=True, slots=True)
class GraphWrite:
    """Triples for one graph.

    Attributes:
        graph: Its IRI; None for the default graph.
        documents: What is written into it.
        is_replacing: Whether they take the place of what it holds.
    """

    graph: str | None
    documents: tuple[Document, ...]
    is_replacing: bool


@dataclass(frozen=True, slots=True)
class NewGraph:
    """Triples for a graph that gets its name here: an address and a digest of what was sent.

    Attributes:
        prefix: Where its IRI begins.
        documents: What is written into it.
    """

    prefix: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class GraphRemoval:
    """The end of one graph; the default graph (None) is emptied."""

    graph: str | None


@dataclass(frozen=True, slots=True)
class GraphPatch:
    """An update that is confined to one graph."""

    graph: str
    update: Update


Write = Update | GraphWrite | NewGraph | GraphRemoval | GraphPatch


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was written.

    Attributes:
        graph: The graph that it concerned, where it was one; None is the default graph, too.
        is_new: Whether the graph was not there before.
    """

    graph: str | None = None
    is_new: bool = False


def perform(store: Store, write: Write) -> Outcome:
    """Write to a store, and put right what it knows about its articles.

    Raises:
        InputError: When the RDF is malformed.
        GraphNotFound: When the graph to remove or to patch is not there.
        QueryError: When the update is malformed or fails; then nothing was written.
        StoreError: When the store cannot be written.
    """
    match write:
        case Update(text, base_iri, loaded):
            run(store, splice(text, map(_insertion, loaded)), base_iri)
            return Outcome()
        case NewGraph(prefix, documents):
            graph = _new_name(store, prefix, documents)
            return _put(store, graph, documents, is_replacing=False)
        case GraphWrite(graph, documents, is_replacing):
            return _put(store, graph, documents, is_replacing=is_replacing)
        case GraphRemoval(graph):
            if graph is not None:
                _require(store, graph)
            run(store, _clearing(graph), None, graphs=(graph,))
            return Outcome(graph)
        case GraphPatch(graph, update):
            _require(store, graph)
            run(store, update.text, update.base_iri, graphs=(graph,))
            return Outcome(graph)


def run(store: Store, text: str, base_iri: str | None, *, graphs: Sequence[str | None] | None = None) -> None:
    """Run an update in one transaction.

    Args:
        store: Open for writing.
        text: The update.
        base_iri: What its relative IRIs are resolved against.
        graphs: The graphs that it can change; any, when that is not known.
    """
    touches_fixed = graphs is None or not {str(graph) for graph in FIXED_GRAPHS}.isdisjoint(map(str, graphs))
    store.announce_foreign_write(touches_fixed=touches_fixed)
    try:
        store.engine.update(text, base_iri=base_iri, prefixes=PREFIXES)
    except SyntaxError as problem:
        store.follow_foreign_write()
        error = syntax_error(str(problem.args[0]))
        raise QueryError(
            error.what.replace("query", "update", 1), where=(error.where or "query").replace("query", "update", 1)
        ) from problem
    except (RuntimeError, ValueError) as problem:
        store.follow_foreign_write()
        raise QueryError(f"the update failed, and nothing was changed: {problem}", where="update") from problem
    except OSError:
        with reporting_problems(store.path):
            raise
    store.follow_foreign_write()


def _put(store: Store, graph: str | None, documents: Iterable[Document], *, is_replacing: bool) -> Outcome:
    name = ox.DefaultGraph() if graph is None else _name(graph)
    triples = {triple for document in documents for triple in document.read()}
    is_new = graph is not None and not _holds(store, graph)
    steps = [_clearing(graph)] if is_replacing else []
    if graph is not None:
        steps.append(f"CREATE SILENT GRAPH {name}")
    if triples and graph is None:
        steps.append("INSERT DATA {\n" + "\n".join(f"{write_triple(triple)} ." for triple in triples) + "\n}")
    elif triples:
        steps.append(insert_data(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples))
    run(store, " ;\n".join(steps), None, graphs=(graph,))
    return Outcome(graph, is_new)


def _insertion(loaded: tuple[Load, Document | None]) -> tuple[int, int, str]:
    """Return what takes the place of a LOAD: the insertion of what it fetched."""
    load, document = loaded
    try:
        triples = document.read() if document else []
    except InputError:
        if not load.is_silent:
            raise
        triples = []
    data = "\n".join(f"{write_triple(triple)} ." for triple in triples)
    return (
        load.begin,
        load.end,
        f"INSERT DATA {{ GRAPH {load.graph} {{ {data} }} }}" if load.graph else f"INSERT DATA {{ {data} }}",
    )


def _clearing(graph: str | None) -> str:
    return "CLEAR DEFAULT" if graph is None else f"DROP SILENT GRAPH {Term('uri', graph).as_sparql()}"


def _new_name(store: Store, prefix: str, documents: Iterable[Document]) -> str:
    """Return the first name that is free: what is sent twice makes two graphs."""
    content = digest(*(f"{one.media_type}\n{one.body.decode('latin-1')}" for one in documents))
    for count in range(_MOST_NAMES):
        name = prefix + (f"{content}-{count + 1}" if count else content)
        if not _holds(store, name):
            return name
    raise InputError(f"the same was sent {_MOST_NAMES} times", where="body", remedy="name the graph with ?graph=")


def _holds(store: Store, graph: str) -> bool:
    with reporting_problems(store.path):
        return store.engine.contains_named_graph(_name(graph))


def _name(graph: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(graph)
    except ValueError as problem:
        raise InputError(
            f"this is no absolute IRI: {problem}", where=graph, remedy="write it in full, without spaces or brackets"
        ) from problem


def _require(store: Store, graph: str) -> None:
    if not _holds(store, graph):
        raise GraphNotFound("there is no graph of this name", where=graph, remedy="make it with PUT or POST")
