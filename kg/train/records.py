"""How weights are written: one feature a line, sorted, so that a change is a readable diff."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.extract.linear import LinearModel

WEIGHTS = Path(__file__).parent.parent / "extract" / "weights"


def write_model(model: LinearModel, report: Mapping[str, Any], path: Path) -> None:
    """Write a model and its report as one JSON file; whoever reads meanwhile sees the old one or the new one, whole."""
    head = {"bias": model.bias, "classes": model.classes, "report": report, "thresholds": model.thresholds}
    lines = [f"{json.dumps(key)}: {_compact(value)}" for key, value in head.items()]
    rows = ",\n".join(f"{_compact(name)}: {_compact(row)}" for name, row in sorted(model.weights.items()))
    text = "{" + ",\n".join(lines) + ',\n"weights": {\n' + rows + "\n}}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    os.replace(draft, path)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
