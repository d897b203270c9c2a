"""How to ask other people's servers: what robots.txt allows, one request after the other, with pauses between."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from kg.errors import RemoteError
from kg.http import Fetched, StatusError, fetch

_NAME = "Mavaze"
_ROBOTS_LIMIT = 1 << 19
_SECONDS = 30.0
_PAGE_LIMIT = 16 << 20
_PAGES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


class Visitor:
    """One visitor of many pages.

    Args:
        pause: Seconds between two requests to one host; a robots.txt may ask for more.
        sleep: What waits.
    """

    def __init__(self, pause: float, sleep: Callable[[float], object] = time.sleep) -> None:
        self._pause = pause
        self._sleep = sleep
        self._rules: dict[str, RobotFileParser] = {}
        self._last: dict[str, float] = {}

    def fetch_page(self, url: str) -> Fetched | None:
        """Fetch a page; None where its site does not want that.

        Raises:
            RemoteError: When it cannot be fetched.
        """
        rules = self._rules_for(url)
        if not rules.can_fetch(_NAME, url):
            return None
        self._wait(url, float(rules.crawl_delay(_NAME) or 0))
        return fetch(url, accept=_PAGES, seconds=_SECONDS, limit=_PAGE_LIMIT)

    def _wait(self, url: str, wanted: float) -> None:
        host = urlsplit(url).netloc
        since = time.monotonic() - self._last.get(host, float("-inf"))
        if (left := max(self._pause, wanted) - since) > 0:
            self._sleep(left)
        self._last[host] = time.monotonic()

    def _rules_for(self, url: str) -> RobotFileParser:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            rules = RobotFileParser()
            try:
                found = fetch(f"{site}/robots.txt", accept="text/plain", seconds=_SECONDS, limit=_ROBOTS_LIMIT)
                rules.parse(found.body.decode("utf-8", "replace").splitlines() if found else [])
            except StatusError as error:  # RFC 9309: none means that all is allowed, a failing server that nothing is
                rules.parse([] if error.code < 500 else ["User-agent: *", "Disallow: /"])
            except RemoteError:
                rules.parse(["User-agent: *", "Disallow: /"])
            self._rules[site] = rules
        return self._rules[site]
