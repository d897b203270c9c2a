"""What weights are learned from: examples by outlet, as a matrix, each outlet left out in turn."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from kg.extract.linear import LinearModel
from kg.extract.models import Model


@dataclass(frozen=True)
class Example:
    """Something found in an annotated article.

    Attributes:
        article: Identifier of its article; the part before the first hyphen is its outlet.
        features: What holds of it.
    """

    article: str
    features: frozenset[str]

    @property
    def outlet(self) -> str:
        """Whose text it is."""
        return self.article.partition("-")[0]


_LEAST_WEIGHT = 0.02

AnyExample = TypeVar("AnyExample", bound=Example)


def articles_by_feature(examples: Sequence[Example]) -> dict[str, set[str]]:
    """Return the articles that each feature is seen in."""
    articles: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        for feature in example.features:
            articles[feature].add(example.article)
    return articles


def feature_matrix(examples: Sequence[Example], names: Sequence[str], scale: Sequence[float] | None = None) -> Any:
    """Return a sparse matrix with a row for each example and a column for each named feature.

    Args:
        examples: The rows.
        names: The columns.
        scale: What stands in each column where its feature holds; 1 by default.
    """
    from scipy.sparse import csr_matrix

    index = {name: i for i, name in enumerate(names)}
    cells = [(row, index[f]) for row, e in enumerate(examples) for f in sorted(e.features) if f in index]
    values = [1.0 if scale is None else scale[column] for _, column in cells]
    return csr_matrix((values, tuple(zip(*cells, strict=True))), shape=(len(examples), len(names)))


def fit_logistic(
    examples: Sequence[Example],
    truths: Sequence[bool],
    classes: tuple[str, str],
    *,
    strength: float,
    fewest_articles: int,
    decimals: int,
) -> LinearModel:
    """Fit a logistic model of what is true of examples.

    Args:
        examples: What is learned from.
        truths: Whether it is true of each.
        classes: What the model calls true and false.
        strength: How little the weights are held back.
        fewest_articles: In how many articles a feature must be seen.
        decimals: How many are kept of each weight.
    """
    from sklearn.linear_model import LogisticRegression

    names = sorted(name for name, seen in articles_by_feature(examples).items() if len(seen) >= fewest_articles)
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(feature_matrix(examples, names), truths)
    weights = {
        name: (round(float(weight), decimals), 0.0)
        for name, weight in zip(names, model.coef_[0], strict=True)
        if abs(weight) > _LEAST_WEIGHT
    }
    return LinearModel(classes, (round(float(model.intercept_[0]), decimals), 0.0), weights)


def predict_unseen(
    examples: Sequence[AnyExample],
    fit: Callable[[Sequence[AnyExample]], Model],
    beside: Sequence[AnyExample] = (),
) -> list[dict[str, float]]:
    """Return the probabilities of each example by a model of the other outlets.

    Args:
        examples: What is to be told.
        fit: Makes a model.
        beside: What is learned from too and not to be told.
    """
    probabilities: list[dict[str, float]] = [{} for _ in examples]
    for outlet in sorted({example.outlet for example in examples}):
        model = fit([example for example in (*examples, *beside) if example.outlet != outlet])
        for index, example in enumerate(examples):
            if example.outlet == outlet:
                probabilities[index] = model.probabilities(example.features)
    return probabilities
