"""Annotation without texts: joined with them it is what was annotated, and it holds no words of theirs."""

import gzip
import json
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.train import standoff

SAMPLES = Path(__file__).parents[3] / "data" / "gold"
GUIDE = ("id", "text", "entities", "statements")


@pytest.fixture
def gold() -> list[dict]:
    lines = (SAMPLES / "22-44.jsonl").read_text("utf-8").splitlines()
    return [{key: json.loads(line)[key] for key in GUIDE} for line in lines]


@pytest.fixture
def corpus(gold: list[dict], tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"id": a["id"], "text": a["text"]}) + "\n" for a in gold)
    return path


def written(gold: list[dict], folder: Path) -> Path:
    path = folder / "annotations.jsonl"
    path.write_text("".join(json.dumps(standoff.part(article)) + "\n" for article in gold), "utf-8")
    return path


def test_parted_and_joined_again_it_is_the_same(gold: list[dict], corpus: Path, tmp_path: Path) -> None:
    assert list(standoff.join(written(gold, tmp_path), corpus)) == gold


def test_another_text_under_the_same_name_is_refused(gold: list[dict], corpus: Path, tmp_path: Path) -> None:
    gold[0]["text"] += " "
    with pytest.raises(InputError, match="is another text"):
        list(standoff.join(written(gold, tmp_path), corpus))


def test_a_missing_article_is_refused(gold: list[dict], corpus: Path, tmp_path: Path) -> None:
    gold[0]["id"] = "elsewhere"
    with pytest.raises(InputError, match="elsewhere is missing"):
        list(standoff.join(written(gold, tmp_path), corpus))


@pytest.mark.parametrize("folder", [standoff.ANNOTATIONS, standoff.JUDGED], ids=lambda folder: folder.name)
def test_what_ships_names_things_and_quotes_nothing(folder: Path) -> None:
    for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines():
        article = json.loads(line)
        assert set(article) == {"id", "digest", "entities", "statements"}
        for statement in article["statements"]:
            assert all(not isinstance(statement[key], str) for key in ("begin", "end", "cue", "stances", "within"))
        names = [entity["name"] for entity in article["entities"] if isinstance(entity["name"], str)]
        assert all(len(name.split()) <= 12 for name in names)


def test_no_article_is_annotated_twice() -> None:
    files = [folder / "corpus.jsonl" for folder in (standoff.ANNOTATIONS, standoff.JUDGED)]
    names = [json.loads(line)["id"] for file in files for line in file.read_text("utf-8").splitlines()]
    assert len(names) == len(set(names))
