"""Letters and spaces folded, every offset mapped back to the text as read.

Persian news is typed with Arabic and Persian letters mixed (ي for ی, ك for ک), with and without the
zero-width non-joiner, with vowel signs and elongations. ``normalize`` evens this out for reading and keeps
the way back; ``fold`` goes further, for comparing words.
"""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Span

ZWNJ = "\u200c"

_LETTERS = {"ي": "ی", "ى": "ی", "ې": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ۀ": "ه", "ە": "ه", "ھ": "ه", "ہ": "ه"}
_LETTERS_FOR_COMPARISON = str.maketrans(
    {"ئ": "ی", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ء": "", ZWNJ: "", "‑": "-", "–": "-"}
)


@lru_cache(maxsize=4096)
def _normalized_character(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    if character in (ZWNJ, "\n"):
        return character
    if character in "\u2028\u2029\r\v\f\x85":
        return "\n"
    category = unicodedata.category(character)
    if character == "ـ" or category in ("Mn", "Me", "Cf", "Cs", "Co"):
        return ""
    if category.startswith("Z") or category == "Cc":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    composed = unicodedata.normalize("NFKC", character)
    if composed == character:
        return character
    return "".join(map(_normalized_character, composed))


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A text with its letters folded, and the way back to the text as read.

    Attributes:
        raw: The text as read.
        text: The folded text.
        offsets: For each code point of ``text``, its code point in ``raw``; one more at the end for ``len(raw)``.
    """

    raw: str
    text: str
    offsets: tuple[int, ...]

    def raw_span(self, begin: int, end: int) -> Span:
        """Return the span of ``raw`` that ``text[begin:end]`` was made from.

        Marks that were dropped behind the last letter belong to it.

        Raises:
            ValueError: When the stretch is empty.
        """
        return Span(self.offsets[begin], self.offsets[end - 1] + 1)

    def index(self, raw_offset: int) -> int:
        """Return the first index of ``text`` that was made from ``raw_offset`` or what follows it."""
        return bisect_left(self.offsets, raw_offset)


def normalize(raw: str) -> NormalizedText:
    r"""Fold letters, digits and spaces so that the same word is always written the same way.

    The zero-width non-joiner stays, for it divides words from their endings. Line ends become ``\n``;
    vowel signs, elongations and direction marks go; digits become ASCII.

    Args:
        raw: The text as read; never changed.

    Example:
        >>> normalized = normalize("كنعاني گفــت ۱۲")
        >>> normalized.text
        'کنعانی گفت 12'
        >>> normalized.raw_span(7, 10)
        Span(begin=7, end=12)
    """
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(raw):
        for folded in _normalized_character(character):
            characters.append(folded)
            offsets.append(offset)
    offsets.append(len(raw))
    return NormalizedText(raw, "".join(characters), tuple(offsets))


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return a key by which two spellings of the same words are equal.

    Letter forms, spaces, the zero-width non-joiner, vowel signs, hamza and case do not count.

    Example:
        >>> fold("رئيس‌جمهور آمريكا") == fold("رییس جمهور امریکا")
        True
    """
    small = "".join(map(_normalized_character, text)).casefold()
    folded = "".join(map(_normalized_character, small))  # again: a small letter may be a letter and a mark («İ»)
    return "".join(folded.translate(_LETTERS_FOR_COMPARISON).split())
