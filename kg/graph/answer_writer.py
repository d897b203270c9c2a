"""What an answer is written into: it counts solutions and bytes, and passes the bytes on while they come."""

import io
from collections.abc import Callable
from typing import Literal

CHUNK = 1 << 15
"""Bytes that are passed on at once: fewer would cost a message each, more would keep a reader waiting."""

_WORDS = bytes(set(range(256)) - set(b'"\\{}[],:'))
"""All bytes but those that JSON is built with."""


class LimitExceeded(Exception):
    """An answer grew over its limit while it was written."""

    def __init__(self, outcome: Literal["rows", "bytes"]) -> None:
        super().__init__(outcome)
        self.outcome: Literal["rows", "bytes"] = outcome


class CountingWriter(io.RawIOBase):
    r"""Pass an answer's bytes on while they are written, and count its solutions.

    Args:
        format: What it is written in, a key of ``SOLUTION_FORMATS`` or ``GRAPH_FORMATS``.
        row_limit: Solutions that it may have.
        byte_limit: Bytes that it may have.
        send: Takes the bytes.

    Example:
        >>> writer = CountingWriter("tsv", row_limit=1, byte_limit=100, send=print)
        >>> writer.write(b"?s\n1\n")
        5
        >>> writer.write(b"2\n")
        Traceback (most recent call last):
        kg.graph.answer_writer.LimitExceeded: rows
    """

    def __init__(self, format: str, row_limit: int, byte_limit: int, send: Callable[[bytes], object]) -> None:
        self.format = format
        self.row_limit = row_limit
        self.byte_limit = byte_limit
        self.rows = -1 if format in ("csv", "tsv") else 0
        self._send = send
        self._size = 0
        self._waiting = bytearray()
        self._tail = b""
        self._escape = b""
        self._is_quoted = False

    def writable(self) -> bool:
        """Whether the writer takes bytes: it does."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take the next bytes.

        Raises:
            LimitExceeded: When a limit is passed.
        """
        self.rows += self._count_rows(bytes(data))
        self._size += len(data)
        if self.rows > self.row_limit:
            raise LimitExceeded("rows")
        if self._size > self.byte_limit:
            raise LimitExceeded("bytes")
        self._waiting += data
        if len(self._waiting) >= CHUNK:
            self._send(self.take_rest())
        return len(data)

    def take_rest(self) -> bytes:
        """Return what has not been passed on yet; it counts as passed on then."""
        rest = bytes(self._waiting)
        self._waiting.clear()
        return rest

    def _count_rows(self, data: bytes) -> int:
        if self.format == "tsv":
            return data.count(b"\n")
        if self.format == "csv":
            return self._drop_strings(data).count(b"\n")
        if self.format == "xml":
            return self._count_marks(data, b"<result>")
        if self.format == "json":
            data = self._escape + data
            kept = len(data) - len(data.rstrip(b"\\"))
            data, self._escape = data[: len(data) - kept], data[len(data) - kept :]
            if b"\\" in data:
                data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
            # Of most strings nothing is left then but their quotation marks, which go fast.
            code = self._drop_strings(data.translate(None, _WORDS).replace(b'""', b""))
            # Outside of strings, «:[{» begins the first solution and «},{» each further one.
            return self._count_marks(code, b":[{", b"},{")
        return 0

    def _count_marks(self, data: bytes, *marks: bytes) -> int:
        """Count marks of one length, also where two writes share one."""
        data = self._tail + data
        self._tail = data[-len(marks[0]) + 1 :]
        return sum(data.count(mark) for mark in marks)

    def _drop_strings(self, data: bytes) -> bytes:
        pieces = data.split(b'"')
        outside = pieces[1::2] if self._is_quoted else pieces[::2]
        self._is_quoted ^= len(pieces) % 2 == 0
        return b"".join(outside)
