"""What follows from a store's triples by rules, worked out beside the store so that only the difference is written.

The rules run in a scratch store in memory that holds what they speak of and nothing else: no text, no label. The
result takes the place of the derived graph in one transaction, of which an article more or less changes little.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox
from rdflib import RDF

from kg.graph.iris import DERIVED_GRAPH
from kg.graph.terms import Change, to_named

_DERIVED = to_named(DERIVED_GRAPH)
_ASSERTED = ox.NamedNode("urn:mavaze:asserted")
_TYPE = to_named(RDF.type)
_PATTERN = re.compile(r"\{ \S+ (a|<[^>]+>) (\?\w+|<[^>]+>) \}")


def close(engine: ox.Store, facts: Iterable[ox.Quad], rules: Sequence[str]) -> ox.Store:
    """Return a scratch store whose derived graph holds the facts and all that follows from them and the store.

    Args:
        engine: The store; its derived graph is left out.
        facts: What was derived from the data, as quads of the derived graph.
        rules: SPARQL updates, run in order (see ``kg.graph.inference``).
    """
    scratch = ox.Store()
    scratch.bulk_extend(_spoken_of(engine, rules))
    scratch.bulk_extend(facts)
    for rule in rules:
        scratch.update(rule)
    return scratch


def _spoken_of(engine: ox.Store, rules: Sequence[str]) -> Iterator[ox.Quad]:
    """Yield the asserted quads that rules read or might write, all in one graph."""
    found = sorted({match.groups() for rule in rules for match in _PATTERN.finditer(rule)})
    predicates = {predicate for predicate, _ in found if predicate != "a"}
    patterns: list[tuple[ox.NamedNode, ox.NamedNode | None]] = [
        (ox.NamedNode(predicate[1:-1]), None) for predicate in sorted(predicates)
    ]
    patterns += [(_TYPE, ox.NamedNode(value[1:-1])) for predicate, value in found if predicate == "a"]
    for predicate, value in patterns:
        for quad in engine.quads_for_pattern(None, predicate, value, None):
            if quad.graph_name != _DERIVED:
                yield ox.Quad(quad.subject, quad.predicate, quad.object, _ASSERTED)


def replace_graphs(engine: ox.Store, source: ox.Store, graphs: Sequence[ox.NamedNode]) -> None:
    """Let graphs hold what they hold in another store; the difference is written, in one transaction.

    Where they hold nothing yet, as in a first run, all is written as it comes: nobody reads it before.

    Args:
        engine: The store that is written.
        source: What the graphs are to hold.
        graphs: Their names.

    Raises:
        OSError: When the disk does not take it.
    """
    if not any(True for graph in graphs for _ in engine.quads_for_pattern(None, None, None, graph)):
        for graph in graphs:
            engine.bulk_extend(source.quads_for_pattern(None, None, None, graph))
        return
    change = Change()
    for graph in graphs:
        change.added |= {q for q in source.quads_for_pattern(None, None, None, graph) if q not in engine}
        change.removed |= {q for q in engine.quads_for_pattern(None, None, None, graph) if q not in source}
    change.apply(engine)
