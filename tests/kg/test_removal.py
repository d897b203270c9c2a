import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kg.graph.export import write_export
from kg.graph.store import Store

ONE = "سخنگوی وزارت خارجه ترکیه آمریکا را به نقض توافق متهم کرد."
TWO = "وزیر خارجه عمان از گفت‌وگوی تهران و ریاض استقبال کرد."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles by two outlets in two files."""
    rows = [
        {"id": "1", "text": ONE, "publisher": "ایسنا", "url": "https://bamdad.example/1"},
        {"id": "2", "text": TWO, "publisher": "روزنامه بامداد"},
    ]
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "news" / "b.txt").write_text(TWO, encoding="utf-8")
    return tmp_path


def contents(folder: Path) -> bytes:
    with Store.open(folder / "store", read_only=True) as store:
        written = io.BytesIO()
        write_export(store, written, "nquads")
        return written.getvalue()


@pytest.mark.parametrize(
    ("named", "left"),
    [
        (["https://bamdad.example/1"], 2),
        (["--publisher", "خبرگزاری ایسنا"], 2),
        (["--publisher", "روزنامه بامداد"], 2),
        (["--source", "news/a.jsonl"], 1),
        (["--source", "news"], 0),
        (["https://bamdad.example/1", "--source", "news/b.txt"], 1),
    ],
)
def test_what_is_removed_is_gone_from_everything_and_stays_away(
    folder: Path, mavaze: Callable[..., Result], named: list[str], left: int
) -> None:
    mavaze("build", "news", "--store", "store")
    before = contents(folder)
    removed = mavaze("remove", "--store", "store", *named)
    assert removed.exit_code == 0
    assert f"{3 - left} articles removed" in removed.stderr
    after = contents(folder)
    with Store.open(folder / "store", read_only=True) as store:
        assert len(store.articles()) == left
    again = mavaze("build", "news", "--store", "store")
    assert f"{3 - left} not taken in again after their removal" in again.stderr
    assert contents(folder) == after
    # The rest is just what a store has that never knew of it.
    restored = mavaze("build", "news", "--store", "store", "--restore")
    assert f"{3 - left} added" in restored.stderr
    assert contents(folder) == before
    assert "3 unchanged" in mavaze("build", "news", "--store", "store").stderr


def test_a_store_without_it_is_the_same_as_one_that_never_had_it(folder: Path, mavaze: Callable[..., Result]) -> None:
    mavaze("build", "news/b.txt", "--store", "store")
    never = contents(folder)
    mavaze("build", "news/a.jsonl", "--store", "store")
    mavaze("remove", "--store", "store", "--source", "news/a.jsonl")
    assert contents(folder) == never


def test_an_edited_text_in_the_same_place_stays_out(folder: Path, mavaze: Callable[..., Result]) -> None:
    mavaze("build", "news/b.txt", "--store", "store")
    with Store.open("store", read_only=True) as store:
        (iri,) = store.articles()
    mavaze("remove", "--store", "store", iri)
    (folder / "news" / "b.txt").write_text(ONE, encoding="utf-8")
    assert "1 not taken in again" in mavaze("build", "news/b.txt", "--store", "store").stderr


def test_an_article_that_another_source_gives_stays(folder: Path, mavaze: Callable[..., Result]) -> None:
    (folder / "copy.txt").write_text(TWO, encoding="utf-8")
    mavaze("build", "news", "copy.txt", "--store", "store")
    removed = mavaze("remove", "--store", "store", "--source", "copy.txt")
    assert "0 articles removed; 1 kept, which another source gives too" in removed.stderr


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (["https://nowhere.example/"], "https://nowhere.example/: the store has no such article"),
        (["--publisher", "کسی"], "کسی: the store has no article of this publisher"),
        (["--source", "absent"], "absent: no article of the store came from here"),
        ([], "name articles, a --publisher or a --source"),
    ],
)
def test_what_is_not_there_is_told(folder: Path, mavaze: Callable[..., Result], named: list[str], told: str) -> None:
    mavaze("build", "news", "--store", "store")
    refused = mavaze("remove", "--store", "store", *named)
    assert refused.exit_code == 2
    assert told in refused.stderr
