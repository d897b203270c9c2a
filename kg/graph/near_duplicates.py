"""Texts that are nearly the same, found without comparing each with each: MinHash proposes, counting decides.

Knows texts and nothing of statements. Letters alone count, folded, in pieces of five: another spacing, another
spelling of ی and ک, or a sign of punctuation change nothing.

References:
    Broder 1997, On the resemblance and containment of documents; banding as in Leskovec et al., Mining of Massive
    Datasets, chapter 3. The hashing is rensa's.
"""

from functools import lru_cache

from kg.language.normalize import fold

PIECE = 5
LEAST_SIMILARITY = 0.8
"""The share of pieces that two texts must have in common to count as nearly the same."""

# Of two texts that share 0.8 of their pieces, two in ten thousand pairs are missed; that share 0.9, one in six million.
_BANDS = 12
_ROWS = 3
_SEED = 42


@lru_cache(maxsize=1024)
def letters(text: str) -> str:
    """Return a text's letters and digits, folded, without anything between them.

    Example:
        >>> letters("كتاب‌ها، ۱۲") == letters("کتاب ها 12")
        True
    """
    return "".join(filter(str.isalnum, fold(text)))


def pieces(text: str) -> frozenset[str]:
    """Return the pieces of a text's letters; a shorter text is one piece."""
    folded = letters(text)
    return frozenset(folded[i : i + PIECE] for i in range(max(1, len(folded) - PIECE + 1)))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of pieces that stand in both (Jaccard's index).

    Example:
        >>> similarity(frozenset("abc"), frozenset("bcd"))
        0.5
    """
    return len(one & other) / len(one | other) if one or other else 0.0


def bands(text: str) -> list[tuple[int, ...]]:
    """Return what a text most likely has in common with each that is nearly the same, and hardly with any other.

    Example:
        >>> said = "ما به پیمان دریا پایبندیم و خواهیم ماند"
        >>> one, same, other = bands(said), bands(said + "!"), bands("باران می‌بارد")
        >>> one == same, any(mine == theirs for mine, theirs in zip(one, other))
        (True, False)
    """
    from rensa import RMinHash

    sketch = RMinHash(_BANDS * _ROWS, _SEED)
    sketch.update(sorted(pieces(text)))
    found = sketch.digest()
    return [tuple(found[begin : begin + _ROWS]) for begin in range(0, len(found), _ROWS)]
