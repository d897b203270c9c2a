"""One query on its way: it takes a seat, runs in a worker, changes lanes when it proves dear, and gives all back.

A query begins in the quick lane. One that is not done after a short slice has shown itself dear: it needs a seat in
the dear lane, of which there are as many as cores, and is paused until it gets one. So a cheap question never waits
behind a dear one for longer than a few slices. A query that was dear before goes to the dear lane at once. Our own
pages have a lane of their own.
"""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from cachetools import LRUCache

from kg.graph.answers import ClientGone
from kg.graph.iris import digest
from kg.graph.lanes import Lane
from kg.graph.limits import Limits, raise_for_exit, raise_for_reply, too_slow
from kg.graph.tally import QueryTimes
from kg.graph.worker import Reply, Request
from kg.graph.worker_process import WorkerProcess
from kg.graph.workers import Workers

SLICE = 0.2
"""Seconds after which a query counts as dear."""

_LOOK = 0.1
_REMEMBERED = 4096


@dataclass(slots=True)
class Job:
    """A query on its way: what it asks, for whom, and the seat that it has.

    Attributes:
        request: What a worker is asked.
        limit: Seconds that it may run.
        client: Who asks: seats go to those who hold the fewest.
        is_gone: Whether the client has left meanwhile; the query then ends.
        times: Told how long it waited and ran.
        is_own: Whether it is one of our pages'.
        seat: The lane in which it has a seat.
        is_dear: Whether it has shown itself dear, now or before.
        has_begun: Whether some of its answer has been given on.
    """

    request: Request
    limit: float
    client: str
    is_gone: Callable[[], bool] | None
    times: QueryTimes
    is_own: bool
    seat: Lane | None = None
    is_dear: bool = False
    has_begun: bool = False

    def sit_down(self, lane: Lane, seconds: float) -> None:
        """Wait for a seat.

        Raises:
            QueueFull: When none became free in time.
            ClientGone: When the client has left.
        """
        began = time.monotonic()
        try:
            lane.take(self.client, seconds=seconds, is_gone=self.is_gone)
        finally:
            self.times.waited += time.monotonic() - began
        self.seat = lane

    def try_sit_down(self, lane: Lane) -> bool:
        """Take a seat in another lane, if one is free, and leave the present one in any case."""
        has_seat = lane.try_take(self.client)
        self.stand_up()
        self.seat = lane if has_seat else None
        return has_seat

    def stand_up(self) -> None:
        """Give the seat back, if there is one."""
        if self.seat is not None:
            self.seat.leave(self.client)
            self.seat = None


class Runner:
    """Runs queries in workers, each within its limits, and lets nobody wait for long behind dear ones.

    Args:
        workers: Where queries run.
        limits: What a query may take.
        seats: How many dear queries may run at once.
        own_seats: How many of our pages' may run besides; without any, they go with the others.
    """

    def __init__(self, workers: Workers, limits: Limits, *, seats: int, own_seats: int) -> None:
        self._workers = workers
        self._limits = limits
        self._quick = Lane(seats + 2, most_waiting=32, reason="all workers are busy")
        self._dear = Lane(seats, most_waiting=16 + 2 * seats, reason="all workers are busy with long queries")
        self._own = Lane(own_seats, most_waiting=16, reason="all workers are busy") if own_seats else self._quick
        self._known_dear: LRUCache[str, None] = LRUCache(_REMEMBERED)
        self._lock = threading.Lock()

    @property
    def lanes(self) -> set[Lane]:
        """All lanes."""
        return {self._quick, self._dear, self._own}

    def forget(self) -> None:
        """Forget which queries were dear: the store has changed."""
        with self._lock:
            self._known_dear.clear()

    def _remember(self, key: str, is_dear: bool) -> None:
        with self._lock:
            if is_dear:
                self._known_dear[key] = None
            else:
                self._known_dear.pop(key, None)

    def run(self, job: Job) -> Generator[bytes, None, int]:
        """Give a query's answer on while it is written; return the number of its rows.

        Raises:
            QueryError: When the query is malformed, failed, or gave too much.
            QueryTimeout: When it needs more time or memory than it may have.
            QueueFull: When no seat became free in time.
            ClientGone: When the client has left.
            StoreError: When the store cannot be read.
        """
        key = digest(job.request.text)
        job.is_dear = not job.is_own and key in self._known_dear
        job.sit_down(self._own if job.is_own else self._dear if job.is_dear else self._quick, self._limits.queue_limit)
        began, waited = time.monotonic(), job.times.waited
        try:
            reply = yield from self._attempt(job)
            if reply.outcome == "storage" and not job.has_begun:
                # A writer has taken away files that the worker had not opened yet: a new one sees the new ones.
                reply = yield from self._attempt(job, is_fresh=True)
            job.is_dear = job.is_dear and time.monotonic() - began >= SLICE
        finally:
            job.times.ran = time.monotonic() - began - (job.times.waited - waited)
            job.stand_up()
            self._remember(key, job.is_dear)
        raise_for_reply(reply, self._limits, self._workers.path)
        if reply.rest:
            yield reply.rest
        return reply.rows

    def _attempt(self, job: Job, *, is_fresh: bool = False) -> Generator[bytes, None, Reply]:
        """Run a query in one worker, which is given back whole or replaced."""
        worker = self._workers.begin(job.request, is_fresh=is_fresh)
        try:
            now = time.monotonic()
            deadline = now + job.limit
            slice_end = now + SLICE if job.seat is self._quick else deadline
            while True:
                piece = worker.read(max(0.0, min(slice_end - now, deadline - now, _LOOK)))
                if (now := time.monotonic()) >= deadline:
                    raise too_slow(job.limit, self._limits)
                if isinstance(piece, Reply):
                    break
                if piece is not None:
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
            return raise_for_exit(status, job.limit, self._limits)
        except BaseException:
            self._workers.replace(worker, is_kill=True)
            raise
        if piece.outcome == "storage":
            self._workers.replace(worker)
        else:
            self._workers.give_back(worker)
        return piece

    def _become_dear(self, job: Job, worker: WorkerProcess) -> float:
        """Change a query to the dear lane, paused while there is no seat; return for how long it was."""
        began = time.monotonic()
        job.is_dear = True
        if not job.try_sit_down(self._dear):
            worker.pause()
            job.sit_down(self._dear, self._limits.queue_limit)
            worker.resume()
        return time.monotonic() - began
