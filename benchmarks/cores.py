"""What do more processes bring? The same articles with one process and with two, in one run.

    python benchmarks/cores.py [ARTICLES] [--jobs N]

On a busy machine the wall clock says little: the processor's seconds say how much of the work is done by the one
process that reads and stores, and so how far more processes can help at all.
"""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

from ingest import vary

from kg.build import build_articles
from kg.extract import extract
from kg.graph.store import Store

WANTED = 1.8


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", type=int, nargs="?", default=200)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    articles = list(vary(options.articles))
    rates, alone = {}, 0.0
    for jobs in (1, options.jobs):
        with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store", create=True) as store:
            store.derive()
            store.derive = lambda: False  # type: ignore[method-assign]  # which is one process's in any case
            own, theirs, began = _seconds(resource.RUSAGE_SELF), _seconds(resource.RUSAGE_CHILDREN), time.perf_counter()
            report = build_articles(articles, store, extract=extract, jobs=jobs)
            rates[jobs] = report.added / (time.perf_counter() - began)
            own = _seconds(resource.RUSAGE_SELF) - own
            theirs = _seconds(resource.RUSAGE_CHILDREN) - theirs
            alone = alone or own
        print(f"{jobs} process{'es' if jobs > 1 else ''}: {rates[jobs]:.1f} articles/s; per article ", end="")
        print(f"{1000 * own / report.added:.1f} ms in this process, {1000 * theirs / report.added:.1f} ms in others")
    gained, load = rates[options.jobs] / rates[1], os.getloadavg()[0]
    print(
        f"{options.jobs} processes are {gained:.2f} times as fast as one: {gained / WANTED:.2f} of what is wanted",
        end="",
    )
    print(f" (load {load:.1f} on {os.cpu_count()} cores)")
    print(
        f"  the process that stores has {own / alone:.2f} of the work, so at most {alone / own:.1f} times is possible"
    )


def _seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
