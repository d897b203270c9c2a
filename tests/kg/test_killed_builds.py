import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.graph.export import write_export
from kg.graph.store import Store

NEWS = "سخنگوی وزارت خارجه ترکیه در گفت‌وگوی {} آمریکا را به نقض توافق متهم کرد."
ARTICLES = 200


def start(folder: Path, store: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kg", "build", str(folder / "news.jsonl"), "--store", str(folder / store)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)


def contents(store: Path) -> bytes:
    written = io.BytesIO()
    with Store.open(store, read_only=True) as opened:
        write_export(opened, written, "nquads")
    return written.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = (json.dumps({"id": number, "text": NEWS.format(number)}, ensure_ascii=False) for number in range(ARTICLES))
    (tmp_path / "news.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def wait_for_articles(store: Path, process: subprocess.Popen[bytes], size: int) -> None:
    """Wait until a build has written so many bytes of log, or has ended."""
    while process.poll() is None and sum(log.stat().st_size for log in store.glob("*.log")) < size:
        time.sleep(0.005)


def test_a_build_that_is_killed_again_and_again_ends_as_one_that_was_left_alone(folder: Path) -> None:
    with start(folder, "calm") as calm:
        assert calm.wait() == 0
    killed = 0
    for size in (1, 400_000, 1, 200_000):  # of log, in this run: before, between and in the middle of transactions
        with start(folder, "store") as process:
            wait_for_articles(folder / "store", process, size)
            process.kill()
            killed += process.wait() != 0
    assert killed >= 3
    with start(folder, "store") as last:
        assert last.wait() == 0
    assert contents(folder / "calm") == contents(folder / "store")


def test_a_full_disk_is_told_and_what_was_stored_is_kept(folder: Path) -> None:
    # The limit on a file's size stands in for a disk that takes no more.
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000));"
        "sys.argv[0] = 'mavaze'; from kg.cli import main; main()"
    )
    command = [sys.executable, "-c", script, "build", str(folder / "news.jsonl"), "--store", str(folder / "store")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    full = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert full.returncode == 2
    assert "Traceback" not in full.stderr
    assert len(full.stderr.splitlines()) == 1
    with start(folder, "store") as again:
        assert again.wait() == 0
    with start(folder, "calm") as calm:
        assert calm.wait() == 0
    assert contents(folder / "calm") == contents(folder / "store")


def test_a_second_build_says_who_holds_the_store(folder: Path) -> None:
    with Store.open(folder / "store", create=True), start(folder, "store") as second:
        assert second.wait() == 2
        assert second.stderr is not None
        told = second.stderr.read().decode()
    assert f"the store is being written by process {os.getpid()}" in told
    assert len(told.splitlines()) == 1
