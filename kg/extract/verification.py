"""What somebody claims about a text held against the text: is it there, word for word, and where.

A claim is made of strings only. Each is looked for among the folded words of the block that it was made about, so that
letter forms, spaces and the shape of quotation marks do not count and every other letter does. What is not found, or is
found where it could mean several things, is refused with a reason and never repaired by guess.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal

from kg.extract.reading import ReadSentence
from kg.language.normalize import fold
from kg.language.segment import Token
from kg.model import Span

Reason = Literal["malformed", "act", "cue", "content", "long", "speaker", "ambiguous"]

_MARKS = str.maketrans("«»“”„‹›،؛؟", '"""""""' + ",;?")
_OUTER_MARKS = "\"',;:.!?()[]{}-_/*…‘’`"
_MOST_OCCURRENCES = 24
_LONGEST_GAP = 12


class Refusal(Exception):
    """A claim that the text does not bear out; ``reason`` tells which part of it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Some tokens of a block, by position.

    Attributes:
        first: The first one.
        last: The last one.
        parts: All of them, where others stand between; otherwise empty.
    """

    first: int
    last: int
    parts: tuple[int, ...] = ()

    def covers(self, other: "Place") -> bool:
        """Whether the other lies inside this one."""
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Place") -> bool:
        """Whether the two share a token."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Block:
    """Sentences that are asked about together, and the way from a string to its places among them.

    Attributes:
        sentences: The article's sentences.
        first: Index of the first sentence of the block.
        last: Index of its last one.
    """

    sentences: Sequence[ReadSentence]
    first: int
    last: int

    @cached_property
    def tokens(self) -> list[tuple[int, int, Token]]:
        """Every token with the index of its sentence and its own index there."""
        return [
            (s, i, token)
            for s in range(self.first, self.last + 1)
            for i, token in enumerate(self.sentences[s].sentence.tokens)
        ]

    @cached_property
    def _keys(self) -> list[str]:
        return [_key(token.form) for _, _, token in self.tokens]

    @cached_property
    def _text(self) -> str:
        return "".join(self._keys)

    @cached_property
    def _begins(self) -> dict[int, int]:
        ends = accumulate(map(len, self._keys), initial=0)
        return {begin: position for position, (begin, key) in enumerate(zip(ends, self._keys, strict=False)) if key}

    def find(self, words: str) -> list[Place]:
        """Return the places within one sentence where words stand as whole tokens, in text order.

        Raises:
            Refusal: When they stand in so many places that they tell nothing.
        """
        key = _key(words).strip(_OUTER_MARKS)
        if not key:
            return []
        found = []
        begin = self._text.find(key)
        while begin >= 0:
            first, behind = self._begins.get(begin), self._begins.get(begin + len(key), len(self._keys))
            ends_whole = begin + len(key) in self._begins or begin + len(key) == len(self._text)
            if first is not None and ends_whole and self.sentence(first) == self.sentence(behind - 1):
                found.append(Place(first, behind - 1))
                if len(found) > _MOST_OCCURRENCES:
                    raise Refusal("ambiguous")
            begin = self._text.find(key, begin + 1)
        return found

    def find_cue(self, words: str) -> list[Place]:
        """Return the places of a cue: together, or else torn apart once within a sentence («خواستار … شد»)."""
        together = self.find(words)
        parts = words.split()
        if together or not 2 <= len(parts) <= _LONGEST_GAP:
            return together
        torn = []
        for cut in range(1, len(parts)):
            heads, tails = self.find(" ".join(parts[:cut])), self.find(" ".join(parts[cut:]))
            for head in heads:
                tail = next((t for t in tails if head.last < t.first <= head.last + 1 + _LONGEST_GAP), None)
                if tail is not None and self.sentence(tail.first) == self.sentence(head.first):
                    own = (*range(head.first, head.last + 1), *range(tail.first, tail.last + 1))
                    torn.append(Place(head.first, tail.last, own))
        return torn

    def sentence(self, position: int) -> int:
        """Return the index of the sentence of a token."""
        return self.tokens[position][0]

    def line(self, position: int) -> int:
        """Return the number of the line of a token."""
        return self.sentences[self.sentence(position)].sentence.line

    def span(self, place: Place) -> Span:
        """Return where a place lies in the text as read."""
        return Span(self.tokens[place.first][2].begin, self.tokens[place.last][2].end)


def locate(block: Block, cue: str, first_words: str, last_words: str) -> tuple[Place | None, Place]:
    """Find the cue and the content that a claim names.

    The content lies within one line. Where there is a cue, it stands in that line too: before the content, as the
    verb inside it («این حمله را محکوم کرد»), or behind a quotation in the same sentence.

    Args:
        block: Where the claim was made.
        cue: The reporting words; empty where there are none.
        first_words: How the content begins.
        last_words: How it ends.

    Returns:
        The cue's place, or None where there is none, and the content's.

    Raises:
        Refusal: When something does not stand there, or in several places that fit equally well.
    """
    contents = [_without_opener(block, content) for content in _contents(block, first_words, last_words)]
    if not contents:
        raise Refusal("content")
    if not cue.strip():
        if len(contents) > 1:
            raise Refusal("ambiguous")
        return None, contents[0]
    cues = block.find_cue(cue)
    fitting = [(best, content) for content in contents if (best := _nearest_cue(block, cues, content)) is not None]
    if not fitting:
        raise Refusal("cue")
    if len(fitting) > 1:
        fitting = [(c, content) for c, content in fitting if block.sentence(c.first) == block.sentence(content.first)]
    if len(fitting) != 1:
        raise Refusal("ambiguous")
    return fitting[0]


def locate_speaker(block: Block, speaker: str, content: Place, anchor: Place) -> Iterator[Place]:
    """Yield the places of a speaker outside the content: those in the anchor's line first, the nearest before others.

    Args:
        block: Where the claim was made.
        speaker: The words that name or point to the speaker.
        content: What is said.
        anchor: The cue, or the content where there is no cue.
    """

    def distance(place: Place) -> tuple[bool, int, int]:
        gap = anchor.first - place.last if place.last < anchor.first else place.first - anchor.last
        return block.line(place.first) != block.line(anchor.first), gap, place.first

    yield from sorted((place for place in block.find(speaker) if not place.overlaps(content)), key=distance)


def locate_target(block: Block, target: str, content: Place, cue: Place | None) -> Iterator[Place]:
    """Yield the places of a target: in the content, or else in the cue's sentence, in text order."""
    found = block.find(target)
    inside = [place for place in found if content.covers(place)]
    if not inside and cue is not None:
        inside = [place for place in found if block.sentence(place.first) == block.sentence(cue.first)]
    yield from inside


def _key(words: str) -> str:
    return fold(words).translate(_MARKS)


def _contents(block: Block, first_words: str, last_words: str) -> list[Place]:
    beginnings, ends = block.find(first_words), block.find(last_words)
    if _key(first_words).strip(_OUTER_MARKS) == _key(last_words).strip(_OUTER_MARKS):
        return beginnings
    found = []
    for begin in beginnings:
        behind = [
            end
            for end in ends
            if begin.first <= end.first and begin.last <= end.last and block.line(begin.first) == block.line(end.last)
        ]
        if len(behind) > 1:
            raise Refusal("ambiguous")
        found += [Place(begin.first, end.last) for end in behind]
    return found


def _without_opener(block: Block, content: Place) -> Place:
    """Leave out «که» at the beginning, which belongs to no content."""
    is_opener = block.tokens[content.first][2].key == "که" and content.first < content.last
    return Place(content.first + 1, content.last) if is_opener else content


def _nearest_cue(block: Block, cues: Sequence[Place], content: Place) -> Place | None:
    """Return the cue that stands nearest to an edge of the content, where any may be its cue.

    The same verb may stand several times in a line; each governs what is next to it.
    """

    def distance(cue: Place) -> int | None:
        if content.covers(cue):
            return content.last - cue.last
        if cue.overlaps(content):
            return 0 if cue.parts else None
        if cue.last < content.first:
            return content.first - cue.last if block.line(cue.first) == block.line(content.first) else None
        return cue.first - content.last if block.sentence(cue.first) == block.sentence(content.last) else None

    fitting = [(gap, cue) for cue in cues if (gap := distance(cue)) is not None]
    return min(fitting)[1] if fitting else None
