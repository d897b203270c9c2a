"""What follows from a store's triples by rules, kept up with every change: what a change entails is part of it.

A triple is derived when the rules entail it and it is asserted in no graph. What is added is followed forward; what
is taken out puts in doubt whatever was derived with it, and of that stays what can still be derived another way.

References:
    Gupta, Mumick and Subrahmanian 1993, Maintaining views incrementally (delete and rederive).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import TypeVar

import pyoxigraph as ox
from rdflib import RDF

from kg.graph.iris import DERIVED_GRAPH, ENTITIES_GRAPH
from kg.graph.rules import Atom, Rule
from kg.graph.terms import Change, to_named
from ontology import DIP

DERIVED = to_named(DERIVED_GRAPH)
_OF_NO_ARTICLE = (DERIVED, to_named(ENTITIES_GRAPH))
_TYPE = to_named(RDF.type)
_ENDS = (to_named(DIP.linksFrom), to_named(DIP.linksTo))
_LINKED = (to_named(DIP.denies), to_named(DIP.sameReportAs))
_FACTS = frozenset(
    to_named(name)
    for name in (
        *(DIP.side, DIP.onBehalfOf, DIP.presumedSpeaker, DIP.denies, DIP.sameReportAs),
        *(DIP.linksFrom, DIP.linksTo, DIP.rule, DIP.sharedWords, DIP.similarity),
    )
)
_LINK = to_named(DIP.Link)
_LARGEST_CHANGE = 50_000
"""Quads that one transaction may have while all is derived anew."""

_Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Bindings = Mapping[str, _Node]
_Entry = TypeVar("_Entry")
_NOTHING: _Bindings = {}
_Find = Callable[[_Node | None, ox.NamedNode, _Node | None], Iterable[ox.Triple]]


def is_fact(triple: ox.Triple) -> bool:
    """Whether it is of a kind that ``kg.graph.derivation`` tells from the data, and not by rules alone."""
    return triple.predicate in _FACTS or (triple.predicate == _TYPE and triple.object == _LINK)


class Closure:
    """The derived graph of one store, as far as it follows by rules.

    Args:
        engine: The store's quads.
        rules: What follows from what.
    """

    def __init__(self, engine: ox.Store, rules: Iterable[Rule]) -> None:
        self._engine = engine
        self._readers: dict[object, list[tuple[_Pattern, _Pattern, tuple[_Pattern, ...]]]] = defaultdict(list)
        self._makers: dict[object, list[tuple[_Pattern, tuple[_Pattern, ...]]]] = defaultdict(list)
        self._made: set[ox.NamedNode] = set()
        """The predicates of heads."""
        self._spoken_of: set[ox.NamedNode] = set()
        """The predicates of heads and bodies; nothing follows from any other."""
        self._valued: set[ox.NamedNode] = set()
        """The predicates of which patterns name the value: it tells most of them apart."""
        for rule in sorted(set(rules)):
            head, body = _Pattern.of(rule.head), tuple(map(_Pattern.of, rule.body))
            self._makers[head.key].append((head, body))
            for number, pattern in enumerate(body):
                self._readers[pattern.key].append((head, pattern, body[:number] + body[number + 1 :]))
            self._made.add(head.predicate)
            self._spoken_of |= {pattern.predicate for pattern in (head, *body)}
            self._valued |= {pattern.predicate for pattern in (head, *body) if not isinstance(pattern.value, str)}

    def follow(self, change: Change) -> None:
        """Add to a change what it entails; to be called before it is applied."""
        after = _After(self._engine, change, self._spoken_of)
        doubted = self._doubt(change, after)
        waiting = list(after.added)
        for triple in waiting:
            # What is asserted now is no longer derived.
            if triple.predicate in self._made and not is_fact(triple) and (copy := _derived(triple)) in self._engine:
                change.removed.add(copy)
        for triple in doubted:
            if not after.holds(triple) and self._entails(triple, after.find):
                after.derive(triple)
                waiting.append(triple)
        self._advance(waiting, after)

    def redo(self) -> Iterator[Change]:
        """Yield what must change for the graph to hold just what follows from all that is asserted.

        Each change is to be applied before the next is asked for; a small store gives one.
        """
        change = Change()
        after = _After(self._engine, change, self._spoken_of)
        for quad in self._engine:
            if quad.predicate in self._spoken_of and quad.graph_name != DERIVED:
                self._advance([quad.triple], after)
            if len(change.added) >= _LARGEST_CHANGE:
                yield change
                change = Change()
                after = _After(self._engine, change, self._spoken_of)
        for quad in self._engine.quads_for_pattern(None, None, None, DERIVED):
            if self._is_outlived(quad.triple):
                change.removed.add(quad)
            if len(change.added) + len(change.removed) >= _LARGEST_CHANGE:
                yield change
                change = Change()
        yield change

    # ── Forward ──────────────────────────────────────────────────────────────────────────────────

    def _advance(self, waiting: list[ox.Triple], after: "_After") -> None:
        while waiting:
            for triple in self._heads(waiting.pop(), after.find):
                if not after.holds(triple):
                    after.derive(triple)
                    waiting.append(triple)

    def _heads(self, triple: ox.Triple, find: _Find) -> Iterator[ox.Triple]:
        """Yield what a triple entails together with others."""
        for head, pattern, rest in self._fitting(self._readers, triple):
            if (bindings := pattern.bind(triple, _NOTHING)) is not None:
                for solution in _solve(rest, bindings, find) if rest else (bindings,):
                    if (found := head.fill(solution)) is not None:
                        yield found

    def _fitting(self, by_key: Mapping[object, list[_Entry]], triple: ox.Triple) -> Sequence[_Entry]:
        predicate = triple.predicate
        found = by_key.get(predicate, ())
        return (*found, *by_key.get((predicate, triple.object), ())) if predicate in self._valued else found

    # ── Backward ─────────────────────────────────────────────────────────────────────────────────

    def _doubt(self, change: Change, after: "_After") -> set[ox.Triple]:
        """Take out of the derived graph whatever was derived with what goes; return all that may still be derived."""
        for quad in self._of_the_gone(change, after):
            change.removed.add(quad)
        doubted = {quad.triple for quad in change.removed if quad.predicate in self._spoken_of}
        waiting = [triple for triple in doubted if not after.holds(triple)]
        while waiting:
            for triple in self._heads(waiting.pop(), self._find):
                quad = _derived(triple)
                if triple not in doubted and quad in self._engine and not is_fact(triple):
                    doubted.add(triple)
                    change.removed.add(quad)
                    waiting.append(triple)
        return doubted

    def _of_the_gone(self, change: Change, after: "_After") -> list[ox.Quad]:
        """Return what is derived about statements, stances and articles that are there no longer."""
        found: list[ox.Quad] = []
        for subject in {quad.subject for quad in change.removed if quad.graph_name not in _OF_NO_ARTICLE}:
            if not after.is_described(subject):
                found += self._engine.quads_for_pattern(subject, None, None, DERIVED)
                for quad in self._engine.quads_for_pattern(None, None, subject, DERIVED):
                    is_end = quad.predicate in _ENDS
                    found += self._engine.quads_for_pattern(quad.subject, None, None, DERIVED) if is_end else [quad]
        return found

    def _is_outlived(self, triple: ox.Triple) -> bool:
        """Whether a triple of the derived graph should not be there."""
        if is_fact(triple):
            # The facts of what is there are told anew article by article.
            return not (self._is_founded(triple.subject) or self._is_proven(triple, frozenset()))
        return self._is_asserted(triple) or not self._is_proven(triple, frozenset())

    def _is_founded(self, subject: _Node) -> bool:
        """Whether it is a part of an article, or the evidence of a link between two of them."""
        ends = [end.object for name in _ENDS for end in self._find(subject, name, None)]
        if ends:
            pairs = permutations(ends, 2)
            return any(True for pair in pairs for name in _LINKED for _ in self._find(pair[0], name, pair[1]))
        quads = self._engine.quads_for_pattern(subject, None, None, None)  # type: ignore[arg-type]
        return any(quad.graph_name not in _OF_NO_ARTICLE for quad in quads)

    def _is_proven(self, triple: ox.Triple, above: frozenset[ox.Triple]) -> bool:
        """Whether a triple follows from what is asserted, and not from itself."""
        within = above | {triple}
        for bound, body in self._makers_of(triple):
            for solution in _solve(body, bound, self._find):
                needed = [pattern.fill(solution) for pattern in body]
                if all(
                    one is not None
                    and one not in within
                    and (is_fact(one) or self._is_asserted(one) or self._is_proven(one, within))
                    for one in needed
                ):
                    return True
        return False

    def _entails(self, triple: ox.Triple, find: _Find) -> bool:
        return any(True for bound, body in self._makers_of(triple) for _ in _solve(body, bound, find))

    def _makers_of(self, triple: ox.Triple) -> Iterator[tuple[_Bindings, tuple["_Pattern", ...]]]:
        for head, body in self._fitting(self._makers, triple):
            if (bindings := head.bind(triple, _NOTHING)) is not None:
                yield bindings, body

    def _is_asserted(self, triple: ox.Triple) -> bool:
        return any(quad.graph_name != DERIVED for quad in _matching(self._engine, *triple))

    def _find(self, subject: _Node | None, predicate: ox.NamedNode, object: _Node | None) -> Iterator[ox.Triple]:
        for quad in _matching(self._engine, subject, predicate, object):
            yield quad.triple


class _After:
    """The triples of a store that rules speak of, as they will be once a change is made.

    Attributes:
        added: Those that are new.
    """

    def __init__(self, engine: ox.Store, change: Change, spoken_of: Collection[ox.NamedNode]) -> None:
        self._engine = engine
        self._change = change
        self.added = {quad.triple for quad in change.added if quad.predicate in spoken_of}
        self._by_subject: dict[_Node, list[ox.Triple]] = defaultdict(list)
        self._by_object: dict[_Node, list[ox.Triple]] = defaultdict(list)
        for triple in self.added:
            self._note(triple)
        self._unknown: dict[tuple[_Node | None, _Node | None], bool] = {}

    def derive(self, triple: ox.Triple) -> None:
        """Let a triple that is not there be derived."""
        quad = _derived(triple)
        if quad in self._change.removed:
            self._change.removed.discard(quad)
        else:
            self._change.added.add(quad)
        self.added.add(triple)
        self._note(triple)

    def holds(self, triple: ox.Triple) -> bool:
        """Whether a triple will be there."""
        if triple in self.added:
            return True
        if self._is_unknown(triple.subject, None):
            return False
        return any(quad not in self._change.removed for quad in _matching(self._engine, *triple))

    def find(self, subject: _Node | None, predicate: ox.NamedNode, object: _Node | None) -> Iterator[ox.Triple]:
        """Yield the triples that will be there and fit; one part is given at least."""
        near = self._by_subject.get(subject, ()) if subject is not None else self._by_object.get(object, ())  # type: ignore[arg-type]
        for triple in list(near):
            if triple.predicate == predicate and (object is None or triple.object == object):
                yield triple
        if not (self._is_unknown(subject, None) if subject is not None else self._is_unknown(None, object)):
            for quad in _matching(self._engine, subject, predicate, object):
                if quad not in self._change.removed and quad.triple not in self.added:
                    yield quad.triple

    def is_described(self, subject: _Node) -> bool:
        """Whether anything will be asserted of it."""
        quads = self._engine.quads_for_pattern(subject, None, None, None)  # type: ignore[arg-type]
        return subject in self._described or any(
            quad.graph_name != DERIVED and quad not in self._change.removed for quad in quads
        )

    @cached_property
    def _described(self) -> frozenset[_Node]:
        return frozenset(quad.subject for quad in self._change.added if quad.graph_name != DERIVED)

    def _note(self, triple: ox.Triple) -> None:
        self._by_subject[triple.subject].append(triple)
        self._by_object[triple.object].append(triple)

    def _is_unknown(self, subject: _Node | None, object: _Node | None) -> bool:
        """Whether the store has nothing of it yet: of a new article's parts that need not be asked again and again."""
        key = subject, object
        if key not in self._unknown:
            quads = self._engine.quads_for_pattern(subject, None, object, None)  # type: ignore[arg-type]
            self._unknown[key] = not any(True for _ in quads)
        return self._unknown[key]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A rule's atom in the engine's terms; a variable is a string."""

    subject: str
    predicate: ox.NamedNode
    value: str | ox.NamedNode

    @classmethod
    def of(cls, atom: Atom) -> "_Pattern":
        predicate = _TYPE if atom.predicate == "a" else ox.NamedNode(atom.predicate[1:-1])
        value = atom.object
        return cls(atom.subject, predicate, value if value.startswith("?") else ox.NamedNode(value[1:-1]))

    @property
    def key(self) -> object:
        """Tells the triples that may fit: by the predicate, and the value where it is one."""
        return self.predicate if isinstance(self.value, str) else (self.predicate, self.value)

    def bind(self, triple: ox.Triple, known: _Bindings) -> _Bindings | None:
        """Return what the variables stand for when it is this triple; None where it cannot be."""
        subject, value = triple.subject, triple.object
        if not isinstance(self.value, str):
            if self.value != value or known.get(self.subject, subject) != subject:
                return None
            return {**known, self.subject: subject}
        if known.get(self.subject, subject) != subject or known.get(self.value, value) != value:
            return None
        if self.subject == self.value and subject != value:
            return None
        return {**known, self.subject: subject, self.value: value}

    def fill(self, bindings: _Bindings) -> ox.Triple | None:
        """Return the triple with its variables filled; None where a text would be said something of."""
        subject = bindings[self.subject]
        if not isinstance(subject, ox.NamedNode | ox.BlankNode):
            return None
        return ox.Triple(subject, self.predicate, self.find_value(bindings))  # type: ignore[arg-type]

    def find_value(self, bindings: _Bindings) -> _Node | None:
        """Return the object, as far as it is known."""
        return bindings.get(self.value) if isinstance(self.value, str) else self.value


def _solve(patterns: Sequence[_Pattern], bindings: _Bindings, find: _Find) -> Iterator[_Bindings]:
    """Yield what the variables can stand for so that all patterns are met."""
    if not patterns:
        yield bindings
        return
    # From what is known to what is not.
    first = max(patterns, key=lambda pattern: (pattern.subject in bindings, pattern.find_value(bindings) is not None))
    rest = [pattern for pattern in patterns if pattern is not first]
    subject = bindings.get(first.subject)
    if isinstance(subject, ox.Literal):
        return
    for triple in find(subject, first.predicate, first.find_value(bindings)):
        if (bound := first.bind(triple, bindings)) is not None:
            yield from _solve(rest, bound, find)


def _derived(triple: ox.Triple) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, DERIVED)


def _matching(
    engine: ox.Store, subject: _Node | None, predicate: _Node | None, object: _Node | None
) -> Iterator[ox.Quad]:
    return engine.quads_for_pattern(subject, predicate, object, None)  # type: ignore[arg-type]
