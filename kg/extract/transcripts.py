"""Speech given line by line: under a heading that says whose it is («متن سخنرانی …:»), and by turns («رئیس‌جمهور:»).

Whoever a line tells of speaks inside the speech of whose lines they are.
"""

from collections.abc import Sequence

from kg.extract.reading import Attribution, Mention, ReadSentence, trimmed
from kg.extract.running_speech import is_reporters
from kg.lexicon import word_set
from kg.lexicon.outlets import is_outlet
from kg.model import Span

_HEADING_LINES = 3
_NAME_REACH = 3
_FEWEST_WORDS = 3
_SUBJECT_REACH = 2
_DATELINE_REACH = 5


def transcribed(found: Sequence[Attribution], sentences: Sequence[ReadSentence]) -> list[Attribution]:
    """Return the attributions with one for each line of a transcript, and without those that only guess its speaker.

    Args:
        found: What was found sentence by sentence, and lines that may go on.
        sentences: The article's sentences.
    """
    lines: dict[int, list[int]] = {}
    for index, read in enumerate(sentences):
        lines.setdefault(read.sentence.line, []).append(index)
    speaker: Mention | None = None
    whole: dict[int, Attribution] = {}
    for line, indices in sorted(lines.items()):
        first = sentences[indices[0]]
        opened = _heading(first) if line < _HEADING_LINES and speaker is None else None
        if len(indices) == 1 and (opened := opened or _turn(first)) is not None:
            speaker = opened
            continue
        reported = any(_is_reported(a, sentences) for a in found if a.sentence in indices)
        if reported or _is_dateline(first):
            speaker = None
        if speaker is not None and _speaks(sentences, indices):
            whole[line] = _of_line(speaker, sentences, indices)
    if not whole:
        return list(found)
    kept = [a for a in found if sentences[a.sentence].sentence.line not in whole or not _is_guess(a)]
    return [*kept, *whole.values()]


def _heading(read: ReadSentence) -> Mention | None:
    """Return whose speech a heading without a verb announces («گفت‌وگوی وزیر با خبرنگاران، متن کامل:»), or None."""
    tokens = read.sentence.tokens
    if any(verb.is_finite for verb in read.verbs) or word_set("transcript_marks").isdisjoint(t.key for t in tokens):
        return None
    for index, token in enumerate(tokens):
        if token.key in word_set("speech_events"):
            near = (m for m in read.mentions if not m.is_inner and index < m.first <= index + _NAME_REACH)
            return next((m for m in near if m.type == "person"), None)
    return None


def _turn(read: ReadSentence) -> Mention | None:
    """Return who speaks the lines behind a line that is only a name and a colon, or None."""
    tokens = read.sentence.tokens
    mention = next((m for m in read.mentions if not m.is_inner), None)
    if mention is None or mention.type != "person" or tokens[-1].form != ":" or mention.last != len(tokens) - 2:
        return None
    return mention if mention.first <= 1 else None


def _is_dateline(read: ReadSentence) -> bool:
    """Whether a line begins with the outlet whose report it is («مهر: …»), so that the reporter is back."""
    tokens = read.sentence.tokens[:_DATELINE_REACH]
    colon = next((index for index, token in enumerate(tokens) if token.form == ":"), 0)
    return bool(colon) and is_outlet(" ".join(token.form for token in tokens[:colon]))


def _is_reported(attribution: Attribution, sentences: Sequence[ReadSentence]) -> bool:
    """Whether a sentence tells by its first words who said or did something, so that the reporter is back."""
    cue, source, read = attribution.cue, attribution.source, sentences[attribution.sentence]
    if cue is None or cue.verb is None or source is None or source.is_plural or source.first > _SUBJECT_REACH:
        return False
    own = {token.key for token in read.sentence.tokens if not token.depth} & word_set("own_pronouns")
    tokens = read.sentence.tokens
    speaks = any(v.form.person in (1, 2) and not tokens[v.first].depth for v in read.verbs)
    return cue.verb.form.tense == "past" and not own and not speaks


def _speaks(sentences: Sequence[ReadSentence], indices: Sequence[int]) -> bool:
    """Whether a line is speech: no question of an interviewer, no word of the reporter, and not a mere name."""
    words = sum(token.is_word for index in indices for token in sentences[index].sentence.tokens)
    has_verb = any(verb.is_finite for index in indices for verb in sentences[index].verbs)
    ends = sentences[indices[-1]].sentence.tokens[-1].form
    return (
        words >= _FEWEST_WORDS
        and has_verb
        and ends not in ("؟", "?")
        and not is_reporters(sentences[indices[0]].sentence)
    )


def _of_line(speaker: Mention, sentences: Sequence[ReadSentence], indices: Sequence[int]) -> Attribution:
    first, last = sentences[indices[0]].sentence, sentences[indices[-1]].sentence
    begin = trimmed(first, 0, len(first.tokens) - 1) or first.span
    end = trimmed(last, 0, len(last.tokens) - 1) or last.span
    return Attribution(indices[0], None, speaker, Span(begin.begin, end.end), "direct", "transcript")


def _is_guess(attribution: Attribution) -> bool:
    """Whether an attribution has no cue, or only takes up whoever spoke last: the line's speaker goes before."""
    return attribution.cue is None or attribution.source is None
