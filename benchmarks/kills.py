"""Does a server lose a process, a file or memory when a thousand queries in a row are ended?

    python benchmarks/kills.py [--kills N] [--triples N]

Each of the server's threads first ends a few queries, because what the allocator keeps for a thread grows with its
first ones and then no more; eight clients do that at once. Then one client's queries are ended one after the other.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor

from apparatus.server import Server, running, verdict
from synthetic import make_store

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } # %d"
WARM_UP = 1000
CLIENTS = 8
MEMORY = "memory of the server, KiB"
LIMIT = 0.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--triples", type=int, default=100_000)
    options = parser.parse_args()
    with running(make_store(options.triples), "--time-limit", str(LIMIT), "--slow-query", "0") as server:
        cold = _state(server)
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda number: _kill(server, 1), range(WARM_UP)))
        before = _state(server)
        began = time.perf_counter()
        worst = _kill(server, options.kills)
        took = (time.perf_counter() - began) / options.kills
        after = _state(server)
    print(f"{options.kills} queries ended in a row, {took * 1000:.0f} ms each, {worst * 1000:.0f} ms at most")
    print(f"memory of the server, KiB: {cold[MEMORY]} at first, {before[MEMORY]} after {WARM_UP} that do not count")
    for name, allowed in (("processes", 0), ("open files", 0), (MEMORY, 1024)):
        grown = after[name] - before[name]
        verdict(f"{name} kept", f"{before[name]} before, {after[name]} after", grown <= allowed)


def _kill(server: Server, count: int) -> float:
    worst = 0.0
    for number in range(count):
        reply = server.ask(ENDLESS % number)
        assert reply.status == 503, reply
        assert b"TIME_LIMIT" in reply.body, reply
        worst = max(worst, reply.seconds)
    return worst


def _state(server: Server) -> dict[str, int]:
    for _ in range(30):  # what runs on after the last answer comes to its end
        assert server.ask("ASK {}").status == 200
    time.sleep(1)
    status = open(f"/proc/{server.process_id}/status").read()  # noqa: SIM115
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return {
        "processes": len(server.processes()),
        "open files": server.open_files(),
        MEMORY: resident,
    }


if __name__ == "__main__":
    main()
