"""One worker process as the pool sees it: started, asked, paused, and ended.

Processes are forked from a small server process that has loaded the engine (about 15 ms each); where the system has
no such thing, they are started afresh (about 150 ms).
"""

import contextlib
import multiprocessing
import os
import signal
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path

from kg.errors import StoreError
from kg.graph.channel import Channel
from kg.graph.worker import Reply, Request, run_worker

START_LIMIT = 30.0
"""Seconds that a worker may take to open its store."""

_PRELOADED = ("kg.graph.worker", "kg.cli")
"""What the fork server loads once; a program's main module would otherwise be loaded by each worker."""

_ALLOCATOR = "glibc.malloc.tcache_count=127"
"""For glibc: keep more freed pieces at hand than it does by itself, which makes the engine about a tenth quicker."""


def _context() -> ForkServerContext | SpawnContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    os.environ.setdefault("GLIBC_TUNABLES", _ALLOCATOR)  # read when the fork server starts
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_PRELOADED))
    return context


class WorkerProcess:
    """A process and our end of the line to it.

    Args:
        path: The folder of the engine's store.
        memory_limit: MiB that a query may take.
        generation: Which state of the store it was started for.

    Attributes:
        is_open: Whether it is known to have opened its store.
    """

    def __init__(self, path: Path, memory_limit: int, generation: int) -> None:
        self.generation = generation
        self._path = path
        context = _context()
        self._channel, theirs = Channel.pair()
        self._process = context.Process(
            target=run_worker, args=(str(path), theirs.end, memory_limit), name="mavaze-query", daemon=True
        )
        self._process.start()
        self.process_id = self._process.pid or 0
        theirs.close()
        self.is_open = False
        self._is_ended = False

    def open(self) -> None:
        """Wait until the worker has opened its store.

        Raises:
            StoreError: When it cannot.
        """
        if self.is_open:
            return
        reply = Reply("failure", "it did not open in time")
        with contextlib.suppress(EOFError, OSError):
            reply = self._channel.receive(within=START_LIMIT) or reply
        if reply.outcome != "answer":
            self.kill()
            raise StoreError(f"the store cannot be read: {reply.message}", where=str(self._path), remedy="build it")
        self.is_open = True

    def ask(self, request: Request) -> None:
        """Begin a query.

        Raises:
            EOFError: When the worker has died.
        """
        try:
            self._channel.send(request)
        except OSError as error:
            raise EOFError from error

    def read(self, seconds: float) -> bytes | Reply | None:
        """Return the next bytes of the answer, or how it ended; None when neither has come after some seconds.

        Raises:
            EOFError: When the worker has died.
        """
        try:
            piece: bytes | Reply | None = self._channel.receive(within=seconds)
            return piece
        except OSError as error:
            raise EOFError from error

    def pause(self) -> None:
        """Stop the process for a while, where the system can; otherwise it just goes on."""
        self._signal("SIGSTOP")

    def resume(self) -> None:
        """Let a paused process go on."""
        self._signal("SIGCONT")

    def _signal(self, name: str) -> None:
        if hasattr(signal, name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process_id, getattr(signal, name))

    def kill(self) -> None:
        """End the process, whatever it does; once is enough."""
        if self._is_ended:
            return
        self._is_ended = True
        self._process.kill()
        self._process.join()
        self._process.close()
        self._channel.close()

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return not self._is_ended and self._process.is_alive()

    def interrupt(self) -> None:
        """End a process in whose pipe another thread waits."""
        with contextlib.suppress(ValueError):
            self._process.kill()

    def exit_status(self) -> int | None:
        """Wait for a process that has ended by itself, and return its exit status."""
        self._process.join(1)
        return self._process.exitcode
