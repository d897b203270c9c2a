"""The entities graph kept in step with the articles: what they need is described, and nothing else."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import pyoxigraph as ox

from kg.graph.entities import EntityDescriber
from kg.graph.iris import ENTITIES_GRAPH, is_local_path
from kg.graph.register import Entry, Register
from kg.graph.terms import Change, to_named, to_quads
from kg.graph.triples import Use


class EntityGraph:
    """The entities graph of one open store.

    Args:
        engine: The store's quads.
        register: Which article uses what.
        describer: What is to be said of a thing.
    """

    def __init__(self, engine: ox.Store, register: Register, describer: EntityDescriber) -> None:
        self._engine = engine
        self._register = register
        self._describer = describer
        # What the gazetteer describes cannot change while the store is open, so it is compared once.
        self._described: set[str] = set()

    def follow(self, change: Change, articles: Collection[str], entries: Sequence[Entry]) -> None:
        """Note what the graph must say once articles are replaced or removed.

        To be called before the register knows of it.

        Args:
            change: What is added to and removed from the store.
            articles: Paths of all articles that change.
            entries: Those of them that stay, with what they use.
        """
        fresh: defaultdict[str, Counter[Use]] = defaultdict(Counter)
        for entry in entries:
            for use in entry.uses:
                fresh[use.path][use] += 1
        former: defaultdict[str, Counter[Use]] = defaultdict(Counter)
        for article in articles:
            for use in self._register.uses_in(article):
                former[use.path][use] += 1
        needed = self._needs(fresh)
        lost = self._needs(former) - needed
        gone = lost - self._needed_by_others(lost, former)
        for path in (needed | lost) - gone - self._described:
            uses = self._register.uses_of(path) - former[path] + fresh[path]
            change.replace(self._held(path), to_quads(self._describer.describe(path, uses), ENTITIES_GRAPH))
        for path in gone:
            change.replace(self._held(path), set())
        self._described |= set(filter(self._describer.knows, needed))
        self._described -= gone

    def _needed_by_others(self, lost: Collection[str], former: Mapping[str, Counter[Use]]) -> frozenset[str]:
        """Return which of the things that articles lose other articles still need."""

        def is_used(path: str) -> bool:
            return bool(self._register.uses_of(path) - former.get(path, Counter()))

        used = {path for path in lost if is_used(path)}
        if any(map(self._describer.knows, lost)):  # which something else that the gazetteer knows may need
            shared = filter(self._describer.knows, self._register.shared_paths())
            used |= self._needs(filter(is_used, list(shared)))
        return frozenset(used)

    def redo(self, change: Change) -> None:
        """Note what the graph must say after the gazetteer has changed.

        What belongs to one article alone stays: no gazetteer knows it.
        """
        after: set[ox.Quad] = set()
        for path in self._needs(self._register.shared_paths()):
            after |= to_quads(self._describer.describe(path, self._register.uses_of(path)), ENTITIES_GRAPH)
        held = self._engine.quads_for_pattern(None, None, None, to_named(ENTITIES_GRAPH))
        change.replace((quad for quad in held if not is_local_path(self._path(quad))), after)

    def find_touched(self, change: Change) -> set[str]:
        """Return the paths of all of which a change says something else."""
        graph = to_named(ENTITIES_GRAPH)
        return {self._path(quad) for quad in change.added | change.removed if quad.graph_name == graph}

    def paths(self) -> Iterator[str]:
        """Yield the paths of all that the graph describes."""
        held = self._engine.quads_for_pattern(None, None, None, to_named(ENTITIES_GRAPH))
        yield from (path for path, _ in groupby(held, self._path))

    def _path(self, quad: ox.Quad) -> str:
        subject = quad.subject
        return subject.value.removeprefix(self._describer.base) if isinstance(subject, ox.NamedNode) else ""

    def _needs(self, paths: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*map(self._describer.needs, paths))

    def _held(self, path: str) -> Iterable[ox.Quad]:
        subject = to_named(self._describer.base + path)
        return self._engine.quads_for_pattern(subject, None, None, to_named(ENTITIES_GRAPH))
