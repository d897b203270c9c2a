"""Phrases that tell what reported content does, and how they match words and verbs.

The notation is explained in ``act_words.tsv``, which holds them.
"""

from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from kg.language.morphology import VerbForm
from kg.language.normalize import fold
from kg.lexicon.tables import Row, read_table

__all__ = ["HINTS", "Occurrence", "Pattern", "PatternIndex", "Word", "read_patterns"]

HINTS = (
    "absence", "backing", "commitment", "condition", "consequence", "deed", "enemy", "falsehood", "fault", "gratitude",
    "guilt", "hope", "information", "intent", "merit", "obligation", "offer", "outrage", "prohibition", "question",
    "readiness", "refusal", "request", "retaliation",
)  # fmt: skip

_GAPS = {"…": 6, "……": 12}
_MARKS = ("1", "2", "3", "past", "present", "perfect", "pluperfect", "future", "subj", "neg", "pos")
_ANY_VERB = "*"
_ENDINGS = ("هایی", "های", "ها", "ات", "ی", "ان", "شان", "اش", "ایی", "ای")
_SENTENCE_ENDS = {".", "؛", "!", "؟", "?", ":"}

Kind = Literal["word", "verb", "gap"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text as patterns see it.

    Attributes:
        keys: Its key, also without endings; for a verb its key alone.
        verb: Folded past stem, where it is a finite verb.
        marks: What form of the verb it is.
    """

    keys: frozenset[str]
    verb: str = ""
    marks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, key: str, form: VerbForm | None = None) -> "Word":
        """Return the word with this key, which is a verb where a form is given."""
        if form is None:
            return cls(_with_bases(key))
        if not form.person:
            return cls(frozenset((key,)))
        tense = "subj" if form.tense == "subjunctive" else form.tense
        marks = frozenset((tense, str(form.person), "neg" if form.is_negative else "pos"))
        return cls(frozenset((key,)), fold(form.lemma.partition("#")[0]), marks)

    @property
    def ends_sentence(self) -> bool:
        """Whether it is a mark that no pattern reaches over."""
        return not self.keys.isdisjoint(_SENTENCE_ENDS)


@dataclass(frozen=True, slots=True)
class _Element:
    kind: Kind
    choices: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    reach: int = 0

    def fits(self, word: Word) -> bool:
        if self.kind == "verb":
            return (
                bool(word.verb)
                and (word.verb in self.choices or _ANY_VERB in self.choices)
                and self.marks <= word.marks
            )
        return not self.choices.isdisjoint(word.keys)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase with its sign.

    Attributes:
        phrase: As the table writes it.
        sign: An act of ``ontology/acts.ttl`` or one of ``HINTS``.
        elements: Its parts in order.
    """

    phrase: str
    sign: str
    elements: tuple[_Element, ...]

    def reaches(self, words: Sequence[Word], begin: int) -> bool:
        """Whether the phrase stands at this word."""
        position, gap = begin, 0
        for element in self.elements:
            if element.kind == "gap":
                gap = element.reach
                continue
            found = self._seek(words, position, gap, element)
            if found is None:
                return False
            position, gap = found + 1, 0
        return True

    @staticmethod
    def _seek(words: Sequence[Word], position: int, gap: int, element: _Element) -> int | None:
        for index in range(position, min(position + gap + 1, len(words))):
            if element.fits(words[index]):
                return index
            if words[index].ends_sentence:
                return None
        return None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a pattern was found: the index of its first word."""

    begin: int
    pattern: Pattern


@dataclass(frozen=True)
class PatternIndex:
    """Patterns by what their first word may be.

    Attributes:
        patterns: All of them, in the order of the table.
        by_word: Key of a word.
        by_verb: Past stem of a verb, or ``*``.
    """

    patterns: list[Pattern] = field(default_factory=list)
    by_word: dict[str, list[Pattern]] = field(default_factory=dict)
    by_verb: dict[str, list[Pattern]] = field(default_factory=dict)

    def add(self, pattern: Pattern) -> None:
        """Add a pattern under each of its first words."""
        self.patterns.append(pattern)
        first = pattern.elements[0]
        table = self.by_verb if first.kind == "verb" else self.by_word
        for choice in sorted(first.choices):
            table.setdefault(choice, []).append(pattern)

    def find(self, words: Sequence[Word]) -> Iterator[Occurrence]:
        """Yield each pattern that stands in a text, by its first word."""
        for begin, word in enumerate(words):
            candidates = [pattern for key in sorted(word.keys) for pattern in self.by_word.get(key, ())]
            if word.verb:
                candidates += self.by_verb.get(word.verb, []) + self.by_verb.get(_ANY_VERB, [])
            for pattern in candidates:
                if pattern.reaches(words, begin):
                    yield Occurrence(begin, pattern)


def read_patterns(acts: Collection[str], stems: Set[str]) -> PatternIndex:
    """Read ``act_words.tsv``.

    Args:
        acts: Local names of the acts.
        stems: Folded past stems of the verbs that are known.

    Raises:
        LexiconError: When a sign, a verb or a mark is not known.
    """
    index = PatternIndex()
    for row in read_table("act_words.tsv", ("phrase", "sign")):
        index.add(Pattern(row["phrase"], row.one_of("sign", (*acts, *HINTS)), tuple(_elements(row, stems))))
    return index


def _elements(row: Row, stems: Set[str]) -> Iterator[_Element]:
    for part in _parts(row["phrase"]):
        if part in _GAPS:
            yield _Element("gap", reach=_GAPS[part])
        elif part.startswith("<"):
            verbs, *marks = part[1:-1].split()
            choices = frozenset(fold(verb) for verb in verbs.split("|"))
            for verb in sorted(choices - {_ANY_VERB}):
                Row({"verb": verb}, row.where).one_of("verb", stems)
            for mark in marks:
                Row({"mark": mark}, row.where).one_of("mark", _MARKS)
            yield _Element("verb", choices, frozenset(marks))
        else:
            yield _Element("word", frozenset(fold(word) for word in part.split("|")))


def _parts(phrase: str) -> Iterator[str]:
    """Yield the parts of a phrase; what stands between angle brackets is one.

    Example:
        >>> list(_parts("پاسخ … <داد future pos>"))
        ['پاسخ', '…', '<داد future pos>']
    """
    rest = phrase
    while rest:
        end = rest.index(">") + 1 if rest.startswith("<") and ">" in rest else len(rest.split(" ", 1)[0])
        yield rest[:end]
        rest = rest[end:].lstrip()


@lru_cache(maxsize=16384)
def _with_bases(key: str) -> frozenset[str]:
    bases = (key.removesuffix(ending) for ending in _ENDINGS if key.endswith(ending) and len(key) >= len(ending) + 3)
    return frozenset((key, *bases))
