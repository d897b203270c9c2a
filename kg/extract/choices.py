"""Which of its bearers a listed name means in one article: told by names in full, then by offices on its date.

A name that several persons bear and that nothing decides is left open, with its candidates, rather than guessed.
"""

from collections.abc import Iterable

from kg.extract.matcher import NameMatch
from kg.gazetteer import Gazetteer, Thing
from kg.model import DateSpan

_FULL_KINDS = ("label", "alias")


class NameChoices:
    """The listed names of an article, and whom each means.

    Args:
        matches: Every listed name in the article.
        gazetteer: Who held which office when.
        published: The article's date.
    """

    def __init__(self, matches: Iterable[NameMatch], gazetteer: Gazetteer, published: DateSpan | None) -> None:
        self._gazetteer = gazetteer
        self._published = published
        self._named: set[str] = set()
        self._in_full: set[str] = set()
        for match in matches:
            if match.name_kind in _FULL_KINDS:
                bearers = {t.key for t, kind in zip(match.things, match.kinds, strict=True) if kind in _FULL_KINDS}
                self._named |= bearers
                if match.last > match.first and len(bearers) == 1:
                    self._in_full |= bearers

    def is_trusted(self, match: NameMatch) -> bool:
        """Whether the article names a bearer of a weak name («قاسمی») by another name too; any other is trusted."""
        return match.name_kind != "weak" or any(thing.key in self._named for thing in match.things)

    def choose(self, match: NameMatch) -> Thing | None:
        """Return whom a name means, or None where it is left open."""
        first = match.things[0]
        if len(match.things) == 1 or any(thing.type != "person" for thing in match.things):
            return first
        in_full = [thing for thing in match.things if thing.key in self._in_full]
        named = [thing for thing in match.things if thing.key in self._named]
        usual = [t for t, kind in zip(match.things, match.kinds, strict=True) if kind == match.name_kind != "weak"]
        if len(usual) == 1 and (not in_full or first in in_full):
            return first
        if len(usual) == 1:  # another bearer is named in full: whoever held an office then, if only one did
            return _only([thing for thing in {first: None, **dict.fromkeys(in_full)} if self._is_in_office(thing)])
        return _only(in_full or named)

    def _is_in_office(self, thing: Thing) -> bool:
        if self._published is None:
            return False
        held = (m for m in self._gazetteer.posts_of(thing.key) if m.covers(self._published))
        return any(self._gazetteer.posts[m.post].speaks_for for m in held)


def _only(things: list[Thing]) -> Thing | None:
    return things[0] if len(things) == 1 else None
