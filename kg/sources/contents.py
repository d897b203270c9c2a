"""A document to its articles: what it is, is told by its bytes, and archives are opened on the way."""

import io
from collections.abc import Iterator
from itertools import chain
from typing import Any

from kg.errors import InputError
from kg.model import Article
from kg.sources import jsonl, records, tables, telegram, text
from kg.sources.documents import MOST_BYTES, Document, SetAside
from kg.sources.encoding import decode
from kg.sources.kinds import PACKED, tell_kind

UNNAMED = "\0"
"""Stands before an id that no source gave, until it is made unique."""

_JSON = frozenset({".json", ".jsonl", ".ndjson"})
_TABLES = frozenset({".csv", ".tsv"})


def read_document(document: Document, set_aside: SetAside) -> Iterator[Article]:
    """Read the articles of a file, or of an archive's members.

    Args:
        document: The file.
        set_aside: Told of each part of it that cannot be read, so that the rest is.

    Raises:
        InputError: When nothing of it can be read.
    """
    head = document.head()
    kind = tell_kind(head, document.suffix)
    unnamed = f"{UNNAMED}{document.stem}"
    # Libraries are imported with the kind that needs them: plain text needs none.
    if kind in PACKED:
        from kg.sources.archives import unpack

        yield from _read_members(unpack(document, kind, set_aside), document, set_aside)
    elif kind == "warc":
        from kg.sources.warc import read_records

        yield from _read_members(read_records(document, set_aside), document, set_aside)
    elif kind == "html":
        from kg.sources.html import read_page

        yield read_page(document, unnamed)
    elif kind == "feed":
        from kg.sources.feed import read_feed

        yield from read_feed(document, set_aside, unnamed)
    elif kind == "wiki":
        from kg.sources.wiki import read_dump

        yield from read_dump(document, set_aside)
    elif kind == "pdf":
        from kg.sources.pdf import read_pdf

        yield read_pdf(document, unnamed)
    elif kind == "json":
        yield from _read_json(document, set_aside, unnamed)
    else:
        yield from _read_text(document, set_aside, unnamed)


def _read_members(members: Iterator[Document], archive: Document, set_aside: SetAside) -> Iterator[Article]:
    is_empty = True
    for member in members:
        is_empty = False
        try:
            yield from read_document(member, set_aside)
        except InputError as error:
            set_aside(error)
    if is_empty and not archive.is_damaged:
        raise InputError("nothing is in it that could be read", where=archive.where)


def _read_text(document: Document, set_aside: SetAside, unnamed: str) -> Iterator[Article]:
    """Read what has no mark of its own: a table, JSON in another encoding, or prose."""
    where, suffix = document.where, document.suffix
    if delimiter := tables.find_delimiter_in(document.head()):
        lines = (decode(line, f"{where}:{number}") for number, line in document.lines(set_aside))
        yield from _to_articles(tables.read_rows(lines, delimiter, where), document, unnamed, set_aside)
        return
    whole = decode(document.read_whole(), where)
    begin = whole.lstrip()[:1]
    delimiter = tables.find_delimiter(whole)
    if suffix in _JSON or (begin in ("{", "[") and suffix not in _TABLES and _looks_like_json(whole)):
        if not begin:
            raise InputError("the file is empty", where=where, remedy="give an article")
        found = jsonl.read_records(io.StringIO(whole, newline="\n"), where, set_aside)
        yield from _to_articles(found, document, unnamed, set_aside)
    elif delimiter:
        yield from _to_articles(
            tables.read_rows(io.StringIO(whole, newline=""), delimiter, where), document, unnamed, set_aside
        )
    elif suffix in _TABLES and begin:
        raise InputError("no column holds the text", where=f"{where}:1", remedy="name one «text» in the header row")
    else:
        yield text.to_article(whole, where=where, default_id=unnamed)


def _read_json(document: Document, set_aside: SetAside, unnamed: str) -> Iterator[Article]:
    """Read JSON Lines as they come; a document that is one value as a whole, or record by record when it is large."""
    where = document.where
    if jsonl.begins_with_lines(document.head()):
        lines = (decode(line, f"{where}:{number}") for number, line in document.lines(set_aside))
        if (first := next(lines, None)) is not None:  # else its only line was too long, which is told
            found = jsonl.read_records(chain([first], lines), where, set_aside)
            yield from _to_articles(found, document, unnamed, set_aside)
        return
    begin = document.stream.read(MOST_BYTES + 1)
    if len(begin) <= MOST_BYTES:
        whole = io.StringIO(decode(begin, where), newline="\n")
        yield from _to_articles(jsonl.read_records(whole, where, set_aside), document, unnamed, set_aside)
        return
    from kg.sources import large_json

    channel = large_json.find_name(begin)
    is_export = large_json.find_list(begin) == telegram.LIST
    for place, record in large_json.read_list(begin, document.stream, where):
        if is_export:
            if article := telegram.message_article(record, channel, document):
                yield article
        else:
            yield from _to_articles(iter([(place, record)]), document, unnamed, set_aside)


def _to_articles(
    found: Iterator[tuple[int, dict[str, Any]]], document: Document, unnamed: str, set_aside: SetAside
) -> Iterator[Article]:
    where = document.where
    for number, record in found:
        try:
            if telegram.is_export(record):
                yield from telegram.read_export(record, document)
            elif inner := jsonl.find_list(record):
                yield from _to_articles(iter(enumerate(inner, start=1)), document, unnamed, set_aside)
            else:
                yield records.to_article(
                    record, where=f"{where}:{number}", source=where, default_id=f"{unnamed}-{number}"
                )
        except InputError as error:
            set_aside(error)


def _looks_like_json(whole: str) -> bool:
    """Whether a text that begins with a bracket goes on as JSON does, or is prose in brackets."""
    return whole.lstrip()[1:200].lstrip()[:1] in ('"', "{", "}", "]", "")
