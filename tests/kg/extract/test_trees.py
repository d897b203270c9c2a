"""Boosted trees as data: what a walk ends in, and what is told to have decided."""

from itertools import chain, combinations
from math import log

import pytest

from kg.extract.models import parse_model
from kg.extract.trees import TreeModel

# «against» where it is denied and judged, or where neither holds and it is quoted; else «for» by a little.
TREE = (0, 1, 0.5, 2.0, 2, -1.0, -3.0)
FEATURES = ("denied", "quoted", "judged")
MODEL = TreeModel(("against", "for"), FEATURES, ((0.0,), TREE))


def expected(held: set[str]) -> float:
    if "denied" in held:
        return -3.0 if "judged" in held else -1.0
    return 2.0 if "quoted" in held else 0.5


def subsets() -> list[set[str]]:
    return [set(some) for some in chain.from_iterable(combinations(FEATURES, size) for size in range(4))]


def score(held: set[str], model: TreeModel = MODEL) -> float:
    told = model.probabilities(held)
    return log(told["for"] / told["against"])


@pytest.mark.parametrize("held", subsets(), ids=lambda held: "+".join(sorted(held)) or "nothing")
def test_each_case_ends_in_its_leaf(held: set[str]) -> None:
    assert score(held) == pytest.approx(expected(held))


@pytest.mark.parametrize("held", subsets(), ids=lambda held: "+".join(sorted(held)) or "nothing")
def test_a_feature_is_worth_what_the_score_loses_without_it(held: set[str]) -> None:
    support = MODEL.support(held, "for")
    for feature in held:
        assert support.get(feature, 0.0) == pytest.approx(score(held) - score(held - {feature}))
    assert set(support) <= held


def test_for_one_class_is_against_the_other() -> None:
    held = {"denied", "judged"}
    against = MODEL.support(held, "against")
    assert against == {feature: -worth for feature, worth in MODEL.support(held, "for").items()}


def test_what_the_model_has_not_seen_counts_nothing() -> None:
    assert MODEL.probabilities({"denied", "unheard of"}) == MODEL.probabilities({"denied"})
    assert "unheard of" not in MODEL.support({"denied", "unheard of"}, "for")


def test_trees_of_several_rounds_add_up() -> None:
    twice = TreeModel(MODEL.classes, FEATURES, MODEL.trees * 2)
    assert score({"quoted"}, twice) == pytest.approx(2 * expected({"quoted"}))


def test_trees_and_weights_are_read_by_one_reader() -> None:
    trees = parse_model('{"classes": ["a", "b"], "features": ["x"], "trees": [[0.0], [0, -1.0, 1.0]]}')
    linear = parse_model('{"classes": ["a", "b"], "bias": [0.0, -1.0], "weights": {"x": [0.0, 2.0]}}')
    for held in ([], ["x"]):
        assert trees.probabilities(held) == pytest.approx(linear.probabilities(held))
    assert trees.support(["x"], "b") == linear.support(["x"], "b") == {"x": 2.0}
    assert [*trees.features] == [*linear.features] == ["x"]
