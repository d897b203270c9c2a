"""Small sets of words that are asked about by name: ``word_sets.tsv``."""

from functools import cache

from kg.errors import LexiconError
from kg.language.normalize import fold
from kg.lexicon.tables import read_table


@cache
def word_set(name: str) -> frozenset[str]:
    """Return the keys of a set of ``word_sets.tsv``.

    Raises:
        LexiconError: When there is no such set.

    Example:
        >>> "سابق" in word_set("former")
        True
    """
    sets = _word_sets()
    if name not in sets:
        raise LexiconError(f"there is no set {name!r}", where="word_sets.tsv", remedy="add a row")
    return sets[name]


@cache
def _word_sets() -> dict[str, frozenset[str]]:
    rows = read_table("word_sets.tsv", ("set", "words", "meaning"))
    return {row["set"]: frozenset(fold(word) for word in row["words"].split()) for row in rows}
