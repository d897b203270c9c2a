"""The register beside the store: which source gave which article, made by what, and what articles use.

It is private (sources are paths of the machine) and therefore no graph. The store is written first and the
register after it; what is under way is noted before, so that a run after a kill repairs the difference.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from kg.graph.refusals import Refusals
from kg.graph.sightings import Sightings
from kg.graph.triples import Use
from kg.sqlite_file import SqliteFile, transaction

_SCHEMA = """
CREATE TABLE IF NOT EXISTS article (path TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS source (
    source TEXT, id TEXT, article TEXT, PRIMARY KEY (source, id, article)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS source_by_article ON source (article);
CREATE TABLE IF NOT EXISTS use (
    article TEXT, path TEXT, kind TEXT, name TEXT, qid TEXT, forms TEXT, PRIMARY KEY (article, path)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS use_by_path ON use (path);
CREATE TABLE IF NOT EXISTS tally (
    path TEXT, kind TEXT, name TEXT, qid TEXT, forms TEXT, articles INTEGER NOT NULL,
    PRIMARY KEY (path, kind, name, qid, forms)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS use_added AFTER INSERT ON use BEGIN
    INSERT INTO tally VALUES (new.path, new.kind, new.name, new.qid, new.forms, 1)
    ON CONFLICT DO UPDATE SET articles = articles + 1;
END;
CREATE TRIGGER IF NOT EXISTS use_dropped AFTER DELETE ON use BEGIN
    UPDATE tally SET articles = articles - 1 WHERE path = old.path AND kind = old.kind AND name = old.name
        AND qid = old.qid AND forms = old.forms;
    DELETE FROM tally WHERE path = old.path AND kind = old.kind AND name = old.name AND qid = old.qid
        AND forms = old.forms AND articles < 1;
END;
CREATE TABLE IF NOT EXISTS changed (
    is_article INTEGER, path TEXT, PRIMARY KEY (is_article, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_COUNT_OLD_USES = """
INSERT INTO tally SELECT path, kind, name, qid, forms, COUNT(*) FROM use
WHERE NOT EXISTS (SELECT 1 FROM tally) GROUP BY path, kind, name, qid, forms
"""
_FORMS_BORDER = "\x1f"


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as the register knows it.

    Attributes:
        path: Its IRI without the base.
        fingerprint: A digest of what was read and of what read it.
        uses: What its graph points to.
        source: The file or address that gave it; None when it is not to be remembered.
        id: What the source calls it.
    """

    path: str
    fingerprint: str
    uses: tuple[Use, ...] = ()
    source: str | None = None
    id: str = ""


class Register(SqliteFile):
    """An SQLite file with one row per article, source and use."""

    def __init__(self, file: Path, *, read_only: bool = False) -> None:
        mode = "ro" if read_only else "rwc"
        self._is_read_only = read_only
        super().__init__(f"{file.absolute().as_uri()}?mode={mode}", uri=True)

    def _prepare(self) -> None:
        if not self._is_read_only:
            self._rows.executescript(_SCHEMA)
            self._rows.execute(_COUNT_OLD_USES)  # a store of a version that did not count them

    def fingerprint(self, path: str) -> str | None:
        """Return what an article was made from; None when it is unknown or was being written at a kill."""
        row = self._rows.execute(
            "SELECT fingerprint FROM article WHERE path = ? AND path NOT IN (SELECT path FROM pending)", (path,)
        ).fetchone()
        return row[0] if row else None

    def knows(self, path: str) -> bool:
        """Whether the article has been stored before."""
        return self._rows.execute("SELECT 1 FROM article WHERE path = ?", (path,)).fetchone() is not None

    @cached_property
    def refusals(self) -> Refusals:
        """What was taken out and stays out."""
        return Refusals(self._rows)

    def sightings(self) -> Sightings:
        """Return an empty note of what a run sees."""
        return Sightings(self._rows)

    def articles(self) -> list[str]:
        """Return the paths of all articles, sorted."""
        return [path for (path,) in self._rows.execute("SELECT path FROM article ORDER BY path")]

    def pending(self) -> list[str]:
        """Return the articles that were being written or removed when a run was killed, sorted."""
        return [path for (path,) in self._rows.execute("SELECT path FROM pending ORDER BY path")]

    def announce(
        self,
        entries: Collection[Entry],
        removed: Collection[str] = (),
        *,
        changes: bool = True,
        things: Collection[str] = (),
    ) -> None:
        """Note, before the store is written, what is about to change.

        What an article used and what it will use both count until ``record`` says which it is.

        Args:
            entries: Articles that will be stored.
            removed: Articles that will be taken out.
            changes: Whether any triple changes, so that what was derived is no longer up to date.
            things: Other things of which something else will be said.
        """
        with transaction(self._rows):
            paths = [(path,) for path in (*removed, *(entry.path for entry in entries))]
            self._rows.executemany("INSERT OR IGNORE INTO pending VALUES (?)", paths)
            for entry in entries:
                self._rows.execute("INSERT OR IGNORE INTO article VALUES (?, '')", (entry.path,))
                self._add_uses_and_source(entry)
            if changes:
                used = "INSERT OR IGNORE INTO changed SELECT 0, path FROM use WHERE article = ?"
                self._rows.executemany(used, paths)
                self._mark_changed((path for (path,) in paths), things)

    def record(self, entries: Iterable[Entry], removed: Collection[str] = ()) -> None:
        """Note, after the store was written, what it holds now."""
        with transaction(self._rows):
            for path in removed:
                for table, column in (("article", "path"), ("use", "article"), ("source", "article")):
                    self._rows.execute(f"DELETE FROM {table} WHERE {column} = ?", (path,))
                self._rows.execute("DELETE FROM pending WHERE path = ?", (path,))
            for entry in entries:
                self._rows.execute("INSERT OR REPLACE INTO article VALUES (?, ?)", (entry.path, entry.fingerprint))
                if set(self.uses_in(entry.path)) != set(entry.uses):  # of a new article ``announce`` has noted them
                    self._rows.execute("DELETE FROM use WHERE article = ?", (entry.path,))
                    self._add_uses_and_source(entry)
                self._rows.execute("DELETE FROM pending WHERE path = ?", (entry.path,))

    def mark_changed(self, articles: Iterable[str], things: Iterable[str]) -> None:
        """Note that what was derived of articles, and what is found by the names of things, is no longer up to date."""
        with transaction(self._rows):
            self._mark_changed(articles, things)

    def _mark_changed(self, articles: Iterable[str], things: Iterable[str]) -> None:
        for is_article, paths in ((1, articles), (0, things)):
            rows = ((is_article, path) for path in paths)
            self._rows.executemany("INSERT OR IGNORE INTO changed VALUES (?, ?)", rows)

    def has_changed(self) -> bool:
        """Whether anything is no longer up to date."""
        return self._rows.execute("SELECT 1 FROM changed").fetchone() is not None

    def changed_articles(self, most: int) -> list[str]:
        """Return the first articles of which what was derived is not up to date."""
        return self._changed(1, most)

    def changed_things(self, most: int) -> list[str]:
        """Return the first things whose names are not found as they should."""
        return self._changed(0, most)

    def _changed(self, is_article: int, most: int) -> list[str]:
        query = "SELECT path FROM changed WHERE is_article = ? ORDER BY path LIMIT ?"
        return [path for (path,) in self._rows.execute(query, (is_article, most))]

    def forget_changed(self, paths: Iterable[str] | None) -> None:
        """Note that articles or things are up to date; all of them for None."""
        with transaction(self._rows):
            if paths is None:
                self._rows.execute("DELETE FROM changed")
                return
            rows = [(is_article, path) for path in paths for is_article in (0, 1)]
            self._rows.executemany("DELETE FROM changed WHERE is_article = ? AND path = ?", rows)

    def _add_uses_and_source(self, entry: Entry) -> None:
        rows = [(entry.path, u.path, u.kind, u.name, u.qid, _FORMS_BORDER.join(u.forms)) for u in entry.uses]
        self._rows.executemany("INSERT OR IGNORE INTO use VALUES (?, ?, ?, ?, ?, ?)", rows)
        if entry.source is not None:
            self.add_source(entry.source, entry.id, entry.path)

    def add_source(self, source: str, id: str, path: str) -> None:
        """Note that a source gives an article."""
        self._rows.execute("INSERT OR IGNORE INTO source VALUES (?, ?, ?)", (source, id, path))

    def forget_source(self, source: str, id: str, path: str) -> None:
        """Note that a source no longer gives an article."""
        self._rows.execute("DELETE FROM source WHERE source = ? AND id = ? AND article = ?", (source, id, path))

    def forget_sources(self, is_meant: Callable[[str], bool]) -> None:
        """Note that sources no longer give anything."""
        meant = [(source,) for source in self._sources() if is_meant(source)]
        self._rows.executemany("DELETE FROM source WHERE source = ?", meant)

    def articles_of(self, is_meant: Callable[[str], bool]) -> list[str]:
        """Return the paths of the articles that some sources gave, sorted."""
        query = "SELECT DISTINCT article FROM source WHERE source = ?"
        meant = [source for source in self._sources() if is_meant(source)]
        return sorted({path for source in meant for (path,) in self._rows.execute(query, (source,))})

    def places_of(self, path: str) -> list[tuple[str, str]]:
        """Return by which sources and ids an article was given, sorted."""
        rows = self._rows.execute("SELECT source, id FROM source WHERE article = ? ORDER BY source, id", (path,))
        return [(source, id_) for source, id_ in rows]

    def _sources(self) -> list[str]:
        return [source for (source,) in self._rows.execute("SELECT DISTINCT source FROM source ORDER BY source")]

    def sources_of(self, path: str) -> list[str]:
        """Return the sources that gave an article, sorted."""
        rows = self._rows.execute("SELECT DISTINCT source FROM source WHERE article = ? ORDER BY source", (path,))
        return [source for (source,) in rows]

    def uses_in(self, article: str) -> tuple[Use, ...]:
        """Return what an article's graph points to."""
        return tuple(use for _, use in self._uses("WHERE article = ?", (article,)))

    def uses_of(self, path: str) -> Counter[Use]:
        """Return how many articles use one thing in which way.

        What it costs does not grow with the number of articles.
        """
        rows = self._rows.execute("SELECT kind, name, qid, forms, articles FROM tally WHERE path = ?", (path,))
        return Counter({_use(path, kind, name, qid, forms): articles for kind, name, qid, forms, articles in rows})

    def all_uses(self) -> Iterator[tuple[str, Counter[Use]]]:
        """Yield everything that articles use, and how."""
        rows = self._rows.execute("SELECT path, kind, name, qid, forms, articles FROM tally ORDER BY path")
        for path, group in groupby(rows, key=lambda row: str(row[0])):
            yield path, Counter({_use(*row[:-1]): row[-1] for row in group})

    def shared_paths(self) -> Iterator[str]:
        """Yield all that articles use and that is not one article's own, sorted."""
        # Two ranges of the index, so that what belongs to single articles is not even looked at.
        for span in ("path < 'article/'", "path >= 'article0'"):
            yield from (path for (path,) in self._rows.execute(f"SELECT DISTINCT path FROM tally WHERE {span}"))

    def fact(self, name: str) -> str | None:
        """Return a note about the store as a whole."""
        row = self._rows.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Note facts about the store as a whole."""
        with transaction(self._rows):
            for name, value in facts.items():
                self._set_fact(name, value)

    def _set_fact(self, name: str, value: str) -> None:
        self._rows.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    def _uses(self, where: str, values: tuple[str, ...]) -> Iterator[tuple[str, Use]]:
        rows = self._rows.execute(f"SELECT article, path, kind, name, qid, forms FROM use {where}", values)
        for article, path, kind, name, qid, forms in rows:
            yield article, _use(path, kind, name, qid, forms)


def _use(path: str, kind: str, name: str, qid: str, forms: str) -> Use:
    return Use(path, kind, name, qid, tuple(forms.split(_FORMS_BORDER)) if forms else ())
