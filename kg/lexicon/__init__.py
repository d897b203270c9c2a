"""Words of the language that reporting and judging are made of, read once from the tables beside this module.

Words are kept as tuples of keys (``kg.language.normalize.fold``), one key a token, so that matching is on tokens.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import product
from typing import Literal, TypeVar, cast, get_args

import ontology
from kg.errors import LexiconError
from kg.language.morphology import VerbForm, inflect
from kg.language.normalize import fold
from kg.lexicon.patterns import PatternIndex, read_patterns
from kg.lexicon.publishers import home_state
from kg.lexicon.tables import Row, read_table
from kg.lexicon.word_sets import word_set

__all__ = [
    "Keys",
    "Lexicon",
    "Noun",
    "NounKind",
    "Participle",
    "ReportingVerb",
    "SourcePhrase",
    "StancePredicate",
    "TargetType",
    "home_state",
    "load",
    "word_set",
]

Keys = tuple[str, ...]
Phrase = TypeVar("Phrase", "Participle", "SourcePhrase")
NounKind = Literal["office", "organ", "group", "media", "document", "relative", "anonymous"]
TargetType = Literal["topic", "group"]

_TARGET_TYPES: tuple[TargetType, ...] = get_args(TargetType)
_TARGET_ROLES = ("subject", "object", "از", "به", "با", "بر", "علیه", "نسبت", "برابر", "ezafe", "wanted")
_NOUN_KINDS: tuple[NounKind, ...] = get_args(NounKind)
_FRAMES = ("clause", "object", "judge", "accuse", "ask", "ezafe")
_PREPOSITIONS = ("از", "به", "با", "بر", "برای", "علیه", "نسبت", "درباره", "در", "بین", "میان", "بابت")
_WORD_CLASSES = (
    "preposition", "conjunction", "adverb", "determiner", "pronoun", "possessive", "complementizer", "object",
    "time", "courtesy", "surname_ending", "intensifier", "not_verb",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportingVerb:
    """A verb that reports speech or does something by words.

    Attributes:
        preverb: Keys of the noun or adjective of a light verb; empty for a simple verb.
        verb: Past stem of the verb itself.
        act: A concept of ``ontology/acts.ttl``.
        frames: What its content or topic may be; see ``reporting_verbs.tsv``.
        split: How many words may part preverb and verb.
        target: The complement that the act's stance is toward, or an empty string.
        polarity: «+», «-» or empty.
    """

    preverb: Keys
    verb: str
    act: str
    frames: tuple[str, ...]
    split: int
    target: str
    polarity: str


@dataclass(frozen=True, slots=True)
class Participle:
    """A noun that reports after «با» or «ضمن»; complement is clause, noun or both."""

    keys: Keys
    act: str
    complement: str


@dataclass(frozen=True, slots=True)
class SourcePhrase:
    """Words before a source that make a verb needless («به گفته»)."""

    keys: Keys
    act: str
    is_relay: bool


@dataclass(frozen=True, slots=True)
class StancePredicate:
    """A verb or noun that shows that one is for or against something.

    Attributes:
        preverb: Keys of the words before the verb, or of the noun where there is no verb.
        verb: Past stem of the verb; empty for a noun.
        is_negative: Whether the verb has to be negated.
        polarity: «+» or «-» toward the part that ``role`` names.
        role: Subject, object, a preposition, ezafe (behind the noun), or wanted (what is asked for).
    """

    preverb: Keys
    verb: str
    is_negative: bool
    polarity: str
    role: str


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that heads the name of a speaker or target."""

    kind: NounKind
    speaks: bool


@dataclass(frozen=True)
class Lexicon:
    """All tables, indexed for matching on tokens.

    Attributes:
        verb_forms: Finite forms, participles and infinitives of all verbs by key.
        reporting_verbs: By past stem of the verb.
        participles: By first key, the longest first.
        source_phrases: By first key, the longest first.
        speech_nouns: Act of the nouns of what somebody said («درخواست», «ادعا»), by their key.
        nouns: By the keys joined.
        words: Keys of each word class.
        evaluations: Polarity («+» or «-») of judging words, by their keys.
        target_nouns: Type, topic or group, of nouns that head what somebody is for or against, by their key.
        stance_predicates: By past stem of the verb and last key of the preverb, nouns by an empty string and first key.
        act_patterns: Phrases that tell what reported content does.
        digest: Of the files that it was read from.
    """

    verb_forms: Mapping[str, VerbForm]
    reporting_verbs: Mapping[str, tuple[ReportingVerb, ...]]
    participles: Mapping[str, tuple[Participle, ...]]
    source_phrases: Mapping[str, tuple[SourcePhrase, ...]]
    speech_nouns: Mapping[str, str]
    nouns: Mapping[str, Noun]
    words: Mapping[str, frozenset[str]]
    evaluations: Mapping[Keys, str]
    target_nouns: Mapping[str, TargetType]
    stance_predicates: Mapping[tuple[str, str], tuple[StancePredicate, ...]]
    act_patterns: PatternIndex
    digest: str

    def reporting_verb(self, verb: str, preverb: Keys) -> ReportingVerb | None:
        """Return the row of a verb with exactly this preverb, or None.

        Args:
            verb: Past stem of the verb.
            preverb: Keys of the noun or adjective before it; empty for a simple verb.
        """
        return self._by_preverb.get((verb, preverb))

    @cached_property
    def longest_preverb(self) -> int:
        """How many words the longest preverb has."""
        return max(len(preverb) for _, preverb in self._by_preverb)

    @cached_property
    def _by_preverb(self) -> Mapping[tuple[str, Keys], ReportingVerb]:
        """The first row of each verb and preverb."""
        return {(verb, row.preverb): row for verb, rows in self.reporting_verbs.items() for row in reversed(rows)}


@cache
def load() -> Lexicon:
    """Read and check all tables.

    Raises:
        LexiconError: When a row is wrong; names file, row and remedy.
    """
    words = _words()
    verbs = read_table("verbs.tsv", ("lemma", "irregular"))
    stems = {row["lemma"].partition("#")[0].replace("+", ""): row for row in verbs}
    return Lexicon(
        verb_forms=_verb_forms(stems.values(), words["not_verb"]),
        reporting_verbs=_reporting_verbs(frozenset(stems)),
        participles=_participles(),
        source_phrases=_source_phrases(),
        speech_nouns={
            fold(row["word"]): row.one_of("act", ontology.acts())
            for row in read_table("speech_nouns.tsv", ("word", "act"))
        },
        nouns={
            fold(row["word"]): Noun(cast(NounKind, row.one_of("kind", _NOUN_KINDS)), row["speaks"] == "1")
            for row in read_table("nouns.tsv", ("word", "kind", "speaks"))
        },
        words=words,
        evaluations={
            keys: row.one_of("polarity", ("+", "-"))
            for row in read_table("evaluations.tsv", ("phrase", "polarity"))
            for keys in spellings_of(row["phrase"])
        },
        target_nouns={
            fold(row["word"]): cast(TargetType, row.one_of("type", _TARGET_TYPES))
            for row in read_table("target_nouns.tsv", ("word", "type"))
        },
        stance_predicates=_stance_predicates(frozenset(stems)),
        act_patterns=read_patterns(ontology.acts(), frozenset(map(fold, stems))),
        digest=_digest(),
    )


def spellings_of(phrase: str) -> tuple[Keys, ...]:
    """Return the keys of a phrase, and of the phrase with a space for each zero-width non-joiner where it has one.

    Example:
        >>> spellings_of("پیش‌بینی")
        (('پیشبینی',), ('پیش', 'بینی'))
    """
    return tuple(dict.fromkeys((keys_of(phrase), keys_of(phrase.replace("\u200c", " ")))))


def keys_of(phrase: str) -> Keys:
    """Return the keys of a phrase's words, one for each token."""
    return tuple(fold(word) for word in phrase.split())


def _verb_forms(rows: Iterable[Row], not_verbs: frozenset[str]) -> dict[str, VerbForm]:
    forms: dict[str, VerbForm] = {}
    for row in rows:
        prefix, _, lemma = row["lemma"].rpartition("+")
        try:
            inflected = inflect(lemma)
        except ValueError as error:
            raise LexiconError(str(error), where=row.where, remedy="give past and present stem") from error
        for form, verb_form in inflected.items():
            forms.setdefault(fold(prefix) + form, replace(verb_form, lemma=prefix + lemma))
        for form in row["irregular"].split():
            word = form.rstrip("+-1")
            marks = form[len(word) :]
            person = 1 if "1" in marks else 3
            forms[fold(word)] = VerbForm(lemma, "present", person, "+" in marks, "-" in marks)
    return {form: verb_form for form, verb_form in forms.items() if form not in not_verbs}


def _reporting_verbs(stems: frozenset[str]) -> dict[str, tuple[ReportingVerb, ...]]:
    columns = ("preverb", "verbs", "act", "frames", "split", "target", "polarity")
    found: dict[str, list[ReportingVerb]] = defaultdict(list)
    for row in read_table("reporting_verbs.tsv", columns):
        frames = row.several_of("frames", _FRAMES + _PREPOSITIONS)
        for verb, preverb in product(row.several_of("verbs", stems), spellings_of(row["preverb"])):
            found[verb].append(
                ReportingVerb(
                    preverb=preverb,
                    verb=verb,
                    act=row.one_of("act", ontology.acts()),
                    frames=frames,
                    split=row.number("split"),
                    target=row.one_of("target", ("", *frames, "object")),
                    polarity=row.one_of("polarity", ("", "+", "-")),
                )
            )
    return {verb: tuple(sorted(rows, key=lambda r: -len(r.preverb))) for verb, rows in found.items()}


def _participles() -> dict[str, tuple[Participle, ...]]:
    return _by_first_key(
        Participle(
            keys,
            row.one_of("act", ontology.acts()),
            row.one_of("complement", ("clause", "noun", "both")),
        )
        for row in read_table("participles.tsv", ("phrase", "act", "complement"))
        for keys in spellings_of(row["phrase"])
    )


def _source_phrases() -> dict[str, tuple[SourcePhrase, ...]]:
    return _by_first_key(
        SourcePhrase(keys, row.one_of("act", ontology.acts()), row["relay"] == "1")
        for row in read_table("source_phrases.tsv", ("phrase", "act", "relay"))
        for keys in spellings_of(row["phrase"])
    )


def _stance_predicates(stems: frozenset[str]) -> dict[tuple[str, str], tuple[StancePredicate, ...]]:
    found: dict[tuple[str, str], list[StancePredicate]] = defaultdict(list)
    for row in read_table("stance_predicates.tsv", ("predicate", "polarity", "target_role")):
        role, polarity = row.one_of("target_role", _TARGET_ROLES), row.one_of("polarity", ("+", "-"))
        if role in ("ezafe", "wanted"):
            for keys in spellings_of(row["predicate"]):
                found["", keys[0]].append(StancePredicate(keys, "", False, polarity, role))
            continue
        words, _, infinitive = row["predicate"].rpartition(" ")
        stem = infinitive.removesuffix("ن")
        is_negative = stem not in stems and stem.startswith("ن") and stem.removeprefix("ن") in stems
        verb = Row({"predicate": stem.removeprefix("ن") if is_negative else stem}, row.where).one_of("predicate", stems)
        for preverb in spellings_of(words):
            key = (verb, preverb[-1] if preverb else "")
            found[key].append(StancePredicate(preverb, verb, is_negative, polarity, role))
    return {key: tuple(sorted(rows, key=lambda r: -len(r.preverb))) for key, rows in found.items()}


def _by_first_key(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in sorted(phrases, key=lambda p: -len(p.keys)):
        found[phrase.keys[0]].append(phrase)
    return {key: tuple(same) for key, same in found.items()}


def _words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {word_class: set() for word_class in _WORD_CLASSES}
    for row in read_table("function_words.tsv", ("word", "class")):
        found[row.one_of("class", _WORD_CLASSES)].add(fold(row["word"]))
    return {word_class: frozenset(keys) for word_class, keys in found.items()}


def _digest() -> str:
    tables = sorted((file for file in files(__package__).iterdir() if file.name.endswith(".tsv")), key=lambda f: f.name)
    return hashlib.sha256(b"\0".join(file.name.encode() + file.read_bytes() for file in tables)).hexdigest()[:16]
