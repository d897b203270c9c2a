"""Boosted trees of stances from annotated articles: the same articles give the same bytes.

What the extractor finds is aligned with what is annotated; each possible target of an aligned statement is an example.
What a target shows is told by cue, place and judging words together, which trees weigh and a sum cannot. Thresholds
are chosen on outlets left out, so that the article's set of opinions is told best.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.extract.acts import classify_act
from kg.extract.pipeline import read
from kg.extract.stances import candidates, decide, stance_features
from kg.extract.trees import TreeModel
from kg.model import Extraction
from kg.train.alignment import Namesakes, align, digest_of, read_annotated, read_judged
from kg.train.boosting import Growth, fit_trees
from kg.train.examples import Example, predict_unseen
from kg.train.records import WEIGHTS, write_model

NONE = "none"
CLASSES = ("negative", NONE, "positive")

_GROWTH = Growth(rounds=200, rate=0.08, leaves=31, fewest_articles=5, fewest_examples=15, share=0.3, restraint=5.0)
_LEAST_PRECISION = 0.4  # a missed opinion costs its reader less than a wrong one
_GRID = tuple(round(0.1 + 0.05 * step, 2) for step in range(10))

Opinion = tuple[str, str, str, str]
"""Article, holder, polarity and target."""


@dataclass(frozen=True)
class StanceExample(Example):
    """One possible target of one attribution.

    Attributes:
        holder: The speaker, by gold's identifier where it is one of gold's.
        target: The possible target, likewise.
        label: What it is, or None where that cannot be told: those are predicted, not learned from.
    """

    holder: str
    target: str
    label: str | None


def train_stances(gold: Path, weights: Path = WEIGHTS, judged: Path | None = None) -> dict[str, Any]:
    """Learn the trees from a file of annotated articles, write them and return their report.

    Args:
        gold: Articles that are annotated whole.
        weights: Folder to write to.
        judged: Articles of which only some statements are, which are learned from too; the figures are those of gold.

    Raises:
        InputError: When a file cannot be read or breaks the format.
    """
    articles, partial = read_annotated(gold), read_judged(judged)
    opinions = {opinion for extraction in articles for opinion in opinions_of(extraction)}
    examples = [example for extraction in articles for example in build_examples(extraction)]
    beside = [example for extraction in partial for example in build_examples(extraction, is_whole=False)]
    unseen = predict_unseen(examples, fit_stances, beside)
    thresholds = choose_thresholds(examples, unseen, opinions)
    learned = [example for example in (*examples, *beside) if example.label is not None]
    report = {
        "articles": len(articles),
        "digest": digest_of([*articles, *partial]),
        "examples": {name: sum(example.label == name for example in learned) for name in CLASSES},
        "judged articles": len(partial),
        "left-out outlets": score(examples, unseen, thresholds, opinions),
    }
    write_model(replace(fit_stances([*examples, *beside]), thresholds=thresholds), report, weights / "stances.json")
    return report


def opinions_of(extraction: Extraction) -> set[Opinion]:
    """Return the annotated opinions of an article."""
    return {(extraction.article.id, s.speaker, o.polarity, o.target) for s in extraction.statements for o in s.stances}


def build_examples(gold: Extraction, is_whole: bool = True) -> list[StanceExample]:
    """Read an annotated article and compare each possible target with what is annotated.

    Where the statement shows no stance toward a target, but the article does elsewhere, nothing is learned.

    Args:
        gold: The article.
        is_whole: Whether all its statements are annotated. Where only some are, nothing is learned from the others.
    """
    reading = read(gold.article)
    aligned = align(reading, gold)
    names = Namesakes(gold)
    polarities: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, holder, polarity, target in opinions_of(gold):
        polarities[holder, target].add(polarity)
    examples = []
    for index, content in enumerate(reading.contents):
        speaker = reading.resolution.speakers[index]
        if speaker is None:
            continue
        act, holder = classify_act(content), names.of(speaker)
        shown = {o.target: o.polarity for o in gold.statements[aligned[index]].stances} if index in aligned else {}
        for candidate in candidates(content, speaker, reading.resolution.behalf[index], reading.resolution):
            target = names.of(candidate.target)
            is_open = (holder, target) in polarities or not (is_whole or index in aligned)
            label = shown.get(target, None if is_open else NONE)
            features = frozenset(stance_features(content, act, candidate, speaker))
            examples.append(StanceExample(gold.article.id, features, holder, target, label))
    return examples


def fit_stances(examples: Sequence[StanceExample]) -> TreeModel:
    """Fit boosted trees to the examples whose label is known."""
    labelled = [example for example in examples if example.label is not None]
    return fit_trees(labelled, [example.label or NONE for example in labelled], CLASSES, _GROWTH)


def choose_thresholds(
    examples: Sequence[StanceExample], probabilities: Sequence[dict[str, float]], gold: set[Opinion]
) -> dict[str, float]:
    """Return the threshold under which the opinions of all articles are told best at the least precision or more.

    Both polarities share it: one for each told unseen articles no better, and moved with every retraining. Where none
    reaches that precision, the most precise is returned.
    """
    grid = [{"negative": threshold, "positive": threshold} for threshold in _GRID]
    figures = [(score(examples, probabilities, thresholds, gold), thresholds) for thresholds in grid]
    precise = [pair for pair in figures if pair[0]["precision"] >= _LEAST_PRECISION]
    if precise:
        return max(precise, key=lambda pair: (round(pair[0]["f1"], 3), pair[0]["precision"]))[1]
    return max(figures, key=lambda pair: pair[0]["precision"])[1]


def score(
    examples: Sequence[StanceExample],
    probabilities: Sequence[dict[str, float]],
    thresholds: dict[str, float],
    gold: set[Opinion],
) -> dict[str, float]:
    """Compare the opinions that a model finds with the annotated ones."""
    found = {
        (example.article, example.holder, polarity, example.target)
        for example, row in zip(examples, probabilities, strict=True)
        if (polarity := decide(row, thresholds)) is not None
    }
    right = len(found & gold)
    return {
        "precision": round(right / max(1, len(found)), 3),
        "recall": round(right / max(1, len(gold)), 3),
        "f1": round(2 * right / max(1, len(found) + len(gold)), 4),
    }
