"""Source, cue and content joined, before anyone is identified.

Direct, indirect and mixed speech; acts done by words; participles; phrases without a verb; headlines; lines and
sentences that go on quoting without a cue. An attribution whose cue stands inside the content of another one is
nested in it. An unclosed quotation mark ends with its line; nothing is raised for it.

References:
    Pareti et al., EMNLP 2013 (source, cue and content as the parts of an attribution).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.extract.cues import Cue
from kg.extract.mentions import Mention
from kg.extract.sources import find_source, source_behind
from kg.extract.verbs import VerbGroup
from kg.language.segment import Sentence
from kg.lexicon import Lexicon, Noun
from kg.model import Mode, Span

_COLON_REACH = 14
_CLAUSE_REACH = 9
_CLAUSE_OPENERS = {"که", "تا", "اینکه"}
_OPENING_MARKS = {"«", "“", '"', "‹", "„"}
_CLOSING_MARKS = {"»", "”", '"', "›"}
_FINAL_MARKS = {".", "!", "؟", "?", "…", "،", "؛", ":"}
_HEADLINE_REACH = 12
_TITLE_SHARE = 0.6
_RELAY_REACH = 6
_SHORTEST_PHRASE = 2
_LEAD_REACH = 6
_LONGEST_SUBJECT = 5
_PHRASE_ENDS = ("preposition", "conjunction", "adverb", "time", "pronoun", "complementizer", "object", "possessive")
_COORDINATORS = {"و", "سپس", "اما", "ولی", "هرچند", "اگرچه", "گرچه", "درحالیکه", "همچنین"}
_SUBORDINATORS = {"که", "اینکه", "انکه"}
_REPORTING_ACTS = {"announce", "affirm"}


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with what was found in it.

    Attributes:
        sentence: Its span and tokens.
        verbs: Its verb groups.
        cues: Its reporting expressions.
        mentions: Its noun phrases.
    """

    sentence: Sentence
    verbs: Sequence[VerbGroup]
    cues: Sequence[Cue]
    mentions: Sequence[Mention]


@dataclass(frozen=True, slots=True)
class Attribution:
    """What is attributed, by which words, to which source.

    Attributes:
        sentence: Index of the sentence that holds cue or first words.
        cue: The reporting expression, or None.
        source: The mention of who speaks; None where it is the last speaker.
        content: The reported words.
        mode: Word for word, in the reporter's words, or both.
        rule: What made it.
        within: Index, in the list that ``attribute`` returns, of the attribution that this one is nested in.
        has_clause: Whether the content is a clause of its own rather than the clause of the cue.
        echoes: Index of the attribution whose words a title repeats, and whose speaker it shares.
    """

    sentence: int
    cue: Cue | None
    source: Mention | None
    content: Span
    mode: Mode
    rule: str
    within: int | None = None
    has_clause: bool = True
    echoes: int | None = None


def attribute(sentences: Sequence[ReadSentence], lexicon: Lexicon) -> list[Attribution]:
    """Join each cue to its source and to its content.

    Args:
        sentences: One article's sentences in text order.
        lexicon: The word classes that bound noun phrases.

    Returns:
        Attributions in text order of their content. A cue without content gives none.
    """
    found: list[Attribution] = []
    for index, read in enumerate(sentences):
        headline = _headline(sentences, index)
        if headline is not None:
            found.append(headline)
        found.extend(_SentenceAttributor(sentences, index, lexicon).attributions(headline))
    return _with_title(_nested(_extended(found, sentences)), sentences)


@dataclass(frozen=True)
class _SentenceAttributor:
    """Finds the attributions of one sentence; nothing of it outlives ``attribute``."""

    sentences: Sequence[ReadSentence]
    index: int
    lexicon: Lexicon

    def attributions(self, headline: Attribution | None) -> Iterator[Attribution]:
        read = self.sentences[self.index]
        for position, cue in enumerate(read.cues):
            before_headline = headline is not None and read.sentence.tokens[cue.first].begin <= headline.content.begin
            if cue.kind == "noun" or before_headline:
                continue
            attribution = {"verb": self._by_verb, "participle": self._by_participle, "source": self._by_source_phrase}[
                cue.kind
            ](position, cue)
            if attribution is not None:
                yield attribution
                for other in self._joint(attribution, cue):
                    yield replace(attribution, source=other)

    def _joint(self, attribution: Attribution, cue: Cue) -> Iterator[Mention]:
        """Yield those who speak together with a source («ایران و روسیه اعلام کردند»)."""
        read, source = self.sentences[self.index], attribution.source
        if not (cue.is_plural or cue.kind == "source") or source is None or source.is_plural or source.kind in ("pronoun", "anaphor"):
            return
        tokens = read.sentence.tokens
        end = source.last
        for mention in read.mentions:
            is_behind = cue.kind == "verb" and mention.last >= cue.first
            if mention.is_inner or mention.first <= end or is_behind:
                continue
            between = tokens[end + 1 : mention.first]
            if not between or any(token.form not in ("،", "و") for token in between):
                break
            yield mention
            end = mention.last

    # -- verbs ---------------------------------------------------------------------------------------------------

    def _by_verb(self, position: int, cue: Cue) -> Attribution | None:
        read = self.sentences[self.index]
        floor = self._floor(position, cue)
        asides = self._asides(position)
        relative = self._relative_head(floor, cue)
        if relative is not None:
            floor = relative.last + 2
        own = None if self._is_coordinated(cue) else self._subject(floor, cue, asides)
        source = (
            self._relayed(position)
            or relative
            or own
            or (self._subject(self._lead(), cue, asides) if floor and not cue.is_passive else None)
        )
        if source is None and not cue.is_passive and "clause" in cue.frames and not self._is_coordinated(cue):
            source = self._unknown_subject(floor, cue)
        if cue.is_passive and source is None:
            source = self._document_before(cue)
            if source is None and not self._in_document(cue):
                return None
        clause = self._clause_behind(cue) if {"clause", "ask"} & set(cue.frames) else None
        if clause is not None:
            begin, mark = clause
            end = self._clause_end(position, cue, begin)
            return self._attribution(cue, source, begin, end, f"verb {mark}", has_clause=True)
        quoted = self._quotation_before(cue) if "clause" in cue.frames else None
        if quoted is not None:
            before = find_source(
                read.sentence.tokens, read.mentions, read.verbs, quoted[1] + 1, cue, self.lexicon
            ) or find_source(read.sentence.tokens, read.mentions, read.verbs, 0, cue, self.lexicon, ceiling=quoted[0])
            return self._attribution(cue, before, quoted[0], quoted[1], "quotation before verb", has_clause=True)
        if set(cue.frames) - {"clause", "ask"} and not cue.is_negative:
            begin = (source.last + 1) if source is not None and source.first >= floor else floor
            begin = self._act_start(max([begin, *(last + 1 for _, last in asides if last < cue.first)]), cue)
            asks = any(token.key == "ایا" for token in read.sentence.tokens[: cue.first])
            if self._is_complement(begin, cue) and not asks:
                return self._attribution(cue, source, begin, cue.last, "act", has_clause=False)
        return None

    def _unknown_subject(self, floor: int, cue: Cue) -> Mention | None:
        """Return the noun phrase that a clause begins with where no word of it is known to name a speaker.

        It reaches to the first preposition, adverb, comma or the cue: 84 of 100 subjects end there.
        """
        tokens, words = self.sentences[self.index].sentence.tokens, self.lexicon.words
        end = floor
        while end < cue.first and tokens[end].is_word and not any(tokens[end].key in words[c] for c in _PHRASE_ENDS):
            end += 1
        behind = tokens[end].key if end < len(tokens) else ""
        if end == floor or end - floor > _LONGEST_SUBJECT or behind in words["object"] or len(tokens[floor].key) < 2:
            return None
        if any(v.first < end and v.last >= floor for v in self.sentences[self.index].verbs) or tokens[floor].key.isdigit():
            return None
        return Mention(self.index, floor, end - 1, "nominal", head=tokens[floor].key, is_plural=cue.is_plural is True)

    def _is_coordinated(self, cue: Cue) -> bool:
        """Whether the cue goes on from the verb before it with «و» and no subject of its own."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        before = [verb.last for verb in read.verbs if verb.closes(tokens) and verb.last < cue.first]
        if not before or before[-1] + 1 >= len(tokens) or tokens[before[-1] + 1].key not in _COORDINATORS:
            return False
        return self._subject(before[-1] + 1, cue, ()) is None

    def _subject(self, floor: int, cue: Cue, asides: Sequence[tuple[int, int]]) -> Mention | None:
        read = self.sentences[self.index]
        return find_source(read.sentence.tokens, read.mentions, read.verbs, floor, cue, self.lexicon, asides=asides)

    def _relative_head(self, floor: int, cue: Cue) -> Mention | None:
        """Return whom a relative clause tells of, where the cue is its verb («مقام‌هایی که این را تکذیب کردند»)."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        for index in range(cue.first - 1, floor, -1):
            if any(verb.is_finite and verb.last == index for verb in read.verbs):
                return None
            if tokens[index].key == "که":
                head = next((m for m in read.mentions if not m.is_inner and m.last == index - 1), None)
                inner = self._subject(index + 1, cue, ())
                return head if head is not None and inner is None and head.type != "topic" else None
        return None

    def _act_start(self, begin: int, cue: Cue) -> int:
        """Return the token that the clause of an act begins with: behind what only says when, where and how."""
        tokens = self.sentences[self.index].sentence.tokens
        if "ezafe" in cue.frames:
            return max(begin, cue.first)
        depth = tokens[cue.first].depth
        commas = [i for i in range(begin, cue.first) if tokens[i].form in ("،", "؛") and tokens[i].depth == depth]
        start = begin
        for comma in commas:
            if self._is_complement(comma + 1, cue):
                start = comma + 1
        while start < cue.first and (tokens[start].key in ("و", "نیز", "هم", "همچنین") or not tokens[start].is_word and tokens[start].form not in _OPENING_MARKS):
            start += 1
        prepositions = set(cue.frames) - {"clause", "ask", "judge", "object", "accuse"}
        if prepositions and tokens[start].key not in prepositions and not {"judge", "object", "accuse"} & set(cue.frames):
            governed = [i for i in range(start, cue.first) if tokens[i].key in prepositions and tokens[i + 1].key not in ("سوی", "طریق", "جمله", "سال", "این")]
            return governed[0] if governed else start
        return start

    def _floor(self, position: int, cue: Cue) -> int:
        """Return the token that the cue's own clause begins with: behind the last main verb before it.

        A verb behind «که» or «اینکه» belongs to a clause inside and closes nothing.
        """
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        depth = tokens[cue.last].depth
        floor = self._lead()
        ends = {verb.last for verb in read.verbs if verb.closes(tokens) and tokens[verb.last].depth == depth}
        ends |= {c.last for c in read.cues[:position] if c.kind == "verb" and tokens[c.last].depth == depth}
        for end in sorted(ends):
            if end >= cue.first:
                break
            if not self._is_subordinate(floor, end):
                floor = end + 1
        for index in range(cue.first - 1, floor - 1, -1):
            if tokens[index].depth < depth or (tokens[index].form == "؛" and tokens[index].depth == depth):
                return max(floor, index + 1)
        return floor

    def _is_subordinate(self, floor: int, end: int) -> bool:
        tokens = self.sentences[self.index].sentence.tokens
        return any(
            tokens[i].key in _SUBORDINATORS and (i == 0 or tokens[i - 1].key not in ("حالی", "حالیست", "حالیکه"))
            for i in range(floor, end)
        )

    def _lead(self) -> int:
        """Return the token behind the agency that opens a line («ایرنا: وزیر …»), or the first one."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        lead = 0
        for mention in read.mentions:
            end = mention.last + 1
            if mention.first > _LEAD_REACH or end >= len(tokens):
                break
            is_mark = tokens[end].form in ("-", "–", "—") or (tokens[end].form == ":" and mention.first == lead)
            if mention.type == "organization" and is_mark:
                lead = end + 1
        return lead

    def _in_document(self, cue: Cue) -> bool:
        """Whether the sentence says that something is written in a statement, letter or report."""
        tokens = self.sentences[self.index].sentence.tokens
        nouns = self.lexicon.nouns
        return any(
            tokens[i].key in ("در", "طبق", "براساس") and self._document_noun(i + 1, nouns) is not None
            for i in range(cue.first)
        )

    def _document_noun(self, index: int, nouns: Mapping[str, Noun]) -> int | None:
        tokens = self.sentences[self.index].sentence.tokens
        for i in range(index, min(index + 4, len(tokens))):
            for key in (tokens[i].key, tokens[i].key.removesuffix("ی"), tokens[i].key.removesuffix("ای"), tokens[i].key.removesuffix("ها")):
                noun = nouns.get(key)
                if noun is not None and noun.kind == "document":
                    return i
        return None

    def _document_before(self, cue: Cue) -> Mention | None:
        """Return who wrote the document that a passive cue stands in («در بیانیه شورا تاکید شد»), where it is named."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        for i in range(cue.first):
            if tokens[i].key in ("در", "طبق", "براساس"):
                noun = self._document_noun(i + 1, self.lexicon.nouns)
                if noun is not None:
                    return next(
                        (m for m in read.mentions if not m.is_inner and noun < m.first <= noun + 2 and m.last < cue.first), None
                    )
        return None

    def _clause_behind(self, cue: Cue) -> tuple[int, str] | None:
        """Return the first token of the clause behind a cue and what opens it (colon, که, or nothing)."""
        read = self.sentences[self.index]
        tokens, verb_tokens = read.sentence.tokens, {verb.first for verb in read.verbs}
        for index in range(cue.last + 1, min(cue.last + 1 + _COLON_REACH, len(tokens))):
            token = tokens[index]
            if token.form == ":":
                return (index + 1, "colon")
            if token.key in _CLAUSE_OPENERS and index - cue.last <= _CLAUSE_REACH:
                if token.key == "تا" and "ask" not in cue.frames:
                    continue
                return (index + 1, "که")
            if token.form in _OPENING_MARKS and index == cue.last + 1:
                return (index, "quotation")
            if index in verb_tokens or token.form in (".", "؛", "!", "؟"):
                break
        behind = cue.last + 1
        if behind + 1 < len(tokens) and tokens[behind].form == "،":
            behind += 1
            if tokens[behind].form in _OPENING_MARKS:
                return (behind, "quotation")
        if behind < len(tokens) and tokens[behind].is_word and tokens[behind].key not in ("و", "اما", "ولی", "را"):
            if any(verb.first > behind and verb.is_finite for verb in read.verbs):
                return (behind, "bare")
        return None

    def _clause_end(self, position: int, cue: Cue, begin: int) -> int:
        """Return the last token of a clause behind a cue: before the next cue that the same speaker goes on with."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        depth = tokens[begin].depth if begin < len(tokens) else 0
        for following in read.cues[position + 1 :]:
            if following.first <= begin or tokens[following.first].depth > tokens[cue.last].depth:
                continue
            if following.is_passive and not self._in_document(following):
                continue
            start = self._coordinate_start(following, begin)
            if start is not None:
                return start - 1
        if begin < len(tokens) and tokens[begin].form in _OPENING_MARKS:
            close = next((i for i in range(begin + 1, len(tokens)) if tokens[i].depth <= depth), None)
            if close is not None and self._is_whole_quotation(begin, close):
                return close
        return len(tokens) - 1

    def _is_whole_quotation(self, begin: int, close: int) -> bool:
        """Whether quoted words are a clause of their own, and nothing but another quotation goes on from them."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        rest = [token for token in tokens[close + 1 :] if token.is_word]
        has_verb = any(begin < verb.first and verb.last < close and verb.is_finite for verb in read.verbs)
        following = tokens[close + 2].form if close + 2 < len(tokens) and tokens[close + 1].key == "و" else ""
        return not rest or (has_verb and following not in _OPENING_MARKS)

    def _coordinate_start(self, following: Cue, begin: int) -> int | None:
        """Return where a later cue of the same speaker begins («… است و افزود»), or None when it is nested."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        closed = [verb.last for verb in read.verbs if begin <= verb.last < following.first and verb.is_finite]
        if not closed:
            return None
        start = closed[-1] + 1
        between = tokens[start : following.first]
        words = [token.key for token in between if token.is_word]
        subject = find_source(tokens, read.mentions, read.verbs, start, following, self.lexicon)
        joins = bool(words) and words[0] in _COORDINATORS
        if joins and (subject is None or following.kind == "participle"):
            return start
        past = following.verb is not None and following.verb.form.tense == "past"
        if joins and past and subject is not None and (self._clause_behind(following) or (0, ""))[1] != "":
            return start
        points_back = subject is not None and subject.kind in ("pronoun", "anaphor") and subject.type == "person"
        if subject is not None and points_back and subject.first - start <= 2:
            return start
        return start if following.kind == "verb" and not words else None

    def _quotation_before(self, cue: Cue) -> tuple[int, int] | None:
        """Return the quoted words that end shortly before a cue («…، کنعانی گفت»)."""
        tokens = self.sentences[self.index].sentence.tokens
        for index in range(cue.first - 1, max(-1, cue.first - 16), -1):
            if tokens[index].form in _CLOSING_MARKS and tokens[index].depth == tokens[cue.first].depth:
                for begin in range(index - 1, -1, -1):
                    if tokens[begin].form in _OPENING_MARKS and tokens[begin].depth == tokens[index].depth:
                        return (begin, index) if index - begin > 5 else None
        return None

    def _is_complement(self, begin: int, cue: Cue) -> bool:
        """Whether the clause of a cue holds what the act is about, by one of the cue's frames."""
        tokens = self.sentences[self.index].sentence.tokens
        keys = [token.key for token in tokens[begin : cue.last + 1]]
        if "judge" in cue.frames or "object" in cue.frames or "accuse" in cue.frames:
            if "را" in keys or ("object" in cue.frames and "judge" not in cue.frames and len(keys) > 3):
                return True
        if "ezafe" in cue.frames:
            return len(keys) > 2 or cue.last + 1 < len(tokens)
        prepositions = set(cue.frames) - {"judge", "object", "accuse", "ezafe", "clause", "ask"}
        return any(key in prepositions or (key == "خصوص" and "درباره" in prepositions) for key in keys)

    # -- participles and phrases -----------------------------------------------------------------------------------

    def _by_participle(self, position: int, cue: Cue) -> Attribution | None:
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        begin = cue.last + 1
        if begin >= len(tokens):
            return None
        if cue.opens_clause:
            finite = [verb for verb in read.verbs if verb.first >= begin and verb.is_finite]
            following = self._main_cue(position)
            before = [verb for verb in finite if following is None or verb.last < following.first]
            if not before and following is not None:
                return None
            end = before[-1].last if before else len(tokens) - 1
        else:
            end = self._phrase_end(begin)
            if tokens[begin].key in ("این", "ان") and end - begin < _SHORTEST_PHRASE:
                return None
            if cue.act not in _REPORTING_ACTS:
                begin = cue.first + 1
        source = self._shared_source(position, cue)
        return self._attribution(cue, source, begin, end, "participle", has_clause=cue.opens_clause)

    def _main_cue(self, position: int) -> Cue | None:
        """Return the verb that a participle goes with: the first later one behind which a clause opens, else the last."""
        read = self.sentences[self.index]
        depth = read.sentence.tokens[read.cues[position].last].depth
        later = [c for c in read.cues[position + 1 :] if c.kind == "verb" and read.sentence.tokens[c.last].depth == depth]
        opening = [c for c in later if (self._clause_behind(c) or (0, ""))[1] in ("colon", "که", "quotation")]
        return opening[0] if opening else later[-1] if later else None

    def _phrase_end(self, begin: int) -> int:
        """Return the last token of the noun phrase behind a participial noun: before comma, cue or next clause."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        stops = {cue.first for cue in read.cues if cue.first > begin and cue.last - cue.first < len(cue.parts)}
        stops |= {m.first for m in read.mentions if m.kind in ("pronoun",) and m.first > begin and m.head in ("وی", "او")}
        end = begin
        for index in range(begin, len(tokens)):
            if tokens[index].form in ("،", "؛", ":", ".") or index in stops or any(
                v.first == index and v.is_finite for v in read.verbs
            ):
                break
            end = index
        return end

    def _relayed(self, position: int) -> Mention | None:
        """Return whom a medium relays («ایرنا به نقل از وزیر نفت نوشت»), who speaks in its stead."""
        read = self.sentences[self.index]
        before = read.cues[position - 1] if position else None
        if before is None or before.kind != "source" or read.sentence.tokens[before.last].key != "از":
            return None
        source = source_behind(read.sentence.tokens, read.mentions, before)
        return source if source is not None and read.cues[position].first - source.last <= _RELAY_REACH else None

    def _asides(self, position: int) -> list[tuple[int, int]]:
        """Return the token ranges of the participial phrases before a cue."""
        before = self.sentences[self.index].cues[:position]
        return [(c.first, self._phrase_end(c.last + 1)) for c in before if c.kind == "participle"]

    def _shared_source(self, position: int, cue: Cue) -> Mention | None:
        """Return the source of the verb that a participle belongs to."""
        read = self.sentences[self.index]
        following = self._main_cue(position)
        floor = self._floor(position, cue)
        if following is not None:
            asides = self._asides(read.cues.index(following))
            return find_source(
                read.sentence.tokens, read.mentions, read.verbs, floor, following, self.lexicon, asides=asides
            )
        return find_source(read.sentence.tokens, read.mentions, read.verbs, floor, cue, self.lexicon)

    def _by_source_phrase(self, position: int, cue: Cue) -> Attribution | None:
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        source = source_behind(tokens, read.mentions, cue)
        document = self._document_noun(cue.last + 2, self.lexicon.nouns) if cue.last + 2 < len(tokens) else None
        if source is None and document is not None and tokens[cue.last + 1].key in ("این", "همین"):
            source = Mention(self.index, cue.last + 1, document, "anaphor", "organization", head=tokens[document].key)
        if source is None and not cue.is_relay:
            source = self._words_before_comma(cue.last + 1)
        if source is None or (cue.is_relay and source.kind in ("media", "name") and source.type == "organization"):
            return None
        verb_cue_follows = any(c.kind == "verb" and c.first > source.last for c in read.cues)
        relays = cue.is_relay or source.kind == "media" or tokens[cue.last].key == "از"
        if relays and verb_cue_follows:
            return None
        begin = self._behind_source(source)
        while begin < len(tokens) and (tokens[begin].form in ("،", ":", "؛") or tokens[begin].key == "که"):
            begin += 1
        if sum(token.is_word for token in tokens[begin:]) >= 3:
            return self._attribution(cue, source, begin, len(tokens) - 1, "source phrase", has_clause=True)
        if cue.first > 3:
            return self._attribution(cue, source, 0, cue.first - 1, "source phrase behind", has_clause=True)
        return None

    def _words_before_comma(self, begin: int) -> Mention | None:
        """Return the few words between a phrase such as «به باور» and its comma: a name that nothing knows."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        for index in range(begin, min(begin + _LONGEST_SUBJECT + 1, len(tokens))):
            if tokens[index].form == "،" and index > begin:
                return Mention(self.index, begin, index - 1, "nominal", head=tokens[begin].key)
            if not tokens[index].is_word or any(verb.first == index for verb in read.verbs):
                return None
        return None

    def _behind_source(self, source: Mention) -> int:
        """Return the token behind a source, those that speak with it and a relative clause of theirs."""
        read = self.sentences[self.index]
        tokens = read.sentence.tokens
        end = source.last
        for mention in read.mentions:
            if not mention.is_inner and mention.first == end + 2 and tokens[end + 1].key == "و":
                end = mention.last
        if end + 1 < len(tokens) and tokens[end + 1].key == "که":
            closing = next((v.last for v in read.verbs if v.first > end and v.closes(tokens)), None)
            if closing is not None and closing + 1 < len(tokens) and tokens[closing + 1].form == "،":
                return closing + 2
        return end + 1

    # -- ------------------------------------------------------------------------------------------------------------

    def _attribution(
        self, cue: Cue, source: Mention | None, begin: int, end: int, rule: str, *, has_clause: bool
    ) -> Attribution | None:
        sentence = self.sentences[self.index].sentence
        content = trimmed(sentence, begin, end)
        if content is None:
            following = self.index + 1
            if begin >= len(sentence.tokens) and following < len(self.sentences) and rule == "verb colon":
                content = self.sentences[following].sentence.span
            else:
                return None
        mode: Mode = "direct" if begin < len(sentence.tokens) and sentence.tokens[begin].form in _OPENING_MARKS else (
            "mixed" if any(t.form in _OPENING_MARKS for t in sentence.tokens[begin : end + 1]) else "indirect"
        )
        return Attribution(self.index, cue, source, content, mode, rule, has_clause=has_clause)


def trimmed(sentence: Sentence, begin: int, end: int) -> Span | None:
    """Return the span of tokens without outer quotation marks, commas and the final stop, or None when nothing is left."""
    tokens = sentence.tokens
    while begin <= end < len(tokens) and (
        tokens[begin].form in _OPENING_MARKS | _FINAL_MARKS | {"-", "–", ")"} or tokens[begin].key == "که"
    ):
        begin += 1
    while begin <= end < len(tokens) and (
        tokens[end].form in _CLOSING_MARKS | _FINAL_MARKS | {"-", "–", "("} or tokens[end].key == "و"
    ):
        end -= 1
    if begin > end or end >= len(tokens):
        return None
    return Span(tokens[begin].begin, tokens[end].end)


def _headline(sentences: Sequence[ReadSentence], index: int) -> Attribution | None:
    """Return the attribution of a line that begins with its speaker and a colon («ظریف: …»), if it does."""
    read = sentences[index]
    tokens = read.sentence.tokens
    if index and sentences[index - 1].sentence.line == read.sentence.line:
        return None
    nominal = _nominal_headline(sentences, index)
    if nominal is not None:
        return nominal
    for colon in range(1, min(_HEADLINE_REACH, len(tokens))):
        if tokens[colon].form == ":":
            break
    else:
        return None
    if any(verb.first < colon and verb.is_finite for verb in read.verbs):
        return None
    if any(cue.first < colon and cue.kind != "participle" for cue in read.cues):
        return None
    source = next((m for m in read.mentions if m.first <= 1 and m.last < colon and not m.is_inner), None)
    if source is not None and source.head == "گروه" and source.last - source.first < _SHORTEST_PHRASE:
        return None
    if source is not None and source.kind in ("media", "name") and source.type == "organization" and _goes_on(read, colon):
        return None
    if source is None:
        if colon > 4 or not all(token.is_word for token in tokens[:colon]):
            return None
        source = Mention(index, 0, colon - 1, "nominal", head=tokens[0].key)
    content = trimmed(read.sentence, colon + 1, len(tokens) - 1)
    if content is None:
        return None
    mode: Mode = "direct" if tokens[colon + 1].form in _OPENING_MARKS else "indirect"
    return Attribution(index, None, source, content, mode, "headline")


def _nominal_headline(sentences: Sequence[ReadSentence], index: int) -> Attribution | None:
    """Return the attribution of a title such as «انتقاد سفیر از تحریم‌ها»: an act's noun, its speaker, its object."""
    read = sentences[index]
    tokens = read.sentence.tokens
    if read.sentence.line or not read.cues or any(verb.is_finite for verb in read.verbs):
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
    """Whether another source speaks behind the colon: then what stands before it only relays («ایرنا: وزیر نفت گفت»)."""
    return any(cue.first > colon and cue.kind == "verb" for cue in read.cues)


def _extended(found: list[Attribution], sentences: Sequence[ReadSentence]) -> list[Attribution]:
    """Let speech behind a colon go on to the end of its line, or to where the reporter speaks again."""
    by_sentence: dict[int, list[int]] = {}
    for position, attribution in enumerate(found):
        by_sentence.setdefault(attribution.sentence, []).append(position)
    result = list(found)
    speaking: int | None = None
    for index, read in enumerate(sentences):
        here = by_sentence.get(index, [])
        content = trimmed(read.sentence, 0, len(read.sentence.tokens) - 1)
        goes_on = (
            speaking is not None
            and content is not None
            and read.sentence.line == sentences[result[speaking].sentence].sentence.line
            and not any(_breaks_speech(found[p], read) for p in here)
        )
        if goes_on and speaking is not None and content is not None:
            held = result[speaking].content
            result[speaking] = replace(result[speaking], content=Span(held.begin, max(held.end, content.end)))
            continue
        opening = [p for p in here if found[p].rule in ("verb colon", "headline") and found[p].mode != "direct"]
        speaking = opening[-1] if opening else None
    return result


def _breaks_speech(attribution: Attribution, read: ReadSentence) -> bool:
    """Whether an attribution in a line of running speech is the reporter's own rather than told by the speaker."""
    cue, source = attribution.cue, attribution.source
    if attribution.rule in ("verb colon", "verb quotation", "headline"):
        return True
    if source is None or source.kind in ("pronoun", "anaphor"):
        return cue is None or cue.kind != "verb" or cue.verb is None or cue.verb.form.tense == "past" or attribution.has_clause
    return cue is not None and cue.verb is not None and cue.verb.form.tense == "past" and source.type == "person"


def _nested(found: list[Attribution]) -> list[Attribution]:
    """Order by content and point each attribution to the innermost one whose content holds its cue."""
    ordered = sorted(found, key=lambda a: (a.content.begin, -a.content.end))
    result = []
    for attribution in ordered:
        outer = [
            position
            for position, other in enumerate(ordered)
            if other is not attribution
            and other.has_clause
            and other.content.covers(attribution.content)
            and other.content != attribution.content
        ]
        within = min(outer, key=lambda p: ordered[p].content.end - ordered[p].content.begin) if outer else None
        result.append(replace(attribution, within=within))
    return result


def _with_title(found: list[Attribution], sentences: Sequence[ReadSentence]) -> list[Attribution]:
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
    return [Attribution(0, None, found[best].source, content, "indirect", "title", echoes=best + 1), *shifted]


def _words_of(attribution: Attribution, sentences: Sequence[ReadSentence]) -> set[str]:
    return {
        token.key
        for read in sentences[attribution.sentence : attribution.sentence + 6]
        for token in read.sentence.tokens
        if attribution.content.begin <= token.begin < attribution.content.end
    }
