"""What of all statements is remembered to see what joins articles: a file of SQLite beside the store.

Reports of the same words, claims that a later article may deny, and what the summaries count. It says nothing that
the store does not say: where it is missing, it is made anew from the articles.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rdflib import URIRef

from kg.sqlite_file import RemadeFile

INDEX_NAME = "statements.sqlite"
INDEX_FORMAT = 2
"""The layout of the file and the ways of comparing texts; another number has it made anew."""

_SCHEMA = """
CREATE TABLE said (
    id INTEGER PRIMARY KEY, statement TEXT NOT NULL UNIQUE, article TEXT NOT NULL, content TEXT NOT NULL,
    publisher TEXT, earliest TEXT, latest TEXT, who TEXT NOT NULL, head INTEGER
);
CREATE INDEX said_by_article ON said (article);
CREATE INDEX said_by_head ON said (head) WHERE head IS NOT NULL;
CREATE TABLE band (key INTEGER, day INTEGER, said INTEGER, PRIMARY KEY (key, day, said)) WITHOUT ROWID;
CREATE TABLE claim (
    claimant TEXT, accused TEXT, day TEXT, said INTEGER, PRIMARY KEY (claimant, accused, day, said)
) WITHOUT ROWID;
CREATE INDEX claim_by_said ON claim (said);
CREATE TABLE denial (
    claimant TEXT, accused TEXT, day TEXT, said INTEGER, PRIMARY KEY (claimant, accused, day, said)
) WITHOUT ROWID;
CREATE INDEX denial_by_said ON denial (said);
CREATE TABLE counted (what TEXT, article TEXT, PRIMARY KEY (what, article)) WITHOUT ROWID;
CREATE INDEX counted_by_article ON counted (article);
CREATE TABLE amount (what TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER counted_added AFTER INSERT ON counted BEGIN
    INSERT INTO amount VALUES (new.what, 1) ON CONFLICT DO UPDATE SET articles = articles + 1;
END;
CREATE TRIGGER counted_dropped AFTER DELETE ON counted BEGIN
    UPDATE amount SET articles = articles - 1 WHERE what = old.what;
    DELETE FROM amount WHERE what = old.what AND articles < 1;
END;
"""
_BORDER = "\x1f"
_COLUMNS = "id, statement, article, content, publisher, earliest, latest, who, head"
_CACHE = -16 * 1024
"""What SQLite may keep of the file in memory; KiB, as it wants it written."""
_ANY_DAY = 0
"""Stands for the day of a report that may be of many days."""
_FEW_DAYS = timedelta(days=31)
"""The longest time within which a report may have been published for its first day to tell when that was."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as it is remembered.

    Attributes:
        statement: Its IRI.
        article: The article that reports it.
        content: Its words.
        publisher: The outlet.
        earliest: The first day on which the article may have been published.
        latest: The last one.
        who: Whatever the speaker may be known by elsewhere; nobody where it is no report.
        id: Its number; none before it is remembered.
        head: The number of the group of equal reports that it belongs to.
    """

    statement: URIRef
    article: URIRef
    content: str
    publisher: URIRef | None
    earliest: date | None
    latest: date | None
    who: frozenset[str] = frozenset()
    id: int = 0
    head: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Blame:
    """That somebody claims something against somebody on a day; or that it is denied.

    Attributes:
        claimant: Who claims it.
        accused: Whom it is about.
        day: The last day on which the claim, the first on which the denial may have been published.
    """

    claimant: str
    accused: str
    day: date


class StatementIndex(RemadeFile):
    """The file of one store.

    Args:
        folder: The store's folder, where a file of another layout or a damaged one is made anew; None for one that
            is gone after use.
    """

    NAME = INDEX_NAME
    FORMAT = INDEX_FORMAT
    SCHEMA = _SCHEMA

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._rows.execute(f"PRAGMA cache_size = {_CACHE}")

    # ── Statements ───────────────────────────────────────────────────────────────────────────────

    def said_in(self, article: URIRef) -> list[Said]:
        """Return what is remembered of an article."""
        return self._select("WHERE article = ?", (article,))

    def add(self, said: Said, bands: Iterable[int], claims: Iterable[Blame], denials: Iterable[Blame]) -> int:
        """Remember a statement.

        Args:
            said: What was said.
            bands: What reports that are much the same have in common.
            claims: What it claims against whom.
            denials: What claims it may deny.
        """
        days = [None if day is None else day.isoformat() for day in (said.earliest, said.latest)]
        row = self._rows.execute(
            f"INSERT INTO said ({_COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (said.statement, said.article, said.content, said.publisher, *days, _BORDER.join(sorted(said.who))),
        )
        number = int(row.lastrowid or 0)
        keys = [(key, _day_of(said), number) for key in bands]
        self._rows.executemany("INSERT OR IGNORE INTO band VALUES (?, ?, ?)", keys)
        for table, blames in (("claim", claims), ("denial", denials)):
            rows = [(blame.claimant, blame.accused, blame.day.isoformat(), number) for blame in blames]
            self._rows.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?, ?)", rows)
        return number

    def forget(self, said: Said, bands: Iterable[int]) -> list[Blame]:
        """Forget a statement, and return what it claimed."""
        rows = self._rows.execute("SELECT claimant, accused, day FROM claim WHERE said = ?", (said.id,))
        claims = [Blame(claimant, accused, date.fromisoformat(day)) for claimant, accused, day in rows]
        keys = [(key, _day_of(said), said.id) for key in bands]
        self._rows.executemany("DELETE FROM band WHERE key = ? AND day = ? AND said = ?", keys)
        for table, column in (("claim", "said"), ("denial", "said"), ("said", "id")):
            self._rows.execute(f"DELETE FROM {table} WHERE {column} = ?", (said.id,))
        return claims

    # ── Equal reports ────────────────────────────────────────────────────────────────────────────

    def sharing(self, said: Said, bands: Iterable[int], longest: timedelta) -> list[Said]:
        """Return the reports that have a band in common with one and may be of its time, sorted.

        What it costs grows with the reports of that time, not with all that are remembered: a speaker's usual words
        come again and again over the years.

        Args:
            said: The report.
            bands: Its bands.
            longest: How much time may lie between two of them; there may be a few more.
        """
        query = "SELECT said FROM band WHERE key = :key"
        span: dict[str, int] = {}
        if said.earliest is not None and said.latest is not None:
            # Two searches of the index: of a condition with OR, all days of the band would be read.
            query = f"{query} AND day = {_ANY_DAY} UNION ALL {query} AND day BETWEEN :first AND :last"
            # As days are counted, which may be before the first that has a date.
            before, after = (longest + _FEW_DAYS).days, longest.days
            first = max(_ANY_DAY + 1, said.earliest.toordinal() - before)
            span = {"first": first, "last": said.latest.toordinal() + after}
        numbers = {number for key in bands for (number,) in self._rows.execute(query, {"key": key, **span})}
        return [found for number in sorted(numbers) for found in self._select("WHERE id = ?", (number,))]

    def members(self, head: int) -> list[Said]:
        """Return the reports of one group, sorted by IRI."""
        return self._select("WHERE head = ? ORDER BY statement", (head,))

    def read_said(self, number: int) -> Said | None:
        """Return one statement, as it is remembered now."""
        found = self._select("WHERE id = ?", (number,))
        return found[0] if found else None

    def set_head(self, said: int, head: int | None) -> None:
        """Put a report into a group."""
        self._rows.execute("UPDATE said SET head = ? WHERE id = ?", (head, said))

    def merge(self, heads: Collection[int], head: int) -> None:
        """Make one group of several."""
        self._rows.executemany("UPDATE said SET head = ? WHERE head = ?", [(head, other) for other in heads])

    # ── Claims and denials ───────────────────────────────────────────────────────────────────────

    def claims_before(self, denial: int, longest: timedelta) -> list[tuple[Said, timedelta]]:
        """Return the claims of other articles that a denial may mean, each with the time between the two."""
        found: dict[URIRef, tuple[Said, timedelta]] = {}
        for blame in self._blames("denial", denial):
            span = ((blame.day - longest).isoformat(), blame.day.isoformat())
            query = "SELECT said, day FROM claim WHERE claimant = ? AND accused = ? AND day BETWEEN ? AND ?"
            for number, day in self._rows.execute(query, (blame.claimant, blame.accused, *span)).fetchall():
                for claim in self._select("WHERE id = ?", (number,)):
                    found[claim.statement] = claim, blame.day - date.fromisoformat(day)
        return [found[statement] for statement in sorted(found)]

    def denials_after(self, claims: Iterable[Blame], longest: timedelta) -> set[int]:
        """Return the numbers of the denials that may mean one of the claims."""
        query = "SELECT said FROM denial WHERE claimant = ? AND accused = ? AND day BETWEEN ? AND ?"
        spans = [(c.claimant, c.accused, c.day.isoformat(), (c.day + longest).isoformat()) for c in claims]
        return {number for span in spans for (number,) in self._rows.execute(query, span)}

    def _blames(self, table: str, said: int) -> list[Blame]:
        rows = self._rows.execute(f"SELECT claimant, accused, day FROM {table} WHERE said = ?", (said,))
        return sorted(Blame(claimant, accused, date.fromisoformat(day)) for claimant, accused, day in rows)

    # ── Counts ───────────────────────────────────────────────────────────────────────────────────

    def recount(self, articles: Mapping[URIRef, Collection[tuple[str, ...]]]) -> dict[tuple[str, ...], int]:
        """Note what articles count for, and return in how many articles each of these things now is.

        What they counted for before is among them, with 0 where no article is left.
        """
        touched: set[str] = set()
        for article, whats in articles.items():
            touched |= {
                what for (what,) in self._rows.execute("SELECT what FROM counted WHERE article = ?", (article,))
            }
            self._rows.execute("DELETE FROM counted WHERE article = ?", (article,))
            rows = [(_BORDER.join(what), article) for what in whats]
            self._rows.executemany("INSERT OR IGNORE INTO counted VALUES (?, ?)", rows)
            touched |= {what for what, _ in rows}
        return {what: self.count(what) for what in (tuple(told.split(_BORDER)) for told in sorted(touched))}

    def count(self, what: tuple[str, ...]) -> int:
        """Return in how many articles a thing is; what it costs does not grow with their number."""
        query = "SELECT articles FROM amount WHERE what = ?"
        row = self._rows.execute(query, (_BORDER.join(what),)).fetchone()
        return int(row[0]) if row else 0

    def _select(self, where: str, values: Sequence[object]) -> list[Said]:
        return list(map(_said, self._rows.execute(f"SELECT {_COLUMNS} FROM said {where}", values).fetchall()))


def _day_of(said: Said) -> int:
    """Return the day by which the bands of a report are found."""
    if said.earliest is None or said.latest is None or said.latest - said.earliest > _FEW_DAYS:
        return _ANY_DAY
    return said.earliest.toordinal()


def _said(row: Sequence[object]) -> Said:
    number, statement, article, content, publisher, earliest, latest, who, head = row
    return Said(
        URIRef(str(statement)),
        URIRef(str(article)),
        str(content),
        None if publisher is None else URIRef(str(publisher)),
        None if earliest is None else date.fromisoformat(str(earliest)),
        None if latest is None else date.fromisoformat(str(latest)),
        frozenset(str(who).split(_BORDER)) if who else frozenset(),
        int(str(number)),
        None if head is None else int(str(head)),
    )
