"""The examples for other programs are run against a server, and all of them say the same."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
TOKEN = "only-for-this-test"
SCRIPT = """
import sys
from server import Settings, serve
if __name__ == "__main__":
    settings = Settings(workers=1, update_token=sys.argv[2])
    serve(sys.argv[1], port=0, settings=settings, on_ready=lambda address: print(address, flush=True))
"""


def examples() -> list[tuple[str, str]]:
    return re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def address(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a copy of the samples' store."""
    store = tmp_path_factory.mktemp("clients") / "store"
    shutil.copytree(sample_store, store)
    command = [sys.executable, "-c", SCRIPT, str(store), TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip().rstrip("/")
        server.send_signal(signal.SIGTERM)


def run(language: str, code: str, address: str, folder: Path) -> str:
    if language == "python":
        for client in ("SPARQLWrapper", "pandas"):
            if client in code:
                pytest.importorskip(client)
    programs = {"sh": ["bash", "-e"], "python": [sys.executable], "r": ["Rscript"], "js": ["node"]}
    if shutil.which(programs[language][0]) is None:
        pytest.skip(f"{programs[language][0]} is not installed")
    file = folder / f"example.{language}"
    file.write_text(code.replace("http://127.0.0.1:8000", address), encoding="utf-8")
    environment = os.environ | {"MAVAZE_UPDATE_TOKEN": TOKEN, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(
        [*programs[language], str(file)],
        capture_output=True,
        env=environment,
        check=False,
        encoding="utf-8",
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_there_is_an_example_for_each_client() -> None:
    assert [language for language, _ in examples()] == ["sh", "sh", "python", "python", "python", "r", "js"]


@pytest.mark.parametrize("number", [0, 2, 3, 4, 5, 6])
def test_every_client_gets_the_same_names(address: str, tmp_path: Path, number: int) -> None:
    language, code = examples()[number]
    printed = [line.strip() for line in run(language, code, address, tmp_path).splitlines() if line.strip() != "name"]
    assert len(printed) == 5
    assert all(re.search("[آ-ی]", name) for name in printed)
    expected = run(*examples()[0], address, tmp_path).split("\n")
    assert printed == [line.strip() for line in expected if line.strip() not in ("", "name")]


def test_a_graph_of_ones_own_is_written_and_read(address: str, tmp_path: Path) -> None:
    assert '"doubtful"' in run(*examples()[1], address, tmp_path)
