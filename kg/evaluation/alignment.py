"""Which predicted entity and statement stand for which of gold's.

Two readers rarely choose the same name for a thing or the same last word of a quotation;
what counts as the same is defined here, for the figures and for the list of mistakes.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from kg.model import Entity, Extraction, Span, Statement

Opinion = tuple[str, str, str]
"""Holder, polarity and target, by gold's entity ids; unknown ones by «?» and their folded name."""

_SENTENCE = re.compile(r"[^\n.!؟?]+[.!؟?]*")
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "ؤ": "و"})
_HALF = 0.5


def fold_name(text: str) -> str:
    """Return a name's letters and digits only, so that spacing and letter forms do not matter.

    Example:
        >>> fold_name("امیر‌عبداللهيان") == fold_name("امیر عبداللهیان")
        True
    """
    return "".join(
        char for char in unicodedata.normalize("NFKC", text).translate(_LETTERS) if char.isalnum()
    ).casefold()


def is_same(predicted: Entity, gold: Entity) -> bool:
    """Whether two entities are one thing: by Wikidata item where both have one, else by name.

    Topics, whose names nobody fixes, are the same when half of their words are.
    """
    if predicted.qid and gold.qid:
        return predicted.qid == gold.qid
    if fold_name(predicted.name) in names(gold) or fold_name(gold.name) in names(predicted):
        return True
    if gold.type != "topic":
        return False
    ours, theirs = _words(predicted.name), _words(gold.name)
    return bool(ours and theirs) and len(ours & theirs) / len(ours | theirs) >= _HALF


def names(entity: Entity) -> set[str]:
    """Return an entity's folded name and mentions."""
    return {fold_name(name) for name in (entity.name, *entity.mentions)} - {""}


def overlap(one: Span, other: Span) -> float:
    """Return the share of two spans' characters that they have in common.

    Example:
        >>> overlap(Span(0, 4), Span(2, 6))
        0.3333333333333333
    """
    shared = min(one.end, other.end) - max(one.begin, other.begin)
    return max(0, shared) / (max(one.end, other.end) - min(one.begin, other.begin))


@dataclass(frozen=True)
class Alignment:
    """A prediction beside gold, its entities told by gold's ids.

    Attributes:
        gold: The annotated article.
        predicted: What was found in it.
    """

    gold: Extraction
    predicted: Extraction
    _alias: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_alias", {e.id: self._find_alias(e) for e in self.predicted.entities})

    def _find_alias(self, entity: Entity) -> str:
        for fits in (_is_namesake, is_same):
            for gold in self.gold.entities:
                if fits(entity, gold):
                    return gold.id
        return "?" + fold_name(entity.name)

    def who(self, predicted: str) -> str:
        """Return gold's id of a predicted entity, or a name of its own that no gold entity has."""
        return self._alias[predicted]

    def agree_on_speaker(self, gold: Statement, predicted: Statement) -> bool:
        """Whether two statements have the same speaker."""
        return gold.speaker == self.who(predicted.speaker)

    def match(self, fits: Callable[[Statement, Statement], bool]) -> list[tuple[int, int]]:
        """Pair gold's statements with predicted ones, one to one, by half of their extent at least.

        Args:
            fits: What a gold and a predicted statement must agree on besides.

        Returns:
            Indexes of gold's and of the predicted statement, best overlap first.
        """
        pairs = sorted(
            (
                (overlap(ours.content, theirs.content), i, j)
                for i, ours in enumerate(self.gold.statements)
                for j, theirs in enumerate(self.predicted.statements)
                if fits(ours, theirs)
            ),
            reverse=True,
        )
        matched: dict[int, int] = {}
        used: set[int] = set()
        for share, i, j in pairs:
            if share >= _HALF and i not in matched and j not in used:
                matched[i] = j
                used.add(j)
        return list(matched.items())

    @cached_property
    def agreed(self) -> list[tuple[int, int]]:
        """Statements that agree in extent and speaker."""
        return self.match(self.agree_on_speaker)

    @cached_property
    def gold_opinions(self) -> set[Opinion]:
        """Gold's stances, whatever the statement."""
        return {(s.speaker, o.polarity, o.target) for s in self.gold.statements for o in s.stances}

    @cached_property
    def predicted_opinions(self) -> set[Opinion]:
        """The predicted stances, whatever the statement."""
        return {
            (self.who(s.speaker), o.polarity, self.who(o.target)) for s in self.predicted.statements for o in s.stances
        }

    def gold_sentences(self) -> set[tuple[int, str]]:
        """Where gold's sentences begin that a statement fills, with its speaker."""
        return _sentence_speakers(self.gold, lambda speaker: speaker)

    def predicted_sentences(self) -> set[tuple[int, str]]:
        """Where sentences begin that a predicted statement fills, with its speaker."""
        return _sentence_speakers(self.predicted, self.who)


def taking_part(extraction: Extraction) -> list[Entity]:
    """Return the entities that speak or are a stance's target."""
    used = {s.speaker for s in extraction.statements}
    used |= {o.target for s in extraction.statements for o in s.stances}
    return [entity for entity in extraction.entities if entity.id in used]


def _is_namesake(predicted: Entity, gold: Entity) -> bool:
    """Whether they have the very same name and no different items: tried before looser ways."""
    items = {predicted.qid, gold.qid} - {None}
    return fold_name(predicted.name) == fold_name(gold.name) and len(items) < 2


def _words(name: str) -> set[str]:
    return {fold_name(word) for word in re.split(r"[\s\u200c]+", name)} - {""}


def _sentence_speakers(extraction: Extraction, who: Callable[[str], str]) -> set[tuple[int, str]]:
    pairs = set()
    for match in _SENTENCE.finditer(extraction.article.text):
        size = len(match.group().strip())
        for s in extraction.statements:
            shared = min(s.content.end, match.end()) - max(s.content.begin, match.start())
            if size and shared > 0 and (2 * shared >= size or 2 * shared >= s.content.end - s.content.begin):
                pairs.add((match.start(), who(s.speaker)))
    return pairs
