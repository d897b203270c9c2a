"""SQLite files of ours: opened whole or not at all, and changed by transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self


class SqliteFile:
    """One file and its connection.

    Args:
        file: Its path; or, with ``uri``, its address.
        uri: Whether it is given as an address.

    Raises:
        sqlite3.Error: When it cannot be opened or prepared; then nothing is left open.
    """

    def __init__(self, file: Path | str, *, uri: bool = False) -> None:
        self._rows = sqlite3.connect(file, uri=uri, isolation_level=None)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        """Make what the file lacks."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._rows.close()


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
