"""Who and what a content mentions, where, and how they stand to the speaker: own side or not.

That the speaker and a target belong to one state is told; which state that is never is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extract.clauses import Clauses
from kg.extract.clusters import states_of
from kg.extract.content import Content
from kg.extract.coreference import Cluster, Resolution
from kg.extract.reading import Mention

_ACTORS = ("state", "organization", "person", "group")


@dataclass(frozen=True)
class Place:
    """Where a content mentions somebody or something.

    Attributes:
        first: Position of its first token in the content.
        last: Position of its last token.
        mention: The mention, or None for a phrase of ``kg.extract.targets``.
    """

    first: int
    last: int
    mention: Mention | None


@dataclass(frozen=True, eq=False)
class Scene:
    """A content with everybody and everything that it mentions.

    Attributes:
        clauses: The content's clauses.
        mentioned: Each entity with its places, in order of their first mention.
        side: Keys of the states that the speaker belongs to or speaks for.
        bodies: Keys of the states that the words for an entity name («ملت …»), by identity.
        counts: How often the article mentions each entity, by identity.
        kind_counts: The same by type of entity.
        titled: Identities of the entities that the article's first sentence mentions.
        home: Key of the state whose outlet it is.
    """

    clauses: Clauses
    mentioned: Sequence[tuple[Cluster, Sequence[Place]]]
    side: frozenset[str]
    bodies: Mapping[int, frozenset[str]]
    counts: Counter[int]
    kind_counts: dict[str, Counter[int]]
    titled: frozenset[int]
    home: str

    def relation(self, cluster: Cluster) -> str:
        """Tell whether an entity belongs to the speaker's side: own, foreign or unknown."""
        states = states_of(cluster) or self.bodies.get(id(cluster), frozenset())
        if not states or not self.side:
            return "unknown"
        return "own" if states & self.side else "foreign"

    @cached_property
    def own_places(self) -> list[Place]:
        """Where the speaker's side is mentioned."""
        return [place for cluster, places in self.mentioned if self.relation(cluster) == "own" for place in places]

    @cached_property
    def actors(self) -> list[Cluster]:
        """Entities that can act and are not of the speaker's side, in order of their first mention."""
        return [c for c, _ in self.mentioned if c.type in _ACTORS and self.relation(c) != "own"]


@dataclass(frozen=True)
class Candidate:
    """A possible target and where the content mentions it."""

    target: Cluster
    places: Sequence[Place]
    scene: Scene


def read_scene(content: Content, speaker: Cluster, behalf: str | None, resolution: Resolution) -> Scene:
    """Find everybody and everything that a content mentions."""
    mentions = {
        (m.sentence, m.first, m.last): m for s in content.sentence_indices for m in content.sentences[s].mentions
    }
    places: dict[int, list[Place]] = {}
    clusters: dict[int, Cluster] = {}
    bodies: dict[int, frozenset[str]] = {}
    for (sentence, begin, end), cluster in resolution.within(content.sentence_indices):
        first, last = content.order.get((sentence, begin)), content.order.get((sentence, end))
        if first is not None and last is not None:
            clusters[id(cluster)] = cluster
            mention = mentions.get((sentence, begin, end))
            places.setdefault(id(cluster), []).append(Place(first, last, mention))
            named = (*mention.names, mention) if mention is not None else ()
            keys = {m.body for m in named} | {m.thing for m in named if m.name_kind == "demonym"}
            bodies[id(cluster)] = bodies.get(id(cluster), frozenset()) | {
                k for k in keys if k and k.startswith("state/")
            }
    mentioned = [(clusters[key], tuple(found)) for key, found in places.items()]
    side = states_of(speaker) | ({behalf} if behalf else set())
    return Scene(
        Clauses(content),
        mentioned,
        frozenset(side),
        bodies,
        resolution.counts,
        resolution.kind_counts,
        resolution.titled,
        resolution.home,
    )
