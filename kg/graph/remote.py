"""A SPARQL 1.1 server elsewhere in the place of the engine: asked by its query address, written by its update address.

It answers the few calls that a store makes of its engine. What is private (the register, what near-duplicates are
found by) stays in a folder of this machine.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pyoxigraph as ox

from kg.errors import RemoteError, StoreError
from kg.graph.iris import digest
from kg.http import post_form

_SECONDS = 600.0
_RESULTS = "application/sparql-results+json"
_ADDRESSES = ("http://", "https://")
_BATCH = 20_000
_STATE_FOLDER = "MAVAZE_STATE"
_UPDATE_ADDRESS = "MAVAZE_STORE_UPDATE"
_TOKEN = "MAVAZE_STORE_TOKEN"


def is_remote(store: str | Path) -> bool:
    """Whether a store is named by the address of a server."""
    return str(store).startswith(_ADDRESSES)


def state_folder(url: str) -> Path:
    """Return the folder of this machine that remembers what was written to a server.

    ``MAVAZE_STATE`` says where such folders are; by default among the user's own state.
    """
    own = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(os.environ.get(_STATE_FOLDER) or Path(own) / "mavaze") / digest(url)


def update_address(url: str) -> str:
    """Return where a server is written, from where it is asked; ``MAVAZE_STORE_UPDATE`` says it where that is no rule.

    Example:
        >>> update_address("http://host:7878/query"), update_address("https://host/repositories/news")
        ('http://host:7878/update', 'https://host/repositories/news/statements')
    """
    if told := os.environ.get(_UPDATE_ADDRESS):
        return told
    parts = urlsplit(url)
    folder, _, last = parts.path.rpartition("/")
    if last in ("query", "sparql"):
        return urlunsplit(parts._replace(path=f"{folder}/update"))
    if folder.endswith("/repositories"):  # RDF4J and GraphDB
        return urlunsplit(parts._replace(path=f"{parts.path}/statements"))
    return url


class RemoteEngine:
    """A server as the engine of one store, held for one process of this machine at a time.

    Args:
        url: Its query address.
        folder: What this machine remembers of it.
        is_read_only: Whether it is only asked.
    """

    def __init__(self, url: str, folder: Path, *, is_read_only: bool) -> None:
        self._url = url
        self._update_url = update_address(url)
        token = os.environ.get(_TOKEN)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._is_union_known = False
        self._lock = None if is_read_only else _hold(folder)

    def close(self) -> None:
        """Let another process write."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def query(
        self, text: str, *, prefixes: Mapping[str, str] | None = None, use_default_graph_as_union: bool = False
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a SELECT or ASK query."""
        if use_default_graph_as_union:
            self._check_union()
        return self._ask(_declare(prefixes) + text)

    def update(self, text: str, *, prefixes: Mapping[str, str] | None = None, base_iri: str | None = None) -> None:
        """Run an update, which a server is to carry out as a whole or not at all."""
        declared = (f"BASE <{base_iri}>\n" if base_iri else "") + _declare(prefixes) + text
        post_form(self._update_url, {"update": declared}, accept="*/*", seconds=_SECONDS, headers=self._headers)

    def extend(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads, in one update."""
        rows = "\n".join(f"GRAPH {q.graph_name} {{ {q.subject} {q.predicate} {q.object} }}" for q in quads)
        self.update(f"INSERT DATA {{ {rows} }}")

    def remove_graph(self, graph: ox.NamedNode) -> None:
        """Drop a graph, if it is there."""
        self.update(f"DROP SILENT GRAPH {graph}")

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None,
        graph: ox.NamedNode | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield the quads of named graphs that fit; parts that are None fit anything.

        Raises:
            StoreError: When a part is a blank node, which cannot be named from elsewhere.
        """
        if isinstance(graph, ox.DefaultGraph):  # nothing of a store stands there
            return
        if any(isinstance(part, ox.BlankNode | ox.Triple) for part in (subject, object)):
            raise StoreError(
                "this cannot be asked of a server",
                where=self._url,
                remedy="mavaze export it, and load it into a folder",
            )
        parts = {"s": subject, "p": predicate, "o": object, "g": graph}
        terms = {name: f"?{name}" if term is None else str(term) for name, term in parts.items()}
        pattern = "GRAPH {g} {{ {s} {p} {o} }}".format(**terms)
        asked = " ".join(term for term in terms.values() if term.startswith("?")) or "*"
        if asked == "*":
            if self._ask(f"ASK {{ {pattern} }}"):
                yield ox.Quad(subject, predicate, object, graph)  # type: ignore[arg-type]
            return
        # In batches, for many servers give only so many rows.
        begin = 0
        while True:
            window = f"ORDER BY {asked} LIMIT {_BATCH} OFFSET {begin}"
            rows = list(self._ask(f"SELECT {asked} WHERE {{ {pattern} }} {window}"))  # type: ignore[arg-type]
            for row in rows:
                found: dict[str, Any] = {name: row[name] if term is None else term for name, term in parts.items()}
                yield ox.Quad(found["s"], found["p"], found["o"], found["g"])
            if len(rows) < _BATCH:
                return
            begin += _BATCH

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """Yield the names of all graphs."""
        for row in self._ask("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"):  # type: ignore[union-attr]
            yield row["g"]

    def flush(self) -> None:
        """Do nothing: the server keeps what it has confirmed."""

    def __iter__(self) -> Iterator[ox.Quad]:
        """Yield all quads of named graphs."""
        yield from self.quads_for_pattern(None, None, None)

    def __len__(self) -> int:
        """Return how many quads there are."""
        rows = self._ask("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }")
        return int(next(iter(rows))["n"].value)  # type: ignore[arg-type]

    def _ask(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        # Oxigraph's own server needs the second field; others ignore it.
        fields = {"query": text, "union-default-graph": "true"}
        reply = post_form(self._url, fields, accept=_RESULTS, seconds=_SECONDS, headers=self._headers)
        try:
            return ox.parse_query_results(reply.body, format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as problem:
            raise RemoteError(
                f"the server answers {reply.media_type}, not a query's results in JSON",
                where=self._url,
                remedy="name its SPARQL query address",
            ) from problem

    def _check_union(self) -> None:
        """Refuse a server whose default graph lacks what its named graphs hold: derived triples would be missing.

        Raises:
            StoreError: When it is one.
        """
        if self._is_union_known or not self._ask("ASK { GRAPH ?g { ?s ?p ?o } }"):
            return
        if not self._ask("ASK { ?s ?p ?o . GRAPH ?g { ?s ?p ?o } }"):
            raise StoreError(
                "the server's default graph is not the union of its graphs",
                where=self._url,
                remedy="set it so (Fuseki: tdb2:unionDefaultGraph true)",
            )
        self._is_union_known = True


def _declare(prefixes: Mapping[str, str] | None) -> str:
    return "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in (prefixes or {}).items())


def _hold(folder: Path) -> int:
    """Lock what this machine remembers of the server.

    Raises:
        OSError: When another process holds it.
    """
    descriptor = os.open(folder / "LOCK", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        os.close(descriptor)
        raise OSError("While lock file: held") from problem
    return descriptor
