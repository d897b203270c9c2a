"""What is remembered of the feeds that a store follows: when each was asked, and what of it has been taken in.

A file of its own beside the store's, so that a feed can be asked while another process writes the store.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kg.sqlite_file import SqliteFile

FEEDS_NAME = "feeds.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feed (url TEXT PRIMARY KEY, etag TEXT, modified TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
    feed TEXT, key TEXT, digest TEXT NOT NULL, tries INTEGER NOT NULL, is_done INTEGER NOT NULL, PRIMARY KEY (feed, key)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What a feed's server said of its last answer."""

    etag: str | None = None
    modified: str | None = None


class Subscriptions(SqliteFile):
    """The feeds that one store follows.

    Args:
        folder: The store's folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / FEEDS_NAME)

    def _prepare(self) -> None:
        self._rows.executescript(_SCHEMA)

    def known(self, feed: str) -> Known:
        """Return what is known of a feed's last answer, of which everything was taken in."""
        with closing(self._rows.execute("SELECT etag, modified FROM feed WHERE url = ?", (feed,))) as rows:
            found = rows.fetchone()
        return Known(*found) if found else Known()

    def remember(self, feed: str, known: Known) -> None:
        """Note that everything of a feed's answer was taken in."""
        self._rows.execute("INSERT OR REPLACE INTO feed VALUES (?, ?, ?)", (feed, known.etag, known.modified))

    def is_done(self, feed: str, key: str, digest: str) -> bool:
        """Whether an entry was taken in, or given up, with just these words."""
        query = "SELECT 1 FROM entry WHERE feed = ? AND key = ? AND digest = ? AND is_done"
        return self._rows.execute(query, (feed, key, digest)).fetchone() is not None

    def finish(self, feed: str, key: str, digest: str) -> None:
        """Note that an entry was taken in, or given up."""
        self._rows.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, 0, 1)", (feed, key, digest))

    def count_try(self, feed: str, key: str, digest: str) -> int:
        """Note that an entry's page could not be fetched, and return how often that was so."""
        query = "SELECT tries FROM entry WHERE feed = ? AND key = ? AND digest = ?"
        found = self._rows.execute(query, (feed, key, digest)).fetchone()
        tries = (found[0] if found else 0) + 1
        self._rows.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, 0)", (feed, key, digest, tries))
        return int(tries)
