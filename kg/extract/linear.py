"""Small linear models over named features: trained elsewhere, read from JSON, applied in plain Python."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import exp


@dataclass(frozen=True)
class LinearModel:
    """A multinomial logistic model.

    Attributes:
        classes: What it tells apart.
        bias: One number a class.
        weights: By feature, one number a class; features that are not listed count nothing.
        thresholds: The least probability at which a class is trusted, for models that may also say nothing.
    """

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """Return the probability of each class.

        Args:
            features: What holds of the case; each counts once.

        Example:
            >>> model = LinearModel(("no", "yes"), (0.0, 0.0), {"cue": (-1.0, 1.0)})
            >>> round(model.probabilities(["cue", "unknown"])["yes"], 3)
            0.881
        """
        scores = list(self.bias)
        for feature in sorted(set(features)):
            for index, weight in enumerate(self.weights.get(feature, ())):
                scores[index] += weight
        top = max(scores)
        powers = [exp(score - top) for score in scores]
        total = sum(powers)
        return {name: power / total for name, power in zip(self.classes, powers, strict=True)}


def parse_model(text: str) -> LinearModel:
    """Return the model that a JSON text holds (``classes``, ``bias``, ``weights``, maybe ``thresholds``)."""
    record = json.loads(text)
    weights = {feature: tuple(row) for feature, row in record["weights"].items()}
    return LinearModel(tuple(record["classes"]), tuple(record["bias"]), weights, record.get("thresholds", {}))


@cache
def load_model(name: str) -> LinearModel:
    """Read the weights ``name.json`` that ship with the package, once.

    Raises:
        FileNotFoundError: When none are shipped under that name.
    """
    return parse_model(files("kg.extract").joinpath("weights", f"{name}.json").read_text("utf-8"))
