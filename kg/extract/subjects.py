"""Who the words of a sentence say does what a cue reports: subjects, agents, relayed sources, authors of documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.bounds import Bounds
from kg.extract.joint_speech import several_at
from kg.extract.models import Model
from kg.extract.reading import Attribution, Cue, Mention
from kg.extract.source_features import SOURCE, Choice, source_features
from kg.extract.sources import find_source, source_behind
from kg.lexicon import word_set
from kg.lexicon.outlets import is_outlet

_RELAY_REACH = 24
_MEDIUM_REACH = 6
_NEAR_CUE = 3
_LONGEST_SUBJECT = 5
_CERTAIN_WAYS = frozenset(("agent", "document subject", "several"))
_PLURAL_ENDINGS = ("ان", "ها", "های")
_PHRASE_ENDS = ("preposition", "conjunction", "adverb", "time", "pronoun", "complementizer", "object", "possessive")


@dataclass(frozen=True)
class Subjects(Bounds):
    """The sources that one sentence names.

    Attributes:
        weights: What was learned of sources, or None where only the rules count.
    """

    weights: Model | None

    def source_of(self, position: int, cue: Cue) -> tuple[Mention | None, float, int]:
        """Return who does what a verb says, how sure that is, and the token that its own clause begins with.

        None stands for a dropped subject: whoever spoke last goes on. The source of a participle is mostly that of the
        verb that it belongs to.
        """
        choice = self.rule_choice(position, cue)
        return (*self.chosen(cue, choice), choice.floor)

    def chosen(self, cue: Cue, choice: Choice) -> tuple[Mention | None, float]:
        """Return the likeliest source of a cue with its share of the odds; the rules' where nothing was learned."""
        is_relayed = choice.way == "relayed" and choice.source is not None and choice.source.type in ("person", "group")
        if self.weights is None or choice.way in _CERTAIN_WAYS or is_relayed:
            return choice.source, 1.0
        candidates = self.candidates(cue, choice)
        scores = [
            self.weights.probabilities(source_features(self.read, cue, candidate, choice, self.lexicon))[SOURCE]
            for candidate in candidates
        ]
        best = max(range(len(candidates)), key=lambda index: scores[index])
        return candidates[best], scores[best] / sum(scores)

    def rule_choice(self, position: int, cue: Cue) -> Choice:
        """Return whom the rules choose as the source of a cue, and how."""
        if cue.kind == "participle":
            verb = self.main_cue(position)
            if verb is None:
                floor = self.floor(position, cue)
                return Choice(self.subject(floor, cue), "own subject", floor, ())
            asides = self.asides(self.read.cues.index(verb))
            floor = self.floor(position, cue)
            return Choice(self.subject(floor, verb, asides=asides), "shared", floor, asides)
        floor, asides = self.floor(position, cue), self.asides(position)
        if cue.agent is not None:
            agent = self.agent_behind(cue.agent, cue)
            begin = self.own_clause(min(cue.first, agent.first if agent is not None else cue.first))
            return Choice(agent, "agent", begin, asides)
        relative = self.relative_head(floor, cue)
        if relative is not None:
            relayed = self.relayed(position)
            return Choice(relayed or relative, "relayed" if relayed else "relative", relative.last + 2, asides)
        goes_on = self.is_coordinated(cue)
        document = self.document_subject(floor, cue)
        if document is not None:
            return Choice(document, "document subject", floor, asides)
        several = self.several_subject(floor, cue)
        if several is not None:
            return Choice(several, "several", floor, asides)
        source, way = self.relayed(position), "relayed"
        if source is None and not goes_on:
            source, way = self.subject(floor, cue, asides=asides), "subject"
        if source is None and floor and not cue.is_passive:
            source, way = self.subject(self.lead(), cue, asides=asides), "goes on" if goes_on else "earlier"
        if source is None and not cue.is_passive and "clause" in cue.frames and not goes_on:
            source, way = self.unknown_subject(floor, cue), "unknown"
        if source is None and cue.is_passive:
            source, way = self.document_before(cue), "document"
        if source is None:
            way = "goes on" if goes_on else "document" if cue.is_passive and self.in_document(cue) else "dropped"
        return Choice(source, way, floor, asides)

    def document_subject(self, floor: int, cue: Cue) -> Mention | None:
        """Return the text that says something («این بیانیه می‌افزاید»), or whose it is where that is named."""
        tokens, words = self.read.sentence.tokens, self.lexicon.words
        index = floor
        while index < cue.first and (
            tokens[index].key in word_set("additives")
            or tokens[index].key in words["conjunction"]
            or not tokens[index].is_word
        ):
            index += 1
        points_back = tokens[index].key in word_set("pointing_determiners")
        noun = index + points_back
        is_object = any(token.key in words["object"] for token in tokens[noun : noun + 2])
        if cue.is_passive or noun >= cue.first or tokens[noun].key not in word_set("documents") or is_object:
            return None
        if points_back:
            return Mention(self.index, index, noun, "anaphor", "organization", head=tokens[noun].key)
        owners = (m for m in self.read.mentions if not m.is_inner and m.first == noun + 1 and m.last < cue.first)
        return next((m for m in owners if cue.first - m.last <= _NEAR_CUE), None)

    def several_subject(self, floor: int, cue: Cue) -> Mention | None:
        """Return «این سه کشور» where a verb in the plural has it for its subject, or None."""
        if (
            not cue.is_plural
            or cue.is_passive
            or any(m.kind != "pronoun" and m.first == floor for m in self.read.mentions)
        ):
            return None
        starts = (i for i in range(floor, cue.first) if i == floor or not self.read.sentence.tokens[i - 1].is_word)
        return next((m for i in starts if (m := several_at(self.read, i, self.index)) is not None), None)

    def agent_behind(self, noun: int, cue: Cue) -> Mention | None:
        """Return who does what a thing meets with: named behind the act's noun, or by «از سوی» before or behind it."""
        tokens, words = self.read.sentence.tokens, self.lexicon.words
        outer = [m for m in self.read.mentions if not m.is_inner and m.last < cue.last and m.type != "topic"]
        for mention in outer:
            between = tokens[noun + 1 : mention.first]
            if mention.first > noun and all(
                t.key in words["intensifier"] | word_set("agent_adjectives") for t in between
            ):
                return mention
        named = (m for m in reversed(outer) if m.first and tokens[m.first - 1].key in word_set("agent_openers"))
        return next(named, None)

    def own_clause(self, index: int) -> int:
        """Return the token behind the last verb before a token that closes its clause, and behind «که» or «و» there."""
        tokens = self.read.sentence.tokens
        begin = max((verb.last + 1 for verb in self.read.verbs if verb.last < index and verb.closes(tokens)), default=0)
        while begin < index and (tokens[begin].key in ("که", "و") or not tokens[begin].is_word):
            begin += 1
        return begin

    def candidates(self, cue: Cue, choice: Choice) -> list[Mention | None]:
        """Return who may be the source of a cue: the mentions of its sentence, and a dropped subject."""
        found: list[Mention | None] = [None]
        found += [m for m in self.read.mentions if not m.is_inner and (m.last < cue.first or m == choice.source)]
        if choice.source is not None and choice.source not in found:
            found.append(choice.source)
        return found

    def is_agent(self, cue: Cue, source: Mention) -> bool:
        """Whether a source does what a passive says («از سوی پارلمان محکوم شد»)."""
        before = self.read.sentence.tokens[source.first - 1].key if source.first else ""
        return cue.agent is not None or before in word_set("agent_openers")

    def subject(
        self, floor: int, cue: Cue, *, asides: Sequence[tuple[int, int]] = (), ceiling: int | None = None
    ) -> Mention | None:
        """Return the subject of a cue among the mentions from ``floor`` on, or None."""
        read = self.read
        return find_source(
            read.sentence.tokens, read.mentions, floor, cue, self.lexicon, asides=asides, ceiling=ceiling
        )

    def is_coordinated(self, cue: Cue) -> bool:
        """Whether the cue goes on from the verb before it with «و» and no subject of its own."""
        read = self.read
        tokens = read.sentence.tokens
        before = [verb.last for verb in read.verbs if verb.closes(tokens) and verb.last < cue.first]
        if not before or before[-1] + 1 >= len(tokens) or tokens[before[-1] + 1].key not in word_set("coordinators"):
            return False
        return self.subject(before[-1] + 1, cue) is None

    def unknown_subject(self, floor: int, cue: Cue) -> Mention | None:
        """Return the noun phrase that a clause begins with where no word of it is known to name a speaker.

        It reaches to the first preposition, adverb, comma or the cue: 84 of 100 subjects end there.
        """
        tokens, words = self.read.sentence.tokens, self.lexicon.words
        end = floor
        while end < cue.first and tokens[end].is_word and not any(tokens[end].key in words[c] for c in _PHRASE_ENDS):
            end += 1
        behind = tokens[end].key if end < len(tokens) else ""
        if end == floor or end - floor > _LONGEST_SUBJECT or behind in words["object"] or len(tokens[floor].key) < 2:
            return None
        if any(v.first < end and v.last >= floor for v in self.read.verbs) or tokens[floor].key.isdigit():
            return None
        return Mention(self.index, floor, end - 1, "nominal", head=tokens[floor].key, is_plural=cue.is_plural is True)

    def relative_head(self, floor: int, cue: Cue) -> Mention | None:
        """Return whom a relative clause tells of, where the cue is its verb («مقام‌هایی که این را تکذیب کردند»)."""
        read = self.read
        tokens = read.sentence.tokens
        for index in range(cue.first - 1, floor, -1):
            if any(verb.is_finite and verb.last == index for verb in read.verbs):
                return None
            if tokens[index].key == "که":
                head = next((m for m in read.mentions if not m.is_inner and m.last == index - 1), None)
                inner = self.subject(index + 1, cue)
                return head if head is not None and inner is None and head.type != "topic" else None
        return None

    def relayed(self, position: int) -> Mention | None:
        """Return whom a medium relays («ایرنا به نقل از وزیر نفت نوشت»), who speaks in its stead."""
        read = self.read
        before = read.cues[position - 1] if position else None
        if before is None or before.kind != "source" or not self.relays(before):
            return None
        tokens, cue = read.sentence.tokens, read.cues[position]
        source = source_behind(tokens, read.mentions, before)
        is_person = source is not None and source.type in ("person", "group") and source.kind != "media"
        if source is None or cue.first - source.last > (_RELAY_REACH if is_person else _MEDIUM_REACH):
            return None
        apposed = source.last + 2  # «از قول X، وزیر …»
        others = [m for m in read.mentions if not m.is_inner and source.last < m.first and m.last < cue.first]
        others = [m for m in others if m.kind != "office" or m.first > apposed]
        speaks = any(tokens[m.first - 1].form == "،" and m.type != "topic" for m in others)
        closed = any(v.closes(tokens) and source.last < v.first and v.last < cue.first for v in read.verbs)
        return None if closed or (speaks and is_person) else source

    def relays(self, cue: Cue) -> bool:
        """Whether a phrase before a source tells whom a medium relays («به نقل از», «از قول»)."""
        return self.read.sentence.tokens[cue.last].key in word_set("relay_ends")

    def document_before(self, cue: Cue) -> Mention | None:
        """Return who wrote the document that a passive cue stands in («در بیانیه شورا تاکید شد»), where it is named."""
        noun = next(self.documents_before(cue), None)
        if noun is None:
            return None
        behind = (m for m in self.read.mentions if not m.is_inner and noun < m.first <= noun + 2)
        return next((m for m in behind if m.last < cue.first), None)

    def words_between(self, begin: int, end: int) -> Mention | None:
        """Return the few words between a noun of speech and «مبنی بر» as a name that nothing knows, or None."""
        tokens, words = self.read.sentence.tokens, self.lexicon.words
        known = (
            any(t.key in words[c] for t in tokens[begin:end] for c in _PHRASE_ENDS) or end - begin > _LONGEST_SUBJECT
        )
        if known or begin >= end or not all(token.is_word for token in tokens[begin:end]):
            return None
        is_plural = tokens[begin].key.endswith(_PLURAL_ENDINGS)
        return Mention(self.index, begin, end - 1, "nominal", head=tokens[begin].key, is_plural=is_plural)

    def is_own_outlet(self, source: Mention) -> bool:
        """Whether a source is an outlet that writes Persian, or its staff: whose report it is («به گزارش ایسنا»)."""
        words = [token.form for token in self.read.sentence.tokens[source.first : source.last + 1] if token.is_word]
        is_staff = source.head in word_set("staff_of_outlets")
        return is_staff or any(is_outlet(" ".join(words[begin:])) for begin in range(len(words)))

    def words_before_comma(self, begin: int) -> Mention | None:
        """Return the few words between a phrase such as «به باور» and its comma: a name that nothing knows."""
        read = self.read
        tokens = read.sentence.tokens
        for index in range(begin, min(begin + _LONGEST_SUBJECT + 1, len(tokens))):
            if tokens[index].form == "،" and index > begin:
                return Mention(self.index, begin, index - 1, "nominal", head=tokens[begin].key)
            if not tokens[index].is_word or any(verb.first == index for verb in read.verbs):
                return None
        return None

    def behind_source(self, source: Mention) -> int:
        """Return the token behind a source, those that speak with it and a relative clause of theirs."""
        read = self.read
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

    def behind_names(self, source: Mention) -> int:
        """Return the token behind a source, what is apposed to it and those that act with it."""
        tokens, end = self.read.sentence.tokens, source.last
        for mention in self.read.mentions:
            if mention.is_inner or mention.first <= end or mention.first > end + 2 or mention.type == "topic":
                continue
            between = tokens[end + 1 : mention.first]
            behind = tokens[mention.last + 1].key if mention.last + 1 < len(tokens) else ""
            is_named = not between and mention.type == "person" == source.type
            if (is_named or any(t.form in ("،", "و") for t in between)) and behind not in self.lexicon.words["object"]:
                end = mention.last
        return end + 1

    def joint(self, attribution: Attribution, cue: Cue) -> Iterator[Mention]:
        """Yield those who speak together with a source («ایران و روسیه اعلام کردند»)."""
        read, source = self.read, attribution.source
        verb = self.main_cue(read.cues.index(cue)) if cue.kind == "participle" else cue
        is_phrase = cue.kind in ("source", "basis") or cue.agent is not None
        speaks_for_several = is_phrase or (verb is not None and verb.is_plural)
        if not speaks_for_several or source is None or source.kind in ("pronoun", "anaphor"):
            return
        yield from self._listed_before(source)
        if source.is_plural and not is_phrase:
            return
        tokens = read.sentence.tokens
        end = source.last
        for mention in read.mentions:
            is_behind = cue.kind == "verb" and mention.last >= (cue.first if cue.agent is None else cue.last)
            if mention.is_inner or mention.first <= end or is_behind:
                continue
            between = tokens[end + 1 : mention.first]
            joints = ("و",) if is_phrase else ("،", "و")  # «به گفته عراقچی، تهران آماده است»: one source
            if not between or any(token.form not in joints for token in between):
                break
            yield mention
            end = mention.last

    def _listed_before(self, source: Mention) -> Iterator[Mention]:
        """Yield those before a source in the list that it ends («ایران، عراق و سوریه»)."""
        tokens, first = self.read.sentence.tokens, source.first
        joints: tuple[str, ...] = ("و",)
        while first >= 2 and tokens[first - 1].form in joints:
            before = next((m for m in self.read.mentions if not m.is_inner and m.last == first - 2), None)
            if before is None or before.kind in ("pronoun", "anaphor") or before.type == "topic":
                return
            if before.type == "person" and tokens[first - 1].form == "،":  # a name and its office
                return
            yield before
            first, joints = before.first, ("و", "،")
