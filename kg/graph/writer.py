"""The one way in which a server writes: a process of its own that holds the store only while it writes.

So a build may begin between two writes, a write that never ends can be killed, and what a kill leaves is the
last committed state.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from kg.errors import MavazeError, QueryTimeout, StoreError
from kg.graph.answers import QueueFull
from kg.graph.worker import follow_parent, limit_memory
from kg.graph.writing import Outcome, Write, perform

START_LIMIT = 60.0
"""Seconds that the process may take to start."""

_NO_MEMORY = 3
_log = logging.getLogger("mavaze.server")


class Writer:
    """Writes to one store, one request after the other.

    Args:
        path: The store's folder.
        time_limit: Seconds that one write may take.
        queue_limit: Seconds that it may wait for the one before.
        memory_limit: MiB that it may take.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, time_limit: float, queue_limit: float, memory_limit: int
    ) -> None:
        self._path = Path(path)
        self._time_limit = time_limit
        self._queue_limit = queue_limit
        self._memory_limit = memory_limit
        self._turn = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._channel: Connection | None = None

    def write(self, write: Write) -> Outcome:
        """Write, and wait until it is on the disk.

        Raises:
            InputError: When the RDF is malformed, or the graph is not there.
            QueryError: When the update is malformed or fails.
            QueryTimeout: When it needs more time or memory than it may have.
            QueueFull: When the writes before it took too long.
            StoreError: When another process writes to the store (it is named), or the store cannot be written.
        """
        if not self._turn.acquire(timeout=self._queue_limit):
            raise QueueFull(
                f"other writes have taken more than {self._queue_limit:g} seconds (QUEUE_LIMIT)",
                where="update queue",
                remedy="try again in a few seconds",
            )
        try:
            return self._run(write)
        finally:
            self._turn.release()

    def _run(self, write: Write) -> Outcome:
        channel = self._channel if self._process is not None and self._process.is_alive() else None
        channel = channel or self._start()
        try:
            channel.send(write)
            if not channel.poll(self._time_limit):
                raise QueryTimeout(
                    f"the update needed more than {self._time_limit:g} seconds (TIME_LIMIT), and nothing was changed",
                    where="update",
                    remedy="change less at once",
                )
            answer = channel.recv()
        except (EOFError, OSError):
            raise self._explain_end() from None
        except BaseException:
            self.close()
            raise
        if isinstance(answer, Outcome):
            return answer
        if isinstance(answer, MavazeError):
            raise answer
        _log.error("a write failed: %s", answer)
        raise MavazeError("the server made a mistake while it wrote", where="update", remedy="tell the operator")

    def _explain_end(self) -> MavazeError:
        """Say why the process has ended, and make room for the next."""
        status = None
        if self._process is not None:
            self._process.join(1)
            status = self._process.exitcode
        self.close()
        if status in (-signal.SIGABRT, _NO_MEMORY):  # the allocator gave up, in the engine or outside of it
            return QueryTimeout(
                f"the update needed more than {self._memory_limit} MiB of memory (MEMORY_LIMIT)",
                where="update",
                remedy="change less at once",
            )
        return StoreError(
            f"the writing process ended before it was done (exit status {status}); all was changed, or nothing",
            where="update",
            remedy="look whether it was, and try again",
        )

    def _start(self) -> Connection:
        self.close()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=run_writer, args=(str(self._path), theirs, self._memory_limit), name="mavaze-writer", daemon=True
        )
        process.start()
        theirs.close()
        self._process, self._channel = process, ours
        with contextlib.suppress(EOFError, OSError):
            if ours.poll(START_LIMIT):
                ours.recv()
                return ours
        self.close()
        raise MavazeError("the writing process did not start", where=str(self._path), remedy="try again")

    def close(self) -> None:
        """End the process; the next write starts another."""
        if self._process is not None and self._channel is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._channel.close()
        self._process = self._channel = None


def run_writer(path: str, channel: Connection, memory_limit: int) -> None:
    """Perform what comes in until the other side hangs up.

    Args:
        path: The store's folder.
        channel: Where writes come from and outcomes go to.
        memory_limit: MiB that a write may take on top of what the open store needs.
    """
    from kg.graph.store import Store

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    follow_parent()
    is_limited = False
    channel.send(None)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            write = channel.recv()
            answer: Outcome | MavazeError | str
            try:
                with Store.open(path) as store:
                    if not is_limited:
                        limit_memory(memory_limit)
                        is_limited = True
                    answer = perform(store, write)
            except MavazeError as error:
                answer = error
            except MemoryError:
                os._exit(_NO_MEMORY)
            except Exception as error:  # told to the log on the other side; the process goes on
                answer = f"{type(error).__name__}: {error}"
            channel.send(answer)
