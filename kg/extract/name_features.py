"""What the name model looks at: words, their shapes and neighbours, and whether a list knows them.

Training and tagging share this module, so that a weight means the same in both. No feature is longer than three words.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.gazetteer import Gazetteer, Name, Thing
from kg.language.normalize import ZWNJ, fold
from kg.language.segment import Sentence, Token
from kg.lexicon import Lexicon
from kg.lexicon.tables import read_table
from kg.lexicon.word_classes import word_classes

Hidden = Callable[[str], bool]

SURNAME_HERE = "surname-here"
"""That a word is the surname of a person whose full name the article has."""

_LONGEST_LISTED = 9
_CACHED_WORDS = 50_000
_CHAIN_LENGTH = 8
_COLON_WITHIN = 5
_SHORT_QUOTATION = 5
_KINDS = ("given", "surname", "place", "vehicle")
_HEADS = ("office", "organ", "media", "courtesy", "group", "vehicle")
_GIVEN_LIKE = re.compile(r"^(?:عبدال|ابو).{3,}|.{2,}(?:الله|الدین|اله)$")
_SURNAME_LIKE = re.compile(
    r"^.{2,}(?:زاده|نژاد|پور|فر|نیا|خواه|دوست|منش|راد|وند|پرست|اوغلو|یان|چی|اف|اوف|یف|وف|اوا|وا|ویچ|سکی|سون|برگ|شتاین|مان|ز|یلی)$"
)
_CLITICS = ("ست", "ی", "ها")
_NO_SURNAMES: frozenset[str] = frozenset()


def _never(folded: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class _Word:
    """The features that depend on a word alone, as seen from itself and from its neighbours."""

    classes: frozenset[str]
    broad: str
    own: tuple[str, ...]
    from_next: tuple[str, ...]
    from_previous: tuple[str, ...]
    from_two_on: tuple[str, ...]
    from_two_back: tuple[str, ...]


class NameFeatures:
    """Turns sentences into features, one list of strings a token.

    Args:
        gazetteer: Its names are looked up whole; the words of its persons' names are known as such.
        lexicon: Word classes.
        hidden: Folded names that the lists shall not know. Training hides a part, so that the weights learn to
            do without: most names in the news are in no list.
    """

    def __init__(self, gazetteer: Gazetteer, lexicon: Lexicon, hidden: Hidden = _never) -> None:
        rows = [(row["word"], row.one_of("kind", _KINDS)) for row in read_table("name_words.tsv", ("word", "kind"))]
        self._lexicon = lexicon
        self._hidden = hidden
        self._reporting = frozenset(lexicon.reporting_verbs)
        self._preverbs = {
            verb.preverb[0] for verbs in lexicon.reporting_verbs.values() for verb in verbs if verb.preverb
        }
        self._clusters = word_classes()
        self._listed = _Listed(gazetteer.names(), (word for word, kind in rows if kind == "place"))
        self._given = {fold(word) for word, kind in rows if kind == "given"}
        self._surnames = {fold(word) for word, kind in rows if kind == "surname"}
        self._vehicles = {fold(word) for word, kind in rows if kind == "vehicle"}
        self._persons = _person_words(gazetteer)
        self._words: dict[str, _Word] = {}

    def hiding(self, hidden: Hidden) -> "NameFeatures":
        """Return the same features with other names hidden."""
        other = object.__new__(NameFeatures)
        other.__dict__.update(self.__dict__)
        other._hidden, other._words = hidden, {}
        return other

    def article(self, sentences: Sequence[Sentence], surnames: Collection[str] = _NO_SURNAMES) -> list[list[list[str]]]:
        """Return the features of every token of every sentence.

        Args:
            sentences: One article's, for what stands beside a given name once is known everywhere in it.
            surnames: Folded surnames of persons whose full name was seen in the article.
        """
        words = [[self._word(token) for token in sentence.tokens] for sentence in sentences]
        after_given = {
            token.key
            for sentence, row in zip(sentences, words, strict=True)
            for token, before, word in zip(sentence.tokens[1:], row, row[1:], strict=False)
            if "given" in before.classes and not word.classes & _CLOSED
        }
        found, line = [], -1
        for sentence, row in zip(sentences, words, strict=True):
            features = _SentenceFeatures(sentence.tokens, row)
            found.append(features.all(after_given, surnames, is_line_start=sentence.line != line, line=sentence.line))
            for first, last, tags in self._listed.find(sentence.tokens, self._hidden):
                _mark(found[-1], first, last, tags)
            line = sentence.line
        return found

    def _word(self, token: Token) -> _Word:
        word = self._words.get(token.form)
        if word is None:
            if len(self._words) >= _CACHED_WORDS:
                self._words.clear()
            word = self._words[token.form] = self._make_word(token)
        return word

    def _make_word(self, token: Token) -> _Word:
        key, classes = token.key, self._classes(token)
        named = sorted(f"c={word_class}" for word_class in classes)
        near = [f"w={key}", f"s={key[-2:]}", *named]
        return _Word(
            classes,
            self._clusters[key][0] if key in self._clusters else token.form if "mark" in classes else "rare",
            ("bias", f"w={key}", f"n={min(len(key), 7)}", *_affixes(key), *_joints(token.form), *named),
            tuple(f"-1:{feature}" for feature in near),
            tuple(f"+1:{feature}" for feature in near),
            tuple(f"-2:{feature}" for feature in (near[0], *named)),
            tuple(f"+2:{feature}" for feature in (near[0], *named)),
        )

    def _classes(self, token: Token) -> frozenset[str]:
        key = token.key
        if not token.is_word:
            return frozenset(("mark",))
        found = {word_class for word_class, keys in self._lexicon.words.items() if key in keys}
        noun = self._lexicon.nouns.get(key) or self._lexicon.nouns.get(key.removesuffix("ی"))
        if noun is not None:
            found.add(noun.kind)
        verb = self._lexicon.verb_forms.get(key)
        if verb is not None:
            found.add("verb")
            if verb.lemma.partition("#")[0] in self._reporting:
                found.add("reporting")
        if key in self._preverbs:
            found.add("preverb")
        if key in self._vehicles:
            found.add("vehicle")
        found.update(self._clusters.get(key, ()))
        stem = next((key.removesuffix(e) for e in _CLITICS if key.endswith(e)), "")
        if stem and self._listed.is_state(stem):
            found.add("state-and-clitic")
        if key.isascii():
            found.add("digits" if key[0].isdigit() else "latin")
        elif not self._hidden(key):
            found.update(self._name_classes(key))
        if _SURNAME_LIKE.match(key):
            found.add("surname-like")
        return frozenset(found)

    def _name_classes(self, key: str) -> Iterator[str]:
        bare = key.removeprefix("سید") if len(key) > 5 else key
        if bare in self._given or _GIVEN_LIKE.match(bare) or self._is_double_given(bare):
            yield "given"
        if bare in self._surnames:
            yield "surname"
        yield from self._persons.get(key, ())

    def _is_double_given(self, key: str) -> bool:
        """Whether a word is two given names written as one («محمدجواد»)."""
        return any(key[:cut] in self._given and key[cut:] in self._given for cut in range(3, len(key) - 2))


_CLOSED = {
    "mark", "preposition", "conjunction", "determiner", "pronoun", "complementizer", "object", "verb", "office",
    "organ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _SentenceFeatures:
    """The features that depend on where a word stands; nothing of it outlives ``NameFeatures.article``."""

    tokens: Sequence[Token]
    words: Sequence[_Word]

    def all(
        self, after_given: Collection[str], surnames: Collection[str], *, is_line_start: bool, line: int
    ) -> list[list[str]]:
        tokens, words, last = self.tokens, self.words, len(self.tokens) - 1
        colon = next((i for i, token in enumerate(tokens[:8]) if token.form == ":"), -1)
        quoted = list(self._short_quotations())
        place = [*(("line",) if is_line_start else ()), *(("title",) if line == 0 else ())]
        found = []
        for index, (token, word, chain) in enumerate(zip(tokens, words, self._chains(), strict=True)):
            features = [*word.own, *chain]
            if index:
                features += words[index - 1].from_next
                features.append(f"-1w={tokens[index - 1].key}|{token.key}")
                features.append(f"-1b={words[index - 1].broad}|{word.broad}")
                if index > 1:
                    features += words[index - 2].from_two_on
            else:
                features += ("first", *(f"first:{where}" for where in place))
            if index < last:
                features += words[index + 1].from_previous
                features.append(f"+1w={token.key}|{tokens[index + 1].key}")
                features.append(f"+1b={word.broad}|{words[index + 1].broad}")
                if index + 1 < last:
                    features += words[index + 2].from_two_back
            else:
                features.append("last")
            if index < colon <= index + _COLON_WITHIN:
                features.append("colon" if index else "colon:first")
            if token.depth:
                features.append("quoted:short" if quoted[index] else "quoted")
            if token.key in after_given:
                features.append("given-elsewhere")
            if token.key in surnames:
                features.append(SURNAME_HERE)
            found.append(features)
        return found

    def _chains(self) -> Iterator[tuple[str, ...]]:
        """Yield for each token which heads («وزیر», «سازمان», «آقای») stand before it in the same phrase."""
        heads: dict[str, int] = {}
        for index, word in enumerate(self.words):
            yield tuple(
                f"head={head}:{min(index - at, 3)}" for head, at in heads.items() if index - at <= _CHAIN_LENGTH
            )
            if "mark" in word.classes and self.tokens[index].form in ("،", "«"):
                heads = {f"{head.removesuffix(',')},": at for head, at in heads.items()}
            elif word.classes & {"mark", "verb", "preposition", "complementizer", "object"}:
                heads = {}
            for head in _HEADS:
                if head in word.classes:
                    heads[head] = index

    def _short_quotations(self) -> Iterator[bool]:
        """Yield for each token whether it stands in marks that hold a few words only, as names do."""
        index = 0
        while index < len(self.tokens):
            end = index
            while end < len(self.tokens) and bool(self.tokens[end].depth) == bool(self.tokens[index].depth):
                end += 1
            yield from [bool(self.tokens[index].depth) and end - index <= _SHORT_QUOTATION] * (end - index)
            index = end


class _Listed:
    """Names looked up whole, the longest first; compared joined, for spaces and joiners do not count."""

    def __init__(self, names: Iterable[tuple[Name, Thing]], places: Iterable[str]) -> None:
        tags: dict[str, set[str]] = {}
        for name, thing in names:
            kind = "" if name.kind in ("label", "alias") else f"-{name.kind}"
            tags.setdefault(fold(name.text), set()).add(thing.type + kind)
        for place in places:
            tags.setdefault(fold(place), set()).add("place")
        self._tags = {folded: tuple(sorted(found)) for folded, found in tags.items()}
        self._prefixes = {folded[:length] for folded in tags for length in range(1, len(folded))}

    def is_state(self, folded: str) -> bool:
        return any(tag in ("state", "state-metonym", "place") for tag in self._tags.get(folded, ()))

    def find(self, tokens: Sequence[Token], hidden: Hidden) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        index = 0
        while index < len(tokens):
            joined, longest = "", None
            for last in range(index, min(index + _LONGEST_LISTED, len(tokens))):
                joined += tokens[last].key
                tags = self._tags.get(joined)
                if tags is not None and not (_may_be_hidden(tags) and hidden(joined)):
                    longest = (index, last, tags)
                if joined not in self._prefixes:
                    break
            if longest is not None:
                yield longest
            index = longest[1] + 1 if longest else index + 1


def _may_be_hidden(tags: Sequence[str]) -> bool:
    """Whether such a name may be unknown to a list: states are all known."""
    return not any(tag.startswith("state") for tag in tags)


def _mark(features: Sequence[list[str]], first: int, last: int, tags: Sequence[str]) -> None:
    for index in range(first, last + 1):
        part = ("" if first == last else "B" if index == first else "E" if index == last else "I") or "S"
        features[index].extend(f"listed={tag}:{part}" for tag in tags)
        features[index].append(f"listed:{part}")
    if first > 0:
        features[first - 1].extend(f"+listed={tag}" for tag in tags)
    if last + 1 < len(features):
        features[last + 1].extend(f"-listed={tag}" for tag in tags)


def _person_words(gazetteer: Gazetteer) -> dict[str, tuple[str, ...]]:
    """Return the words of the gazetteer's persons' names, with «person-first» and «person-last»."""
    found: dict[str, set[str]] = {}
    for name, thing in gazetteer.names():
        words = name.text.split()
        if thing.type == "person" and name.kind == "label" and len(words) > 1:
            found.setdefault(fold(words[0]), set()).add("person-first")
            found.setdefault(fold(words[-1]), set()).add("person-last")
    return {word: tuple(sorted(classes)) for word, classes in found.items()}


def _affixes(key: str) -> Iterator[str]:
    for length in (1, 2, 3, 4):
        if len(key) > length:
            yield f"s={key[-length:]}"
            if length > 1:
                yield f"p={key[:length]}"


def _joints(form: str) -> Iterator[str]:
    if ZWNJ in form:
        yield f"z={fold(form.rpartition(ZWNJ)[2])}"
        yield f"z0={fold(form.partition(ZWNJ)[0])}"
