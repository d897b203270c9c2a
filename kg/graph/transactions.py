"""Transactions of the SQLite files beside the engine: the register, what sources gave, the search index."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def transaction(rows: sqlite3.Connection) -> Iterator[None]:
    """Let all changes within take place at once, or none.

    Args:
        rows: A connection without transactions of its own (``isolation_level=None``).
    """
    rows.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        rows.execute("ROLLBACK")
        raise
    rows.execute("COMMIT")
