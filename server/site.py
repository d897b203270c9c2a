"""What every address needs: the pool that runs queries, the settings, and how an IRI becomes an address."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from kg.graph.files import read_base
from kg.graph.given_text import read_policy
from kg.graph.pool import QueryPool
from kg.graph.statistics import StatisticsKeeper
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.graph.writing import Outcome, Write
from ontology import BASE, PREFIXES
from server.clients import Keys
from server.languages import Language
from server.limits import ClientLimits
from server.result_cache import ResultCache
from server.settings import Settings

_REFRESH = 5.0
"""Seconds after which the pages may still not show what a build has added."""


@dataclass(frozen=True, slots=True)
class Site:
    """One server over one store.

    Attributes:
        pool: Runs every query, those of the pages as well.
        settings: The operator's choices.
        writer: Makes every change.
        keys: Whose holders may ask more.
        client_limits: Count what each client asks.
        cache: Keeps answers.
        statistics: Keeps what the store's contents have been counted as.
    """

    pool: QueryPool
    settings: Settings
    writer: Writer
    keys: Keys = field(init=False)
    client_limits: ClientLimits = field(init=False)
    cache: ResultCache = field(init=False)
    statistics: StatisticsKeeper = field(init=False)

    def __post_init__(self) -> None:
        settings = self.settings
        made: dict[str, object] = {
            "keys": Keys(settings.keys),
            "client_limits": ClientLimits(settings.rate_limit, settings.concurrency, settings.key_factor),
            "cache": ResultCache(settings.cache << 20),
            "statistics": StatisticsKeeper(self.pool.path, lambda: self.pool.version),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def write(self, write: Write) -> Outcome:
        """Write to the store; every query that comes afterwards sees it."""
        outcome = self.writer.write(write)
        self.pool.restart()
        return outcome

    def reload(self) -> None:
        """Read the store and the keys again."""
        self.keys.reload()
        self.pool.restart()

    @property
    def base(self) -> str:
        """The base IRI of the things in the store."""
        return self.settings.base or self.pool.base or BASE

    def page_address(self, iri: str, language: Language) -> str:
        """Return the address of a thing's page here, or the IRI itself when it is none of ours."""
        if iri.startswith(self.base):
            return f"/{language}/{quote(iri.removeprefix(self.base))}"
        return iri

    def iri(self, path: str) -> str:
        """Return the IRI of the thing that a path names."""
        return self.base + path


def open_pool(store: str | os.PathLike[str], settings: Settings) -> QueryPool:
    """Return the pool that a server over a store needs: a spare, and workers for the pages alone.

    Where there is no store and writing is open, an empty one is made.

    Raises:
        StoreError: When there is no store.
    """
    if settings.update_token and read_base(Path(store)) is None:
        with Store.open(Path(store), create=True, base=settings.base or None) as empty:
            empty.derive()  # so that a search finds nothing, where without an index it would fail
    return QueryPool(
        store,
        settings.limits(),
        workers=settings.workers or None,
        reserved=max(2, settings.workers or os.cpu_count() or 1),
        spares=1,
        refresh=_REFRESH,
        is_union=settings.default_graph == "union",
        prefixes=PREFIXES,
        text=read_policy(settings.text),
    )


def open_writer(pool: QueryPool, settings: Settings) -> Writer:
    """Return what writes to the store of a pool; its process starts with the first write."""
    limits = settings.limits()
    return Writer(
        pool.path, time_limit=limits.time_limit, queue_limit=limits.queue_limit, memory_limit=limits.memory_limit
    )
