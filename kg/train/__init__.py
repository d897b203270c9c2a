"""Weights from annotated articles: the same articles give the same bytes.

Each model is a file in ``kg/extract/weights``; what it was learned from, with which settings, and how well it does on
outlets that it has not seen stands in it or in a file beside it. No text of an article can be read out of the
weights: a feature counts only if several articles have it.
"""

from pathlib import Path
from typing import Any

from kg.train.records import WEIGHTS

__all__ = ["train"]


def train(gold: Path, weights: Path = WEIGHTS) -> dict[str, Any]:
    """Learn all weights from annotated articles, and write them.

    The order matters: names and sources decide what is found, acts and confidence are learned from what is found, and
    stances from acts too.

    Args:
        gold: Folder with ``train.jsonl`` and ``names.jsonl``; articles that only ``dev.jsonl`` has are left out.
        weights: Folder to write to.

    Returns:
        The reports, by the name of the model.

    Raises:
        InputError: When a file is missing or malformed.
    """
    from kg.train.acts import train_acts
    from kg.train.attributions import train_attributions
    from kg.train.names import read_named_articles, train_names
    from kg.train.sources import train_sources
    from kg.train.stances import train_stances

    articles = gold / "train.jsonl"
    return {
        "names": train_names(read_named_articles(articles, gold / "names.jsonl"), weights),
        "sources": train_sources(articles, weights),
        "attributions": train_attributions(articles, weights),
        "acts": train_acts(articles, weights),
        "stances": train_stances(articles, weights),
    }
