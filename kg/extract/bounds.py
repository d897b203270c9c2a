"""Where the clause of a cue begins, where its content begins and ends: no parser, only verbs, marks and small words."""

from dataclasses import dataclass

from kg.extract.documents import Documents
from kg.extract.reading import CLOSING_MARKS, OPENING_MARKS, Cue
from kg.extract.sources import find_source
from kg.lexicon import word_set

_COLON_REACH = 14
_CLAUSE_REACH = 9
_LEAD_REACH = 6
_QUOTATION_REACH = 16
_OBJECT_FRAMES = frozenset(("object", "judge", "accuse"))
_CLAUSE_FRAMES = frozenset(("clause", "ask"))


@dataclass(frozen=True)
class Bounds(Documents):
    """The bounds of the clauses in one sentence, by token."""

    def lead(self) -> int:
        """Return the token behind the agency that opens a line («ایرنا: وزیر …»), or the first one."""
        read = self.read
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

    def floor(self, position: int, cue: Cue) -> int:
        """Return the token that the cue's own clause begins with: behind the last main verb before it.

        A verb behind «که» or «اینکه» belongs to a clause inside and closes nothing.
        """
        read = self.read
        tokens = read.sentence.tokens
        depth = tokens[cue.last].depth
        floor = self.lead()
        ends = {verb.last for verb in read.verbs if verb.closes(tokens) and tokens[verb.last].depth == depth}
        ends |= {c.last for c in read.cues[:position] if c.kind == "verb" and tokens[c.last].depth == depth}
        for end in sorted(ends):
            if end >= cue.first:
                break
            if not self.is_subordinate(floor, end):
                floor = end + 1
        for index in range(cue.first - 1, floor - 1, -1):
            if tokens[index].depth < depth or (tokens[index].form == "؛" and tokens[index].depth == depth):
                return max(floor, index + 1)
        return floor

    def is_subordinate(self, floor: int, end: int) -> bool:
        """Whether «که» or «اینکه» stands between two tokens, so that the verb at ``end`` closes an inner clause."""
        tokens = self.read.sentence.tokens
        return any(
            tokens[i].key in word_set("subordinators") and (i == 0 or tokens[i - 1].key not in word_set("while_words"))
            for i in range(floor, end)
        )

    def clause_behind(self, cue: Cue) -> tuple[int, str] | None:
        """Return the first token of the clause behind a cue and what opens it (colon, که, or nothing)."""
        read = self.read
        tokens, verb_tokens = read.sentence.tokens, {verb.first for verb in read.verbs}
        for index in range(cue.last + 1, min(cue.last + 1 + _COLON_REACH, len(tokens))):
            token = tokens[index]
            if token.form == ":":
                return (index + 1, "colon")
            if token.key in word_set("clause_openers") and index - cue.last <= _CLAUSE_REACH:
                if token.key == "تا" and "ask" not in cue.frames:
                    continue
                if not self.is_relative_opener(cue, index):
                    return (index + 1, "که")
            if token.form in OPENING_MARKS and index == cue.last + 1:
                return (index, "quotation")
            if index in verb_tokens or token.form in (".", "؛", "!", "؟"):
                break
        behind = cue.last + 1
        if behind + 1 < len(tokens) and tokens[behind].form == "،":
            behind += 1
            if tokens[behind].form in OPENING_MARKS:
                return (behind, "quotation")
        if (
            behind + 1 >= len(tokens)
            or not tokens[behind].is_word
            or tokens[behind].key in word_set("never_open_contents")
        ):
            return None
        if "object" in cue.frames and self.has_object(cue):
            return None
        is_while = tokens[behind].key == "در" and tokens[behind + 1].key in word_set("while_words")
        if is_while and cue.act != "announce":
            return None
        if tokens[cue.last + 1].form == "،" and self.is_relative(cue):
            return None
        return (behind, "bare") if any(verb.first > behind and verb.is_finite for verb in read.verbs) else None

    def is_relative_opener(self, cue: Cue, index: int) -> bool:
        """Whether a «که» behind a cue belongs to a word of the content («گفت کسانی که …», «گفت در صورتی که …»)."""
        tokens, words = self.read.sentence.tokens, self.lexicon.words
        if index == cue.last + 1 or tokens[index].key != "که":
            return False
        if tokens[index - 1].key.startswith(tuple(word_set("heads_of_clauses"))):
            return True
        between = [token for token in tokens[cue.last + 1 : index] if token.is_word]
        if not between or between[0].key == "را":
            return False
        first = between[0].key
        return not (
            first in words["preposition"]
            or first in words["time"]
            or first in words["adverb"]
            or first in ("این", "ان")
        )

    def is_relative(self, cue: Cue) -> bool:
        """Whether a cue is the verb of a clause that tells of somebody («سفیر که از توافق خبر داده بود، …»)."""
        read = self.read
        for index in range(cue.first - 1, 0, -1):
            if any(verb.is_finite and verb.last == index for verb in read.verbs):
                return False
            if read.sentence.tokens[index].key == "که":
                return any(m.last == index - 1 for m in read.mentions)
        return False

    def has_object(self, cue: Cue) -> bool:
        """Whether a cue has its object before it («این خبر را رد کرد، …»), so that no clause without «که» is one."""
        floor = max((v.last + 1 for v in self.read.verbs if v.is_finite and v.last < cue.first), default=0)
        objects = self.lexicon.words["object"] | word_set("joined_objects")
        return any(token.key in objects for token in self.read.sentence.tokens[floor : cue.first])

    def intends(self, cue: Cue) -> bool:
        """Whether a cue that asks asks nobody («می‌خواهد بماند»): what its subject means to do, not what it says."""
        tokens = self.read.sentence.tokens
        return set(cue.frames) == {"ask"} and all(token.key != "از" for token in tokens[: cue.first])

    def clause_end(self, position: int, cue: Cue, begin: int) -> int:
        """Return the last token of a clause behind a cue: before the next cue that the same speaker goes on with."""
        read = self.read
        tokens = read.sentence.tokens
        depth = tokens[begin].depth if begin < len(tokens) else 0
        for following in read.cues[position + 1 :]:
            if following.first <= begin or tokens[following.first].depth > tokens[cue.last].depth:
                continue
            if following.is_passive and not self.in_document(following):
                continue
            start = self.coordinate_start(cue, following, begin)
            if start is not None:
                return start - 1
        aside = self.reporter_start(begin, depth)
        if aside is not None:
            return aside - 1
        if begin < len(tokens) and tokens[begin].form in OPENING_MARKS:
            close = next((i for i in range(begin + 1, len(tokens)) if tokens[i].depth <= depth), None)
            if close is not None and self.is_whole_quotation(begin, close):
                return close
        return len(tokens) - 1

    def reporter_start(self, begin: int, depth: int) -> int | None:
        """Return where the reporter goes on behind a content («این در حالی است که …»), or None."""
        tokens = self.read.sentence.tokens
        for index in range(begin + 1, len(tokens) - 3):
            keys = [token.key for token in tokens[index : index + 3]]
            if tokens[index].depth == depth and keys[0] == "این" and keys[1] == "در" and keys[2].startswith("حالی"):
                return index
        return None

    def is_whole_quotation(self, begin: int, close: int) -> bool:
        """Whether quoted words are a clause of their own, and nothing but another quotation goes on from them."""
        read = self.read
        tokens = read.sentence.tokens
        rest = [token for token in tokens[close + 1 :] if token.is_word]
        has_verb = any(begin < verb.first and verb.last < close and verb.is_finite for verb in read.verbs)
        following = tokens[close + 2].form if close + 2 < len(tokens) and tokens[close + 1].key == "و" else ""
        if rest and tokens[close + 1].key in word_set("subordinators"):
            return False
        return not rest or (has_verb and following not in OPENING_MARKS)

    def coordinate_start(self, cue: Cue, following: Cue, begin: int) -> int | None:
        """Return where a later cue of the same speaker begins («… است و افزود»), or None when it is nested."""
        read = self.read
        tokens = read.sentence.tokens
        closed = [verb.last for verb in read.verbs if begin <= verb.last < following.first and verb.is_finite]
        if not closed:
            return None
        start = closed[-1] + 1
        between = tokens[start : following.first]
        words = [token.key for token in between if token.is_word]
        subject = find_source(tokens, read.mentions, start, following, self.lexicon)
        joins = bool(words) and words[0] in word_set("coordinators")
        if joins and (following.kind == "participle" or (subject is None and self.may_go_on(cue, following))):
            return start
        past = following.verb is not None and following.verb.form.tense == "past"
        if joins and words[0] in word_set("contrasts") and subject is not None and self.reports_on(following):
            return start
        if joins and past and subject is not None and (self.clause_behind(following) or (0, ""))[1] != "":
            return start
        points_back = subject is not None and subject.kind in ("pronoun", "anaphor") and subject.type == "person"
        if subject is not None and points_back and subject.first - start <= 2:
            return start
        return start if following.kind == "verb" and not words else None

    def reports_on(self, following: Cue) -> bool:
        """Whether a verb behind «ولی» tells what somebody else has said, which the reporter sets against the first."""
        has_said = following.verb is not None and following.verb.form.tense in ("past", "perfect", "pluperfect")
        return has_said and self.clause_behind(following) is not None

    def may_go_on(self, cue: Cue, following: Cue) -> bool:
        """Whether who said something may do what a later verb says, by the tenses: not in «گفت … و می‌خواهند»."""
        if cue.verb is None or following.verb is None:
            return True
        tense, later = cue.verb.form.tense, following.verb.form.tense
        is_bare = self.read.sentence.tokens[following.last].key.endswith("ه")
        return tense != "past" or later == "past" or is_bare

    def quotation_before(self, cue: Cue) -> tuple[int, int] | None:
        """Return the quoted words that end shortly before a cue («…، کنعانی گفت»)."""
        tokens = self.read.sentence.tokens
        for index in range(cue.first - 1, max(-1, cue.first - _QUOTATION_REACH), -1):
            if tokens[index].form in CLOSING_MARKS and tokens[index].depth == tokens[cue.first].depth:
                for begin in range(index - 1, -1, -1):
                    if tokens[begin].form in OPENING_MARKS and tokens[begin].depth == tokens[index].depth:
                        return (begin, index) if index - begin > 2 else None
        return None

    def is_inside_act(self, quoted: tuple[int, int], cue: Cue) -> bool:
        """Whether quoted words without a verb are but part of what an act is about («از «توافق خوب» خبر داد»)."""
        begin, end = quoted
        tokens = self.read.sentence.tokens
        if any(begin < verb.first and verb.last < end and verb.is_finite for verb in self.read.verbs):
            return False
        floor = self.floor(self.read.cues.index(cue), cue)
        return tokens[end + 1].form != "،" and self.is_complement(min(floor, begin), cue)

    def is_complement(self, begin: int, cue: Cue) -> bool:
        """Whether the clause of a cue holds what the act is about, by one of the cue's frames."""
        tokens = self.read.sentence.tokens
        keys = [token.key for token in tokens[begin : cue.last + 1]]
        keys = ["را" if key in word_set("joined_objects") else key for key in keys]
        if cue.is_passive and self.in_document(cue):
            return True
        judges_nothing = "object" not in cue.frames and keys[-2:-1] == ["را"]  # «گزارش را خواند»: it was read
        if not _OBJECT_FRAMES.isdisjoint(cue.frames) and "را" in keys and not judges_nothing:
            return True
        if "object" in cue.frames and "judge" not in cue.frames and len(keys) > 3:
            return True
        if "ezafe" in cue.frames:
            return len(keys) > 2 or cue.last + 1 < len(tokens)
        prepositions = set(cue.frames) - _OBJECT_FRAMES - _CLAUSE_FRAMES - {"ezafe"}
        return any(key in prepositions or (key == "خصوص" and "درباره" in prepositions) for key in keys)

    def act_start(self, begin: int, cue: Cue) -> int:
        """Return the token that the clause of an act begins with: behind what only says when, where and how."""
        tokens = self.read.sentence.tokens
        if "ezafe" in cue.frames:
            return max(begin, cue.first)
        depth = tokens[cue.first].depth
        commas = [i for i in range(begin, cue.first) if tokens[i].form in ("،", "؛") and tokens[i].depth == depth]
        ends = {verb.last for verb in self.read.verbs if verb.closes(tokens) and tokens[verb.last].depth == depth}
        commas += [i for i in range(begin, cue.first) if tokens[i].key == "و" and i - 1 in ends]
        start = begin
        for comma in sorted(commas):
            if self.is_complement(comma + 1, cue):
                start = comma + 1
        start = self.behind_occasion(start, cue)
        while start < cue.first and (
            tokens[start].key in word_set("additives")
            or (not tokens[start].is_word and tokens[start].form not in OPENING_MARKS)
        ):
            start += 1
        prepositions = set(cue.frames) - _CLAUSE_FRAMES
        if not _OBJECT_FRAMES.isdisjoint(prepositions) or tokens[start].key in prepositions:
            return start
        governed = (
            i
            for i in range(start, cue.first)
            if tokens[i].key in prepositions and tokens[i + 1].key not in word_set("preposition_nouns")
        )
        return next(governed, start)

    def behind_occasion(self, start: int, cue: Cue) -> int:
        """Return the token behind what says when and in which text or talk («روز دوشنبه در بیانیه‌ای»)."""
        tokens, words = self.read.sentence.tokens, self.lexicon.words
        best = start
        while start < cue.first:
            key = tokens[start].key
            if key in words["time"] or key in words["adverb"] or key.isdigit():
                start += 1
            elif key in word_set("before_occasions") and (end := self._occasion_end(start + 1)) is not None:
                start = end + 1
            else:
                break
            if self.is_complement(start, cue):
                best = start
        return best

    def _occasion_end(self, index: int) -> int | None:
        """Return the last token of an indefinite text or talk that begins at a token («بیانیه‌ای مشترک»), or None."""
        tokens = self.read.sentence.tokens
        for end in range(index, min(index + 2, len(tokens))):
            if any(tokens[end].key.startswith(noun) for noun in word_set("occasion_nouns")):
                return end
        return None

    def somebody_says(self, index: int) -> bool:
        """Whether a verb of saying with its own clause stands behind a token, so that what is before it only relays."""
        cues = (c for c in self.read.cues if c.kind == "verb" and c.first > index and c.act == "announce")
        return any("clause" in cue.frames and self.clause_behind(cue) is not None for cue in cues)

    def main_cue(self, position: int) -> Cue | None:
        """Return the verb that a participle goes with: the first later one that opens a clause, else the last."""
        read = self.read
        depth = read.sentence.tokens[read.cues[position].last].depth
        later = [
            c for c in read.cues[position + 1 :] if c.kind == "verb" and read.sentence.tokens[c.last].depth == depth
        ]
        opening = [c for c in later if (self.clause_behind(c) or (0, ""))[1] in ("colon", "که", "quotation")]
        return opening[0] if opening else later[-1] if later else None

    def clause_before_main(self, position: int, begin: int) -> int | None:
        """Return the last token of the clause behind «با تاکید بر اینکه», before the main verb, or None."""
        finite = [verb for verb in self.read.verbs if verb.first >= begin and verb.is_finite]
        following = self.main_cue(position)
        before = [verb for verb in finite if following is None or verb.last < following.first]
        if not before:
            return None if following is not None else len(self.read.sentence.tokens) - 1
        return before[-1].last

    def noun_phrase_end(self, begin: int) -> int:
        """Return the last token of the noun phrase behind «مبنی بر»: also before «را», outside quotation marks."""
        tokens, objects = self.read.sentence.tokens, self.lexicon.words["object"]
        depth, end = tokens[begin - 1].depth, self.phrase_end(begin)
        stops = (i for i in range(begin + 1, end + 1) if tokens[i].key in objects and tokens[i].depth == depth)
        return next(stops, end + 1) - 1

    def phrase_end(self, begin: int) -> int:
        """Return the last token of the noun phrase behind a participial noun: before comma, cue or next clause."""
        read = self.read
        tokens = read.sentence.tokens
        stops = {cue.first for cue in read.cues if cue.first > begin and cue.last - cue.first < len(cue.parts)}
        stops |= {cue.first for cue in read.cues if cue.first > begin and "ezafe" in cue.frames}
        stops |= {m.first for m in read.mentions if m.kind == "pronoun" and m.first > begin and m.head in ("وی", "او")}
        objects = self.lexicon.words["object"]
        stops |= {
            m.first
            for m in read.mentions
            if m.first > begin + 1
            and m.last + 1 < len(tokens)
            and tokens[m.last + 1].key in objects
            and tokens[m.first - 1].key not in self.lexicon.words["preposition"]
        }
        end = begin
        for index in range(begin, len(tokens)):
            if (
                tokens[index].form in ("،", "؛", ":", ".")
                or index in stops
                or any(v.first == index and v.is_finite for v in read.verbs)
            ):
                break
            end = index
        return end

    def asides(self, position: int) -> list[tuple[int, int]]:
        """Return the token ranges of the participial phrases before a cue."""
        before = self.read.cues[:position]
        return [(c.first, self.phrase_end(c.last + 1)) for c in before if c.kind == "participle"]
