"""Requests that a visitor asks for: only to hosts on a list, and never into the operator's own network.

A name is resolved once, its addresses are checked, and the connection goes to a checked address, so that a name
which changes its mind in between leads nowhere. Redirects are followed only to hosts on the list, checked again.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import urlencode, urljoin, urlsplit

from kg.errors import MavazeError, RemoteError
from kg.http import USER_AGENT, Reply, no_answer, require_whole

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 4
_CHUNK = 1 << 16
_FIRST_WORDS = 200

# Global by their numbers, yet they lead inside: translated and tunnelled IPv4, and a cloud's own service address.
_INSIDE = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "168.63.129.16/32"))
)


class HostRefused(MavazeError):
    """A host is not on the operator's list, or stands in a network that no visitor may reach."""

    status: ClassVar[HTTPStatus] = HTTPStatus.FORBIDDEN


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet rather than to a network of the operator's.

    Example:
        >>> [is_public(a) for a in ("93.184.216.34", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fd00::1")]
        [True, False, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if any(ip in network for network in _INSIDE if network.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


@dataclass(slots=True)
class Budget:
    """What one visitor's query may still spend on other servers.

    Attributes:
        deadline: When its time is over, on the monotonic clock.
        size: Bytes that it may still read.
    """

    deadline: float
    size: int

    @property
    def seconds(self) -> float:
        """Seconds that are left."""
        return self.deadline - time.monotonic()


@dataclass(frozen=True, slots=True)
class Outlet:
    """The one way out for what visitors ask.

    Attributes:
        hosts: Names of hosts that may be asked, each with «:port» where it is not the scheme's own.
        private: Those of them (written likewise) that may have an address in a private network.
        resolve: What turns a name into addresses.
        stand_ins: Addresses to ask in the place of others, for tests: scheme and host by scheme and host.
    """

    hosts: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    resolve: Callable[[str, int], list[str]] = field(default=lambda host, port: _resolve(host, port))
    stand_ins: Mapping[str, str] = field(default_factory=dict)

    def check(self, url: str) -> None:
        """Refuse an address whose host is not on the list.

        Raises:
            HostRefused: When it is not, or the address is no HTTP address.
        """
        self._target(url)

    def post_form(self, url: str, fields: Mapping[str, str], *, accept: str, budget: Budget) -> Reply:
        """Send a form and return the answer.

        Raises:
            HostRefused: When the host may not be asked.
            RemoteError: When it does not answer, or answers with a failure, too much or too late.
        """
        body = urlencode(fields).encode()
        return self._follow("POST", url, body, {"Content-Type": "application/x-www-form-urlencoded"}, accept, budget)

    def get(self, url: str, *, accept: str, budget: Budget) -> Reply:
        """Fetch a document.

        Raises:
            HostRefused: When the host may not be asked, or redirects to one that may not.
            RemoteError: When it does not answer, or answers with a failure, too much or too late.
        """
        return self._follow("GET", url, None, {}, accept, budget)

    def _follow(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], accept: str, budget: Budget
    ) -> Reply:
        sent = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": USER_AGENT} | dict(headers)
        for _ in range(_MOST_REDIRECTS + 1):
            found = self._exchange(method, url, body, sent, budget)
            if isinstance(found, Reply):
                return found
            status, location = found
            if method == "POST" and status not in (307, 308):
                raise RemoteError(f"the server redirects to {location}", where=url, remedy="ask that address")
            url = urljoin(url, location)
        raise RemoteError("the server redirects again and again", where=url)

    def _target(self, url: str) -> tuple[str, str, int, bool]:
        """Return scheme, host, port, and whether the host may be in a private network."""
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme, parts.hostname, parts.port
        except ValueError:
            scheme, host, port = "", None, None
        if scheme not in ("http", "https") or not host:
            raise HostRefused("this is no HTTP address", where=url[:_FIRST_WORDS], remedy="begin with https://")
        own_port = 443 if scheme == "https" else 80
        name = host if port in (None, own_port) else f"{host}:{port}"
        if name not in self.hosts:
            raise HostRefused(
                f"{name} is not among the hosts that may be asked (FEDERATION)",
                where=url[:_FIRST_WORDS],
                remedy="ask it yourself, and give its answers in a VALUES block",
            )
        return scheme, host, port or own_port, name in self.private

    def _exchange(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], budget: Budget
    ) -> Reply | tuple[int, str]:
        scheme, host, port, may_be_private = self._target(url)
        parts = urlsplit(url)
        for address, stand_in in self.stand_ins.items():
            if url.startswith(address + "/"):
                parts = urlsplit(stand_in + url.removeprefix(address))
                scheme, host, port, may_be_private = parts.scheme, parts.hostname or "", parts.port or 80, True
        if budget.seconds <= 0:
            raise RemoteError("no time is left to ask it (FEDERATION_TIME)", where=url)
        try:
            connection, connected = self._connect(url, scheme, host, port, budget, may_be_private=may_be_private)
        except (OSError, ValueError) as problem:
            raise no_answer(url, problem) from problem
        # A server that drips a byte now and then is cut off as well.
        is_late = threading.Event()
        watch = threading.Timer(max(0.0, budget.seconds), _cut, (connected, is_late))
        watch.daemon = True
        watch.start()
        try:
            path = parts.path or "/"
            connection.request(method, f"{path}?{parts.query}" if parts.query else path, body, dict(headers))
            found = self._receive(url, connection.getresponse(), budget)
            if is_late.is_set():  # where no length is announced, a cut looks like an end
                raise TimeoutError
            return found
        except (OSError, ValueError, http.client.HTTPException) as problem:
            if is_late.is_set() or isinstance(problem, TimeoutError):
                raise RemoteError("the server took too long (FEDERATION_TIME)", where=url) from problem
            raise no_answer(url, problem) from problem
        finally:
            watch.cancel()
            connection.close()

    def _receive(self, url: str, response: http.client.HTTPResponse, budget: Budget) -> Reply | tuple[int, str]:
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location:
            return response.status, location
        if response.status != HTTPStatus.OK:
            told = " ".join(response.read(4 * _FIRST_WORDS).decode("utf-8", "replace").split())[:_FIRST_WORDS]
            raise RemoteError(f"the server answered {response.status} {response.reason}: {told}", where=url)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise RemoteError("the server compressed its answer, unasked", where=url)
        parts: list[bytes] = []
        while part := response.read1(_CHUNK):
            budget.size -= len(part)
            if budget.size < 0:
                raise RemoteError("the server answered too much (FEDERATION_SIZE)", where=url, remedy="ask for less")
            parts.append(part)
        body = b"".join(parts)
        require_whole(url, body, response.headers)
        return Reply(body, response.headers.get_content_type())

    def _connect(
        self, url: str, scheme: str, host: str, port: int, budget: Budget, *, may_be_private: bool
    ) -> tuple[http.client.HTTPConnection, socket.socket]:
        addresses = self.resolve(host, port)
        checked = [address for address in addresses if may_be_private or is_public(address)]
        if not checked:
            raise HostRefused(
                f"{host} is in a network that no visitor may reach", where=url, remedy="the operator can allow it"
            )
        connected = _connect_to_one(checked, port, budget)
        connection = http.client.HTTPConnection(host, port)
        if scheme == "https":
            connected = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
            connection = http.client.HTTPSConnection(host, port)
        connection.sock = connected
        return connection, connected


def _connect_to_one(addresses: list[str], port: int, budget: Budget) -> socket.socket:
    for address in addresses[:-1]:
        with contextlib.suppress(OSError):  # the next may answer
            return socket.create_connection((address, port), timeout=max(0.01, budget.seconds / 2))
    return socket.create_connection((addresses[-1], port), timeout=max(0.01, budget.seconds))


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def _cut(connected: socket.socket, is_late: threading.Event) -> None:
    is_late.set()
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
