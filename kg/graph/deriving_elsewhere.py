"""What is derived in a store on a server: told from all its articles, and by the rules that the server itself runs."""

from collections.abc import Collection

import pyoxigraph as ox

from kg.gazetteer import Gazetteer
from kg.graph.derivation import derive_all
from kg.graph.deriving import find_state, renew_ontology, shipped_rules
from kg.graph.entity_graph import EntityGraph
from kg.graph.identities import prune_identities
from kg.graph.iris import DERIVED_GRAPH, SUMMARIES_GRAPH
from kg.graph.register import Register
from kg.graph.rules import Rule, put_in_order
from kg.graph.statements import read_statements
from kg.graph.terms import Change, insert_data, to_named, to_quads


def derive_elsewhere(
    engine: ox.Store,
    base: str,
    register: Register,
    gazetteer: Gazetteer,
    entities: EntityGraph,
    rules: Collection[Rule] | None = None,
) -> bool:
    """Bring the ontology, derived and summaries graphs of a server up to date with the articles.

    Args:
        engine: What stands in for the engine.
        base: The base of all IRIs.
        register: What has changed.
        gazetteer: What is known of the world.
        entities: The store's entities graph.
        rules: What follows from what; by default what the ontology's axioms say.

    Returns:
        Whether there was anything to do.
    """
    rules = shipped_rules() if rules is None else rules
    state = find_state(gazetteer, rules)
    if register.fact("derived_with") == state and not register.has_changed():
        return False
    renew_ontology(engine, register)
    if register.fact("gazetteer") != gazetteer.digest:
        change = Change()
        entities.redo(change)
        change.apply(engine)
    prune_identities(engine, base)
    facts, counts = derive_all(read_statements(engine), gazetteer, base)
    clearing = [f"CLEAR SILENT GRAPH {to_named(graph)}" for graph in (DERIVED_GRAPH, SUMMARIES_GRAPH)]
    quads = to_quads(facts, DERIVED_GRAPH) | to_quads(counts, SUMMARIES_GRAPH)
    updates = [rule.as_update() for rule in put_in_order(rules)]
    engine.update(" ;\n".join([*clearing, insert_data(quads), *updates]))
    register.forget_changed(None)
    register.set_facts({"derived_with": state, "gazetteer": gazetteer.digest})
    return True
