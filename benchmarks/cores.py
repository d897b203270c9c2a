"""What do more processes bring? The same articles with one process and with two, in one run.

    python benchmarks/cores.py [ARTICLES] [--jobs N] [--pairs N]

On a busy machine the wall clock says little, so that the best of several pairs counts; the processor's seconds say how
much of the work is done by the one process that reads and stores, and so how far more processes can help at all.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ingest import vary

from kg.build import build_articles
from kg.extract import extract
from kg.graph.store import Store
from kg.model import Article

WANTED = 1.8


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", type=int, nargs="?", default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=1)
    options = parser.parse_args()
    articles = list(vary(options.articles))
    gains = []
    for _ in range(options.pairs):
        one, alone = measure(articles, 1)
        several, own = measure(articles, options.jobs)
        gains.append(several / one)
        print(f"  {gains[-1]:.2f} times; the process that stores has {own / alone:.2f} of the work, ", end="")
        print(f"so at most {alone / own:.1f} times is possible")
    print(
        f"{options.jobs} processes are {max(gains):.2f} times as fast as one, in the best of {options.pairs} pairs: ",
        end="",
    )
    print(f"{max(gains) / WANTED:.2f} of what is wanted (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")


def measure(articles: Sequence[Article], jobs: int) -> tuple[float, float]:
    """Return articles a second, and the seconds of the processor that the process which stores has taken for each."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store", create=True) as store:
        store.derive()
        store.derive = lambda rules=None: False  # type: ignore[method-assign]  # one process's in any case
        own, theirs, began = _seconds(resource.RUSAGE_SELF), _seconds(resource.RUSAGE_CHILDREN), time.perf_counter()
        report = build_articles(articles, store, extract=extract, jobs=jobs)
        rate = report.added / (time.perf_counter() - began)
        own = (_seconds(resource.RUSAGE_SELF) - own) / report.added
        theirs = (_seconds(resource.RUSAGE_CHILDREN) - theirs) / report.added
    print(f"{jobs} process{'es' if jobs > 1 else ''}: {rate:.1f} articles/s; of the processor, per article, ", end="")
    print(f"{1000 * own:.1f} ms in this process, {1000 * theirs:.1f} ms in others")
    return rate, own


def _seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
