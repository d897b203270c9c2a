"""An export as a stream of bytes, made by a process of its own.

It may be ended at any moment, and goes no faster than it is read.
"""

import contextlib
import io
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO, Final, cast

from kg.errors import InputError, MavazeError, StoreError
from kg.graph.export.parts import Part
from kg.graph.given_text import Policy
from kg.graph.worker import follow_parent

_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported.

    Attributes:
        store: The folder of the store.
        base: The base IRI of its things.
        format: One of ``kg.graph.export.FORMATS``.
        part: What is wanted of the graph.
        text: How much of the articles' words is given out.
    """

    store: Path
    base: str
    format: str
    part: Part
    text: Policy


class ExportStream:
    """The bytes of an export, as they are made.

    Args:
        order: What is wanted.
        seconds: How long it may take, reading included.

    Raises:
        InputError: When there is no such format, graph or actor.
        StoreError: When the store cannot be read.
    """

    def __init__(self, order: Order, *, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        context = multiprocessing.get_context("spawn")
        self._channel, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_run, args=(order, theirs), name="mavaze-export", daemon=True)
        self._process.start()
        theirs.close()
        self._is_closed = False
        try:
            self._first = self._receive()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes.

        Raises:
            StoreError: When it cannot be finished.
        """
        piece = self._first
        while piece:
            yield piece
            piece = self._receive()

    def _receive(self) -> bytes:
        """Return the next piece; nothing at the end."""
        try:
            if not self._channel.poll(max(0.0, self._deadline - time.monotonic())):
                raise StoreError(
                    "the export took too long", where="export", remedy="ask for a part, or use the command"
                )
            told = self._channel.recv()
        except (EOFError, OSError) as problem:
            raise StoreError("the export's process ended", where="export", remedy="try again") from problem
        if isinstance(told, bytes):
            return told
        is_input, what, where, remedy = told
        raise (InputError if is_input else StoreError)(what, where=where, remedy=remedy)

    def close(self) -> None:
        """End the process, whatever it does; once is enough."""
        if self._is_closed:
            return
        self._is_closed = True
        self._process.kill()
        self._process.join()
        self._process.close()
        self._channel.close()


class _Pipe(io.RawIOBase):
    """Bytes on their way through a pipe."""

    def __init__(self, channel: Connection) -> None:
        self._channel = channel

    def writable(self) -> bool:
        """Whether it takes bytes: it does."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Send the next bytes; an empty message would be the end."""
        if data:
            self._channel.send(bytes(data))
        return len(data)


def _run(order: Order, channel: Connection) -> None:
    from kg.graph.export import write_export
    from kg.graph.store import Store

    follow_parent()
    with contextlib.suppress(BrokenPipeError):
        try:
            store = Store(order.store, order.base, is_read_only=True)
            output = io.BufferedWriter(cast(io.RawIOBase, _Pipe(channel)), _PIECE)
            write_export(store, cast(BinaryIO, output), order.format, part=order.part, text=order.text)
            output.flush()
            channel.send(b"")
        except MavazeError as error:
            channel.send((isinstance(error, InputError), error.what, error.where, error.remedy))
        except OSError as error:
            channel.send(
                (False, f"the export cannot be made ({error})", "export", "see that there is room on the disk")
            )
