"""«این سه کشور», «آنها»: those who spoke together before, each with a statement of their own."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from kg.extract.reading import Attribution, Mention, ReadSentence
from kg.lexicon import word_set

_NUMBERS = {"دو": 2, "سه": 3, "چهار": 4, "پنج": 5, "شش": 6, "هفت": 7}
_PHRASE = 3


def several_at(read: ReadSentence, index: int, sentence: int) -> Mention | None:
    """Return «این سه کشور» at a token as words that point back to several, or None."""
    keys = [token.key for token in read.sentence.tokens[index : index + _PHRASE]]
    if len(keys) < _PHRASE or keys[0] not in word_set("several_determiners") or _number(keys[1]) is None:
        return None
    if keys[2] not in word_set("several_nouns"):
        return None
    return Mention(sentence, index, index + _PHRASE - 1, "pronoun", head=keys[2], is_plural=True)


def spread(found: Sequence[Attribution], sentences: Sequence[ReadSentence]) -> list[Attribution]:
    """Give what several say together, pointed back to by one phrase, to each of those who spoke together last."""
    result: list[Attribution] = []
    together: list[Mention] = []
    for _, same in groupby(found, key=lambda a: (a.sentence, a.content, a.rule)):
        attributions = list(same)
        first = attributions[0]
        if len(attributions) == 1 and together and _points_to(first, len(together), sentences):
            result += [replace(first, source=source) for source in together]
            continue
        result += attributions
        if first.rule != "basis" and first.source is not None:
            sources = [a.source for a in attributions if a.source is not None]
            together = sources if len(sources) > 1 else []
    return result


def _points_to(attribution: Attribution, count: int, sentences: Sequence[ReadSentence]) -> bool:
    """Whether a source points back to so many: by their number, or as «آنها»."""
    source = attribution.source
    if source is None or source.kind != "pronoun" or not source.is_plural:
        return False
    keys = [t.key for t in sentences[source.sentence].sentence.tokens[source.first : source.last + 1]]
    return len(keys) == 1 or _number(keys[1]) == count


def _number(key: str) -> int | None:
    return int(key) if key.isdigit() else _NUMBERS.get(key)
