import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from kg.errors import RemoteError
from kg.guarded_http import Budget, HostRefused, Outlet, is_public


class Remote(BaseHTTPRequestHandler):
    """Answers by path; keeps what it was asked."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        status = int(self.path.rpartition("/status/")[2] or 200) if "/status/" in self.path else 200
        self.send_response(status)
        self.send_header("Content-Type", "text/turtle; charset=utf-8")
        if self.path == "/short":
            self.send_header("Content-Length", "1000")
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range({"/long": 1000, "/drip": 200}.get(self.path, 1)):
                self.wfile.write(b"<urn:a> <urn:b> 1 .\n")
                if self.path == "/drip":
                    time.sleep(0.05)

    do_POST = do_GET

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def remote() -> Iterator[str]:
    Remote.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Remote)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def budget(seconds: float = 5, size: int = 1000) -> Budget:
    return Budget(time.monotonic() + seconds, size)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.1.2.3",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.9.9",
            "192.168.1.1",
            "100.64.0.1",
            "100.100.100.200",
        ),
        *("169.254.169.254", "168.63.129.16", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
        *(
            "::",
            "::1",
            "fe80::1",
            "fe80::1%eth0",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
        ),
        *("64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001::1", "2001:db8::1"),
    ],
)
def test_addresses_inside_are_told_from_those_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["91.198.174.192", "2a02:ec80:300:ed1a::1", "::ffff:91.198.174.192"])
def test_addresses_of_the_internet_may_be_asked(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example/",
        "http://listed.example:8080/",
        "https://listed.example:80/",
        "http://listed.example.evil.example/",
        "http://listed.example@other.example/",
        "http://other.example#listed.example",
        "ftp://listed.example/",
        "file:///etc/passwd",
        "//listed.example/",
        "http:///",
        "http://[::1",
        "http://listed.example:99999/",
    ],
)
def test_a_host_that_is_not_listed_is_refused(url: str) -> None:
    outlet = Outlet(frozenset({"listed.example"}), resolve=lambda host, port: pytest.fail("it was looked up"))
    with pytest.raises(HostRefused) as error:
        outlet.get(url, accept="*/*", budget=budget())
    assert error.value.status == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_listed_name_that_leads_inside_is_refused(address: str) -> None:
    outlet = Outlet(frozenset({"listed.example"}), resolve=lambda host, port: [address])
    with pytest.raises(HostRefused, match="no visitor may reach"):
        outlet.get("http://listed.example/", accept="*/*", budget=budget())


def test_a_name_that_changes_its_mind_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was checked; the name is not looked up again."""
    answers = iter([["91.198.174.192"], ["127.0.0.1"]])
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError("not in a test")

    monkeypatch.setattr(socket, "create_connection", connect)
    outlet = Outlet(frozenset({"listed.example"}), resolve=lambda host, port: next(answers))
    with pytest.raises(RemoteError, match="not in a test"):
        outlet.get("http://listed.example/", accept="*/*", budget=budget())
    assert connected == [("91.198.174.192", 80)]


def test_a_private_host_may_be_asked_only_when_the_operator_says_so(remote: str) -> None:
    url = f"http://{remote}/"
    with pytest.raises(HostRefused, match="no visitor may reach"):
        Outlet(frozenset({remote})).get(url, accept="*/*", budget=budget())
    reply = Outlet(frozenset({remote}), frozenset({remote})).get(url, accept="*/*", budget=budget())
    assert (reply.media_type, reply.body) == ("text/turtle", b"<urn:a> <urn:b> 1 .\n")


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("/to/http://other.example/", HostRefused, "not among the hosts"),
        ("/to/http://169.254.169.254/latest/meta-data/", HostRefused, "not among the hosts"),
        ("/to/http://inside.example/", HostRefused, "no visitor may reach"),
        ("/to//to//to//to//to//to//to/", RemoteError, "again and again"),
        ("/status/404", RemoteError, "404"),
        ("/status/503", RemoteError, "503"),
        ("/long", RemoteError, "FEDERATION_SIZE"),
        ("/drip", RemoteError, "FEDERATION_TIME"),
        ("/short", RemoteError, "no answer|broke off"),
    ],
)
def test_what_does_not_answer_as_it_should_is_told(remote: str, path: str, error: type[Exception], words: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.1"] if host == "inside.example" else ["127.0.0.1"]

    outlet = Outlet(frozenset({remote, "inside.example"}), frozenset({remote}), resolve=resolve)
    began = time.monotonic()
    with pytest.raises(error, match=words):
        outlet.get(f"http://{remote}{path}", accept="*/*", budget=budget(1, 1_000 if path == "/long" else 100_000))
    assert time.monotonic() - began < 5


def test_a_redirect_to_a_listed_host_is_followed_and_a_form_is_not_sent_on(remote: str) -> None:
    outlet = Outlet(frozenset({remote}), frozenset({remote}))
    assert outlet.get(f"http://{remote}/to//there", accept="*/*", budget=budget()).body.startswith(b"<urn:a>")
    assert Remote.asked == ["/to//there", "/there"]
    with pytest.raises(RemoteError, match="redirects to"):
        outlet.post_form(f"http://{remote}/to//there", {"query": "ASK {}"}, accept="*/*", budget=budget())


def test_a_host_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outlet = Outlet(frozenset({f"127.0.0.1:{port}"}), frozenset({f"127.0.0.1:{port}"}))
    with pytest.raises(RemoteError, match="no answer"):
        outlet.get(f"http://127.0.0.1:{port}/", accept="*/*", budget=budget())


def test_a_query_may_spend_its_budget_only_once(remote: str) -> None:
    outlet, spent = Outlet(frozenset({remote}), frozenset({remote})), budget(size=30)
    outlet.get(f"http://{remote}/", accept="*/*", budget=spent)
    with pytest.raises(RemoteError, match="too much"):
        outlet.get(f"http://{remote}/", accept="*/*", budget=spent)
