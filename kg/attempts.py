"""Articles to extractions, each of which may fail without the others: by one process or several, in order."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from kg.errors import LexiconError
from kg.model import Article, Extraction

Extractor = Callable[[Article], Extraction]

WAITING_PER_JOB = 8
"""Articles that wait for each process: enough that none is idle while a batch is stored, few to hold."""


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
            yield article, attempt(extract, article)
        return
    remaining = iter(articles)
    while True:
        # One article may take its process down, and the pool with it: find it by reading each in hand alone.
        in_hand: list[Article] = []
        with _open_pool(jobs) as pool:
            try:
                yield from in_order(remaining, pool, extract, jobs * WAITING_PER_JOB, in_hand)
            except BrokenProcessPool:
                pass
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        if not in_hand:
            return
        for suspect in in_hand:
            yield suspect, _attempt_alone(extract, suspect)


def in_order(
    articles: Iterator[Article], pool: Executor, extract: Extractor, window: int, in_hand: list[Article]
) -> Iterator[tuple[Article, Extraction | str]]:
    """Yield extractions that a pool makes, in the articles' order.

    Args:
        articles: Taken as they are needed.
        pool: What reads them.
        extract: What reads one.
        window: How many may wait at a time, which bounds memory.
        in_hand: Holds, all the while, the articles that were taken and not yet given back.
    """
    waiting: deque[Future[Extraction | str]] = deque()
    while True:
        for article in articles:
            in_hand.append(article)
            waiting.append(pool.submit(attempt, extract, article))
            if len(waiting) >= window:
                break
        if not waiting:
            return
        outcome = waiting[0].result()
        waiting.popleft()
        yield in_hand.pop(0), outcome


def _open_pool(jobs: int) -> ProcessPoolExecutor:
    # Workers leave signals to the run, which stores what they are still reading.
    return ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_leave_signals_to_the_run,
    )


def _leave_signals_to_the_run() -> None:
    # A terminal's Ctrl-C goes to all processes of a command; a supervisor's SIGTERM may as well.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "sigwaitinfo"):  # not on macOS and Windows
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        threading.Thread(target=_end_for_the_run, daemon=True).start()


def _end_for_the_run() -> None:
    # The pool itself ends its workers by SIGTERM when one has died, and waits for them: to ignore that would hang it.
    while signal.sigwaitinfo({signal.SIGTERM}).si_pid != os.getppid():
        pass
    os._exit(1)


def attempt(extract: Extractor, article: Article) -> Extraction | str:
    """Return an article's extraction, or the reason why there is none.

    Raises:
        LexiconError: When the extractor's own data are wrong.
        OSError: When they cannot be read.
    """
    try:
        return extract(article)
    except (LexiconError, OSError):  # a broken installation, which no other article would survive either
        raise
    except Exception as problem:  # whatever else it is, it costs this article only, and is told as the reason
        return f"it could not be extracted ({type(problem).__name__}: {problem})"


def _attempt_alone(extract: Extractor, article: Article) -> Extraction | str:
    with _open_pool(1) as pool:
        try:
            return pool.submit(attempt, extract, article).result()
        except BrokenProcessPool:
            return "the process that read it was ended by the system; was there too little memory?"
