"""Which mention is the source of a cue: the subject, the agent of a passive, or what stands behind «به گفته».

In 88 of 100 sentences the speaker is the first noun phrase, in 63 the one next to the cue; so each mention before the
cue is weighed by where it stands and what governs it.
"""

from collections.abc import Sequence

from kg.extract.reading import Cue, Mention, MentionKind
from kg.language.segment import Token
from kg.lexicon import Lexicon, word_set

_LONGEST_OPENER = 4
_KIND_WEIGHTS: dict[MentionKind, float] = {
    "pronoun": 2.0,
    "anaphor": 1.0,
    "office": 1.0,
    "name": 0.5,
    "organ": 0.5,
    "group": 0.5,
    "anonymous": 1.0,
    "media": 0.0,
    "nominal": -0.5,
}


def find_source(
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    floor: int,
    cue: Cue,
    lexicon: Lexicon,
    *,
    ceiling: int | None = None,
    asides: Sequence[tuple[int, int]] = (),
) -> Mention | None:
    """Return the mention that most likely does what the cue says, or None where the subject is dropped.

    Args:
        tokens: The sentence's tokens.
        mentions: Its mentions.
        floor: The first token that the cue's clause may begin with.
        cue: The reporting expression.
        lexicon: The word classes that govern noun phrases.
        ceiling: The token that the source ends before; the cue where not given.
        asides: Token ranges of participial phrases, which seldom hold the subject.
    """
    end = cue.first if ceiling is None else ceiling
    best, best_weight = None, 0.0
    for mention in mentions:
        if mention.is_inner or mention.first < floor or mention.last >= end:
            continue
        weight = _weight(tokens, mention, mentions, floor, cue, lexicon, asides)
        if weight > best_weight:
            best, best_weight = mention, weight
    return best


def _weight(
    tokens: Sequence[Token],
    mention: Mention,
    mentions: Sequence[Mention],
    floor: int,
    cue: Cue,
    lexicon: Lexicon,
    asides: Sequence[tuple[int, int]],
) -> float:
    first = _first_conjunct(tokens, mention, mentions, lexicon)
    before = tokens[first - 1] if first > 0 else None
    behind = tokens[mention.last + 1] if mention.last + 1 < len(tokens) else None
    weight = _KIND_WEIGHTS[mention.kind]
    if mention.name_kind == "demonym" and mention.kind == "name":
        weight -= 3.0
    if mention.type == "topic":
        weight -= 3.0
    if before is not None and before.key in word_set("agent_openers"):
        return weight + 3.0 if cue.is_passive else -1.0
    if cue.is_passive:
        return -1.0
    if any(first <= mention.first <= last for first, last in asides):
        weight -= 3.0
    if (
        before is None
        or first <= floor
        or _opens_sentence(tokens, floor, first, lexicon)
        or before.form in (".", "؛", ":", "-", "–", "/")
    ):
        weight += 3.0
    elif before.form in ("،", ")", "»", "«", "("):
        weight += 1.5
    elif before.key in word_set("conjoined_openers"):
        weight += 1.0 if before.key != "و" or first - 1 <= floor else 0.0
    elif before.key in lexicon.words["preposition"]:
        weight -= 4.0
    elif before.key in lexicon.words["time"] or before.key in lexicon.words["adverb"]:
        weight += 1.0
    elif before.is_word and not before.form.isdigit():
        weight -= 2.0
    if behind is not None and behind.key == "را":
        weight -= 5.0
    if cue.is_plural and mention.is_plural:
        weight += 1.0
    elif cue.is_plural is False and mention.is_plural:
        weight -= 1.0
    return weight + 1.0 - 0.05 * (mention.first - floor)


def _first_conjunct(tokens: Sequence[Token], mention: Mention, mentions: Sequence[Mention], lexicon: Lexicon) -> int:
    """Return the first token of the list that a mention ends («میان ایران و عراق»), titles before it included."""
    first = mention.first
    while True:
        while first and tokens[first - 1].key in lexicon.words["courtesy"]:
            first -= 1
        if first < 2 or tokens[first - 1].key != "و":
            return first
        before = next((m for m in mentions if not m.is_inner and m.last == first - 2), None)
        if before is None or before.kind in ("pronoun", "anaphor"):
            return first
        first = before.first


def _opens_sentence(tokens: Sequence[Token], floor: int, first: int, lexicon: Lexicon) -> bool:
    """Whether only a short set phrase stands before a mention («با این حال», «از سوی دیگر», «در همین راستا»)."""
    words = [token.key for token in tokens[floor:first]]
    if len(words) < 2 or len(words) > _LONGEST_OPENER or words[0] not in lexicon.words["preposition"]:
        return False
    return words[-1] in word_set("opener_ends") and (len(words) == 2 or bool(set(words) & word_set("opener_words")))


def source_behind(tokens: Sequence[Token], mentions: Sequence[Mention], cue: Cue) -> Mention | None:
    """Return the mention that begins right behind a phrase such as «به گفته», a courtesy title in between allowed."""
    for mention in mentions:
        if not mention.is_inner and cue.last < mention.first <= cue.last + 2:
            between = tokens[cue.last + 1 : mention.first]
            if all(token.is_word or token.form in ("«", '"') for token in between):
                return mention
    return None
