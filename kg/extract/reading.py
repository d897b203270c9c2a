"""What was read in a sentence, and what is attributed in it: the types that the steps of attribution share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kg.extract.verbs import VerbGroup
from kg.language.segment import QUOTATION_MARKS, Sentence
from kg.model import EntityType, Mode, Span

CueKind = Literal["verb", "participle", "source", "noun", "basis"]
MentionKind = Literal["name", "office", "organ", "group", "media", "anonymous", "pronoun", "anaphor", "nominal"]

OPENING_MARKS = frozenset(QUOTATION_MARKS)
CLOSING_MARKS = frozenset(QUOTATION_MARKS.values())
_FINAL_MARKS = frozenset(".!؟?…،؛:")
_LEADING = OPENING_MARKS | _FINAL_MARKS | {"-", "–", ")"}
_TRAILING = CLOSING_MARKS | _FINAL_MARKS | {"-", "–", "("}


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting expression in a sentence.

    Attributes:
        kind: Verb, participial noun, phrase before a source, noun that a title begins with, or noun with «مبنی بر».
        first: Index of its first token.
        last: Index of its last token.
        parts: Indices of its own tokens, in text order.
        act: The act that its row gives.
        frames: What its content or topic may be.
        target: The complement that the act's stance is toward.
        polarity: «+», «-» or empty.
        is_negative: Whether it is negated.
        is_passive: Whether somebody else than the subject does it.
        is_plural: Whether it agrees with a plural subject; None where it agrees with nothing.
        opens_clause: Whether «اینکه» stands behind a participial noun.
        is_relay: Whether it usually names only an agency that relays.
        verb: The verb group, for verbs.
        agent: Index of the token right behind which the one who does it is named, where the words say so.
    """

    kind: CueKind
    first: int
    last: int
    parts: tuple[int, ...]
    act: str
    frames: tuple[str, ...] = ()
    target: str = ""
    polarity: str = ""
    is_negative: bool = False
    is_passive: bool = False
    is_plural: bool | None = None
    opens_clause: bool = False
    is_relay: bool = False
    verb: VerbGroup | None = None
    agent: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase that names or points to somebody or something.

    Attributes:
        sentence: Index of its sentence.
        first: Index of its first token.
        last: Index of its last token.
        kind: Proper name, office, body, group, medium, anonymous source, pronoun, «این مقام», or other noun phrase.
        type: The entity's type, where the words show it.
        thing: The gazetteer's key that the whole phrase names, or None.
        name_kind: How the gazetteer lists that name, or None.
        candidates: Keys of those who bear the name, where nothing in the article tells which is meant.
        head: Key of its first noun.
        body: Gazetteer key of the state that the whole phrase names, or None.
        is_plural: Whether a verb agrees with it in the plural.
        is_inner: Whether it stands inside a longer mention.
        is_definite: Whether «این» or «همین» points back to something said before.
        speaks: Whether its holder speaks for its state or body by office.
        names: Mentions inside it, in text order (an office's state, a person's name behind the office).
    """

    sentence: int
    first: int
    last: int
    kind: MentionKind
    type: EntityType | None = None
    thing: str | None = None
    name_kind: str | None = None
    head: str = ""
    body: str | None = None
    is_plural: bool = False
    is_inner: bool = False
    is_definite: bool = False
    speaks: bool = False
    names: tuple["Mention", ...] = ()
    candidates: tuple[str, ...] = ()


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
        sureness: Share of the odds that its source has among all that may be the source.
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
    sureness: float = 1.0


def trimmed(sentence: Sentence, begin: int, end: int) -> Span | None:
    """Return the span of tokens without outer quotation marks, commas and final stop, or None if nothing is left."""
    tokens = sentence.tokens
    while begin <= end < len(tokens) and (tokens[begin].form in _LEADING or tokens[begin].key == "که"):
        begin += 1
    while begin <= end < len(tokens) and (tokens[end].form in _TRAILING or tokens[end].key == "و"):
        end -= 1
    if begin > end or end >= len(tokens):
        return None
    return Span(tokens[begin].begin, tokens[end].end)
