"""Precision, recall and F1 of an extraction, by the annotation guide's definitions.

Every figure is micro-averaged over all gold articles; one that was not predicted counts as
predicted empty.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

from kg.errors import InputError
from kg.evaluation.alignment import Alignment, fold_name, names, taking_part
from kg.model import Entity, Extraction

FIGURES: Mapping[str, str] = {
    "span": "a statement's extent, whoever says it",
    "statement": "its extent and its speaker (the main figure)",
    "sentence": "(sentence, speaker) pairs: forgiving about where a quotation is cut",
    "act": "share of matched statements whose act is right",
    "behalf": "share of matched statements whose on_behalf_of is right",
    "within": "(inner, outer) pairs of nested statements",
    "stance": "(holder, polarity, target) per article",
    "opinion": "(holder, target) per article, whatever the polarity",
    "stance-at": "(statement, polarity, target): the same, hung on the right statement",
    "link": "Wikidata items of gold's entities that take part",
    "restraint": "share of gold's persons without an item that were given none",
}


@dataclass(frozen=True, slots=True)
class PRF:
    """Counts behind precision, recall and F1; all are 0 where there is nothing to count.

    Example:
        >>> figure = PRF(hits=3, gold=4, predicted=6) + PRF(0, 2, 0)
        >>> figure.precision, figure.recall, round(figure.f1, 3)
        (0.5, 0.5, 0.5)
    """

    hits: int = 0
    gold: int = 0
    predicted: int = 0

    def __add__(self, other: "PRF") -> "PRF":
        return PRF(self.hits + other.hits, self.gold + other.gold, self.predicted + other.predicted)

    @property
    def precision(self) -> float:
        """Return the share of what was predicted that is right."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Return the share of gold that was found."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def align(gold: Iterable[Extraction], predicted: Iterable[Extraction]) -> Iterator[Alignment]:
    """Join predictions to gold by the articles' ids.

    Raises:
        InputError: When a prediction's text is not gold's to the letter: offsets would mean something else.
    """
    by_id = {extraction.article.id: extraction for extraction in predicted}
    for extraction in gold:
        other = by_id.get(extraction.article.id, replace(extraction, entities=(), statements=()))
        if other.article.text != extraction.article.text:
            raise InputError(
                "the prediction's text is not gold's",
                where=extraction.article.id,
                remedy="extract from gold's own text",
            )
        yield Alignment(extraction, other)


def score(gold: Iterable[Extraction], predicted: Iterable[Extraction]) -> dict[str, PRF]:
    """Compare predictions with gold.

    Returns:
        For each of ``FIGURES`` the counts over all articles of gold.

    Raises:
        InputError: When a prediction's text is not gold's.
    """
    figures = dict.fromkeys(FIGURES, PRF())
    for alignment in align(gold, predicted):
        for name, counts in _count(alignment).items():
            figures[name] += counts
    return figures


def score_by(
    gold: Iterable[Extraction], predicted: Iterable[Extraction], group_of: Callable[[Extraction], str]
) -> dict[str, dict[str, PRF]]:
    """Compare predictions with gold, one group of articles at a time.

    Args:
        gold: Annotated articles.
        predicted: What was found in them.
        group_of: Names the group that an annotated article belongs to.

    Raises:
        InputError: When a prediction's text is not gold's.
    """
    found = list(predicted)
    groups: dict[str, list[Extraction]] = {}
    for extraction in gold:
        groups.setdefault(group_of(extraction), []).append(extraction)
    return {name: score(groups[name], found) for name in sorted(groups)}


def score_acts(gold: Iterable[Extraction], predicted: Iterable[Extraction]) -> dict[str, PRF]:
    """Count each act over the statements that agree in extent and speaker, most frequent first.

    Raises:
        InputError: When a prediction's text is not gold's.
    """
    counts: dict[str, PRF] = {}
    for alignment in align(gold, predicted):
        for i, j in alignment.agreed:
            ours, theirs = alignment.gold.statements[i].act, alignment.predicted.statements[j].act
            counts[ours] = counts.get(ours, PRF()) + PRF(ours == theirs, 1, 0)
            counts[theirs] = counts.get(theirs, PRF()) + PRF(0, 0, 1)
    return dict(sorted(counts.items(), key=lambda item: (-item[1].gold, item[0])))


def score_links(gold: Iterable[Extraction], predicted: Iterable[Extraction]) -> dict[str, PRF]:
    """Count links by the entity's type, over all that take part, then («found») over those that were found at all.

    What takes part is decided by statements and stances; the second count is of linking alone.

    Raises:
        InputError: When a prediction's text is not gold's.
    """
    counts: dict[str, PRF] = {}
    for alignment in align(gold, predicted):
        theirs = taking_part(alignment.predicted)
        for entity in taking_part(alignment.gold):
            if entity.qid is None:
                continue
            same = [other for other in theirs if other.qid == entity.qid or _share_name(other, entity)]
            items = {other.qid for other in same if other.qid}
            is_right, is_answered = entity.qid in items, bool(items)
            for name, total in ((entity.type, 1), (f"{entity.type}, found", int(bool(same)))):
                counts[name] = counts.get(name, PRF()) + PRF(is_right, total, is_answered)
    return dict(sorted(counts.items(), key=lambda item: ("found" in item[0], -item[1].gold, item[0])))


def outlet_of(extraction: Extraction) -> str:
    """Return the part of an article's id before its first hyphen, by which annotated articles tell their outlet.

    Example:
        >>> from kg.model import Article
        >>> outlet_of(Extraction(Article("isna2019-17", "متن")))
        'isna2019'
    """
    return extraction.article.id.partition("-")[0]


def _count(a: Alignment) -> dict[str, PRF]:
    sizes = len(a.gold.statements), len(a.predicted.statements)
    matched = len(a.agreed)
    pairs = [(a.gold.statements[i], a.predicted.statements[j]) for i, j in a.agreed]
    behalf = sum(g.on_behalf_of == (p.on_behalf_of and a.who(p.on_behalf_of)) for g, p in pairs)
    ours, theirs = a.gold_opinions, a.predicted_opinions
    return {
        "span": PRF(len(a.match(lambda g, p: True)), *sizes),
        "statement": PRF(matched, *sizes),
        "sentence": _overlap(a.gold_sentences(), a.predicted_sentences()),
        "act": PRF(sum(g.act == p.act for g, p in pairs), matched, matched),
        "behalf": PRF(behalf, matched, matched),
        "within": _count_nested(a),
        "stance": _overlap(ours, theirs),
        "opinion": _overlap({(h, t) for h, _, t in ours}, {(h, t) for h, _, t in theirs}),
        "stance-at": _count_placed_stances(a),
        "link": _count_links(a),
        "restraint": _count_restraint(a),
    }


def _overlap(gold: Set[object], predicted: Set[object]) -> PRF:
    return PRF(len(gold & predicted), len(gold), len(predicted))


def _count_nested(a: Alignment) -> PRF:
    gold_of = {j: i for i, j in a.agreed}
    gold = {(i, s.within) for i, s in enumerate(a.gold.statements) if s.within is not None}
    predicted = [
        (gold_of.get(j), gold_of.get(s.within)) for j, s in enumerate(a.predicted.statements) if s.within is not None
    ]
    return PRF(sum(pair in gold for pair in predicted), len(gold), len(predicted))


def _count_placed_stances(a: Alignment) -> PRF:
    gold_of = {j: i for i, j in a.agreed}
    gold = {(i, o.polarity, o.target) for i, s in enumerate(a.gold.statements) for o in s.stances}
    predicted = {
        (gold_of.get(j, -1 - j), o.polarity, a.who(o.target))
        for j, s in enumerate(a.predicted.statements)
        for o in s.stances
    }
    return PRF(len(gold & predicted), len(gold), len(predicted))


def _count_links(a: Alignment) -> PRF:
    """Count items of gold's entities that take part; precision is over those that were given some item."""
    right = total = answered = 0
    found = [entity for entity in taking_part(a.predicted) if entity.qid]
    for gold in taking_part(a.gold):
        if gold.qid:
            items = {entity.qid for entity in found if entity.qid == gold.qid or _share_name(entity, gold)}
            total += 1
            answered += bool(items)
            right += gold.qid in items
    return PRF(right, total, answered)


def _count_restraint(a: Alignment) -> PRF:
    """Count gold's persons without an item that were found, and those of them that were given none."""
    left = total = 0
    for gold in taking_part(a.gold):
        if gold.qid or gold.type != "person":
            continue
        if found := [entity for entity in taking_part(a.predicted) if _share_name(entity, gold)]:
            total += 1
            left += not any(entity.qid for entity in found)
    return PRF(left, total, total)


def _share_name(predicted: Entity, gold: Entity) -> bool:
    return fold_name(predicted.name) in names(gold) or fold_name(gold.name) in names(predicted)
