"""Classes of frequent words, counted in raw news by ``kg.train.words``: words of one class stand among like words."""

from collections.abc import Mapping
from functools import cache

from kg.lexicon.tables import read_table

__all__ = ["word_classes"]


@cache
def word_classes() -> Mapping[str, tuple[str, str]]:
    """Return the broad and the fine class of each frequent word's key.

    Raises:
        LexiconError: When a row of ``word_clusters.tsv`` is wrong.
    """
    rows = read_table("word_clusters.tsv", ("key", "broad", "fine"))
    return {row["key"]: (f"broad{row['broad']}", f"fine{row['fine']}") for row in rows}
