"""Learning from annotated articles: what is written, what is told about it, and what is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.extract import extract
from kg.model import Article
from kg.train.acts import train_acts
from kg.train.attributions import train_attributions
from kg.train.chains import train_chains
from kg.train.phrases import train_phrases
from kg.train.sources import train_sources
from kg.train.stances import build_examples, train_stances

GOLD = Path(__file__).parents[3] / "data" / "gold"
TRAINERS = {
    "acts": train_acts,
    "attributions": train_attributions,
    "chains": train_chains,
    "phrases": train_phrases,
    "sources": train_sources,
    "stances": train_stances,
}


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample articles as those of two outlets."""
    lines = [line for path in sorted(GOLD.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    records = [json.loads(line) for line in lines]
    for number, record in enumerate(records):
        record["id"] = f"{('north', 'south')[number % 2]}-{number:02}"
    path = tmp_path_factory.mktemp("gold") / "train.jsonl"
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), "utf-8")
    return path


@pytest.mark.parametrize("name", TRAINERS)
def test_the_same_articles_give_the_same_weights_with_a_report(name: str, gold: Path, tmp_path: Path) -> None:
    train: Callable[[Path, Path], dict[str, Any]] = TRAINERS[name]
    for folder in ("one", "other"):
        report = train(gold, tmp_path / folder)
    written = (tmp_path / "one" / f"{name}.json").read_bytes()
    assert written == (tmp_path / "other" / f"{name}.json").read_bytes()
    record = json.loads(written)
    assert record["report"] == report
    if name == "stances":
        asked = {item for tree in record["trees"] for item in tree if isinstance(item, int)}
        assert asked == {*range(len(record["features"]))} != set()
    else:
        assert record["weights"]
        assert all(any(row) for row in record["weights"].values())


@pytest.mark.parametrize("name", ["acts", "stances"])
def test_statements_judged_beside_whole_articles_are_learned_from(name: str, gold: Path, tmp_path: Path) -> None:
    judged = tmp_path / "judged.jsonl"
    judged.write_text(gold.read_text("utf-8").replace('"id": "north-', '"id": "west-'), "utf-8")
    alone, both = tmp_path / "alone", tmp_path / "both"
    TRAINERS[name](gold, alone)
    TRAINERS[name](gold, both, judged)
    assert (alone / f"{name}.json").read_bytes() != (both / f"{name}.json").read_bytes()


def test_what_is_not_judged_is_no_example() -> None:
    """Of an article of which one statement is annotated, the others teach nothing."""
    text = "وزیر خارجه شیلی بولیوی را به دخالت متهم کرد.\nوزیر خارجه کنیا اوگاندا را محکوم کرد."
    found = extract(Article("x-1", text))
    judged = [replace(s, stances=()) for s in found.statements if "بولیوی" in s.content.of(text)]
    gold = replace(found, statements=tuple(judged))
    bolivia, uganda = (next(e.id for e in found.entities if e.name == name) for name in ("بولیوی", "اوگاندا"))
    taught = {e.target for e in build_examples(gold, is_whole=False) if e.label is not None}
    assert bolivia in taught
    assert uganda not in taught
    assert uganda in {e.target for e in build_examples(gold) if e.label is not None}


@pytest.mark.parametrize("name", TRAINERS)
def test_one_outlet_is_too_little_to_learn_from(name: str, gold: Path, tmp_path: Path) -> None:
    one = tmp_path / "train.jsonl"
    one.write_text(gold.read_text("utf-8").splitlines()[0], "utf-8")
    with pytest.raises(InputError, match=r"train\.jsonl: .*two outlets are needed"):
        TRAINERS[name](one, tmp_path / "weights")
    assert not (tmp_path / "weights").exists()
