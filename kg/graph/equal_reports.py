"""Which statements are the same words of the same speaker in two outlets, and the evidence.

Precision first: the words must be nearly the same, with the same numbers and no «not» more; the speaker, or the
office, the same; and the articles of one month. Whatever is the same as the same is the same: a group is told as a
whole, so that copies can be counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from itertools import combinations, pairwise

from rdflib import URIRef

from kg.graph.iris import is_local_path
from kg.graph.links import link_triples
from kg.graph.near_duplicates import find_near_duplicates, letters, pieces, similarity
from kg.graph.statements import StatementRow
from kg.graph.triples import Triple
from kg.language.normalize import fold
from ontology import BASE, DIP

_SHORTEST_REPORT_WORDS = 5
_SHORTEST_REPORT_LETTERS = 25
_LONGEST_WAIT = timedelta(days=30)
_LARGEST_WHOLE_GROUP = 60
"""Reports of one statement up to which each is linked with each; of more, each with the first of another outlet."""


def derive_equal_reports(
    statements: Iterable[StatementRow], presumed: Mapping[URIRef, URIRef] | None = None, base: str = BASE
) -> Iterator[Triple]:
    """Yield which statements are the same words of the same speaker in two outlets, in both directions.

    Speakers that only their article knows count as one when they speak by one office. Few words say little, so a
    short sentence is left alone.

    Args:
        statements: As ``read_statements`` gives them.
        presumed: Who is presumed to speak, by statement.
        base: The base of all IRIs.
    """
    reports = [row for row in statements if row.publisher is not None and _is_long(row.content)]
    if len({row.publisher for row in reports}) < 2:
        return
    by_words: dict[str, list[StatementRow]] = defaultdict(list)
    for row in reports:
        by_words[letters(row.content)].append(row)
    groups = _Groups(presumed or {})
    for same in by_words.values():
        groups.join_equal(same)
    texts = [rows[0].content for rows in by_words.values()]
    rows_of = list(by_words.values())
    for one, other, _ in find_near_duplicates(texts):
        if _say_the_same(texts[one], texts[other]):
            groups.join_near(rows_of[one], rows_of[other])
    for group in groups.all():
        for first, second in _pairs(group):
            yield first.statement, DIP.sameReportAs, second.statement
            yield second.statement, DIP.sameReportAs, first.statement
            alike = similarity(pieces(first.content), pieces(second.content))
            sign = "equal words" if letters(first.content) == letters(second.content) else "nearly equal words"
            yield from link_triples("same report", first.statement, second.statement, sign, similarity=alike, base=base)


def _is_long(content: str) -> bool:
    return len(content.split()) >= _SHORTEST_REPORT_WORDS or len(letters(content)) >= _SHORTEST_REPORT_LETTERS


def _pairs(group: Sequence[StatementRow]) -> Iterator[tuple[StatementRow, StatementRow]]:
    """Yield the pairs of two outlets, each once, the lesser IRI first."""
    if len(group) <= _LARGEST_WHOLE_GROUP:
        yield from ((one, other) for one, other in combinations(group, 2) if one.publisher != other.publisher)
        return
    first = group[0]
    second = next((row for row in group if row.publisher != first.publisher), None)
    for row in group:
        partner = first if row.publisher != first.publisher else second
        if partner is not None and partner is not row:
            yield (partner, row) if partner.statement < row.statement else (row, partner)


class _Groups:
    """Statements that are the same, gathered."""

    def __init__(self, presumed: Mapping[URIRef, URIRef]) -> None:
        self._presumed = presumed
        self._above: dict[URIRef, URIRef] = {}
        self._rows: dict[URIRef, StatementRow] = {}

    def join_equal(self, rows: Sequence[StatementRow]) -> None:
        """Join reports in the same words; each with the one before it, so that many copies cost no more."""
        by_speaker: dict[URIRef, list[StatementRow]] = defaultdict(list)
        for row in rows:
            for who in self._identities(row):
                by_speaker[who].append(row)
        for reports in by_speaker.values():
            for one, other in pairwise(reports):
                self._join(one, other)

    def join_near(self, ones: Sequence[StatementRow], others: Sequence[StatementRow]) -> None:
        """Join reports whose words are nearly the same."""
        for one in ones:
            for other in others:
                if self._identities(one) & self._identities(other):
                    self._join(one, other)

    def all(self) -> Iterator[list[StatementRow]]:
        """Yield the groups of two and more, and in each the statements, sorted by IRI."""
        members: dict[URIRef, list[StatementRow]] = defaultdict(list)
        for iri in sorted(self._rows):
            members[self._top(iri)].append(self._rows[iri])
        yield from sorted(members.values(), key=lambda group: group[0].statement)

    def _join(self, one: StatementRow, other: StatementRow) -> None:
        if not _are_of_one_time(one, other):
            return
        for row in (one, other):
            self._rows[row.statement] = row
        first, second = sorted((self._top(one.statement), self._top(other.statement)))
        if first != second:
            self._above[second] = first

    def _top(self, iri: URIRef) -> URIRef:
        while iri in self._above:
            iri = self._above[iri]
        return iri

    def _identities(self, row: StatementRow) -> frozenset[URIRef]:
        """Return whatever the speaker may be known by: as itself, by its office, by who held it."""
        known = {row.post, self._presumed.get(row.statement), None if _is_local(row.speaker) else row.speaker}
        return frozenset(who for who in known if who is not None)


def _are_of_one_time(one: StatementRow, other: StatementRow) -> bool:
    """Whether nothing says that they were said at two times: one without a date says nothing."""
    if one.published is None or other.published is None:
        return True
    early, late = sorted((one.published, other.published), key=lambda span: span.earliest)
    return late.earliest - early.latest <= _LONGEST_WAIT


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


def _is_local(iri: URIRef) -> bool:
    # …/id/article/<digest>/person/<name>
    return "/article/" in iri and is_local_path("article/" + iri.rpartition("/article/")[2])
