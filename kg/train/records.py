"""How weights are written: one feature or tree a line, so that a change is a readable diff."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.extract.linear import LinearModel
from kg.extract.models import Model

WEIGHTS = Path(__file__).parent.parent / "extract" / "weights"


def write_model(model: Model, report: Mapping[str, Any], path: Path) -> None:
    """Write a model and its report as one JSON file; whoever reads meanwhile sees the old one or the new one, whole."""
    head = {"classes": model.classes, "report": report, "thresholds": model.thresholds}
    if isinstance(model, LinearModel):
        rows = (f"{_compact(name)}: {_compact(row)}" for name, row in sorted(model.weights.items()))
        parts = [*_lines({"bias": model.bias, **head}), '"weights": {\n' + ",\n".join(rows) + "\n}"]
    else:
        trees = ",\n".join(map(_compact, model.trees))
        parts = [*_lines({**head, "features": model.features}), '"trees": [\n' + trees + "\n]"]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text("{" + ",\n".join(parts) + "}\n", "utf-8")
    os.replace(draft, path)


def _lines(fields: Mapping[str, Any]) -> list[str]:
    return [f"{json.dumps(key)}: {_compact(value)}" for key, value in fields.items()]


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
