"""A part of the graph: some named graphs, a span of dates, what some actors said or was said about them.

A part is a graph that stands for itself: the chosen articles or statements with what follows from them, and
everything that they point to with its names, offices and links. Counts over the whole graph and the vocabulary
are no part of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox
from rdflib import Namespace
from rdflib.namespace import RDF

from kg.errors import InputError
from kg.graph.iris import DERIVED_GRAPH, ENTITIES_GRAPH
from kg.graph.store import Store
from kg.graph.terms import to_named
from ontology import DIP, PREFIXES

_ORG = Namespace(PREFIXES["org"])
_DERIVED, _ENTITIES = to_named(DERIVED_GRAPH), to_named(ENTITIES_GRAPH)
_HOLDER, _SUPPORTS, _OPPOSES = to_named(DIP.holder), to_named(DIP.supports), to_named(DIP.opposes)
_TOWARD = {to_named(DIP.inFavourOf): _SUPPORTS, to_named(DIP.against): _OPPOSES}
_CONVEYS, _REPORTED_IN, _TYPE = to_named(DIP.conveys), to_named(DIP.reportedIn), to_named(RDF.type)
_EARLIEST, _LATEST = to_named(DIP.earliest), to_named(DIP.latest)
_MEMBER, _LINKS_FROM = to_named(_ORG.member), to_named(DIP.linksFrom)

_OF_ACTORS = """
SELECT DISTINCT ?statement WHERE {
  VALUES ?actor { %s }
  {
    ?statement dip:speaker|dip:onBehalfOf|dip:side|dip:presumedSpeaker|dip:speakerPost|dip:addressee|dip:about ?actor .
    ?statement dip:reportedIn ?article
  } UNION {
    ?stance dip:inFavourOf|dip:against ?actor . ?statement dip:conveys ?stance
  }
}
"""


@dataclass(frozen=True, slots=True)
class Part:
    """What is wanted of a graph.

    Attributes:
        graphs: IRIs of named graphs; all when empty.
        since: The first day of publication; what has no date is left out.
        until: The last day of publication, likewise.
        actors: IRIs of actors, topics or offices: what they said, and what was said about them.
    """

    graphs: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    actors: tuple[str, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Whether statements are chosen, rather than whole graphs."""
        return bool(self.since or self.until or self.actors)

    def holds_dates(self, earliest: str, latest: str) -> bool:
        """Whether an article of these days, written as in XSD or empty, was surely published within the span."""
        if self.since is None and self.until is None:
            return True
        if not (earliest and latest):
            return False
        return (self.since is None or earliest >= self.since.isoformat()) and (
            self.until is None or latest <= self.until.isoformat()
        )


WHOLE = Part()
"""Everything."""


def check_part(store: Store, part: Part) -> None:
    """Refuse what the store does not have.

    Raises:
        InputError: When there is no such graph or actor, or the span ends before it begins.
    """
    for graph in part.graphs:
        if not _is_held(store.engine, graph):
            raise InputError("the store has no such graph", where=graph, remedy="an article's IRI is its graph's name")
    for actor in part.actors:
        if not _is_known(store.engine, actor):
            raise InputError("the store knows nothing of this", where=actor, remedy="give another IRI or name")
    if part.since and part.until and part.until < part.since:
        raise InputError(f"the span ends ({part.until}) before it begins ({part.since})", where="dates")


def _is_held(engine: ox.Store, graph: str) -> bool:
    try:
        return engine.contains_named_graph(ox.NamedNode(graph))
    except ValueError:
        return False


def _is_known(engine: ox.Store, thing: str) -> bool:
    try:
        return any(True for _ in engine.quads_for_pattern(ox.NamedNode(thing), None, None, None))
    except ValueError:
        return False


def quads_of(store: Store, part: Part) -> Iterator[ox.Quad]:
    """Yield a part's quads, in no order."""
    if part.is_cut:
        yield from _Cut(store, part).quads()
    elif part.graphs:
        for graph in sorted(set(part.graphs)):
            yield from store.engine.quads_for_pattern(None, None, None, to_named(graph))
    else:
        yield from store.engine


def chosen_statements(store: Store, part: Part) -> Mapping[str, set[str]]:
    """Return the statements that a cut part has, by article; an article in which nothing was said has none."""
    engine = store.engine
    if part.actors:
        named = " ".join(str(to_named(actor)) for actor in part.actors)
        found = (row[0].value for row in store.query(_OF_ACTORS % named))  # type: ignore[union-attr]
        by_article: dict[str, set[str]] = defaultdict(set)
        for statement in found:
            for quad in engine.quads_for_pattern(to_named(statement), _REPORTED_IN, None, None):
                by_article[_value(quad.object)].add(statement)
    else:
        by_article = {str(article): set() for article in store.articles()}
        for quad in engine.quads_for_pattern(None, _REPORTED_IN, None, None):
            by_article.setdefault(_value(quad.object), set()).add(_value(quad.subject))
    return {
        article: statements
        for article, statements in by_article.items()
        if (not part.graphs or article in part.graphs)
        and part.holds_dates(_first(engine, article, _EARLIEST), _first(engine, article, _LATEST))
    }


def _first(engine: ox.Store, subject: str, predicate: ox.NamedNode) -> str:
    return next((_value(q.object) for q in engine.quads_for_pattern(to_named(subject), predicate, None, None)), "")


def _value(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else ""


class _Cut:
    """The quads of chosen statements and of everything that they need."""

    def __init__(self, store: Store, part: Part) -> None:
        self._engine = store.engine
        self._base = store.base
        self._has_all = not part.actors
        self._chosen = chosen_statements(store, part)
        self._statements = frozenset().union(*self._chosen.values())
        self._mentioned: set[str] = set()
        self._positions: set[tuple[str, ox.NamedNode, str]] = set()

    def quads(self) -> Iterator[ox.Quad]:
        for article, statements in self._chosen.items():
            yield from self._article(article, statements)
        yield from self._things()
        for holder, towards, target in self._positions:
            yield from self._engine.quads_for_pattern(to_named(holder), towards, to_named(target), None)

    def _article(self, article: str, statements: set[str]) -> Iterator[ox.Quad]:
        own = {article, *statements}
        quads = list(self._engine.quads_for_pattern(None, None, None, to_named(article)))
        if self._has_all:
            own |= {_value(quad.subject) for quad in quads}
        else:
            own |= {_value(q.object) for q in quads if q.predicate == _CONVEYS and _value(q.subject) in statements}
            own |= {
                subject
                for quad in quads
                if (subject := _value(quad.subject)).rpartition("/")[0] in statements  # a statement's selector
            }
        holders: dict[str, str] = {}
        stands: list[tuple[str, ox.NamedNode, str]] = []
        for quad in quads:
            if (subject := _value(quad.subject)) in own and self._keeps(quad):
                yield quad
                if quad.predicate == _HOLDER:
                    holders[subject] = _value(quad.object)
                elif quad.predicate in _TOWARD:
                    stands.append((subject, _TOWARD[quad.predicate], _value(quad.object)))
                self._mention(quad, own)
        self._positions |= {(holders[s], towards, target) for s, towards, target in stands if s in holders}
        for subject in own:
            yield from self._follow(subject, own)
        for statement in statements:
            for link in self._engine.quads_for_pattern(None, _LINKS_FROM, to_named(statement), _DERIVED):
                about = list(self._engine.quads_for_pattern(link.subject, None, None, _DERIVED))
                if all(map(self._keeps, about)):
                    yield from about

    def _follow(self, subject: str, own: set[str]) -> Iterator[ox.Quad]:
        """Yield what is derived of one of an article's own things."""
        for quad in self._engine.quads_for_pattern(to_named(subject), None, None, _DERIVED):
            if self._keeps(quad):
                yield quad
                self._mention(quad, own)

    def _keeps(self, quad: ox.Quad) -> bool:
        """Whether it points to no statement outside of the part."""
        value = _value(quad.object)
        return not value.startswith(self._base + "statement/") or value.partition("/selector")[0] in self._statements

    def _mention(self, quad: ox.Quad, own: Iterable[str]) -> None:
        value = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
        if value.startswith(self._base) and value not in own and value not in self._chosen:
            self._mentioned.add(value)

    def _things(self) -> Iterator[ox.Quad]:
        """Yield all that is said of what was mentioned, and of what that points to in turn."""
        waiting = list(self._mentioned)
        while waiting:
            thing = to_named(waiting.pop())
            memberships = [_value(q.subject) for q in self._engine.quads_for_pattern(None, _MEMBER, thing, _ENTITIES)]
            found = list(self._engine.quads_for_pattern(thing, None, None, _ENTITIES))
            yield from found
            for quad in self._engine.quads_for_pattern(thing, None, None, _DERIVED):
                if quad.predicate not in (_SUPPORTS, _OPPOSES):
                    yield quad
            for next_ in (*memberships, *(_value(q.object) for q in found if isinstance(q.object, ox.NamedNode))):
                if next_.startswith(self._base) and next_ not in self._mentioned:
                    self._mentioned.add(next_)
                    waiting.append(next_)
