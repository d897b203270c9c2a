"""Connections of waitress, each told to the system once rather than before each wait.

waitress by itself tells the system of all connections anew whenever one of them has moved: with a handful that takes
about as long as the rest of an answer's way through it, with a thousand much longer. Here those alone are looked at
that have moved, or say that they have changed.
"""

import contextlib
import selectors
from collections.abc import Iterator
from typing import Protocol


class Watched(Protocol):
    """What waitress keeps in its map: a connection, the listener, or what wakes the main thread."""

    accepting: bool

    def readable(self) -> bool:
        """Whether it waits for something to read."""
        ...

    def writable(self) -> bool:
        """Whether it waits to write."""
        ...


class Watch(dict[int | None, Watched]):
    """The map of a waitress server, by file number. All but ``changed`` and ``is_awaited`` is the main thread's.

    Attributes:
        changed: Those that are looked at before the next wait; any thread may add one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.changed: set[int | None] = set()
        self._selector = selectors.DefaultSelector()
        self._awaited: dict[int | None, int] = {}

    def __setitem__(self, number: int | None, watched: Watched) -> None:
        self._forget(number)  # of one that has gone, whose number this one has now
        super().__setitem__(number, watched)
        self.changed.add(number)

    def __delitem__(self, number: int | None) -> None:
        super().__delitem__(number)
        self.changed.add(number)

    def is_awaited(self, number: int | None, watched: Watched) -> bool:
        """Whether the system is known to watch for all that something waits for now, and for nothing else."""
        return self._awaited.get(number) == _wishes(watched)

    def wait(self, seconds: float) -> Iterator[tuple[Watched, bool, bool]]:
        """Wait until something moves; yield each that has, and whether it can read and write."""
        while self.changed:
            self._look(self.changed.pop())
        for key, events in self._selector.select(seconds):
            self.changed.add(key.fd)
            if (watched := self.get(key.fd)) is not None:
                yield watched, bool(events & selectors.EVENT_READ), bool(events & selectors.EVENT_WRITE)

    def _look(self, number: int | None) -> None:
        watched = self.get(number)
        if number is None or watched is None:
            self._forget(number)
            return
        # Taken out meanwhile: a thread that changes what it waits for just now shall not believe that all is told.
        former = self._awaited.pop(number, 0)
        wishes = _wishes(watched)
        with contextlib.suppress(OSError, ValueError):  # it has just been closed, which is seen at the next look
            if wishes and not former:
                self._selector.register(number, wishes)
            elif wishes and wishes != former:
                self._selector.modify(number, wishes)
            elif former and not wishes:
                self._selector.unregister(number)
            self._awaited[number] = wishes

    def _forget(self, number: int | None) -> None:
        self._awaited.pop(number, None)
        if number is not None:
            with contextlib.suppress(KeyError, ValueError):  # it was not told to the system
                self._selector.unregister(number)

    def close(self) -> None:
        """Watch nothing any more."""
        self._selector.close()


def _wishes(watched: Watched) -> int:
    wished = selectors.EVENT_READ if watched.readable() else 0
    return wished | (selectors.EVENT_WRITE if watched.writable() and not watched.accepting else 0)
