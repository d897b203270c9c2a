"""The clauses of a content, which part of its clause a noun phrase is, and what its predicate says of that part.

No parser: a clause ends with its finite verb, the verb stands last, and a case is told by preposition and «را».
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kg.extract.content import Content
from kg.extract.verbs import VerbGroup
from kg.language.normalize import fold
from kg.lexicon import StancePredicate, word_set

_LONGEST_CHAIN = 7
_OBJECT_REACH = 14
_GAP = 3
_FULL_STOPS = {".", "؛", "!", "؟", "?", ":", "/"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a content with at most one finite verb, at its end.

    Attributes:
        first: Position of its first token.
        last: Position of its last token.
        verb: Its verb, or None.
        preverb: Key of the word that makes the verb's meaning where the verb is light, or an empty string.
        opener: Key of the conjunction that it begins with, or an empty string.
    """

    first: int
    last: int
    verb: VerbGroup | None
    preverb: str
    opener: str

    @property
    def is_negative(self) -> bool:
        """Whether its verb is negated."""
        return self.verb is not None and self.verb.form.is_negative


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of its clause a noun phrase is.

    Attributes:
        clause: The clause.
        role: subject, object, agent («از سوی», «توسط»), a preposition, or other.
        heads: Keys of the words before it in the same ezafe chain, the outermost first («مواضع غیرسازنده X»).
        governor: Key of the word before its preposition («حمله به X»), or an empty string.
    """

    clause: Clause
    role: str
    heads: tuple[str, ...]
    governor: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A predicate of the lexicon found in a clause.

    Attributes:
        clause: The clause.
        role: The part that it judges.
        polarity: «+» or «-», negation counted.
    """

    clause: Clause
    role: str
    polarity: str


@dataclass(frozen=True)
class Clauses:
    """The clauses of one content."""

    content: Content

    @cached_property
    def all(self) -> list[Clause]:
        """The clauses in text order; they cover the content."""
        tokens = self.content.tokens
        ends = {position + verb.last - verb.first: verb for position, verb in self.content.verbs if verb.is_finite}
        clauses, first = [], 0
        for index, token in enumerate(tokens):
            verb = ends.get(index)
            closes = verb is not None or token.form in _FULL_STOPS or index == len(tokens) - 1
            following = tokens[index + 1].key if index + 1 < len(tokens) else ""
            opens_next = following in word_set("clause_conjunctions") and following != "تا"
            if (closes or opens_next) and index >= first:
                clauses.append(self._clause(first, index, verb))
                first = index + 1
        return clauses

    def _clause(self, first: int, last: int, verb: VerbGroup | None) -> Clause:
        tokens = self.content.tokens
        preverb = ""
        if verb is not None and fold(verb.past_stem) in word_set("light_verbs"):
            before = last - (verb.last - verb.first) - 1
            if before >= first and tokens[before].is_word:
                preverb = self.keys[before]
        opener = next(
            (token.key for token in tokens[first : first + 2] if token.key in word_set("clause_conjunctions")), ""
        )
        return Clause(first, last, verb, preverb, opener)

    @cached_property
    def keys(self) -> list[str]:
        """The tokens' keys, those of names hidden behind their type so that nothing is learned about whom they name."""
        keys = [token.key for token in self.content.tokens]
        for first, last, mention in self.content.mentions():
            keys[first : last + 1] = [f"<{mention.type}>"] * (last + 1 - first)
        return keys

    def clause_at(self, position: int) -> Clause:
        """Return the clause that holds a token."""
        return next(clause for clause in self.all if clause.last >= position)

    def part(self, first: int, last: int) -> Part:
        """Return which part of its clause the noun phrase between two tokens is."""
        tokens, clause = self.content.tokens, self.clause_at(first)
        words = self.content.lexicon.words
        classes = ("preposition", "conjunction", "complementizer", "object", "pronoun", "time", "adverb")
        closed = (word_set("chain_breakers"), *(words[word_class] for word_class in classes))
        heads: list[str] = []
        begin = first
        while begin - 1 >= clause.first and len(heads) < _LONGEST_CHAIN:
            before = tokens[begin - 1]
            if not before.is_word and before.form not in ("«", "»", '"'):
                break
            if any(before.key in keys for keys in closed):
                break
            if before.is_word:
                heads.insert(0, self.keys[begin - 1])
            begin -= 1
        before_key = tokens[begin - 1].key if begin - 1 >= clause.first else ""
        if before_key in ("این", "ان", "همین") and begin - 2 >= clause.first:
            before_key = tokens[begin - 2].key
        if (
            before_key == "توسط"
            or (before_key in word_set("agent_nouns") and tokens[begin - 2].key == "از")
            or (heads and heads[0] in word_set("agent_nouns") and before_key == "از")
        ):
            role = "agent"
        elif before_key in words["preposition"]:
            role = before_key
        elif self._is_object(last, clause):
            role = "object"
        elif before_key in word_set("clause_conjunctions") or before_key in ("", "و") or begin <= clause.first + 1:
            role = "subject"
        else:
            role = "other"
        governor = ""
        if before_key in words["preposition"] and begin - 2 >= clause.first and tokens[begin - 2].is_word:
            governor = self.keys[begin - 2]
        return Part(clause, role, tuple(heads), governor)

    def _is_object(self, last: int, clause: Clause) -> bool:
        tokens, words = self.content.tokens, self.content.lexicon.words
        for index in range(last + 1, min(last + _OBJECT_REACH, clause.last + 1)):
            if tokens[index].key == "را":
                return True
            if any(
                tokens[index].key in words[word_class] for word_class in ("conjunction", "complementizer", "pronoun")
            ):
                return False
            if not tokens[index].is_word and tokens[index].form not in ("«", "»", '"', ")", "("):
                return False
        return False

    @cached_property
    def judgements(self) -> list[Judgement]:
        """The predicates of the lexicon in these clauses."""
        return [judgement for clause in self.all for judgement in self._judgements_of(clause)]

    def _judgements_of(self, clause: Clause) -> Iterator[Judgement]:
        if clause.verb is None:
            return
        begin = clause.last - (clause.verb.last - clause.verb.first)
        for row in self._predicates(clause, clause.verb.past_stem, begin):
            turned = row.is_negative != clause.is_negative
            polarity = {"+": "-", "-": "+"}[row.polarity] if turned else row.polarity
            yield Judgement(clause, row.role, polarity)

    def _predicates(self, clause: Clause, verb: str, begin: int) -> Iterator[StancePredicate]:
        """Yield the rows of a verb whose preverb stands nearest before it; the longest preverb wins."""
        tokens, rows = self.content.tokens, self.content.lexicon.stance_predicates
        for end in range(begin, max(clause.first, begin - _GAP - 1), -1):
            key = tokens[end - 1].key
            found: list[StancePredicate] = []
            for form in dict.fromkeys((key, key.removesuffix("ی"))):
                for row in rows.get((verb, form), ()):
                    size = len(row.preverb)
                    before = tuple(token.key for token in tokens[max(clause.first, end - size) : end - 1])
                    if before == row.preverb[:-1] and (not found or size == len(found[0].preverb)):
                        found.append(row)
            if found:
                yield from found
                return
        yield from rows.get((verb, ""), ())
