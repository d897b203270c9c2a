"""The store: named graphs in Oxigraph's files, replaced article by article.

Every change is one transaction of the engine: an article's graph is replaced as a whole or not at all, together
with what the entities graph must say because of it. rdflib is the interface (``dataset``), Oxigraph the storage.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.term import Node

from kg.errors import InputError, StoreError
from kg.gazetteer import Gazetteer, load
from kg.graph.answers import syntax_error
from kg.graph.committing import Committer
from kg.graph.deriving import Deriver
from kg.graph.deriving_elsewhere import derive_elsewhere
from kg.graph.entities import EntityDescriber
from kg.graph.entity_graph import EntityGraph
from kg.graph.files import REGISTER_NAME, make_folder, open_engine, read_base, reporting_problems
from kg.graph.iris import (
    DERIVED_GRAPH,
    ENTITIES_GRAPH,
    ONTOLOGY_GRAPH,
    SUMMARIES_GRAPH,
    article_path,
    digest,
)
from kg.graph.query_text import bind_parameters, check_query
from kg.graph.register import Entry, Register
from kg.graph.remote import RemoteEngine, is_remote, state_folder
from kg.graph.rules import Rule
from kg.graph.terms import Change, to_named, to_parameter, to_quads
from kg.graph.triples import Provenance, article_triples, find_uses, installed_version
from kg.model import Article, Extraction
from ontology import BASE, PREFIXES

if TYPE_CHECKING:
    from rdflib import Dataset

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

FIXED_GRAPHS = (ONTOLOGY_GRAPH, ENTITIES_GRAPH, DERIVED_GRAPH, SUMMARIES_GRAPH)
"""The graphs that are no article's."""


@dataclass(frozen=True, slots=True)
class Staged:
    """An article's graph, ready to be stored."""

    entry: Entry
    quads: set[ox.Quad]


class Store:
    """One store, open for reading or for writing.

    Attributes:
        path: Its folder.
        base: The base IRI of all things in it.
        is_read_only: Whether it refuses changes.
        engine: Oxigraph's store itself, or a server that stands in for it.
    """

    def __init__(
        self,
        path: Path,
        base: str,
        *,
        is_read_only: bool,
        gazetteer: Gazetteer | None = None,
        engine: ox.Store | None = None,
    ) -> None:
        self.path = path
        self.base = base
        self.is_read_only = is_read_only
        self.engine = open_engine(path, read_only=is_read_only) if engine is None else engine
        self._given_gazetteer = gazetteer
        self._committer = Committer(path)

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        create: bool = False,
        read_only: bool = False,
        base: str | None = None,
        gazetteer: Gazetteer | None = None,
    ) -> Self:
        """Open a store.

        Args:
            path: Its folder, or the query address of a SPARQL server.
            create: Whether to make an empty one where there is none.
            read_only: Whether it is only read; many may read while one writes, each what was there when it opened.
            base: The base of all IRIs of a new store; an old one keeps its own.
            gazetteer: What is known of the world; the one that ships by default.

        Raises:
            StoreError: When it is missing, written by another process, of a newer version or of another base.
        """
        folder = locate(path)
        found = read_base(folder)
        if found is None:
            if not create:
                raise StoreError(
                    "there is no store here",
                    where=str(path),
                    remedy="make one with mavaze build SOURCE --store DIR, or name another folder",
                )
            found = base or BASE
            make_folder(folder, found)
        if base is not None and base != found:
            raise StoreError(
                f"the store was made with the base {found}, not {base}",
                where=str(path),
                remedy="leave the base out, or build into another folder",
            )
        engine = None
        if is_remote(path):
            with reporting_problems(folder):
                # It answers the calls that are made of an engine, and no others.
                engine = cast("ox.Store", RemoteEngine(str(path), folder, is_read_only=read_only))
        store = cls(folder, found, is_read_only=read_only, gazetteer=gazetteer, engine=engine)
        if not read_only:
            try:
                store._finish_removals()
            except BaseException:
                store.close()
                raise
        return store

    def close(self) -> None:
        """Release the store for other processes; a dataset of it must not be used any more."""
        if "register" in self.__dict__:
            self.register.close()
        self.__dict__.pop("_entities", None)
        self.__dict__.pop("_deriver", None)
        try:
            if not self.is_read_only:
                with reporting_problems(self.path):
                    self.engine.flush()
        finally:
            if isinstance(self.engine, RemoteEngine):
                self.engine.close()
            del self.engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def register(self) -> Register:
        """Which source gave which article, and what articles use."""
        with reporting_problems(self.path):
            return Register(self.path / REGISTER_NAME, read_only=self.is_read_only)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """What is known of the world."""
        return self._given_gazetteer or load()

    @cached_property
    def _entities(self) -> EntityGraph:
        return EntityGraph(self.engine, self.register, EntityDescriber(self.gazetteer, self.base))

    @cached_property
    def _deriver(self) -> Deriver:
        return Deriver(
            self.engine, self._committer, self.path, self.base, self.register, self.gazetteer, self._entities
        )

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────

    def dataset(self) -> "Dataset":
        """Return the store as rdflib's dataset, whose default graph is the union of all."""
        from oxrdflib import OxigraphStore
        from rdflib import Dataset

        dataset = Dataset(store=OxigraphStore(store=self.engine), default_union=True)
        for prefix, namespace in PREFIXES.items():
            dataset.bind(prefix, namespace)
        return dataset

    def articles(self) -> list[URIRef]:
        """Return the IRIs of all articles, which are their graphs' names too; sorted."""
        # A visitor with the right to write may have made graphs of other names.
        begin = self.base + "article/"
        named = (graph.value for graph in self.engine.named_graphs())
        return sorted(URIRef(iri) for iri in named if iri.startswith(begin) and "/" not in iri.removeprefix(begin))

    def query(self, text: str, *, substitutions: Mapping[str, Node] | None = None) -> Results:
        """Run a query over the union of all graphs, without a time limit.

        Args:
            text: SPARQL 1.1; the usual prefixes need not be declared.
            substitutions: Values by variable name; bound, never pasted.

        Raises:
            QueryError: When the query is malformed or asks for what is not allowed.
        """
        checked = check_query(text)
        if substitutions:
            text = bind_parameters(text, {name: to_parameter(term) for name, term in substitutions.items()})
        try:
            with reporting_problems(self.path):
                return self.engine.query(text, prefixes=PREFIXES, use_default_graph_as_union=not checked.has_dataset)
        except SyntaxError as problem:
            raise syntax_error(str(problem)) from problem

    # ── Writing ──────────────────────────────────────────────────────────────────────────────────

    def is_current(self, article: Article, provenance: Provenance) -> bool:
        """Whether the store holds the article just as it is now, made by the same version and data."""
        return self.register.fingerprint(article_path(article)) == fingerprint(article, provenance)

    def replace(self, extractions: Extraction | Iterable[Extraction], *, provenance: Provenance | None = None) -> None:
        """Replace the graphs of articles, all in one transaction; what is the same stays untouched.

        Args:
            extractions: One article's, or a batch.
            provenance: What made them; this version by default.

        Raises:
            InputError: When a text or an address cannot be written as RDF.
            StoreError: When the store cannot take them; then it holds what it held before.
        """
        batch = [extractions] if isinstance(extractions, Extraction) else extractions
        made_by = provenance or Provenance(installed_version())
        self.commit([self.stage(extraction, made_by) for extraction in batch])

    def stage(self, extraction: Extraction, provenance: Provenance) -> Staged:
        """Make an article's graph, without storing it yet.

        Raises:
            InputError: When its text or its address cannot be written as RDF.
        """
        article = extraction.article
        path = article_path(article)
        triples = article_triples(extraction, self.base, gazetteer=self.gazetteer, provenance=provenance)
        try:
            for text in (article.text, article.title, article.publisher, article.derived_from):
                (text or "").encode()
            quads = to_quads(triples, URIRef(self.base + path))
        except ValueError as problem:
            raise InputError(
                f"the article cannot be written as RDF ({problem})",
                where=article.source or article.id,
                remedy="save it as UTF-8, and check its address",
            ) from problem
        uses = find_uses(extraction, gazetteer=self.gazetteer, provenance=provenance)
        return Staged(Entry(path, fingerprint(article, provenance), uses, article.source, article.id), quads)

    def commit(self, staged: Iterable[Staged]) -> None:
        """Replace the graphs of staged articles in one transaction.

        Raises:
            StoreError: When the store cannot take them; then it holds what it held before.
        """
        by_path = {one.entry.path: one for one in staged}
        self._write({path: one.quads for path, one in by_path.items()}, [one.entry for one in by_path.values()])

    def remove(self, articles: Iterable[URIRef]) -> None:
        """Take articles out, with the entities that nothing else needs; ``derive`` takes out what followed.

        Raises:
            StoreError: When the store cannot be written; then it holds what it held before.
        """
        self._write({article.removeprefix(self.base): set() for article in articles}, [])

    def _finish_removals(self) -> None:
        """Complete what a kill interrupted between the store and its register."""
        if self.register.fact("foreign_write"):
            self.follow_foreign_write()
        self._forget_lost(self.register.pending())

    def _forget_lost(self, paths: Collection[str]) -> None:
        lost = [path for path in paths if not any(True for _ in self._quads(self.base + path))]
        if lost:
            self._write({path: set() for path in lost}, [])

    def announce_foreign_write(self, *, touches_fixed: bool) -> None:
        """Note that triples are about to change which this class has not made.

        Args:
            touches_fixed: Whether the ontology, entities, derived and summaries graphs may change as well.
        """
        facts = {"foreign_write": "1", "derived_with": ""}
        with reporting_problems(self.path):
            self.register.set_facts(facts | ({"ontology": "", "gazetteer": ""} if touches_fixed else {}))

    def follow_foreign_write(self) -> None:
        """Forget the articles whose graphs are gone, with the entities that nothing else needs."""
        with reporting_problems(self.path):
            self._forget_lost(self.register.articles())
            self.register.set_facts({"foreign_write": ""})

    def _write(self, graphs: Mapping[str, set[ox.Quad]], entries: Sequence[Entry]) -> None:
        if self.is_read_only:
            raise StoreError("the store is open for reading only", where=str(self.path))
        removed = graphs.keys() - {entry.path for entry in entries}
        with reporting_problems(self.path):
            change = Change()
            for path, quads in graphs.items():
                change.replace(self._quads(self.base + path), quads)
            self._entities.follow(change, graphs, entries)
            if not isinstance(self.engine, RemoteEngine):  # which runs the rules itself
                self._deriver.follow(change)
            things = self._entities.find_touched(change)
            self.register.announce(entries, removed, changes=bool(change), things=things)
            self._committer.commit(self.engine, change, [to_named(self.base + path) for path in removed])
            # Only what is on the disk is recorded as stored.
            self.register.record(entries, removed)

    def _quads(self, graph: str) -> Iterable[ox.Quad]:
        return self.engine.quads_for_pattern(None, None, None, to_named(graph))

    # ── Deriving ─────────────────────────────────────────────────────────────────────────────────

    def derive(self, rules: Collection[Rule] | None = None) -> bool:
        """Bring the ontology, derived and summaries graphs and the search index up to date with the articles.

        Args:
            rules: What follows from what; by default what the ontology's axioms say (``kg.graph.inference``).

        Returns:
            Whether there was anything to do.

        Raises:
            StoreError: When the store cannot be written.
        """
        with reporting_problems(self.path):
            if isinstance(self.engine, RemoteEngine):
                return derive_elsewhere(self.engine, self.base, self.register, self.gazetteer, self._entities, rules)
            return self._deriver.update(rules)


def locate(store: str | Path) -> Path:
    """Return the folder of a store; for a server, that of what this machine remembers of it."""
    return state_folder(str(store)) if is_remote(store) else Path(store)


def fingerprint(article: Article, provenance: Provenance) -> str:
    """Return a digest of all that an article was read as, and of what read it."""
    told = (article.title, article.published, article.publisher, article.url, article.derived_from)
    return digest(article.text, *("" if value is None else str(value) for value in told), provenance.digest)
