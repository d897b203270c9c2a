"""Names, offices, bodies, groups and pronouns in a sentence: whoever may speak or be spoken about.

A mention is a noun phrase: a name of the gazetteer, a chain that an office or body heads («سخنگوی وزارت خارجه
ایران»), a pronoun, or a name that stands beside an office. Who they are is found in ``kg.extract.coreference``.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from kg.extract.chains import Chain, Chains, closes, head_at
from kg.extract.choices import NameChoices
from kg.extract.matcher import NameMatch, NameMatcher
from kg.extract.models import Model
from kg.extract.names import FoundName
from kg.extract.reading import Cue, Mention, MentionKind, ReadSentence
from kg.extract.verbs import VerbGroup
from kg.language.segment import Token
from kg.lexicon import Lexicon, NounKind, word_set
from kg.model import EntityType

__all__ = ["Mention", "MentionKind", "chains_of", "find_mentions"]

_KINDS: dict[NounKind, MentionKind] = {
    "office": "office",
    "organ": "organ",
    "group": "group",
    "media": "media",
    "anonymous": "anonymous",
    "document": "organ",
    "relative": "organ",
}
_TYPES: dict[NounKind, EntityType] = {
    "office": "person",
    "organ": "organization",
    "group": "group",
    "media": "organization",
    "anonymous": "person",
    "document": "organization",
    "relative": "group",
}


@dataclass(frozen=True)
class _SentenceReader:
    """Finds the mentions of one sentence; nothing of it outlives ``find_mentions``."""

    index: int
    tokens: Sequence[Token]
    verbs: Sequence[VerbGroup]
    cues: Sequence[Cue]
    lexicon: Lexicon
    matcher: NameMatcher
    choices: NameChoices
    found: Sequence[FoundName]
    ends: Model | None

    def mentions(self) -> Iterator[Mention]:
        names = {mention.first: mention for mention in self._names()}
        chains = Chains(
            self.tokens,
            self.verbs,
            _verb_tokens(self.verbs, self.cues),
            names,
            self.lexicon,
            self.matcher,
            self.ends,
        )
        index = 0
        while index < len(self.tokens):
            chain = chains.at(index)
            if chain is not None:
                found: Mention | None = self._heading(chain, names)
            else:
                found = names.get(index) or self._pronoun_at(index)
            if found is None:
                index += 1
                continue
            yield found
            yield from (replace(inner, is_inner=True) for inner in found.names)
            index = found.last + 1

    def _heading(self, chain: Chain, names: Mapping[int, Mention]) -> Mention:
        """Return the mention that a chain is, with the names inside it."""
        inner: tuple[Mention, ...] = ()
        for index in range(chain.head, chain.last + 1):
            found = names.get(index)
            if found is not None and found.last <= chain.last and not (inner and found.last <= inner[-1].last):
                inner = (*inner, found)
        if inner and inner[0].type == "group":
            inner = (*self._parts_of(inner[0]), *inner[1:])
        determiner = self.tokens[chain.first].key if chain.head > chain.first else ""
        is_definite = determiner in word_set("pointing_determiners")
        return Mention(
            sentence=self.index,
            first=chain.first,
            last=chain.last,
            kind="anaphor" if is_definite and not inner else _KINDS[chain.noun.kind],
            type=_TYPES[chain.noun.kind],
            head=self.tokens[chain.head].key,
            is_plural=chain.noun.kind == "group" or determiner in word_set("plural_determiners"),
            is_definite=is_definite,
            speaks=chain.noun.speaks,
            names=inner,
        )

    def _names(self) -> Iterator[Mention]:
        """Yield proper names: the gazetteer's, and those that only the name model knows."""
        matches = [match for match in self.matcher.find(self.tokens) if self._is_trusted(match)]
        persons = [name for name in self.found if name.type == "person"]
        bodies = [name for name in self.found if name.type == "organization"]
        for match in matches:
            wider = next((n for n in persons if n.first <= match.first and match.last <= n.last), None)
            is_person = match.things[0].type == "person"
            if wider is not None and (not is_person or not self._is_courtesy(wider, match)):
                continue
            if any(
                n.first < match.first and match.last <= n.last and self._is_unknown_body(n, matches) for n in bodies
            ):
                continue
            yield self._listed(match)
        for name in persons:
            inside = [m for m in matches if m.first <= name.last and name.first <= m.last]
            if any(m.things[0].type == "person" and self._is_courtesy(name, m) for m in inside):
                continue
            if not any(m.first < name.first or m.last > name.last for m in inside):
                yield self._unlisted(name, "person")
        taken = {i for name in persons for i in range(name.first, name.last + 1)}
        taken |= {i for match in matches for i in range(match.first, match.last + 1)}
        yield from self._addressed(taken)
        yield from self._pointed_states()
        for name in bodies:
            if self._is_unknown_body(name, matches):
                yield self._unlisted(name, "organization")

    def _addressed(self, taken: Set[int]) -> Iterator[Mention]:
        """Yield the words behind «آقای» and «خانم» that nothing knows: surnames."""
        for index in range(1, len(self.tokens)):
            token = self.tokens[index]
            is_addressed = self.tokens[index - 1].key in word_set("forms_of_address") and token.is_word
            if not is_addressed or index in taken:
                continue
            if head_at(self.tokens, index, self.lexicon) is None and not closes(token, self.lexicon):
                yield Mention(self.index, index, index, "name", "person", head=token.key)

    def _is_trusted(self, match: NameMatch) -> bool:
        """Whether a weak name means its thing: told in full elsewhere, or a state behind an office («دولت چاد»)."""
        heading = head_at(self.tokens, match.first, self.lexicon)
        if heading is not None and match.things[0].type == "person" and match.first + heading[1] - 1 > match.last:
            return False  # «امام جمعه» is no «امام»
        if self.choices.is_trusted(match):
            return True
        before = self.tokens[match.first - 1].key if match.first else ""
        return match.things[0].type == "state" and before in word_set("words_before_states")

    def _pointed_states(self) -> Iterator[Mention]:
        """Yield «کشورمان» and «این کشور», which point to a state."""
        for index, token in enumerate(self.tokens):
            if token.key == "کشورمان":
                yield Mention(self.index, index, index, "anaphor", "state", head=token.key)
            elif token.key == "کشور" and index and self.tokens[index - 1].key in ("این", "ان"):
                yield Mention(self.index, index - 1, index, "anaphor", "state", head=token.key)

    def _is_courtesy(self, name: FoundName, match: NameMatch) -> bool:
        """Whether a found name adds only «سید», «دکتر» and the like to a listed one."""
        rest = [i for i in range(name.first, name.last + 1) if not match.first <= i <= match.last]
        return all(self.tokens[i].key in self.lexicon.words["courtesy"] for i in rest)

    def _is_unknown_body(self, name: FoundName, matches: Sequence[NameMatch]) -> bool:
        """Whether a found body is neither listed nor a chain that its first noun heads."""
        if any(m.first <= name.first and name.last <= m.last for m in matches):
            return False
        starts_inside = any(m.first < name.first <= m.last or m.first <= name.last < m.last for m in matches)
        return not starts_inside and head_at(self.tokens, name.first, self.lexicon) is None

    def _listed(self, match: NameMatch) -> Mention:
        chosen, best = self.choices.choose(match), match.things[0]
        key = chosen.key if chosen is not None else None
        return Mention(
            sentence=self.index,
            first=match.first,
            last=match.last,
            kind="group" if match.is_people else "name",
            type="group" if match.is_people else best.type,
            thing=key,
            name_kind=match.name_kind,
            head=self.tokens[match.first].key,
            body=key if best.type == "state" else None,
            is_plural=match.is_people,
            candidates=() if key is not None else tuple(thing.key for thing in match.things),
        )

    def _unlisted(self, name: FoundName, entity_type: EntityType) -> Mention:
        first, last = name.first, name.last
        if entity_type == "person":
            if first and self.tokens[first - 1].key in word_set("honorifics"):
                first -= 1
            if last + 1 < len(self.tokens) and self.tokens[last + 1].key in self.lexicon.words["surname_ending"]:
                last += 1
        return Mention(self.index, first, last, "name", entity_type, head=self.tokens[first].key)

    def _pronoun_at(self, index: int) -> Mention | None:
        key = self.tokens[index].key
        if key in word_set("singular_pronouns"):
            return Mention(self.index, index, index, "pronoun", "person", head=key)
        if key in word_set("plural_pronouns"):
            return Mention(self.index, index, index, "pronoun", head=key, is_plural=True)
        return None

    def _parts_of(self, group: Mention) -> Iterator[Mention]:
        """Yield the names inside a listed group («آمریکایی» in «مقام‌های آمریکایی»)."""
        for match in self.matcher.find(self.tokens[group.first + 1 : group.last + 1]):
            yield replace(self._listed(match), first=group.first + 1 + match.first, last=group.first + 1 + match.last)


def find_mentions(
    index: int,
    tokens: Sequence[Token],
    verbs: Sequence[VerbGroup],
    cues: Sequence[Cue],
    lexicon: Lexicon,
    matcher: NameMatcher,
    choices: NameChoices,
    found: Sequence[FoundName],
    ends: Model | None,
) -> list[Mention]:
    """Find the mentions of one sentence, in text order; inner ones follow the one that holds them.

    Args:
        index: The sentence's place in the article.
        tokens: Its tokens.
        verbs: Its verb groups.
        cues: Its reporting expressions, whose words belong to no noun phrase.
        lexicon: Nouns that head a chain, and word classes that end it.
        matcher: Finds the gazetteer's names.
        choices: Which of its bearers a listed name means in this article.
        found: Proper names that the name model found in the sentence.
        ends: What was learned of where the phrases of offices, bodies and groups end; None leaves it to the rules.
    """
    return list(_SentenceReader(index, tokens, verbs, cues, lexicon, matcher, choices, found, ends).mentions())


def chains_of(read: ReadSentence, lexicon: Lexicon, matcher: NameMatcher) -> Chains:
    """Return the chains of a sentence as the rules alone would end them, for learning where they really end."""
    names = {m.first: m for m in read.mentions if m.is_inner or m.kind == "name" or (m.kind == "group" and m.thing)}
    verb_tokens = _verb_tokens(read.verbs, read.cues)
    return Chains(read.sentence.tokens, read.verbs, verb_tokens, names, lexicon, matcher, model=None)


def _verb_tokens(verbs: Sequence[VerbGroup], cues: Sequence[Cue]) -> Set[int]:
    """Return the tokens of verbs and reporting expressions, which belong to no noun phrase."""
    found = {i for verb in verbs for i in range(verb.first, verb.last + 1)}
    return found | {part for cue in cues if cue.kind in ("verb", "basis") for part in cue.parts}
