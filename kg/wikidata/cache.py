"""Answers kept on disk for a while, so that a run that is repeated asks only for what is new."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from kg.errors import StoreError
from kg.sqlite_file import SqliteFile

_SCHEMA = "CREATE TABLE IF NOT EXISTS answer (question TEXT PRIMARY KEY, body BLOB NOT NULL, got REAL NOT NULL)"


class AnswerCache(SqliteFile):
    """An SQLite file with one row per question.

    Args:
        file: Where it is; made where there is none.
        days: For how long an answer counts.
        clock: Tells the seconds since the epoch.

    Raises:
        StoreError: When the file cannot be used.
    """

    def __init__(self, file: Path, *, days: float = 30, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._seconds = days * 86_400
        self._clock = clock
        try:
            super().__init__(file)
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def _prepare(self) -> None:
        self._rows.execute(_SCHEMA)
        self._rows.execute("DELETE FROM answer WHERE got < ?", (self._clock() - self._seconds,))

    def get(self, question: str) -> bytes | None:
        """Return the answer to a question, unless it is unknown or too old."""
        try:
            row = self._rows.execute("SELECT body, got FROM answer WHERE question = ?", (question,)).fetchone()
        except sqlite3.Error as error:
            raise self._broken(error) from error
        return row[0] if row and self._clock() - row[1] <= self._seconds else None

    def put(self, question: str, body: bytes) -> None:
        """Keep an answer."""
        try:
            self._rows.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (question, body, self._clock()))
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def _broken(self, error: sqlite3.Error) -> StoreError:
        return StoreError(f"the kept answers cannot be used: {error}", where=str(self._file), remedy="delete the file")
