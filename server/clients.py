"""Who asks: the address or the key that a request is counted under, and whether its sender is still there."""

import hashlib
import ipaddress
import select
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Request

from kg.errors import InputError

KEY_HEADER = "X-API-Key"


@dataclass(frozen=True, slots=True)
class Client:
    """One client.

    Attributes:
        name: What it is counted under; of a key only a digest.
        has_key: Whether it holds a key.
    """

    name: str
    has_key: bool = False


class Keys:
    """The keys whose holders may ask more; only their digests are kept.

    Args:
        path: A file: a key a line; empty lines and those that begin with # count for nothing. Without one, no key is.

    Raises:
        InputError: When the file cannot be read.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._digests: frozenset[str] = frozenset()
        self.reload()

    def reload(self) -> None:
        """Read the file again.

        Raises:
            InputError: When it cannot be read; the keys from before stay.
        """
        try:
            lines = Path(self._path).read_text(encoding="utf-8").splitlines() if self._path else []
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("the keys cannot be read", where=self._path, remedy="give a file of keys") from error
        keys = (line.strip() for line in lines)
        self._digests = frozenset(_digest(key) for key in keys if key and not key.startswith("#"))

    def __contains__(self, key: str) -> bool:
        # Digests are looked up, so how long it takes tells nothing about a key.
        return _digest(key) in self._digests


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def find_client(request: Request, keys: Keys) -> Client:
    """Return the client of a request: the holder of a key, else its address, IPv6 by its network."""
    key = request.headers.get(KEY_HEADER)
    if key and key in keys:
        return Client(f"key {_digest(key)[:16]}", has_key=True)
    return Client(_network(request.remote_addr or "unknown"))


@lru_cache(maxsize=1024)
def _network(address: str) -> str:
    """Return what one household has: an IPv4 address, or an IPv6 network of 64 bits.

    Example:
        >>> _network("2001:db8:1:2:3::4")
        '2001:db8:1:2::/64'
    """
    try:
        is_six = ipaddress.ip_address(address).version == 6
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if is_six else address


def watch_client(environ: Mapping[str, Any]) -> Callable[[], bool] | None:
    """Return what tells whether the client has hung up, where the server lets us know.

    waitress tells; of gunicorn and Flask's own server the socket is looked at; others do not let us know.
    """
    told = environ.get("waitress.client_disconnected")
    if callable(told):
        return lambda: bool(told())
    connection = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        return lambda: _is_closed(connection)
    return None


def can_see_breaks(environ: Mapping[str, Any]) -> bool:
    """Whether the client sees when an answer breaks off, so that it may be given on while it is made.

    In HTTP/1.0 it cannot; and a server must end the connection without the last chunk when the app raises, as waitress
    and gunicorn do. granian, for one, ends it as if all were well.
    """
    is_known = "waitress.client_disconnected" in environ or "gunicorn.socket" in environ
    return is_known and environ.get("SERVER_PROTOCOL") == "HTTP/1.1"


def _is_closed(connection: socket.socket) -> bool:
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and not connection.recv(1, socket.MSG_PEEK)
    except (OSError, ValueError):
        return True
