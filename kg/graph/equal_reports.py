"""Which statements are the same words of the same speaker in two outlets, and the evidence.

Precision first: the words must be nearly the same, with the same numbers and no «not» more; the speaker, or the
office, the same; and the articles of one month. Whatever is the same as the same is the same: a group is told as a
whole, so that copies can be counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from itertools import combinations

from rdflib import URIRef

from kg.gazetteer import Gazetteer
from kg.graph.iris import digest, is_local_path, name_slug
from kg.graph.links import link_triples
from kg.graph.near_duplicates import LEAST_SIMILARITY, bands, letters, pieces, similarity
from kg.graph.statement_index import Said, StatementIndex
from kg.graph.statements import StatementRow
from kg.graph.triples import Triple
from kg.language.normalize import fold
from ontology import BASE, DIP

LINK = "same report"
"""What the evidence calls a link between two equal reports."""

_SHORTEST_REPORT_WORDS = 5
_SHORTEST_REPORT_LETTERS = 25
_LONGEST_WAIT = timedelta(days=30)
_LARGEST_WHOLE_GROUP = 60
"""Reports of one statement up to which each is linked with each; of more, each with the first of another outlet."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which reports are equal after some articles have changed.

    Attributes:
        affected: All statements whose pairs are told; what they were paired with besides is past.
        pairs: The two of each pair, by their IRIs, the lesser first.
    """

    affected: frozenset[URIRef]
    pairs: Mapping[tuple[URIRef, URIRef], tuple[Said, Said]]


class EqualReports:
    """Groups of statements that are the same words of the same speaker.

    Speakers that only their article knows count as one when they speak by one office. Few words say little, so a
    short sentence is left alone.

    Args:
        index: What is remembered of the statements of all articles.
    """

    def __init__(self, index: StatementIndex) -> None:
        self._index = index

    def follow(self, gone: Iterable[Said], fresh: Iterable[int]) -> Pairs:
        """Put the groups right.

        Args:
            gone: Statements that the index has forgotten, as it remembered them.
            fresh: The numbers of those that it has remembered since.
        """
        gone = list(gone)
        heads = {said.head for said in gone if said.head is not None}
        left = [member for head in sorted(heads) for member in self._index.members(head)]
        for member in left:
            self._index.set_head(member.id, None)
        numbers = {member.id for member in left} | set(fresh)
        for number in sorted(numbers):
            self._join(number)
        affected = {said.statement for said in gone}
        joined: set[int] = set()
        for number in sorted(numbers):
            said = self._index.read_said(number)
            if said is not None:
                affected.add(said.statement)
                joined |= set() if said.head is None else {said.head}
        pairs: dict[tuple[URIRef, URIRef], tuple[Said, Said]] = {}
        for head in sorted(joined):
            group = self._index.members(head)
            affected |= {said.statement for said in group}
            pairs.update(((one.statement, other.statement), (one, other)) for one, other in _pairs(group))
        return Pairs(frozenset(affected), pairs)

    def _join(self, number: int) -> None:
        """Put a report into the group of those that are like it."""
        said = self._index.read_said(number)
        if said is None or not said.who:
            return
        near = self._index.sharing(said, find_bands(said), _LONGEST_WAIT)
        alike = [other for other in near if _are_equal(said, other)]
        if not alike:
            return
        heads = {other.head for other in (said, *alike) if other.head is not None}
        numbers = {said.id, *(other.id for other in alike)}
        head = min(heads | numbers)
        self._index.merge(heads - {head}, head)
        for one in numbers:
            self._index.set_head(one, head)


def find_who(row: StatementRow, presumed: URIRef | None, gazetteer: Gazetteer, base: str = BASE) -> frozenset[str]:
    """Return whatever a report's speaker may be known by: as itself, by its office, by who held it, by a surname.

    Nobody, where the statement is too short to be told from others, or of no outlet. Of two people of one surname
    hardly ever does each say the same words in one month.
    """
    if row.publisher is None or not _is_long(row.content):
        return frozenset()
    surname = _find_surname(row.speaker, gazetteer, base)
    known = {row.post, presumed, None if _is_local(row.speaker) else row.speaker, surname}
    return frozenset(str(who) for who in known if who is not None)


def _find_surname(speaker: URIRef, gazetteer: Gazetteer, base: str) -> str | None:
    """Return the surname of a person, as far as the name tells; none of an office without a name («رهبر»)."""
    thing = gazetteer.things.get(speaker.removeprefix(base))
    path, _, name = speaker.rpartition("/")
    words = name_slug(thing.name).split("-") if thing is not None else name.split("-")
    is_office = _is_local(speaker) and (len(words) > 1 or words[0] in _common_nouns())
    return None if is_office or not path.endswith("/person") else f"surname {words[-1]}"


def find_bands(said: Said) -> list[int]:
    """Return what a report has in common with others of its speaker that are nearly the same."""
    return _find_bands(said.content, said.who) if said.who else []


@lru_cache(maxsize=4096)
def _find_bands(content: str, whos: frozenset[str]) -> list[int]:
    parts = [repr(band) for band in enumerate(bands(content))]
    return [int(digest(who, part)[:15], 16) for who in sorted(whos) for part in parts]


def report_triples(one: Said, other: Said, base: str = BASE) -> Iterator[Triple]:
    """Yield that two statements are the same report, in both directions, and the evidence; the lesser IRI first."""
    yield one.statement, DIP.sameReportAs, other.statement
    yield other.statement, DIP.sameReportAs, one.statement
    alike = similarity(pieces(one.content), pieces(other.content))
    sign = "equal words" if letters(one.content) == letters(other.content) else "nearly equal words"
    yield from link_triples(LINK, one.statement, other.statement, sign, similarity=alike, base=base)


def _is_long(content: str) -> bool:
    return len(content.split()) >= _SHORTEST_REPORT_WORDS or len(letters(content)) >= _SHORTEST_REPORT_LETTERS


def _pairs(group: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    """Yield the pairs of two outlets, each once, the lesser IRI first."""
    if len(group) <= _LARGEST_WHOLE_GROUP:
        yield from ((one, other) for one, other in combinations(group, 2) if one.publisher != other.publisher)
        return
    first = group[0]
    second = next((said for said in group if said.publisher != first.publisher), None)
    for said in group:
        partner = first if said.publisher != first.publisher else second
        if partner is not None and partner is not said:
            yield (partner, said) if partner.statement < said.statement else (said, partner)


def _are_equal(one: Said, other: Said) -> bool:
    """Whether two reports that have a band in common are the same."""
    if one.id == other.id or one.who.isdisjoint(other.who) or not _are_of_one_time(one, other):
        return False
    if letters(one.content) == letters(other.content):
        return True
    is_near = similarity(pieces(one.content), pieces(other.content)) >= LEAST_SIMILARITY
    return is_near and _say_the_same(one.content, other.content)


def _are_of_one_time(one: Said, other: Said) -> bool:
    """Whether nothing says that they were said at two times: one without a date says nothing."""
    if one.earliest is None or one.latest is None or other.earliest is None or other.latest is None:
        return True
    return max(one.earliest, other.earliest) - min(one.latest, other.latest) <= _LONGEST_WAIT


def _say_the_same(one: str, other: str) -> bool:
    """Whether the words that differ change neither a number nor a yes to a no."""
    return _numbers_and_negations(one) == _numbers_and_negations(other)


def _numbers_and_negations(text: str) -> Counter[str]:
    forms = _negative_forms()
    words = ["".join(filter(str.isalnum, fold(word))) for word in text.split()]
    joined = [one + other for one, other in zip(words, [*words[1:], ""], strict=True)]  # «نمی کنیم»
    negations = sum(word in forms or both in forms for word, both in zip(words, joined, strict=True))
    return Counter({"not": negations, **Counter(word for word in words if word.isdecimal())})


@cache
def _negative_forms() -> frozenset[str]:
    from kg.lexicon import load

    return frozenset(form for form, told in load().verb_forms.items() if told.is_negative)


@cache
def _common_nouns() -> frozenset[str]:
    """Return the words by which somebody is told without a name («رهبر»)."""
    from kg.lexicon import load

    return frozenset(name_slug(noun) for noun in load().nouns)


def _is_local(iri: URIRef) -> bool:
    # …/id/article/<digest>/person/<name>
    return "/article/" in iri and is_local_path("article/" + iri.rpartition("/article/")[2])
