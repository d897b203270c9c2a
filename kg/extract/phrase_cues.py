"""Reporting expressions without a verb of their own: «با تاکید بر …», «به گفته …», and the noun a title begins with."""

from collections.abc import Sequence

from kg.extract.reading import Cue
from kg.language.segment import Token
from kg.lexicon import Keys, Lexicon, Participle, word_set

_JUDGING_REACH = 7
_BASIS_REACH = 18
_BASIS_BARRIERS = frozenset(":؛.؟!")
_VERBS_OF_NOUNS = ("کرد", "داد", "گفت")
"""Past stems of the verbs whose nouns a title may begin with, the likeliest first."""
_NOUN_ENDINGS = ("های", "ات", "ی")


def phrase_cue_at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> Cue | None:
    """Return the reporting phrase that begins at a token, or None.

    Args:
        tokens: The sentence's tokens.
        index: Where the phrase has to begin; the noun of a title only at the sentence's first token.
        lexicon: Participial nouns, phrases before a source, and nouns of reporting verbs.
    """
    return (
        _participle_at(tokens, index, lexicon)
        or _basis_at(tokens, index, lexicon)
        or _source_phrase_at(tokens, index, lexicon)
        or (_noun_at(tokens, index, lexicon) if index == 0 else None)
    )


def _participle_at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> Cue | None:
    if tokens[index].key not in word_set("participle_openers") or index + 1 >= len(tokens):
        return None
    infinitive = _judging_infinitive(tokens, index)
    if infinitive is not None:
        return Cue("participle", index, index, (index, infinitive), "announce", frames=("judge",), target="object")
    for row in lexicon.participles.get(tokens[index + 1].key, ()):
        end = _end_of_phrase(tokens, index + 1, row.keys, lexicon)
        if end is None:
            continue
        behind = _behind_clause_opener(tokens, end)
        if behind is not None and row.complement != "noun":
            return _participle(row, index, behind, opens_clause=True)
        if behind is None and row.complement != "clause" and not _has_company(tokens, index):
            return _participle(row, index, end, opens_clause=False)
    return None


def _has_company(tokens: Sequence[Token], opener: int) -> bool:
    """Whether «با» belongs to the noun before it («مخالفت با درخواست»; but «در این دیدار با تاکید بر»)."""
    if tokens[opener].key != "با" or not opener or tokens[opener - 1].key not in word_set("nouns_with_company"):
        return False
    return opener == 1 or tokens[opener - 2].key not in word_set("pointing_determiners")


def _judging_infinitive(tokens: Sequence[Token], opener: int) -> int | None:
    """Return the infinitive that «با» reaches over what is judged («با نادرست خواندن این خبر»), or None."""
    for index in range(opener + 2, min(opener + _JUDGING_REACH, len(tokens))):
        if tokens[index].key in word_set("judging_infinitives"):
            return index
        if not tokens[index].is_word:
            return None
    return None


def _end_of_phrase(tokens: Sequence[Token], begin: int, keys: Keys, lexicon: Lexicon) -> int | None:
    """Return the token behind a phrase, adjectives such as «شدید» inside it allowed, or None where it is not."""
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
    if index < len(tokens) and tokens[index].key in word_set("clause_complements"):
        index += 1
    if index >= len(tokens):
        return None
    if tokens[index].key in word_set("subordinators"):
        return index + 1
    if tokens[index].key in ("این", "ان") and index + 1 < len(tokens):
        follows = [token.key for token in tokens[index + 1 : index + 3]]
        if follows[0] == "که":
            return index + 2
        if follows[0] in word_set("assertion_nouns") and follows[1:] == ["که"]:
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


def _basis_at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> Cue | None:
    """Find «مبنی بر» with the noun of speech that it gives the words of («درخواست سفیر مبنی بر …»)."""
    if tokens[index].key != "مبنی" or index + 2 >= len(tokens) or not tokens[index + 1].key.startswith("بر"):
        return None
    for noun in range(index - 1, max(-1, index - _BASIS_REACH), -1):
        if tokens[noun].form in _BASIS_BARRIERS:
            return None
        act = lexicon.speech_nouns.get(tokens[noun].key)
        if act is not None:
            is_joined = tokens[index + 1].key != "بر"  # «براینکه»
            behind = index + 2 if is_joined else _behind_clause_opener(tokens, index + 2)
            last = (behind or index + 2) - 1
            parts = (noun, *range(index, last + 1))
            return Cue("basis", index, last, parts, act, opens_clause=behind is not None)
    return None


def _source_phrase_at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> Cue | None:
    before = tokens[index - 1].key if index else ""
    if tokens[index].key == "به" and (before in word_set("nouns_with_goal") or before == "اشاره"):
        return None  # «در واکنش به ادعای …»: the noun's own preposition
    for row in lexicon.source_phrases.get(tokens[index].key, ()):
        end = index + len(row.keys)
        if tuple(token.key for token in tokens[index:end]) == row.keys:
            return Cue("source", index, end - 1, tuple(range(index, end)), row.act, is_relay=row.is_relay)
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


def _singular(keys: Keys) -> Keys:
    *first, last = keys or ("",)
    for ending in _NOUN_ENDINGS:
        if last.endswith(ending) and len(last) > len(ending) + 2:
            return (*first, last.removesuffix(ending))
    return keys
