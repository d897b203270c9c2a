"""Extraction on a Dask cluster that somebody else keeps: the same calls on other machines, the same results.

The cluster's workers need mavaze of just this version; that is looked at before anything is read.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kg.attempts import WAITING_PER_JOB, Extractor, attempt, in_order
from kg.errors import RemoteError
from kg.model import Article, Extraction
from kg.provenance import current_provenance

_TIMEOUT = "10s"


def attempt_on_cluster(
    articles: Iterable[Article], extract: Extractor, address: str
) -> Iterator[tuple[Article, Extraction | str]]:
    """Yield each article with its extraction, or with the reason why there is none; in the articles' order.

    A worker that dies is replaced by another; an article that takes one after the other down is left out.

    Args:
        articles: Taken as they are needed, only a few ahead.
        extract: What reads an article; importable by name.
        address: The scheduler's («tcp://scheduler:8786»).

    Raises:
        RemoteError: When Dask is not installed, the cluster does not answer, or a worker is of another version.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError as problem:
        raise RemoteError(
            "the library for clusters is not installed", where=address, remedy="pip install mavaze[cluster]"
        ) from problem
    try:
        client: Any = Client(address, timeout=_TIMEOUT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as problem:
        raise RemoteError(
            f"no cluster answers ({type(problem).__name__})", where=address, remedy="start dask scheduler and workers"
        ) from problem
    with client:
        _check_workers(client, address)
        threads = sum(client.nthreads().values())
        remaining, in_hand = iter(articles), list[Article]()
        while True:
            pool = client.get_executor(pure=False)
            try:
                yield from in_order(remaining, pool, extract, threads * WAITING_PER_JOB, in_hand)
                return
            except KilledWorker:
                yield from _one_by_one(client, extract, in_hand)


def _one_by_one(client: Any, extract: Extractor, in_hand: list[Article]) -> Iterator[tuple[Article, Extraction | str]]:
    from distributed import KilledWorker

    while in_hand:
        article = in_hand.pop(0)
        try:
            yield article, client.submit(attempt, extract, article, pure=False).result()
        except KilledWorker:
            yield article, "it took one worker of the cluster after the other down; was there too little memory?"


def _check_workers(client: Any, address: str) -> None:
    own = current_provenance().digest
    digests = client.run(_digest)
    if not digests:
        raise RemoteError("the cluster has no worker", where=address, remedy="start dask worker there")
    if others := sorted(worker for worker, digest in digests.items() if digest != own):
        raise RemoteError(
            f"a worker has another version of mavaze, of its lexicon or of its gazetteer ({others[0]})",
            where=address,
            remedy="install the same version on all machines",
        )


def _digest() -> str:
    return current_provenance().digest
