"""What tells the source of a cue from the other noun phrases of its sentence: where each stands and what governs it.

Nothing here tells who or what a mention names, so that what is learned holds of people nobody has heard of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.reading import CLOSING_MARKS, OPENING_MARKS, Cue, Mention, ReadSentence
from kg.lexicon import Lexicon, word_set

SOURCE, OTHER = "source", "other"
_FEW = 3
_CLASSES = ("conjunction", "complementizer", "object", "pronoun", "time", "adverb", "courtesy", "possessive")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the rules say of a cue's source, which the learned choice weighs with everything else.

    Attributes:
        source: Whom they choose; None for a dropped subject.
        way: How they came to it.
        floor: The token that the cue's own clause begins with.
        asides: Token ranges of the participial phrases before the cue.
    """

    source: Mention | None
    way: str
    floor: int
    asides: Sequence[tuple[int, int]]


def source_features(
    read: ReadSentence, cue: Cue, candidate: Mention | None, choice: Choice, lexicon: Lexicon
) -> Iterator[str]:
    """Yield what holds of a mention, or of a dropped subject, as the source of a cue."""
    chosen = _kind(choice.source)
    is_choice = candidate == choice.source
    yield f"rule={choice.way} choice={chosen} own={is_choice} is={_kind(candidate)}"
    yield f"own={is_choice} way={choice.way}"
    how = "passive" if cue.is_passive else "acts" if "clause" not in cue.frames else "says"
    tokens = read.sentence.tokens
    if candidate is None:
        before = tokens[cue.first - 1] if cue.first else None
        yield f"none cue={cue.kind} {how}"
        yield f"none room={_bucket(cue.first - choice.floor)} floor={choice.floor > 0}"
        yield f"none before={_word_class(before.key if before else '', lexicon)}"
        yield f"none choice={chosen} room={min(_FEW, cue.first - choice.floor)}"
        yield f"none first={_word_class(tokens[0].key, lexicon)}"
        yield f"none plural={cue.is_plural}"
        return
    in_front, behind = _neighbours(read, candidate, lexicon)
    where = "before the clause" if candidate.first < choice.floor else "in the clause"
    yield f"kind={candidate.kind} {how}"
    yield f"type={candidate.type} kind={candidate.kind}"
    yield f"name={candidate.name_kind}"
    yield f"before={in_front} {how}"
    yield f"before={in_front} kind={candidate.kind}"
    yield f"behind={behind} {how}"
    yield f"before={in_front} behind={behind}"
    yield f"{where} {how} before={in_front}"
    yield f"agrees plural={cue.is_plural} is={_is_plural(read, candidate)}"
    yield f"agrees plural={cue.is_plural} is={_is_plural(read, candidate)} kind={candidate.kind}"
    rivals = [m for m in read.mentions if not m.is_inner and choice.floor <= m.first and m.last < cue.first]
    earlier = sum(m.first < candidate.first for m in rivals)
    later = sum(m.first > candidate.first for m in rivals)
    yield f"earlier={min(_FEW, earlier)} later={min(_FEW, later)} {where}"
    yield f"earlier={min(_FEW, earlier)} before={in_front}"
    persons = sum(m.first < candidate.first and m.type == "person" for m in rivals)
    yield f"persons earlier={min(2, persons)} type={candidate.type}"
    yield f"start={_bucket(candidate.first - choice.floor)} {where}"
    yield f"distance={_bucket(cue.first - candidate.last)} {how}"
    between = [v for v in read.verbs if candidate.last < v.first and v.last < cue.first and v.is_finite]
    clauses = sum(t.key in word_set("subordinators") for t in tokens[candidate.last + 1 : cue.first])
    yield f"verbs between={min(_FEW, len(between))} clauses={min(2, clauses)}"
    yield f"verbs between={min(1, len(between))} behind={behind}"
    yield f"aside={any(a <= candidate.first <= b for a, b in choice.asides)} before={in_front}"
    depth = tokens[candidate.first].depth - tokens[cue.last].depth
    yield f"depth={max(-1, min(1, depth))} verbs={min(1, len(between))}"
    yield f"cue={cue.kind} passive={cue.is_passive} behind the cue={candidate.first > cue.last}"
    yield f"definite={candidate.is_definite} kind={candidate.kind} choice={chosen}"


def _kind(mention: Mention | None) -> str:
    return "none" if mention is None else mention.kind


def _bucket(count: int) -> str:
    if count < 0:
        return "-"
    return str(count) if count <= _FEW else "few" if count <= 7 else "many" if count <= 15 else "far"


def _neighbours(read: ReadSentence, mention: Mention, lexicon: Lexicon) -> tuple[str, str]:
    """Return what stands before a mention, titles and the list that it ends skipped, and behind it."""
    tokens = read.sentence.tokens
    first = mention.first
    while first and tokens[first - 1].key in lexicon.words["courtesy"]:
        first -= 1
    if first and tokens[first - 1].form in OPENING_MARKS:
        first -= 1
    before = "start"
    if first:
        token = tokens[first - 1]
        named = next((m for m in read.mentions if not m.is_inner and m.last == first - 1), None)
        marked = next((m for m in read.mentions if not m.is_inner and m.last == first - 2), None)
        if named is not None:
            before = f"mention {named.type}"
        elif marked is not None and token.form in ("،", "و"):
            before = f"mention {marked.type} {token.form}"
        elif any(v.last == first - 1 and v.is_finite for v in read.verbs):
            before = "verb"
        else:
            before = _word_class(token.key, lexicon)
    last = mention.last
    behind = tokens[last + 1] if last + 1 < len(tokens) else None
    if behind is not None and behind.form in CLOSING_MARKS:
        behind = tokens[last + 2] if last + 2 < len(tokens) else None
    if behind is None:
        return before, "end"
    following = next((m for m in read.mentions if not m.is_inner and m.first == last + 1), None)
    if following is not None:
        return before, f"mention {following.type}"
    listed = next((m for m in read.mentions if not m.is_inner and m.first == last + 2), None)
    if listed is not None and behind.form in ("،", "و"):
        return before, f"{behind.form} mention {listed.type}"
    return before, _word_class(behind.key, lexicon)


def _word_class(key: str, lexicon: Lexicon) -> str:
    if not key:
        return "start"
    if not key[:1].isalnum():
        return key
    if key in word_set("telling_prepositions") or key in ("و", "که", "را", "اما"):
        return key
    if key in word_set("agent_openers"):
        return "agent"
    if key in lexicon.words["preposition"]:
        return "preposition"
    return next((c for c in _CLASSES if key in lexicon.words[c]), "number" if key.isdigit() else "word")


def _is_plural(read: ReadSentence, mention: Mention) -> bool:
    """Whether a verb agrees with a mention in the plural: a group, or a list of several."""
    tokens = read.sentence.tokens
    joined = mention.last + 1 < len(tokens) and tokens[mention.last + 1].form in ("و", "،")
    listed = joined and any(m.first == mention.last + 2 and not m.is_inner for m in read.mentions)
    return mention.is_plural or listed
