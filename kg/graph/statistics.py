"""How much of what a store holds: counted once for each state of the store, apart from all queries.

Counting a large store takes longer than a query may. So it is done in a process of its own, with a low priority,
and kept beside the store under the name of the state that it belongs to.
"""

import contextlib
import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.graph.worker import follow_parent
from ontology import PREFIXES

FILE_NAME = "statistics.json"

_LONGEST = 3600.0
"""Seconds after which counting is given up."""

_MOST_WAITING = 4

_TRIPLES = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
_GRAPHS = "SELECT (COUNT(*) AS ?n) { GRAPH ?g {} }"
_CLASSES = "SELECT ?name (COUNT(DISTINCT ?s) AS ?n) { ?s a ?name } GROUP BY ?name"
_PROPERTIES = "SELECT ?name (COUNT(*) AS ?n) { ?s ?name ?o } GROUP BY ?name"
_LINKS = "SELECT (COUNT(*) AS ?n) { ?s owl:sameAs ?o FILTER(STRSTARTS(STR(?o), STR(wd:))) }"


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a store holds, all graphs as one.

    Attributes:
        triples: How many.
        subjects: Distinct subjects.
        graphs: Named graphs.
        wikidata_links: ``owl:sameAs`` to Wikidata's items.
        classes: Instances by class.
        properties: Triples by property.
    """

    triples: int
    subjects: int
    graphs: int
    wikidata_links: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]


def count(path: str) -> Statistics:
    """Count what a store holds.

    Args:
        path: The folder of the engine's store.
    """
    store = ox.Store.read_only(path)

    def number(query: str) -> int:
        return table(query)[""]

    def table(query: str) -> dict[str, int]:
        rows = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
        found = {(row[0].value if len(row) > 1 else ""): int(row[len(row) - 1].value) for row in rows}  # type: ignore[union-attr]
        return dict(sorted(found.items()))

    return Statistics(
        number(_TRIPLES), number(_SUBJECTS), number(_GRAPHS), number(_LINKS), table(_CLASSES), table(_PROPERTIES)
    )


class StatisticsKeeper:
    """Keeps the statistics of one store, and counts again when the store has changed.

    Args:
        path: The store's folder.
        version: Tells the state of the store.
    """

    def __init__(self, path: Path, version: Callable[[], str]) -> None:
        self._path = path
        self._version = version
        self._lock = threading.Lock()
        self._seats = threading.BoundedSemaphore(_MOST_WAITING)
        self._counting: threading.Thread | None = None
        self._kept: tuple[str, Statistics] | None = None

    def find(self) -> Statistics | None:
        """Return the statistics of the present state, if they are known; begin to count when they are not."""
        version = self._version()
        with self._lock:
            if self._kept is None:
                self._kept = self._read()
            if self._kept is not None and self._kept[0] == version:
                return self._kept[1]
            if self._counting is None or not self._counting.is_alive():
                self._counting = threading.Thread(target=self._count, args=(version,), daemon=True)
                self._counting.start()
        return None

    def wait(self, seconds: float) -> Statistics:
        """Return the statistics, if need be those of the state before this.

        Args:
            seconds: How long to wait for those of the present state.

        Raises:
            StoreError: When there are none yet.
        """
        found = self.find()
        # Few wait, so that a crowd of readers cannot hold all that the server has to answer with.
        if found is None and (counting := self._counting) is not None and self._seats.acquire(blocking=False):
            try:
                counting.join(seconds)
            finally:
                self._seats.release()
            found = self.find()
        if found is None and self._kept is not None:
            found = self._kept[1]
        if found is None:
            raise StoreBeingCounted(
                "the store is still being counted", where=str(self._path.name), remedy="try again in a minute"
            )
        return found

    def _count(self, version: str) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_run, args=(str(self._path), theirs), name="mavaze-statistics", daemon=True)
        process.start()
        theirs.close()
        try:
            with contextlib.suppress(EOFError, OSError):
                if ours.poll(_LONGEST):
                    found = ours.recv()
                    with self._lock:
                        self._kept = version, found
                    self._write(version, found)
        finally:
            process.kill()
            process.join()
            process.close()
            ours.close()

    def _read(self) -> tuple[str, Statistics] | None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # a file of another version is counted anew
            told = json.loads((self._path / FILE_NAME).read_bytes())
            return str(told["version"]), Statistics(**told["statistics"])
        return None

    def _write(self, version: str, statistics: Statistics) -> None:
        draft = self._path / f".{FILE_NAME}"
        with contextlib.suppress(OSError):  # a folder that may only be read costs a count at each start
            draft.write_text(json.dumps({"version": version, "statistics": asdict(statistics)}), encoding="utf-8")
            draft.replace(self._path / FILE_NAME)


class StoreBeingCounted(StoreError):
    """The first count of a store has not ended yet."""

    retry_after = 60


def _run(path: str, channel: Connection) -> None:
    follow_parent()
    with contextlib.suppress(OSError, AttributeError):  # not every system knows priorities
        os.nice(10)
    channel.send(count(path))
