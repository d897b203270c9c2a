"""Noun phrases that name an issue or a loose group: their heads, and how far each goes on.

Persian writes no ezafe and no article, so that «توافق صلح پایدار» and «توافق زمینه را فراهم می‌کند» begin alike. From
its head a phrase grows step by step, and each step is weighed by a model that was learned from annotated names
(``weights/phrases.json``): which words meet, what stands behind them, and whether the noun takes the preposition.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.extract.models import Model
from kg.extract.reading import CLOSING_MARKS, OPENING_MARKS, Mention, ReadSentence
from kg.extract.verbs import VerbGroup
from kg.language.segment import Token
from kg.lexicon import Lexicon, TargetType, word_set
from kg.lexicon.word_classes import word_classes

GOES_ON, ENDS = "goes on", "ends"

_LONGEST = 13
_QUOTATION_REACH = 5
_PRESENT_MARKS = ("می\u200c", "نمی\u200c")
_NOUN_ENDINGS = ("هایی", "های", "ها", "ات", "ای", "ی")
_GROUP_ENDINGS = ("", "هایی", "های", "ها")
_WORD_ENDINGS = ("هایی", "های", "هایشان", "ها", "ترین", "تر", "شده", "ات", "ان", "ای", "ی", "ه")
_CLOSED_CLASSES = ("conjunction", "complementizer", "object", "pronoun", "time", "adverb", "preposition")
_TAKEN_BEHIND = {"با": "nouns_with_company", "به": "nouns_with_goal"}
_NAMED_KINDS = ("name", "organ", "office", "group", "media")


@dataclass(frozen=True, slots=True)
class Head:
    """A noun that may open a phrase.

    Attributes:
        index: Its token.
        noun: Its key in the singular, as listed in ``target_nouns.tsv``.
        type: What the phrase names: topic or group.
        points_back: Whether «این» or the like stands before it, so that the phrase is the head alone.
    """

    index: int
    noun: str
    type: TargetType
    points_back: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One way in which a phrase may go on.

    Attributes:
        last: The phrase's last token then.
        kind: word, name, quotation, complement (behind a preposition) or joined (behind «و»).
        name: Type and kind of the name that it ends with, or an empty string.
    """

    last: int
    kind: str
    name: str = ""


class NounPhrases:
    """The phrases of one sentence."""

    def __init__(
        self, tokens: Sequence[Token], verbs: Sequence[VerbGroup], names: Mapping[int, Mention], lexicon: Lexicon
    ) -> None:
        self.tokens = tokens
        self._lexicon = lexicon
        finite = [verb for verb in verbs if verb.is_finite]
        self._finite = {index for verb in finite for index in range(verb.first, verb.last + 1)}
        self._stems = {verb.first: verb.past_stem for verb in finite}
        self._names = names
        self._name_ends = {mention.last for mention in names.values()}

    @classmethod
    def of(cls, read: ReadSentence, lexicon: Lexicon) -> "NounPhrases":
        """Return the phrases of a sentence whose mentions are known."""
        names = {mention.first: mention for mention in read.mentions if mention.kind in _NAMED_KINDS}
        return cls(read.sentence.tokens, read.verbs, names, lexicon)

    def heads(self) -> Iterator[Head]:
        """Yield the nouns that may open a phrase, in text order."""
        for index, token in enumerate(self.tokens):
            noun = None if index in self._finite or index in self._names else noun_at(token, self._lexicon)
            if noun is not None:
                points_back = index > 0 and self.tokens[index - 1].key in word_set("pointing_determiners")
                yield Head(index, *noun, points_back)

    def end(self, head: Head, model: Model) -> int:
        """Return the last token of the phrase that a head opens."""
        last = head.index
        while not head.points_back and last <= head.index + _LONGEST:
            step = self.step(last)
            if step is None:
                break
            probabilities = model.probabilities(self.features(head, last, step))
            if probabilities[GOES_ON] < probabilities[ENDS]:
                break
            last = step.last
        while last > head.index and self.tokens[last].form in OPENING_MARKS:
            last -= 1
        return last

    def step(self, last: int) -> Step | None:
        """Return how a phrase that reaches a token may go on, or None where it has to end."""
        index = last + 1
        if index >= len(self.tokens) or index in self._finite:
            return None
        token = self.tokens[index]
        if token.form in OPENING_MARKS:
            return Step(index, "quotation") if self._is_word(index + 1) else None
        if token.form in CLOSING_MARKS:
            opened = any(
                before.form in OPENING_MARKS for before in self.tokens[max(0, index - _QUOTATION_REACH) : index]
            )
            return Step(index, "quotation") if opened else None
        words = self._lexicon.words
        if not token.is_word or token.form.startswith(_PRESENT_MARKS) or token.key in words["complementizer"]:
            return None
        if index in self._names:
            return self._reaching(index, "name")
        if token.key in words["object"]:
            return None
        if token.key in words["preposition"] or token.key == "و":
            kind = "joined" if token.key == "و" else "complement"
            behind = index + 1
            if kind == "complement" and self._is_word(behind) and self.tokens[behind].key in ("این", "ان"):
                behind += self._is_word(behind + 1)
            return self._reaching(behind, kind) if self._is_word(behind) else None
        return Step(index, "word")

    def features(self, head: Head, last: int, step: Step) -> Iterator[str]:
        """Yield what tells whether a phrase goes on by a step.

        Args:
            head: Its head.
            last: The token that it reaches without the step.
            step: The step.
        """
        kind = f"{step.kind} {step.name}" if step.name else step.kind
        yield f"kind={kind}"
        yield f"length={min(6, last - head.index)}"
        yield f"at-head={last == head.index} {kind}"
        yield f"head={head.noun} {step.kind}"
        yield f"after-name={last in self._name_ends} {kind}"
        before = self.tokens[head.index - 1].key if head.index else "^"
        yield f"before={before if before in self._lexicon.words['preposition'] else ''} {kind}"
        yield from self._meeting(last, kind)
        yield from self._behind(step, kind)
        if step.kind in ("complement", "joined"):
            yield from self._complement(head, last, step, kind)

    def _meeting(self, last: int, kind: str) -> Iterator[str]:
        """Yield which words meet: the last of the phrase and the next."""
        this, following = self.tokens[last], self.tokens[last + 1]
        classes = word_classes()
        yield f"this={this.key}"
        yield f"next={following.key}"
        yield f"next-class={self._closed_class(following)} {kind}"
        yield f"this-ending={_ending(this.form)} {kind}"
        if kind == "word":
            listed = noun_at(following, self._lexicon) is not None
            yield f"next-noun={listed} ending={_ending(following.form)}"
            yield f"next-noun={listed} after-name={last in self._name_ends}"
            yield f"next-ending={_ending(following.form)}"
            yield f"endings={_ending(this.form)} {_ending(following.form)}"
        of_this, of_next = classes.get(this.key, ())[:1], classes.get(following.key, ())
        yield from (f"this~{word_class} {kind}" for word_class in of_this)
        yield from (f"next~{word_class}" for word_class in of_next)
        yield from (f"meet {one} {other}" for one in of_this for other in of_next[:1])

    def _behind(self, step: Step, kind: str) -> Iterator[str]:
        """Yield what stands behind the step: the noun before a light verb is none of the phrase."""
        behind = step.last + 1
        yield f"then={self._position_class(behind)} {kind}"
        yield f"then-verb={behind + 1 in self._finite} {kind}"
        if behind + 1 in self._finite:
            yield f"then-preverb={self.tokens[behind].key}"
        if behind in self._finite:
            yield f"preverb={self.tokens[step.last].key}"
            yield f"verb={self._stems.get(behind, '')} {kind}"

    def _complement(self, head: Head, last: int, step: Step, kind: str) -> Iterator[str]:
        opener, end = self.tokens[last + 1].key, self.tokens[step.last]
        nouns = [token.key for token in self.tokens[head.index : last + 1]]
        takes = any(_takes(noun, opener) for noun in nouns)
        yield f"opener={opener}"
        yield f"opener={opener} {kind}"
        yield f"opener={opener} head={head.noun}"
        yield f"opener={opener} this={self.tokens[last].key}"
        yield f"opener={opener} again={opener in nouns}"
        yield f"takes={takes} {kind}"
        yield f"takes={takes} opener={opener}"
        yield f"names-follow={opener in word_set('named_complements')} {kind}"
        yield f"noun-behind={noun_at(end, self._lexicon) is not None} {kind}"
        yield f"behind={end.key}"
        yield f"behind-class={self._closed_class(end)} {kind}"
        yield from (f"opener={opener} behind~{word_class}" for word_class in word_classes().get(end.key, ()))

    def _reaching(self, index: int, kind: str) -> Step:
        name = self._names.get(index)
        return Step(index, kind) if name is None else Step(name.last, kind, f"{name.type} {name.name_kind}")

    def _is_word(self, index: int) -> bool:
        return index < len(self.tokens) and self.tokens[index].is_word and index not in self._finite

    def _closed_class(self, token: Token) -> str:
        if token.key in word_set("phrase_stops"):
            return "stop"
        return next((name for name in _CLOSED_CLASSES if token.key in self._lexicon.words[name]), "open")

    def _position_class(self, index: int) -> str:
        if index >= len(self.tokens):
            return "end"
        token = self.tokens[index]
        if index in self._finite:
            return "verb"
        if not token.is_word:
            return "mark"
        if token.key in ("را", "که", "و"):
            return token.key
        return "preposition" if token.key in self._lexicon.words["preposition"] else "word"


def noun_at(token: Token, lexicon: Lexicon) -> tuple[str, TargetType] | None:
    """Return the listed noun that a token is a form of, with its type."""
    if token.key in word_set("adjectives_of_nouns"):
        return None
    for ending in ("", *_NOUN_ENDINGS):
        stem = token.key.removesuffix(ending)
        if (not ending or stem != token.key) and stem in lexicon.target_nouns:
            target_type = lexicon.target_nouns[stem]
            if target_type == "topic" or ending in _GROUP_ENDINGS:
                return stem, target_type
    return None


def stem_of(key: str) -> str:
    """Return a noun's key without the ending of plural or indefinite."""
    return next((key.removesuffix(e) for e in _NOUN_ENDINGS if key.endswith(e) and len(key) - len(e) >= 3), key)


def _takes(noun: str, preposition: str) -> bool:
    """Tell whether a noun takes a complement behind a preposition («حمله به N», «مذاکره با N»)."""
    if preposition not in _TAKEN_BEHIND:
        return preposition == "علیه"
    nouns = word_set(_TAKEN_BEHIND[preposition])
    return noun in nouns or stem_of(noun) in nouns


def _ending(form: str) -> str:
    return next((ending for ending in _WORD_ENDINGS if form.endswith(ending)), "")
