"""Weights of the choice of a cue's source: the same articles give the same bytes.

An example is a noun phrase of a cue's sentence, or a dropped subject. It is the source where it names the annotated
speaker of the words that the rules give the cue, whoever the rules say speaks them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.evaluation.alignment import overlap
from kg.extract.clusters import place_of
from kg.extract.linear import LinearModel
from kg.extract.pipeline import Reading, read
from kg.extract.reading import Attribution, Mention
from kg.extract.source_features import OTHER, SOURCE, source_features
from kg.extract.subjects import Subjects
from kg.lexicon import load as load_lexicon
from kg.model import Extraction
from kg.train.alignment import Namesakes, digest_of, read_annotated
from kg.train.examples import Example, fit_logistic, predict_unseen
from kg.train.records import WEIGHTS, write_model

_CLASSES = (SOURCE, OTHER)
_STRENGTH = 0.5
_FEWEST_ARTICLES = 3
_DECIMALS = 2
_SAME_CONTENT = 0.5
_ABOUT = 0.05


@dataclass(frozen=True)
class SourceExample(Example):
    """One possible source of one cue.

    Attributes:
        cue: Number of the cue among all.
        is_source: Whether it is the right one.
        is_rule: Whether the rules choose it.
    """

    cue: int
    is_source: bool
    is_rule: bool


def train_sources(gold: Path, weights: Path = WEIGHTS) -> dict[str, Any]:
    """Learn the weights from a file of annotated articles, write them and return their report.

    Raises:
        InputError: When the file cannot be read or breaks the format.
    """
    articles = read_annotated(gold)
    examples: list[SourceExample] = []
    for extraction in articles:
        examples += build_examples(extraction, len(examples))
    unseen = predict_unseen(examples, fit_sources)
    cues: dict[int, list[tuple[float, SourceExample]]] = {}
    for row, example in zip(unseen, examples, strict=True):
        cues.setdefault(example.cue, []).append((row[SOURCE], example))
    learned = sum(max(found, key=lambda pair: pair[0])[1].is_source for found in cues.values())
    rules = sum(any(e.is_source and e.is_rule for _, e in found) for found in cues.values())
    report = {
        "articles": len(articles),
        "digest": digest_of(articles),
        "cues": len(cues),
        "examples": len(examples),
        "left-out outlets": {"learned": round(learned / len(cues), 3), "rules": round(rules / len(cues), 3)},
    }
    write_model(fit_sources(examples), report, weights / "sources.json")
    return report


def build_examples(gold: Extraction, first: int = 0) -> list[SourceExample]:
    """Read an annotated article by rules and tell, of each cue whose words are annotated, who its source is.

    Args:
        gold: The annotated article.
        first: Number of its first cue.
    """
    reading, lexicon = read(gold.article, learned=False), load_lexicon()
    namesakes = Namesakes(gold)
    examples: list[SourceExample] = []
    for number, (attribution, speakers) in enumerate(_annotated(reading, gold), start=first):
        cue, sentence = attribution.cue, reading.sentences[attribution.sentence]
        if cue is None:
            continue
        subjects = Subjects(sentence, attribution.sentence, lexicon, None)
        choice = subjects.rule_choice(list(sentence.cues).index(cue), cue)
        candidates = subjects.candidates(cue, choice)
        right = [_names(reading, namesakes, candidate, speakers) for candidate in candidates]
        if not any(right):
            right = [candidate == _unnamed(candidates, choice.source) for candidate in candidates]
        examples += [
            SourceExample(
                gold.article.id,
                frozenset(source_features(sentence, cue, candidate, choice, lexicon)),
                number,
                is_right,
                candidate == choice.source,
            )
            for candidate, is_right in zip(candidates, right, strict=True)
        ]
    return examples


def fit_sources(examples: Sequence[SourceExample]) -> LinearModel:
    """Fit a logistic model."""
    truths = [example.is_source for example in examples]
    return fit_logistic(
        examples, truths, _CLASSES, strength=_STRENGTH, fewest_articles=_FEWEST_ARTICLES, decimals=_DECIMALS
    )


def _annotated(reading: Reading, gold: Extraction) -> Iterator[tuple[Attribution, set[str]]]:
    """Yield one attribution of each cue whose words are annotated, and who speaks them."""
    seen = set()
    for content in reading.contents:
        attribution = content.attribution
        cue = attribution.cue
        if cue is None or cue.kind not in ("verb", "participle") or (attribution.sentence, cue.first) in seen:
            continue
        shares = [(overlap(attribution.content, s.content), s.speaker) for s in gold.statements]
        best = max((share for share, _ in shares), default=0.0)
        if best >= _SAME_CONTENT:
            seen.add((attribution.sentence, cue.first))
            yield attribution, {speaker for share, speaker in shares if share >= best - _ABOUT}


def _names(reading: Reading, namesakes: Namesakes, candidate: Mention | None, speakers: set[str]) -> bool:
    cluster = None if candidate is None else reading.resolution.clusters.get(place_of(candidate))
    return cluster is not None and namesakes.of(cluster) in speakers


def _unnamed(candidates: Sequence[Mention | None], chosen: Mention | None) -> Mention | None:
    """Return the source of a cue whose speaker no phrase of the sentence names: a pronoun, or a dropped subject."""
    if chosen is not None and chosen.kind in ("pronoun", "anaphor"):
        return chosen
    pointing = (c for c in candidates if c is not None and c.kind in ("pronoun", "anaphor") and c.type != "state")
    return next(pointing, None) if chosen is None else None
