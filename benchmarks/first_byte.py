"""How soon does a long answer begin, and does its length cost memory?

    python benchmarks/first_byte.py [--triples N] [--rows N]

The first byte over HTTP against the first that the engine itself writes, in one run; the memory of the server while
answers of one and of five times as many rows are read slowly.
"""

import argparse
import contextlib
import http.client
import io
import time
from urllib.parse import quote

import pyoxigraph as ox
from apparatus.server import Sampler, Server, median, running, verdict
from synthetic import MILLION, make_store

ROUNDS = 15
QUERY = "SELECT ?s ?p ?o ?g {{ GRAPH ?g {{ ?s ?p ?o }} }} LIMIT {rows}"
JSON = "application/sparql-results+json"


class _Stopwatch(io.RawIOBase):
    """Notes when the first byte is written."""

    first = 0.0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.first = self.first or time.perf_counter()
        return len(data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=MILLION)
    parser.add_argument("--rows", type=int, default=20_000)
    options = parser.parse_args()
    store = make_store(options.triples)
    query = QUERY.format(rows=options.rows)
    opened = ox.Store.read_only(str(store))
    with running(store, "--cache", "0") as server:
        engine, over_http = [], []
        for _ in range(ROUNDS):
            engine.append(_engine(opened, query))
            over_http.append(_over_http(server, query))
        size = len(server.ask(query).body)
        own, http_ = median([first for first, _ in engine]), median([first for first, _ in over_http])
        whole, http_whole = median([last for _, last in engine]), median([last for _, last in over_http])
        print(
            f"{options.rows:,} rows, {size / 1e6:.1f} MB; the whole: engine {whole * 1000:.0f} ms, "
            f"over HTTP {http_whole * 1000:.0f} ms ({http_whole / whole:.2f} times)"
        )
        verdict(
            "first byte within 20 ms of the engine's own",
            f"engine {own * 1000:.1f} ms, over HTTP {http_ * 1000:.1f} ms",
            http_ - own < 0.02,
        )
        short = _memory(server, QUERY.format(rows=options.rows))
        long = _memory(server, QUERY.format(rows=5 * options.rows))
        verdict(
            "memory flat",
            f"the server {short.most_of_main / 2**20:.0f} MiB with {options.rows:,} rows, "
            f"{long.most_of_main / 2**20:.0f} MiB with {5 * options.rows:,}; "
            f"with its workers, which keep what they have read of the store, {short.most / 2**20:.0f} and "
            f"{long.most / 2**20:.0f} MiB",
            long.most_of_main - short.most_of_main < 16 << 20,
        )


def _engine(engine: ox.Store, query: str) -> tuple[float, float]:
    watch = _Stopwatch()
    began = time.perf_counter()
    results = engine.query(query, use_default_graph_as_union=True)
    results.serialize(watch, ox.QueryResultsFormat.JSON)  # type: ignore[union-attr, arg-type]
    return watch.first - began, time.perf_counter() - began


def _over_http(server: Server, query: str) -> tuple[float, float]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        began = time.perf_counter()
        connection.request("GET", f"/sparql?query={quote(query)}", headers={"Accept": JSON})
        response = connection.getresponse()
        response.read(1)
        first = time.perf_counter() - began
        response.read()
        return first, time.perf_counter() - began


def _memory(server: Server, query: str) -> Sampler:
    """Return the most that the server and its workers use while a slow client reads an answer."""
    with Sampler(server) as sampler, contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as client:
        client.request("GET", f"/sparql?query={quote(query)}", headers={"Accept": JSON})
        response = client.getresponse()
        while response.read(1 << 20):
            time.sleep(0.05)
    return sampler


if __name__ == "__main__":
    main()
