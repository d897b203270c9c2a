"""What a query may take, and what is said of one that took more: each end of a query as one error."""

import signal
from dataclasses import dataclass
from pathlib import Path

from kg.errors import MavazeError, QueryError, QueryTimeout, StoreError
from kg.graph.answers import AnswerTooLarge, ClientGone, QueueFull, syntax_error
from kg.graph.worker import Reply

ENDS = ("answer", "query", "time", "memory", "size", "queue", "gone", "store", "failure")
"""How a query may end."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take.

    Attributes:
        time_limit: Seconds that it may run.
        queue_limit: Seconds that it may wait for a worker.
        memory_limit: MiB that it may allocate.
        row_limit: Solutions or triples of an answer.
        byte_limit: Bytes of an answer.
    """

    time_limit: float = 10.0
    queue_limit: float = 5.0
    memory_limit: int = 1024
    row_limit: int = 100_000
    byte_limit: int = 50_000_000


class OutOfMemory(QueryTimeout):
    """A query needed more memory than it may have."""


def too_slow(seconds: float, limits: Limits) -> QueryTimeout:
    """Return what is said of a query that ran for too long."""
    name = "TIME_LIMIT" if seconds >= limits.time_limit else "the request's timeout"
    return QueryTimeout(
        f"the query needed more than {seconds:g} seconds ({name})",
        where="query",
        remedy="ask for less: a narrower pattern, a LIMIT inside a sub-select, "
        "or shared patterns repeated inside each branch of a UNION",
    )


def raise_for_exit(status: int | None, seconds: float, limits: Limits) -> Reply:
    """Say why a worker has ended in the middle of a query.

    Raises:
        QueryTimeout: When it needed too much time or memory.
        QueryError: When the engine could not follow the query.
        MavazeError: When nobody knows.
    """
    if status == -signal.SIGABRT:  # the allocator gave up
        return Reply("memory")
    if status == -getattr(signal, "SIGALRM", 0):
        raise too_slow(seconds, limits)
    if status == -signal.SIGSEGV:  # the engine calls itself for each level
        raise QueryError("the query is nested too deeply for the engine", where="query", remedy="nest less")
    if status == -getattr(signal, "SIGKILL", 0):
        raise OutOfMemory(
            "the query's process ended unexpectedly: most likely the machine had no memory left",
            where="query",
            remedy="ask for less, or try again later",
        )
    raise MavazeError(
        f"the query's process ended unexpectedly (exit status {status})", where="query", remedy="try again"
    )


def raise_for_reply(reply: Reply, limits: Limits, path: Path) -> None:
    """Raise what a reply says, unless it is that all went well.

    Raises:
        QueryError: When the query is malformed, failed, or gave too much.
        QueryTimeout: When it needed too much memory.
        StoreError: When the store could not be read.
    """
    if reply.outcome == "syntax":
        raise syntax_error(reply.message)
    if reply.outcome == "memory":
        raise OutOfMemory(
            f"the query needed more than {limits.memory_limit} MiB of memory (MEMORY_LIMIT)",
            where="query",
            remedy="sort, group or join fewer solutions",
        )
    if reply.outcome in ("rows", "bytes"):
        name = f"{limits.row_limit} rows (ROW_LIMIT)" if reply.outcome == "rows" else f"{limits.byte_limit} bytes"
        raise AnswerTooLarge(
            f"the answer would have more than {name}",
            where="query",
            remedy="add LIMIT and OFFSET, or ask for fewer variables",
        )
    if reply.outcome == "storage":
        raise StoreError(f"the store cannot be read: {reply.message}", where=str(path), remedy="try again")
    if reply.outcome == "failure":
        raise QueryError(f"the query failed: {reply.message}", where="query")


def name_end(error: BaseException) -> str:
    """Return which of ``ENDS`` an error stands for; to be closed early is the client's doing."""
    kinds = {
        QueueFull: "queue",
        ClientGone: "gone",
        GeneratorExit: "gone",
        OutOfMemory: "memory",
        QueryTimeout: "time",
        AnswerTooLarge: "size",
        QueryError: "query",
        StoreError: "store",
    }
    return next((name for kind, name in kinds.items() if isinstance(error, kind)), "failure")
