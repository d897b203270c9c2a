"""Boosted trees over named features: trained elsewhere, read from JSON, applied in plain Python.

A tree asks at each node whether one feature holds, and the leaf that it ends in adds to the score of one class.

References:
    Friedman, Annals of Statistics 29(5), 2001 (boosted trees).
    Robnik-Šikonja and Kononenko, IEEE TKDE 20(5), 2008 (a feature is worth what the score loses without it).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from kg.extract.linear import softmax

Row = tuple[int | float, ...]
"""A tree, parents first: a node is the number of its feature (an ``int``), behind it what follows where the feature
is absent, then what follows where it holds; a leaf is what it adds (a ``float``)."""

_LEAF = -1


class _Nodes(NamedTuple):
    """The nodes of all trees in one row each, so that a walk needs no object of its own.

    Attributes:
        roots: Where each tree begins.
        tests: The feature that a node asks for; where it is absent, the walk goes on at the next node.
        jumps: Where it goes on if the feature holds.
        values: What a leaf adds.
    """

    roots: list[int]
    tests: list[int]
    jumps: list[int]
    values: list[float]


@dataclass(frozen=True)
class TreeModel:
    """Boosted trees of a multinomial model.

    Attributes:
        classes: What it tells apart.
        features: The features that are asked for, by number.
        trees: As many rounds of one tree a class, in the order of the classes.
        thresholds: The least probability at which a class is trusted, for models that may also say nothing.
    """

    classes: tuple[str, ...]
    features: tuple[str, ...]
    trees: tuple[Row, ...]
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """Return the probability of each class.

        Args:
            features: What holds of the case.

        Example:
            >>> model = TreeModel(("no", "yes"), ("cue", "not"), ((0.0,), (0, -1.0, 1, 1.0, -2.0)))
            >>> round(model.probabilities(["cue", "unknown"])["yes"], 3)
            0.731
        """
        roots, tests, jumps, values = self._nodes
        held = self._held(features)
        scores = [0.0] * len(self.classes)
        for number, node in enumerate(roots):
            while (test := tests[node]) != _LEAF:
                node = jumps[node] if held[test] else node + 1
            scores[number % len(scores)] += values[node]
        return softmax(self.classes, scores)

    def support(self, features: Iterable[str], chosen: str) -> dict[str, float]:
        """Return by how much the score of a class, above the mean of the others, would fall without each feature.

        Example:
            >>> model = TreeModel(("no", "yes"), ("cue", "not"), ((0.0,), (0, -1.0, 1, 1.0, -2.0)))
            >>> model.support(["cue", "not"], "yes")
            {'cue': -1.0, 'not': -3.0}
        """
        held = self._held(features)
        place, others = self.classes.index(chosen), len(self.classes) - 1
        lost: dict[int, float] = {}
        for number, root in enumerate(self._nodes.roots):
            sign = 1.0 if number % len(self.classes) == place else -1 / others
            asked, value = self._walk(root, held)
            for test in asked:
                held[test] = 0
                lost[test] = lost.get(test, 0.0) + sign * (value - self._walk(root, held)[1])
                held[test] = 1
        return {self.features[test]: lost[test] for test in sorted(lost)}

    def _walk(self, node: int, held: bytearray) -> tuple[list[int], float]:
        """Return the features that hold on the way from a node to its leaf, and what the leaf adds."""
        _, tests, jumps, values = self._nodes
        asked = []
        while (test := tests[node]) != _LEAF:
            if held[test]:
                asked.append(test)
            node = jumps[node] if held[test] else node + 1
        return asked, values[node]

    def _held(self, features: Iterable[str]) -> bytearray:
        held = bytearray(len(self.features))
        for feature in features:
            number = self._numbers.get(feature)
            if number is not None:
                held[number] = 1
        return held

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {feature: number for number, feature in enumerate(self.features)}

    @cached_property
    def _nodes(self) -> _Nodes:
        nodes = _Nodes([], [], [], [])
        for tree in self.trees:
            nodes.roots.append(len(nodes.tests))
            waiting: list[int] = []  # nodes whose side of absence is being read
            for item in tree:
                here = len(nodes.tests)
                nodes.tests.append(item if isinstance(item, int) else _LEAF)
                nodes.values.append(0.0 if isinstance(item, int) else item)
                nodes.jumps.append(here)
                if isinstance(item, int):
                    waiting.append(here)
                elif waiting:  # a leaf ends the side of absence of the node that waits last: its other side begins
                    nodes.jumps[waiting.pop()] = here + 1
        return nodes
