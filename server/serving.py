"""Run the app on waitress until it is told to stop."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from types import FrameType

from kg.errors import InputError
from server.application import create_app
from server.settings import Settings
from server.site import open_pool


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
    from waitress.server import create_server

    settings = settings or Settings()
    with open_pool(store, settings) as pool:
        pool.open()
        app = create_app(pool, settings)
        try:
            listener = socket.create_server((host, port), family=_family(host), backlog=128)
        except OSError as error:
            raise InputError(
                f"the address cannot be used: {error.strerror or error}",
                where=f"{host}:{port}",
                remedy="choose another --port (0 takes a free one) or --host",
            ) from error
        threads = 4 * pool.worker_count + 4
        server = create_server(
            app,
            sockets=[listener],
            threads=threads,
            max_request_body_size=max(settings.body_limit * 2, 1 << 20),
            max_request_header_size=1 << 18,
            channel_timeout=60,
            ident="mavaze",
        )
        try:
            with _stopping_on_term():
                if on_ready is not None:
                    on_ready(_address(listener))
                server.run()
        finally:
            server.close()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextmanager
def _stopping_on_term() -> Iterator[None]:
    """Let SIGTERM end the server as SIGINT does, where this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    former = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
