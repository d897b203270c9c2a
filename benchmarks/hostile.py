"""Does a server that strangers try to bring down still answer everybody else?

    python benchmarks/hostile.py [--triples N] [--each N] [--limit SECONDS]

Eight clients send sixty hostile queries, each in an order of its own, while a harmless ASK is sent every 100 ms. Each
hostile query must be answered, refused, or ended within its limit and one second; none of the harmless ones may be
refused, and 99 of 100 must be answered within half a second. ``--each 60`` lets every client send all of them.
"""

import argparse
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from apparatus.hostile_queries import HOSTILE
from apparatus.server import Reply, Sampler, Server, median, percentile, running, verdict
from synthetic import MILLION, make_store

CLIENTS = 8
MEMORY = 1024
PAGE = """SELECT ?s ?speaker ?date { ?s dip:speaker ?speaker ; dip:reportedIn ?a . ?a dip:earliest ?date }
ORDER BY DESC(?date) ?s LIMIT 50 OFFSET %d"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=MILLION)
    parser.add_argument("--each", type=int, default=15, help="queries that each client sends (60: all)")
    parser.add_argument("--limit", type=float, default=5.0)
    parser.add_argument("--prove", type=float, metavar="SECONDS", help="only run each: does it end by itself?")
    parser.add_argument("--at-once", type=int, default=1, help="how many run at once with --prove")
    options = parser.parse_args()
    assert len(HOSTILE) == len(set(HOSTILE)) == 60, len(HOSTILE)
    store = make_store(options.triples)
    if options.prove:
        _prove(store, options.prove, options.at_once)
        return
    limits = ("--time-limit", str(options.limit), "--queue-limit", "5", "--memory-limit", str(MEMORY), "--cache", "0")
    with running(store, *limits, "--slow-query", "0") as server:
        before = _pages(server, 0)
        with Sampler(server) as sampler:
            hostile, harmless = _attack(server, options.each)
        time.sleep(1)
        after = _pages(server, 1)
        left = len(server.processes())
    _judge(hostile, harmless, sampler, options.limit)
    share = median(after) / median(before)
    verdict(
        "afterwards as fast as before",
        f"{share:.2f} of the time ({median(before) * 1000:.0f} ms before), {left} processes left",
        share < 1.5,
    )


def _prove(store: Path, seconds: float, at_once: int) -> None:
    """Run each query without an attack, and tell how it ended."""
    limits = ("--time-limit", str(seconds), "--memory-limit", str(MEMORY), "--body-limit", "3000000")
    more = ("--query-limit", "3000000", "--row-limit", "1000000000", "--slow-query", "0", "--queue-limit", str(seconds))
    with running(store, *limits, *more) as server, ThreadPoolExecutor(at_once) as clients:

        def prove(number: int) -> None:
            query = HOSTILE[number]
            reply = server.ask(query, accept="*/*", timeout=2 * seconds + 60)
            is_ended = reply.status != 200 or not reply.is_whole
            words = reply.body[:110].decode(errors="replace") if reply.status != 200 else query[:90]
            print(
                f"{'ended   ' if is_ended else 'FINISHED'} {number:2} {reply.seconds:6.1f} s {reply.status} {words}",
                flush=True,
            )

        list(clients.map(prove, range(len(HOSTILE))))


def _pages(server: Server, turn: int) -> list[float]:
    replies = [server.ask(PAGE % (20 * turn + i)) for i in range(20)]
    if wrong := [reply.status for reply in replies if reply.status != 200]:
        raise SystemExit(
            f"the machine is too busy to measure: {len(wrong)} of {len(replies)} harmless pages failed {wrong}"
        )
    return [reply.seconds for reply in replies[5:]]  # the first ones warm the workers


def _attack(server: Server, each: int) -> tuple[list[tuple[str, Reply]], list[Reply]]:
    hostile: list[tuple[str, Reply]] = []
    harmless: list[Reply] = []
    is_over = threading.Event()

    def attack(client: int) -> None:
        queries = random.Random(client).sample(HOSTILE, each)
        for query in queries:
            query = query.replace("%s", f"http://127.0.0.1:{server.port}/sparql")
            hostile.append((query, server.ask(query, accept="*/*")))

    def ask(number: int) -> None:
        harmless.append(server.ask(f"ASK {{ ?s a dip:Statement }} # {number}"))

    def ask_again_and_again() -> None:
        threads = []
        began = time.monotonic()
        while not is_over.wait(max(0.0, began + 0.1 * len(threads) - time.monotonic())):
            threads.append(threading.Thread(target=ask, args=(len(threads),)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    asking = threading.Thread(target=ask_again_and_again)
    asking.start()
    clients = [threading.Thread(target=attack, args=(client,)) for client in range(CLIENTS)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    is_over.set()
    asking.join()
    return hostile, harmless


def _judge(hostile: list[tuple[str, Reply]], harmless: list[Reply], sampler: Sampler, limit: float) -> None:
    statuses = Counter(reply.status for _, reply in hostile)
    broken = sum(not reply.is_whole for _, reply in hostile)
    print(
        f"{len(hostile)} hostile queries of {CLIENTS} clients: statuses {dict(sorted(statuses.items()))}, "
        f"{broken} streamed answers broken off"
    )
    late = [(query, reply) for query, reply in hostile if reply.seconds - reply.waited > limit + 1 or reply.waited > 6]
    worst = max(reply.seconds - reply.waited for _, reply in hostile)
    for query, reply in late[:10]:
        print(f"  late: {reply.seconds:.1f} s, waited {reply.waited:.1f} s, {reply.status}: {query[:100]}")
    verdict(
        "each ended within its limit and a second, waiting apart", f"at most {worst:.2f} s of {limit + 1:g} s", not late
    )
    verdict("no status but 200, 400, 403, 413, 503", f"{dict(statuses)}", set(statuses) <= {200, 400, 403, 413, 503})
    times = [reply.seconds for reply in harmless]
    refused = sum(reply.status != 200 for reply in harmless)
    verdict("no harmless question refused", f"{refused} of {len(harmless)}", not refused)
    verdict(
        "99 of 100 harmless questions answered within 500 ms",
        f"median {median(times) * 1000:.0f} ms, p99 {percentile(times, 0.99) * 1000:.0f} ms, "
        f"worst {max(times) * 1000:.0f} ms",
        percentile(times, 0.99) < 0.5,
    )
    cap = sampler.most_processes * MEMORY << 20
    verdict(
        "memory under workers times their cap",
        f"{sampler.most / 2**20:,.0f} MiB at most, in at most {sampler.most_processes} processes",
        sampler.most < cap,
    )


if __name__ == "__main__":
    main()
