"""Which statement a denial denies, told from the data of one article.

Precision first: a denial points to at most one claim, and to none where the data leave a doubt.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import cache

from rdflib import URIRef

from kg.gazetteer import Gazetteer
from kg.graph.statements import StatementRow
from kg.graph.triples import Triple
from kg.language.normalize import ZWNJ, fold
from ontology import ACT, DIP

_ACCUSATIONS = {ACT.accuse, ACT.criticize, ACT.condemn}
_CLAIMS = {ACT.announce, ACT.affirm, ACT.warn, ACT.threaten} | _ACCUSATIONS

_SHORTEST_CONTENT_WORD = 3
_LONGEST_BARE_DENIAL = 6


def derive_denials(statements: Sequence[StatementRow], gazetteer: Gazetteer) -> Iterator[Triple]:
    """Yield which statement a denial denies, within one article.

    The surest sign comes first: a claim that makes up most of the denial; an accusation of the denying side, by whom
    the denial names or in words that it shares; a claim before a denial that says nothing of its own («این ادعا را رد
    کرد»); words shared with a claim of whom it names; nothing but that the two speak of each other. Among equal signs
    the claim that shares more words, then the nearest before the denial.

    Args:
        statements: As ``kg.graph.statements.read_statements`` gives them.
        gazetteer: For the names of states, which two sentences share without saying the same.
    """
    by_article: dict[URIRef, list[StatementRow]] = defaultdict(list)
    for row in statements:
        by_article[row.article].append(row)
    denials = {ACT.deny, ACT.reject}
    if not any(row.act in denials for row in statements):
        return
    ignored = _function_words() | {fold(name.text) for name, thing in gazetteer.names() if thing.type == "state"}
    for rows in by_article.values():
        for row in rows:
            if row.act in denials:
                denial = _Denial(row, rows, ignored)
                ranked = [(rank, claim.statement) for claim in rows if (rank := denial.rank(claim))]
                if ranked:
                    yield row.statement, DIP.denies, max(ranked)[-1]


class _Sign(IntEnum):
    """How it shows that a claim is the one denied, the surest last."""

    NONE = 0
    MUTUAL = 1
    WORDS = 2
    PLACE = 3
    ACCUSATION = 4
    RETOLD = 5


class _Denial:
    """One denial, held against the claims of its article."""

    def __init__(self, row: StatementRow, rows: Sequence[StatementRow], ignored: frozenset[str] | set[str]) -> None:
        self._row = row
        self._ignored = ignored
        self._ours = {row.speaker, row.side}
        self._targets = {stance.target for stance in row.stances if not stance.is_positive}
        self._others = row.about - self._ours
        claimants = {who for other in rows if other.act in _CLAIMS for who in (other.speaker, other.side)}
        self._named = self._targets or (self._others & claimants)
        self._words = self._content_words(row.content)
        self._is_bare = len(row.content.split()) <= _LONGEST_BARE_DENIAL
        before = [other for other in rows if other.end <= row.begin]
        self._last = max(before, key=lambda other: other.end) if before else None

    def rank(self, claim: StatementRow) -> tuple[_Sign, int, bool, int] | None:
        """Return how surely it is this claim that is denied; None when that cannot be told."""
        if claim.act not in _CLAIMS or {claim.speaker, claim.side} & self._ours:
            return None
        shared = len(self._words & self._content_words(claim.content))
        sign = self._sign(claim, shared)
        nearness = -abs(claim.begin - self._row.begin)
        return (sign, shared, claim.end <= self._row.begin, nearness) if sign else None

    def _sign(self, claim: StatementRow, shared: int) -> _Sign:
        row, theirs = self._row, {claim.speaker, claim.side}
        if row.begin <= claim.begin and claim.end <= row.end:
            return _Sign.RETOLD if 2 * (claim.end - claim.begin) >= row.end - row.begin else _Sign.NONE
        if row.act == ACT.reject and not self._is_bare:
            return _Sign.NONE  # an offer or a plan is rejected, no claim
        is_named = bool(theirs & self._named)
        if self._named and not is_named:
            return _Sign.NONE  # where the denial names whoever claims something, nobody else's claim is meant
        is_before = claim.end <= row.begin
        blames_us = any(stance.target in self._ours and not stance.is_positive for stance in claim.stances)
        speaks_of_us = blames_us or bool(self._ours & claim.about)
        blames_us |= speaks_of_us and claim.act == ACT.accuse
        agrees = bool(shared or (row.about & claim.about) - theirs - self._ours)
        points_back = self._is_bare and is_before
        if claim.act in _ACCUSATIONS and (
            (blames_us and ((agrees and (is_before or is_named)) or points_back or (is_named and is_before)))
            or (agrees and is_before and (speaks_of_us or is_named))
        ):
            return _Sign.ACCUSATION
        says_nothing = row.act == ACT.deny and not self._others
        if points_back and (is_named or (claim is self._last and (speaks_of_us or says_nothing))):
            return _Sign.PLACE
        if is_named and (shared >= 2 or (shared and agrees and is_before)):
            return _Sign.WORDS
        # Without a stance, a state that is named may be no more than a place; whoever spoke must be named themselves.
        is_meant = bool(theirs & self._targets) or (claim.speaker in self._others and self._others <= theirs)
        is_answered = is_meant and speaks_of_us and (is_before or not self._is_bare)
        return _Sign.MUTUAL if is_answered and row.act == ACT.deny else _Sign.NONE

    def _content_words(self, text: str) -> frozenset[str]:
        words = (fold("".join(c for c in word if c.isalnum() or c == ZWNJ)) for word in text.split())
        return frozenset(word for word in words if len(word) >= _SHORTEST_CONTENT_WORD) - self._ignored


@cache
def _function_words() -> frozenset[str]:
    """Return the words that any two sentences may share: closed classes and forms of common verbs."""
    from kg.lexicon import load  # the verb forms take a second, which a store without denials need not spend

    lexicon = load()
    return frozenset(lexicon.verb_forms).union(*lexicon.words.values())
