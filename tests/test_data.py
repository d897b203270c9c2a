"""The samples of data/: dated, credited, in our own words; and their gold, exact to the letter."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ontology import acts

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
ARTICLES = sorted((ROOT / "data" / "articles").glob("*.json"))
GOLD = sorted((ROOT / "data" / "gold").glob("*.jsonl"))

# Letters that sources write in several ways; a sentence must not pass as ours by its spelling alone.
FOLDED = str.maketrans(
    {"ي": "ی", "ك": "ک", "ۀ": "ه", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ؤ": "و", "ئ": "ی", "\u200c": None}
)


def read(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def records(*paths: Path) -> Iterator[dict[str, Any]]:
    """The records of JSON Lines files, packed or not."""
    for path in paths:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def shingles(text: str, size: int = 8) -> set[str]:
    """Every run of so many words, folded."""
    words = re.findall(r"\w+", text.translate(FOLDED))
    return {" ".join(words[i : i + size]) for i in range(len(words) - size + 1)}


@pytest.fixture(scope="module")
def texts() -> dict[str, dict[str, Any]]:
    return {path.stem: read(path) for path in ARTICLES}


@pytest.fixture(scope="module")
def source_shingles() -> set[str]:
    sources = [
        SHARED / "evaluation" / "dev.jsonl",
        SHARED / "evaluation" / "train.jsonl",
        SHARED / "corpus" / "raw.jsonl.gz",
    ]
    if missing := [path.name for path in sources if not path.exists()]:
        pytest.skip(f"the source texts are not beside this checkout: {', '.join(missing)}")
    return {shingle for record in records(*sources) for shingle in shingles(record["text"])}


def test_samples_are_at_least_forty() -> None:
    assert len(ARTICLES) >= 40


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_sample_is_dated_and_says_whom_it_retells(path: Path) -> None:
    record = read(path)

    assert record["id"] == path.stem
    assert path.stem.isascii()
    assert set(record) <= {"id", "title", "date", "publisher", "derived_from", "url", "text"}
    assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", record["date"])
    assert re.fullmatch(r"نمونه مواضع، به نقل از \S.*", record["publisher"])
    assert "retold" in record["derived_from"]
    if "title" in record:
        assert record["text"].startswith(record["title"] + "\n")


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_sample_is_clean_persian(path: Path) -> None:
    text = read(path)["text"]

    assert not re.search("[يكةۀ]", text)
    assert all(line == line.strip() and line for line in text.split("\n"))
    assert text.count("«") == text.count("»")


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_sample_quotes_briefly(path: Path) -> None:
    for quotation in re.findall("«([^»]*)»", read(path)["text"]):
        assert len(quotation.split()) <= 12, quotation


@pytest.mark.shared
@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_sample_is_in_own_words(path: Path, source_shingles: set[str]) -> None:
    assert sorted(shingles(read(path)["text"]) & source_shingles) == []


def test_some_statements_stand_in_two_outlets(texts: dict[str, dict[str, Any]]) -> None:
    contents: dict[str, set[str]] = {}
    for record in texts.values():
        for content in re.findall(r"(?:گفت|افزود|اعلام کرد): (.+)", record["text"]):
            contents.setdefault(content, set()).add(record["publisher"])

    assert sum(len(publishers) > 1 for publishers in contents.values()) >= 3


def test_gold_covers_at_least_fifteen_samples(texts: dict[str, dict[str, Any]]) -> None:
    ids = [record["id"] for record in records(*GOLD)]

    assert len(ids) == len(set(ids)) >= 15
    assert set(ids) <= texts.keys()


@pytest.mark.parametrize("record", list(records(*GOLD)), ids=lambda record: str(record["id"]))
def test_gold_fits_its_article(record: dict[str, Any], texts: dict[str, dict[str, Any]]) -> None:
    text, article = record["text"], texts[record["id"]]
    entities = {entity["id"]: entity for entity in record["entities"]}

    assert {key: record[key] for key in ("text", "publisher", "date")} == {
        key: article[key] for key in ("text", "publisher", "date")
    }
    assert record["statements"]
    for entity in entities.values():
        assert entity["type"] in {"person", "state", "organization", "group", "topic"}
        assert all(mention in text for mention in entity["mentions"])
        assert entity["qid"] is None or re.fullmatch(r"Q[1-9]\d*", entity["qid"])
    for number, statement in enumerate(record["statements"]):
        content = text[statement["begin"] : statement["end"]]
        assert 0 <= statement["begin"] < statement["end"] <= len(text)
        assert content.strip(" .") == content
        assert "\n" not in content
        assert statement["cue"] is None or statement["cue"] in text
        assert statement["act"] in acts()
        assert statement["speaker"] in entities
        assert statement["on_behalf_of"] in {None, *entities}
        assert statement["within"] is None or 0 <= statement["within"] < len(record["statements"]) != number
        for stance in statement["stances"]:
            assert stance["target"] in entities
            assert stance["polarity"] in {"positive", "negative"}
            assert stance["target"] not in {statement["speaker"], statement["on_behalf_of"]}
