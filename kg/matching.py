"""Which thing a name from somebody's table may mean: over the gazetteer and over what a store knows besides.

Names are compared folded, so that Persian and Arabic letters, joiners, spaces, vowel signs and case do not count. A
name that is not listed is looked for by its rarest runs of three letters: a slip of the pen still finds its thing.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from unicodedata import normalize

from kg.gazetteer import Gazetteer, Name
from kg.language.normalize import fold

_SCORES = {"label": 100.0, "alias": 98.0, "demonym": 90.0, "metonym": 80.0, "weak": 70.0}
_IDENTIFIER = 100.0
_COMPOSED = 97.0
_WITHOUT_ARTICLE = 92.0
_MOST_ALIKE = 85.0
_LEAST_ALIKE = 0.5
_LEAST_SUGGESTED = 0.45
_SURE = 97.0
_ARABIC_ARTICLE = "ال"
_LONGEST = 500
"""Letters of a query that count; no name is longer."""
_RAREST = 6
_WEIGHED = 24


@dataclass(frozen=True, slots=True)
class Known:
    """A thing that a name may mean.

    Attributes:
        id: Its IRI without the base.
        name: Its Persian name.
        name_en: Its English name, or None.
        names: Other names, each with how it names the thing; scores follow from that.
        qid: Its Wikidata item, or None.
        description: What tells it from namesakes, in a few words.
        is_listed: Whether the gazetteer knows it.
    """

    id: str
    name: str
    name_en: str | None = None
    names: tuple[Name, ...] = ()
    qid: str | None = None
    description: str = ""
    is_listed: bool = True

    @property
    def type(self) -> str:
        """The first part of its path: person, state, organization, group, topic or post."""
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a name may mean, and how well it fits.

    Attributes:
        thing: The thing.
        score: From 0 to 100.
        name: Its name in the script that was asked in.
        likeness: How alike the names are, from 0 to 1.
    """

    thing: Known
    score: float
    name: str
    likeness: float = 1.0

    @property
    def is_sure(self) -> bool:
        """Whether it bears this very name, and is listed by it."""
        return self.score >= _SURE


class NameIndex:
    """Things by their names; made once, then only read.

    Args:
        things: What may be found; of two with one id the first counts.
        gazetteer: Composes the names of offices and bodies that are not listed one by one.
    """

    def __init__(self, things: Iterable[Known], gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self.things: dict[str, Known] = {}
        self._by_item: dict[str, Known] = {}
        self._by_name: dict[str, list[tuple[Known, str]]] = defaultdict(list)
        for thing in things:
            if self.things.setdefault(thing.id, thing) is thing:
                if thing.qid:
                    self._by_item.setdefault(thing.qid, thing)
                for folded, kind in _folded_names(thing).items():
                    self._by_name[folded].append((thing, kind))

    def find(self, query: str, *, types: frozenset[str] = frozenset(), limit: int = 10) -> list[Candidate]:
        """Return what a name, an identifier, an IRI or a Wikidata item may mean, the best first.

        Args:
            query: What was asked.
            types: The types that may be found; any where it is empty.
            limit: How many at most.
        """
        wanted = " ".join(query[:_LONGEST].split())
        if not wanted or limit <= 0:
            return []
        found = {candidate.thing.id: candidate for candidate in self._exactly(wanted)}
        if not any(candidate.is_sure for candidate in found.values()):
            for candidate in self._alike(wanted):
                if candidate.thing.id not in found or found[candidate.thing.id].score < candidate.score:
                    found[candidate.thing.id] = candidate
        fitting = [candidate for candidate in found.values() if not types or candidate.thing.type in types]
        return sorted(fitting, key=lambda c: (-c.score, not c.thing.is_listed, c.thing.id))[:limit]

    def begin(self, prefix: str, *, types: frozenset[str] = frozenset()) -> Iterator[Candidate]:
        """Yield the things of which a name begins so, the shortest names first."""
        folded = _key(prefix)
        names = self._sorted_names
        first = bisect_left(names, folded)
        last = bisect_left(names, folded + "\U0010ffff")
        seen = set()
        for name in sorted(names[first:last], key=lambda text: (len(text), text)) if folded else ():
            for thing, kind in self._by_name[name]:
                if thing.id not in seen and (not types or thing.type in types):
                    seen.add(thing.id)
                    yield self._candidate(thing, _SCORES[kind], prefix)

    def with_id(self, identifier: str) -> Known | None:
        """Return the thing of an identifier or of a Wikidata item, or None."""
        return self.things.get(identifier) or self._by_item.get(identifier.rpartition("/")[2])

    @cached_property
    def _sorted_names(self) -> Sequence[str]:
        return sorted(self._by_name)

    @cached_property
    def _by_gram(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name in self._sorted_names:
            for gram in _grams(name):
                found[gram].append(name)
        return {gram: tuple(names) for gram, names in found.items()}

    def _candidate(self, thing: Known, score: float, query: str, likeness: float = 1.0) -> Candidate:
        is_latin = any("a" <= letter <= "z" for letter in query.casefold())
        name = thing.name_en if is_latin and thing.name_en else thing.name
        return Candidate(thing, round(score, 2), name, round(likeness, 4))

    def _exactly(self, query: str) -> Iterator[Candidate]:
        identified = self.with_id(query)
        if identified is not None:
            yield self._candidate(identified, _IDENTIFIER, query)
        folded = _key(query)
        yield from (self._candidate(thing, _SCORES[kind], query) for thing, kind in self._named(folded))
        if folded not in self._by_name:
            for key in self._composed(query):
                if key in self.things:
                    yield self._candidate(self.things[key], _COMPOSED, query)
            if folded.startswith(_ARABIC_ARTICLE) and len(folded) > len(_ARABIC_ARTICLE) + 2:
                for thing, kind in self._named(folded.removeprefix(_ARABIC_ARTICLE)):
                    yield self._candidate(thing, min(_WITHOUT_ARTICLE, _SCORES[kind]), query)

    def _named(self, folded: str) -> Iterable[tuple[Known, str]]:
        # The best kind of name last, so that it is what counts.
        return sorted(self._by_name.get(folded, ()), key=lambda pair: _SCORES[pair[1]])

    def _composed(self, query: str) -> Iterator[str]:
        yield from (thing.key for thing in self._gazetteer.find(query))
        yield from (post.key for post in self._gazetteer.find_posts(query))

    def _alike(self, query: str) -> Iterator[Candidate]:
        """Yield what bears a name much like this one."""
        folded = _key(query)
        grams = _grams(folded)
        known = sorted((gram for gram in grams if gram in self._by_gram), key=lambda g: (len(self._by_gram[g]), g))
        shared: Counter[str] = Counter()
        for gram in known[:_RAREST]:
            shared.update(self._by_gram[gram])
        for name, _ in sorted(shared.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0]))[:_WEIGHED]:
            likeness = _likeness(grams, _grams(name))
            if likeness >= _LEAST_ALIKE and name != folded:
                for thing, kind in self._named(name):
                    score = min(_MOST_ALIKE, _SCORES[kind]) * likeness
                    yield self._candidate(thing, score, query, likeness)


def most_alike(query: str, names: Iterable[tuple[str, str]], limit: int) -> list[str]:
    """Return what bears a name much like this one, whole or in one of its words; the most alike first.

    Args:
        query: What was written.
        names: A key and a name of each thing; a thing may have several.
        limit: Keys at most.

    Example:
        >>> most_alike("Garmany", [("de", "Germany"), ("fr", "France"), ("dt", "Donald Trump")], 5)
        ['de']
        >>> most_alike("Trunmp", [("de", "Germany"), ("dt", "Donald Trump")], 5)
        ['dt']
    """
    sought = _grams(_key(query[:_LONGEST]))
    best: dict[str, float] = {}
    for key, name in names:
        words = name.split()
        # A name that is alike as a whole comes before one with a word that is.
        weighed = [(1.0, name), *((0.9, word) for word in words if len(words) > 1 and len(word) > 2)]
        likeness = max(weight * _likeness(sought, _grams(_key(part))) for weight, part in weighed)
        if likeness >= _LEAST_SUGGESTED and likeness > best.get(key, 0.0):
            best[key] = likeness
    return sorted(best, key=lambda key: (-best[key], key))[:limit]


def known_things(gazetteer: Gazetteer) -> Iterator[Known]:
    """Yield everything that the gazetteer knows."""
    for thing in gazetteer.things.values():
        state = gazetteer.things[thing.state].name if thing.state else None
        told = ", ".join(filter(None, (thing.name_en, state)))
        yield Known(thing.key, thing.name, thing.name_en, thing.names, thing.qid, told)
    for post in gazetteer.posts.values():
        yield Known(post.key, post.name, post.name_en, post.names, post.qid, post.name_en or "")


def with_item(thing: Known, qid: str | None) -> Known:
    """Return a thing with the Wikidata item that is known of it elsewhere."""
    return thing if thing.qid or qid is None else replace(thing, qid=qid)


def _folded_names(thing: Known) -> dict[str, str]:
    """Return a thing's names, folded, each with the best way in which it names it."""
    names = [(thing.name, "label"), *((name.text, name.kind) for name in thing.names)]
    if thing.name_en:
        names.append((thing.name_en, "label"))
        if thing.type == "person":
            names.append((thing.name_en.split()[-1], "weak"))
    found: dict[str, str] = {}
    weak = {_key(text) for text, kind in names if kind == "weak"}
    for text, kind in sorted(names, key=lambda pair: -_SCORES[pair[1]]):
        folded = _key(text)
        if folded:
            found.setdefault(folded, "weak" if folded in weak and kind == "alias" else kind)
    return found


def _key(text: str) -> str:
    """Return a name folded, Latin letters without their marks too.

    Example:
        >>> _key("António") == _key("antonio")
        True
    """
    if text.isascii():
        return fold(text)
    return fold("".join(letter for letter in normalize("NFD", text) if not "\u0300" <= letter <= "\u036f"))


def _likeness(grams: frozenset[str], others: frozenset[str]) -> float:
    return 2 * len(grams & others) / (len(grams) + len(others)) if grams and others else 0.0


@lru_cache(maxsize=1 << 15)
def _grams(folded: str) -> frozenset[str]:
    padded = f"^{folded}$"
    return frozenset(padded[index : index + 3] for index in range(len(padded) - 2))
