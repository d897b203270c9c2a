"""Run the app on waitress until it is told to stop."""

import contextlib
import ctypes
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from types import FrameType

from flask import Flask

from kg.errors import InputError
from server.application import create_app, site_of
from server.settings import Settings
from server.site import open_pool

_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
_MOST_CONNECTIONS = 1000
_LONGEST_STOP = 10.0
_MORE_THREADS = 16


def serve(
    store: str | PathLike[str],
    host: str = "127.0.0.1",
    port: int = 8000,
    settings: Settings | None = None,
    *,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve a store until SIGINT or SIGTERM; then end all query workers.

    Args:
        store: The store's folder.
        host: The address to bind to.
        port: The port; 0 takes a free one.
        settings: The operator's choices.
        on_ready: Called with the address once it answers.

    Raises:
        StoreError: When there is no store, or it cannot be read.
        InputError: When the address cannot be bound.
    """
    from waitress.adjustments import Adjustments

    from server.channels import PatientServer

    settings = settings or Settings()
    _share_memory_arenas()
    with open_pool(store, settings) as pool:
        pool.open()
        app = create_app(pool, settings)
        try:
            listener = socket.create_server((host, port), family=_family(host), backlog=1024)
        except OSError as error:
            raise InputError(
                f"the address cannot be used: {error.strerror or error}",
                where=f"{host}:{port}",
                remedy="choose another --port (0 takes a free one) or --host",
            ) from error
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        adjustments = Adjustments(
            sockets=[listener],
            # Whoever waits for a worker holds a thread; pages and /health need some besides.
            threads=pool.capacity + _MORE_THREADS,
            connection_limit=_MOST_CONNECTIONS,
            # A larger body is read to its end and thrown away, so that its sender hears the answer.
            max_request_body_size=max(settings.body_limit * 2, 1 << 20),
            max_request_header_size=1 << 18,
            channel_timeout=60,
            # The app itself believes as many proxies as the operator says (PROXIES), and nobody otherwise.
            clear_untrusted_proxy_headers=False,
            cleanup_interval=1,
            # Notices a client that hangs up in the middle of its query.
            channel_request_lookahead=1,
            # An answer goes to a file of the server's rather than hold a worker while its client reads slowly.
            outbuf_overflow=1 << 18,
            outbuf_high_watermark=settings.byte_limit * 2,
            log_socket_errors=False,
            ident="mavaze",
        )
        sockinfo = (listener.family, listener.type, listener.proto, listener.getsockname())
        server = PatientServer(app, _sock=listener, adj=adjustments, bind_socket=False, sockinfo=sockinfo)
        server.request_time = settings.request_time
        orders = _Orders(app)
        try:
            with orders.listening():
                if on_ready is not None:
                    on_ready(_address(listener))
                while not orders.is_stopping:
                    server.turn()
                server.stop_listening()
                deadline = time.monotonic() + min(settings.time_limit, _LONGEST_STOP)
                while server.is_busy and time.monotonic() < deadline:
                    server.turn()
        finally:
            server.task_dispatcher.shutdown(timeout=0)
            server.end_connections()


def _share_memory_arenas() -> None:
    """Let threads share two arenas of the allocator: each thread's own would keep what one long answer took."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # only glibc has it
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_M_ARENA_MAX, 2)
            mallopt(_M_MMAP_THRESHOLD, 1 << 17)  # what is large goes back at once


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class _Orders:
    """What the operator's signals ask for: the first asks to stop, the second to leave at once, SIGHUP to reload."""

    def __init__(self, app: Flask) -> None:
        self.is_stopping = False
        self._app = app

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Finish what has begun, or leave it when told again."""
        if self.is_stopping:
            raise SystemExit(1)
        self.is_stopping = True

    def reload(self, number: int, frame: FrameType | None) -> None:
        """Read the store and the keys again, without a pause."""
        threading.Thread(target=site_of(self._app).reload, name="mavaze-reload", daemon=True).start()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Follow signals, where this is the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted: Mapping[str, Callable[[int, FrameType | None], None]] = {
            "SIGINT": self.stop,
            "SIGTERM": self.stop,
            "SIGHUP": self.reload,
        }
        handlers = {getattr(signal, name): do for name, do in wanted.items() if hasattr(signal, name)}
        former = {number: signal.signal(number, do) for number, do in handlers.items()}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
