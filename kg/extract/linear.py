"""Small linear models over named features: trained elsewhere, read from JSON, applied in plain Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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

    @property
    def features(self) -> Iterable[str]:
        """The features that count."""
        return self.weights.keys()

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
        return softmax(self.classes, scores)

    def support(self, features: Iterable[str], chosen: str) -> dict[str, float]:
        """Return by how much each feature raises the score of a class above the mean of the others.

        Example:
            >>> model = LinearModel(("no", "yes"), (0.0, 0.0), {"cue": (-1.0, 1.0)})
            >>> model.support(["cue", "unknown"], "yes")
            {'cue': 2.0}
        """
        place, others = self.classes.index(chosen), len(self.classes) - 1
        rows = {feature: self.weights[feature] for feature in sorted(set(features)) if feature in self.weights}
        return {feature: row[place] - (sum(row) - row[place]) / others for feature, row in rows.items()}


def softmax(classes: Sequence[str], scores: Sequence[float]) -> dict[str, float]:
    """Return the probabilities that scores stand for."""
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return {name: power / total for name, power in zip(classes, powers, strict=True)}
