"""The figures in writing: a table for people, JSON for programs."""

import json
from collections.abc import Mapping

from kg.evaluation.score import PRF


def to_text(figures: Mapping[str, PRF]) -> str:
    """Return the figures as an aligned table.

    Example:
        >>> print(to_text({"statement": PRF(3, 4, 5)}))
                        P      R     F1   gold   pred
        statement   0.600  0.750  0.667      4      5
    """
    head = f"{'':10} {'P':>6} {'R':>6} {'F1':>6} {'gold':>6} {'pred':>6}"
    rows = [
        f"{name:10} {f.precision:6.3f} {f.recall:6.3f} {f.f1:6.3f} {f.gold:6d} {f.predicted:6d}"
        for name, f in figures.items()
    ]
    return "\n".join([head, *rows])


def to_json(figures: Mapping[str, PRF]) -> str:
    """Return the figures as one JSON object."""
    return json.dumps(
        {
            name: {
                "precision": round(f.precision, 4),
                "recall": round(f.recall, 4),
                "f1": round(f.f1, 4),
                "gold": f.gold,
                "predicted": f.predicted,
            }
            for name, f in figures.items()
        }
    )
