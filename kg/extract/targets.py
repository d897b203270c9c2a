"""Noun phrases that name an issue or a loose group: what somebody may be for or against beside the actors.

«حمله به کشتی‌ها», «تحریم‌های یک‌جانبه», «کشورهای غربی»: a noun of ``target_nouns.tsv`` and what hangs on it.
Within an article equal phrases are one target, and a bare head («این حمله») is the phrase that it points back to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.coreference import Cluster, Resolution
from kg.extract.reading import Mention, ReadSentence
from kg.language.normalize import fold
from kg.language.segment import Token
from kg.lexicon import Lexicon, TargetType, word_set

_LONGEST_PHRASE = 11
_ENDINGS = ("هایی", "های", "ها", "ات", "ای", "ی")
_GROUP_ENDINGS = ("", "هایی", "های", "ها")
_QUOTATION_MARKS = {"«", "»", '"', "“", "”"}
_PRESENT_MARKS = ("می\u200c", "نمی\u200c")
_TAKEN_BEHIND = {"با": "nouns_with_company", "به": "nouns_with_goal"}
_NAMED_KINDS = ("name", "organ", "office", "group", "media")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase that may be a target.

    Attributes:
        sentence: Index of its sentence.
        first: Index of its head.
        last: Index of its last token.
        type: Topic or group.
        head: Key of its head in the singular.
        name: Its words.
        is_bare: Whether nothing but its head is there.
    """

    sentence: int
    first: int
    last: int
    type: TargetType
    head: str
    name: str
    is_bare: bool

    @property
    def place(self) -> tuple[int, int, int]:
        """Sentence, first and last token: the key of its cluster."""
        return (self.sentence, self.first, self.last)


def find_phrases(index: int, read: ReadSentence, lexicon: Lexicon) -> Iterator[Phrase]:
    """Yield the noun phrases of one sentence that may be targets, in text order; one may lie inside another."""
    tokens = read.sentence.tokens
    finite = {i for verb in read.verbs if verb.is_finite for i in range(verb.first, verb.last + 1)}
    named = {mention.first: mention for mention in read.mentions if mention.kind in _NAMED_KINDS}
    extents = {(mention.first, mention.last) for mention in read.mentions}
    for head in range(len(tokens)):
        if head in finite or head in named:
            continue
        noun = _noun_at(tokens[head], lexicon)
        if noun is None:
            continue
        key, target_type = noun
        points_back = head > 0 and tokens[head - 1].key in word_set("pointing_determiners")
        last = head if points_back else _end(tokens, head, finite, named, lexicon)
        if (head, last) in extents:
            continue
        words = [token.form for token in tokens[head : last + 1] if token.form not in _QUOTATION_MARKS]
        yield Phrase(
            sentence=index,
            first=head,
            last=last,
            type=target_type,
            head=key,
            name=" ".join(words),
            is_bare=last == head or (last == head + 1 and tokens[last].key in word_set("time_qualifiers")),
        )


def register_phrases(sentences: Sequence[ReadSentence], resolution: Resolution, lexicon: Lexicon) -> None:
    """Give every phrase of an article its cluster in ``resolution``."""
    phrases = [phrase for index, read in enumerate(sentences) for phrase in find_phrases(index, read, lexicon)]
    resolution.clusters.update(_Grouping(resolution).clusters_of(phrases))


class _Grouping:
    """Tells which phrases of an article are one target; thrown away afterwards."""

    def __init__(self, resolution: Resolution) -> None:
        self.words: dict[int, tuple[Cluster, frozenset[str]]] = {}
        self.full: dict[str, list[tuple[tuple[int, int, int], Cluster]]] = {}
        listed = ((place, c) for place, c in resolution.clusters.items() if c.type == "topic" and c.thing is not None)
        for place, cluster in sorted(listed, key=lambda pair: pair[0]):
            assert cluster.thing is not None
            for head in {_stem(fold(name.text.split()[0])) for name in cluster.thing.names}:
                self.full.setdefault(head, []).append((place, cluster))

    def clusters_of(self, phrases: Sequence[Phrase]) -> dict[tuple[int, int, int], Cluster]:
        """Return the cluster of each phrase by its place."""
        found = {}
        for phrase in phrases:
            if not phrase.is_bare:
                cluster = self._alike(phrase)
                found[phrase.place] = cluster
                self.full.setdefault(phrase.head, []).append((phrase.place, cluster))
        bare: dict[str, Cluster] = {}
        for phrase in phrases:
            if phrase.is_bare:
                known = self.full.get(phrase.head, [])
                before = [cluster for place, cluster in known if place < phrase.place]
                cluster = before[-1] if before else known[0][1] if known else bare.get(phrase.head) or self._new(phrase)
                if not known:
                    bare[phrase.head] = cluster
                cluster.add(phrase.name, phrase.sentence)
                found[phrase.place] = cluster
        return found

    def _alike(self, phrase: Phrase) -> Cluster:
        """Return the cluster that shares half of the phrase's words, or a new one."""
        words = frozenset(_stem(fold(word)) for word in phrase.name.split())
        for cluster, known in self.words.values():
            common, needed = len(words & known), len(words | known) + (phrase.head not in known)
            if cluster.type == phrase.type and 2 * common >= needed:
                cluster.add(phrase.name, phrase.sentence)
                return cluster
        cluster = self._new(phrase)
        self.words[id(cluster)] = (cluster, words)
        return cluster

    def _new(self, phrase: Phrase) -> Cluster:
        cluster = Cluster(phrase.type, full_name=phrase.name)
        cluster.add(phrase.name, phrase.sentence)
        return cluster


def _stem(key: str) -> str:
    """Return a noun's key without the ending of plural or indefinite."""
    return next((key.removesuffix(e) for e in _ENDINGS if key.endswith(e) and len(key) - len(e) >= 3), key)


def _noun_at(token: Token, lexicon: Lexicon) -> tuple[str, TargetType] | None:
    """Return the head that a token is a form of, with its type."""
    key = token.key
    for ending in ("", *_ENDINGS):
        stem = key.removesuffix(ending)
        if (not ending or stem != key) and stem in lexicon.target_nouns:
            target_type = lexicon.target_nouns[stem]
            if target_type == "topic" or ending in _GROUP_ENDINGS:
                return stem, target_type
    return None


def _end(tokens: Sequence[Token], head: int, finite: set[int], named: dict[int, Mention], lexicon: Lexicon) -> int:
    """Return the last token of the phrase that a head opens: its ezafe chain and the complements that belong to it."""
    last = head
    while last < head + _LONGEST_PHRASE:
        step = _step(tokens, head, last, finite, named, lexicon)
        if step is None:
            break
        last = step
    return _without_preverb(tokens, head, last, finite, named, lexicon)


def _step(
    tokens: Sequence[Token], head: int, last: int, finite: set[int], named: dict[int, Mention], lexicon: Lexicon
) -> int | None:
    index = last + 1
    if index >= len(tokens) or index in finite:
        return None
    token, words = tokens[index], lexicon.words
    if token.form in _QUOTATION_MARKS:
        goes_on = token.form in ("«", "“") and index + 1 < len(tokens) and tokens[index + 1].is_word
        closes = token.form in ("»", "”") and any(t.form in ("«", "“") for t in tokens[max(0, index - 4) : index])
        return index if goes_on or closes else None
    if not token.is_word:
        return None
    if index in named:
        return named[index].last
    if token.form.startswith(_PRESENT_MARKS):
        return None
    if token.key in words["preposition"]:
        return _behind_preposition(tokens, head, index, finite, named, lexicon)
    if token.key == "و":
        both = index + 1 in named and any(mention.last == last for mention in named.values())
        return named[index + 1].last if both and named[index + 1].type == "state" else None
    closed = ("conjunction", "complementizer", "object", "pronoun", "time", "adverb")
    if token.key in word_set("phrase_stops") or any(token.key in words[word_class] for word_class in closed):
        return None
    return index


def _behind_preposition(
    tokens: Sequence[Token], head: int, index: int, finite: set[int], named: dict[int, Mention], lexicon: Lexicon
) -> int | None:
    """Return the last token of a complement that begins with a preposition, or None where it belongs to the clause."""
    behind = index + 1
    if behind >= len(tokens) or behind in finite or not tokens[behind].is_word:
        return None
    opener = tokens[index].key
    is_taken = any(_takes(tokens[position].key, opener) for position in range(head, index))
    if behind in named:
        return named[behind].last if is_taken or opener in word_set("named_complements") else None
    key = tokens[behind].key
    if key in word_set("phrase_stops") or any(key in words for words in lexicon.words.values()):
        return None
    if is_taken:
        return behind
    return behind if opener in word_set("named_complements") and _noun_at(tokens[behind], lexicon) else None


def _takes(noun: str, preposition: str) -> bool:
    """Tell whether a noun takes a complement behind a preposition («حمله به N», «مذاکره با N»)."""
    if preposition not in _TAKEN_BEHIND:
        return preposition == "علیه"
    nouns = word_set(_TAKEN_BEHIND[preposition])
    return noun in nouns or _stem(noun) in nouns


def _without_preverb(
    tokens: Sequence[Token], head: int, last: int, finite: set[int], named: dict[int, Mention], lexicon: Lexicon
) -> int:
    """Return the last token without the noun or adjective that belongs to the verb behind it («توافق ادامه دارد»)."""
    if last + 1 in finite and last > head and not any(m.first <= last <= m.last for m in named.values()):
        last -= 1
    while last > head and (tokens[last].key in lexicon.words["preposition"] or tokens[last].form in ("«", "“")):
        last -= 1
    return last
