"""Query workers that can be killed: the one way in which a query runs.

Each worker is a process of its own over the read-only store. A query that passes its time or memory ends with
its worker; a warm spare takes the place at once. Some workers are reserved for our own pages, so that a
visitor's bad query cannot stop the site.
"""

import contextlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.errors import MavazeError, QueryError, QueryTimeout, StoreError
from kg.graph.answers import Answer, AnswerTooLarge, QueueFull, syntax_error
from kg.graph.files import read_base
from kg.graph.query_text import Term, bind_parameters, check_query
from kg.graph.search import search
from kg.graph.search_pattern import MOST_MATCHES, expand_search
from kg.graph.worker import Reply, Request
from kg.graph.worker_process import WorkerProcess


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take.

    Attributes:
        time_limit: Seconds that it may run.
        queue_limit: Seconds that it may wait for a worker.
        memory_limit: MiB that it may allocate.
        row_limit: Solutions or triples of an answer.
        byte_limit: Bytes of an answer.
    """

    time_limit: float = 10.0
    queue_limit: float = 5.0
    memory_limit: int = 1024
    row_limit: int = 100_000
    byte_limit: int = 50_000_000


class QueryPool:
    """Workers over one store, each of which may be killed.

    Args:
        path: The folder of the engine's store.
        limits: What a query may take.
        workers: How many queries may run at once; as many as there are cores by default.
        reserved: How many more may run for our own pages.
        spares: How many warm workers wait for one to be killed.
        is_union: Whether a query's default graph is the union of all graphs, or the store's own.
        refresh: Seconds between looks whether another process has changed the store; None never looks.
        prefixes: Prefixes that a query need not declare.
        allowed_hosts: Hosts that SERVICE may ask.

    Raises:
        StoreError: When there is no store at the path.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        limits: Limits | None = None,
        *,
        workers: int | None = None,
        reserved: int = 0,
        spares: int = 0,
        is_union: bool = True,
        refresh: float | None = None,
        prefixes: Mapping[str, str] | None = None,
        allowed_hosts: Collection[str] = (),
    ) -> None:
        self.path = Path(path)
        if not (self.path / "CURRENT").is_file():
            raise StoreError("there is no store here", where=str(path), remedy="make one with mavaze build")
        self.base = read_base(self.path)
        self.limits = limits or Limits()
        self.is_union = is_union
        self.prefixes = dict(prefixes or {})
        self.allowed_hosts = frozenset(allowed_hosts)
        count = self.worker_count = workers or os.cpu_count() or 1
        self._public = threading.Semaphore(count)
        self._reserved = threading.Semaphore(reserved)
        self._has_reserve = reserved > 0
        self._lock = threading.Lock()
        self._generation = 0
        self._is_closed = False
        self._refresh = refresh
        self._next_look = time.monotonic()
        self._seen = self._look()
        self._busy: set[WorkerProcess] = set()
        self._ready = deque(self._start() for _ in range(count + reserved + spares))

    def _start(self) -> WorkerProcess:
        return WorkerProcess(self.path, self.limits.memory_limit, self._generation)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def open(self) -> Self:
        """Wait until one worker has opened the store, so that a store that cannot be read is told at once.

        Raises:
            StoreError: When it cannot be read.
        """
        with self._lock:
            worker = self._ready[0]
        worker.open()
        return self

    def query(
        self,
        text: str,
        *,
        solutions: str = "json",
        graph: str = "turtle",
        parameters: Mapping[str, Term | Sequence[Term]] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base_iri: str | None = None,
        is_reserved: bool = False,
    ) -> Answer:
        """Run a query in a worker.

        Args:
            text: SPARQL 1.1 query text.
            solutions: Format of a SELECT or ASK answer, a key of ``SOLUTION_FORMATS``.
            graph: Format of a CONSTRUCT or DESCRIBE answer, a key of ``GRAPH_FORMATS``.
            parameters: Values by variable name (see ``bind_parameters``).
            default_graphs: IRIs of the graphs that make the default graph, instead of the query's own choice; an empty
                one stands for the store's own default graph.
            named_graphs: IRIs of the graphs that GRAPH sees, likewise.
            base_iri: What relative IRIs in the query are resolved against.
            is_reserved: Whether the query is our own: it may take a reserved worker, and always sees all graphs as one.

        Raises:
            QueryError: When the query is malformed.
            QueryRefused: When it asks for what is not allowed.
            AnswerTooLarge: When its answer passes a limit.
            QueryTimeout: When it needs more time or memory than it may have.
            QueueFull: When no worker became free in time.
            StoreError: When the store cannot be read.
        """
        checked = check_query(text, self.allowed_hosts)
        if parameters:
            text = bind_parameters(text, parameters)
        text = expand_search(text, self._find, self.prefixes)
        request = Request(
            text=text,
            form=checked.form,
            format=solutions if checked.form in ("SELECT", "ASK") else graph,
            is_union=(self.is_union or is_reserved) and not checked.has_dataset,
            default_graphs=None if default_graphs is None else tuple(default_graphs),
            named_graphs=None if named_graphs is None else tuple(named_graphs),
            prefixes=tuple({**self.prefixes, **dict(checked.prefixes)}.items()),
            base_iri=base_iri,
            row_limit=self.limits.row_limit,
            byte_limit=self.limits.byte_limit,
        )
        self._follow_store()
        with self._slot(is_reserved):
            reply, body = self._run(request)
        self._raise_for(reply)
        return Answer(checked.form, request.format, body, reply.rows)

    def _find(self, words: str) -> list[str]:
        return [hit.iri for hit in search(self.path, words, limit=MOST_MATCHES + 1, seconds=self.limits.time_limit)]

    @contextlib.contextmanager
    def _slot(self, is_reserved: bool) -> Iterator[None]:
        """Hold the right to run one query."""
        semaphore = self._public
        if is_reserved and self._has_reserve:
            if not semaphore.acquire(blocking=False):
                semaphore = self._reserved
                self._wait_for(semaphore)
        else:
            self._wait_for(semaphore)
        try:
            yield
        finally:
            semaphore.release()

    def _wait_for(self, semaphore: threading.Semaphore) -> None:
        if not semaphore.acquire(timeout=self.limits.queue_limit):
            raise QueueFull(
                f"all workers have been busy for {self.limits.queue_limit:g} seconds (QUEUE_LIMIT)",
                where="query queue",
                remedy="try again in a few seconds",
            )

    def _run(self, request: Request) -> tuple[Reply, bytes]:
        worker = self._take()
        try:
            worker.open()
        except StoreError:
            # A writer may have replaced files in the middle of the opening: once more, then it is told.
            self._replace(worker)
            worker = self._take()
        try:
            worker.open()
            outcome = worker.run(request, self.limits.time_limit)
        except EOFError:
            status = worker.exit_status()
            self._replace(worker)
            if status == -signal.SIGABRT:  # the allocator gave up
                return Reply("memory"), b""
            raise MavazeError(
                f"the query's process ended unexpectedly (exit status {status})",
                where="query",
                remedy="try again; if it stays, the machine may lack memory",
            ) from None
        except BaseException:
            self._replace(worker)
            raise
        if outcome is None:
            self._replace(worker)
            raise QueryTimeout(
                f"the query needed more than {self.limits.time_limit:g} seconds (TIME_LIMIT)",
                where="query",
                remedy="ask for less: a narrower pattern, a LIMIT inside a sub-select, "
                "or shared patterns repeated inside each branch of a UNION",
            )
        self._give_back(worker)
        return outcome

    def _take(self) -> WorkerProcess:
        with self._lock:
            if self._is_closed:
                raise StoreError("the server is shutting down", where=str(self.path), remedy="try again later")
            worker = self._ready.popleft() if self._ready else self._start()
            if not worker.is_alive():  # ended by somebody else while it was idle
                worker.kill()
                worker = self._start()
            self._busy.add(worker)
            return worker

    def _give_back(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._busy.discard(worker)
            if worker.generation == self._generation and not self._is_closed:
                self._ready.appendleft(worker)
                return
            if not self._is_closed:
                self._ready.append(self._start())
        worker.kill()

    def _replace(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._busy.discard(worker)
            if not self._is_closed:
                self._ready.append(self._start())
        worker.kill()

    def _raise_for(self, reply: Reply) -> None:
        limits = self.limits
        if reply.outcome == "syntax":
            raise syntax_error(reply.message)
        if reply.outcome == "memory":
            raise QueryTimeout(
                f"the query needed more than {limits.memory_limit} MiB of memory (MEMORY_LIMIT)",
                where="query",
                remedy="sort, group or join fewer solutions",
            )
        if reply.outcome in ("rows", "bytes"):
            name = f"{limits.row_limit} rows (ROW_LIMIT)" if reply.outcome == "rows" else f"{limits.byte_limit} bytes"
            raise AnswerTooLarge(
                f"the answer would have more than {name}",
                where="query",
                remedy="add LIMIT and OFFSET, or ask for fewer variables",
            )
        if reply.outcome == "failure":
            raise QueryError(f"the query failed: {reply.message}", where="query")

    def process_ids(self) -> list[int]:
        """Return the ids of all worker processes."""
        with self._lock:
            return sorted(worker.process_id for worker in (*self._ready, *self._busy))

    def restart(self) -> None:
        """Let every worker open the store anew, after it has changed; running queries end on what they began with."""
        with self._lock:
            self._seen = self._look()
            self._generation += 1
            old, self._ready = self._ready, deque(self._start() for _ in self._ready)
        for worker in old:
            worker.kill()

    def _follow_store(self) -> None:
        """Restart the workers when another process has written to the store since the last look."""
        if self._refresh is None:
            return
        with self._lock:
            if time.monotonic() < self._next_look:
                return
            self._next_look = time.monotonic() + self._refresh
            seen, self._seen = self._seen, self._look()
            is_changed = seen != self._seen
        if is_changed:
            self.restart()

    def _look(self) -> frozenset[tuple[str, int, int]]:
        """Return the engine's data files with their sizes and times; its log of events is none of them."""
        found = set()
        with os.scandir(self.path) as entries:
            for entry in entries:
                if entry.name.startswith(("MANIFEST", "CURRENT")) or entry.name.endswith((".log", ".sst")):
                    with contextlib.suppress(FileNotFoundError):  # the engine has just replaced it
                        state = entry.stat()
                        found.add((entry.name, state.st_size, state.st_mtime_ns))
        return frozenset(found)

    def close(self) -> None:
        """End all workers; queries that still run end with an error."""
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
