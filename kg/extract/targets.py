"""Noun phrases that name an issue or a loose group: what somebody may be for or against beside the actors.

«حمله به کشتی‌ها», «تحریم‌های یک‌جانبه», «کشورهای غربی»: a noun of ``target_nouns.tsv`` and what hangs on it.
Within an article equal phrases are one target, and a bare head («این حمله») is the phrase that it points back to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.coreference import Cluster, Resolution
from kg.extract.models import load_model
from kg.extract.noun_phrases import NounPhrases, stem_of
from kg.extract.reading import ReadSentence
from kg.language.normalize import fold
from kg.lexicon import Lexicon, TargetType, word_set

_QUOTATION_MARKS = {"«", "»", '"', "“", "”"}


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
    phrases, model = NounPhrases.of(read, lexicon), load_model("phrases")
    extents = {(mention.first, mention.last) for mention in read.mentions}
    for head in phrases.heads():
        last = phrases.end(head, model)
        if (head.index, last) in extents:
            continue
        tokens = phrases.tokens[head.index : last + 1]
        yield Phrase(
            sentence=index,
            first=head.index,
            last=last,
            type=head.type,
            head=head.noun,
            name=" ".join(token.form for token in tokens if token.form not in _QUOTATION_MARKS),
            is_bare=len(tokens) == 1 or (len(tokens) == 2 and tokens[-1].key in word_set("time_qualifiers")),
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
            for head in {stem_of(fold(name.text.split()[0])) for name in cluster.thing.names}:
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
        words = frozenset(stem_of(fold(word)) for word in phrase.name.split())
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
