"""What a store knows without a Wikidata item, and what its statements tell of it: side, offices, dates."""

from collections import Counter, defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date

import pyoxigraph as ox

from kg.graph.files import reporting_problems
from kg.graph.identities import linked_paths
from kg.graph.iris import is_local_path
from kg.graph.store import Store
from kg.graph.triples import Use
from kg.model import DateSpan
from ontology import PREFIXES

_CONTEXT = """
SELECT ?entity ?side ?post ?earliest ?latest WHERE {
  { ?statement dip:speaker ?entity .
    OPTIONAL { ?statement dip:onBehalfOf ?side }
    OPTIONAL { ?statement dip:speakerPost ?post } }
  UNION { ?statement dip:conveys/(dip:inFavourOf|dip:against) ?entity }
  UNION { ?statement dip:about ?entity }
  ?statement dip:reportedIn ?article .
  OPTIONAL { ?article dip:earliest ?earliest ; dip:latest ?latest }
}
"""
_KINDS = ("organization", "person", "state", "topic")


@dataclass(frozen=True, slots=True)
class Unlinked:
    """Something without an item.

    Attributes:
        path: Its IRI without the base.
        kind: What it is.
        name: What most articles call it; empty where the gazetteer knows it.
        names: All its names in the articles.
        articles: How many articles use it.
        sides: Paths of those on whose behalf it speaks.
        posts: Paths of the offices by which it speaks.
        span: From the first to the last day on which those articles may have been published, or None.
    """

    path: str
    kind: str
    name: str
    names: tuple[str, ...]
    articles: int
    sides: frozenset[str]
    posts: frozenset[str]
    span: DateSpan | None


@dataclass(slots=True)
class _Context:
    """What statements tell of one thing, gathered row by row."""

    sides: set[str] = field(default_factory=set)
    posts: set[str] = field(default_factory=set)
    days: tuple[str, str] | None = None

    def add(self, row: ox.QuerySolution, base: str) -> None:
        for name, found in (("side", self.sides), ("post", self.posts)):
            if row[name] is not None:
                found.add(row[name].value.removeprefix(base))
        if row["earliest"] is not None and row["latest"] is not None:
            first, last = self.days or ("9999", "")
            self.days = min(first, row["earliest"].value), max(last, row["latest"].value)


def read_unlinked(store: Store) -> tuple[list[Unlinked], int]:
    """Return what has no item, the most used first, and how many names that mean something in one article alone."""
    with reporting_problems(store.path):
        linked = linked_paths(store.engine, store.base)
        uses = {
            path: found
            for path, found in store.register.all_uses()
            if next(iter(found)).kind in _KINDS and path not in linked
        }
        wanted = {path: found for path, found in uses.items() if not is_local_path(path)}
        context = _read_context(store, wanted)
    unlinked = [_describe(path, found, context.get(path, _Context())) for path, found in wanted.items()]
    return sorted(unlinked, key=lambda one: (-one.articles, one.path)), len(uses) - len(wanted)


def _read_context(store: Store, wanted: Container[str]) -> Mapping[str, _Context]:
    rows = store.engine.query(_CONTEXT, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    found: dict[str, _Context] = defaultdict(_Context)
    for row in rows:
        path = row["entity"].value.removeprefix(store.base)
        if path in wanted:
            found[path].add(row, store.base)
    return found


def _describe(path: str, uses: Counter[Use], context: _Context) -> Unlinked:
    names: Counter[str] = Counter()
    for use, times in uses.items():
        if use.name:
            names[use.name] += times
    return Unlinked(
        path=path,
        kind=min(use.kind for use in uses),
        name=min(names, key=lambda text: (-names[text], text), default=""),
        names=tuple(sorted({form for use in uses for form in (use.name, *use.forms) if form})),
        articles=uses.total(),
        sides=frozenset(context.sides),
        posts=frozenset(context.posts),
        span=DateSpan(*map(date.fromisoformat, context.days)) if context.days else None,
    )
