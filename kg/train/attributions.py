"""Weights of the confidence in an attribution: the same articles give the same bytes.

An attribution is right where its extent shares at least half with an annotated statement and its speaker is the
annotated one. Nothing is calibrated afterwards: a logistic model that is this small is calibrated out of fold as it
stands, which the report shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.extract.confidence import RIGHT, WRONG, attribution_features
from kg.extract.linear import LinearModel
from kg.extract.pipeline import read
from kg.model import Extraction
from kg.train.alignment import Namesakes, align, digest_of, read_annotated
from kg.train.examples import Example, fit_logistic, predict_unseen
from kg.train.records import WEIGHTS, write_model

_CLASSES = (RIGHT, WRONG)
_STRENGTH = 0.1
_FEWEST_ARTICLES = 2
_DECIMALS = 3
_BINS = 5


@dataclass(frozen=True)
class AttributionExample(Example):
    """One attribution, right or wrong.

    Attributes:
        is_right: Whether extent and speaker are the annotated ones.
    """

    is_right: bool


def train_attributions(gold: Path, weights: Path = WEIGHTS) -> dict[str, Any]:
    """Learn the weights from a file of annotated articles, write them and return their report.

    Raises:
        InputError: When the file cannot be read or breaks the format.
    """
    articles = read_annotated(gold)
    examples = [example for extraction in articles for example in build_examples(extraction)]
    unseen = predict_unseen(examples, fit_attributions)
    told = sorted((row[RIGHT], example.is_right) for row, example in zip(unseen, examples, strict=True))
    report = {
        "articles": len(articles),
        "digest": digest_of(articles),
        "examples": len(examples),
        "left-out outlets": calibration(told, sum(len(e.statements) for e in articles)),
    }
    write_model(fit_attributions(examples), report, weights / "attributions.json")
    return report


def build_examples(gold: Extraction) -> list[AttributionExample]:
    """Read an annotated article and compare each attribution with what is annotated."""
    reading = read(gold.article)
    namesakes = Namesakes(gold)

    def fits(index: int, statement: int) -> bool:
        speaker = reading.resolution.speakers[index]
        return speaker is not None and namesakes.of(speaker) == gold.statements[statement].speaker

    aligned = align(reading, gold, fits)
    return [
        AttributionExample(gold.article.id, frozenset(attribution_features(content, speaker)), index in aligned)
        for index, (content, speaker) in enumerate(zip(reading.contents, reading.resolution.speakers, strict=True))
        if speaker is not None
    ]


def fit_attributions(examples: Sequence[AttributionExample]) -> LinearModel:
    """Fit a logistic model."""
    truths = [example.is_right for example in examples]
    return fit_logistic(
        examples, truths, _CLASSES, strength=_STRENGTH, fewest_articles=_FEWEST_ARTICLES, decimals=_DECIMALS
    )


def calibration(told: Sequence[tuple[float, bool]], statements: int) -> dict[str, Any]:
    """Return what the probabilities are worth.

    Args:
        told: Probability and truth, the least probable first.
        statements: How many are annotated, for the curve.

    Returns:
        Area under the ROC curve, expected calibration error over five bins of equal size, the share of right ones in
        the less and the more confident half, and precision, recall and F1 by least confidence.
    """
    right = sum(is_right for _, is_right in told)
    ranks = sum(rank for rank, (_, is_right) in enumerate(told, start=1) if is_right)
    size, half = len(told) // _BINS, len(told) // 2
    bins = [told[size * i : size * (i + 1)] for i in range(_BINS)]
    error = sum(abs(sum(p for p, _ in b) - sum(r for _, r in b)) / len(b) for b in bins) / _BINS
    curve = {}
    for least in (0.0, 0.3, 0.5, 0.7, 0.8, 0.9):
        kept = [is_right for probability, is_right in told if probability >= least]
        curve[str(least)] = {
            "precision": round(sum(kept) / max(1, len(kept)), 3),
            "recall": round(sum(kept) / statements, 3),
            "f1": round(2 * sum(kept) / (len(kept) + statements), 3),
        }
    return {
        "auroc": round((ranks - right * (right + 1) / 2) / (right * (len(told) - right)), 3),
        "calibration error": round(error, 3),
        "curve": curve,
        "less confident half": round(sum(r for _, r in told[:half]) / half, 3),
        "more confident half": round(sum(r for _, r in told[half:]) / (len(told) - half), 3),
    }
