"""Reporting verbs in every shape: simple, light, torn apart, passive, written as one word, shared by two nouns."""

from collections.abc import Sequence
from dataclasses import replace

from kg.extract.reading import Cue
from kg.extract.verbs import VerbGroup
from kg.language.morphology import VerbForm
from kg.language.segment import Token
from kg.lexicon import Keys, Lexicon, ReportingVerb, word_set

_COPULA = "بود#باش"
_JOINED_COPULAS = ("اند", "ند")
_SHORTEST_JOINED_VERB = 5
_RECEIVING_REACH = 14
_NOUN_ENDINGS = ("هایی", "های", "ها", "ات", "ی")
_MEETING_VERBS = frozenset(("شد", "بود", "گردید", "ساخت", "کرد"))
_REFUSABLE_ACTS = frozenset(("agree", "support"))
"""Acts whose negation is an act of its own: who does not accept a thing refuses it."""
_TAKING_UP_REACH = 16
_TELLING_ACTS = frozenset(("announce", "ask"))
_BARRIERS = frozenset(":؛.؟!")


def find_verb_cues(tokens: Sequence[Token], verbs: Sequence[VerbGroup], lexicon: Lexicon) -> list[Cue]:
    """Find the reporting verbs of one sentence; none overlaps another, a surer kind comes before a less sure one.

    Args:
        tokens: The sentence's tokens.
        verbs: Its verb groups.
        lexicon: Rows of reporting verbs.
    """
    cues: list[Cue] = []
    taken: set[int] = set()

    def take(found: Sequence[Cue]) -> None:
        cues.extend(found)
        taken.update(part for cue in found for part in cue.parts)

    take(_received_acts(tokens, verbs, lexicon))
    take(_taken_up_acts(tokens, verbs, lexicon))
    take(_inflected(tokens, verbs, taken, lexicon))
    take(_joined_copulas(tokens, taken, lexicon))
    take(_joined_verbs(tokens, taken, lexicon))
    take(_elided(tokens, verbs, taken, lexicon))
    return cues


def _inflected(tokens: Sequence[Token], verbs: Sequence[VerbGroup], taken: set[int], lexicon: Lexicon) -> list[Cue]:
    cues = []
    for verb in verbs:
        if verb.last in taken:
            continue
        floor = max((other.last + 1 for other in verbs if other.last < verb.first and other.closes(tokens)), default=0)
        cue = _verb_cue(tokens, verb, floor, lexicon)
        if cue is not None:
            cues.append(cue)
    return cues


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
            if row is None or verb.first - end > row.split or _is_object(tokens, begin) or _is_exchange(tokens, end):
                continue
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


def _received_acts(tokens: Sequence[Token], verbs: Sequence[VerbGroup], lexicon: Lexicon) -> list[Cue]:
    """Find acts that a thing meets with («با مخالفت روسیه روبه‌رو شد», «مورد استقبال مصر قرار گرفت»)."""
    cues = []
    for verb in verbs:
        receives = tokens[verb.first - 1].key if verb.first else ""
        opener = _opener(receives, verb)
        if opener is None or not verb.reports:
            continue
        for index in range(verb.first - 2, max(-1, verb.first - _RECEIVING_REACH), -1):
            if tokens[index].key != opener:
                continue
            row = _act_of_noun(tokens[index + 1].key, lexicon)
            if row is not None:
                parts = (index, index + 1, *range(verb.first - 1, verb.last + 1))
                cue = _cue_of(row, verb, parts)
                cues.append(replace(cue, first=index, is_passive=True, agent=index + 1, target="subject"))
            break
    return cues


def _taken_up_acts(tokens: Sequence[Token], verbs: Sequence[VerbGroup], lexicon: Lexicon) -> list[Cue]:
    """Find acts that somebody sets about («به انتقاد از دولت پرداخت»)."""
    cues = []
    for verb in verbs:
        if verb.past_stem != "پرداخت" or not verb.reports:
            continue
        for index in range(verb.first - 2, max(-1, verb.first - _TAKING_UP_REACH), -1):
            phrase = next(
                (p for p in lexicon.participles.get(tokens[index + 1].key, ()) if _stands(tokens, index + 1, p.keys)),
                None,
            )
            if tokens[index].key == "به" and phrase is not None and phrase.act not in _TELLING_ACTS:
                parts = (*range(index, index + 1 + len(phrase.keys)), *range(verb.first, verb.last + 1))
                row = ReportingVerb(phrase.keys, verb.past_stem, phrase.act, ("ezafe",), 0, "", "")
                cues.append(_cue_of(row, verb, parts))
                break
            if tokens[index].form in _BARRIERS:
                break
    return cues


def _stands(tokens: Sequence[Token], begin: int, keys: Keys) -> bool:
    """Whether these words stand at a token."""
    return tuple(token.key for token in tokens[begin : begin + len(keys)]) == keys


def _act_of_noun(key: str, lexicon: Lexicon) -> ReportingVerb | None:
    """Return the row of the verb whose noun this is, plural endings allowed («با انتقادهای مصر»)."""
    for noun in (key, *(key.removesuffix(ending) for ending in _NOUN_ENDINGS if key.endswith(ending))):
        row = lexicon.reporting_verb("کرد", (noun,))
        if row is not None and set(row.frames) != {"clause"}:
            return row
    return None


def _opener(preverb: str, verb: VerbGroup) -> str | None:
    """Return the word before the act that a thing meets with, or None where the verb says no such thing."""
    if verb.past_stem in _MEETING_VERBS and preverb in word_set("meeting_preverbs"):
        return "با"
    return "مورد" if verb.past_stem == "گرفت" and preverb == "قرار" else None


def _cue_of(row: ReportingVerb, verb: VerbGroup, parts: tuple[int, ...]) -> Cue:
    refuses = verb.form.is_negative and row.act in _REFUSABLE_ACTS
    if refuses:
        row = replace(row, act="reject", polarity="-" if row.target else "")
    return Cue(
        kind="verb",
        first=parts[0],
        last=verb.last,
        parts=parts,
        act=row.act,
        frames=row.frames,
        target=row.target,
        polarity=row.polarity,
        is_negative=verb.form.is_negative and not refuses,
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
            if not _is_joined(tokens, end) or _is_exchange(tokens, end):
                continue
            for begin in range(max(floor, end - lexicon.longest_preverb), end):
                keys = tuple(token.key for token in tokens[begin:end])
                row = lexicon.reporting_verb(verb.past_stem, keys) or _act_on_object(tokens, begin, keys, lexicon)
                parts = tuple(range(begin, end))
                if row is None or set(row.frames) == {"clause"} or not taken.isdisjoint(parts):
                    continue
                if not _is_joined(tokens, begin - 1):
                    taken.update(parts)
                    cues.append(_cue_of(row, VerbGroup(end - 1, end - 1, verb.form), parts))
    return cues


def _act_on_object(tokens: Sequence[Token], begin: int, keys: Keys, lexicon: Lexicon) -> ReportingVerb | None:
    """Return the row of a noun right behind its object, whatever verb follows («اتهام را رد و سند را جعلی خواند»)."""
    behind_object = begin > 0 and tokens[begin - 1].key in lexicon.words["object"]
    row = lexicon.reporting_verb("کرد", keys) if behind_object else None
    return row if row is not None and "object" in row.frames else None


def _is_joined(tokens: Sequence[Token], index: int) -> bool:
    """Whether «و» stands here, a comma before it allowed."""
    if 0 <= index < len(tokens) - 1 and tokens[index].form == "،":
        index += 1
    return 0 <= index < len(tokens) and tokens[index].key == "و"


def _is_exchange(tokens: Sequence[Token], end: int) -> bool:
    """Whether the noun before a token is one with «و» and the noun behind it («نامه رد و بدل کردند»)."""
    behind = tokens[end + 1].key if end + 1 < len(tokens) and tokens[end].key == "و" else ""
    return tokens[end - 1].key + behind in word_set("exchanges")


def _is_object(tokens: Sequence[Token], begin: int) -> bool:
    """Whether a preverb is really an object («این تاکید», «هر گزارش»)."""
    return begin > 0 and tokens[begin - 1].key in word_set("object_determiners")
