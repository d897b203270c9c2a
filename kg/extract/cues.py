"""Reporting expressions: the words that say that somebody said, wrote, or did something by words.

Verbs («تاکید کرد», also torn apart: «خواستار پایان درگیری‌ها شد»), participial nouns («با رد این ادعا»)
and phrases without a verb («به گفته …»). What they report and who speaks is found in ``kg.extract.attribution``.
"""

from collections.abc import Sequence

from kg.extract.phrase_cues import phrase_cue_at
from kg.extract.reading import Cue, CueKind
from kg.extract.verb_cues import find_verb_cues
from kg.extract.verbs import VerbGroup
from kg.language.segment import Token
from kg.lexicon import Lexicon

__all__ = ["Cue", "CueKind", "find_cues"]


def find_cues(tokens: Sequence[Token], verbs: Sequence[VerbGroup], lexicon: Lexicon) -> list[Cue]:
    """Find the reporting expressions of one sentence, in text order; none overlaps another.

    Args:
        tokens: The sentence's tokens.
        verbs: Its verb groups.
        lexicon: Verbs, nouns and phrases that report.
    """
    cues = find_verb_cues(tokens, verbs, lexicon)
    taken = {part for cue in cues for part in cue.parts}
    for index in range(len(tokens)):
        cue = None if index in taken else phrase_cue_at(tokens, index, lexicon)
        if cue is not None and taken.isdisjoint(cue.parts):
            cues.append(cue)
            taken.update(cue.parts)
    return sorted(cues, key=lambda cue: cue.first)
