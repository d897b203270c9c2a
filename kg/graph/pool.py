"""Query workers that can be killed: the one way in which a query runs.

Each worker is a process of its own over the read-only store. A query that passes its time or memory, or whose client
has left, ends with its worker, and another takes the place at once.

A query begins in the quick lane. One that is not done after a short slice has shown itself dear: it needs a seat in
the dear lane, of which there are as many as cores, and is paused until it gets one. So a cheap question never waits
behind a dear one for longer than a few slices. A query that was dear before goes to the dear lane at once. Our own
pages have a lane of their own.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cachetools import LRUCache

from kg.errors import StoreError
from kg.graph.answers import Answer, AnswerStream, ClientGone
from kg.graph.files import read_base
from kg.graph.given_text import Policy
from kg.graph.iris import digest
from kg.graph.lanes import Lane
from kg.graph.limits import Limits, name_end, raise_for_exit, raise_for_reply, too_slow
from kg.graph.query_text import Term, bind_parameters, check_query
from kg.graph.search import search
from kg.graph.search_pattern import MOST_MATCHES, expand_search
from kg.graph.snapshot import Snapshot
from kg.graph.worker import Reply, Request
from kg.graph.worker_process import WorkerProcess
from kg.graph.workers import Workers

SLICE = 0.2
"""Seconds after which a query counts as dear."""

_HELD = 1 << 16
_SMALL = 1 << 20
_FEW = 2500
_LOOK = 0.1
_GRACE = 5.0
_REMEMBERED = 4096
_BOUNDS = (0.01, 0.05, 0.2, 1.0, 5.0, 20.0, float("inf"))


@dataclass(slots=True)
class QueryTimes:
    """How long a query waited for a worker and ran, in seconds; grows while it does."""

    waited: float = 0.0
    ran: float = 0.0


@dataclass(frozen=True, slots=True)
class PoolState:
    """What a pool does at one moment, and what it has done so far.

    Attributes:
        running: Queries that have a seat.
        waiting: Queries that wait for one.
        processes: Worker processes.
        ends: How queries ended, counted by name (see ``ENDS``).
        seconds: How many ran for at most so long, each bound with its count, and for how long all of them did.
        kills: Workers that were ended with their query.
        starts: Workers that were started.
    """

    running: int
    waiting: int
    processes: int
    kills: int
    starts: int
    ends: Mapping[str, int]
    seconds: tuple[Sequence[tuple[str, int]], float]


class QueryPool:
    """Workers over one store, each of which may be killed.

    Args:
        path: The folder of the engine's store.
        limits: What a query may take.
        workers: How many dear queries may run at once; as many as there are cores by default.
        reserved: How many queries of our own pages may run besides.
        spares: How many workers wait for one to be killed.
        is_union: Whether a query's default graph is the union of all graphs, or the store's own.
        refresh: Seconds between looks whether another process has changed the store; None never looks.
        prefixes: Prefixes that a query need not declare.
        allowed_hosts: Hosts that SERVICE may ask.
        text: How much of the articles' words queries can find.

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
        text: Policy = "full",
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
        self._quick = Lane(count + 2, most_waiting=32, reason="all workers are busy")
        self._dear = Lane(count, most_waiting=16 + 2 * count, reason="all workers are busy with long queries")
        self._own = Lane(reserved, most_waiting=16, reason="all workers are busy") if reserved else self._quick
        # Where no answer can be long, each is waited for, so that a limit is met before anything is given on.
        is_small = self.limits.row_limit <= _FEW or self.limits.byte_limit <= _SMALL
        self._held = _SMALL if is_small else _HELD
        self._known_dear: LRUCache[str, None] = LRUCache(_REMEMBERED)
        self._lock = threading.Lock()
        self._ends: Counter[str] = Counter()
        self._within: Counter[float] = Counter()
        self._seconds = 0.0
        self._workers = Workers(
            self.path,
            self.limits.memory_limit,
            count=count + reserved + spares,
            most_idle=2 * count + 2 + reserved + spares,
            refresh=refresh,
            snapshot=None if text == "full" else Snapshot(self.path, text),
        )

    @property
    def capacity(self) -> int:
        """How many queries may run or wait at once: a server needs more threads than that."""
        lanes = {self._quick, self._dear, self._own}
        return sum(lane.seats + lane.most_waiting for lane in lanes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def version(self) -> str:
        """The state of the store that every query sees; two that differ have different names."""
        return self._workers.version

    def open(self) -> Self:
        """Wait until one worker has opened the store, so that a store that cannot be read is told at once.

        Raises:
            StoreError: When it cannot be read.
        """
        self._workers.open()
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
        """Run a query in a worker and return its whole answer; as ``stream``."""
        return self.stream(
            text,
            solutions=solutions,
            graph=graph,
            parameters=parameters,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            base_iri=base_iri,
            is_reserved=is_reserved,
        ).read()

    def stream(
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
        time_limit: float | None = None,
        client: str = "",
        is_gone: Callable[[], bool] | None = None,
        times: "QueryTimes | None" = None,
    ) -> AnswerStream:
        """Run a query in a worker and give its answer on while it is written.

        Args:
            text: SPARQL 1.1 query text.
            solutions: Format of a SELECT or ASK answer, a key of ``SOLUTION_FORMATS``.
            graph: Format of a CONSTRUCT or DESCRIBE answer, a key of ``GRAPH_FORMATS``.
            parameters: Values by variable name (see ``bind_parameters``).
            default_graphs: IRIs of the graphs that make the default graph, instead of the query's own choice; an empty
                one stands for the store's own default graph.
            named_graphs: IRIs of the graphs that GRAPH sees, likewise.
            base_iri: What relative IRIs in the query are resolved against.
            is_reserved: Whether the query is our own: it has a lane of its own, and always sees all graphs as one.
            time_limit: Seconds that it may run, where that is less than the pool's limit.
            client: Who asks: seats go to those who hold the fewest.
            is_gone: Whether the client has left meanwhile; the query then ends.
            times: Told how long the query waited and ran.

        Raises:
            QueryError: When the query is malformed.
            QueryRefused: When it asks for what is not allowed.
            AnswerTooLarge: When its answer passes a limit.
            QueryTimeout: When it needs more time or memory than it may have.
            QueueFull: When no worker became free in time.
            ClientGone: When the client has left.
            StoreError: When the store cannot be read.
        """
        checked = check_query(text, self.allowed_hosts)
        if parameters:
            text = bind_parameters(text, parameters)
        text = expand_search(text, self._find, self.prefixes)
        limit = min(self.limits.time_limit, time_limit or self.limits.time_limit)
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
            last_resort=limit + self.limits.queue_limit + _GRACE,
        )
        self._workers.follow_store()
        lane = self._own if is_reserved else self._quick
        job = _Job(request, limit, client, is_gone, times or QueryTimes(), lane)
        return AnswerStream(checked.form, request.format, self._run(job), self._held)

    def _find(self, words: str) -> list[str]:
        return [hit.iri for hit in search(self.path, words, limit=MOST_MATCHES + 1, seconds=self.limits.time_limit)]

    def _run(self, job: "_Job") -> Generator[bytes, None, int]:
        """Run a query from its seat to its end, and count how it ended; return the number of its rows."""
        end = "answer"
        try:
            return (yield from self._run_seated(job))
        except BaseException as error:
            end = name_end(error)
            raise
        finally:
            with self._lock:
                self._ends[end] += 1
                self._seconds += job.times.ran
                for bound in _BOUNDS:
                    self._within[bound] += job.times.ran <= bound

    def _run_seated(self, job: "_Job") -> Generator[bytes, None, int]:
        key = digest(job.request.text)
        if job.lane is self._quick and key in self._known_dear:
            job.lane = self._dear
        came = time.monotonic()
        try:
            job.lane.take(job.client, seconds=self.limits.queue_limit, is_gone=job.is_gone)
        finally:
            job.times.waited += time.monotonic() - came
        job.is_seated = True
        began = time.monotonic()
        try:
            reply = yield from self._attempt(job)
            if reply.outcome == "storage" and not job.has_begun:
                # A writer has taken away files that the worker had not opened yet: a new one sees the new ones.
                reply = yield from self._attempt(job, is_fresh=True)
            if job.lane is self._dear and time.monotonic() - began < SLICE:
                self._known_dear.pop(key, None)
        finally:
            job.times.ran = time.monotonic() - came - job.times.waited
            job.stand_up()
            if job.lane is self._dear and job.is_dear:
                self._known_dear[key] = None
        raise_for_reply(reply, self.limits, self.path)
        return reply.rows

    def _attempt(self, job: "_Job", *, is_fresh: bool = False) -> Generator[bytes, None, Reply]:
        """Run a query in one worker, which is given back whole or replaced."""
        worker = self._workers.take(is_fresh=is_fresh)
        try:
            now = time.monotonic()
            deadline = now + job.limit
            slice_end = now + SLICE if job.lane is self._quick else deadline
            worker.ask(job.request)
            while True:
                has_news = worker.wait(min(slice_end, deadline, now + _LOOK) - now)
                if (now := time.monotonic()) >= deadline:
                    raise too_slow(job.limit, self.limits)
                if has_news:
                    piece = worker.read()
                    if isinstance(piece, Reply):
                        break
                    job.has_begun = True
                    yield piece
                    now = time.monotonic()
                elif job.is_gone is not None and job.is_gone():
                    raise ClientGone("the client has left", where="query")
                if slice_end <= now < deadline:
                    deadline += self._become_dear(job, worker)
                    slice_end = deadline
                    now = time.monotonic()
        except EOFError:
            status = worker.exit_status()
            self._workers.replace(worker)
            return raise_for_exit(status, job.limit, self.limits)
        except BaseException:
            self._workers.replace(worker, is_kill=True)
            raise
        if piece.outcome == "storage":
            self._workers.replace(worker)
        else:
            self._workers.give_back(worker)
        return piece

    def _become_dear(self, job: "_Job", worker: WorkerProcess) -> float:
        """Change a query to the dear lane, paused while there is no seat; return for how long it was."""
        began = time.monotonic()
        job.is_dear = True
        has_seat = self._dear.try_take(job.client)
        if not has_seat:
            worker.pause()
        job.stand_up()
        job.lane = self._dear
        if not has_seat:
            try:
                self._dear.take(job.client, seconds=self.limits.queue_limit, is_gone=job.is_gone)
            finally:
                job.times.waited += time.monotonic() - began
            worker.resume()
        job.is_seated = True
        return time.monotonic() - began

    def state(self) -> PoolState:
        """Return what the pool does, and has done so far."""
        lanes = {self._quick, self._dear, self._own}
        with self._lock:
            ends = dict(self._ends)
            within = [(f"{bound:g}".replace("inf", "+Inf"), self._within[bound]) for bound in _BOUNDS]
            seconds = self._seconds
        return PoolState(
            running=sum(lane.taken for lane in lanes),
            waiting=sum(lane.waiting for lane in lanes),
            processes=len(self._workers.process_ids()),
            kills=self._workers.kills,
            starts=self._workers.starts,
            ends=ends,
            seconds=(within, seconds),
        )

    def process_ids(self) -> list[int]:
        """Return the ids of all worker processes."""
        return self._workers.process_ids()

    def restart(self) -> None:
        """Renew the workers one by one, after the store has changed; running queries end on what they began with.

        Once this has returned, every query sees the store as it is now.
        """
        self._workers.renew()
        self._known_dear.clear()

    def close(self) -> None:
        """End all workers; queries that still run end with an error."""
        self._workers.close()


@dataclass(slots=True)
class _Job:
    """A query on its way: what it asks, for whom, and the seat that it has."""

    request: Request
    limit: float
    client: str
    is_gone: Callable[[], bool] | None
    times: "QueryTimes"
    lane: Lane
    is_seated: bool = False
    is_dear: bool = False
    has_begun: bool = False

    def stand_up(self) -> None:
        """Give the seat back, if there is one."""
        if self.is_seated:
            self.is_seated = False
            self.lane.leave(self.client)
