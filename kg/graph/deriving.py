"""What is derived in a store's folder, kept in step with its articles: the derived and summaries graphs, the search.

What the rules entail is part of each change. What the data tell is told for the articles that have changed since the
last time, some at once, each time in one transaction; all of them count as changed when what tells it has.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
from rdflib import URIRef

from kg.gazetteer import Gazetteer
from kg.graph import denials, equal_reports
from kg.graph.closure import DERIVED, Closure, is_fact
from kg.graph.committing import Committer
from kg.graph.derivation import Derivation, Told, summary_of, summary_triples, total_triples
from kg.graph.entity_graph import EntityGraph
from kg.graph.equal_reports import report_triples
from kg.graph.identities import prune_identities
from kg.graph.indexing import index_articles, index_things
from kg.graph.iris import DERIVED_GRAPH, ONTOLOGY_GRAPH, SUMMARIES_GRAPH, digest, link_iri, total_iri
from kg.graph.register import Register
from kg.graph.rules import Rule
from kg.graph.search import SearchIndex
from kg.graph.statement_index import StatementIndex
from kg.graph.statements import read_statements
from kg.graph.terms import Change, to_named, to_quads
from kg.graph.triples import Triple, installed_version
from kg.graph.vocabulary import ontology_digest, ontology_quads
from ontology import DIP

_BATCH = 128
"""Articles that are told in one transaction."""

_DENIES = to_named(DIP.denies)
_SAME_REPORT = to_named(DIP.sameReportAs)


def shipped_rules() -> Collection[Rule]:
    """Return the rules that follow from the ontology's axioms."""
    from kg.graph import inference  # which takes a moment to load, and is not needed to read a store

    return inference.shipped_rules()


def find_state(gazetteer: Gazetteer, rules: Iterable[Rule]) -> str:
    """Return a digest of what decides what is derived, besides the articles."""
    return digest(ontology_digest(), gazetteer.digest, installed_version(), *sorted(rule.as_update() for rule in rules))


def renew_ontology(engine: ox.Store, register: Register) -> None:
    """Bring the ontology's graph up to date.

    Args:
        engine: The store's quads, or what stands in for them.
        register: Knows which ontology the graph holds.
    """
    if register.fact("ontology") != ontology_digest():
        # Blank nodes cannot be deleted one by one; a kill in between is repaired by the next run.
        engine.remove_graph(to_named(ONTOLOGY_GRAPH))
        engine.extend(ontology_quads())
        register.set_facts({"ontology": ontology_digest()})


class Deriver:
    """Derives in one folder.

    Args:
        engine: The store's quads.
        committer: What writes them.
        folder: The store's folder.
        base: The base of its IRIs.
        register: What has changed.
        gazetteer: What is known of the world.
        entities: The store's entities graph.
    """

    def __init__(
        self,
        engine: ox.Store,
        committer: Committer,
        folder: Path,
        base: str,
        register: Register,
        gazetteer: Gazetteer,
        entities: EntityGraph,
    ) -> None:
        self._engine = engine
        self._committer = committer
        self._folder = folder
        self._base = base
        self._register = register
        self._gazetteer = gazetteer
        self._entities = entities

    @cached_property
    def _closure(self) -> Closure:
        return Closure(self._engine, shipped_rules())

    def follow(self, change: Change) -> None:
        """Add to a change what the rules entail by it."""
        if change:
            self._closure.follow(change)

    def update(self, rules: Collection[Rule] | None = None) -> bool:
        """Derive what has to be; return whether there was anything to do.

        Args:
            rules: What follows from what; by default what the ontology's axioms say.
        """
        rules = shipped_rules() if rules is None else rules
        self._closure = Closure(self._engine, rules)
        state = find_state(self._gazetteer, rules)
        is_whole = StatementIndex.is_readable(self._folder) and SearchIndex.is_readable(self._folder)
        if self._register.fact("derived_with") != state or not is_whole:
            self._begin_anew(state)
        elif not self._register.has_changed():
            return False
        prune_identities(self._engine, self._base)
        with StatementIndex(self._folder) as index, SearchIndex(self._folder) as search:
            derivation = Derivation(index, self._gazetteer, self._base)
            while paths := self._register.changed_articles(_BATCH):
                with index.updating(), search.updating():
                    self._derive_articles(paths, derivation)
                    index_articles(search, self._engine, self._base, paths)
                self._register.forget_changed(paths)
            while paths := self._register.changed_things(_BATCH):
                with search.updating():
                    weights = {path: self._register.uses_of(path).total() for path in paths}
                    index_things(search, self._engine, self._base, weights)
                self._register.forget_changed(paths)
        return True

    def _begin_anew(self, state: str) -> None:
        """Let the rules hold for all that is there, and everything count as changed."""
        self._register.set_facts({"derived_with": ""})
        renew_ontology(self._engine, self._register)
        if self._register.fact("gazetteer") != self._gazetteer.digest:
            change = Change()
            self._entities.redo(change)
            self._write(change)
            self._register.set_facts({"gazetteer": self._gazetteer.digest})
        StatementIndex.erase(self._folder)
        SearchIndex.erase(self._folder)
        for change in self._closure.redo():
            self._write(change)
        graphs = (graph.value for graph in self._engine.named_graphs())
        begin = self._base + "article/"
        self._register.mark_changed(
            (graph.removeprefix(self._base) for graph in graphs if graph.startswith(begin)),
            self._entities.paths(),
        )
        self._register.set_facts({"derived_with": state})

    def _derive_articles(self, paths: Sequence[str], derivation: Derivation) -> None:
        articles = [URIRef(self._base + path) for path in paths]
        rows = read_statements(self._engine, articles)
        told = derivation.follow(articles, rows)
        stances = {stance.stance for row in rows for stance in row.stances}
        statements = {row.statement for row in rows}
        before = {quad for one in statements | stances for quad in self._facts_of(one)}
        before |= {quad for one in told.denials - statements for quad in self._denials_of(one)}
        change = Change()
        change.replace(before, to_quads(told.facts, DERIVED_GRAPH))
        self._replace_reports(told, articles, change)
        self._closure.follow(change)
        self._replace_counts(told, change)
        self._write(change)

    def _replace_counts(self, told: Told, change: Change) -> None:
        after = {summary_of(what, self._base): summary_triples(what, n, self._base) for what, n in told.counts.items()}
        for (side, target), both in told.totals.items():
            iri = total_iri(URIRef(side), URIRef(target), base=self._base)
            after[iri] = total_triples(side, target, both, self._base)
        for iri, triples in after.items():
            held = self._engine.quads_for_pattern(to_named(iri), None, None, to_named(SUMMARIES_GRAPH))
            change.replace(held, to_quads(triples, SUMMARIES_GRAPH))

    def _replace_reports(self, told: Told, articles: Iterable[URIRef], change: Change) -> None:
        """Note which pairs of equal reports are new, gone, or to be told anew because an article has changed."""
        changed = set(articles)
        held = {pair for one in told.reports.affected for pair in self._pairs_of(one)}
        pairs = told.reports.pairs
        anew = {pair for pair in held & pairs.keys() if any(said.article in changed for said in pairs[pair])}
        before = {quad for pair in (held - pairs.keys()) | anew for quad in self._quads_of_pair(*pair)}
        after: set[Triple] = set()
        for pair in (pairs.keys() - held) | anew:
            after.update(report_triples(*pairs[pair], self._base))
        change.replace(before, to_quads(after, DERIVED_GRAPH))

    # ── What the derived graph holds ─────────────────────────────────────────────────────────────

    def _facts_of(self, one: URIRef) -> Iterable[ox.Quad]:
        """Yield what has been told of a statement or a stance, equal reports apart."""
        for quad in self._derived(to_named(one), None, None):
            if is_fact(quad.triple) and quad.predicate not in (_SAME_REPORT, _DENIES):
                yield quad
        yield from self._denials_of(one)

    def _denials_of(self, statement: URIRef) -> Iterable[ox.Quad]:
        for quad in self._derived(to_named(statement), _DENIES, None):
            yield quad
            yield from self._link(denials.LINK, statement, URIRef(quad.object.value))  # type: ignore[union-attr]

    def _pairs_of(self, statement: URIRef) -> Iterable[tuple[URIRef, URIRef]]:
        for quad in self._derived(to_named(statement), _SAME_REPORT, None):
            other = URIRef(quad.object.value)  # type: ignore[union-attr]  # a statement
            yield (statement, other) if statement < other else (other, statement)

    def _quads_of_pair(self, one: URIRef, other: URIRef) -> Iterable[ox.Quad]:
        yield from self._derived(to_named(one), _SAME_REPORT, to_named(other))
        yield from self._derived(to_named(other), _SAME_REPORT, to_named(one))
        yield from self._link(equal_reports.LINK, one, other)

    def _link(self, kind: str, one: URIRef, other: URIRef) -> Iterable[ox.Quad]:
        return self._derived(to_named(link_iri(kind, one, other, self._base)), None, None)

    def _derived(
        self, subject: ox.NamedNode, predicate: ox.NamedNode | None, object: ox.NamedNode | None
    ) -> Iterable[ox.Quad]:
        return self._engine.quads_for_pattern(subject, predicate, object, DERIVED)

    def _write(self, change: Change) -> None:
        if change:
            self._committer.commit(self._engine, change)
