import os
import re
import signal
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import Result

from kg.build import BuildReport
from kg.follow import Poll, follow
from kg.follow_metrics import FollowMetrics
from kg.graph.store import Store
from kg.model import Extraction

WORDS = "سخنگوی وزارت خارجه گفت: گفت‌وگوها با همسایگان ادامه دارد."
MORE = "وی افزود: نشست بعدی هفته آینده است و همه همسایگان به آن می‌آیند."


class Site:
    """A news site: a feed of entries, their pages, and what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.entries: list[str] = []
        self.pages: dict[str, str] = {}
        self.robots = ""
        self.status = 200
        self.missing = 404
        self.address = ""

    def feed(self) -> bytes:
        items = "".join(
            f"<item><title>نشست {name}</title><guid>{name}</guid><link>{self.address}/{name}</link>"
            f"<description>{WORDS} {name}</description></item>"
            for name in self.entries
        )
        return f'<rss version="2.0"><channel><title>بامداد</title>{items}</channel></rss>'.encode()

    def answer(self, path: str, etag: str | None) -> tuple[int, dict[str, str], bytes]:
        self.asked.append((path, etag))
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, self.robots.encode()
        if path in self.pages:
            return 200, {"Content-Type": "text/html; charset=utf-8"}, self.pages[path].encode()
        if path != "/feed":
            return self.missing, {}, b""
        if self.status != 200:
            return self.status, {"Retry-After": "7200"}, b"busy"
        now = f'"{len(self.entries)}"'
        if etag == now:
            return 304, {}, b""
        return 200, {"Content-Type": "application/rss+xml", "ETag": now}, self.feed()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = made.answer(self.path, self.headers.get("If-None-Match"))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


@pytest.fixture
def ask(site: Site, tmp_path: Path) -> Callable[..., Poll]:
    """Ask the site's feed once, into one store."""

    def once(**options: object) -> Poll:
        polls: list[Poll] = []
        follow(
            [f"{site.address}/feed"], tmp_path / "store", once=True, pause=0, extract=Extraction, tell=polls.append,
            **options,  # type: ignore[arg-type]
        )  # fmt: skip
        return polls[0]

    return once


def page(name: str) -> str:
    return f"<html><body><article><h1>نشست {name}</h1><p>{WORDS} {name}</p><p>{MORE}</p></article></body></html>"


def texts(folder: Path) -> list[str]:
    with Store.open(folder / "store", read_only=True) as store:
        return sorted(row[0].value for row in store.query("SELECT ?t { ?a nif:isString ?t }"))  # type: ignore[union-attr]


def test_what_is_new_is_taken_in_once(site: Site, ask: Callable[..., Poll], tmp_path: Path) -> None:
    site.entries = ["1", "2"]
    site.pages = {"/1": page("1")}
    assert ask().build.added == 2
    assert texts(tmp_path) == [f"نشست 1\n{WORDS} 1\n{MORE}", f"نشست 2\n{WORDS} 2"]
    again = ask()
    assert (again.is_changed, again.build.read) == (False, 0)
    site.entries = ["3", "1", "2"]
    assert ask().build.added == 1
    assert [path for path, _ in site.asked].count("/1") == 1


def test_a_page_that_cannot_be_fetched_is_tried_again_a_few_times(site: Site, ask: Callable[..., Poll]) -> None:
    site.entries, site.missing = ["1"], 502
    counts = [ask().build.added for _ in range(6)]
    assert counts == [0, 0, 0, 0, 1, 0]
    assert [path for path, _ in site.asked].count("/1") == 5


def test_robots_and_no_pages_are_heeded(site: Site, ask: Callable[..., Poll], tmp_path: Path) -> None:
    site.entries, site.pages = ["1"], {"/1": page("1")}
    site.robots = "User-agent: *\nDisallow: /1"
    ask()
    assert texts(tmp_path) == [f"نشست 1\n{WORDS} 1"]
    site.entries = ["2"]
    ask(pages=False)
    assert "/1" not in {path for path, _ in site.asked}
    assert "/2" not in {path for path, _ in site.asked}


def test_a_page_elsewhere_is_not_fetched(site: Site, ask: Callable[..., Poll], tmp_path: Path) -> None:
    site.entries, site.pages = ["1"], {"/1": page("1")}
    elsewhere = site.address.replace("127.0.0.1", "localhost")
    site.feed = lambda feed=site.feed: feed().replace(site.address.encode(), elsewhere.encode())  # type: ignore[method-assign]
    ask()
    assert texts(tmp_path) == [f"نشست 1\n{WORDS} 1"]


def test_a_failing_server_is_told_and_asked_later(site: Site, ask: Callable[..., Poll]) -> None:
    site.status = 503
    poll = ask()
    assert "answered 503" in str(poll)
    assert poll.wait == 7200
    site.status = 200
    site.feed = lambda: b"<rss version='2.0'>"  # type: ignore[method-assign]
    assert "malformed feed" in str(ask())


def test_a_changed_entry_replaces_its_article(site: Site, ask: Callable[..., Poll], tmp_path: Path) -> None:
    site.entries = ["1"]
    ask(pages=False)
    feed = site.feed
    site.entries = ["1", "2"]
    site.feed = lambda: feed().replace(f"{WORDS} 1".encode(), f"{WORDS} یک".encode())  # type: ignore[method-assign]
    report = ask(pages=False).build
    assert (report.added, report.replaced) == (1, 1)
    assert f"نشست 1\n{WORDS} یک" in texts(tmp_path)


def test_it_goes_on_until_a_signal_comes(site: Site, tmp_path: Path) -> None:
    polls: list[Poll] = []

    def tell(poll: Poll) -> None:
        polls.append(poll)
        site.entries.append(str(len(polls)))
        if len(polls) == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    former = signal.getsignal(signal.SIGTERM)
    follow(
        [f"{site.address}/feed"], tmp_path / "store", every=0.01, pause=0, pages=False, extract=Extraction, tell=tell
    )
    assert [poll.build.added for poll in polls] == [0, 1, 1]
    assert signal.getsignal(signal.SIGTERM) is former


def test_the_command_tells_each_feed(site: Site, mavaze: Callable[..., Result]) -> None:
    site.entries = ["1"]
    done = mavaze("follow", f"{site.address}/feed", "--store", "store", "--once", "--pause", "0", "--no-pages")
    assert done.exit_code == 0
    assert f"{site.address}/feed: 1 articles read: 1 added" in done.stderr
    failed = mavaze("follow", f"{site.address}/absent", "--store", "store", "--once")
    assert failed.exit_code == 2
    assert "answered 404" in failed.stderr


def test_figures_for_prometheus() -> None:
    metrics = FollowMetrics(["https://a.example/feed"])
    metrics.count(Poll("https://a.example/feed", BuildReport(read=3, added=2, unchanged=1, statements=9)))
    metrics.count(Poll("https://a.example/feed", BuildReport(), failure="no answer"))
    server = metrics.serve(0)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as answer:
            told = answer.read().decode()
    finally:
        server.shutdown()
        server.server_close()
    assert 'mavaze_follow_articles_total{feed="https://a.example/feed",outcome="added"} 2.0' in told
    assert re.search(r'mavaze_follow_polls_total\{feed="[^"]+",outcome="failed"\} 1\.0', told)
