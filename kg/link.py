"""Wikidata items for what a store knows without one: from the gazetteer, or from Wikidata itself when asked to.

A run may be interrupted and repeated at any time: links are kept as they are found, in a graph that no reading of
articles touches, and Wikidata's answers beside the store. What is not sure enough is listed for a person.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar, cast

from kg.errors import RemoteError
from kg.gazetteer import Gazetteer, Thing
from kg.graph.files import reporting_problems
from kg.graph.identities import Identity, add_identities, prune_identities
from kg.graph.store import Store
from kg.graph.unlinked import Unlinked, read_unlinked
from kg.model import EntityType
from kg.wikidata.items import Item
from kg.wikidata.ranking import Decision, Question, decide

T = TypeVar("T")

_BATCH = 10
"""Entities that are asked for together and whose links are written in one transaction."""
_FAILURES_IN_A_ROW = 3
_SHOWN_CANDIDATES = 3
_FROM_GAZETTEER = 0.97
_FULL_NAME = ("label", "alias")


class Asked(Protocol):
    """What is asked for items: Wikidata's client, or whatever answers like it."""

    def search(self, text: str, language: str) -> list[str]:
        """Return items whose name begins with a text."""
        ...

    def items(self, qids: Sequence[str]) -> dict[str, Item]:
        """Return items by identifier."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entity.

    Attributes:
        path: Its IRI without the base.
        name: Its name.
        link: Its link, or None where it was left.
        why: Why it was linked or left.
        candidates: Items that it may be, each with name and description, likeliest first.
    """

    path: str
    name: str
    link: Identity | None
    why: str
    candidates: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return a line of tab-separated fields: what was done, entity, name, item or candidates, why."""
        if self.link is not None:
            fields = ("linked", self.path, self.name, f"{self.link.qid} {self.link.confidence:g}", self.why)
        else:
            fields = ("left", self.path, self.name, " | ".join(self.candidates), self.why)
        return "\t".join(" ".join(text.split()) for text in fields)


@dataclass(slots=True)
class LinkReport:
    """What a run did.

    Attributes:
        linked: Entities that got an item.
        left: Those that were judged and left without one.
        local: Names that mean something in their article alone, and are never linked.
        not_asked: Those that Wikidata gave no answer for, or that the run did not come to.
        stopped: Why the run ended early, or None.
        failures: How often in a row Wikidata has just failed.
        last_failure: How it failed last.

    Example:
        >>> print(LinkReport(linked=2, left=1))
        2 linked, 1 left, 0 names known to one article alone
    """

    linked: int = 0
    left: int = 0
    local: int = 0
    not_asked: int = 0
    stopped: str | None = None
    failures: int = 0
    last_failure: str | None = None

    def __str__(self) -> str:
        counts = f"{self.linked} linked, {self.left} left, {self.local} names known to one article alone"
        if not self.not_asked:
            return counts
        return f"{counts}; {self.not_asked} without an answer ({self.last_failure}), run it again to go on"


def link_store(
    store: Store, online: Asked | None = None, *, tell: Callable[[Outcome], None] = lambda _outcome: None
) -> LinkReport:
    """Give entities without a Wikidata item one, and keep each link with confidence and reason.

    Args:
        store: Open for writing.
        online: Wikidata; the gazetteer alone is asked without it.
        tell: Told of each entity that was judged.

    Raises:
        StoreError: When the store cannot be written; what was linked before is kept.
    """
    run = _Run(store, online, tell)
    with reporting_problems(store.path):
        prune_identities(store.engine, store.base)
    unlinked, run.report.local = read_unlinked(store)
    for first in range(0, len(unlinked), _BATCH):
        if run.report.stopped is None:
            run.judge(unlinked[first : first + _BATCH])
        else:
            run.report.not_asked += len(unlinked[first : first + _BATCH])
    return run.report


@dataclass(slots=True)
class _Run:
    """One run over one store: what was linked, and the counts."""

    store: Store
    online: Asked | None
    tell: Callable[[Outcome], None]
    report: LinkReport = field(default_factory=LinkReport)

    def judge(self, batch: Sequence[Unlinked]) -> None:
        """Judge a few entities and write their links in one transaction, whatever fails on the way."""
        questions = {entity.path: _question(entity, self.store.gazetteer) for entity in batch}
        outcomes = {}
        for path, question in questions.items():
            listed = _listed(question, self.store.gazetteer)
            if listed is not None:
                link = Identity(path, str(listed.qid), _FROM_GAZETTEER, f"named as {listed.key} in the gazetteer")
                outcomes[path] = Outcome(path, question.name, link, link.reason)
            elif self.online is None:
                outcomes[path] = Outcome(path, question.name, None, "the gazetteer knows no item of this name")
        if self.online is not None:
            asked = [question for path, question in questions.items() if path not in outcomes]
            outcomes |= {outcome.path: outcome for outcome in self._asked(self.online, asked)}
        self._keep(outcome.link for outcome in outcomes.values() if outcome.link is not None)
        self.report.not_asked += len(questions) - len(outcomes)
        for path in questions:
            if path in outcomes:
                self.report.linked += outcomes[path].link is not None
                self.report.left += outcomes[path].link is None
                self.tell(outcomes[path])

    def _keep(self, links: Iterable[Identity]) -> None:
        with reporting_problems(self.store.path):
            add_identities(self.store.engine, links, self.store.base)

    def _asked(self, online: Asked, questions: Sequence[Question]) -> Iterator[Outcome]:
        """Ask Wikidata, and yield what was answered; a server that fails again and again ends the run."""
        hits: dict[str, list[str]] = {}
        for question in questions:
            found = self._attempt(partial(_search, online, question))
            if found is not None:
                hits[question.key] = found
            if self.report.stopped is not None:
                break
        items = self._attempt(partial(online.items, sorted({qid for qids in hits.values() for qid in qids})))
        if items is None:
            return
        for question in questions:
            if question.key in hits:
                yield _outcome(question, decide(question, [items[q] for q in hits[question.key] if q in items]))

    def _attempt(self, ask: Callable[[], T]) -> T | None:
        """Return an answer, or None where there is none; what is not asked now is asked by the next run."""
        try:
            answer = ask()
        except RemoteError as error:
            self.report.failures += 1
            if self.report.failures >= _FAILURES_IN_A_ROW or self.report.stopped is not None:
                self.report.stopped = self.report.stopped or str(error)
            self.report.last_failure = str(error)
            return None
        self.report.failures = 0
        return answer


def _search(online: Asked, question: Question) -> list[str]:
    qids: dict[str, None] = {}
    for text, language in question.searches:
        qids |= dict.fromkeys(online.search(text, language))
    return list(qids)


def _outcome(question: Question, decision: Decision) -> Outcome:
    if decision.chosen is None:
        shown = tuple(str(candidate.item) for candidate in decision.candidates[:_SHOWN_CANDIDATES])
        return Outcome(question.key, question.name, None, decision.reason, shown)
    chosen = decision.chosen
    link = Identity(question.key, chosen.item.qid, chosen.confidence, f"Wikidata: {decision.reason}")
    return Outcome(question.key, question.name, link, decision.reason)


def _listed(question: Question, gazetteer: Gazetteer) -> Thing | None:
    """Return what alone bears the whole name in the gazetteer, with an item: a person by more than a surname."""
    if question.key in gazetteer.things or (question.type == "person" and " " not in question.name):
        return None
    found = [
        thing
        for name, thing in gazetteer.find_names(question.name)
        if name.kind in _FULL_NAME and thing.type == question.type
    ]
    return found[0] if len(found) == 1 and found[0].qid is not None else None


def _question(entity: Unlinked, gazetteer: Gazetteer) -> Question:
    thing = gazetteer.things.get(entity.path)
    bodies = {*entity.sides, *([thing.state] if thing is not None and thing.state else [])}
    states = {gazetteer.things[body].state or body for body in bodies if body in gazetteer.things}
    offices = {*entity.posts, *(m.post for m in gazetteer.posts_of(entity.path))}
    return Question(
        key=entity.path,
        name=thing.name if thing is not None else entity.name,
        names=tuple(name.text for name in thing.names) if thing is not None else entity.names,
        name_en=thing.name_en if thing is not None else None,
        type=thing.type if thing is not None else cast(EntityType, entity.kind),
        states=frozenset(qid for state in states if (qid := gazetteer.things[state].qid) is not None),
        offices=frozenset(
            qid for key in offices if key in gazetteer.posts and (qid := gazetteer.posts[key].qid) is not None
        ),
        span=entity.span,
    )
