"""The process in which one query at a time runs: it may be killed at any moment, and holds nothing but a store.

The engine cannot be interrupted from Python, so whoever wants to stop a query ends its process. The store is
opened read-only; the answer goes out while the engine writes it, and too many rows or bytes end the query.
"""

import contextlib
import ctypes
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection, forkserver, parent_process
from typing import IO, Literal, cast

import pyoxigraph

from kg.graph.answer_writer import CountingWriter, LimitExceeded
from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS
from kg.graph.channel import Channel
from kg.graph.query_text import Form

_PR_SET_PDEATHSIG = 1
_PAUSES = (0.02, 0.05, 0.1, 0.2)
_DAMAGED = re.compile("IO error|Corruption")


@dataclass(frozen=True, slots=True)
class Request:
    """One query as a worker takes it; all limits are inclusive.

    Attributes:
        last_resort: Seconds after which the system ends the process, should the pool be kept from doing so.
    """

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
    last_resort: float


@dataclass(frozen=True, slots=True)
class Reply:
    """How a query ended.

    Attributes:
        outcome: Whether all went well, or what did not.
        message: What the engine says of that.
        rows: Solutions or triples of the answer.
        rest: The last bytes of the answer; of a short one, all.
    """

    outcome: Literal["answer", "syntax", "rows", "bytes", "memory", "storage", "failure"]
    message: str = ""
    rows: int = 0
    rest: bytes = b""


def run_worker(path: str, end: socket.socket, memory_limit: int) -> None:
    """Open the store and answer requests until the other side hangs up.

    An answer goes out as messages of bytes, where it is long, and the reply that says how it ended.

    Args:
        path: The folder of the engine's store.
        end: Where requests come from and answers go to.
        memory_limit: MiB that a query may take on top of what the open store needs.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    follow_parent()
    _end_with_fork_server()
    channel = Channel(end)
    try:
        store = _open(path)
    except Exception as error:  # what the engine raises here is not documented; the pool tells it on
        channel.send(Reply("failure", str(error)))
        return
    limit_memory(memory_limit)
    channel.send(Reply("answer"))
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            request = channel.receive()
            with _ended_by_the_system(request.last_resort):
                channel.send(answer(store, request, channel.send))


def _open(path: str) -> pyoxigraph.Store:
    """Open a store, a few times where a writer takes files away in the middle of it."""
    for pause in _PAUSES:
        try:
            return pyoxigraph.Store.read_only(path)
        except (OSError, RuntimeError):
            time.sleep(pause)
    return pyoxigraph.Store.read_only(path)


def answer(store: pyoxigraph.Store, request: Request, send: Callable[[bytes], object]) -> Reply:
    """Run one query and send its answer while it is written, within its limits."""
    writer = CountingWriter(request.format, request.row_limit, request.byte_limit, send)
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
        return Reply(limit.outcome)
    except SyntaxError as error:
        return Reply("syntax", str(error))
    except MemoryError:
        return Reply("memory")
    except (BrokenPipeError, ConnectionResetError):
        raise
    except OSError as error:
        return Reply("storage", str(error))
    except (RuntimeError, ValueError) as error:
        return Reply("storage" if _DAMAGED.search(str(error)) else "failure", str(error))
    return Reply("answer", rows=max(writer.rows, 0), rest=writer.take_rest())


def _used_prefixes(request: Request) -> dict[str, str]:
    """Keep the prefixes that a graph format can declare."""
    return {name: iri for name, iri in request.prefixes if name or request.format != "rdfxml"}


def _count_triples(triples: Iterable[pyoxigraph.Triple], writer: CountingWriter) -> Iterator[pyoxigraph.Triple]:
    for triple in triples:
        writer.rows += 1
        if writer.rows > writer.row_limit:
            raise LimitExceeded("rows")
        yield triple


@contextlib.contextmanager
def _ended_by_the_system(seconds: float) -> Iterator[None]:
    """Let the system end this process after so long, whatever it does and whether or not the pool still looks."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def follow_parent() -> None:
    """End this process when the one that started it has gone, even in the middle of a query."""
    parent = parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def wait_and_leave() -> None:
        connection.wait([sentinel])
        os._exit(0)

    threading.Thread(target=wait_and_leave, daemon=True).start()


def _end_with_fork_server() -> None:
    """Let the kernel end this process when the fork server goes: one that is paused can do nothing itself."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The fork server goes when nobody holds its pipe any more; it lends every child an end, which we do not need.
    lent = getattr(getattr(forkserver, "_forkserver", None), "_forkserver_alive_fd", None)
    if lent is not None:
        os.close(lent)


def limit_memory(mebibytes: int) -> None:
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
