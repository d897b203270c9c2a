"""SQLite files of ours: opened whole or not at all, and changed by transactions."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import ClassVar, Self


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


class RemadeFile(SqliteFile):
    """A file in a folder that says nothing of its own: of another layout, or damaged, it is taken away and made anew.

    A subclass tells the name of its files, the number of their layout, and their tables.

    Args:
        folder: The folder; None for a file that is gone after use.
    """

    NAME: ClassVar[str]
    FORMAT: ClassVar[int]
    SCHEMA: ClassVar[str]

    def __init__(self, folder: Path | None) -> None:
        if folder is not None and not self.is_readable(folder):
            self.erase(folder)
        super().__init__("" if folder is None else folder / self.NAME)

    def _prepare(self) -> None:
        self._rows.execute("PRAGMA journal_mode = WAL")  # readers go on while an update is written
        if not _layout(self._rows):
            self._rows.executescript(f"BEGIN; PRAGMA user_version = {self.FORMAT}; {self.SCHEMA} COMMIT;")

    def updating(self) -> AbstractContextManager[None]:
        """Let all changes within take place at once, or none."""
        return transaction(self._rows)

    @classmethod
    def is_readable(cls, folder: Path) -> bool:
        """Whether a folder has a file of this layout."""
        if not (folder / cls.NAME).is_file():
            return False
        try:
            with read_only(folder / cls.NAME) as rows:
                return _layout(rows) == cls.FORMAT
        except sqlite3.DatabaseError:
            return False

    @classmethod
    def erase(cls, folder: Path) -> None:
        """Take the file of a folder away."""
        for name in (cls.NAME, f"{cls.NAME}-wal", f"{cls.NAME}-shm"):
            (folder / name).unlink(missing_ok=True)


def _layout(rows: sqlite3.Connection) -> int:
    return int(rows.execute("PRAGMA user_version").fetchone()[0])


def read_only(file: Path) -> AbstractContextManager[sqlite3.Connection]:
    """Open a file for reading alone, also where nothing can be written beside it.

    Raises:
        sqlite3.DatabaseError: When it cannot be opened.
    """
    # Where the folder cannot be written, SQLite cannot share the file with a writer, and there is none.
    mode = "mode=ro" if os.access(file.parent, os.W_OK) else "immutable=1"
    return closing(sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True, isolation_level=None))


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
