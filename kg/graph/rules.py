"""Rules over triples: how they are written as SPARQL updates, and the order in which one run of each is enough.

Knows neither OWL nor a store.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter

from kg.errors import MavazeError
from kg.graph.iris import DERIVED_GRAPH

_DOUBLINGS = 10
"""How often a transitive property's rule is given: each run doubles the chains, so these follow 1,024 steps."""


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    """A triple pattern over ``?x``, ``?y`` … and IRIs, each written as SPARQL writes it."""

    subject: str
    predicate: str
    object: str

    @property
    def key(self) -> str:
        """What a rule must wait for: the class of a typing, the value of a has-value, else the predicate."""
        return self.predicate if self.object.startswith("?") else f"{self.predicate} {self.object}"

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object}"


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """Whatever matches the body entails the head."""

    head: Atom
    body: tuple[Atom, ...]

    def reads(self, key: str) -> bool:
        """Whether triples of that key may match the body: the predicate alone goes with each of its values."""
        predicate = key.partition(" ")[0]
        return any(
            atom.predicate == predicate and (predicate in (key, atom.key) or key == atom.key) for atom in self.body
        )

    def as_update(self) -> str:
        """Write the rule as a SPARQL update."""
        patterns = "\n".join(f"  GRAPH ?g{number} {{ {atom} }}" for number, atom in enumerate(self.body, 1))
        return (
            f"INSERT {{ GRAPH <{DERIVED_GRAPH}> {{ {self.head} }} }}\nWHERE {{\n{patterns}\n"
            f"  FILTER NOT EXISTS {{ GRAPH ?anywhere {{ {self.head} }} }}\n}}"
        )


def put_in_order(found: Iterable[Rule]) -> list[Rule]:
    """Put each rule after those whose heads it reads.

    Rules that read each other in a circle (equivalent classes) come as often as there are heads in it, so that
    one run of all is enough whatever is asserted.

    Raises:
        MavazeError: When a chain of properties leads back to itself in any way but transitivity.
    """
    remaining = sorted(rule for rule in found if rule.head not in rule.body)
    heads: dict[str, list[Rule]] = {}
    for rule in remaining:
        heads.setdefault(rule.head.key, []).append(rule)
    needs = {
        key: {needed for needed in heads for rule in made if needed != key and rule.reads(needed)}
        for key, made in heads.items()
    }
    ordered: list[Rule] = []
    for group in _components(needs):
        made = [rule for key in group for rule in heads[key]]
        circular = [rule for rule in made if len(rule.body) > 1 and any(map(rule.reads, group))]
        if any({atom.key for atom in rule.body} != {rule.head.key} for rule in circular):
            raise MavazeError(
                f"a chain of properties leads back to {circular[0].head.key}",
                where="ontology",
                remedy="end the chain in a property that does not follow from it",
            )
        ordered += made * (_DOUBLINGS if circular else len(group))
    return ordered


def _components(needs: dict[str, set[str]]) -> list[list[str]]:
    """Return the keys, each after those that it needs, with those that need each other together."""
    reached = {key: _reach(key, needs) for key in needs}
    group_of = {key: tuple(sorted({key} | {k for k in reached[key] if key in reached[k]})) for key in needs}
    between = {group_of[key]: {group_of[k] for k in needs[key]} - {group_of[key]} for key in sorted(needs)}
    sorter = TopologicalSorter(between)
    sorter.prepare()
    ordered: list[list[str]] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += map(list, ready)
        sorter.done(*ready)
    return ordered


def _reach(key: str, needs: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [key]
    while waiting:
        for needed in needs[waiting.pop()] - reached:
            reached.add(needed)
            waiting.append(needed)
    return reached
