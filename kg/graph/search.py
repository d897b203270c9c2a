"""Full-text search: statements, articles and things by their words, however these are spelt.

An SQLite file beside the store holds the folded words of every statement, title and name. ``Store.derive`` brings it
in step with the store; whoever serves the store reads it. Letter forms, vowel signs and case do not count, and a word
is found whether its parts stand apart, together or with a zero-width non-joiner between them («گفت و گو», «گفت‌وگو»,
«گفتگو» is another word). A word of three letters or more is found by its beginning, so that «ایران» finds «ایرانی».
"""

import re
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

from kg.errors import QueryTimeout, StoreError
from kg.language.normalize import ZWNJ, fold
from kg.sqlite_file import RemadeFile, read_only

Kind = Literal["statement", "article", "thing"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SEARCH_NAME = "search.sqlite"
SEARCH_FORMAT = 2
"""The layout of the file and the folding of its words; another number has it made anew."""

_SCHEMA = """
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, origin TEXT NOT NULL, name TEXT,
    weight INTEGER NOT NULL
);
CREATE INDEX entry_by_origin ON entry (origin);
CREATE INDEX entry_by_kind ON entry (kind);
CREATE VIRTUAL TABLE words USING fts5(apart, joined, tokenize = "unicode61 remove_diacritics 0", prefix = '3 4');
"""
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
_WORD = re.compile(rf"[^\W_][\w{_MARKS}{ZWNJ}]*(?<!{ZWNJ})")
_LEAST_BEGINNING = 3
_MOST_WORDS = 8
_LONGEST_JOIN = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to be found.

    Attributes:
        iri: What is found.
        kind: What it is.
        text: Its words: a statement's content, an article's title, one of a thing's names.
        weight: How often it is used; of two things that fit alike the weightier comes first.
    """

    iri: str
    kind: Kind
    text: str
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found.

    Attributes:
        iri: What was found.
        kind: What it is.
        name: The name that fits, of a thing; empty otherwise, for the words are in the store.
    """

    iri: str
    kind: Kind
    name: str


class SearchIndex(RemadeFile):
    """The file of one store, open for writing.

    Args:
        folder: The store's folder. A file of another layout, or a damaged one, is made anew.
    """

    NAME = SEARCH_NAME
    FORMAT = SEARCH_FORMAT
    SCHEMA = _SCHEMA

    def replace(self, origin: str, entries: Iterable[Entry]) -> None:
        """Index what one article or thing holds, in place of what it held before.

        Args:
            origin: Its path.
            entries: What is found by it; nothing, when it is gone.
        """
        self._rows.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM entry WHERE origin = ?)", (origin,))
        self._rows.execute("DELETE FROM entry WHERE origin = ?", (origin,))
        for entry in entries:
            name = entry.text if entry.kind == "thing" else None
            row = self._rows.execute(
                "INSERT INTO entry (iri, kind, origin, name, weight) VALUES (?, ?, ?, ?, ?)",
                (entry.iri, entry.kind, origin, name, entry.weight),
            )
            groups = _read_words(entry.text)
            self._rows.execute(
                "INSERT INTO words (rowid, apart, joined) VALUES (?, ?, ?)",
                (row.lastrowid, _write(groups), " ".join(_join(groups))),
            )


def search(
    folder: Path,
    words: str,
    *,
    kinds: Collection[Kind] = KINDS,
    is_unfinished: bool = False,
    limit: int = 50,
    offset: int = 0,
    seconds: float = 5.0,
) -> list[Hit]:
    """Find what holds all the words; things by name first, then the best fitting.

    Args:
        folder: The store's folder.
        words: What a reader wrote. Without any letter or digit, nothing is found.
        kinds: What may be found.
        is_unfinished: Whether the last word may be only begun, as while a reader types.
        limit: Hits at most.
        offset: How many to leave out at the start.
        seconds: How long the search may take.

    Raises:
        StoreError: When the store has no index.
        QueryTimeout: When the search takes too long.
    """
    expression = _to_expression(words, is_unfinished=is_unfinished)
    if not expression:
        return []
    wanted = sorted(kinds)
    # A thing is found once, by the name that fits best: the very name first, then the shortest.
    query = f"""
        WITH fitting AS MATERIALIZED (
            SELECT entry.*, words.apart = ? AS is_whole, bm25(words) AS badness
            FROM words CROSS JOIN entry ON entry.id = words.rowid -- in this order: the other way is quadratic
            WHERE words MATCH ? AND entry.kind IN ({", ".join("?" * len(wanted))})
        ), placed AS (
            SELECT *, ROW_NUMBER() OVER (PARTITION BY iri ORDER BY is_whole DESC, length(name), name, id) AS place
            FROM fitting
        )
        SELECT iri, kind, name FROM placed WHERE place = 1
        ORDER BY kind = 'thing' DESC, is_whole DESC, weight DESC, badness, iri LIMIT ? OFFSET ?"""
    whole = _write(_read_words(words))
    with _open(folder) as rows:
        deadline = time.monotonic() + seconds
        rows.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        try:
            found = rows.execute(query, (whole, expression, *wanted, limit, offset)).fetchall()
        except sqlite3.OperationalError as problem:
            if "interrupted" not in str(problem):
                raise StoreError(f"the search failed ({problem})", where=str(folder / SEARCH_NAME)) from problem
            raise QueryTimeout(
                f"the search needed more than {seconds:g} seconds", where="search", remedy="give more or rarer words"
            ) from problem
    return [Hit(iri, kind, name or "") for iri, kind, name in found]


def read_names(folder: Path) -> list[tuple[str, str, int]]:
    """Return every name of every thing, as IRI, name, and how often the thing is used; sorted.

    Raises:
        StoreError: When the store has no index.
    """
    query = "SELECT iri, name, weight FROM entry WHERE kind = 'thing' AND name IS NOT NULL ORDER BY iri, id"
    with _open(folder) as rows:
        try:
            return rows.execute(query).fetchall()
        except sqlite3.DatabaseError as problem:
            raise StoreError(f"the names cannot be read ({problem})", where=str(folder / SEARCH_NAME)) from problem


def find_words(text: str, words: str) -> list[tuple[int, int]]:
    """Return where in a text the words stand that a search for ``words`` finds in it.

    Returns:
        Half-open spans in code points of ``text``, in its order, none within another.

    Example:
        >>> find_words("مذاكرات ايران و آمريکا", "ایران مذاکرات")
        [(0, 7), (8, 13)]
    """
    sought = _read_words(words)
    forms = {word for word in (*map("".join, sought), *_join(sought)) if len(word) > 1}
    beginnings = tuple(form for form in forms if len(form) >= _LEAST_BEGINNING)
    tokens = [(match.start(), match.end(), _parts(match.group())) for match in _WORD.finditer(text)]
    found: list[tuple[int, int]] = []
    for index, (begin, _, _) in enumerate(tokens):
        if found and begin < found[-1][1]:
            continue
        for length in range(_LONGEST_JOIN, 0, -1):
            run = tokens[index : index + length]
            word = "".join(part for _, _, parts in run for part in parts)
            if len(run) == length and (word in forms if length > 1 else _fits(word, run[0][2], forms, beginnings)):
                found.append((begin, run[-1][1]))
                break
    return found


def _fits(word: str, parts: Sequence[str], forms: Collection[str], beginnings: tuple[str, ...]) -> bool:
    return any(written in forms or written.startswith(beginnings) for written in (word, *parts))


@lru_cache(maxsize=65536)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(filter(None, map(fold, word.split(ZWNJ))))


def _read_words(text: str) -> list[tuple[str, ...]]:
    """Return a text's words, each as its parts around the zero-width non-joiner, folded."""
    return [parts for match in _WORD.finditer(text) if (parts := _parts(match.group()))]


def _write(groups: Iterable[tuple[str, ...]]) -> str:
    """Return words as the index holds them: a word of several parts stands as its parts and as a whole."""
    return " ".join(form for parts in groups for form in (*parts, "".join(parts))[: 1 if len(parts) == 1 else None])


def _join(groups: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield what a reader may write as one word: two neighbours, or three around a single letter («گفت و گو»)."""
    words = ["".join(parts) for parts in groups]
    for first, second in pairwise(words):
        yield first + second
    for first, letter, last in zip(words, words[1:], words[2:], strict=False):
        if len(letter) == 1:
            yield first + letter + last


def _to_expression(words: str, *, is_unfinished: bool) -> str:
    """Return what FTS5 is to match: all the words, written together or apart."""
    groups = _read_words(words)
    if not groups:
        return ""
    # Too many words cannot be joined in every way.
    ways = _divisions(groups) if len(groups) <= _MOST_WORDS else [groups]
    terms = [[_term(parts, is_begun=is_unfinished and parts is way[-1]) for parts in way] for way in ways]
    return " OR ".join(dict.fromkeys(f"({' AND '.join(way)})" for way in terms))


def _divisions(groups: Sequence[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    """Yield every way in which neighbours may have been written as one word."""
    if not groups:
        yield []
    for length in range(1, min(_LONGEST_JOIN, len(groups)) + 1):
        joined = groups[0] if length == 1 else ("".join(part for group in groups[:length] for part in group),)
        for rest in _divisions(groups[length:]):
            yield [joined, *rest]


def _term(parts: tuple[str, ...], *, is_begun: bool) -> str:
    word = "".join(parts)
    beginning = "*" if is_begun or len(word) >= _LEAST_BEGINNING else ""
    term = f'apart : "{word}"{beginning} OR joined : "{word}"'
    return f'({term} OR apart : "{" ".join(parts)}"{beginning})' if len(parts) > 1 else f"({term})"


def _open(folder: Path) -> AbstractContextManager[sqlite3.Connection]:
    """Open a store's index for reading."""
    file = folder / SEARCH_NAME
    if not file.is_file():
        raise StoreError(
            "the store has no search index", where=str(file), remedy="run mavaze build on it once, which makes it"
        )
    return read_only(file)
