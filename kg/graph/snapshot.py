"""A store as it is given out: the same graph, with no more of the articles' words than the policy allows.

Where not all text is given out, what is withheld must not be there at all: a query could take it apart in a
thousand ways. So the server's workers open a copy. It shares the store's files by hard links (the engine's own
backup), and only the texts are written anew; it is taken again when the store has changed.
"""

import contextlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pyoxigraph as ox

from kg.graph.files import open_engine, reporting_problems
from kg.graph.given_text import TEXT, WORDS, Policy, give

_PREFIX = "given-"
_BATCH = 2_000


class Snapshot:
    """A copy of a store with less text; it goes when its owner does.

    Args:
        store: The folder of the store.
        policy: How much text is given out; «full» needs no copy.

    Attributes:
        path: The folder of the copy as it was taken last.
    """

    def __init__(self, store: Path, policy: Policy) -> None:
        self._store = store
        self._policy = policy
        self._numbers = count()
        with reporting_problems(store):
            self._home = _make_home(store)
        self._finalizer = weakref.finalize(self, shutil.rmtree, self._home, ignore_errors=True)
        self.path = self._home

    def take(self) -> None:
        """Copy the store as it is now; whoever has the copy before this one open keeps it until it closes it.

        Raises:
            StoreError: When the store cannot be read, or there is no room for the copy.
        """
        fresh = self._home / str(next(self._numbers))
        with reporting_problems(self._store):
            source = open_engine(self._store, read_only=True)
            source.backup(str(fresh))
            copy = ox.Store(str(fresh))
            for batch in _batches(_texts(source, self._policy)):
                # What the engine forgets here stays in the files that are shared, where no query finds it.
                given = list(give(batch, source, self._policy))
                for quad in batch:
                    copy.remove(quad)
                copy.extend(given)
            copy.flush()
            del copy, source
        former, self.path = self.path, fresh
        if former != self._home:
            shutil.rmtree(former, ignore_errors=True)

    def close(self) -> None:
        """Take the copy away."""
        self._finalizer()


def _texts(engine: ox.Store, policy: Policy) -> Iterator[ox.Quad]:
    for property_ in (TEXT, *sorted(WORDS, key=str)) if policy == "none" else (TEXT,):
        yield from engine.quads_for_pattern(None, property_, None, None)


def _batches(quads: Iterator[ox.Quad]) -> Iterator[list[ox.Quad]]:
    batch: list[ox.Quad] = []
    for quad in quads:
        batch.append(quad)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _make_home(store: Path) -> Path:
    """Make a folder for copies: in the store's own, where links are possible, or among the temporary ones."""
    for left in store.glob(f"{_PREFIX}*"):
        process = left.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdecimal() and not _is_running(int(process)):
            shutil.rmtree(left, ignore_errors=True)
    prefix = f"{_PREFIX}{os.getpid()}-"
    with contextlib.suppress(OSError):
        return Path(tempfile.mkdtemp(prefix=prefix, dir=store))
    return Path(tempfile.mkdtemp(prefix=f"mavaze-{prefix}"))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
