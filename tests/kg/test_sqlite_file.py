import sqlite3
from pathlib import Path

import pytest

from kg.sqlite_file import SqliteFile, transaction


class Notes(SqliteFile):
    def _prepare(self) -> None:
        opened.append(self._rows)
        self._rows.execute("CREATE TABLE IF NOT EXISTS note (words TEXT)")

    def add(self, words: str, *, breaks: bool = False) -> None:
        with transaction(self._rows):
            self._rows.execute("INSERT INTO note VALUES (?)", (words,))
            if breaks:
                raise RuntimeError("broken off")

    def all(self) -> list[str]:
        return [words for (words,) in self._rows.execute("SELECT words FROM note")]


opened: list[sqlite3.Connection] = []


def test_a_file_that_cannot_be_prepared_is_left_closed(tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite"
    file.write_bytes(b"no database at all" * 99)
    with pytest.raises(sqlite3.DatabaseError):
        Notes(file)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[-1].execute("SELECT 1")


def test_a_transaction_that_breaks_changes_nothing(tmp_path: Path) -> None:
    with Notes(tmp_path / "notes.sqlite") as notes:
        notes.add("kept")
        with pytest.raises(RuntimeError, match="broken off"):
            notes.add("lost", breaks=True)
        assert notes.all() == ["kept"]
