"""Articles in, a stored graph out: what has not changed is skipped, what has is replaced as a whole.

A run may be interrupted and repeated at any time. An article that cannot be read costs itself, never the run.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib import URIRef

from kg.attempts import Extractor, attempt_all, built_in
from kg.cluster import attempt_on_cluster
from kg.errors import InputError
from kg.graph.files import read_base
from kg.graph.iris import article_path
from kg.graph.sightings import Sightings
from kg.graph.store import Staged, Store, fingerprint, locate
from kg.graph.triples import Provenance
from kg.model import Article, DateSpan, Extraction
from kg.provenance import current_provenance
from kg.sources import STDIN, Meter, SetAside, place_of, read, warn_set_aside
from kg.stopping import stopping

if TYPE_CHECKING:
    from kg.extract.engines import ServerEngine

BATCH_SIZE = 32
"""Articles that are stored in one transaction: what a kill can cost."""


@dataclass(slots=True)
class BuildReport:
    """What a run did.

    Attributes:
        read: Articles that were read.
        added: Those that the store did not know.
        replaced: Those that have changed, or whose extractor has.
        unchanged: Those that were skipped.
        removed: Articles that a source gave before and has replaced by another text.
        set_aside: Inputs that were left out, each with its reason told.
        withheld: Articles that were not taken in, because ``mavaze remove`` took them out before.
        statements: Statements in what was added and replaced.
        stances: Stances in what was added and replaced.
        share: The part of the input that has been read, where its size is known.
        is_interrupted: Whether the user stopped the run; the next one goes on.

    Example:
        >>> print(BuildReport(read=3, added=2, unchanged=1, statements=9, stances=4))
        3 articles read: 2 added, 0 replaced, 1 unchanged, 0 removed, 0 set aside; 9 statements, 4 stances
    """

    read: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    set_aside: int = 0
    withheld: int = 0
    statements: int = 0
    stances: int = 0
    share: float | None = None
    is_interrupted: bool = False

    def __str__(self) -> str:
        counts = (
            f"{self.read} articles read: {self.added} added, {self.replaced} replaced, {self.unchanged} unchanged, "
            f"{self.removed} removed, {self.set_aside} set aside; {self.statements} statements, {self.stances} stances"
        )
        if self.withheld:
            counts += f"; {self.withheld} not taken in again after their removal"
        return f"{counts}; interrupted, run it again to go on" if self.is_interrupted else counts


def build(
    sources: Iterable[str | Path],
    store: str | Path,
    *,
    publisher: str | None = None,
    published: DateSpan | None = None,
    jobs: int = 1,
    base: str | None = None,
    force: bool = False,
    restore: bool = False,
    min_confidence: float | None = None,
    engine: "ServerEngine | None" = None,
    cluster: str | None = None,
    set_aside: SetAside | None = None,
    progress: Callable[[BuildReport], None] | None = None,
) -> BuildReport:
    """Read sources, extract what is new in them, and store it.

    A store is made where there is none, once the first article has been read.

    Args:
        sources: Files, folders, or «-» for standard input.
        store: The store's folder, or the query address of a SPARQL 1.1 server.
        publisher: The outlet of articles that name none.
        published: The date of articles that have none.
        jobs: Processes to extract with.
        base: The base of all IRIs of a new store.
        force: Whether unchanged articles are read again too.
        restore: Whether to take in again what was removed.
        min_confidence: The least probability that a statement must have; the extractor's own by default.
        engine: A model server that reads in the built-in extractor's place, by one process.
        cluster: The address of a Dask scheduler whose workers read.
        set_aside: Told of each input that is left out, with its reason; a warning is logged by default.
        progress: Told how far the run is, after each transaction.

    Raises:
        StoreError: When the store cannot be opened or written.
    """
    unreadable: list[InputError] = []

    def note(error: InputError) -> None:
        unreadable.append(error)
        (set_aside or warn_set_aside)(error)

    meter = Meter()

    def tell(report: BuildReport) -> None:
        report.share = meter.share
        if progress:
            progress(report)

    articles = read(*sources, publisher=publisher, published=published, set_aside=note, meter=meter)
    first = next(articles, None)
    if first is None and read_base(locate(store)) is None:
        return BuildReport(set_aside=len(unreadable))
    with Store.open(store, create=True, base=base) as opened:
        report = build_articles(
            chain([] if first is None else [first], articles),
            opened,
            extract=engine or built_in(min_confidence),
            jobs=1 if engine else jobs,
            cluster=cluster,
            force=force,
            restore=restore,
            set_aside=set_aside,
            progress=tell,
            provenance=current_provenance(min_confidence, engine),
        )
    report.set_aside += len(unreadable)
    return report


def build_articles(
    articles: Iterable[Article],
    store: Store,
    *,
    extract: Extractor | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    force: bool = False,
    restore: bool = False,
    set_aside: SetAside | None = None,
    progress: Callable[[BuildReport], None] | None = None,
    provenance: Provenance | None = None,
) -> BuildReport:
    """Extract what is new in articles, store it, and derive what follows.

    Args:
        articles: In any number; only a few are held at a time.
        store: Open for writing.
        extract: What reads an article; ``kg.extract.extract`` by default.
        jobs: Processes to extract with; the function must then be importable by name.
        cluster: The address of a Dask scheduler whose workers extract instead.
        force: Whether unchanged articles are read again too.
        restore: Whether to take in again what was removed.
        set_aside: Told of each article that is left out, with its reason; a warning is logged by default. When it
            raises the error, the run stores what it has and ends.
        progress: Told how far the run is, after each transaction.
        provenance: What the extractor is made of, to know when an old extraction is outdated.

    Raises:
        StoreError: When the store cannot be written; what was stored before is kept.
    """
    extractor = extract or built_in(None)
    if store.register.fact("derived_with") is None:
        store.derive()  # what is there before the first article, so that only what changes follows
    run = _Run(store, provenance or current_provenance(), force, restore, set_aside or warn_set_aside)
    with stopping(run.interrupt):
        if cluster is None:
            outcomes = attempt_all(run.select(articles), extractor, jobs)
        else:
            outcomes = attempt_on_cluster(run.select(articles), extractor, cluster)
        try:
            for article, outcome in outcomes:
                run.add(article, outcome)
                if len(run.batch) >= BATCH_SIZE:
                    run.store_batch()
                    if progress:
                        progress(run.report)
        except InputError:  # of who wants to stop at the first input that is set aside
            run.finish()
            raise
        run.finish()
        if not run.report.is_interrupted:
            run.remove_outdated()
        store.derive()
    if progress:
        progress(run.report)
    return run.report


@dataclass(slots=True)
class _Run:
    """One run over one store: what was seen, what waits to be stored, and the counts."""

    store: Store
    provenance: Provenance
    force: bool
    restore: bool
    set_aside: SetAside
    report: BuildReport = field(default_factory=BuildReport)
    batch: list[Staged] = field(default_factory=list)
    sightings: Sightings = field(init=False)

    def __post_init__(self) -> None:
        self.sightings = self.store.register.sightings()

    def interrupt(self) -> None:
        """Let the run end after what it has in hand."""
        self.report.is_interrupted = True

    def select(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Yield the articles that must be extracted."""
        for article in articles:
            if self.report.is_interrupted:
                return
            self.report.read += 1
            article = replace(article, source=_name_source(article.source))
            path, made_from = article_path(article), fingerprint(article, self.provenance)
            refusals = self.store.register.refusals.matching(path, article.source, article.id, article.publisher)
            if refusals and not self.restore:
                self.report.withheld += 1
                continue
            self.store.register.refusals.forget(refusals)
            before = self.sightings.see(path, made_from)
            if before is not None and before != made_from:
                self.leave_out(article, "an article of this address was read before, with other contents")
            elif before is not None or (not self.force and self.store.register.fingerprint(path) == made_from):
                self.report.unchanged += 1
                self.remember_source(article, path)
            else:
                yield article

    def add(self, article: Article, outcome: Extraction | str) -> None:
        """Take an article's extraction, or the reason why there is none."""
        if isinstance(outcome, str):
            self.leave_out(article, outcome)
            return
        try:
            staged = self.store.stage(outcome, self.provenance)
        except InputError as error:
            self.leave_out(article, error)
            return
        is_known = self.store.register.knows(staged.entry.path)
        self.report.replaced += is_known
        self.report.added += not is_known
        self.report.statements += len(outcome.statements)
        self.report.stances += sum(len(statement.stances) for statement in outcome.statements)
        self.batch.append(staged)
        self.remember_source(article, staged.entry.path)

    def leave_out(self, article: Article, reason: str | InputError) -> None:
        """Count and tell what is left out."""
        self.report.set_aside += 1
        place = f"{article.source}: {article.id}" if article.source else article.id
        self.set_aside(reason if isinstance(reason, InputError) else InputError(reason, where=place))

    def remember_source(self, article: Article, path: str) -> None:
        """Note which source gives the article."""
        if article.source is not None:
            self.sightings.give(article.source, article.id, path)

    def store_batch(self) -> None:
        """Store what waits, in one transaction."""
        if self.batch:
            self.store.commit(self.batch)
            self.batch.clear()

    def finish(self) -> None:
        """Store what still waits, and which source gave what."""
        self.store_batch()
        self.sightings.keep_sources()

    def remove_outdated(self) -> None:
        """Take out what a source gave before and has replaced by another text."""
        outdated = []
        register = self.store.register
        for source, id_, path in self.sightings.outdated():
            register.forget_source(source, id_, path)
            if not register.sources_of(path):
                outdated.append(path)
        if outdated:
            self.store.remove(URIRef(self.store.base + path) for path in outdated)
            self.report.removed += len(outdated)


def _name_source(source: str | None) -> str | None:
    """Return where an article came from; None for standard input."""
    return None if source is None or source == STDIN else place_of(source)
