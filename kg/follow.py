"""Following feeds: asks politely for what is new, reads the pages behind the entries, and stores them."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from kg.attempts import Extractor
from kg.build import BuildReport, build_articles
from kg.errors import InputError, RemoteError, StoreError
from kg.graph.files import read_base
from kg.graph.iris import digest
from kg.graph.store import Store, locate
from kg.graph.subscriptions import Known, Subscriptions
from kg.http import Fetched, StatusError, fetch, seconds_until
from kg.model import Article
from kg.politeness import Visitor
from kg.sources import SetAside, warn_set_aside
from kg.sources.documents import from_stream
from kg.sources.feed import FeedEntry, entry_article, parse_feed
from kg.sources.html import read_page
from kg.stopping import stopping

_LOG = logging.getLogger(__name__)
_FEEDS = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
_SECONDS = 30.0
_FEED_LIMIT = 16 << 20
_MOST_TRIES = 5
_LONGEST_WAIT = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Poll:
    """What asking one feed once gave.

    Attributes:
        feed: Its address.
        build: What was stored of it.
        is_changed: Whether it has changed since the last time.
        failure: Why it could not be read; None when it could.
        wait: Seconds after which to ask again, where its server says so.
    """

    feed: str
    build: BuildReport
    is_changed: bool = True
    failure: str | None = None
    wait: float | None = None

    def __str__(self) -> str:
        if self.failure:
            return self.failure
        return f"{self.feed}: {self.build if self.is_changed else 'nothing new'}"


def follow(
    feeds: Sequence[str],
    store: str | Path,
    *,
    every: float = 900.0,
    pause: float = 1.0,
    pages: bool = True,
    once: bool = False,
    extract: Extractor | None = None,
    set_aside: SetAside | None = None,
    tell: Callable[[Poll], None] | None = None,
) -> None:
    """Ask feeds for what is new, again and again, until a signal ends it.

    Args:
        feeds: Their addresses.
        store: The store's folder, made where there is none, or the query address of a SPARQL server.
        every: Seconds from one time to the next; a feed's server may ask for more.
        pause: Seconds between two requests to one host.
        pages: Whether to read the pages that entries point to, on the feed's own site.
        once: Whether to ask each feed once and return.
        extract: What reads an article; the extractor that ships by default.
        set_aside: Told of entries that are left out.
        tell: Told of each time that a feed was asked.

    Raises:
        StoreError: When the store cannot be made.
    """
    folder = locate(store)
    if read_base(folder) is None:
        with Store.open(store, create=True):
            pass  # made now rather than when the first article comes
    ended = threading.Event()
    due = dict.fromkeys(feeds, 0.0)
    with stopping(ended.set), Subscriptions(folder) as subscriptions:
        follower = Follower(store, subscriptions, Visitor(pause, ended.wait), pages, extract, set_aside, ended)
        while not ended.is_set():
            feed = min(due, key=lambda url: due[url])
            ended.wait(max(0.0, due[feed] - time.monotonic()))
            if ended.is_set():
                return
            poll = follower.poll(feed)
            if tell:
                tell(poll)
            due[feed] = time.monotonic() + min(max(every, poll.wait or 0.0), _LONGEST_WAIT)
            if once:
                del due[feed]
                if not due:
                    return


@dataclass(slots=True)
class Follower:
    """Asks feeds of one store."""

    store: str | Path
    subscriptions: Subscriptions
    visitor: Visitor
    reads_pages: bool = True
    extract: Extractor | None = None
    set_aside: SetAside | None = None
    ended: threading.Event | None = None

    def poll(self, feed: str) -> Poll:
        """Ask one feed, and store what is new in it."""
        known = self.subscriptions.known(feed)
        try:
            fetched = fetch(
                feed, accept=_FEEDS, seconds=_SECONDS, limit=_FEED_LIMIT, etag=known.etag, modified=known.modified
            )
            if fetched is None:
                return Poll(feed, BuildReport(), is_changed=False)
            entries = parse_feed(fetched.body, feed)
        except (RemoteError, InputError) as error:
            wait = seconds_until(error.retry_after) if isinstance(error, StatusError) else None
            return Poll(feed, BuildReport(), failure=str(error), wait=wait)
        new = [entry for entry in entries if not self.subscriptions.is_done(feed, entry.key, _digest(entry))]
        return self._take_in(feed, fetched, new)

    def _take_in(self, feed: str, fetched: Fetched, new: Sequence[FeedEntry]) -> Poll:
        articles, taken, is_whole = [], [], True
        for entry in new:
            if self.ended is not None and self.ended.is_set():
                is_whole = False
                break
            try:
                article = self._read(feed, entry)
            except InputError as error:
                (self.set_aside or warn_set_aside)(error)
                taken.append(entry)
                continue
            if article is None:
                is_whole = False
            else:
                articles.append(article)
                taken.append(entry)
        report = BuildReport()
        if articles:
            try:
                with Store.open(self.store) as store:
                    report = build_articles(articles, store, extract=self.extract, set_aside=self.set_aside)
            except StoreError as error:  # another process writes it, or the disk is full: there is a next time
                return Poll(feed, BuildReport(), failure=str(error))
            if report.is_interrupted and self.ended is not None:  # the signal came to the build
                self.ended.set()
            is_whole = is_whole and not report.is_interrupted
        if not report.is_interrupted:
            for entry in taken:
                self.subscriptions.finish(feed, entry.key, _digest(entry))
        if is_whole:  # else the same answer is wanted once more
            self.subscriptions.remember(feed, Known(fetched.etag, fetched.modified))
        return Poll(feed, report, wait=fetched.max_age)

    def _read(self, feed: str, entry: FeedEntry) -> Article | None:
        """Return an entry's article: its page where that says more, else its own words; None when to try again later.

        Raises:
            InputError: When neither has words.
        """
        page = None
        if self.reads_pages and entry.link and _is_same_site(entry.link, feed):
            try:
                fetched = self.visitor.fetch_page(entry.link)
            except RemoteError as error:
                _LOG.info("%s", error)
                tries = self.subscriptions.count_try(feed, entry.key, _digest(entry))
                if tries < _MOST_TRIES and not _is_for_good(error):
                    return None
                fetched = None
            page = _page_article(fetched, entry, feed) if fetched else None
        document = from_stream(feed, "entry", BytesIO())
        try:
            own = entry_article(entry, document, default_id=entry.key)
        except InputError:
            if page is None:
                raise
            return page
        return page if page is not None and len(page.text) > len(own.text) else own


def _page_article(fetched: Fetched, entry: FeedEntry, feed: str) -> Article | None:
    document = from_stream(fetched.url, "page.html", BytesIO(fetched.body), url=entry.link, charset=fetched.charset)
    try:
        page = read_page(document, entry.key)
    except InputError as error:
        _LOG.info("%s", error)
        return None
    return Article(
        id=entry.key,
        text=page.text,
        title=page.title,
        published=page.published or entry.published,
        publisher=page.publisher or entry.publisher,
        url=entry.link,
        source=feed,
    )


def _is_same_site(link: str, feed: str) -> bool:
    """Whether a page is on the feed's own site, which alone the user named."""
    try:
        host, own = (urlsplit(address).hostname or "" for address in (link, feed))
    except ValueError:
        return False
    return host.removeprefix("www.") == own.removeprefix("www.")


def _is_for_good(error: RemoteError) -> bool:
    """Whether a server says that it will not give a page later either."""
    return isinstance(error, StatusError) and 400 <= error.code < 500 and error.code not in (408, 425, 429)


def _digest(entry: FeedEntry) -> str:
    return digest(entry.title or "", entry.text, entry.link or "")
