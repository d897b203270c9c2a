"""Weights from annotated articles: the same articles give the same bytes.

Each model is a file in ``kg/extract/weights``; what it was learned from, with which settings, and how well it does on
outlets that it has not seen stands in it or in a file beside it.
"""

from pathlib import Path
from typing import Any

from kg.train_names import read_named_articles, train_names

WEIGHTS = Path(__file__).parent / "extract" / "weights"


def train(gold: Path, weights: Path = WEIGHTS) -> dict[str, Any]:
    """Learn all weights from annotated articles, and write them.

    Args:
        gold: Folder with ``train.jsonl`` and ``names.jsonl``; articles that only ``dev.jsonl`` has are left out.
        weights: Folder to write to.

    Returns:
        The reports, by the name of the model.

    Raises:
        InputError: When a file is missing or malformed.
    """
    articles = read_named_articles(gold / "train.jsonl", gold / "names.jsonl")
    return {"names": train_names(articles, weights)}
