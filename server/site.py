"""What every address needs: the pool that runs queries, the settings, and how an IRI becomes an address."""

from dataclasses import dataclass
from os import PathLike
from urllib.parse import quote

from kg.graph.pool import QueryPool
from ontology import BASE, PREFIXES
from server.languages import Language
from server.settings import Settings

_REFRESH = 5.0
"""Seconds after which the pages may still not show what a build has added."""


@dataclass(frozen=True, slots=True)
class Site:
    """One server over one store.

    Attributes:
        pool: Runs every query, those of the pages as well.
        settings: The operator's choices.
    """

    pool: QueryPool
    settings: Settings

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


def open_pool(store: str | PathLike[str], settings: Settings) -> QueryPool:
    """Return the pool that a server over a store needs: one spare, and one worker for the pages alone.

    Raises:
        StoreError: When there is no store.
    """
    return QueryPool(
        store,
        settings.limits(),
        workers=settings.workers or None,
        reserved=1,
        spares=1,
        refresh=_REFRESH,
        is_union=settings.default_graph == "union",
        prefixes=PREFIXES,
    )
