"""A server in a process of its own, what it and its workers use, and a client of it."""

import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: seconds until all was there, and how many of them the query waited for a worker."""

    status: int
    body: bytes
    seconds: float
    waited: float = 0.0
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs.

    Attributes:
        port: On 127.0.0.1.
        process_id: Its main process.
    """

    port: int
    process_id: int

    def ask(self, query: str, *, accept: str = "application/sparql-results+json", timeout: float = 120) -> Reply:
        """Ask one query by POST on a connection of its own."""
        return self.send("/sparql", urlencode({"query": query}), {"Accept": accept}, timeout)

    def send(
        self, path: str, body: str | None = None, headers: Mapping[str, str] | None = None, timeout: float = 120
    ) -> Reply:
        """Send one request, and read its answer to the end."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        more = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            connection.request("GET" if body is None else "POST", path, body, {**more, **(headers or {})})
            response = connection.getresponse()
            waited = _waited(response.getheader("Server-Timing", ""))
            try:
                read, is_whole = response.read(), True
            except http.client.IncompleteRead as error:
                read, is_whole = error.partial, False
            return Reply(response.status, read, time.perf_counter() - began, waited, is_whole)
        finally:
            connection.close()

    def processes(self) -> list[int]:
        """Return the server's process and all that it and they have started."""
        return [self.process_id, *_descendants(self.process_id)]

    def memory(self) -> int:
        """Return the bytes that all of them use together; what they share counts once."""
        return sum(_pss(process_id) for process_id in self.processes())

    def open_files(self) -> int:
        """Return how many files and pipes the main process holds."""
        return len(os.listdir(f"/proc/{self.process_id}/fd"))


def _waited(timing: str) -> float:
    for part in timing.split(","):
        name, _, duration = part.strip().partition(";dur=")
        if name == "queue":
            return float(duration) / 1000
    return 0.0


def _descendants(process_id: int) -> list[int]:
    try:
        text = Path(f"/proc/{process_id}/task/{process_id}/children").read_text()
        # A process may have been started by another thread than the first.
        threads = os.listdir(f"/proc/{process_id}/task")
        text += "".join(
            " " + Path(f"/proc/{process_id}/task/{thread}/children").read_text()
            for thread in threads
            if thread != str(process_id)
        )
    except OSError:
        return []
    return [one for child in map(int, text.split()) for one in (child, *_descendants(child))]


def _pss(process_id: int) -> int:
    try:
        lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
    except OSError:
        return 0


@contextmanager
def running(store: Path, *options: str) -> Iterator[Server]:
    """Run ``mavaze serve`` over a store."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        port = 0
        for line in process.stderr:
            if (address := re.search(r"http://[^ ]*:(\d+)/", line)) is not None:
                port = int(address[1])
                break
        if not port:
            raise SystemExit("the server did not start")
        threading.Thread(target=lambda: [None for _ in process.stderr or ()], daemon=True).start()
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


@dataclass
class Sampler:
    """Looks at a server's memory now and then, in a thread of its own."""

    server: Server
    most: int = 0
    most_of_main: int = 0
    most_processes: int = 0
    _is_over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Sampler":
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.1):
            self.most = max(self.most, self.server.memory())
            self.most_of_main = max(self.most_of_main, _pss(self.server.process_id))
            self.most_processes = max(self.most_processes, len(self.server.processes()))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def verdict(what: str, found: str, is_met: bool) -> bool:
    """Print one line of judgement, and return whether it was met."""
    print(f"{'met    ' if is_met else 'NOT MET'}  {what}: {found}")
    return is_met
