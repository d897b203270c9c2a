"""Which statement a denial denies, told from the data of its article, or of an earlier one.

Precision first: a denial points to at most one claim, and to none where the data leave a doubt. Each link keeps
its evidence: what showed it, and the words that both share.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from functools import cache, cached_property
from itertools import pairwise

from rdflib import URIRef

from kg.gazetteer import Gazetteer
from kg.graph.links import link_triples
from kg.graph.statement_index import Blame, Said, StatementIndex
from kg.graph.statements import StatementRow
from kg.graph.triples import Triple
from kg.language.normalize import ZWNJ, fold
from ontology import ACT, BASE, DIP

_ACCUSATIONS = {ACT.accuse, ACT.criticize, ACT.condemn}
_REPROACHES = {ACT.criticize, ACT.condemn}
_CLAIMS = {ACT.announce, ACT.affirm, ACT.warn, ACT.threaten} | _ACCUSATIONS
_DENIALS = {ACT.deny, ACT.reject}

LINK = "denial"
"""What the evidence calls a link between a denial and what it denies."""

_SHORTEST_CONTENT_WORD = 3
_LONGEST_BARE_DENIAL = 6
_FEWEST_CLAIM_WORDS = 2
_FEWEST_SHARED = 2
_LEAST_SHARE = 1 / 6
"""Of a denial's words, how many a claim must share where nothing else shows that it is meant."""
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


class Denials:
    """Finds what denials deny.

    Args:
        index: What is remembered of the statements of all articles.
        gazetteer: For the names of states, which two sentences share without saying the same.
        base: The base of all IRIs.
    """

    def __init__(self, index: StatementIndex, gazetteer: Gazetteer, base: str = BASE) -> None:
        self._index = index
        self._words = _Words(gazetteer)
        self._base = base

    def derive_within(self, rows: Sequence[StatementRow]) -> Iterator[Triple]:
        """Yield which statement of its own article a denial denies, and the evidence.

        The surest sign comes first: a claim that makes up most of the denial; an accusation of the denying side, by
        whom the denial names or in words that it shares; the claim right before a denial that says nothing of its own
        («این ادعا را رد کرد»); words shared with a claim of whom it names; nothing but that the two speak of each
        other. Among equal signs the claim that shares more words, then the nearest before the denial.

        Args:
            rows: The statements of one article.
        """
        for row in rows:
            if row.act in _DENIALS and (found := self._match(row, rows)[0]):
                yield from self._tell(row.statement, found)

    def find_claims(self, row: StatementRow) -> list[Blame]:
        """Return what a statement claims against whom, for denials of other articles."""
        if row.act not in _CLAIMS or row.published is None:
            return []
        blamed = {stance.target for stance in row.stances if not stance.is_positive}
        return [Blame(who, accused, row.published.latest) for who in {row.speaker, row.side} for accused in blamed]

    def find_denied(self, row: StatementRow, rows: Sequence[StatementRow]) -> list[Blame]:
        """Return what a denial may deny that another article claims: said by whom it names, of the denying side.

        Nothing where its own article tells what it denies.
        """
        if row.act != ACT.deny or row.published is None:
            return []
        found, named = self._match(row, rows)
        if found:
            return []
        return [Blame(who, accused, row.published.earliest) for who in named for accused in {row.speaker, row.side}]

    def find_later(self, claims: Iterable[Blame]) -> list[Said]:
        """Return the remembered denials that may mean one of these claims, sorted."""
        found = map(self._index.read_said, sorted(self._index.denials_after(claims, _EARLIER)))
        return [denial for denial in found if denial is not None]

    def derive_elsewhere(self, denial: Said) -> Iterator[Triple]:
        """Yield which claim of an earlier article a remembered denial denies: holder, accused and words agree."""
        found = []
        for claim, wait in self._index.claims_before(denial.id, _EARLIER):
            shared = self._words.of(denial.content) & self._words.of(claim.content)
            if claim.article != denial.article and len(shared) >= _LEAST_SHARED_ELSEWHERE:
                words = tuple(sorted(shared))
                found.append(_Match(_Sign.ELSEWHERE, len(shared), True, -wait.days, claim.statement, words))
        if found:
            yield from self._tell(denial.statement, max(found))

    def _match(self, row: StatementRow, rows: Sequence[StatementRow]) -> tuple[_Match | None, Collection[URIRef]]:
        denial = _Denial(row, rows, self._words)
        return max(filter(None, map(denial.match, rows)), default=None), denial.named

    def _tell(self, denial: URIRef, found: _Match) -> Iterator[Triple]:
        yield denial, DIP.denies, found.claim
        yield from link_triples(LINK, denial, found.claim, found.sign.words, shared=found.words, base=self._base)


class _Words:
    """The words of a statement that say what it is about."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    @cached_property
    def _ignored(self) -> frozenset[str]:
        names = [name for name, thing in self._gazetteer.names() if thing.type == "state"]
        # The words of a name too («جمهوری اسلامی»), but not of a place that stands for its government («کاخ سفید»).
        words = {fold(word) for name in names if name.kind != "metonym" for word in name.text.split()}
        return _function_words() | {fold(name.text) for name in names} | words

    def of(self, content: str) -> frozenset[str]:
        """Return the content words, folded."""
        words = (fold("".join(c for c in word if c.isalnum() or c == ZWNJ)) for word in content.split())
        return frozenset(word for word in words if len(word) >= _SHORTEST_CONTENT_WORD) - self._ignored

    def says_something(self, row: StatementRow) -> bool:
        """Whether it has enough words of its own to be a claim."""
        return row.act == ACT.accuse or len(self.of(row.content)) >= _FEWEST_CLAIM_WORDS

    @staticmethod
    def is_conditional(row: StatementRow) -> bool:
        """Whether it says what would be if something else were, which claims nothing."""
        return not _conditions().isdisjoint(map(fold, row.content.split()))

    @staticmethod
    def points_back(row: StatementRow) -> bool:
        """Whether it speaks of what somebody said before («این ادعا»), and not of anything else («این نشست»)."""
        words = [fold(word) for word in row.content.split()]
        return any(one in _pointers() and other in _sayings() for one, other in pairwise(words))


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
        self._claims_of = Counter(other.side for other in rows if other.act in _CLAIMS)
        self._is_bare = len(row.content.split()) <= _LONGEST_BARE_DENIAL
        self._is_pointing = words.points_back(row)
        before = [other for other in rows if other.end <= row.begin]
        self._last = max(before, key=lambda other: other.end) if before else None

    def match(self, claim: StatementRow) -> _Match | None:
        """Return how surely it is this claim that is denied; None when that cannot be told."""
        if claim.act not in _CLAIMS or {claim.speaker, claim.side} & self._ours or self._words.is_conditional(claim):
            return None
        shared = self._words.of(self._row.content) & self._words.of(claim.content)
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
            is_claim = claim.act != ACT.condemn and (row.act == ACT.deny or claim.act in _ACCUSATIONS)
            return _Sign.RETOLD if is_most and is_claim and (is_named or theirs & self._others) else _Sign.NONE
        if row.act == ACT.reject:
            return _Sign.NONE  # an offer, a demand or a plan is rejected, no claim
        gap = row.begin - claim.end
        is_before = gap >= 0
        blames_us = any(stance.target in self._ours and not stance.is_positive for stance in claim.stances)
        is_last = claim is self._last or (self._last is not None and claim.end == self._last.end)
        says_it_untrue = self._is_pointing or claim.act in _ACCUSATIONS  # and does not turn an offer down
        if self._is_bare and is_last and gap <= _NEXT and blames_us and says_it_untrue:
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
            or (agrees and says_enough and is_before and bool(theirs & self._targets) and claim.act == ACT.accuse)
            or (blames_us and claim.act == ACT.accuse and is_named and is_before)
        ):
            return _Sign.ACCUSATION
        says_nothing = row.act == ACT.deny and not self._others
        if points_back and (is_named or (is_last and self._is_pointing and (speaks_of_us or says_nothing))):
            return _Sign.PLACE
        if claim.act == ACT.condemn and not blames_us:
            return _Sign.NONE
        if is_named and shared >= _FEWEST_SHARED and shared > _LEAST_SHARE * len(self._words.of(row.content)):
            return _Sign.WORDS
        if claim.act in _REPROACHES and not shared:
            return _Sign.NONE
        # Without a stance, a state that is named may be no more than a place; whoever spoke must be named themselves.
        is_meant = bool(theirs & self._targets) or (claim.speaker in self._others and self._others <= theirs)
        is_answered = is_meant and speaks_of_us and (is_before or not self._is_bare)
        return _Sign.MUTUAL if is_answered and self._is_only_claim(claim) else _Sign.NONE

    def _is_only_claim(self, claim: StatementRow) -> bool:
        """Whether its side claims nothing else in the article that could be meant."""
        return self._claims_of[claim.side] == 1


@cache
def _function_words() -> frozenset[str]:
    """Return the words that any two sentences may share: closed classes and forms of common verbs."""
    from kg.lexicon import load  # the verb forms take a second, which a store without denials need not spend

    lexicon = load()
    return frozenset(lexicon.verb_forms).union(*lexicon.words.values())


@cache
def _pointers() -> frozenset[str]:
    """Return the words that point back."""
    from kg.lexicon import load

    return frozenset(load().words["determiner"])


@cache
def _conditions() -> frozenset[str]:
    from kg.lexicon import word_set

    return word_set("conditions")


@cache
def _sayings() -> frozenset[str]:
    """Return the words for what somebody has said, and may be untrue."""
    from kg.lexicon import word_set

    return word_set("deniable_sayings")
