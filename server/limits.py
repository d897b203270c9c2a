"""How often one client may ask, counted in this process."""

import threading
import time
from collections import deque
from http import HTTPStatus
from typing import ClassVar

from flask import request

from kg.errors import MavazeError
from server.site import Site

_WINDOW = 60.0
_MOST_CLIENTS = 10_000


class TooManyRequests(MavazeError):
    """A client asked more often than it may."""

    status: ClassVar[HTTPStatus] = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, limit: int, retry_after: int) -> None:
        super().__init__(
            f"more than {limit} requests a minute (RATE_LIMIT)",
            where="client",
            remedy=f"wait {retry_after} seconds",
        )
        self.retry_after = retry_after


class RateLimiter:
    """Count requests by client over the last minute.

    Args:
        limit: Requests a minute; 0 lets everything pass.

    Example:
        >>> limiter = RateLimiter(1)
        >>> limiter.admit("192.0.2.1")
        >>> limiter.admit("192.0.2.1")
        Traceback (most recent call last):
        server.limits.TooManyRequests: client: more than 1 requests a minute (RATE_LIMIT); wait 60 seconds
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def admit(self, client: str) -> None:
        """Count a request.

        Raises:
            TooManyRequests: When the client has used up its minute.
        """
        if not self.limit:
            return
        now = time.monotonic()
        with self._lock:
            if len(self._times) > _MOST_CLIENTS:
                self._forget(now)
            times = self._times.setdefault(client, deque())
            while times and times[0] <= now - _WINDOW:
                times.popleft()
            if len(times) >= self.limit:
                raise TooManyRequests(self.limit, int(times[0] + _WINDOW - now) + 1)
            times.append(now)

    def _forget(self, now: float) -> None:
        self._times = {client: times for client, times in self._times.items() if times and times[-1] > now - _WINDOW}


def limit_rate(site: Site) -> RateLimiter:
    """Return the limiter of a site's queries."""
    return RateLimiter(site.settings.rate_limit)


def current_client() -> str:
    """Return what tells one client from another: its address."""
    return request.remote_addr or "unknown"
