import io
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from kg.graph.export import write_export
from kg.graph.store import Store

with warnings.catch_warnings():  # of the libraries' own making
    warnings.simplefilter("ignore")
    from distributed import LocalCluster

NEWS = "سخنگوی وزارت خارجه ترکیه در {} آمریکا را به نقض توافق متهم کرد."


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of two workers, each a process of its own."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as made:
        yield made.scheduler_address


def contents(folder: Path) -> bytes:
    written = io.BytesIO()
    with Store.open(folder, read_only=True) as store:
        write_export(store, written, "nquads")
    return written.getvalue()


def test_one_process_several_and_a_cluster_give_the_same_bytes(
    tmp_path: Path, mavaze: Callable[..., Result], cluster: str
) -> None:
    (tmp_path / "news").mkdir()
    for number in range(12):
        (tmp_path / "news" / f"{number}.txt").write_text(NEWS.format(number), encoding="utf-8")
    for name, options in (("one", []), ("four", ["--jobs", "4"]), ("cluster", ["--cluster", cluster])):
        built = mavaze("build", "news", "--store", name, *options)
        assert "12 added" in built.stderr, built.stderr
    assert contents(tmp_path / "one") == contents(tmp_path / "four") == contents(tmp_path / "cluster")


def test_a_cluster_that_does_not_answer_is_one_line(tmp_path: Path, mavaze: Callable[..., Result]) -> None:
    (tmp_path / "a.txt").write_text(NEWS.format(1), encoding="utf-8")
    refused = mavaze("build", "a.txt", "--store", "store", "--cluster", "nonsense")
    assert refused.exit_code == 2
    assert "nonsense" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
