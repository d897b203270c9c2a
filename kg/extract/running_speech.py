"""Speech that goes on without a cue of its own: over the sentences of its line, and over whole lines."""

from collections.abc import Sequence
from dataclasses import replace

from kg.extract.reading import Attribution, ReadSentence, trimmed
from kg.language.segment import Sentence
from kg.lexicon import word_set
from kg.model import Span

_LONGEST_OPENER = 3
_SHORTEST_CLAUSE = 8


def extended(found: list[Attribution], sentences: Sequence[ReadSentence]) -> list[Attribution]:
    """Let speech behind a colon go on to the end of its line, or to where the reporter speaks again."""
    by_sentence: dict[int, list[int]] = {}
    for position, attribution in enumerate(found):
        by_sentence.setdefault(attribution.sentence, []).append(position)
    result = list(found)
    speaking: int | None = None
    for index, read in enumerate(sentences):
        here = by_sentence.get(index, [])
        content = trimmed(read.sentence, 0, len(read.sentence.tokens) - 1)
        if (
            speaking is not None
            and content is not None
            and read.sentence.line == sentences[result[speaking].sentence].sentence.line
            and not any(_breaks_speech(found[p]) for p in here)
            and not is_reporters(read.sentence)
        ):
            held = result[speaking].content
            result[speaking] = replace(result[speaking], content=Span(held.begin, max(held.end, content.end)))
            continue
        opening = [p for p in here if found[p].rule in ("verb colon", "headline") and found[p].mode != "direct"]
        speaking = opening[-1] if opening else None
    return result


def is_reporters(sentence: Sentence) -> bool:
    """Whether a sentence begins with words by which the reporter speaks again («گفتنی است …», «به گزارش ایرنا …»)."""
    if sentence.tokens[0].depth:
        return False
    keys = [token.key for token in sentence.tokens if token.is_word]
    return any("".join(keys[:length]) in word_set("reporter_openers") for length in range(1, _LONGEST_OPENER + 1))


def _breaks_speech(attribution: Attribution) -> bool:
    """Whether an attribution in a line of running speech is the reporter's own rather than told by the speaker."""
    cue, source = attribution.cue, attribution.source
    if attribution.rule in ("verb colon", "verb quotation", "headline"):
        return True
    if source is not None and source.kind == "pronoun" and source.is_plural:
        return False
    if source is None and cue is not None and cue.kind == "verb" and cue.verb is not None:
        begins_soon = cue.first <= _SHORTEST_CLAUSE or attribution.rule.startswith("verb")
        return cue.verb.form.tense == "past" and begins_soon
    if source is None or source.kind in ("pronoun", "anaphor"):
        return (
            cue is None
            or cue.kind != "verb"
            or cue.verb is None
            or cue.verb.form.tense == "past"
            or attribution.has_clause
        )
    return cue is not None and cue.verb is not None and cue.verb.form.tense == "past" and source.type == "person"


def going_on(found: Sequence[Attribution], sentences: Sequence[ReadSentence]) -> list[Attribution]:
    """Return an attribution for each line without any that follows somebody's speech: whoever spoke may go on.

    Most such lines are the reporter's; what their words tell of it is weighed as the attribution's confidence.
    """
    lines: dict[int, list[int]] = {}
    for index, read in enumerate(sentences):
        lines.setdefault(read.sentence.line, []).append(index)
    spoken = {sentences[a.sentence].sentence.line: a for a in found if a.has_clause}
    told = {sentences[a.sentence].sentence.line for a in found}
    result = []
    before = ""
    for line, indices in sorted(lines.items()):
        if line in told:
            before = spoken[line].rule.replace(" ", "-") if line in spoken else "act"
            continue
        first = trimmed(sentences[indices[0]].sentence, 0, len(sentences[indices[0]].sentence.tokens) - 1)
        last = trimmed(sentences[indices[-1]].sentence, 0, len(sentences[indices[-1]].sentence.tokens) - 1)
        if before and first is not None and last is not None:
            content = Span(first.begin, last.end)
            result.append(Attribution(indices[0], None, None, content, "indirect", f"running behind {before}"))
            before = "running"
    return result
