"""Weights of how far a noun phrase goes on: the same articles give the same bytes.

An issue or loose group that is annotated has its forms listed. Where one of them stands in the text, each step of the
phrase that its head opens is an example: right as far as the form reaches, wrong where it goes beyond.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.evaluation.alignment import fold_name
from kg.extract.linear import LinearModel
from kg.extract.noun_phrases import ENDS, GOES_ON, Head, NounPhrases
from kg.extract.pipeline import read_sentences
from kg.extract.reading import ReadSentence
from kg.lexicon import load as load_lexicon
from kg.model import Extraction
from kg.train.alignment import digest_of, outermost_forms, read_annotated
from kg.train.examples import Example, fit_logistic, predict_unseen
from kg.train.records import WEIGHTS, write_model

_CLASSES = (GOES_ON, ENDS)
_STRENGTH = 1.0
_FEWEST_ARTICLES = 2
_DECIMALS = 2
_DETERMINERS = 2
"""How many words of an annotated form may stand before its head («برخی کشورهای منطقه»)."""


@dataclass(frozen=True)
class PhraseExample(Example):
    """One step of a phrase whose end is annotated.

    Attributes:
        phrase: Number of the phrase among all.
        goes_on: Whether the annotated form takes the step too.
    """

    phrase: int
    goes_on: bool


def train_phrases(gold: Path, weights: Path = WEIGHTS) -> dict[str, Any]:
    """Learn the weights from a file of annotated articles, write them and return their report.

    Raises:
        InputError: When the file cannot be read or breaks the format.
    """
    articles = read_annotated(gold)
    examples: list[PhraseExample] = []
    for extraction in articles:
        examples += build_examples(extraction, first=examples[-1].phrase + 1 if examples else 0)
    wrong = {
        example.phrase
        for example, row in zip(examples, predict_unseen(examples, fit_phrases), strict=True)
        if (row[GOES_ON] >= row[ENDS]) != example.goes_on
    }
    phrases = len({example.phrase for example in examples})
    report = {
        "articles": len(articles),
        "digest": digest_of(articles),
        "examples": len(examples),
        "phrases": phrases,
        "left-out outlets": {"whole phrases": round(1 - len(wrong) / phrases, 3)},
    }
    write_model(fit_phrases(examples), report, weights / "phrases.json")
    return report


def build_examples(gold: Extraction, first: int = 0) -> list[PhraseExample]:
    """Read an annotated article and follow each annotated phrase to its end.

    Args:
        gold: The annotated article.
        first: Number of its first phrase.
    """
    lexicon = load_lexicon()
    forms = {fold_name(form) for e in gold.entities if e.type in ("topic", "group") for form in (e.name, *e.mentions)}
    examples: list[PhraseExample] = []
    phrase = first
    for read in read_sentences(gold.article):
        phrases = NounPhrases.of(read, lexicon)
        for head, end in _annotated(read, phrases, forms):
            steps = list(_steps(gold.article.id, phrases, head, end, phrase))
            examples += steps
            phrase += bool(steps)
    return examples


def fit_phrases(examples: Sequence[PhraseExample]) -> LinearModel:
    """Fit a logistic model."""
    truths = [example.goes_on for example in examples]
    return fit_logistic(
        examples, truths, _CLASSES, strength=_STRENGTH, fewest_articles=_FEWEST_ARTICLES, decimals=_DECIMALS
    )


def _annotated(read: ReadSentence, phrases: NounPhrases, forms: set[str]) -> Iterator[tuple[Head, int]]:
    """Yield each head that an annotated form holds near its beginning, and the form's last token."""
    spans = list(outermost_forms(read, forms))
    for head in phrases.heads():
        end = next((e for b, e in spans if b <= head.index <= min(e, b + _DETERMINERS)), None)
        if end is not None and not head.points_back:
            yield head, end


def _steps(article: str, phrases: NounPhrases, head: Head, end: int, phrase: int) -> Iterator[PhraseExample]:
    last = head.index
    while last <= end and (step := phrases.step(last)) is not None:
        goes_on = step.last <= end
        yield PhraseExample(article, frozenset(phrases.features(head, last, step)), phrase, goes_on)
        if not goes_on:
            return
        last = step.last
