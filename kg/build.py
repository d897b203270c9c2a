"""Articles in, a stored graph out: what has not changed is skipped, what has is replaced as a whole.

A run may be interrupted and repeated at any time. An article that cannot be read costs itself, never the run.
"""

import hashlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib import URIRef

from kg.attempts import Extractor, attempt_all, built_in
from kg.errors import InputError
from kg.graph.files import read_base
from kg.graph.iris import article_path
from kg.graph.store import Staged, Store, fingerprint
from kg.graph.triples import Provenance, installed_version
from kg.model import Article, DateSpan, Extraction
from kg.sources import STDIN, SetAside, read

if TYPE_CHECKING:
    from kg.extract.engines import ServerEngine

BATCH_SIZE = 32
"""Articles that are stored in one transaction: what a kill can cost."""

_EXTRACTOR_ROOMS = ("kg.language", "kg.extract")
_LEXICON_ROOMS = ("kg.lexicon",)


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
        statements: Statements in what was added and replaced.
        stances: Stances in what was added and replaced.
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
    statements: int = 0
    stances: int = 0
    is_interrupted: bool = False

    def __str__(self) -> str:
        counts = (
            f"{self.read} articles read: {self.added} added, {self.replaced} replaced, {self.unchanged} unchanged, "
            f"{self.removed} removed, {self.set_aside} set aside; {self.statements} statements, {self.stances} stances"
        )
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
    min_confidence: float | None = None,
    engine: "ServerEngine | None" = None,
    set_aside: SetAside | None = None,
    progress: Callable[[BuildReport], None] | None = None,
) -> BuildReport:
    """Read sources, extract what is new in them, and store it.

    A store is made where there is none, once the first article has been read.

    Args:
        sources: Files, folders, or «-» for standard input.
        store: The store's folder.
        publisher: The outlet of articles that name none.
        published: The date of articles that have none.
        jobs: Processes to extract with.
        base: The base of all IRIs of a new store.
        force: Whether unchanged articles are read again too.
        min_confidence: The least probability that a statement must have; the extractor's own by default.
        engine: A model server that reads in the built-in extractor's place, by one process.
        set_aside: Told of each input that is left out, with its reason; a warning is logged by default.
        progress: Told how far the run is, after each transaction.

    Raises:
        StoreError: When the store cannot be opened or written.
    """
    unreadable: list[InputError] = []

    def note(error: InputError) -> None:
        unreadable.append(error)
        (set_aside or _warn)(error)

    articles = read(*sources, publisher=publisher, published=published, set_aside=note)
    first = next(articles, None)
    if first is None and read_base(Path(store)) is None:
        return BuildReport(set_aside=len(unreadable))
    with Store.open(store, create=True, base=base) as opened:
        report = build_articles(
            chain([] if first is None else [first], articles),
            opened,
            extract=engine or built_in(min_confidence),
            jobs=1 if engine else jobs,
            force=force,
            set_aside=set_aside,
            progress=progress,
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
    force: bool = False,
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
        force: Whether unchanged articles are read again too.
        set_aside: Told of each article that is left out, with its reason; a warning is logged by default.
        progress: Told how far the run is, after each transaction.
        provenance: What the extractor is made of, to know when an old extraction is outdated.

    Raises:
        StoreError: When the store cannot be written; what was stored before is kept.
    """
    extractor = extract or built_in(None)
    run = _Run(store, provenance or current_provenance(), force, set_aside or _warn)
    with _interruptible(run):
        for article, outcome in attempt_all(run.select(articles), extractor, jobs):
            run.add(article, outcome)
            if len(run.batch) >= BATCH_SIZE:
                run.store_batch()
                if progress:
                    progress(run.report)
        run.store_batch()
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
    set_aside: SetAside
    report: BuildReport = field(default_factory=BuildReport)
    batch: list[Staged] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    before: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    now: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    def select(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Yield the articles that must be extracted."""
        for article in articles:
            if self.report.is_interrupted:
                return
            self.report.read += 1
            article = replace(article, source=_name_source(article.source))
            path, made_from = article_path(article), fingerprint(article, self.provenance)
            if path in self.seen and self.seen[path] != made_from:
                self.leave_out(article, "an article of this address was read before, with other contents")
            elif path in self.seen or (not self.force and self.store.is_current(article, self.provenance)):
                self.report.unchanged += 1
                self.remember_source(article)
                if article.source is not None:
                    self.store.register.add_source(article.source, article.id, path)
            else:
                yield article
            self.seen.setdefault(path, made_from)

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
        self.remember_source(article)

    def leave_out(self, article: Article, reason: str | InputError) -> None:
        """Count and tell what is left out."""
        self.report.set_aside += 1
        place = f"{article.source}: {article.id}" if article.source else article.id
        self.set_aside(reason if isinstance(reason, InputError) else InputError(reason, where=place))

    def remember_source(self, article: Article) -> None:
        """Note which source gives the article, and what that source gave before."""
        if article.source is not None:
            given = (article.id, article_path(article))
            if article.source not in self.before:
                self.before[article.source] = self.store.register.given_by(article.source)
            self.now.setdefault(article.source, set()).add(given)

    def store_batch(self) -> None:
        """Store what waits, in one transaction."""
        if self.batch:
            self.store.commit(self.batch)
            self.batch.clear()

    def remove_outdated(self) -> None:
        """Take out what a source gave before under an id that now stands for another text.

        An article that is only missing from its source stays: a feed's file holds the newest ones alone.
        """
        outdated = []
        register = self.store.register
        for source, given in sorted(self.now.items()):
            before = self.before[source]
            ids = {id_ for id_, _ in given}
            is_one_for_one = len(before) == len(given) == 1
            for id_, path in before:
                if (id_, path) not in given and (id_ in ids or is_one_for_one):
                    register.forget_source(source, id_, path)
                    if not register.sources_of(path):
                        outdated.append(path)
        if outdated:
            self.store.remove(URIRef(self.store.base + path) for path in outdated)
            self.report.removed += len(outdated)


def _warn(error: InputError) -> None:
    logging.getLogger("mavaze").warning("set aside: %s", error)


def _name_source(source: str | None) -> str | None:
    """Return a file's full path, so that a run from another folder knows it again; None for standard input."""
    if source is None or source == STDIN:
        return None
    return source if "://" in source else os.path.abspath(source)


@contextmanager
def _interruptible(run: _Run) -> Iterator[None]:
    """Let the first Ctrl-C end the run after the articles in hand; the second one ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.getsignal(signal.SIGINT)

    def stop(_number: int, _frame: object) -> None:
        run.report.is_interrupted = True
        signal.signal(signal.SIGINT, former)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def current_provenance(min_confidence: float | None = None, engine: "ServerEngine | None" = None) -> Provenance:
    """Return the version that runs, with digests and settings of all that decides what it extracts.

    Args:
        min_confidence: The least probability that a statement must have; the extractor's own by default.
        engine: The model server that reads, where one does.
    """
    from kg.extract.confidence import MIN_CONFIDENCE
    from kg.gazetteer import load

    inputs = {
        "extractor": f"sha256:{_digest_rooms(_EXTRACTOR_ROOMS)}",
        "gazetteer": f"sha256:{load().digest}",
        "lexicon": f"sha256:{_digest_rooms(_LEXICON_ROOMS)}",
        "min-confidence": f"{MIN_CONFIDENCE if min_confidence is None else min_confidence:g}",
    }
    if engine is not None:
        from kg.extract.model_server import prompt_digest

        inputs["engine"] = f"{engine.model} sha256:{prompt_digest()}"
    return Provenance(installed_version(), tuple(sorted(inputs.items())))


def _digest_rooms(rooms: Iterable[str]) -> str:
    hashed = hashlib.sha256()
    for room in rooms:
        for name, content in _walk(files(room), room):
            hashed.update(f"{name}\0{len(content)}\0".encode())
            hashed.update(content)
    return hashed.hexdigest()


def _walk(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inner = f"{name}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _walk(entry, inner)
        else:
            yield inner, entry.read_bytes()
