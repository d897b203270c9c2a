"""How long cheap and moderate queries take beside dear ones, with one length of the slice after another."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import kg.graph.runner as runner
from apparatus.server import percentile, verdict
from kg.errors import MavazeError
from kg.graph.limits import Limits
from kg.graph.pool import QueryPool
from kg.graph.question import read_question
from kg.graph.runner import SLICE

DEAR = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } # %d %d"
MODERATE = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p # %d %d"
CLIENTS = 8
WARM_UP = 2.0
ONE_QUEUE = 1e9


def compare(store: Path, rounds: int, seconds: float) -> None:
    """Measure each length in turns of some seconds, and judge the one that is shipped."""
    found = {slice_: Served() for slice_ in (ONE_QUEUE, 1.0, 0.5, SLICE, 0.1, 0.05)}
    for _ in range(rounds):
        for slice_, served in found.items():
            _measure(store, slice_, seconds, served)
    for slice_, served in found.items():
        name = "one queue" if slice_ == ONE_QUEUE else f"slices of {slice_:g} s"
        print(
            f"{name:>17}: cheap median {served.most(50):.0f} ms, 95 of 100 within {served.most(95):.0f} ms, "
            f"99 within {served.most(99):.0f} ms, {served.refused} of {len(served.cheap)} refused; "
            f"{len(served.moderate)} moderate ones answered, 95 of 100 within {_most(served.moderate, 95):.0f} ms"
        )
    shipped, one = found[SLICE], found[ONE_QUEUE]
    best = min(served.most(95) for served in found.values())
    verdict("no cheap query refused with the shipped slice", f"{shipped.refused}", not shipped.refused)
    verdict(
        "with the shipped slice 95 of 100 cheap ones wait at most a third of what they do in one queue",
        f"{shipped.most(95):.0f} ms, {one.most(95):.0f} ms in one queue, {best:.0f} ms with the best slice",
        shipped.most(95) <= one.most(95) / 3,
    )
    verdict(
        "and wait about as short as with the best slice, twice as long or 50 ms longer at most",
        f"{shipped.most(95):.0f} ms, {best:.0f} ms with the best slice",
        shipped.most(95) <= max(2 * best, best + 50),
    )


@dataclass
class Served:
    """How long answers took, in seconds."""

    cheap: list[float] = field(default_factory=list)
    moderate: list[float] = field(default_factory=list)
    refused: int = 0

    def most(self, share: int) -> float:
        """Return milliseconds within which so many of 100 cheap ones were over."""
        return _most(self.cheap, share)


def _most(seconds: list[float], share: int) -> float:
    return percentile(seconds, share / 100) * 1000 if seconds else 0.0


def _measure(store: Path, slice_: float, seconds: float, served: Served) -> None:
    """Add how long cheap and moderate queries took in some seconds."""
    runner.SLICE = slice_
    end = time.monotonic() + WARM_UP + seconds
    with QueryPool(store, Limits(time_limit=2, queue_limit=2), spares=1) as pool:

        def ask(query: str, client: str, times: list[float]) -> bool:
            began = time.monotonic()
            try:
                pool.stream(read_question(query), client=client).read()
            except MavazeError:
                return False
            finally:
                times.append(time.monotonic() - began)
            return True

        def attack(client: int) -> None:
            turn = 0
            while time.monotonic() < end:
                turn += 1
                times: list[float] = []
                is_moderate = turn % 4 == 0
                if ask((MODERATE if is_moderate else DEAR) % (client, turn), f"{client}", times) and is_moderate:
                    served.moderate += times

        threads = [threading.Thread(target=attack, args=(client,)) for client in range(CLIENTS)]
        for thread in threads:
            thread.start()
        time.sleep(WARM_UP)
        while time.monotonic() < end:
            served.refused += not ask("ASK { ?s ?p ?o }", "cheap", served.cheap)
            time.sleep(0.05)
        for thread in threads:
            thread.join()
