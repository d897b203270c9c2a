"""What an operator may know of queries: how long each took, how they ended, and what goes on at this moment."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


class Tally:
    """Counts queries that have ended.

    Example:
        >>> tally = Tally()
        >>> tally.count("answer", 0.02)
        >>> tally.ends(), tally.seconds()[0][:2]
        ({'answer': 1}, [('0.01', 0), ('0.05', 1)])
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: Counter[str] = Counter()
        self._within: Counter[float] = Counter()
        self._seconds = 0.0

    def count(self, end: str, seconds: float) -> None:
        """Count a query by how it ended and how long it ran."""
        with self._lock:
            self._ends[end] += 1
            self._seconds += seconds
            for bound in _BOUNDS:
                self._within[bound] += seconds <= bound

    def ends(self) -> dict[str, int]:
        """Return how queries ended, counted by name."""
        with self._lock:
            return dict(self._ends)

    def seconds(self) -> tuple[list[tuple[str, int]], float]:
        """Return how many ran for at most so long, and for how long all of them did."""
        with self._lock:
            return [(f"{bound:g}".replace("inf", "+Inf"), self._within[bound]) for bound in _BOUNDS], self._seconds
