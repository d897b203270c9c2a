"""One worker process as the pool sees it: started, asked, and ended."""

import contextlib
import multiprocessing
import time
from pathlib import Path

from kg.errors import StoreError
from kg.graph.worker import Reply, Request, run_worker

START_LIMIT = 30.0
"""Seconds that a worker may take to open its store."""


class WorkerProcess:
    """A process and our end of its pipe.

    Args:
        path: The folder of the engine's store.
        memory_limit: MiB that a query may take.
        generation: Which state of the store it was started for.
    """

    def __init__(self, path: Path, memory_limit: int, generation: int) -> None:
        self.generation = generation
        self._path = path
        context = multiprocessing.get_context("spawn")
        self._channel, theirs = context.Pipe()
        self._process = context.Process(
            target=run_worker, args=(str(path), theirs, memory_limit), name="mavaze-query", daemon=True
        )
        self._process.start()
        self.process_id = self._process.pid or 0
        theirs.close()
        self._is_open = False
        self._is_ended = False

    def open(self) -> None:
        """Wait until the worker has opened its store.

        Raises:
            StoreError: When it cannot.
        """
        if self._is_open:
            return
        reply = Reply("failure", "it did not open in time")
        with contextlib.suppress(EOFError, OSError):
            reply = self._channel.recv() if self._channel.poll(START_LIMIT) else reply
        if reply.outcome != "answer":
            self.kill()
            raise StoreError(f"the store cannot be read: {reply.message}", where=str(self._path), remedy="build it")
        self._is_open = True

    def run(self, request: Request, seconds: float) -> tuple[Reply, bytes] | None:
        """Return the reply, or None when the time has passed.

        Raises:
            EOFError: When the worker has died.
        """
        deadline = time.monotonic() + seconds
        try:
            self._channel.send(request)
            if not self._channel.poll(max(0.0, deadline - time.monotonic())):
                return None
            reply = self._channel.recv()
            return reply, self._channel.recv_bytes() if reply.outcome == "answer" else b""
        except OSError as error:
            raise EOFError from error

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
