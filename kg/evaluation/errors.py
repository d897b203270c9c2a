"""The mistakes behind the figures, by kind, in words that can be looked up in the article."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.evaluation.alignment import Alignment, is_same, overlap, taking_part
from kg.evaluation.score import align
from kg.model import Extraction, Statement

KINDS: Mapping[str, str] = {
    "speaker": "the words are right, who says them is not",
    "extent": "the speaker is right, less than half of the words are",
    "missed cue": "a statement with reporting words that was not found",
    "missed running on": "a statement without reporting words of its own that was not found",
    "spurious": "a statement that is none",
    "nested": "extent and speaker are right, the statement that it stands in is not",
    "act": "extent and speaker are right, the act is not",
    "behalf": "extent and speaker are right, for whom is not",
    "reversed stance": "holder and target are right, the sign is not",
    "missed stance": "a stance that was not found",
    "spurious stance": "a stance that is none",
    "split": "one entity of gold was taken for several",
    "merged": "several entities of gold were taken for one",
    "link": "a Wikidata item that is wrong, missing, or too much",
}
_SHOWN = 90


@dataclass(frozen=True, slots=True)
class Mistake:
    """One disagreement with gold.

    Attributes:
        kind: One of ``KINDS``.
        article: The article's id.
        words: The words that it is about.
        gold: What gold says; None where it has nothing.
        predicted: What was found; None where nothing was.
    """

    kind: str
    article: str
    words: str
    gold: str | None
    predicted: str | None

    def __str__(self) -> str:
        """Return article, gold, prediction and words, tab-separated."""
        return f"{self.article}\t{self.gold or '–'}\t{self.predicted or '–'}\t{self.words}"


def explain(gold: Iterable[Extraction], predicted: Iterable[Extraction]) -> list[Mistake]:
    """List what a prediction has wrong, articles in gold's order.

    Raises:
        InputError: When a prediction's text is not gold's.
    """
    return [
        mistake
        for alignment in align(gold, predicted)
        for find in (_statements, _matched_statements, _stances, _entities, _links)
        for mistake in find(alignment)
    ]


def _statements(a: Alignment) -> Iterator[Mistake]:
    """Yield statements that have no partner, each explained by the nearest one that has none either."""
    kept = {i for i, _ in a.agreed}
    used = {j for _, j in a.agreed}
    for i, ours in enumerate(a.gold.statements):
        if i in kept:
            continue
        rest = [(j, s) for j, s in enumerate(a.predicted.statements) if j not in used and _overlap(ours, s)]
        near = max(rest, key=lambda pair: _overlap(ours, pair[1]), default=None)
        speaker = a.gold.entity(ours.speaker).name
        if near is None:
            kind = "missed cue" if ours.cue else "missed running on"
            yield Mistake(kind, a.gold.article.id, _words(ours, a), speaker, None)
            continue
        used.add(near[0])
        kind = "extent" if a.agree_on_speaker(ours, near[1]) else "speaker"
        yield Mistake(kind, a.gold.article.id, _words(ours, a), speaker, a.predicted.entity(near[1].speaker).name)
    for j, theirs in enumerate(a.predicted.statements):
        if j not in used:
            name = a.predicted.entity(theirs.speaker).name
            yield Mistake("spurious", a.gold.article.id, _words(theirs, a), None, name)


def _matched_statements(a: Alignment) -> Iterator[Mistake]:
    gold_of = {j: i for i, j in a.agreed}
    for i, j in sorted(a.agreed):
        ours, theirs = a.gold.statements[i], a.predicted.statements[j]
        if ours.act != theirs.act:
            yield Mistake("act", a.gold.article.id, _words(ours, a), ours.act, theirs.act)
        if ours.on_behalf_of != (theirs.on_behalf_of and a.who(theirs.on_behalf_of)):
            gold = a.gold.entity(ours.on_behalf_of).name if ours.on_behalf_of else None
            found = a.predicted.entity(theirs.on_behalf_of).name if theirs.on_behalf_of else None
            yield Mistake("behalf", a.gold.article.id, _words(ours, a), gold, found)
        if ours.within != (None if theirs.within is None else gold_of.get(theirs.within, -1)):
            outer = None if ours.within is None else _words(a.gold.statements[ours.within], a)
            taken = None if theirs.within is None else _words(a.predicted.statements[theirs.within], a)
            yield Mistake("nested", a.gold.article.id, _words(ours, a), outer, taken)


def _stances(a: Alignment) -> Iterator[Mistake]:
    called = {entity.id: entity.name for entity in a.gold.entities}
    called |= {a.who(entity.id): called.get(a.who(entity.id), entity.name) for entity in a.predicted.entities}
    missed, spurious = a.gold_opinions - a.predicted_opinions, a.predicted_opinions - a.gold_opinions
    for holder, polarity, target in sorted(missed):
        other = "negative" if polarity == "positive" else "positive"
        words = f"{called[holder]} → {called[target]}"
        turned = (holder, other, target) in spurious
        kind = "reversed stance" if turned else "missed stance"
        yield Mistake(kind, a.gold.article.id, words, polarity, other if turned else None)
        spurious.discard((holder, other, target))
    for holder, polarity, target in sorted(spurious):
        words = f"{called[holder]} → {called[target]}"
        yield Mistake("spurious stance", a.gold.article.id, words, None, polarity)


def _entities(a: Alignment) -> Iterator[Mistake]:
    """Yield entities that were split or merged, among those that take part; topics have no name that anybody fixes."""
    gold = [entity for entity in taking_part(a.gold) if entity.type != "topic"]
    found = [entity for entity in taking_part(a.predicted) if entity.type != "topic"]
    for one in gold:
        parts = [entity.name for entity in found if a.who(entity.id) == one.id]
        if len(parts) > 1:
            yield Mistake("split", a.gold.article.id, one.name, one.name, "، ".join(parts))
    for entity in found:
        wholes = [one.name for one in gold if is_same(entity, one)]
        if len(wholes) > 1:
            yield Mistake("merged", a.gold.article.id, entity.name, "، ".join(wholes), entity.name)


def _links(a: Alignment) -> Iterator[Mistake]:
    found = taking_part(a.predicted)
    for gold in taking_part(a.gold):
        partner = next((e for e in found if a.who(e.id) == gold.id or is_same(e, gold)), None)
        if partner is not None and partner.qid != gold.qid:
            yield Mistake("link", a.gold.article.id, gold.name, gold.qid, partner.qid)


def _overlap(one: Statement, other: Statement) -> float:
    return overlap(one.content, other.content)


def _words(statement: Statement, a: Alignment) -> str:
    return " ".join(statement.content.of(a.gold.article.text).split())[:_SHOWN]
