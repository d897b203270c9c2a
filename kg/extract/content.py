"""The tokens of an attribution's content, and the judging words among them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extract.reading import Attribution, Mention, ReadSentence
from kg.extract.verbs import VerbGroup
from kg.language.segment import Token
from kg.lexicon import Lexicon, word_set

_LONGEST_EVALUATION = 4
_ENDINGS = ("هایی", "های", "ها", "ای", "ی", "ات", "ترین", "تر")


@dataclass(frozen=True)
class Content:
    """What an attribution reports, token by token.

    Attributes:
        attribution: Whose content it is.
        sentences: The article's sentences.
        lexicon: For judging words.
    """

    attribution: Attribution
    sentences: Sequence[ReadSentence]
    lexicon: Lexicon

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Sentence and token index of each token, in text order."""
        span = self.attribution.content
        found = []
        for index in range(self.attribution.sentence, len(self.sentences)):
            sentence = self.sentences[index].sentence
            if sentence.span.begin >= span.end:
                break
            found += [
                (index, i)
                for i, token in enumerate(sentence.tokens)
                if span.begin <= token.begin and token.end <= span.end
            ]
        return found

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens, in text order."""
        return [self.sentences[s].sentence.tokens[i] for s, i in self.places]

    @cached_property
    def cue_words(self) -> str:
        """Keys of the cue joined, without its verb; empty where there is no cue."""
        cue = self.attribution.cue
        if cue is None:
            return ""
        tokens = self.sentences[self.attribution.sentence].sentence.tokens
        return "".join(tokens[part].key for part in cue.parts[: -1 if cue.verb else None])

    @cached_property
    def order(self) -> dict[tuple[int, int], int]:
        """Position in ``tokens`` of a sentence's token."""
        return {place: position for position, place in enumerate(self.places)}

    @cached_property
    def sentence_indices(self) -> list[int]:
        """Indices of the sentences that it lies in."""
        return sorted({sentence for sentence, _ in self.places})

    @cached_property
    def verbs(self) -> list[tuple[int, VerbGroup]]:
        """Verb groups with the position of their first token."""
        return [
            (self.order[s, verb.first], verb)
            for s in self.sentence_indices
            for verb in self.sentences[s].verbs
            if (s, verb.first) in self.order
        ]

    def mentions(self) -> Iterator[tuple[int, int, Mention]]:
        """Yield mentions that lie wholly inside, with the positions of their first and last token."""
        for s in self.sentence_indices:
            for mention in self.sentences[s].mentions:
                first, last = self.order.get((s, mention.first)), self.order.get((s, mention.last))
                if first is not None and last is not None:
                    yield first, last, mention

    @cached_property
    def evaluations(self) -> list[tuple[int, str]]:
        """Positions of judging words with their polarity, turned where their clause's verb is negated."""
        found = []
        index = 0
        while index < len(self.tokens):
            length, polarity = self._evaluation_at(index)
            if polarity:
                found.append((index, self._turned(index, polarity)))
            index += max(1, length)
        return found

    def _evaluation_at(self, index: int) -> tuple[int, str]:
        for length in range(min(_LONGEST_EVALUATION, len(self.tokens) - index), 0, -1):
            keys = tuple(token.key for token in self.tokens[index : index + length])
            endings = ("", *_ENDINGS) if length == 1 else ("",)
            for ending in endings:
                polarity = self.lexicon.evaluations.get((*keys[:-1], keys[-1].removesuffix(ending)), "")
                if polarity:
                    return length, polarity
        return 0, ""

    def _turned(self, index: int, polarity: str) -> str:
        following = next((verb for position, verb in self.verbs if position > index), None)
        before = self.tokens[index - 1].key if index else ""
        is_turned = before in word_set("reversers") or (following is not None and following.form.is_negative)
        return {"+": "-", "-": "+"}[polarity] if is_turned else polarity
