"""Weights from annotated articles: the same articles give the same bytes.

Each model is a file in ``kg/extract/weights``; what it was learned from, with which settings, and how well it does on
outlets that it has not seen stands in it or in a file beside it. No text of an article can be read out of the
weights: a feature counts only if several articles have it.
"""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.train.records import WEIGHTS

__all__ = ["train"]


def train(gold: Path, weights: Path = WEIGHTS, corpus: Path | None = None) -> dict[str, Any]:
    """Learn all weights from annotated articles, and write them.

    The order matters: names, chains, phrases and sources decide what is found, acts and confidence are learned from
    what is found, and stances from acts too.

    Args:
        gold: Folder with ``train.jsonl`` and ``names.jsonl``; articles that only ``dev.jsonl`` has are left out.
        weights: Folder to write to.
        corpus: The texts of the articles whose annotation is in ``data/annotations``, which are then learned from too:
            all from those annotated whole, acts and stances also from those of which some statements are.

    Returns:
        The reports, by the name of the model.

    Raises:
        InputError: When a file is missing or malformed.
    """
    from kg.extract.models import load_model
    from kg.train.acts import train_acts
    from kg.train.attributions import train_attributions
    from kg.train.chains import train_chains
    from kg.train.names import read_named_articles, train_names
    from kg.train.phrases import train_phrases
    from kg.train.sources import train_sources
    from kg.train.stances import train_stances

    with TemporaryDirectory() as folder:
        articles, judged = gold / "train.jsonl", None
        if corpus is not None:
            articles = _gathered(articles, corpus, Path(folder))
            judged = _judged(corpus, Path(folder))
        named = read_named_articles(gold / "train.jsonl", gold / "names.jsonl")
        steps: dict[str, Callable[[], dict[str, Any]]] = {
            "names": lambda: train_names(named, weights),
            "chains": lambda: train_chains(articles, weights),
            "phrases": lambda: train_phrases(articles, weights),
            "sources": lambda: train_sources(articles, weights),
            "attributions": lambda: train_attributions(articles, weights),
            "acts": lambda: train_acts(articles, weights, judged),
            "stances": lambda: train_stances(articles, weights, judged),
        }
        reports = {}
        for name, step in steps.items():
            reports[name] = step()
            load_model.cache_clear()  # what follows reads with what was just learned
        return reports


def _gathered(gold: Path, corpus: Path, folder: Path) -> Path:
    """Write the articles of a file and those of ``data/annotations`` into one."""
    from kg.train.standoff import ANNOTATIONS, join

    path = folder / gold.name
    records = [json.dumps(record, ensure_ascii=False) for record in join(ANNOTATIONS, corpus)]
    path.write_text("\n".join([gold.read_text("utf-8").rstrip("\n"), *records]) + "\n", "utf-8")
    return path


def _judged(corpus: Path, folder: Path) -> Path:
    """Write the articles of which only what was found was judged into a file."""
    from kg.train.standoff import JUDGED, join

    path = folder / "judged.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in join(JUDGED, corpus)), "utf-8")
    return path
