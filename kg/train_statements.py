"""Weights of acts and stances from annotated statements."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.evaluation.alignment import is_same, overlap
from kg.extract.acts import act_features
from kg.extract.coreference import entity_of
from kg.extract.pipeline import Reading, read
from kg.extract.stances import candidates, stance_features
from kg.model import Article, Entity, Extraction, Span, Statement

_FEWEST_OCCURRENCES = 3
_FEWEST_ARTICLES = 2
_DECIMALS = 3


@dataclass(frozen=True)
class Example:
    """One case to learn from.

    Attributes:
        article: Identifier of its article.
        features: What holds of it.
        label: What it is.
    """

    article: str
    features: frozenset[str]
    label: str


def fit(examples: Sequence[Example], strength: float, classes: Sequence[str] | None = None) -> dict[str, Any]:
    """Fit a multinomial logistic model; features of fewer than two articles are left out."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counts: Counter[str] = Counter()
    articles: dict[str, set[str]] = {}
    for example in examples:
        for feature in example.features:
            counts[feature] += 1
            seen = articles.setdefault(feature, set())
            if len(seen) < _FEWEST_ARTICLES:
                seen.add(example.article)
    names = sorted(f for f in counts if counts[f] >= _FEWEST_OCCURRENCES and len(articles[f]) >= _FEWEST_ARTICLES)
    index = {name: i for i, name in enumerate(names)}
    rows, columns = [], []
    for row, example in enumerate(examples):
        for feature in sorted(example.features):
            if feature in index:
                rows.append(row)
                columns.append(index[feature])
    matrix = csr_matrix(([1.0] * len(rows), (rows, columns)), shape=(len(examples), len(names)))
    model = LogisticRegression(C=strength, max_iter=2000, solver="lbfgs")
    model.fit(matrix, [example.label for example in examples])
    labels = [str(c) for c in model.classes_]
    coefficients, bias = model.coef_, model.intercept_
    if len(labels) == 2:
        coefficients, bias = [[-c / 2 for c in coefficients[0]], [c / 2 for c in coefficients[0]]], [-bias[0] / 2, bias[0] / 2]
    weights = {}
    for name in names:
        row_weights = [round(float(c[index[name]]), _DECIMALS) for c in coefficients]
        if any(abs(w) > 0.02 for w in row_weights):
            weights[name] = row_weights
    return {"classes": labels, "bias": [round(float(b), _DECIMALS) for b in bias], "weights": weights}
