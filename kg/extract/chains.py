"""How far the noun phrase of an office, body or group reaches: «سخنگوی وزارت خارجه ایران», «مقام آمریکایی حاضر در وین».

Persian writes no ezafe, so nothing in the letters shows where such a chain of nouns ends. It begins with a noun of
the lexicon and goes on word by word until a verb, a mark, a word of a closed class, or a title that is whole.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from kg.extract.matcher import NameMatcher
from kg.extract.models import Model
from kg.extract.noun_phrases import ENDS, GOES_ON, Head, NounPhrases, Step
from kg.extract.reading import CLOSING_MARKS, OPENING_MARKS, Mention
from kg.extract.verbs import VerbGroup
from kg.language.segment import Token
from kg.lexicon import Lexicon, Noun, word_set

_LONGEST_CHAIN = 14
_LONGEST_HEAD = 3
_LONGEST_BARE_CHAIN = 3
_LONGEST_QUOTED_NAME = 5
_LONGEST_FIELD = 3
_MOST_DETERMINERS = 3
_CLOSED_CLASSES = ("preposition", "conjunction", "complementizer", "object", "pronoun", "time", "adverb")
_VOWELS_WITH_EZAFE = ("وی", "ای")
_OPENING_NAME_MARKS = OPENING_MARKS | {"'", "‘"}
_CLOSING_NAME_MARKS = CLOSING_MARKS | {"'", "’"}


@dataclass(frozen=True, slots=True)
class Chain:
    """A noun phrase that a noun of the lexicon heads.

    Attributes:
        first: Index of its first token, determiners included.
        head: Index of the first token of its head.
        last: Index of its last token.
        noun: The head's row.
    """

    first: int
    head: int
    last: int
    noun: Noun


@dataclass(frozen=True)
class Chains:
    """The chains of one sentence.

    Attributes:
        tokens: The sentence's tokens.
        verbs: Its verb groups.
        verb_tokens: Indices of the tokens of verbs and reporting expressions, which belong to no chain.
        names: The proper names of the sentence by their first token.
        lexicon: Nouns that head a chain, and word classes that end it.
        matcher: Titles that are whole.
        model: What was learned of where chains end, or None while that is being learned.
    """

    tokens: Sequence[Token]
    verbs: Sequence[VerbGroup]
    verb_tokens: Set[int]
    names: Mapping[int, Mention]
    lexicon: Lexicon
    matcher: NameMatcher
    model: Model | None

    def at(self, index: int) -> Chain | None:
        """Return the chain that begins at a token, or None where none does or a name says all of it."""
        if index in self.verb_tokens or self._is_set_phrase(index):
            return None
        head = index + self._determiners(index)
        found = head_at(self.tokens, head, self.lexicon)
        if found is None:
            return None
        noun, length = found
        name = self.names.get(head)
        if name is not None and name.type == "person":
            return None
        if name is not None and name.type != "group" and noun.kind != "office" and self._ends(name.last + 1, noun):
            return None
        last = head + length - 1
        points_back = head > index and self.tokens[head - 1].key in word_set("pointing_determiners")
        if not (points_back and noun.kind in ("anonymous", "media")) or self._is_described(last + 1):
            last = self._end(head, last, noun)
        last = self._quoted_name_end(last) or last
        return Chain(index, head, self._before_object(head, last), noun)

    def _is_set_phrase(self, index: int) -> bool:
        """Whether «این همه» here is only a part of «با این همه»."""
        begin = index - (self.tokens[index].key == "همه")
        return begin > 0 and [token.key for token in self.tokens[begin - 1 : begin + 2]] == ["با", "این", "همه"]

    def _is_described(self, index: int) -> bool:
        """Whether what stands behind «این روزنامه» belongs to it: an adjective of a state, or «نزدیک به …»."""
        name = self.names.get(index)
        if name is not None:
            return name.name_kind == "demonym"
        return index < len(self.tokens) and self.tokens[index].key in word_set("phrase_heads")

    def _determiners(self, index: int) -> int:
        """Count the determiners, numbers and «از» of a partitive that stand before a head."""
        count = 0
        while index + count < len(self.tokens) and count < _MOST_DETERMINERS:
            key = self.tokens[index + count].key
            is_partitive = count > 0 and key == "از" and self.tokens[index + count - 1].key in word_set("partitives")
            is_number = key.isdigit() or key in self.lexicon.words["determiner"]
            if not (key in word_set("determiners") or key in word_set("partitives") or is_partitive or is_number):
                break
            count += 1
        return count

    def _before_object(self, head: int, last: int) -> int:
        """Return where a chain really ends that runs on into the object behind it («پاپ شجاعت آنان را ستود»)."""
        if last + 1 >= len(self.tokens) or self.tokens[last + 1].key not in self.lexicon.words["object"]:
            return last
        ends = [name.last for first, name in self.names.items() if head < first and name.last < last]
        if ends:
            return max(ends)
        return head + 1 if last - head >= _LONGEST_BARE_CHAIN else last

    def _quoted_name_end(self, last: int) -> int | None:
        """Return the mark that closes a short name in quotation marks behind a chain («شبکه «الجزیره»»)."""
        if last + 2 >= len(self.tokens) or self.tokens[last + 1].form not in _OPENING_NAME_MARKS:
            return None
        for index in range(last + 2, min(last + 2 + _LONGEST_QUOTED_NAME, len(self.tokens))):
            if self.tokens[index].form in _CLOSING_NAME_MARKS:
                return index
            if not self.tokens[index].is_word or any(verb.first == index and verb.is_finite for verb in self.verbs):
                return None
        return None

    def _end(self, head: int, last: int, noun: Noun) -> int:
        opener = self.tokens[last].key
        while last + 1 < len(self.tokens) and last - head < _LONGEST_CHAIN:
            end, step = self.ruled_end(last, head, noun), self.step(last)
            if self.model is not None and step is not None:
                features = self.features(head, opener, last, noun, step, is_ruled=end is not None)
                probabilities = self.model.probabilities(features)
                end = step.last if probabilities[GOES_ON] >= probabilities[ENDS] else None
            if end is None:
                break
            last = end
        return last

    def step(self, last: int) -> Step | None:
        """Return how a chain that reaches a token may go on, or None where that is for the rules to say."""
        if last + 1 >= len(self.tokens):
            return None
        heads, following = word_set("phrase_heads"), self.names.get(last + 1)
        behind = self.tokens[last + 1].key
        is_ruled = self.tokens[last].key in heads or behind in heads or behind in self.lexicon.words["determiner"]
        if is_ruled or last + 1 in self.verb_tokens or (following is not None and following.type == "person"):
            return None
        step = self._phrases.step(last)
        if step is None or step.kind == "quotation" or step.last in self.verb_tokens:
            return None
        is_outer = step.kind == "complement" and behind not in word_set("inner_prepositions")
        is_second = step.kind == "joined" and head_at(self.tokens, last + 2, self.lexicon) is not None
        is_owned = step.kind == "name" and any(name.last == last for name in self.names.values())
        return None if is_outer or is_second or is_owned else step

    def features(self, head: int, opener: str, last: int, noun: Noun, step: Step, *, is_ruled: bool) -> Iterator[str]:
        """Yield what tells whether a chain goes on by a step: the phrase's features, and what the rules say.

        Args:
            head: The first token of its head.
            opener: Key of the last token of its head.
            last: The token that it reaches without the step.
            noun: Its head's row.
            step: The step.
            is_ruled: Whether the rules would go on too.
        """
        is_whole = any(name.last == last for name in self.names.values())
        named = self.names.get(head)
        yield from self._phrases.features(Head(head, opener, "group", points_back=False), last, step)
        yield f"ruled={is_ruled}"
        yield f"ruled={is_ruled} {step.kind} {noun.kind}"
        yield f"ruled={is_ruled} at-head={self.tokens[last].key == opener} {step.kind}"
        yield f"noun={noun.kind} {step.kind} {step.name}"
        yield f"whole={is_whole} {noun.kind} {step.kind} {step.name}"
        yield f"whole={is_whole} ruled={is_ruled} next={self.tokens[last + 1].key}"
        yield f"named-head={named.type if named else None} {step.kind}"

    @cached_property
    def _phrases(self) -> NounPhrases:
        return NounPhrases(self.tokens, self.verbs, self.names, self.lexicon)

    def ruled_end(self, last: int, head: int, noun: Noun) -> int | None:
        """Return the last token of what the rules go on with behind ``last``, or None where they end the chain."""
        index = last + 1
        if not self._ends(index, noun):
            if not self._may_go_on(head, last, index):
                return None
            return self.names[index].last if index in self.names else index
        if index + 1 >= len(self.tokens):
            return None
        blessing = self._blessing_end(index)
        if blessing is not None:
            return blessing
        if self.tokens[index].form == "،":
            return self._last_field(head, index)
        key = self.tokens[index].key
        if self.tokens[last].key in word_set("phrase_heads") and key in self.lexicon.words["preposition"]:
            goes_on = self.tokens[index + 1].is_word and self.tokens[index + 1].key not in word_set("talk_nouns")
            return index + 1 if goes_on else None
        place = self._place_end(index, head)
        if place is not None:
            return place
        if key == "و" and noun.kind == "group" and self.tokens[head].key not in word_set("heads_of_several_states"):
            return self._of_several(last, index + 1)
        if key == "و" and noun.kind in ("office", "organ") and self._goes_on_behind_and(index, head):
            return index + 1
        return None

    def _blessing_end(self, index: int) -> int | None:
        """Return the mark that closes a short blessing behind a holy name («خاتم‌الانبیا (ص)»), or None."""
        forms = [token.form for token in self.tokens[index : index + 3]]
        is_blessing = len(forms) == 3 and forms[0] == "(" and forms[2] == ")" and forms[1] in word_set("blessings")
        return index + 2 if is_blessing else None

    def _last_field(self, head: int, comma: int) -> int | None:
        """Return the word behind «و» in a list of fields («وزارت صنعت، معدن و تجارت»), or None where none is."""
        if not {token.key for token in self.tokens[head:comma]} & word_set("heads_with_fields"):
            return None
        for index in range(comma + 1, min(comma + 2 + _LONGEST_FIELD, len(self.tokens) - 1)):
            if self.tokens[index].key == "و" and index > comma + 1:
                return index + 1 if self._is_field(index + 1) else None
            if not self._is_field(index):
                return None
        return None

    def _is_field(self, index: int) -> bool:
        """Whether a token is an open word that may name a field: no name, verb or head of another chain."""
        token = self.tokens[index]
        is_taken = index in self.names or index in self.verb_tokens or closes(token, self.lexicon)
        return token.is_word and not is_taken and head_at(self.tokens, index, self.lexicon) is None

    def _of_several(self, last: int, index: int) -> int | None:
        """Return where a group of two states or fields ends («مقام‌های بریتانیا و آمریکا», «سیاسی و نظامی ایران»)."""
        following = self.names.get(index)
        if following is not None:
            is_second = any(name.last == last and name.type == "state" for name in self.names.values())
            return following.last if is_second and following.type == "state" else None
        owner = self.names.get(index + 1)
        if owner is None or owner.type != "state":
            return None
        return owner.last if self._is_field(index) else None

    def _place_end(self, preposition: int, head: int) -> int | None:
        """Return the last token of an office's place («سفیر ایران در عراق»), or None where none follows."""
        key = self.tokens[head].key
        has_place = key.startswith(tuple(word_set("heads_with_place"))) and key not in word_set("whole_titles")
        if not has_place or self.tokens[preposition].key not in word_set("inner_prepositions"):
            return None
        following = self.names.get(preposition + 1)
        if following is not None and following.type in ("state", "organization"):
            return following.last
        return preposition + 1 if self.tokens[preposition + 1].key in word_set("place_fields") else None

    def _may_go_on(self, head: int, last: int, index: int) -> bool:
        """Whether a chain may go on: behind its state or body only with a person's name or an attribute."""
        if any(name.last == last and name.type in ("state", "organization") for name in self.names.values()):
            return self._goes_on_with(last, index)
        if index in self.names:
            return True
        if self.tokens[last].key in word_set("bodies_without_state"):
            return self.tokens[index].key in word_set("parts_of_bodies")
        if self.tokens[index].key == "اسلامی" and self.tokens[last].key.endswith("جمهوری"):
            return True
        title = "".join(token.key for token in self.tokens[head : last + 1])
        is_whole = last > head or title in word_set("whole_titles")
        is_title = (
            is_whole and self.matcher.is_title(title) and not self.matcher.begins_title(title + self.tokens[index].key)
        )
        return not is_title or self._goes_on_behind_name(index)

    def _goes_on_with(self, last: int, index: int) -> bool:
        """Whether a chain goes on behind its state or body: with a person's name, a body's state, or an attribute."""
        following = self.names.get(index)
        if following is None:
            return self._goes_on_behind_name(index)
        if following.type == "state" and not any(n.last == last and n.type == "state" for n in self.names.values()):
            behind = self.tokens[following.last + 1].key if following.last + 1 < len(self.tokens) else ""
            return behind not in self.lexicon.words["object"]
        return following.type == "person"

    def _goes_on_behind_name(self, index: int) -> bool:
        """Whether a word may stand behind the state of an office («سفیر پیشین ایران», «مقام آمریکایی حاضر در …»)."""
        key = self.tokens[index].key
        return (
            key in word_set("attributes_behind_state")
            or key in word_set("phrase_heads")
            or head_at(self.tokens, index, self.lexicon) is not None
        )

    def _goes_on_behind_and(self, index: int, head: int) -> bool:
        """Whether «و» joins two fields of one office («سیاست خارجی و امنیتی», «آموزش و پرورش»)."""
        behind = index + 1
        if behind in self.names or behind in self.verb_tokens:
            return False
        second = head_at(self.tokens, behind, self.lexicon)
        if second is not None:
            is_bare = not any(head <= first < index for first in self.names)
            return second[0].kind == "office" and is_bare and self.tokens[behind].key != self.tokens[head].key
        chain = {token.key for token in self.tokens[head:index]}
        return bool(chain & word_set("heads_with_fields")) and not closes(self.tokens[behind], self.lexicon)

    def _ends(self, index: int, noun: Noun) -> bool:
        """Whether the chain ends before the token at ``index``."""
        if index >= len(self.tokens) or not self.tokens[index].is_word or index in self.verb_tokens:
            return True
        if index in self.names:
            return self.names[index].type == "person" and noun.kind != "office"
        is_prefix = (
            self.tokens[index].key == "غیر" and index + 1 < len(self.tokens) and self.tokens[index + 1].key != "از"
        )
        return closes(self.tokens[index], self.lexicon) and not is_prefix


def head_at(tokens: Sequence[Token], index: int, lexicon: Lexicon) -> tuple[Noun, int] | None:
    """Return the noun that heads a chain at a token, and how many tokens it has; the longest, or None.

    Args:
        tokens: The sentence's tokens.
        index: Where the noun has to begin.
        lexicon: Nouns that head a chain.
    """
    for length in range(_LONGEST_HEAD, 0, -1):
        words = tokens[index : index + length]
        if len(words) < length or not all(word.is_word for word in words):
            continue
        if length > 1 and any(_is_function_word(word, lexicon) for word in words):
            continue  # «ما در» is no «مادر»
        key = "".join(word.key for word in words)
        bare = key[:-1] if key.endswith(_VOWELS_WITH_EZAFE) else key  # ezafe behind a vowel: «سخنگوی», «وزرای»
        for form in (key, bare):
            noun = lexicon.nouns.get(form)
            if noun is not None and noun.kind != "document":
                return noun, length
    return None


def _is_function_word(token: Token, lexicon: Lexicon) -> bool:
    return token.key in lexicon.words["pronoun"] or token.key in lexicon.words["preposition"]


def closes(token: Token, lexicon: Lexicon) -> bool:
    """Whether a word is of a closed class, which no noun phrase goes on with.

    Args:
        token: The word.
        lexicon: Its classes.
    """
    if token.key in word_set("bare_determiners") or token.key in word_set("partitives"):
        return True
    return any(token.key in lexicon.words[word_class] for word_class in _CLOSED_CLASSES)
