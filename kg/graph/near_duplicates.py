"""Texts that are nearly the same, found without comparing each with each: MinHash proposes, counting decides.

Knows texts and nothing of statements. Letters alone count, folded, in pieces of five: another spacing, another
spelling of ی and ک, or a sign of punctuation change nothing.

References:
    Broder 1997, On the resemblance and containment of documents; banding as in Leskovec et al., Mining of Massive
    Datasets, chapter 3. The hashing is rensa's.
"""

from collections.abc import Iterator, Sequence

from kg.language.normalize import fold

PIECE = 5
LEAST_SIMILARITY = 0.8
"""The share of pieces that two texts must have in common to count as nearly the same."""

# 32 bands of 4: of two texts that share 0.8 of their pieces, one in ten million is missed.
_PERMUTATIONS = 128
_BANDS = 32
_SEED = 42


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


def find_near_duplicates(texts: Sequence[str], *, least: float = LEAST_SIMILARITY) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of texts that are nearly the same, with their similarity: (0, 2, 0.91); the first is the earlier.

    Args:
        texts: Each different from the others.
        least: The similarity that a pair must have, from 0.5 upwards.

    Example:
        >>> said = "ما به پیمان دریا پایبندیم و خواهیم ماند"
        >>> list(find_near_duplicates([said, "باران می‌بارد", said + "!"]))
        [(0, 2, 1.0)]
    """
    if len(texts) < 2:
        return
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(least, _PERMUTATIONS, _BANDS)
    for number, text in enumerate(texts):
        own = pieces(text)
        sketch = RMinHash(_PERMUTATIONS, _SEED)
        sketch.update(sorted(own))
        for other in sorted(index.query(sketch)):
            alike = similarity(own, pieces(texts[other]))
            if alike >= least:
                yield other, number, alike
        index.insert(number, sketch)
