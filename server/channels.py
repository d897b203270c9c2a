"""Connections of waitress: a request that comes too slowly is told so, and a client that leaves is noticed.

Answers of the server itself, to what never becomes a request, are made here in the one shape of errors.
"""

import json
import threading
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from server.watching import Watch

_REMEDIES = {
    408: "send the request in one go (REQUEST_TIME)",
    413: "send less (BODY_LIMIT)",
    431: "send shorter headers, and a long query by POST",
    500: "try again; if it stays, tell the operator",
}


class RequestTooSlow(Error):  # type: ignore[misc]
    """A request did not come to its end in time."""

    code = 408
    reason = "Request Timeout"


class ShapedErrorTask(ErrorTask):  # type: ignore[misc]
    """Tells an error in the one shape."""

    def execute(self) -> None:
        """Write the error."""
        error = self.request.error
        told = {
            "error": f"{error.reason.lower()}: {error.body}" if error.body else error.reason.lower(),
            "where": "request",
            "remedy": _REMEDIES.get(error.code, "send a request of HTTP/1.1"),
        }
        body = (json.dumps(told, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json; charset=utf-8"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class OneSendTask(WSGITask):  # type: ignore[misc]
    """Sends an answer's head along with the first bytes of its body."""

    def build_response_header(self) -> bytes:
        """Leave the head with the connection until there is something to send it with."""
        self.channel.head = super().build_response_header()
        return b""

    def finish(self) -> None:
        """End the answer; the head of one without a body goes now."""
        super().finish()
        self.channel.send_head()


class PatientChannel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when a request is on its way."""

    task_class = OneSendTask
    error_task_class = ShapedErrorTask
    head = b""
    is_sending = False
    request: HTTPRequestParser | None = None
    request_began: float | None = None

    @property
    def is_behind(self) -> bool:
        """Whether bytes wait for the main thread to send them: those that a thread sends just now do not.

        While they did, the main thread would turn round and round until they have gone, and keep that thread from it.
        """
        waiting: int = self.total_outbufs_len
        return bool(waiting) and (not self.is_sending or waiting > self.adj.outbuf_high_watermark)

    def readable(self) -> bool:
        """Whether there may be something to read: no more, once the client has hung up."""
        is_over = self.will_close or self.close_when_flushed or not self.connected
        is_full = len(self.requests) > self.adj.channel_request_lookahead
        return not (is_over or is_full or self.is_behind)

    def writable(self) -> bool:
        """Whether the main thread has something to send, or to close."""
        return bool(self.is_behind or self.will_close or self.close_when_flushed)

    def service(self) -> None:
        """Answer a request, in a thread of its own."""
        self.server.serving.channel = self
        super().service()

    def write_soon(self, data: Any) -> int:
        """Send bytes, after the head if that is left."""
        if not data:
            return 0
        if not isinstance(data, bytes):  # a file
            self.send_head()
        head, self.head = self.head, b""
        self.is_sending = True
        try:
            return int(super().write_soon(head + data if head else data))
        finally:
            self.is_sending = False
            if self.total_outbufs_len:
                self.server.pull_trigger()

    def send_head(self) -> None:
        """Send what is left of an answer that has no more."""
        if self.head:
            head, self.head = self.head, b""
            self.write_soon(head)

    def received(self, data: bytes) -> bool:
        """Take bytes, and note whether they leave a request unfinished."""
        is_taken: bool = super().received(data)
        if self.request is None:
            self.request_began = None
        elif self.request_began is None:
            self.request_began = time.monotonic()
        return is_taken

    def refuse_when_late(self, now: float, seconds: float) -> None:
        """End a connection whose request has been on its way for too long, or never came."""
        if self.requests or self.will_close or self.close_when_flushed or self.total_outbufs_len:
            return
        began = self.request_began
        if began is None or now - began < seconds:
            return
        request = self.request or self.parser_class(self.adj)
        request.error = RequestTooSlow(f"more than {seconds:g} seconds")
        request.completed = True
        with self.requests_lock:
            self.request, self.request_began = None, None
            self.requests.append(request)
        self.server.add_task(self)


class PatientServer(TcpWSGIServer):  # type: ignore[misc]
    """A server that looks after its connections each second, and can finish what it has begun.

    Attributes:
        request_time: Seconds that a client may take to send a request.
    """

    channel_class = PatientChannel
    request_time = 20.0

    def __init__(self, application: Any, **options: Any) -> None:
        self.serving = threading.local()
        super().__init__(application, map=Watch(), **options)

    def maintenance(self, now: float) -> None:
        """End connections that are idle or late; called once a second."""
        super().maintenance(now)
        monotonic = time.monotonic()
        for channel in list(self.active_channels.values()):
            channel.refuse_when_late(monotonic, self.request_time)
        self._map.changed.update(self._map)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is being made or still on its way to a client."""
        return any(channel.requests or channel.total_outbufs_len for channel in list(self.active_channels.values()))

    def turn(self) -> None:
        """Look after the connections once, waiting up to a quarter of a second for one of them to move."""
        self._map.changed.add(self._fileno)  # the listener, which calls for maintenance
        for watched, can_read, can_write in self._map.wait(0.25):
            if can_read:
                self.asyncore.read(watched)
            if can_write:
                self.asyncore.write(watched)

    def pull_trigger(self) -> None:
        """Have the main thread look at the connection that this thread serves, unless there is nothing new to see."""
        channel = self.serving.channel
        if not self._map.is_awaited(channel._fileno, channel):
            self._map.changed.add(channel._fileno)
            super().pull_trigger()

    def stop_listening(self) -> None:
        """Take no more connections; those that there are go on."""
        self.accepting = False
        self.del_channel(self._map)
        self.socket.close()

    def end_connections(self) -> None:
        """Close every connection, whatever it does."""
        self.asyncore.close_all(self._map, ignore_all=True)
        self._map.close()
