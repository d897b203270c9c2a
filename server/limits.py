"""How often, and how many at once, one client may ask; counted in this process."""

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import ClassVar

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from kg.errors import MavazeError
from server.clients import Client


class TooManyRequests(MavazeError):
    """A client asked more than it may."""

    status: ClassVar[HTTPStatus] = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, what: str, retry_after: int) -> None:
        super().__init__(what, where="client", remedy=f"wait {retry_after} seconds")
        self.retry_after = retry_after


class ClientLimits:
    """Count what each client asks.

    Args:
        rate: Queries a minute; 0 lets everything pass.
        concurrency: Queries at once; 0 lets everything pass.
        key_factor: How many times as much a holder of a key may ask.

    Example:
        >>> limits = ClientLimits(rate=1, concurrency=0, key_factor=2)
        >>> limits.enter(Client("192.0.2.1"))
        >>> limits.enter(Client("192.0.2.1"))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        server.limits.TooManyRequests: client: more than 1 queries a minute (RATE_LIMIT); wait ... seconds
    """

    def __init__(self, rate: int, concurrency: int, key_factor: int) -> None:
        self._rate = rate
        self._concurrency = concurrency
        self._key_factor = key_factor
        self._storage = MemoryStorage()
        self._windows = SlidingWindowCounterRateLimiter(self._storage)
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()

    def enter(self, client: Client) -> None:
        """Count a query that begins; ``leave`` must follow.

        Raises:
            TooManyRequests: When the client may not ask it now; then nothing is counted as begun.
        """
        factor = self._key_factor if client.has_key else 1
        with self._lock:
            if self._concurrency and self._running[client.name] >= self._concurrency * factor:
                raise TooManyRequests(
                    f"more than {self._concurrency * factor} queries at once (CONCURRENCY)", retry_after=1
                )
            self._running[client.name] += 1
        if self._rate:
            item = RateLimitItemPerMinute(self._rate * factor)
            if not self._windows.hit(item, client.name):
                self.leave(client)
                wait = self._windows.get_window_stats(item, client.name).reset_time - time.time()
                raise TooManyRequests(
                    f"more than {self._rate * factor} queries a minute (RATE_LIMIT)", max(1, math.ceil(wait))
                )

    @contextmanager
    def turn(self, client: Client) -> Iterator[None]:
        """Count a query while it runs.

        Raises:
            TooManyRequests: When the client may not ask it now.
        """
        self.enter(client)
        try:
            yield
        finally:
            self.leave(client)

    def leave(self, client: Client) -> None:
        """Count a query that has ended."""
        with self._lock:
            self._running[client.name] -= 1
            if self._running[client.name] <= 0:
                del self._running[client.name]
