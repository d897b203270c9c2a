"""Weights of speech acts from annotated statements.

Each feature starts from what the tables already say (a phrase listed for an act speaks for that act) and is moved from
there only as far as the examples carry it, so that a rare phrase keeps its meaning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ontology
from kg.extract.act_features import act_features, phrase_features
from kg.extract.acts import act_of_cue, most_probable
from kg.extract.linear import LinearModel
from kg.extract.pipeline import read
from kg.lexicon import load as load_lexicon
from kg.model import Extraction
from kg.train.alignment import align, digest_of, read_annotated, read_judged
from kg.train.examples import Example, articles_by_feature, feature_matrix, predict_unseen
from kg.train.records import WEIGHTS, write_model

_VARIANCE, _BIAS_VARIANCE = 0.25, 10.0
_FEWEST_ARTICLES = 3
_FEWEST_ARTICLES_OF_WORDS = 5
_WORD_SCALE = 0.3
_SIGN_PRIOR, _FIRST_PRIOR, _PHRASE_PRIOR, _ROW_PRIOR = 0.8, 0.5, 0.8, 1.0
_DECIMALS = 2
# Far below the last decimal that is kept, so that sums in another order end in the same bytes.
_TO_CONVERGENCE = {"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-4}
_LEAST_WEIGHT, _NOUGHT = 0.06, 0.02


@dataclass(frozen=True)
class ActExample(Example):
    """One attribution whose act the cue leaves open.

    Attributes:
        act: What it is.
    """

    act: str


def build_examples(articles: Iterable[Extraction]) -> tuple[list[ActExample], list[tuple[str, str, str]]]:
    """Read annotated articles and align what is found with what is annotated.

    Returns:
        The examples to learn from, and article, act by rule and annotated act of those that the cue decides.
    """
    examples, decided = [], []
    for gold in articles:
        reading = read(gold.article)
        for index, annotated in sorted(align(reading, gold).items()):
            content, act = reading.contents[index], gold.statements[annotated].act
            told = act_of_cue(content)
            if told is None:
                examples.append(ActExample(gold.article.id, frozenset(act_features(content)), act))
            else:
                decided.append((gold.article.id, told, act))
    return examples, decided


def fit_acts(examples: Sequence[ActExample]) -> LinearModel:
    """Fit a multinomial logistic model whose weights are drawn to their priors."""
    import numpy as np
    from scipy.optimize import minimize

    classes = sorted(ontology.acts())
    names = _learnable_features(examples)
    scale = np.array([_WORD_SCALE if name.startswith("word ") else 1.0 for name in names])
    matrix = feature_matrix(examples, names, scale.tolist())
    transposed, target = matrix.T.tocsr(), np.array([classes.index(e.act) for e in examples])
    prior = np.array([[_prior(name, act) for act in classes] for name in names])
    start = np.vstack([prior, np.zeros((1, len(classes)))])
    variance = np.array([[_VARIANCE]] * len(names) + [[_BIAS_VARIANCE]])
    rows = np.arange(len(examples))

    def loss(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(len(names) + 1, len(classes))
        scores = matrix @ weights[:-1] + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        totals = powers.sum(axis=1, keepdims=True)
        away = (weights - start) / variance
        value = (np.log(totals[:, 0]) - scores[rows, target]).sum() + (away * (weights - start)).sum() / 2
        residual = powers / totals
        residual[rows, target] -= 1
        gradient = np.vstack([transposed @ residual, residual.sum(axis=0, keepdims=True)]) + away
        return float(value), gradient.ravel()

    best = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options=_TO_CONVERGENCE).x.reshape(start.shape)
    bias, weights = best[-1] - best[-1].mean(), best[:-1] * scale[:, None]
    weights -= weights.mean(axis=1, keepdims=True)
    kept = {
        name: tuple(_rounded(w) for w in row)
        for name, row in zip(names, weights, strict=True)
        if abs(row).max() >= _LEAST_WEIGHT
    }
    return LinearModel(tuple(classes), tuple(_rounded(b) for b in bias), kept)


def _rounded(weight: float) -> float:
    """Return a weight as it is shipped; the smallest become a short nought."""
    return 0 if abs(weight) < _NOUGHT else round(float(weight), _DECIMALS)


def _learnable_features(examples: Sequence[ActExample]) -> list[str]:
    """Return what is seen often enough, and every phrase of the table, which has its prior at least."""
    frequent = {
        feature
        for feature, seen in articles_by_feature(examples).items()
        if len(seen) >= (_FEWEST_ARTICLES_OF_WORDS if feature.startswith("word ") else _FEWEST_ARTICLES)
    }
    return sorted(frequent | phrase_features(load_lexicon()))


def _prior(feature: str, act: str) -> float:
    kind, _, rest = feature.removeprefix("clause ").partition(" ")
    if kind in ("act", "judged") and rest == act:
        return _SIGN_PRIOR
    if kind == "first" and rest == act:
        return _FIRST_PRIOR
    if kind == "phrase" and rest.partition(" ")[0] == act:
        return _PHRASE_PRIOR
    if kind == "row" and rest == act:
        return _ROW_PRIOR
    return 0.0


def scores(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return accuracy, and precision and recall of each act, of told and annotated acts."""
    table: dict[str, Any] = {
        "accuracy": round(sum(told == gold for told, gold in pairs) / len(pairs), 3),
        "statements": len(pairs),
    }
    for act in sorted({gold for _, gold in pairs}):
        right = sum(told == gold == act for told, gold in pairs)
        table[act] = {
            "precision": round(right / max(1, sum(told == act for told, _ in pairs)), 3),
            "recall": round(right / sum(gold == act for _, gold in pairs), 3),
            "statements": sum(gold == act for _, gold in pairs),
        }
    return table


def train_acts(gold: Path, weights: Path = WEIGHTS, judged: Path | None = None) -> dict[str, Any]:
    """Learn the weights from a file of annotated articles, write them and return digest and out-of-fold scores.

    Args:
        gold: Articles that are annotated whole.
        weights: Folder to write to.
        judged: Articles of which only some statements are, which are learned from too; the scores are those of gold.

    Raises:
        InputError: When a file cannot be read or breaks the format.
    """
    articles, partial = read_annotated(gold), read_judged(judged)
    examples, decided = build_examples(articles)
    beside, _ = build_examples(partial)
    unseen = map(most_probable, predict_unseen(examples, fit_acts, beside))
    learned = [(told, example.act) for told, example in zip(unseen, examples, strict=True)]
    report = {
        "digest": digest_of([*articles, *partial]),
        "all": scores([*learned, *((act, gold_act) for _, act, gold_act in decided)]),
        "by cue": scores([(act, gold_act) for _, act, gold_act in decided]),
        "left-out outlets": scores(learned),
    }
    write_model(fit_acts([*examples, *beside]), report, weights / "acts.json")
    return report
