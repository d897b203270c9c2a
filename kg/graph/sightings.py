"""What one run has seen so far, kept on disk while it lasts, so that memory does not grow with it."""

import sqlite3

from kg.sqlite_file import transaction

_TABLES = """
PRAGMA temp_store = FILE;
DROP TABLE IF EXISTS temp.seen;
DROP TABLE IF EXISTS temp.given;
CREATE TEMP TABLE seen (path TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE given (
    source TEXT, id TEXT, article TEXT, is_new INTEGER, PRIMARY KEY (source, id, article)
) WITHOUT ROWID;
"""
# What a source gave before under an id that now stands for another text, or as its only article where it gives another
# one now. What is only missing from a source stays: a feed's file holds the newest ones alone.
# It begins at what is given: of a source that has given much before, the rest need not be looked at.
_OUTDATED = """
WITH replaced AS (
    SELECT s.source, s.id, s.article FROM temp.given AS g
    JOIN main.source AS s ON s.source = g.source AND s.id = g.id
    UNION
    SELECT s.source, s.id, s.article FROM (
        SELECT source FROM temp.given AS g GROUP BY source HAVING COUNT(*) = 1 AND MIN(is_new)
        AND (SELECT COUNT(*) FROM (SELECT 1 FROM main.source AS o WHERE o.source = g.source LIMIT 3)) = 2
    ) AS only
    JOIN main.source AS s ON s.source = only.source
)
SELECT source, id, article FROM replaced AS r
WHERE NOT EXISTS (
    SELECT 1 FROM temp.given AS g WHERE g.source = r.source AND g.id = r.id AND g.article = r.article
)
ORDER BY source, id, article
"""


class Sightings:
    """The articles that a run has read, and which source gave them.

    Args:
        rows: The register's file, open for writing.
    """

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows
        self._rows.executescript(_TABLES)

    def see(self, path: str, fingerprint: str) -> str | None:
        """Note an article, and return what it was made from when the run saw it before; None the first time."""
        row = self._rows.execute("SELECT fingerprint FROM temp.seen WHERE path = ?", (path,)).fetchone()
        if row is None:
            self._rows.execute("INSERT INTO temp.seen VALUES (?, ?)", (path, fingerprint))
        return row[0] if row else None

    def give(self, source: str, id: str, path: str) -> None:
        """Note that a source gives an article."""
        row = (source, id, path)
        known = "SELECT 1 FROM main.source WHERE source = ? AND id = ? AND article = ?"
        is_new = self._rows.execute(known, row).fetchone() is None
        self._rows.execute("INSERT OR IGNORE INTO temp.given VALUES (?, ?, ?, ?)", (*row, is_new))

    def keep_sources(self) -> None:
        """Let the register know for good which source gave what."""
        with transaction(self._rows):
            self._rows.execute("INSERT OR IGNORE INTO main.source SELECT source, id, article FROM temp.given")

    def outdated(self) -> list[tuple[str, str, str]]:
        """Return what sources gave before and have replaced: source, id and article; sources must have been kept."""
        return [(source, id_, article) for source, id_, article in self._rows.execute(_OUTDATED)]
