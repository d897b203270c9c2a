"""The process in which one query at a time runs: it may be killed at any moment, and holds nothing but a store.

The engine cannot be interrupted from Python, so whoever wants to stop a query ends its process. The store is
opened read-only; rows and bytes are counted while the engine writes, and too many end the query.
"""

import contextlib
import io
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from typing import IO, TYPE_CHECKING, Literal, cast

from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS
from kg.graph.query_text import Form

if TYPE_CHECKING:
    import pyoxigraph


@dataclass(frozen=True, slots=True)
class Request:
    """One query as a worker takes it; all limits are inclusive."""

    text: str
    form: Form
    format: str
    is_union: bool
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    prefixes: tuple[tuple[str, str], ...]
    base_iri: str | None
    row_limit: int
    byte_limit: int


@dataclass(frozen=True, slots=True)
class Reply:
    """How a query ended; the answer's bytes follow apart when all went well."""

    outcome: Literal["answer", "syntax", "rows", "bytes", "memory", "failure"]
    message: str = ""
    rows: int = 0


class LimitExceeded(Exception):
    """An answer grew over its limit while it was written."""

    def __init__(self, outcome: Literal["rows", "bytes"]) -> None:
        super().__init__(outcome)
        self.outcome: Literal["rows", "bytes"] = outcome


class CountingWriter(io.RawIOBase):
    r"""Keep an answer's bytes while they are written, and count its solutions.

    Example:
        >>> writer = CountingWriter("tsv", row_limit=1, byte_limit=100)
        >>> writer.write(b"?s\n1\n")
        5
        >>> writer.write(b"2\n")
        Traceback (most recent call last):
        kg.graph.worker.LimitExceeded: rows
    """

    def __init__(self, format: str, row_limit: int, byte_limit: int) -> None:
        self.format = format
        self.row_limit = row_limit
        self.byte_limit = byte_limit
        self.rows = -1 if format in ("csv", "tsv") else 0
        self.body = bytearray()
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
        self.body += data
        self.rows += self._count_rows(bytes(data))
        if self.rows > self.row_limit:
            raise LimitExceeded("rows")
        if len(self.body) > self.byte_limit:
            raise LimitExceeded("bytes")
        return len(data)

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
            code = self._drop_strings(data.replace(b"\\\\", b"").replace(b'\\"', b""))
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


def run_worker(path: str, channel: Connection, memory_limit: int) -> None:
    """Open the store and answer requests until the other side hangs up.

    Args:
        path: The folder of the engine's store.
        channel: Where requests come from and replies go to.
        memory_limit: MiB that a query may take on top of what the open store needs.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _follow_parent()
    try:
        import pyoxigraph

        store = pyoxigraph.Store.read_only(path)
    except Exception as error:  # what the engine raises here is not documented; the pool tells it on
        channel.send(Reply("failure", str(error)))
        return
    _limit_memory(memory_limit)
    channel.send(Reply("answer"))
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            reply, body = answer(store, channel.recv())
            channel.send(reply)
            if reply.outcome == "answer":
                channel.send_bytes(body)


def answer(store: "pyoxigraph.Store", request: Request) -> tuple[Reply, bytes]:
    """Run one query and write its answer, within its limits."""
    import pyoxigraph

    writer = CountingWriter(request.format, request.row_limit, request.byte_limit)
    try:
        has_own_dataset = request.default_graphs is not None or request.named_graphs is not None
        results = store.query(
            request.text,
            base_iri=request.base_iri,
            prefixes=dict(request.prefixes),
            use_default_graph_as_union=request.is_union and not has_own_dataset,
            default_graph=[
                pyoxigraph.NamedNode(iri) if iri else pyoxigraph.DefaultGraph() for iri in request.default_graphs or ()
            ]
            if has_own_dataset
            else None,
            named_graphs=[pyoxigraph.NamedNode(iri) for iri in request.named_graphs or ()] if has_own_dataset else None,
        )
        output = cast(IO[bytes], writer)
        if isinstance(results, pyoxigraph.QueryTriples):
            writer.rows = 0
            media_type = pyoxigraph.RdfFormat.from_media_type(GRAPH_FORMATS[request.format])
            triples = _count_triples(results, writer)
            pyoxigraph.serialize(triples, output, format=media_type, prefixes=_used_prefixes(request))
        else:
            if isinstance(results, pyoxigraph.QueryBoolean):
                writer.rows = 0
            results.serialize(output, pyoxigraph.QueryResultsFormat.from_media_type(SOLUTION_FORMATS[request.format]))
    except LimitExceeded as limit:
        return Reply(limit.outcome), b""
    except SyntaxError as error:
        return Reply("syntax", str(error)), b""
    except MemoryError:
        return Reply("memory"), b""
    except (OSError, RuntimeError, ValueError) as error:
        return Reply("failure", str(error)), b""
    return Reply("answer", rows=max(writer.rows, 0)), bytes(writer.body)


def _used_prefixes(request: Request) -> dict[str, str]:
    """Keep the prefixes that a graph format can declare."""
    return {name: iri for name, iri in request.prefixes if name or request.format != "rdfxml"}


def _count_triples(triples: "Iterable[pyoxigraph.Triple]", writer: CountingWriter) -> "Iterator[pyoxigraph.Triple]":
    for triple in triples:
        writer.rows += 1
        if writer.rows > writer.row_limit:
            raise LimitExceeded("rows")
        yield triple


def _follow_parent() -> None:
    """End this process when the one that started it has gone, even in the middle of a query."""
    parent = parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def wait_and_leave() -> None:
        connection.wait([sentinel])
        os._exit(0)

    threading.Thread(target=wait_and_leave, daemon=True).start()


def _limit_memory(mebibytes: int) -> None:
    """Cap what the process may allocate; where the system has no such cap, the time limit stands alone."""
    try:
        import resource
    except ImportError:
        return
    # Set after opening: before, the store's own mappings would count and a start could fail.
    held = 0
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        held = next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmData")), 0)
    cap = held + mebibytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (cap, cap))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What the allocator prints when it gives up is told by the pool in better words.
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
