"""Source, cue and content joined, before anyone is identified.

Direct, indirect and mixed speech; acts done by words; participles; phrases without a verb; headlines; sentences that
go on quoting without a cue. An attribution whose cue stands inside the content of another one is nested in it. An
unclosed quotation mark ends with its line; nothing is raised for it.

References:
    Pareti et al., EMNLP 2013 (source, cue and content as the parts of an attribution).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.extract.headlines import find_headline, with_title
from kg.extract.joint_speech import spread
from kg.extract.models import Model
from kg.extract.reading import OPENING_MARKS, Attribution, Cue, Mention, ReadSentence, trimmed
from kg.extract.running_speech import extended, going_on
from kg.extract.sources import source_behind
from kg.extract.subjects import Subjects
from kg.extract.transcripts import transcribed
from kg.lexicon import Lexicon, word_set
from kg.model import Mode

_SHORTEST_PHRASE = 2
_BASIS_SOURCE_REACH = 5
_NEXT_SOURCE = 2
_REPORTING_ACTS = {"announce", "affirm"}


def attribute(sentences: Sequence[ReadSentence], lexicon: Lexicon, sources: Model | None = None) -> list[Attribution]:
    """Join each cue to its source and to its content.

    Args:
        sentences: One article's sentences in text order.
        lexicon: The word classes that bound noun phrases.
        sources: What was learned of sources; the rules alone choose them without.

    Returns:
        Attributions in text order of their content. A cue without content gives none.
    """
    found: list[Attribution] = []
    for index, read in enumerate(sentences):
        headline = find_headline(sentences, index)
        if headline is not None:
            found.append(headline)
        following = sentences[index + 1] if index + 1 < len(sentences) else None
        found.extend(_Attributor(read, index, lexicon, sources, following).attributions(headline))
    found = extended(spread(found, sentences), sentences)
    return with_title(_nested(transcribed([*found, *going_on(found, sentences)], sentences)), sentences)


@dataclass(frozen=True)
class _Attributor(Subjects):
    """Finds the attributions of one sentence; nothing of it outlives ``attribute``."""

    following: ReadSentence | None

    def attributions(self, headline: Attribution | None) -> Iterator[Attribution]:
        read = self.read
        for position, cue in enumerate(read.cues):
            before_headline = headline is not None and read.sentence.tokens[cue.first].begin <= headline.content.begin
            if cue.kind == "noun" or before_headline:
                continue
            find = {
                "verb": self._by_verb,
                "participle": self._by_participle,
                "source": self._by_source_phrase,
                "basis": self._by_basis,
            }[cue.kind]
            attribution = find(position, cue)
            if attribution is not None:
                yield attribution
                for other in self.joint(attribution, cue):
                    yield replace(attribution, source=other)

    def _by_verb(self, position: int, cue: Cue) -> Attribution | None:
        source, sureness, floor = self.source_of(position, cue)
        if cue.is_passive and source is None and not self.in_document(cue):
            return None
        clause = self.clause_behind(cue) if {"clause", "ask"} & set(cue.frames) and cue.agent is None else None
        if clause is not None and not (clause[1] == "bare" and self.intends(cue)):
            begin, opener = clause
            end = self.clause_end(position, cue, begin)
            return self._attribution(cue, source, begin, end, f"verb {opener}", has_clause=True, sureness=sureness)
        quoted = self.quotation_before(cue) if "clause" in cue.frames else None
        if quoted is not None and not self.is_inside_act(quoted, cue):
            begin, end = quoted
            before = self.subject(end + 1, cue) or self.subject(0, cue, ceiling=begin) or source
            return self._attribution(cue, before, begin, end, "quotation before verb", has_clause=True)
        act = self._by_act(position, cue, source, floor)
        return None if act is None else replace(act, sureness=sureness)

    def _by_act(self, position: int, cue: Cue, source: Mention | None, floor: int) -> Attribution | None:
        """Return the clause of a cue that does something by words rather than opens a clause of its own."""
        if not set(cue.frames) - {"clause", "ask"} or cue.is_negative:
            return None
        if cue.is_passive and source is not None and self.is_agent(cue, source):
            return self._attribution(cue, source, floor, cue.last, "passive", has_clause=False)
        begin = self.behind_names(source) if source is not None and source.first >= floor else floor
        begin = max([begin, *(last + 1 for _, last in self.asides(position) if last < cue.first)])
        begin = self.act_start(begin, cue)
        if source is not None and source.last < floor and not self.is_complement(begin, cue):
            begin = self.act_start(self.behind_names(source), cue)
        asks = any(token.key == "ایا" for token in self.read.sentence.tokens[: cue.first])
        if asks or not self.is_complement(begin, cue):
            return None
        return self._attribution(cue, source, begin, cue.last, "act", has_clause=False)

    def _by_participle(self, position: int, cue: Cue) -> Attribution | None:
        read = self.read
        tokens = read.sentence.tokens
        begin = cue.last + 1
        if begin >= len(tokens):
            return None
        if cue.opens_clause:
            last = self.clause_before_main(position, begin)
            if last is None:
                return None
            end = last
        else:
            end = self.phrase_end(begin)
            if cue.act in _REPORTING_ACTS:
                is_bare = tokens[begin].key in ("این", "ان") and end - begin < _SHORTEST_PHRASE
                if is_bare and cue.act == "announce":
                    return None
            else:
                begin = cue.first + 1
        source, sureness, _ = self.source_of(position, cue)
        return self._attribution(cue, source, begin, end, "participle", has_clause=cue.opens_clause, sureness=sureness)

    def _by_basis(self, position: int, cue: Cue) -> Attribution | None:
        """Return what «مبنی بر» gives of somebody's words («ادعای X مبنی بر …»), or None where no one is named."""
        source = next((m for m in self.read.mentions if not m.is_inner and cue.parts[0] < m.first < cue.first), None)
        source = source or self.words_between(cue.parts[0] + 1, cue.first)
        if source is None or source.first - cue.parts[0] > _BASIS_SOURCE_REACH:
            return None
        if any(
            cue.parts[0] < verb.first < cue.first and verb.closes(self.read.sentence.tokens) for verb in self.read.verbs
        ):
            return None
        begin = cue.last + 1
        end = self.clause_before_main(position, begin) if cue.opens_clause else self.noun_phrase_end(begin)
        if end is None:
            return None
        return self._attribution(cue, source, begin, end, "basis", has_clause=cue.opens_clause)

    def _by_source_phrase(self, position: int, cue: Cue) -> Attribution | None:
        read = self.read
        tokens = read.sentence.tokens
        source = source_behind(tokens, read.mentions, cue)
        document = self.document_noun(cue.last + 2)
        if tokens[cue.last].key in word_set("documents") and tokens[cue.last - 1].key == "این":
            source = Mention(self.index, cue.last - 1, cue.last, "anaphor", "organization", head=tokens[cue.last].key)
        if source is None and document is not None and tokens[cue.last + 1].key in ("این", "همین"):
            source = Mention(self.index, cue.last + 1, document, "anaphor", "organization", head=tokens[document].key)
        if source is None and not cue.is_relay:
            source = self.words_before_comma(cue.last + 1)
        if source is None or (cue.is_relay and self.is_own_outlet(source)):
            return None
        verb_cue_follows = any(c.kind == "verb" and c.first > source.last for c in read.cues)
        relays = cue.is_relay or source.kind == "media" or self.relays(cue)
        relayed = any(c.kind == "source" and 0 < c.first - source.last <= _NEXT_SOURCE for c in read.cues)
        is_report = source.kind == "anaphor" and source.head in word_set("reports")
        if relayed or (relays and verb_cue_follows) or (is_report and self.somebody_says(source.last)):
            return None
        begin = self.behind_source(source)
        while begin < len(tokens) and (tokens[begin].form in ("،", ":", "؛") or tokens[begin].key == "که"):
            begin += 1
        if sum(token.is_word for token in tokens[begin:]) >= 3:
            return self._attribution(cue, source, begin, len(tokens) - 1, "source phrase", has_clause=True)
        if cue.first > 3:
            return self._attribution(cue, source, 0, cue.first - 1, "source phrase behind", has_clause=True)
        return None

    def _attribution(
        self,
        cue: Cue,
        source: Mention | None,
        begin: int,
        end: int,
        rule: str,
        *,
        has_clause: bool,
        sureness: float = 1.0,
    ) -> Attribution | None:
        sentence = self.read.sentence
        content = trimmed(sentence, begin, end)
        if content is None and self.following is not None and begin >= len(sentence.tokens) and rule == "verb colon":
            content = self.following.sentence.span
        if content is None:
            return None
        mode = self._mode(begin, end)
        return Attribution(self.index, cue, source, content, mode, rule, has_clause=has_clause, sureness=sureness)

    def _mode(self, begin: int, end: int) -> Mode:
        tokens = self.read.sentence.tokens
        if begin < len(tokens) and tokens[begin].form in OPENING_MARKS:
            return "direct"
        return "mixed" if any(token.form in OPENING_MARKS for token in tokens[begin : end + 1]) else "indirect"


def _nested(found: list[Attribution]) -> list[Attribution]:
    """Order by content and point each attribution to the innermost one whose content holds its cue.

    Only words that «مبنی بر» gives stand in the clause of an act («درخواست X مبنی بر … را رد کرد»).
    """
    ordered = sorted(found, key=lambda a: (a.content.begin, -a.content.end))
    result = []
    unclosed: list[int] = []  # whoever holds a content begins no later than it, so was met before
    for position, attribution in enumerate(ordered):
        content = attribution.content
        unclosed = [p for p in unclosed if ordered[p].content.end > content.begin]
        holding = [p for p in unclosed if ordered[p].has_clause or attribution.rule == "basis"]
        outer = [p for p in holding if ordered[p].content.covers(content) and ordered[p].content != content]
        within = min(outer, key=lambda p: ordered[p].content.end - ordered[p].content.begin) if outer else None
        result.append(replace(attribution, within=within))
        unclosed.append(position)
    return result
