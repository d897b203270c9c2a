"""What was read in a sentence, and what is attributed in it: the types that the steps of attribution share."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extract.cues import Cue
from kg.extract.mentions import Mention
from kg.extract.verbs import VerbGroup
from kg.language.segment import Sentence
from kg.model import Mode, Span

OPENING_MARKS = {"«", "“", '"', "‹", "„"}
CLOSING_MARKS = {"»", "”", '"', "›"}
_FINAL_MARKS = {".", "!", "؟", "?", "…", "،", "؛", ":"}


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with what was found in it.

    Attributes:
        sentence: Its span and tokens.
        verbs: Its verb groups.
        cues: Its reporting expressions.
        mentions: Its noun phrases.
    """

    sentence: Sentence
    verbs: Sequence[VerbGroup]
    cues: Sequence[Cue]
    mentions: Sequence[Mention]


@dataclass(frozen=True, slots=True)
class Attribution:
    """What is attributed, by which words, to which source.

    Attributes:
        sentence: Index of the sentence that holds cue or first words.
        cue: The reporting expression, or None.
        source: The mention of who speaks; None where it is the last speaker.
        content: The reported words.
        mode: Word for word, in the reporter's words, or both.
        rule: What made it.
        within: Index, in the list that ``attribute`` returns, of the attribution that this one is nested in.
        has_clause: Whether the content is a clause of its own rather than the clause of the cue.
        echoes: Index of the attribution whose words a title repeats, and whose speaker it shares.
    """

    sentence: int
    cue: Cue | None
    source: Mention | None
    content: Span
    mode: Mode
    rule: str
    within: int | None = None
    has_clause: bool = True
    echoes: int | None = None


def trimmed(sentence: Sentence, begin: int, end: int) -> Span | None:
    """Return the span of tokens without outer quotation marks, commas and the final stop, or None when nothing is left."""
    tokens = sentence.tokens
    while begin <= end < len(tokens) and (
        tokens[begin].form in OPENING_MARKS | _FINAL_MARKS | {"-", "–", ")"} or tokens[begin].key == "که"
    ):
        begin += 1
    while begin <= end < len(tokens) and (
        tokens[end].form in CLOSING_MARKS | _FINAL_MARKS | {"-", "–", "("} or tokens[end].key == "و"
    ):
        end -= 1
    if begin > end or end >= len(tokens):
        return None
    return Span(tokens[begin].begin, tokens[end].end)
