"""What visitors ask of other servers: SERVICE and LOAD, to hosts that the operator lists, within limits of its own."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from flask import request

from kg.errors import RemoteError
from kg.graph.answers import QueueFull
from kg.graph.federation import Federation, Quota, Solutions
from kg.graph.query_text import check_query
from kg.graph.question import Question
from kg.graph.update_text import Load
from kg.graph.writing import RDF_TYPES, Document
from kg.guarded_http import Budget, HostRefused, Outlet
from ontology import PREFIXES
from server.clients import find_client
from server.settings import Settings
from server.site import Site

_TYPES_BY_SUFFIX = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}


def open_outlet(settings: Settings) -> Outlet:
    """Return the way out that the operator has opened."""
    return Outlet(hosts=settings.federation_hosts(), private=settings.private_hosts())


@dataclass(frozen=True, slots=True)
class Gateway:
    """Asks other servers for a site's visitors.

    Attributes:
        site: The site.
        outlet: The way out.
    """

    site: Site
    outlet: Outlet
    _turns: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_turns", threading.BoundedSemaphore(2 * self.site.pool.worker_count))

    def resolve_query(
        self, text: str, base_iri: str, default_graphs: tuple[str, ...] | None, named_graphs: tuple[str, ...] | None
    ) -> str:
        """Return a query in which the answers stand in the place of each SERVICE.

        Raises:
            QueryRefused: When an endpoint may not be asked.
            QueryError: When a call cannot be made as it is written.
            RemoteError: When an endpoint fails, and the query does not say SILENT.
        """
        if "service" not in text.lower():
            return text

        def ask(question: str) -> Solutions:
            asked = Question(check_query(question), "json", default_graphs, named_graphs, base_iri)
            return self.site.pool.stream(asked).read().solutions()

        with self._turn() as budget:
            return Federation(self.outlet, ask, PREFIXES, base_iri, self._quota()).resolve(text, budget)

    def resolve_update(self, text: str, base_iri: str) -> str:
        """Return an update in which the answers stand in the place of each SERVICE.

        Its patterns are asked as they stand: what they would be joined with may only come to be by the update.
        """
        if "service" not in text.lower():
            return text
        with self._turn() as budget:
            return Federation(self.outlet, None, PREFIXES, base_iri, self._quota()).resolve(text, budget)

    def fetch(self, loads: Sequence[Load]) -> list[Document | None]:
        """Return the documents that an update loads; None for one that a silent LOAD does without.

        Raises:
            HostRefused: When a host may not be asked.
            RemoteError: When it fails.
        """
        documents: list[Document | None] = []
        if not loads:
            return documents
        with self._turn() as budget:
            for load in loads:
                try:
                    documents.append(self._fetch(load.address, budget))
                except (RemoteError, HostRefused):
                    if not load.is_silent:
                        raise
                    documents.append(None)
        return documents

    def _fetch(self, address: str, budget: Budget) -> Document:
        reply = self.outlet.get(address, accept=", ".join(RDF_TYPES), budget=budget)
        media_type = reply.media_type
        if media_type in ("text/plain", "application/octet-stream"):
            media_type = _TYPES_BY_SUFFIX.get(PurePosixPath(urlsplit(address).path).suffix, media_type)
        if media_type not in RDF_TYPES:
            raise RemoteError(f"the server answered {media_type}, which is no RDF that is read here", where=address)
        return Document(reply.body, media_type, address, address)

    def _quota(self) -> Quota:
        return Quota(self.site.settings.federation_items, self.site.settings.federation_batch)

    @contextmanager
    def _turn(self) -> Iterator[Budget]:
        with self.site.client_limits.turn(find_client(request, self.site.keys)):
            yield from self._take_turn()

    def _take_turn(self) -> Iterator[Budget]:
        settings = self.site.settings
        if not self._turns.acquire(timeout=settings.queue_limit):
            raise QueueFull(
                f"too many queries ask other servers, for {settings.queue_limit:g} seconds now (QUEUE_LIMIT)",
                where="query queue",
                remedy="try again in a few seconds",
            )
        try:
            yield Budget(time.monotonic() + settings.federation_time, settings.federation_size)
        finally:
            self._turns.release()
