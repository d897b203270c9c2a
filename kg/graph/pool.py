"""Query workers that can be killed: the one way in which a query runs.

Each worker is a process of its own over the read-only store. A query that passes its time or memory ends with
its worker; a warm spare takes the place at once. Some workers are reserved for our own pages, so that a
visitor's bad query cannot stop the site.
"""

import contextlib
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.errors import QueryError, QueryTimeout, StoreError
from kg.graph.answers import Answer, AnswerTooLarge, QueueFull, syntax_error
from kg.graph.files import read_base
from kg.graph.query_text import Term, bind_parameters, check_query
from kg.graph.worker import Reply, Request, run_worker

START_LIMIT = 30.0
"""Seconds that a worker may take to open its store."""


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


class _Worker:
    """A process and our end of its pipe."""

    def __init__(self, path: Path, limits: Limits, generation: int) -> None:
        self.generation = generation
        self._path = path
        context = multiprocessing.get_context("spawn")
        self._channel, theirs = context.Pipe()
        self._process = context.Process(
            target=run_worker, args=(str(path), theirs, limits.memory_limit), name="mavaze-query", daemon=True
        )
        self._process.start()
        theirs.close()
        self._is_open = False

    def open(self) -> None:
        """Wait until the worker has opened its store.

        Raises:
            StoreError: When it cannot.
        """
        if self._is_open:
            return
        reply = Reply("failure", "it did not open in time")
        with contextlib.suppress(EOFError, OSError):
            reply = self._channel.recv() if self._channel.poll(START_LIMIT) else reply
        if reply.outcome != "answer":
            self.kill()
            raise StoreError(f"the store cannot be read: {reply.message}", where=str(self._path), remedy="build it")
        self._is_open = True

    def run(self, request: Request, seconds: float) -> tuple[Reply, bytes] | None:
        """Return the reply, or None when the time has passed.

        Raises:
            EOFError: When the worker has died.
        """
        deadline = time.monotonic() + seconds
        try:
            self._channel.send(request)
            if not self._channel.poll(max(0.0, deadline - time.monotonic())):
                return None
            reply = self._channel.recv()
            return reply, self._channel.recv_bytes() if reply.outcome == "answer" else b""
        except OSError as error:
            raise EOFError from error

    def kill(self) -> int | None:
        """End the process, whatever it does, and return its exit status."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        status = self._process.exitcode
        self._process.close()
        self._channel.close()
        return status

    def interrupt(self) -> None:
        """End a process in whose pipe another thread waits."""
        with contextlib.suppress(ValueError):
            self._process.kill()

    def exit_status(self) -> int | None:
        """Wait for a process that has ended by itself, and return its exit status."""
        self._process.join(1)
        return self._process.exitcode


class QueryPool:
    """Workers over one store, each of which may be killed.

    Args:
        path: The folder of the engine's store.
        limits: What a query may take.
        workers: How many queries may run at once; as many as there are cores by default.
        reserved: How many more may run for our own pages.
        spares: How many warm workers wait for one to be killed.
        is_union: Whether a query's default graph is the union of all graphs, or the store's own.
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
        self._busy: set[_Worker] = set()
        self._ready = deque(self._start() for _ in range(count + reserved + spares))

    def _start(self) -> _Worker:
        return _Worker(self.path, self.limits, self._generation)

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
        is_reserved: bool = False,
    ) -> Answer:
        """Run a query in a worker.

        Args:
            text: SPARQL 1.1 query text.
            solutions: Format of a SELECT or ASK answer, a key of ``SOLUTION_FORMATS``.
            graph: Format of a CONSTRUCT or DESCRIBE answer, a key of ``GRAPH_FORMATS``.
            parameters: Values by variable name (see ``bind_parameters``).
            default_graphs: IRIs of the graphs that make the default graph, instead of the query's own choice.
            named_graphs: IRIs of the graphs that GRAPH sees, likewise.
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
        request = Request(
            text=text,
            form=checked.form,
            format=solutions if checked.form in ("SELECT", "ASK") else graph,
            is_union=(self.is_union or is_reserved) and not checked.has_dataset,
            default_graphs=None if default_graphs is None else tuple(default_graphs),
            named_graphs=None if named_graphs is None else tuple(named_graphs),
            prefixes=tuple({**self.prefixes, **dict(checked.prefixes)}.items()),
            row_limit=self.limits.row_limit,
            byte_limit=self.limits.byte_limit,
        )
        with self._slot(is_reserved):
            reply, body = self._run(request)
        self._raise_for(reply)
        return Answer(checked.form, request.format, body, reply.rows)

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
            outcome = worker.run(request, self.limits.time_limit)
        except EOFError:
            status = worker.exit_status()
            self._replace(worker)
            if status == -6 or status == 134:
                return Reply("memory"), b""
            return Reply("failure", f"its process ended unexpectedly (exit status {status})"), b""
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

    def _take(self) -> _Worker:
        with self._lock:
            if self._is_closed:
                raise StoreError("the server is shutting down", where=str(self.path), remedy="try again later")
            worker = self._ready.popleft() if self._ready else self._start()
            self._busy.add(worker)
            return worker

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            self._busy.discard(worker)
            if worker.generation == self._generation and not self._is_closed:
                self._ready.appendleft(worker)
                return
            if not self._is_closed:
                self._ready.append(self._start())
        worker.kill()

    def _replace(self, worker: _Worker) -> None:
        with self._lock:
            self._busy.discard(worker)
            if not self._is_closed:
                self._ready.append(self._start())
        with contextlib.suppress(ValueError):  # a worker that could not open has been ended already
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

    def restart(self) -> None:
        """Let every worker open the store anew, after it has changed; running queries end on what they began with."""
        with self._lock:
            self._generation += 1
            old, self._ready = self._ready, deque(self._start() for _ in self._ready)
        for worker in old:
            worker.kill()

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
