"""The gazetteer's names found in tokens, whatever their spaces and joiners.

«رئیس‌جمهور» may be one token or two, so names are compared by their folded letters, token ends only deciding where a
name may begin and end.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from kg.gazetteer import Gazetteer, Name, NameKind, Thing
from kg.gazetteer.things import NAME_KINDS
from kg.language.normalize import fold
from kg.language.segment import Token

_LONGEST_NAME = 9
_PEOPLE_ENDINGS = ("هایی", "های", "ها", "یان", "ان")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A listed name in a sentence.

    Attributes:
        first: Index of its first token.
        last: Index of its last token.
        name_kind: How the gazetteer lists it.
        things: Who bears it, likeliest first.
        kinds: How the gazetteer lists it for each of them.
        is_people: Whether it is an adjective in the plural («آمریکایی‌ها»): people, not their state.
    """

    first: int
    last: int
    name_kind: str
    things: tuple[Thing, ...]
    kinds: tuple[NameKind, ...]
    is_people: bool = False

    @classmethod
    def of(cls, first: int, last: int, pairs: Sequence[tuple[Name, Thing]], *, is_people: bool = False) -> Self:
        """Return the match of a name with these bearers, likeliest first."""
        kinds: dict[Thing, NameKind] = {}
        for name, thing in pairs:
            kinds.setdefault(thing, name.kind)
        return cls(first, last, pairs[0][0].kind, tuple(kinds), tuple(kinds.values()), is_people)


class NameMatcher:
    """Finds listed names in tokens, the longest first, from left to right."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        names: dict[str, list[tuple[Name, Thing]]] = defaultdict(list)
        for name, thing in gazetteer.names():
            names[fold(name.text)].append((name, thing))
        self._names = {
            folded: tuple(sorted(pairs, key=lambda pair: NAME_KINDS.index(pair[0].kind)))
            for folded, pairs in names.items()
        }
        self._prefixes = {folded[:length] for folded in names for length in range(2, len(folded))}

        self._titles = {fold(title.text) for title in gazetteer.office_titles if not title.is_relative}
        self._title_prefixes = {title[:length] for title in self._titles for length in range(2, len(title) + 1)}

    def is_title(self, folded: str) -> bool:
        """Whether these words are the whole title of an office without its state («وزیر خارجه»)."""
        return folded in self._titles

    def begins_title(self, folded: str) -> bool:
        """Whether a title begins with these words."""
        return folded in self._title_prefixes

    def find(self, tokens: Sequence[Token]) -> Iterator[NameMatch]:
        """Yield the names of one sentence in text order; none overlaps another."""
        index = 0
        while index < len(tokens):
            match = self._longest_at(tokens, index)
            if match is not None:
                yield match
            index = match.last + 1 if match else index + 1

    def _longest_at(self, tokens: Sequence[Token], first: int) -> NameMatch | None:
        joined, longest = "", None
        for last in range(first, min(first + _LONGEST_NAME, len(tokens))):
            token = tokens[last]
            if not token.is_word:
                break
            joined += token.key
            pairs = self._names.get(joined)
            if pairs:
                longest = NameMatch.of(first, last, pairs)
            elif longest is None or longest.last < last - 1:
                longest = self._people(joined, first, last) or longest
            if joined not in self._prefixes:
                break
        return longest

    def _people(self, joined: str, first: int, last: int) -> NameMatch | None:
        for ending in _PEOPLE_ENDINGS:
            stem = joined.removesuffix(ending)
            if stem == joined or len(stem) < 3:
                continue
            for form in (stem, stem + "ی"):
                pairs = [pair for pair in self._names.get(form, ()) if pair[0].kind == "demonym"]
                if pairs:
                    return NameMatch.of(first, last, pairs, is_people=True)
        return None
