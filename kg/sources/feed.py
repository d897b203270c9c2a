"""RSS and Atom: each entry an article, as far as the feed gives its words."""

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax import SAXParseException

import feedparser

from kg.errors import InputError
from kg.language.dates import parse_date
from kg.lexicon.outlets import outlet_at
from kg.model import Article, DateSpan
from kg.sources.cleaning import to_article
from kg.sources.documents import Document, SetAside
from kg.sources.html import to_text

_LOG = logging.getLogger(__name__)
_EARLIEST = 1970
"""A year before it is a Jalali one that was read as Gregorian."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed.

    Attributes:
        key: What the feed calls it, which stays the same when its words change.
        title: Its headline.
        link: The address of its page.
        text: Its words, as far as the feed gives them.
        published: Its day.
        publisher: The outlet.
    """

    key: str
    title: str | None
    link: str | None
    text: str
    published: DateSpan | None
    publisher: str | None


def parse_feed(data: bytes, where: str) -> list[FeedEntry]:
    """Read the entries of a feed, in its order.

    Raises:
        InputError: When it is no feed, or so malformed that nothing can be read.
    """
    try:
        # Never a string, which could be an address that would be fetched.
        feed = feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)
    except Exception as problem:  # whatever a broken feed leads the library to
        raise InputError(f"the feed cannot be read ({type(problem).__name__})", where=where) from problem
    entries = [_entry(entry, feed.feed) for entry in feed.entries]
    if not entries:
        broken = feed.get("bozo_exception")
        told = f"malformed feed: {' '.join(str(broken).split())}" if broken else "the feed has no entry"
        raise InputError(told, where=where)
    if isinstance(feed.get("bozo_exception"), SAXParseException):
        _LOG.warning("%s: the feed is malformed; read as far as it goes", where)
    return entries


def read_feed(document: Document, set_aside: SetAside, unnamed: str) -> Iterator[Article]:
    """Read a feed's entries as articles.

    Args:
        document: The feed.
        set_aside: Told of entries without words.
        unnamed: What stands before a number, as the id of an entry.

    Raises:
        InputError: When it is no feed.
    """
    for number, entry in enumerate(parse_feed(document.read_whole(), document.where), start=1):
        try:
            yield entry_article(entry, document, default_id=f"{unnamed}-{number}")
        except InputError as error:
            error.where = f"{document.where}, entry {number}"
            set_aside(error)


def entry_article(entry: FeedEntry, document: Document, *, default_id: str) -> Article:
    """Return an entry as an article.

    Raises:
        InputError: When it has no words.
    """
    return to_article(
        entry.text,
        document,
        default_id=default_id,
        title=entry.title,
        published=entry.published,
        publisher=entry.publisher,
        url=entry.link,
        what="entry",
    )


def _entry(entry: Any, feed: Any) -> FeedEntry:
    words = [part.get("value", "") for part in entry.get("content", [])] + [entry.get("summary", "")]
    link = entry.get("link") or None
    outlet = (entry.get("source") or {}).get("title") or feed.get("title")
    return FeedEntry(
        key=entry.get("id") or link or entry.get("title", ""),
        title=to_text(entry.get("title", "")) or None,
        link=link if link and link.startswith(("http://", "https://")) else None,
        text=max(map(to_text, words), key=len),
        published=_published(entry),
        publisher=(outlet_at(link) if link else None) or outlet or None,
    )


def _published(entry: Any) -> DateSpan | None:
    for name in ("published", "updated"):
        # As the dict that it is: the library's own access gives one date for the other, with a warning.
        parsed, told = dict.get(entry, f"{name}_parsed"), dict.get(entry, name)
        if parsed and parsed.tm_year >= _EARLIEST:
            day = date(parsed.tm_year, parsed.tm_mon, parsed.tm_mday)
            return DateSpan(day, day)
        if told and (found := parse_date(told)):
            return found
    return None
