import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from kg.errors import InputError, StoreError
from server import serve

SCRIPT = """
import sys
import time
from server import Settings, serve
if __name__ == "__main__":
    serve(sys.argv[1], port=0, settings=Settings(workers=1), on_ready=lambda address: print(address, flush=True))
"""


def is_running(process_id: int) -> bool:
    """Whether a process runs; one that has ended and is only listed still does not."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def descendants(process_id: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    children = [int(child) for child in Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()]
    return children + [found for child in children for found in descendants(child)]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list a process's children")
def test_a_real_server_answers_and_leaves_nothing_behind(store: Path, root: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(store)], stdout=subprocess.PIPE, text=True, cwd=root)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        with urlopen(address + "sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D", timeout=10) as response:
            assert b"true" in response.read()
        children = descendants(process.pid)
        assert len(children) >= 4, "workers for visitors and pages, a spare, and what forks them"
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        deadline = time.monotonic() + 5
        while any(is_running(child) for child in children):
            assert time.monotonic() < deadline, "a process was left behind"
            time.sleep(0.05)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def test_a_missing_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        serve(tmp_path / "none", port=0)


def test_a_taken_port_is_an_error(store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError, match="cannot be used"):
        serve(store, port=taken.getsockname()[1])
