"""Articles to extractions, each of which may fail without the others: by one process or several, in order."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from kg.errors import LexiconError
from kg.model import Article, Extraction

Extractor = Callable[[Article], Extraction]

_WAITING_PER_JOB = 4


def built_in(min_confidence: float | None = None) -> Extractor:
    """Return the extractor that ships, in a form that other processes can be given.

    Args:
        min_confidence: The least probability that a statement must have; the extractor's own default when None.
    """
    from kg.extract import extract

    return extract if min_confidence is None else partial(extract, min_confidence=min_confidence)


def attempt_all(
    articles: Iterable[Article], extract: Extractor, jobs: int = 1
) -> Iterator[tuple[Article, Extraction | str]]:
    """Yield each article with its extraction, or with the reason why there is none; in the articles' order.

    Args:
        articles: Taken as they are needed, only a few ahead.
        extract: What reads an article; importable by name where there are several processes.
        jobs: How many processes read; with one, this process does.

    Raises:
        LexiconError: When the extractor's own data are wrong.
        OSError: When they cannot be read.
    """
    if jobs == 1:
        for article in articles:
            yield article, _attempt(extract, article)
        return
    waiting: deque[tuple[Article, Future[Extraction | str]]] = deque()
    remaining = iter(articles)
    pool = _open_pool(jobs)
    try:
        while True:
            for article in remaining:
                waiting.append((article, pool.submit(_attempt, extract, article)))
                if len(waiting) >= jobs * _WAITING_PER_JOB:
                    break
            if not waiting:
                return
            article, future = waiting.popleft()
            try:
                yield article, future.result()
            except BrokenProcessPool:
                # One article took its process down, and the pool with it: find it by reading each in hand alone.
                in_hand = [article, *(other for other, _ in waiting)]
                waiting.clear()
                pool.shutdown()
                for suspect in in_hand:
                    yield suspect, _attempt_alone(extract, suspect)
                pool = _open_pool(jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _open_pool(jobs: int) -> ProcessPoolExecutor:
    # Workers leave Ctrl-C to the run, which stores what they are still reading.
    return ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )


def _attempt(extract: Extractor, article: Article) -> Extraction | str:
    try:
        return extract(article)
    except (LexiconError, OSError):  # a broken installation, which no other article would survive either
        raise
    except Exception as problem:  # whatever else it is, it costs this article only, and is told as the reason
        return f"it could not be extracted ({type(problem).__name__}: {problem})"


def _attempt_alone(extract: Extractor, article: Article) -> Extraction | str:
    with _open_pool(1) as pool:
        try:
            return pool.submit(_attempt, extract, article).result()
        except BrokenProcessPool:
            return "the process that read it was ended by the system; was there too little memory?"
