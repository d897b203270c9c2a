"""What an operator has taken out of a store, and what therefore does not come in again unasked.

Kept with the register: an article by its address or its words, and by its place in a source (so that an edited text is
known again); a source or a publisher as a whole.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kg.language.normalize import fold

RefusalKind = Literal["article", "item", "source", "publisher"]

_SCHEMA = "CREATE TABLE IF NOT EXISTS refused (kind TEXT, value TEXT, PRIMARY KEY (kind, value)) WITHOUT ROWID"
_BORDER = "\x1f"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is kept out.

    Attributes:
        kind: What is named.
        value: The article's path, its source and id there, the source, or the publisher's folded name.
    """

    kind: RefusalKind
    value: str


def of_article(path: str) -> Refusal:
    """Keep out an article by its path."""
    return Refusal("article", path)


def of_item(source: str, id: str) -> Refusal:
    """Keep out what a source calls by an id."""
    return Refusal("item", f"{source}{_BORDER}{id}")


def of_source(source: str) -> Refusal:
    """Keep out all of a file, a folder or an archive."""
    return Refusal("source", source)


def of_publisher(name: str) -> Refusal:
    """Keep out all that an outlet printed."""
    return Refusal("publisher", fold(name))


class Refusals:
    """The refusals of one store.

    Args:
        rows: The register's file.
    """

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows
        self._rows.execute(_SCHEMA)
        self._sources = [value for (value,) in rows.execute("SELECT value FROM refused WHERE kind = 'source'")]

    def add(self, refusals: Iterable[Refusal]) -> None:
        """Keep these out from now on."""
        rows = [(refusal.kind, refusal.value) for refusal in refusals]
        self._rows.executemany("INSERT OR IGNORE INTO refused VALUES (?, ?)", rows)
        self._sources += [value for kind, value in rows if kind == "source"]

    def forget(self, refusals: Iterable[Refusal]) -> None:
        """Let these in again."""
        rows = [(refusal.kind, refusal.value) for refusal in refusals]
        self._rows.executemany("DELETE FROM refused WHERE kind = ? AND value = ?", rows)
        self._sources = [value for value in self._sources if ("source", value) not in rows]

    def matching(self, path: str, source: str | None, id: str, publisher: str | None) -> list[Refusal]:
        """Return the refusals that keep an article out."""
        named = [of_article(path)]
        if source is not None:
            named.append(of_item(source, id))
        if publisher:
            named.append(of_publisher(publisher))
        found = [refusal for refusal in named if self._holds(refusal)]
        if source is not None:
            found += [of_source(value) for value in self._sources if is_within(source, value)]
        return found

    def _holds(self, refusal: Refusal) -> bool:
        query = "SELECT 1 FROM refused WHERE kind = ? AND value = ?"
        return self._rows.execute(query, (refusal.kind, refusal.value)).fetchone() is not None


def is_within(source: str, outer: str) -> bool:
    """Whether a source is another one or lies in it: in a folder, in an archive, under an address.

    Example:
        >>> is_within("/news/a.zip!b.html", "/news/a.zip"), is_within("/news2/a", "/news")
        (True, False)
    """
    outer = outer.rstrip("/")
    return source == outer or source.startswith((f"{outer}/", f"{outer}!"))
