"""Which statement a denial denies, told from the data of its article, or of an earlier one.

Precision first: a denial points to at most one claim, and to none where the data leave a doubt. Each link keeps
its evidence: what showed it, and the words that both share.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from functools import cache

from rdflib import URIRef

from kg.gazetteer import Gazetteer
from kg.graph.links import link_triples
from kg.graph.statements import StatementRow
from kg.graph.triples import Triple
from kg.language.normalize import ZWNJ, fold
from ontology import ACT, BASE, DIP

_ACCUSATIONS = {ACT.accuse, ACT.criticize, ACT.condemn}
_REPROACHES = {ACT.criticize, ACT.condemn}
_CLAIMS = {ACT.announce, ACT.affirm, ACT.warn, ACT.threaten} | _ACCUSATIONS
_DENIALS = {ACT.deny, ACT.reject}

_SHORTEST_CONTENT_WORD = 3
_LONGEST_BARE_DENIAL = 6
_FEWEST_CLAIM_WORDS = 2
_NEAR = 400
"""Code points within which a denial that says nothing of its own («این ادعا را رد کرد») points back."""
_NEXT = 200
"""Code points within which a claim stands right before its denial, whomever the denial names."""
_EARLIER = timedelta(days=30)
_LEAST_SHARED_ELSEWHERE = 3


class _Sign(IntEnum):
    """How it shows that a claim is the one denied, the surest last."""

    NONE = 0
    MUTUAL = 1
    ELSEWHERE = 2
    WORDS = 3
    PLACE = 4
    ACCUSATION = 5
    RETOLD = 6

    @property
    def words(self) -> str:
        """The sign in words."""
        return _SIGNS[self]


_SIGNS = {
    _Sign.NONE: "nothing",
    _Sign.MUTUAL: "the two speak of each other",
    _Sign.ELSEWHERE: "words of an earlier article",
    _Sign.WORDS: "shared words",
    _Sign.PLACE: "right before",
    _Sign.ACCUSATION: "accusation of the denying side",
    _Sign.RETOLD: "retold in the denial",
}


@dataclass(frozen=True, slots=True, order=True)
class _Match:
    """A claim that may be the one denied; the greatest is the likeliest."""

    sign: _Sign
    shared: int
    is_before: bool
    nearness: int
    claim: URIRef
    words: tuple[str, ...]


def derive_denials(statements: Sequence[StatementRow], gazetteer: Gazetteer, base: str = BASE) -> Iterator[Triple]:
    """Yield which statement a denial denies, and the evidence.

    The surest sign comes first: a claim that makes up most of the denial; an accusation of the denying side, by whom
    the denial names or in words that it shares; the claim right before a denial that says nothing of its own («این
    ادعا را رد کرد»); words shared with a claim of whom it names; nothing but that the two speak of each other. Among
    equal signs the claim that shares more words, then the nearest before the denial. Where the article has none, the
    claim of an earlier article in which holder, accused and words agree.

    Args:
        statements: As ``kg.graph.statements.read_statements`` gives them.
        gazetteer: For the names of states, which two sentences share without saying the same.
        base: The base of all IRIs.
    """
    if not any(row.act in _DENIALS for row in statements):
        return
    words = _Words(gazetteer)
    by_article: dict[URIRef, list[StatementRow]] = defaultdict(list)
    for row in statements:
        by_article[row.article].append(row)
    elsewhere = _Elsewhere(statements, words)
    for rows in by_article.values():
        for row in rows:
            if row.act not in _DENIALS:
                continue
            denial = _Denial(row, rows, words)
            found = max(filter(None, map(denial.match, rows)), default=None) or elsewhere.match(row, denial.named)
            if found:
                yield row.statement, DIP.denies, found.claim
                yield from link_triples(
                    "denial", row.statement, found.claim, found.sign.words, shared=found.words, base=base
                )


class _Words:
    """The words of a statement that say what it is about; each statement is read once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        states = {fold(name.text) for name, thing in gazetteer.names() if thing.type == "state"}
        self._ignored = _function_words() | states
        self._known: dict[URIRef, frozenset[str]] = {}

    def of(self, row: StatementRow) -> frozenset[str]:
        """Return the content words of a statement, folded."""
        if row.statement not in self._known:
            words = (fold("".join(c for c in word if c.isalnum() or c == ZWNJ)) for word in row.content.split())
            kept = frozenset(word for word in words if len(word) >= _SHORTEST_CONTENT_WORD) - self._ignored
            self._known[row.statement] = kept
        return self._known[row.statement]

    def says_something(self, row: StatementRow) -> bool:
        """Whether it has enough words of its own to be a claim."""
        return row.act == ACT.accuse or len(self.of(row)) >= _FEWEST_CLAIM_WORDS

    @staticmethod
    def points_back(row: StatementRow) -> bool:
        """Whether it speaks of what was said before («این ادعا»), by a determiner or a pronoun."""
        return not _pointers().isdisjoint(fold(word) for word in row.content.split())


class _Denial:
    """One denial, held against the claims of its article."""

    def __init__(self, row: StatementRow, rows: Sequence[StatementRow], words: _Words) -> None:
        self._row = row
        self._words = words
        self._ours = {row.speaker, row.side}
        self._targets = {stance.target for stance in row.stances if not stance.is_positive}
        self._others = row.about - self._ours
        claimants = {who for other in rows if other.act in _CLAIMS for who in (other.speaker, other.side)}
        self.named: Collection[URIRef] = self._targets or (self._others & claimants)
        """Whom the denial names as the one who claimed it."""
        self._is_bare = len(row.content.split()) <= _LONGEST_BARE_DENIAL
        self._is_pointing = words.points_back(row)
        before = [other for other in rows if other.end <= row.begin]
        self._last = max(before, key=lambda other: other.end) if before else None

    def match(self, claim: StatementRow) -> _Match | None:
        """Return how surely it is this claim that is denied; None when that cannot be told."""
        if claim.act not in _CLAIMS or {claim.speaker, claim.side} & self._ours:
            return None
        shared = self._words.of(self._row) & self._words.of(claim)
        sign = self._sign(claim, len(shared))
        if not sign:
            return None
        nearness = -abs(claim.begin - self._row.begin)
        is_before = claim.end <= self._row.begin
        return _Match(sign, len(shared), is_before, nearness, claim.statement, tuple(sorted(shared)))

    def _sign(self, claim: StatementRow, shared: int) -> _Sign:
        row, theirs = self._row, {claim.speaker, claim.side}
        is_named = bool(theirs & set(self.named))
        if row.begin <= claim.begin and claim.end <= row.end:
            is_most = 2 * (claim.end - claim.begin) >= row.end - row.begin
            return _Sign.RETOLD if is_most and (is_named or theirs & self._others) else _Sign.NONE
        if row.act == ACT.reject:
            return _Sign.NONE  # an offer, a demand or a plan is rejected, no claim
        gap = row.begin - claim.end
        is_before = gap >= 0
        blames_us = any(stance.target in self._ours and not stance.is_positive for stance in claim.stances)
        is_last = claim is self._last or (self._last is not None and claim.end == self._last.end)
        if self._is_bare and is_last and gap <= _NEXT and blames_us:
            return _Sign.ACCUSATION
        if self.named and not is_named:
            return _Sign.NONE  # where the denial names whoever claims something, nobody else's claim is meant
        speaks_of_us = blames_us or bool(self._ours & claim.about)
        blames_us |= speaks_of_us and claim.act == ACT.accuse
        agrees = bool(shared or (row.about & claim.about) - theirs - self._ours)
        says_enough = shared >= 2 or (is_named and agrees) or self._is_bare
        points_back = self._is_bare and is_before and gap <= _NEAR
        if not blames_us and not shared and (claim.act in _REPROACHES or not self._words.says_something(claim)):
            return _Sign.NONE  # a reproach, or a word or two, says nothing that could be untrue
        if claim.act in _ACCUSATIONS and (
            (blames_us and says_enough and ((agrees and (is_before or is_named)) or points_back))
            or (agrees and says_enough and is_before and is_named)
            or (blames_us and claim.act == ACT.accuse and is_named and is_before)
        ):
            return _Sign.ACCUSATION
        says_nothing = row.act == ACT.deny and not self._others
        if points_back and (is_named or (is_last and self._is_pointing and (speaks_of_us or says_nothing))):
            return _Sign.PLACE
        if is_named and (shared >= 2 or (shared and agrees and is_before)):
            return _Sign.WORDS
        if claim.act in _REPROACHES and not shared:
            return _Sign.NONE
        # Without a stance, a state that is named may be no more than a place; whoever spoke must be named themselves.
        is_meant = bool(theirs & self._targets) or (claim.speaker in self._others and self._others <= theirs)
        is_answered = is_meant and speaks_of_us and (is_before or not self._is_bare)
        return _Sign.MUTUAL if is_answered else _Sign.NONE


class _Elsewhere:
    """The claims against each side, for denials whose article does not tell what they deny."""

    def __init__(self, statements: Sequence[StatementRow], words: _Words) -> None:
        self._words = words
        self._claims: Mapping[tuple[URIRef, URIRef], list[StatementRow]] = defaultdict(list)
        for row in statements:
            if row.act in _CLAIMS and row.published is not None:
                blamed = {stance.target for stance in row.stances if not stance.is_positive}
                for claimant in {row.speaker, row.side}:
                    for accused in blamed:
                        self._claims[claimant, accused].append(row)

    def match(self, row: StatementRow, named: Collection[URIRef]) -> _Match | None:
        """Return the claim of an earlier article that a denial denies: said by whom it names, of the denying side."""
        if row.act != ACT.deny or row.published is None:
            return None
        found: list[_Match] = []
        for claimant in named:
            for accused in {row.speaker, row.side}:
                for claim in self._claims.get((claimant, accused), ()):
                    if claim.article == row.article or claim.published is None:
                        continue
                    wait = row.published.earliest - claim.published.latest
                    shared = self._words.of(row) & self._words.of(claim)
                    if timedelta(0) <= wait <= _EARLIER and len(shared) >= _LEAST_SHARED_ELSEWHERE:
                        found.append(
                            _Match(
                                _Sign.ELSEWHERE, len(shared), True, -wait.days, claim.statement, tuple(sorted(shared))
                            )
                        )
        return max(found, default=None)


@cache
def _function_words() -> frozenset[str]:
    """Return the words that any two sentences may share: closed classes and forms of common verbs."""
    from kg.lexicon import load  # the verb forms take a second, which a store without denials need not spend

    lexicon = load()
    return frozenset(lexicon.verb_forms).union(*lexicon.words.values())


@cache
def _pointers() -> frozenset[str]:
    """Return the words that point to what was said before."""
    from kg.lexicon import load

    words = load().words
    return frozenset(words["determiner"]) | frozenset(words["pronoun"])
