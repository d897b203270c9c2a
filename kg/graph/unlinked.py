"""What a store knows without a Wikidata item, and what its statements tell of it: side, offices, dates."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
SELECT DISTINCT ?entity ?side ?post ?earliest ?latest WHERE {
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


def read_unlinked(store: Store) -> tuple[list[Unlinked], int]:
    """Return what has no item, the most used first, and how many names that mean something in one article alone."""
    with reporting_problems(store.path):
        linked = linked_paths(store.engine, store.base)
        uses = {
            path: found
            for path, found in store.register.all_uses()
            if next(iter(found)).kind in _KINDS and path not in linked
        }
        context = _read_context(store)
    wanted = {path: found for path, found in uses.items() if not is_local_path(path)}
    unlinked = [
        _describe(path, found, context.get(store.base + path, []), store.base) for path, found in wanted.items()
    ]
    return sorted(unlinked, key=lambda one: (-one.articles, one.path)), len(uses) - len(wanted)


def _read_context(store: Store) -> Mapping[str, list[ox.QuerySolution]]:
    rows = store.engine.query(_CONTEXT, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    found: dict[str, list[ox.QuerySolution]] = defaultdict(list)
    for row in rows:
        found[row["entity"].value].append(row)
    return found


def _describe(path: str, uses: Counter[Use], rows: Sequence[ox.QuerySolution], base: str) -> Unlinked:
    names: Counter[str] = Counter()
    for use, times in uses.items():
        if use.name:
            names[use.name] += times
    days = [row[name].value for row in rows for name in ("earliest", "latest") if row[name] is not None]
    return Unlinked(
        path=path,
        kind=min(use.kind for use in uses),
        name=min(names, key=lambda text: (-names[text], text), default=""),
        names=tuple(sorted({form for use in uses for form in (use.name, *use.forms) if form})),
        articles=uses.total(),
        sides=_paths(rows, "side", base),
        posts=_paths(rows, "post", base),
        span=DateSpan(date.fromisoformat(min(days)), date.fromisoformat(max(days))) if days else None,
    )


def _paths(rows: Sequence[ox.QuerySolution], name: str, base: str) -> frozenset[str]:
    return frozenset(row[name].value.removeprefix(base) for row in rows if row[name] is not None)
