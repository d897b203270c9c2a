"""The worker processes over one store: taken, given back, replaced, and renewed after the store has changed."""

import contextlib
import os
import threading
import time
from collections import deque
from pathlib import Path

from kg.errors import StoreError
from kg.graph.iris import digest
from kg.graph.search import SEARCH_NAME
from kg.graph.snapshot import Snapshot
from kg.graph.worker import Request
from kg.graph.worker_process import WorkerProcess

_REST = 5
"""How many times as long as a renewal took there is none: while a build goes on, each costs more than usual."""

State = frozenset[tuple[str, int, int]]


class Workers:
    """Processes that wait for a query, and those that run one.

    Args:
        path: The folder of the engine's store.
        memory_limit: MiB that a query may take.
        count: How many are started at once; more are when they are needed.
        most_idle: How many may wait for a query.
        spares: How many wait for one at least, however many run.
        refresh: Seconds between looks whether another process has changed the store; None never looks.
        snapshot: The copy that is opened in the store's place, where not all text is given out.

    Attributes:
        version: Names the state of the store that every query sees.
        kills: How many were ended in the middle of a query.
        starts: How many were started.
    """

    def __init__(
        self,
        path: Path,
        memory_limit: int,
        *,
        count: int,
        most_idle: int,
        spares: int,
        refresh: float | None,
        snapshot: Snapshot | None = None,
    ) -> None:
        self.path = path
        self._snapshot = snapshot
        self.kills = 0
        self.starts = 0
        self._memory_limit = memory_limit
        self._most_idle = most_idle
        self._spares = spares
        self._lock = threading.Lock()
        self._renewal = threading.Lock()
        self._generation = 0
        self._is_closed = False
        self._refresh = refresh
        self._next_look = time.monotonic()
        self._seen = _look(path)
        self.version = _name(self._seen)
        if snapshot is not None:
            snapshot.take()
        self._busy: set[WorkerProcess] = set()
        self._ready = deque(self._start() for _ in range(count))

    def _start(self, generation: int | None = None) -> WorkerProcess:
        self.starts += 1
        opened = self.path if self._snapshot is None else self._snapshot.path
        return WorkerProcess(opened, self._memory_limit, self._generation if generation is None else generation)

    def open(self) -> None:
        """Wait until one worker has opened the store.

        Raises:
            StoreError: When it cannot be read.
        """
        with self._lock:
            worker = self._ready[0]
        worker.open()

    def begin(self, request: Request, *, is_fresh: bool = False) -> WorkerProcess:
        """Return a worker that has begun a query.

        Args:
            request: The query.
            is_fresh: Whether the worker must open the store now.

        Raises:
            StoreError: When the store cannot be read, or all is over.
        """
        worker = self._take(is_fresh)
        try:
            worker.open()
            worker.ask(request)
        except StoreError:
            self.replace(worker)
            raise
        except EOFError:  # ended by somebody else while it was idle
            self._discard(worker)
            if is_fresh:
                raise StoreError("a query's process ended as it began", where="query", remedy="try again") from None
            return self.begin(request, is_fresh=True)
        # Who began has no time to lose; who comes next shall not wait for a process to start.
        if len(self._ready) < self._spares:
            self._add(self._start())
        return worker

    def _take(self, is_fresh: bool) -> WorkerProcess:
        with self._lock:
            if self._is_closed:
                raise StoreError("the server is shutting down", where=str(self.path), remedy="try again later")
            worker = self._ready.popleft() if self._ready and not is_fresh else None
            if worker is not None:
                self._busy.add(worker)
        if worker is not None:
            if worker.is_open or worker.is_alive():
                return worker
            self._discard(worker)
        worker = self._start()
        with self._lock:
            self._busy.add(worker)
        return worker

    def give_back(self, worker: WorkerProcess) -> None:
        """Take a worker back that has finished its query; one that has seen an older state goes."""
        with self._lock:
            is_current = worker.generation >= self._generation and not self._is_closed
            if is_current and len(self._ready) < self._most_idle:
                self._busy.discard(worker)
                self._ready.appendleft(worker)
                return
        self.replace(worker)

    def replace(self, worker: WorkerProcess, *, is_kill: bool = False) -> None:
        """End a worker, and start another unless enough wait already."""
        self.kills += is_kill
        self._discard(worker)
        if self._is_closed or len(self._ready) >= self._most_idle:
            return
        self._add(self._start())

    def _add(self, fresh: WorkerProcess) -> None:
        with self._lock:
            if not self._is_closed:
                self._ready.append(fresh)
                return
        fresh.kill()

    def _discard(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._busy.discard(worker)
        worker.kill()

    def process_ids(self) -> list[int]:
        """Return the ids of all processes."""
        with self._lock:
            return sorted(worker.process_id for worker in (*self._ready, *self._busy))

    def renew(self) -> None:
        """Replace the workers one by one; once this has returned, every new query sees the store as it is now.

        Running queries end on what they began with.
        """
        with self._renewal:
            began = time.monotonic()
            seen, generation = _look(self.path), self._generation + 1
            if self._snapshot is not None:
                self._snapshot.take()
            with self._lock:
                count = min(self._most_idle, len(self._ready) + len(self._busy))
            # Each goes on serving until a new one has opened the store, which may take a second while a writer has
            # much that is not in order yet.
            for _ in range(count):
                fresh = self._start(generation)
                with contextlib.suppress(StoreError):  # whoever takes it is told
                    fresh.open()
                self._put_in_place_of_an_older(fresh)
            with self._lock:
                self._generation = generation
                old = [worker for worker in self._ready if worker.generation < generation]
                self._ready = deque(worker for worker in self._ready if worker.generation >= generation)
                self._seen, self.version = seen, _name(seen)
                took = time.monotonic() - began
                self._next_look = time.monotonic() + max(self._refresh or 0.0, _REST * took)
            for worker in old:
                worker.kill()

    def _put_in_place_of_an_older(self, fresh: WorkerProcess) -> None:
        with self._lock:
            old = next((worker for worker in self._ready if worker.generation < fresh.generation), None)
            if old is not None:
                self._ready.remove(old)
            if not self._is_closed:
                self._ready.append(fresh)
            gone = [old, fresh if self._is_closed else None]
        for worker in gone:
            if worker is not None:
                worker.kill()

    def follow_store(self) -> None:
        """Renew the workers when another process has written to the store since the last look."""
        if self._refresh is None:
            return
        with self._lock:
            if time.monotonic() < self._next_look or self._renewal.locked():
                return
            self._next_look = time.monotonic() + self._refresh
        if _look(self.path) == self._seen:
            return
        if self._refresh:
            threading.Thread(target=self.renew, name="mavaze-renewal", daemon=True).start()
        else:
            self.renew()

    def close(self) -> None:
        """End all processes; queries that still run end with an error."""
        with self._lock:
            self._is_closed = True
            old = list(self._ready)
            self._ready.clear()
        for worker in old:
            worker.kill()
        # A thread that waits on a busy worker reads the end of its pipe and tidies up after it.
        with self._lock:
            busy = list(self._busy)
        for worker in busy:
            worker.interrupt()
        if self._snapshot is not None:
            self._snapshot.close()


def _look(path: Path) -> State:
    """Return the data files with their sizes and times; the engine's log of events is none of them."""
    found = set()
    if not path.is_dir():  # who opens it is told
        return frozenset()
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.name.startswith(("MANIFEST", "CURRENT")) or entry.name.endswith((".log", ".sst", SEARCH_NAME)):
                with contextlib.suppress(FileNotFoundError):  # the engine has just replaced it
                    state = entry.stat()
                    found.add((entry.name, state.st_size, state.st_mtime_ns))
    return frozenset(found)


def _name(state: State) -> str:
    return digest(*(str(part) for file in sorted(state) for part in file))
