"""Names, offices, bodies, groups and pronouns in a sentence: whoever may speak or be spoken about.

A mention is a noun phrase: a name of the gazetteer, a chain that an office or body heads («سخنگوی وزارت خارجه
ایران»), a pronoun, or a name that stands beside an office. Who they are is found in ``kg.extract.coreference``.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from kg.extract.cues import Cue
from kg.extract.matcher import NameMatch, NameMatcher
from kg.extract.names import FoundName
from kg.extract.verbs import VerbGroup
from kg.language.segment import Token
from kg.lexicon import Lexicon, Noun, word_set
from kg.model import EntityType

MentionKind = Literal["name", "office", "organ", "group", "media", "anonymous", "pronoun", "anaphor", "nominal"]

_LONGEST_CHAIN = 14
_TYPES: dict[str, EntityType] = {
    "office": "person",
    "organ": "organization",
    "group": "group",
    "media": "organization",
    "anonymous": "person",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase that names or points to somebody or something.

    Attributes:
        sentence: Index of its sentence.
        first: Index of its first token.
        last: Index of its last token.
        kind: Proper name, office, body, group, medium, anonymous source, pronoun, «این مقام», or other noun phrase.
        type: The entity's type, where the words show it.
        thing: The gazetteer's key that the whole phrase names, or None.
        name_kind: How the gazetteer lists that name, or None.
        candidates: Other gazetteer keys that bear the name.
        head: Key of its first noun.
        title: The office or body without its state, folded; empty for other kinds.
        body: Gazetteer key of the state or organization that the chain ends with, or None.
        is_plural: Whether a verb agrees with it in the plural.
        is_inner: Whether it stands inside a longer mention.
        is_definite: Whether «این» or «همین» points back to something said before.
        speaks: Whether its holder speaks for its state or body by office.
        names: Mentions inside it, in text order (an office's state, a person's name behind the office).
    """

    sentence: int
    first: int
    last: int
    kind: MentionKind
    type: EntityType | None = None
    thing: str | None = None
    name_kind: str | None = None
    candidates: tuple[str, ...] = ()
    head: str = ""
    title: str = ""
    body: str | None = None
    is_plural: bool = False
    is_inner: bool = False
    is_definite: bool = False
    speaks: bool = False
    names: tuple["Mention", ...] = field(default=())

    def covers(self, other: "Mention") -> bool:
        """Whether the other lies inside this one."""
        return self.sentence == other.sentence and self.first <= other.first and other.last <= self.last


@dataclass(frozen=True)
class _SentenceReader:
    """Finds the mentions of one sentence; nothing of it outlives ``find_mentions``."""

    index: int
    tokens: Sequence[Token]
    verbs: Sequence[VerbGroup]
    cues: Sequence[Cue]
    lexicon: Lexicon
    matcher: NameMatcher
    trusted: Set[str]
    found: Sequence[FoundName]

    def mentions(self) -> Iterator[Mention]:
        names = {mention.first: mention for mention in self._names()}
        verb_tokens = {i for verb in self.verbs for i in range(verb.first, verb.last + 1)}
        verb_tokens |= {part for cue in self.cues if cue.kind == "verb" for part in cue.parts}
        index = 0
        while index < len(self.tokens):
            chain = None if index in verb_tokens else self._chain_at(index, names, verb_tokens)
            found = chain or names.get(index) or self._pronoun_at(index)
            if found is None:
                index += 1
                continue
            yield found
            yield from (replace(inner, is_inner=True) for inner in found.names)
            index = found.last + 1

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
        for index in range(1, len(self.tokens)):
            if (
                self.tokens[index - 1].key in word_set("forms_of_address")
                and index not in taken
                and self.tokens[index].is_word
            ):
                if self._head_at(index) is None and not self._closes(index):
                    yield Mention(self.index, index, index, "name", "person", head=self.tokens[index].key)
        yield from self._pointed_states()
        for name in bodies:
            if self._is_unknown_body(name, matches):
                yield self._unlisted(name, "organization")

    def _is_trusted(self, match: NameMatch) -> bool:
        """Whether a weak name means its thing: told in full elsewhere, or a state behind an office («دولت چاد»)."""
        if match.name_kind != "weak" or match.things[0].key in self.trusted:
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
        return not starts_inside and self._head_at(name.first) is None

    def _listed(self, match: NameMatch) -> Mention:
        best = match.things[0]
        return Mention(
            sentence=self.index,
            first=match.first,
            last=match.last,
            kind="group" if match.is_people else "name",
            type="group" if match.is_people else best.type,
            thing=best.key,
            name_kind=match.name_kind,
            candidates=tuple(thing.key for thing in match.things[1:]),
            head=self.tokens[match.first].key,
            body=best.key if best.type == "state" else None,
            is_plural=match.is_people,
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

    def _chain_at(self, index: int, names: dict[int, Mention], verb_tokens: set[int]) -> Mention | None:
        determiners = self._determiners(index)
        head_at = index + determiners
        found = self._head_at(head_at)
        if found is None:
            return None
        noun, head_length = found
        name_here = names.get(head_at)
        if name_here is not None and name_here.type == "person":
            return None
        if name_here is not None and name_here.type != "group" and noun.kind != "office" and name_here.last >= head_at:
            end = name_here.last
            if self._ends(end + 1, end, names, verb_tokens, noun):
                return None
        last = self._chain_end(head_at, head_at + head_length - 1, names, verb_tokens, noun)
        last = self._quoted_name_end(last) or last
        last = self._before_object(head_at, last, names)
        inner = tuple(names[i] for i in range(head_at, last + 1) if i in names and names[i].last <= last)
        inner = tuple(self._parts_of(inner[0])) + inner[1:] if inner and inner[0].type == "group" else inner
        words = self.tokens[index : last + 1]
        is_plural = noun.kind == "group" or (determiners > 0 and words[0].key in ("برخی", "بعضی", "دو", "چند", "همه"))
        is_definite = bool(determiners) and words[0].key in ("این", "همین", "ان")
        kind: MentionKind = "organ" if noun.kind in ("relative", "document") else noun.kind
        if is_definite and not inner:
            kind = "anaphor"
        return Mention(
            sentence=self.index,
            first=index,
            last=last,
            kind=kind,
            type="group" if noun.kind == "relative" else _TYPES.get(noun.kind, "organization"),
            head=self.tokens[head_at].key,
            is_plural=is_plural,
            is_definite=is_definite,
            speaks=noun.speaks,
            names=inner,
        )

    def _parts_of(self, group: Mention) -> Iterator[Mention]:
        """Yield the names inside a listed group («آمریکایی» in «مقام‌های آمریکایی»)."""
        for match in self.matcher.find(self.tokens[group.first + 1 : group.last + 1]):
            yield replace(self._listed(match), first=group.first + 1 + match.first, last=group.first + 1 + match.last)

    def _determiners(self, index: int) -> int:
        """Count the determiners, numbers and «از» of a partitive that stand before a head."""
        count = 0
        while index + count < len(self.tokens) and count < 3:
            key = self.tokens[index + count].key
            is_partitive = count > 0 and key == "از" and self.tokens[index + count - 1].key in word_set("partitives")
            is_number = key.isdigit() or key in self.lexicon.words["determiner"]
            if not (key in word_set("determiners") or key in word_set("partitives") or is_partitive or is_number):
                break
            count += 1
        return count

    def _head_at(self, index: int) -> tuple[Noun, int] | None:
        for length in (3, 2, 1):
            words = self.tokens[index : index + length]
            if len(words) < length or not all(word.is_word for word in words):
                continue
            key = "".join(word.key for word in words)
            bare = key[:-1] if key.endswith(("وی", "ای")) else key  # ezafe behind a vowel: «سخنگوی», «وزرای»
            for form in (key, bare):
                noun = self.lexicon.nouns.get(form)
                if noun is not None and noun.kind != "document":
                    return noun, length
        return None

    def _before_object(self, head: int, last: int, names: dict[int, Mention]) -> int:
        """Return where a chain really ends that runs on into the object behind it («پاپ شجاعت آنان را ستود»)."""
        if last + 1 >= len(self.tokens) or self.tokens[last + 1].key not in self.lexicon.words["object"]:
            return last
        ends = [name.last for first, name in names.items() if head < first and name.last < last]
        if ends:
            return max(ends)
        return head + 1 if last - head >= _LONGEST_BARE_CHAIN else last

    def _quoted_name_end(self, last: int) -> int | None:
        """Return the mark that closes a short name in quotation marks behind a chain («شبکه «الجزیره»»)."""
        if last + 2 >= len(self.tokens) or self.tokens[last + 1].form not in _OPENING_MARKS:
            return None
        for index in range(last + 2, min(last + 2 + _LONGEST_QUOTED_NAME, len(self.tokens))):
            if self.tokens[index].form in _CLOSING_MARKS:
                return index
            if not self.tokens[index].is_word or any(verb.first == index and verb.is_finite for verb in self.verbs):
                return None
        return None

    def _chain_end(self, head: int, last: int, names: dict[int, Mention], verb_tokens: set[int], noun: Noun) -> int:
        while last + 1 < len(self.tokens) and last - head < _LONGEST_CHAIN:
            step = self._step(last, head, names, verb_tokens, noun)
            if step is None:
                break
            last = step
        return last

    def _step(self, last: int, head: int, names: dict[int, Mention], verb_tokens: set[int], noun: Noun) -> int | None:
        """Return the last token of what goes on the chain behind ``last``, or None where it ends."""
        index = last + 1
        if not self._ends(index, last, names, verb_tokens, noun):
            if not self._may_go_on(head, last, index, names):
                return None
            return names[index].last if index in names else index
        if index >= len(self.tokens):
            return None
        key = self.tokens[index].key
        if self.tokens[last].key in word_set("phrase_heads") and key in self.lexicon.words["preposition"]:
            return index + 1 if index + 1 < len(self.tokens) and self.tokens[index + 1].is_word else None
        following = names.get(index + 1)
        head_key = self.tokens[head].key
        if (
            key in word_set("inner_prepositions")
            and head_key.startswith(tuple(word_set("heads_with_place")))
            and index + 1 < len(self.tokens)
        ):
            if following is not None and (following.type in ("state", "organization")):
                return following.last
            if self.tokens[index + 1].key in (
                "امور",
                "انتخابات",
                "سازمان",
                "کمیسیون",
                "شورای",
                "اژانس",
                "مجلس",
                "حوزه",
                "بخش",
            ):
                return index + 1
        if (
            key == "و"
            and noun.kind in ("office", "organ")
            and self._goes_on_behind_and(index, head, names, verb_tokens)
        ):
            return index + 1
        return None

    def _may_go_on(self, head: int, last: int, index: int, names: dict[int, Mention]) -> bool:
        """Whether a chain may go on: behind its state or body only with a person's name or an attribute."""
        following = names.get(index)
        if any(name.last == last and name.type in ("state", "organization") for name in names.values()):
            return self._goes_on_with(last, index, names)
        if following is not None:
            return True
        if self.tokens[last].key in word_set("bodies_without_state"):
            return self.tokens[index].key in word_set("parts_of_bodies")
        title = "".join(token.key for token in self.tokens[head : last + 1])
        is_whole = last > head or title in word_set("whole_titles")
        is_title = (
            is_whole and self.matcher.is_title(title) and not self.matcher.begins_title(title + self.tokens[index].key)
        )
        return not is_title or self._goes_on_behind_name(index)

    def _goes_on_with(self, last: int, index: int, names: dict[int, Mention]) -> bool:
        """Whether a chain goes on behind its state or body: with a person's name, a body's state, or an attribute."""
        following = names.get(index)
        if following is None:
            return self._goes_on_behind_name(index)
        if following.type == "state" and not any(n.last == last and n.type == "state" for n in names.values()):
            behind = self.tokens[following.last + 1].key if following.last + 1 < len(self.tokens) else ""
            return behind not in self.lexicon.words["object"]
        return following.type == "person"

    def _goes_on_behind_name(self, index: int) -> bool:
        """Whether a word may stand behind the state of an office («سفیر پیشین ایران», «مقام آمریکایی حاضر در …»)."""
        key = self.tokens[index].key
        return (
            key in word_set("attributes_behind_state")
            or key in word_set("phrase_heads")
            or self._head_at(index) is not None
        )

    def _goes_on_behind_and(self, index: int, head: int, names: dict[int, Mention], verb_tokens: set[int]) -> bool:
        """Whether «و» joins two fields of one office («سیاست خارجی و امنیتی», «آموزش و پرورش»)."""
        behind = index + 1
        if behind >= len(self.tokens) or behind in names or behind in verb_tokens:
            return False
        second = self._head_at(behind)
        if second is not None:
            is_bare = not any(head <= first < index for first in names)
            return second[0].kind == "office" and is_bare and self.tokens[behind].key != self.tokens[head].key
        chain = {token.key for token in self.tokens[head:index]}
        return bool(chain & word_set("heads_with_fields")) and not self._closes(behind)

    def _ends(self, index: int, last: int, names: dict[int, Mention], verb_tokens: set[int], noun: Noun) -> bool:
        """Whether the chain ends before the token at ``index``."""
        if index >= len(self.tokens):
            return True
        if not self.tokens[index].is_word or index in verb_tokens:
            return True
        if index in names:
            inner = names[index]
            return inner.type == "person" and noun.kind != "office"
        return self._closes(index)

    def _closes(self, index: int) -> bool:
        """Whether a word of a closed class stands here, which no noun phrase goes on with."""
        key, words = self.tokens[index].key, self.lexicon.words
        return key in ("این", "ان", "همین", "یک") or any(key in words[word_class] for word_class in _CLOSED_CLASSES)


_CLOSED_CLASSES = ("preposition", "conjunction", "complementizer", "object", "pronoun", "time", "adverb")
_OPENING_MARKS = {"«", "“", '"', "'", "‘"}
_CLOSING_MARKS = {"»", "”", '"', "'", "’"}
_LONGEST_QUOTED_NAME = 5
_LONGEST_BARE_CHAIN = 3


def find_mentions(
    index: int,
    tokens: Sequence[Token],
    verbs: Sequence[VerbGroup],
    cues: Sequence[Cue],
    lexicon: Lexicon,
    matcher: NameMatcher,
    trusted: Set[str],
    found: Sequence[FoundName],
) -> list[Mention]:
    """Find the mentions of one sentence, in text order; inner ones follow the one that holds them.

    Args:
        index: The sentence's place in the article.
        tokens: Its tokens.
        verbs: Its verb groups.
        cues: Its reporting expressions, whose words belong to no noun phrase.
        lexicon: Nouns that head a chain, and word classes that end it.
        matcher: Finds the gazetteer's names.
        trusted: Keys of things whose weak names may be believed in this article.
        found: Proper names that the name model found in the sentence.
    """
    return list(_SentenceReader(index, tokens, verbs, cues, lexicon, matcher, trusted, found).mentions())
