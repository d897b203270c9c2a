"""Which way of queueing serves best: how long does a cheap query wait behind dear ones?

    python benchmarks/lanes.py [--triples N] [--seconds N]

Eight clients ask dear queries without a pause, one asks a cheap one every 50 ms; with one queue for all, and with
slices of several lengths after which a query counts as dear. What is shipped is one of them.
"""

import argparse
import threading
import time
from pathlib import Path

from apparatus.server import median, percentile, verdict

import kg.graph.runner as runner
from kg.errors import MavazeError
from kg.graph.limits import Limits
from kg.graph.pool import QueryPool
from kg.graph.question import read_question
from kg.graph.runner import SLICE

DEAR = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } # %d %d"
MEDIUM = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p # %d %d"
CLIENTS = 8
ONE_QUEUE = 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=15.0)
    options = parser.parse_args()
    from synthetic import make_store  # here, because each worker loads this module, and should do so soon

    store = make_store(options.triples)
    found = {}
    for slice_ in (ONE_QUEUE, 1.0, SLICE, 0.05):
        cheap, refused, medium = _measure(store, slice_, options.seconds)
        found[slice_] = percentile(cheap, 0.99)
        name = "one queue" if slice_ == ONE_QUEUE else f"slices of {slice_:g} s"
        print(
            f"{name:>17}: cheap median {median(cheap) * 1000:6.0f} ms, p99 {found[slice_] * 1000:6.0f} ms, "
            f"{refused} of {len(cheap)} refused; {medium} queries of a moderate length answered"
        )
    verdict(
        "the shipped slice keeps a cheap query waiting less than a tenth of what one queue does",
        f"{found[SLICE] / found[ONE_QUEUE]:.2f}",
        found[SLICE] < 0.1 * found[ONE_QUEUE],
    )


def _measure(store: Path, slice_: float, seconds: float) -> tuple[list[float], int, int]:
    """Return how long cheap queries took, how many were refused, and how many moderate ones were answered."""
    runner.SLICE = slice_
    cheap: list[float] = []
    refused, answered = [0], [0]
    end = time.monotonic() + seconds
    with QueryPool(store, Limits(time_limit=2, queue_limit=2), spares=1) as pool:

        def attack(client: int) -> None:
            turn = 0
            while time.monotonic() < end:
                turn += 1
                try:
                    pool.stream(
                        read_question((DEAR if turn % 4 else MEDIUM) % (client, turn)), client=f"{client}"
                    ).read()
                    answered[0] += 1
                except MavazeError:
                    pass

        threads = [threading.Thread(target=attack, args=(client,)) for client in range(CLIENTS)]
        for thread in threads:
            thread.start()
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                pool.stream(read_question("ASK { ?s ?p ?o }"), client="cheap").read()
            except MavazeError:
                refused[0] += 1
            cheap.append(time.monotonic() - began)
            time.sleep(0.05)
        for thread in threads:
            thread.join()
    return cheap, refused[0], answered[0]


if __name__ == "__main__":
    main()
