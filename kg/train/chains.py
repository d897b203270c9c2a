"""Weights of where the noun phrases of offices, bodies and groups end: the same articles give the same bytes.

Whoever speaks or is a target has the forms listed that the article calls it by. Where one of them stands in the text,
each step of the chain that its head opens is an example: right as far as the form reaches, wrong where it goes beyond.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.evaluation.alignment import fold_name
from kg.extract.chains import Chain, Chains, head_at
from kg.extract.linear import LinearModel
from kg.extract.matcher import NameMatcher
from kg.extract.mentions import chains_of
from kg.extract.noun_phrases import ENDS, GOES_ON
from kg.extract.pipeline import read_sentences
from kg.gazetteer import load as load_gazetteer
from kg.lexicon import load as load_lexicon
from kg.lexicon import word_set
from kg.model import Extraction
from kg.train.alignment import digest_of, outermost_forms, read_annotated
from kg.train.examples import Example, fit_logistic, predict_unseen
from kg.train.records import WEIGHTS, write_model

_CLASSES = (GOES_ON, ENDS)
_STRENGTH = 1.0
_FEWEST_ARTICLES = 2
_DECIMALS = 2


@dataclass(frozen=True)
class ChainExample(Example):
    """One step of a chain whose end is annotated.

    Attributes:
        chain: Number of the chain among all.
        goes_on: Whether the annotated form takes the step too.
        ruled: Whether the rules alone would take it.
    """

    chain: int
    goes_on: bool
    ruled: bool


def train_chains(gold: Path, weights: Path = WEIGHTS) -> dict[str, Any]:
    """Learn the weights from a file of annotated articles, write them and return their report.

    Raises:
        InputError: When the file cannot be read or breaks the format.
    """
    articles = read_annotated(gold)
    examples: list[ChainExample] = []
    for extraction in articles:
        examples += build_examples(extraction, first=examples[-1].chain + 1 if examples else 0)
    unseen = [row[GOES_ON] >= row[ENDS] for row in predict_unseen(examples, fit_chains)]
    report = {
        "articles": len(articles),
        "digest": digest_of(articles),
        "examples": len(examples),
        "chains": len({example.chain for example in examples}),
        "rules alone": {"whole chains": _whole(examples, [example.ruled for example in examples])},
        "left-out outlets": {"whole chains": _whole(examples, unseen)},
    }
    write_model(fit_chains(examples), report, weights / "chains.json")
    return report


def build_examples(gold: Extraction, first: int = 0) -> list[ChainExample]:
    """Read an annotated article and follow each annotated chain to its end.

    Args:
        gold: The annotated article.
        first: Number of its first chain.
    """
    lexicon, matcher = load_lexicon(), NameMatcher(load_gazetteer())
    forms = {fold_name(form) for e in gold.entities if e.type != "topic" for form in (e.name, *e.mentions)}
    examples: list[ChainExample] = []
    for read in read_sentences(gold.article, learned=False):
        chains = chains_of(read, lexicon, matcher)
        ends = dict(outermost_forms(read, forms))
        index = 0
        while index < len(chains.tokens):
            chain = chains.at(index)
            index += 1
            if chain is None:
                continue
            begin = next((b for b in range(chain.first, chain.head + 1) if b in ends), None)
            index = chain.head + 1
            if begin is not None and not _points_back(chains, chain):
                steps = list(_steps(gold.article.id, chains, chain, ends[begin], first))
                examples += steps
                first += bool(steps)
                index = max(index, ends[begin] + 1)
    return examples


def fit_chains(examples: Sequence[ChainExample]) -> LinearModel:
    """Fit a logistic model."""
    truths = [example.goes_on for example in examples]
    return fit_logistic(
        examples, truths, _CLASSES, strength=_STRENGTH, fewest_articles=_FEWEST_ARTICLES, decimals=_DECIMALS
    )


def _points_back(chains: Chains, chain: Chain) -> bool:
    return chain.head > chain.first and chains.tokens[chain.head - 1].key in word_set("pointing_determiners")


def _steps(article: str, chains: Chains, chain: Chain, end: int, number: int) -> Iterator[ChainExample]:
    found = head_at(chains.tokens, chain.head, chains.lexicon)
    assert found is not None
    last = chain.head + found[1] - 1
    opener = chains.tokens[last].key
    while last <= end and (step := chains.step(last)) is not None:
        goes_on = step.last <= end
        ruled = chains.ruled_end(last, chain.head, chain.noun) is not None
        features = frozenset(chains.features(chain.head, opener, last, chain.noun, step, is_ruled=ruled))
        yield ChainExample(article, features, number, goes_on, ruled)
        if not goes_on:
            return
        last = step.last


def _whole(examples: Sequence[ChainExample], told: Sequence[bool]) -> float:
    """Return the share of chains of which each step is told right."""
    wrong = {example.chain for example, goes_on in zip(examples, told, strict=True) if goes_on != example.goes_on}
    return round(1 - len(wrong) / len({example.chain for example in examples}), 3)
