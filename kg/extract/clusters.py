"""Clusters of mentions that are one entity, and the register that an article's are kept in while it is read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kg.extract.reading import Mention, ReadSentence
from kg.gazetteer import Gazetteer, Thing
from kg.gazetteer import load as load_gazetteer
from kg.language.normalize import fold
from kg.language.segment import Token
from kg.lexicon import home_state, keys_of, word_set
from kg.lexicon import load as load_lexicon
from kg.model import Article, Entity, EntityType, Link

Place = tuple[int, int, int]
"""Sentence, first and last token of a mention."""


@dataclass
class Cluster:
    """Mentions taken to be one entity, while an article is read.

    Attributes:
        type: The entity's type.
        thing: The gazetteer's entry, where it is one.
        forms: Surface forms by folded key, in order of appearance.
        full_name: The longest proper name of a person.
        offices: Signatures of offices that the article gives the person: title and body.
        post: Gazetteer key of the office.
        post_title: The office as written.
        behalf: Gazetteer key of whom the office speaks for.
        speaks: Whether its office speaks for a state or body.
        is_former: Whether the article calls it a former holder.
        is_anonymous: Whether it is a source without a name.
        sentence: Index of the sentence that it was last mentioned in.
        posts: Gazetteer keys of the offices that the article gives the person.
        titles: Those offices as written.
        candidates: Gazetteer keys of those who bear the name, where nothing tells which is meant.
        is_by_office: Whether surname and office together told who it is.
        link: Which item it is and why, once the article has been read.
    """

    type: EntityType
    thing: Thing | None = None
    forms: dict[str, str] = field(default_factory=dict)
    full_name: str | None = None
    offices: set[tuple[str, str | None]] = field(default_factory=set)
    post: str | None = None
    post_title: str | None = None
    behalf: str | None = None
    speaks: bool = False
    is_former: bool = False
    is_anonymous: bool = False
    sentence: int = -1
    posts: set[str] = field(default_factory=set)
    titles: dict[str, None] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()
    is_by_office: bool = False
    link: Link | None = None

    def add(self, form: str, sentence: int) -> None:
        """Take in a surface form.

        Args:
            form: The words as written; line ends and runs of spaces count as one space.
            sentence: Index of the sentence that it stands in.
        """
        form = " ".join(form.split())
        self.forms.setdefault(fold(form), form)
        self.sentence = sentence


@dataclass(frozen=True)
class Resolution:
    """Who is who in an article.

    Attributes:
        speakers: Cluster of each attribution's speaker, or None where nobody can be told.
        clusters: Cluster of each mention, by sentence, first and last token.
        behalf: For each attribution, the gazetteer key of whom the speaker speaks for, or None.
        home: Gazetteer key of the state that «کشورمان» means.
    """

    speakers: tuple[Cluster | None, ...]
    clusters: dict[Place, Cluster]
    behalf: tuple[str | None, ...]
    home: str

    def within(self, sentences: Iterable[int]) -> Iterator[tuple[Place, Cluster]]:
        """Yield the mentions of some sentences with their clusters, in text order."""
        for sentence in sentences:
            yield from self._by_sentence.get(sentence, ())

    @cached_property
    def counts(self) -> Counter[int]:
        """How often the article mentions each cluster, by identity."""
        return Counter(map(id, self.clusters.values()))

    @cached_property
    def kind_counts(self) -> dict[str, Counter[int]]:
        """The same by type of entity."""
        counts: dict[str, Counter[int]] = {}
        for cluster in self.clusters.values():
            counts.setdefault(cluster.type, Counter())[id(cluster)] += 1
        return counts

    @cached_property
    def titled(self) -> frozenset[int]:
        """Identities of the clusters that the first sentence mentions."""
        return frozenset(id(cluster) for _, cluster in self.within((0,)))

    @cached_property
    def _by_sentence(self) -> dict[int, list[tuple[Place, Cluster]]]:
        found: dict[int, list[tuple[Place, Cluster]]] = {}
        for place in sorted(self.clusters):
            found.setdefault(place[0], []).append((place, self.clusters[place]))
        return found


class Register:
    """The clusters of one article; thrown away when it has been read.

    Attributes:
        article: The article.
        sentences: What was found in each sentence.
        gazetteer: Things, offices and their holders.
        home: Gazetteer key of the state that «کشورمان» means.
        persons: Clusters of persons that can be pointed back to, in order of appearance.
        by_mention: Cluster of each mention.
    """

    def __init__(self, article: Article, sentences: Sequence[ReadSentence], gazetteer: Gazetteer) -> None:
        self.article = article
        self.sentences = sentences
        self.gazetteer = gazetteer
        self.home = home_state(article.publisher)
        self.persons: list[Cluster] = []
        self.by_mention: dict[Place, Cluster] = {}
        self._by_key: dict[str, Cluster] = {}

    def of_thing(self, key: str) -> Cluster:
        """Return the cluster of a thing of the gazetteer, opened where there is none.

        Args:
            key: The gazetteer's key.
        """
        cluster = self._by_key.get(key)
        if cluster is None:
            thing = self.gazetteer.things[key]
            cluster = self.opened(key, thing.type)
            cluster.thing = thing
        return cluster

    def opened(self, key: str, entity_type: EntityType) -> Cluster:
        """Return the cluster of a key, opened with this type where there is none.

        Args:
            key: What the article tells the entity by: its words, its office, or the gazetteer's key.
            entity_type: The entity's type.
        """
        return self._by_key.setdefault(key, Cluster(entity_type))

    def clusters(self) -> list[Cluster]:
        """Return every cluster, each once, in the order in which they were opened."""
        return list({id(cluster): cluster for cluster in self._by_key.values()}.values())

    def identify(self, cluster: Cluster, thing: Thing) -> None:
        """Take a cluster for a thing of the gazetteer, together with whatever already stands for it.

        Args:
            cluster: Told by less than a name until now.
            thing: What it turned out to be.
        """
        known = self._by_key.setdefault(thing.key, cluster)
        cluster.thing = known.thing = thing
        if known is not cluster:
            self.join(cluster, known)

    def join(self, cluster: Cluster, known: Cluster) -> None:
        """Take a cluster for another one, which takes in all that was told of it.

        Args:
            cluster: Not used any more afterwards.
            known: Who it turned out to be.
        """
        for form in cluster.forms.values():
            known.add(form, max(known.sentence, cluster.sentence))
        known.offices |= cluster.offices
        known.posts |= cluster.posts
        for name in ("post", "post_title", "behalf"):
            if getattr(known, name) is None:
                setattr(known, name, getattr(cluster, name))
        known.speaks = known.speaks or cluster.speaks
        self.persons = [person for person in self.persons if person is not cluster]
        self._by_key = {key: known if held is cluster else held for key, held in self._by_key.items()}
        self.by_mention = {place: known if held is cluster else held for place, held in self.by_mention.items()}

    def person_named(self, form: str) -> Cluster | None:
        """Return the person whose full name ends with these words (or is them), the last mentioned first."""
        words = [fold(word) for word in form.split()]
        for cluster in sorted(self.persons, key=lambda c: -c.sentence):
            known = [fold(word) for word in (cluster.full_name or "").split()]
            if known and (known[-len(words) :] == words or words[-len(known) :] == known):
                return cluster
        return None

    def tokens(self, mention: Mention) -> tuple[Token, ...]:
        """Return the tokens of a mention."""
        return self.sentences[mention.sentence].sentence.tokens[mention.first : mention.last + 1]

    def text(self, mention: Mention) -> str:
        """Return the words of a mention as read."""
        tokens = self.tokens(mention)
        return self.article.text[tokens[0].begin : tokens[-1].end]


def place_of(mention: Mention) -> Place:
    """Return where a mention stands."""
    return (mention.sentence, mention.first, mention.last)


def entity_of(cluster: Cluster, entity_id: str) -> Entity:
    """Return the entity that a cluster stands for.

    Args:
        cluster: Mentions that are one entity.
        entity_id: What the extraction calls it.
    """
    forms, thing = tuple(cluster.forms.values()), cluster.thing
    if thing is not None and cluster.type != "person":
        name = thing.name
    else:
        name = cluster.full_name or max(forms, key=len, default="") or (thing.name if thing is not None else "")
    is_bare = " " not in (cluster.full_name or "") if cluster.type == "person" else _is_common_noun(name)
    return Entity(
        id=entity_id,
        name=name,
        type=cluster.type,
        qid=cluster.link.qid if cluster.link is not None else thing.qid if thing is not None else None,
        mentions=forms,
        key=thing.key if thing is not None else None,
        is_local=thing is None and (is_bare or cluster.is_anonymous),
        link=cluster.link,
    )


def states_of(cluster: Cluster) -> set[str]:
    """Return the keys of the states that an entity is, belongs to or speaks for."""
    things = load_gazetteer().things
    bodies = {body for _, body in cluster.offices if body is not None}
    keys = {*bodies, cluster.behalf, *(things[body].state for body in bodies if body in things)}
    if cluster.thing is not None:
        keys |= {cluster.thing.key, cluster.thing.state}
    return {key for key in keys if key is not None and key.startswith("state/")}


def _is_common_noun(name: str) -> bool:
    """Whether a name is but a word for many («دولت», «این کمیسیون»): which of them, only its article knows."""
    keys = [key for key in keys_of(name) if key not in word_set("bare_determiners")]
    return len(keys) == 1 and keys[0] in load_lexicon().nouns
