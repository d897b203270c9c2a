"""Titles: «X: …», «انتقاد X از Y», and those that repeat the body's words without naming the speaker."""

from collections.abc import Sequence
from dataclasses import replace

from kg.extract.reading import OPENING_MARKS, Attribution, Mention, ReadSentence, trimmed
from kg.lexicon.outlets import is_outlet
from kg.model import Mode, Span

_HEADLINE_REACH = 12
_TITLE_SHARE = 0.4
_SHORTEST_PHRASE = 2
_LONGEST_UNKNOWN_SPEAKER = 4
_LONGEST_SUBHEAD = 16


def find_headline(sentences: Sequence[ReadSentence], index: int) -> Attribution | None:
    """Return the attribution of a line that begins with its speaker and a colon («ظریف: …»), if it does."""
    read = sentences[index]
    tokens = read.sentence.tokens
    if index and sentences[index - 1].sentence.line == read.sentence.line:
        return None
    nominal = _nominal_headline(sentences, index)
    if nominal is not None:
        return nominal
    colon = next((i for i in range(1, min(_HEADLINE_REACH, len(tokens))) if tokens[i].form == ":"), None)
    if colon is None:
        return None
    if any(verb.first < colon and verb.is_finite for verb in read.verbs):
        return None
    if any(cue.first < colon and cue.kind != "participle" for cue in read.cues):
        return None
    if is_outlet(" ".join(token.form for token in tokens[:colon])):
        return None  # «خبرگزاری فارس: …»: whose report it is
    source = next((m for m in read.mentions if m.first <= 1 and m.last < colon and not m.is_inner), None)
    if source is not None and source.head == "گروه" and source.last - source.first < _SHORTEST_PHRASE:
        return None
    if (
        source is not None
        and source.kind in ("media", "name")
        and source.type == "organization"
        and _goes_on(read, colon)
    ):
        return None
    if source is None:
        if colon > _LONGEST_UNKNOWN_SPEAKER or not all(token.is_word for token in tokens[:colon]):
            return None
        source = Mention(index, 0, colon - 1, "nominal", head=tokens[0].key)
    content = trimmed(read.sentence, colon + 1, len(tokens) - 1)
    if content is None:
        return None
    mode: Mode = "direct" if tokens[colon + 1].form in OPENING_MARKS else "indirect"
    return Attribution(index, None, source, content, mode, "headline")


def _nominal_headline(sentences: Sequence[ReadSentence], index: int) -> Attribution | None:
    """Return the attribution of a title such as «انتقاد سفیر از تحریم‌ها»: an act's noun, its speaker, its object."""
    read = sentences[index]
    tokens = read.sentence.tokens
    if not read.cues or any(verb.is_finite for verb in read.verbs):
        return None
    if read.sentence.line and (read.sentence.is_closed or len(tokens) > _LONGEST_SUBHEAD):
        return None
    cue = read.cues[0]
    if cue.kind != "noun" or cue.first > 1:
        return None
    source = next((m for m in read.mentions if not m.is_inner and cue.last < m.first <= cue.last + 2), None)
    content = trimmed(read.sentence, 0, len(tokens) - 1)
    if source is None or content is None or source.last + 2 >= len(tokens):
        return None
    return Attribution(index, cue, source, content, "indirect", "nominal headline", has_clause=False)


def _goes_on(read: ReadSentence, colon: int) -> bool:
    """Whether another source speaks behind the colon; what stands before it only relays («ایرنا: وزیر نفت گفت»)."""
    return any(cue.first > colon and cue.kind == "verb" for cue in read.cues)


def with_title(found: list[Attribution], sentences: Sequence[ReadSentence]) -> list[Attribution]:
    """Add the title where it gives, without naming the speaker, what the body attributes to one."""
    title = [read for read in sentences if read.sentence.line == 0]
    if not title or len(title) == len(sentences) or any(sentences[a.sentence].sentence.line == 0 for a in found):
        return found
    words = {t.key for read in title for t in read.sentence.tokens if len(t.key) > 2}
    shares = [len(words & _words_of(a, sentences)) / len(words) if len(words) > 3 else 0.0 for a in found]
    best = max(range(len(found)), key=lambda i: shares[i], default=None)
    content = trimmed(title[0].sentence, 0, len(title[0].sentence.tokens) - 1)
    if best is None or shares[best] < _TITLE_SHARE or content is None:
        return found
    content = Span(content.begin, title[-1].sentence.span.end)
    shifted = [replace(a, within=None if a.within is None else a.within + 1) for a in found]
    title_itself = Attribution(
        0, None, found[best].source, content, "indirect", "title", echoes=best + 1, sureness=shares[best]
    )
    return [title_itself, *shifted]


def _words_of(attribution: Attribution, sentences: Sequence[ReadSentence]) -> set[str]:
    return {
        token.key
        for read in sentences[attribution.sentence : attribution.sentence + 6]
        for token in read.sentence.tokens
        if attribution.content.begin <= token.begin < attribution.content.end
    }
