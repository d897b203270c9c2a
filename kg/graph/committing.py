"""Changes written for good: on the disk when it is said that they are, and little of them in memory."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.graph.files import sync_log
from kg.graph.terms import Change

_MOST_UNFLUSHED = 20_000
"""Quads that may stand in the engine's log alone: they take memory, and whoever opens the store reads them again."""


class Committer:
    """Writes to one open store.

    Args:
        folder: The store's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unflushed = 0

    def commit(self, engine: ox.Store, change: Change, emptied: Iterable[ox.NamedNode] = ()) -> None:
        """Write a change, in one transaction, and return when it is on the disk, whatever happens to the machine.

        Args:
            engine: The store's quads.
            change: What is added and taken out.
            emptied: Graphs that it leaves nothing of, and that shall be no more.

        Raises:
            OSError: When the disk does not take it.
        """
        change.apply(engine)
        for graph in emptied:
            engine.remove_graph(graph)
        sync_log(self._folder)
        self._unflushed += len(change.added) + len(change.removed)
        if self._unflushed > _MOST_UNFLUSHED:
            engine.flush()
            self._unflushed = 0
