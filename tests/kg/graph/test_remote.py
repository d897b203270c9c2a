"""A store on a server elsewhere: Oxigraph's own, and ours with writing open."""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from kg.errors import StoreError
from kg.graph.export import write_export
from kg.graph.remote import update_address
from kg.graph.store import Store

NEWS = "سخنگوی وزارت خارجه ترکیه در {} آمریکا را به نقض توافق متهم کرد."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None
        try:
            urllib.request.urlopen(url).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def oxigraph(folder: Path, port: int) -> tuple[list[str], str]:
    program = Path(sys.executable).parent / "oxigraph"
    command = [str(program) if program.exists() else str(shutil.which("oxigraph"))]
    return [*command, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"], "/query"


def ours(folder: Path, port: int) -> tuple[list[str], str]:
    command = [sys.executable, "-m", "kg", "serve", "--store", str(folder), "--port", str(port)]
    return [*command, "--body-limit", "50000000", "--update-token", "open-sesame"], "/sparql"


@pytest.fixture(params=[oxigraph, ours], ids=["oxigraph", "mavaze"])
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The query address of an empty server that may be written."""
    port = free_port()
    command, path = request.param(tmp_path / "elsewhere", port)
    monkeypatch.setenv("MAVAZE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("MAVAZE_STORE_TOKEN", "open-sesame")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/", process)
            yield f"http://127.0.0.1:{port}{path}"
        finally:
            process.terminate()


def contents(store: str | Path) -> list[bytes]:
    """Return what a store's graphs hold, as exported; blank nodes of the ontology left out, which have other names."""
    written = io.BytesIO()
    with Store.open(store, read_only=True) as opened:
        write_export(opened, written, "nquads")
    return [line for line in written.getvalue().splitlines() if b"_:" not in line]


def test_a_server_holds_what_a_folder_holds(server: str, tmp_path: Path, mavaze: Callable[..., Result]) -> None:
    (tmp_path / "news").mkdir()
    for number in range(3):
        (tmp_path / "news" / f"{number}.txt").write_text(NEWS.format(number), encoding="utf-8")
    for store in ("folder", server):
        built = mavaze("build", "news", "--store", store)
        assert "3 added" in built.stderr, built.stderr
    assert contents(server) == contents(tmp_path / "folder")
    assert "3 unchanged" in mavaze("build", "news", "--store", server).stderr
    (remembered,) = (tmp_path / "state").iterdir()
    assert not list(remembered.glob("*.sst")), "an engine of our own stood in"
    (tmp_path / "news" / "0.txt").write_text(NEWS.format("تهران"), encoding="utf-8")
    for store in ("folder", server):
        assert "1 removed" in mavaze("build", "news", "--store", store).stderr
        assert "1 articles removed" in mavaze("remove", "--store", store, "--source", "news/1.txt").stderr
    assert contents(server) == contents(tmp_path / "folder")


def test_one_process_writes_at_a_time(server: str, mavaze: Callable[..., Result]) -> None:
    with Store.open(server, create=True), pytest.raises(StoreError, match="is being written by this process"):
        Store.open(server)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("http://host:7878/query", "http://host:7878/update"),
        ("https://host/sparql", "https://host/update"),
        ("https://host/ds/query", "https://host/ds/update"),
        ("https://host/repositories/news", "https://host/repositories/news/statements"),
        ("https://host/blazegraph", "https://host/blazegraph"),
    ],
)
def test_where_a_server_is_written(asked: str, written: str) -> None:
    assert update_address(asked) == written


def test_an_address_that_is_no_server_is_one_line(
    tmp_path: Path, mavaze: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAVAZE_STATE", str(tmp_path / "state"))
    (tmp_path / "a.txt").write_text(NEWS.format(1), encoding="utf-8")
    refused = mavaze("build", "a.txt", "--store", f"http://127.0.0.1:{free_port()}/query")
    assert refused.exit_code == 2
    assert "no answer" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
