"""Seats for queries, and who gets the next one: first whoever holds the fewest, then whoever came first."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable

from kg.graph.answers import ClientGone, QueueFull

_LOOK = 0.2
"""Seconds between looks whether a client that waits is still there."""


class Lane:
    """A number of seats, taken by clients.

    Args:
        seats: How many there are.
        most_waiting: How many may wait for one; the next is sent away at once.
        reason: What to tell those that are sent away.

    Example:
        >>> lane = Lane(1, most_waiting=4, reason="all workers are busy")
        >>> lane.take("a", seconds=0)
        >>> lane.try_take("b")
        False
        >>> lane.leave("a")
        >>> lane.try_take("b")
        True
    """

    def __init__(self, seats: int, *, most_waiting: int, reason: str) -> None:
        self.seats = seats
        self._free = seats
        self.most_waiting = most_waiting
        self._reason = reason
        self._lock = threading.Lock()
        self._order = itertools.count()
        self._held: Counter[str] = Counter()
        self._waiting: list[_Waiter] = []

    @property
    def taken(self) -> int:
        """How many seats are taken."""
        return self.seats - self._free

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._waiting)

    def try_take(self, client: str) -> bool:
        """Take a seat if one is free and nobody waits."""
        with self._lock:
            if not self._free or self._waiting:
                return False
            self._seat(client)
            self._free -= 1
            return True

    def take(self, client: str, *, seconds: float, is_gone: Callable[[], bool] | None = None) -> None:
        """Take a seat, or wait for one.

        Args:
            client: Who asks.
            seconds: How long it may wait.
            is_gone: Whether the client has left meanwhile.

        Raises:
            QueueFull: When none became free in time, or too many wait already.
            ClientGone: When the client has left.
        """
        if self.try_take(client):
            return
        with self._lock:
            if len(self._waiting) >= self.most_waiting:
                raise self._full("as many queries wait as may")
            waiter = _Waiter(client, next(self._order))
            self._waiting.append(waiter)
        deadline = time.monotonic() + seconds
        while not waiter.is_called.wait(max(0.0, min(_LOOK, deadline - time.monotonic()))):
            has_left = is_gone is not None and is_gone()
            if (has_left or time.monotonic() >= deadline) and self._give_up(waiter):
                if has_left:
                    raise ClientGone("the client has left", where="query queue")
                raise self._full(f"none became free for {seconds:g} seconds (QUEUE_LIMIT)")

    def leave(self, client: str) -> None:
        """Give a seat back."""
        with self._lock:
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]
            if not self._waiting:
                self._free += 1
                return
            waiter = min(self._waiting, key=lambda waiter: (self._held[waiter.client], waiter.order))
            self._waiting.remove(waiter)
            self._seat(waiter.client)
            waiter.is_called.set()

    def _seat(self, client: str) -> None:
        self._held[client] += 1

    def _give_up(self, waiter: "_Waiter") -> bool:
        """Whether the waiter has no seat; it may have been called this very moment."""
        with self._lock:
            if waiter not in self._waiting:
                return False
            self._waiting.remove(waiter)
            return True

    def _full(self, why: str) -> QueueFull:
        return QueueFull(f"{self._reason}, and {why}", where="query queue", remedy="try again in a few seconds")


class _Waiter:
    def __init__(self, client: str, order: int) -> None:
        self.client = client
        self.order = order
        self.is_called = threading.Event()
