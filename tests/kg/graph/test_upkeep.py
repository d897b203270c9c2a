import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kg.errors import InputError, StoreError
from kg.graph.pool import QueryPool
from kg.graph.store import Store
from kg.graph.upkeep import backup, optimize


@pytest.fixture
def store(sample_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_store, tmp_path / "store"))


def lines(store: Path) -> list[str]:
    with Store.open(store, read_only=True) as opened:
        return sorted(map(str, opened.engine))


def test_a_copy_is_a_store_of_its_own(
    store: Path, samples: Path, tmp_path: Path, mavaze: Callable[..., Result]
) -> None:
    before = lines(store)
    told = mavaze("backup", "--store", store, "--output", tmp_path / "copies" / "one")
    assert told.exit_code == 0
    assert str(len(before)) in told.stderr
    copy = tmp_path / "copies" / "one"
    assert [path.name for path in copy.parent.iterdir()] == ["one"], "nothing half made is left"
    assert lines(copy) == before
    again = mavaze("build", samples, "--store", copy)
    assert "0 added, 0 replaced" in again.stderr, "the copy knows what it was built from"
    with Store.open(copy) as opened:
        opened.remove(opened.articles())
    assert lines(store) == before
    assert len(lines(copy)) < len(before)


def test_a_copy_is_made_while_a_server_reads(store: Path, tmp_path: Path) -> None:
    with QueryPool(store, workers=1) as pool:
        assert pool.query("ASK { ?s ?p ?o }").truth()
        assert backup(store, tmp_path / "copy") == len(lines(store))
        optimize(store)
        assert pool.query("ASK { ?s ?p ?o }").truth()


def test_nothing_is_overwritten(store: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    with pytest.raises(InputError, match="already"):
        backup(store, tmp_path / "copy")
    with pytest.raises(StoreError, match="no store"):
        backup(tmp_path / "nowhere", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_who_writes_is_named(store: Path, tmp_path: Path) -> None:
    script = "import sys, pyoxigraph; s = pyoxigraph.Store(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(StoreError, match="being written by"):
            backup(store, tmp_path / "copy")
        with pytest.raises(StoreError, match="being written by"):
            optimize(store)
        assert writer.stdin is not None
        writer.stdin.close()
    assert not (tmp_path / "copy").exists()


def test_putting_in_order_changes_nothing_that_is_said(store: Path, mavaze: Callable[..., Result]) -> None:
    before = lines(store)
    told = mavaze("optimize", "--store", store)
    assert told.exit_code == 0
    assert "MB now" in told.stderr
    assert lines(store) == before
