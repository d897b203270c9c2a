"""Bytes to articles: files, folders and standard input, their kind told by content.

    read() ─▶ encoding ─▶ jsonl │ tables ─▶ records ─▶ Article
                        └▶ text ──────────────────────▶ Article

Nothing here knows what a statement is. The text of an article stays as it was read.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from kg.errors import InputError
from kg.model import Article, DateSpan
from kg.sources import jsonl, records, tables, text
from kg.sources.encoding import decode, is_utf8
from kg.sources.jsonl import SetAside

__all__ = ["STDIN", "SetAside", "read"]

STDIN = "-"
MOST_CHARACTERS = 2_000_000
"""More is no news article but a file of many, or none."""
SUFFIXES = frozenset({"", ".txt", ".text", ".json", ".jsonl", ".ndjson", ".csv", ".tsv"})
_JSON = frozenset({".json", ".jsonl", ".ndjson"})
_TABLES = frozenset({".csv", ".tsv"})
_HEAD = 1 << 16


def read(
    *sources: str | Path,
    publisher: str | None = None,
    published: DateSpan | None = None,
    set_aside: SetAside | None = None,
) -> Iterator[Article]:
    """Read the articles of files, of folders (recursively, sorted) and of standard input («-»).

    Args:
        sources: What to read, in this order.
        publisher: The outlet of articles that name none.
        published: The date of articles that have none.
        set_aside: Told of each input that cannot be read, so that the rest is; without it, the first one is raised.

    Yields:
        Articles in input order; what comes from standard input has no source. Ids are those of the
        sources; where a source gives none, the file's name, made unique.

    Raises:
        InputError: When an input cannot be read and there is no ``set_aside``.
    """
    taken: set[str] = set()
    report = set_aside or _refuse
    for source in sources:
        for article in _read_source(str(source), report):
            if len(article.text) > MOST_CHARACTERS:
                report(_too_long(article))
                continue
            own = article.id
            if own.startswith(_UNNAMED):
                own = _unique(own.removeprefix(_UNNAMED), taken)
            taken.add(own)
            yield replace(
                article,
                id=own,
                source=None if source == STDIN else article.source,
                publisher=article.publisher or publisher,
                published=article.published or published,
            )


# Stands before an id that no source gave, until it is made unique.
_UNNAMED = "\0"


def _too_long(article: Article) -> InputError:
    told = f"the article has {len(article.text):,} characters, and one may have {MOST_CHARACTERS:,}"
    return InputError(told, where=article.source or "standard input", remedy="split it into its articles")


def _refuse(error: InputError) -> None:
    raise error


def _unique(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}-{count}"
    return candidate


def _read_source(source: str, set_aside: SetAside) -> Iterator[Article]:
    if source == STDIN:
        yield from _guarded(_read_stream("standard input", "stdin", "", sys.stdin.buffer, set_aside), set_aside)
        return
    path = Path(source)
    if not path.is_dir():
        yield from _guarded(_read_file(path, set_aside), set_aside)
        return
    files = sorted(file for file in path.rglob("*") if file.is_file() and not _is_hidden(file, path))
    if not any(file.suffix.lower() in SUFFIXES for file in files):
        set_aside(InputError("no article in the folder", where=source, remedy="give text, JSON, JSON Lines or CSV"))
        return
    for file in files:
        if file.suffix.lower() in SUFFIXES:
            yield from _guarded(_read_file(file, set_aside), set_aside)
        else:
            set_aside(InputError("files of this kind are not read", where=str(file)))


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _guarded(articles: Iterator[Article], set_aside: SetAside) -> Iterator[Article]:
    try:
        yield from articles
    except InputError as error:
        set_aside(error)


def _read_file(path: Path, set_aside: SetAside) -> Iterator[Article]:
    try:
        with path.open("rb") as stream:
            yield from _read_stream(str(path), path.stem, path.suffix.lower(), stream, set_aside)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _read_stream(where: str, stem: str, suffix: str, stream: IO[bytes], set_aside: SetAside) -> Iterator[Article]:
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(io.BytesIO(stream.read()))
    head = buffered.peek(_HEAD)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") and is_utf8(head) and suffix != ".txt":
        lines: Iterable[str] = _decode_lines(buffered, where)
        yield from _to_articles(jsonl.read_records(lines, where, set_aside), where, stem, set_aside)
        return
    whole = decode(buffered.read(), where)
    begin = whole.lstrip()[:1]
    delimiter = tables.find_delimiter(whole)
    if suffix in _JSON or (begin in ("{", "[") and suffix not in _TABLES and _looks_like_json(whole)):
        if not begin:
            raise InputError("the file is empty", where=where, remedy="give an article")
        found = jsonl.read_records(io.StringIO(whole, newline="\n"), where, set_aside)
        yield from _to_articles(found, where, stem, set_aside)
    elif delimiter:
        yield from _to_articles(tables.read_rows(whole, delimiter, where), where, stem, set_aside)
    elif suffix in _TABLES and begin:
        raise InputError("no column holds the text", where=f"{where}:1", remedy="name one «text» in the header row")
    else:
        yield text.to_article(whole, where=where, default_id=f"{_UNNAMED}{stem}")


def _looks_like_json(whole: str) -> bool:
    """Whether a text that begins with a bracket goes on as JSON does, or is prose in brackets."""
    return whole.lstrip()[1:200].lstrip()[:1] in ('"', "{", "}", "]", "")


def _decode_lines(stream: io.BufferedReader, where: str) -> Iterator[str]:
    for number, line in enumerate(stream, start=1):
        yield decode(line, f"{where}:{number}")


def _to_articles(
    found: Iterator[tuple[int, dict[str, str]]], where: str, stem: str, set_aside: SetAside
) -> Iterator[Article]:
    for number, record in found:
        try:
            yield records.to_article(
                record, where=f"{where}:{number}", source=where, default_id=f"{_UNNAMED}{stem}-{number}"
            )
        except InputError as error:
            set_aside(error)
