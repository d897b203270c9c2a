"""Which of Wikidata's candidates an entity is: by name, kind, state, office and dates, or none surely enough.

A name alone never makes a person: an office, a state or both must agree. The confidence is made of weights set by
hand so that this holds; it ranks, and is no measured probability.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp

from kg.language.normalize import fold
from kg.model import DateSpan, EntityType
from kg.wikidata.items import Item

THRESHOLD = 0.85
"""The least confidence of a link."""
MARGIN = 1.0
"""How much better, in log-odds, a link must be than the next candidate."""

_HUMAN = "Q5"
# «Wikimedia disambiguation page» and the like, family and given names; seen with these labels in a public deduplication
# benchmark's list of what is no entity.
_NO_THINGS = frozenset(
    {"Q4167410", "Q22808320", "Q4167836", "Q11266439", "Q13406463", "Q17362920", "Q15184295"}
    | {"Q101352", "Q12308941", "Q11879590", "Q3409032", "Q202444"}
)
_YOUNGEST = 18
_START = -2.0
_SAME_NAME = {"fa": 2.5, "ar": 2.0, "en": 2.0}
_PART_OF_NAME = 0.5
_HUMAN_FOR_PERSON = 0.5
_ONLY_ONE_SO_NAMED = 1.0
_SAME_STATE, _OTHER_STATE = 1.5, -2.0
_SAME_OFFICE, _OFFICE_THEN = 3.0, 0.5
_DEAD_BY_THEN = -3.0


@dataclass(frozen=True, slots=True)
class Question:
    """An entity whose item is looked for.

    Attributes:
        key: What the asker calls it.
        name: Its Persian label.
        names: Its other Persian names.
        name_en: Its English label, or None.
        type: What it is.
        states: Items of the states that it belongs to or speaks for.
        offices: Items of the offices by which it speaks.
        span: The days on which the articles that name it may have been published, or None.
    """

    key: str
    name: str
    names: tuple[str, ...] = ()
    name_en: str | None = None
    type: EntityType = "person"
    states: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    span: DateSpan | None = None

    @property
    def searches(self) -> Sequence[tuple[str, str]]:
        """Names to search with, each with its language."""
        persian = [self.name, self.name.replace("\u200c", " ")]
        return [*((text, "fa") for text in dict.fromkeys(persian)), *([(self.name_en, "en")] if self.name_en else [])]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that an entity may be.

    Attributes:
        item: The item.
        confidence: From 0 to 1; it ranks.
        reasons: What spoke for it and against it.
    """

    item: Item
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What an entity was decided to be.

    Attributes:
        chosen: The candidate that is sure enough, or None.
        candidates: All that may be meant, likeliest first.
        reason: Why one was chosen, or none.
    """

    chosen: Candidate | None
    candidates: tuple[Candidate, ...]
    reason: str


def decide(question: Question, items: Iterable[Item]) -> Decision:
    """Rank the candidates for an entity, and choose one where it is sure and clearly the best."""
    fitting = [item for item in items if _may_be(question, item)]
    judged = [(item, list(_evidence(question, item, fitting))) for item in fitting]
    weighed = sorted(
        ((_START + sum(weight for weight, _ in evidence), item, evidence) for item, evidence in judged if evidence),
        key=lambda one: (-one[0], len(one[1].qid), one[1].qid),
    )
    candidates = tuple(
        Candidate(item, round(1 / (1 + exp(-total)), 4), tuple(told for _, told in evidence))
        for total, item, evidence in weighed
    )
    if not candidates:
        return Decision(None, (), "no item of this name and kind was found")
    best = candidates[0]
    if best.confidence < THRESHOLD:
        return Decision(None, candidates, f"not sure enough ({best.confidence:.2f}): {', '.join(best.reasons)}")
    if len(weighed) > 1 and weighed[0][0] - weighed[1][0] < MARGIN:
        return Decision(None, candidates, "several fit about as well")
    return Decision(best, candidates, ", ".join(best.reasons))


def _may_be(question: Question, item: Item) -> bool:
    if item.classes & _NO_THINGS or (question.type == "person") != (_HUMAN in item.classes):
        return False
    is_too_young = question.span and item.born and question.span.latest.year - item.born < _YOUNGEST
    return not (question.type == "person" and is_too_young)


def _evidence(question: Question, item: Item, rivals: Sequence[Item]) -> Iterator[tuple[float, str]]:
    """Yield what speaks for an item and against it; nothing when not even its name fits."""
    named = _name_evidence(question, item)
    if named is None:
        return
    yield named
    if question.type == "person":
        yield _HUMAN_FOR_PERSON, "a person"
    elif named[0] >= min(_SAME_NAME.values()) and not any(_is_namesake(question, item, rival) for rival in rivals):
        yield _ONLY_ONE_SO_NAMED, "the only one of this name"
    if question.states and item.states:
        is_same = bool(question.states & item.states)
        yield (_SAME_STATE, "of the same state") if is_same else (_OTHER_STATE, "of another state")
    held = [term for term in item.terms if term.office in question.offices]
    if held:
        yield _SAME_OFFICE, "held the office"
        if question.span and any(
            (term.start or 0) <= question.span.latest.year and question.span.earliest.year <= (term.end or 9999)
            for term in held
        ):
            yield _OFFICE_THEN, "at that time"
    if question.type == "person" and question.span and item.died and item.died < question.span.earliest.year:
        yield _DEAD_BY_THEN, "dead by then"


def _is_namesake(question: Question, item: Item, rival: Item) -> bool:
    other = _name_evidence(question, rival) if rival.qid != item.qid else None
    return other is not None and other[0] >= min(_SAME_NAME.values())


def _name_evidence(question: Question, item: Item) -> tuple[float, str] | None:
    persian = {fold(name) for name in (question.name, *question.names)}
    for language in ("fa", "ar"):
        if fold(question.name) in {fold(name) for name in item.names.get(language, ())}:
            return _SAME_NAME[language], f"the same name ({language})"
    english = {name.casefold() for name in item.names.get("en", ())}
    if question.name_en and question.name_en.casefold() in english:
        return _SAME_NAME["en"], "the same name (en)"
    if persian & {fold(name) for name in item.names.get("fa", ())}:
        return _PART_OF_NAME, "a short name"
    words = {fold(word) for word in question.name.split()}
    for name in item.names.get("fa", ()):
        if words <= {fold(word) for word in name.split()}:
            return _PART_OF_NAME, "part of the name"
    return None
