"""Boosted trees from examples: the same examples give the same trees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.extract.trees import Row, TreeModel
from kg.train.examples import Example, articles_by_feature, feature_matrix

_DECIMALS = 3
# One thread and one order of sums, so that no chance is left. A feature holds or does not: two bins are enough.
_ALWAYS = {
    "objective": "multiclass",
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
    "max_bin": 3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "verbose": -1,
}


@dataclass(frozen=True)
class Growth:
    """How trees grow.

    Attributes:
        rounds: How many trees each class gets.
        rate: How much of what it would correct a tree may correct.
        leaves: The most that a tree has.
        fewest_articles: In how many articles a feature must be seen.
        fewest_examples: How many each leaf needs.
        share: How many of the features a tree may ask for, drawn anew for each.
        restraint: How little a leaf of few examples may add.
    """

    rounds: int
    rate: float
    leaves: int
    fewest_articles: int
    fewest_examples: int
    share: float
    restraint: float


def fit_trees(
    examples: Sequence[Example], labels: Sequence[str], classes: tuple[str, ...], growth: Growth
) -> TreeModel:
    """Fit boosted trees of which class each example is.

    Args:
        examples: What is learned from.
        labels: The class of each.
        classes: What the model tells apart.
        growth: How the trees grow.
    """
    import lightgbm

    articles = articles_by_feature(examples)
    names = sorted(name for name, seen in articles.items() if len(seen) >= growth.fewest_articles)
    settings = {
        **_ALWAYS,
        "num_class": len(classes),
        "learning_rate": growth.rate,
        "num_leaves": growth.leaves,
        "min_data_in_leaf": growth.fewest_examples,
        "feature_fraction": growth.share,
        "lambda_l2": growth.restraint,
    }
    targets = [classes.index(label) for label in labels]
    data = lightgbm.Dataset(feature_matrix(examples, names), targets)
    grown = lightgbm.train(settings, data, growth.rounds).dump_model()["tree_info"]
    return _numbered(classes, names, [_row(tree["tree_structure"]) for tree in grown])


def _row(node: dict[str, Any]) -> Row:
    """Return a tree as LightGBM tells it, parents first: left is where the feature is absent."""
    if "leaf_value" in node:
        return (round(node["leaf_value"], _DECIMALS) + 0.0,)  # no -0.0
    return (node["split_feature"], *_row(node["left_child"]), *_row(node["right_child"]))


def _numbered(classes: tuple[str, ...], names: Sequence[str], trees: Sequence[Row]) -> TreeModel:
    """Return a model of the features alone that its trees ask for."""
    asked = sorted({item for tree in trees for item in tree if isinstance(item, int)})
    number = {column: place for place, column in enumerate(asked)}
    rows = tuple(tuple(number[item] if isinstance(item, int) else item for item in tree) for tree in trees)
    return TreeModel(classes, tuple(names[column] for column in asked), rows)
