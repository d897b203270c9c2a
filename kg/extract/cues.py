"""Reporting expressions: the words that say that somebody said, wrote, or did something by words.

Verbs («تاکید کرد», also torn apart: «خواستار پایان درگیری‌ها شد»), participial nouns («با رد این ادعا»)
and phrases without a verb («به گفته …»). What they report and who speaks is found in ``kg.extract.attribution``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kg.extract.verbs import VerbGroup
from kg.language.morphology import VerbForm
from kg.language.segment import Token
from kg.lexicon import Lexicon, Participle, ReportingVerb, SourcePhrase, word_set

CueKind = Literal["verb", "participle", "source", "noun"]

_CLAUSE_OPENERS = {"اینکه", "انکه"}
_COPULA = "بود#باش"
_VERBS_OF_NOUNS = ("کرد", "داد", "گفت")
_SHORTEST_JOINED_VERB = 5
_RECEIVING_REACH = 9
_RECEIVING_VERBS = {
    ("روبهرو", "شد"): "با", ("روبرو", "شد"): "با", ("مواجه", "شد"): "با", ("همراه", "شد"): "با", ("قرار", "گرفت"): "مورد",
}  # fmt: skip
_JOINED_COPULAS = ("اند", "ند")
_BARRIERS = {":", "؛", ".", "؟", "!"}


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting expression in a sentence.

    Attributes:
        kind: Verb, participial noun, or phrase before a source.
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


def find_cues(tokens: Sequence[Token], verbs: Sequence[VerbGroup], lexicon: Lexicon) -> list[Cue]:
    """Find the reporting expressions of one sentence, in text order; none overlaps another."""
    cues: list[Cue] = []
    for verb in verbs:
        floor = max((other.last + 1 for other in verbs if other.last < verb.first and other.closes(tokens)), default=0)
        cue = _verb_cue(tokens, verb, floor, lexicon)
        if cue is not None:
            cues.append(cue)
    taken = {part for cue in cues for part in cue.parts}
    cues += _joined_copulas(tokens, taken, lexicon) + _joined_verbs(tokens, taken, lexicon)
    taken = {part for cue in cues for part in cue.parts}
    cues += _received_acts(tokens, verbs, taken, lexicon)
    taken = {part for cue in cues for part in cue.parts}
    cues += _elided(tokens, verbs, taken, lexicon)
    taken = {part for cue in cues for part in cue.parts}
    for index in range(len(tokens)):
        if index in taken:
            continue
        found = (
            _participle_at(tokens, index, lexicon)
            or _source_phrase_at(tokens, index, lexicon)
            or (_noun_at(tokens, index, lexicon) if index == 0 else None)
        )
        if found is not None and taken.isdisjoint(found.parts):
            cues.append(found)
            taken.update(found.parts)
    return sorted(cues, key=lambda cue: cue.first)


def _verb_cue(tokens: Sequence[Token], verb: VerbGroup, floor: int, lexicon: Lexicon) -> Cue | None:
    if not verb.reports:
        return None
    row, preverb = _row_of(tokens, verb, verb.past_stem, floor, lexicon)
    is_passive = verb.form.is_passive
    if row is None and verb.past_stem in word_set("passive_auxiliaries"):
        row, preverb = _row_of(tokens, verb, "کرد", floor, lexicon)
        is_passive = row is not None
    if row is None:
        return None
    is_passive = is_passive or row.verb == "آمد"  # «در بیانیه آمده است»: the document speaks
    return replace(_cue_of(row, verb, (*preverb, *range(verb.first, verb.last + 1))), is_passive=is_passive)


def _row_of(
    tokens: Sequence[Token], verb: VerbGroup, stem: str, floor: int, lexicon: Lexicon
) -> tuple[ReportingVerb | None, tuple[int, ...]]:
    """Return the row of a verb with the preverb that stands nearest before it, and the preverb's tokens."""
    reach = max((row.split for row in lexicon.reporting_verbs.get(stem, ())), default=0)
    for end in range(verb.first, max(floor, verb.first - reach - 1) - 1, -1):
        for begin in range(max(floor, end - lexicon.longest_preverb), end):
            row = _row_at(tokens, begin, end, stem, lexicon)
            if row is not None and verb.first - end <= row.split and not _is_object(tokens, begin):
                return row, tuple(range(begin, end))
        if end > floor and tokens[end - 1].form in _BARRIERS:
            break
    return lexicon.reporting_verb(stem, ()), ()


def _row_at(tokens: Sequence[Token], begin: int, end: int, stem: str, lexicon: Lexicon) -> ReportingVerb | None:
    """Return the row whose preverb stands here, also where «و» before it is typed without a space («وتاکید کرد»)."""
    first, *others = (token.key for token in tokens[begin:end])
    row = lexicon.reporting_verb(stem, (first, *others))
    return row or (lexicon.reporting_verb(stem, (first[1:], *others)) if first.startswith("و") else None)


def _joined_copulas(tokens: Sequence[Token], taken: set[int], lexicon: Lexicon) -> list[Cue]:
    """Find adjectives that carry the copula themselves («معتقدند», «بر این باورند»)."""
    cues = []
    form, verb = VerbForm(_COPULA, "present", 3, is_plural=True), _COPULA.partition("#")[0]
    for index, token in enumerate(tokens):
        ending = next((ending for ending in _JOINED_COPULAS if token.key.endswith(ending)), None)
        if ending is None or index in taken:
            continue
        for begin in range(max(0, index + 1 - lexicon.longest_preverb), index + 1):
            others = tuple(t.key for t in tokens[begin:index])
            row = lexicon.reporting_verb(verb, (*others, token.key.removesuffix(ending)))
            row = row or lexicon.reporting_verb(verb, (*others, token.key.removesuffix("ند")))
            if row is not None:
                cues.append(_cue_of(row, VerbGroup(index, index, form), tuple(range(begin, index + 1))))
                break
    return cues


def _joined_verbs(tokens: Sequence[Token], taken: set[int], lexicon: Lexicon) -> list[Cue]:
    """Find light verbs that are typed as one word («خبرداد», «یادآورشد»)."""
    cues = []
    for index, token in enumerate(tokens):
        if index in taken or len(token.key) < _SHORTEST_JOINED_VERB or token.key in lexicon.verb_forms:
            continue
        for length in range(2, len(token.key) - 1):
            form = lexicon.verb_forms.get(token.key[length:])
            if form is None or form.person != 3 or form.tense not in ("past", "present", "perfect", "pluperfect"):
                continue
            group = VerbGroup(index, index, form)
            rows = lexicon.reporting_verbs.get(group.past_stem, ())
            row = next((row for row in rows if row.preverb and "".join(row.preverb) == token.key[:length]), None)
            if row is not None:
                cues.append(_cue_of(row, group, (index,)))
                break
    return cues


def _received_acts(tokens: Sequence[Token], verbs: Sequence[VerbGroup], taken: set[int], lexicon: Lexicon) -> list[Cue]:
    """Find acts that a thing meets with («با مخالفت روسیه روبه‌رو شد», «مورد استقبال مصر قرار گرفت»)."""
    cues = []
    for verb in verbs:
        receives = tokens[verb.first - 1].key if verb.first else ""
        opener = _RECEIVING_VERBS.get((receives, verb.past_stem))
        if opener is None or not verb.reports:
            continue
        for index in range(verb.first - 2, max(-1, verb.first - _RECEIVING_REACH), -1):
            if tokens[index].key != opener or index + 1 in taken:
                continue
            keys = (tokens[index + 1].key,)
            row = next((row for row in lexicon.reporting_verbs.get("کرد", ()) if row.preverb == keys), None)
            if row is not None:
                parts = (index, index + 1, *range(verb.first - 1, verb.last + 1))
                cue = _cue_of(row, verb, parts)
                cues.append(replace(cue, first=index, is_passive=True, agent=index + 1, target="subject"))
            break
    return cues


def _cue_of(row: ReportingVerb, verb: VerbGroup, parts: tuple[int, ...]) -> Cue:
    return Cue(
        kind="verb",
        first=parts[0],
        last=verb.last,
        parts=parts,
        act=row.act,
        frames=row.frames,
        target=row.target,
        polarity=row.polarity,
        is_negative=verb.form.is_negative,
        is_plural=verb.form.is_plural,
        verb=verb,
    )


def _elided(tokens: Sequence[Token], verbs: Sequence[VerbGroup], taken: set[int], lexicon: Lexicon) -> list[Cue]:
    """Find nouns whose light verb is spared for a later one («از آنان قدردانی و بر صلح تاکید کرد»)."""
    cues = []
    for position, verb in enumerate(verbs):
        if not verb.reports:
            continue
        floor = verbs[position - 1].last + 1 if position else 0
        for end in range(floor + 1, verb.first):
            if not _is_joined(tokens, end):
                continue
            for begin in range(max(floor, end - lexicon.longest_preverb), end):
                row = lexicon.reporting_verb(verb.past_stem, tuple(token.key for token in tokens[begin:end]))
                parts = tuple(range(begin, end))
                if row is None or set(row.frames) == {"clause"} or not taken.isdisjoint(parts):
                    continue
                if not _is_joined(tokens, begin - 1):
                    taken.update(parts)
                    cues.append(_cue_of(row, VerbGroup(end - 1, end - 1, verb.form), parts))
    return cues


def _is_joined(tokens: Sequence[Token], index: int) -> bool:
    """Whether «و» stands here, a comma before it allowed."""
    if 0 <= index < len(tokens) - 1 and tokens[index].form == "،":
        index += 1
    return 0 <= index < len(tokens) and tokens[index].key == "و"


def _is_object(tokens: Sequence[Token], begin: int) -> bool:
    """Whether a preverb is really an object («این تاکید», «هر گزارش»)."""
    return begin > 0 and tokens[begin - 1].key in ("این", "ان", "هر", "هیچ")


def _participle_at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> Cue | None:
    if tokens[index].key not in word_set("participle_openers") or index + 1 >= len(tokens):
        return None
    for end in range(index + 2, min(index + 7, len(tokens))):
        if tokens[end].key in word_set("judging_infinitives"):
            return Cue("participle", index, index, (index, end), "announce", frames=("judge",), target="object")
        if not tokens[end].is_word:
            break
    for row in lexicon.participles.get(tokens[index + 1].key, ()):
        end = _end_of_phrase(tokens, index + 1, row.keys, lexicon)
        if end is None:
            continue
        behind = _behind_clause_opener(tokens, end)
        if behind is not None and row.complement != "noun":
            return _participle(row, index, behind, opens_clause=True)
        if behind is None and row.complement != "clause":
            return _participle(row, index, end, opens_clause=False)
    return None


def _end_of_phrase(tokens: Sequence[Token], begin: int, keys: tuple[str, ...], lexicon: Lexicon) -> int | None:
    """Return the token behind a phrase, adjectives such as «شدید» in it or behind it allowed, or None where it is not."""
    index = begin
    for position, key in enumerate(keys):
        while (
            position
            and index < len(tokens)
            and tokens[index].key in lexicon.words["intensifier"]
            and key != tokens[index].key
        ):
            index += 1
        if index >= len(tokens) or tokens[index].key != key:
            return None
        index += 1
    return index


def _behind_clause_opener(tokens: Sequence[Token], index: int) -> int | None:
    """Return the token behind «اینکه», «این که», «به اینکه» or «که», or None when none stands here."""
    if index < len(tokens) and tokens[index].key in ("به", "بر", "از"):
        index += 1
    if index >= len(tokens):
        return None
    if tokens[index].key in _CLAUSE_OPENERS | {"که"}:
        return index + 1
    if tokens[index].key in ("این", "ان") and index + 1 < len(tokens):
        follows = [token.key for token in tokens[index + 1 : index + 3]]
        if follows[0] == "که":
            return index + 2
        if follows[0] in ("مطلب", "نکته", "موضوع", "مساله", "مسئله", "مسیله") and follows[1:] == ["که"]:
            return index + 3
    return None


def _participle(row: Participle, begin: int, end: int, *, opens_clause: bool) -> Cue:
    return Cue(
        kind="participle",
        first=begin,
        last=end - 1,
        parts=tuple(range(begin, end)),
        act=row.act,
        opens_clause=opens_clause,
    )


def _source_phrase_at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> Cue | None:
    for row in lexicon.source_phrases.get(tokens[index].key, ()):
        end = index + len(row.keys)
        if tuple(token.key for token in tokens[index:end]) == row.keys:
            return _source_phrase(row, index, end)
    return None


def _noun_at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> Cue | None:
    """Find the noun of an act that a title may begin with («انتقاد …»)."""
    for length in (2, 1):
        keys = tuple(token.key for token in tokens[index : index + length])
        for verb in _VERBS_OF_NOUNS:
            row = lexicon.reporting_verb(verb, keys) or lexicon.reporting_verb(verb, _singular(keys))
            if row is not None and row.preverb:
                parts = tuple(range(index, index + length))
                return Cue("noun", index, parts[-1], parts, row.act, row.frames, row.target, row.polarity)
    return None


def _singular(keys: tuple[str, ...]) -> tuple[str, ...]:
    *first, last = keys or ("",)
    for ending in ("های", "ات", "ی"):
        if last.endswith(ending) and len(last) > len(ending) + 2:
            return (*first, last.removesuffix(ending))
    return keys


def _source_phrase(row: SourcePhrase, begin: int, end: int) -> Cue:
    return Cue("source", begin, end - 1, tuple(range(begin, end)), row.act, is_relay=row.is_relay)
