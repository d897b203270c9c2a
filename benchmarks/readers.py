"""Do readers see whole articles while a build is killed again and again, and is nothing lost?

    python benchmarks/readers.py [--articles N] [--kills N] [--readers N]

A server reads a store at full load while ``mavaze build`` fills it, is killed at any moment, and is run again. Every
answer must hold an article's graph either as it is in the end or not at all; what has been seen once must be there in
the end; and each article must be there once the last run has finished.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from apparatus.server import Server, median, percentile, running, verdict

from kg.graph.iris import article_path
from kg.graph.store import Store
from kg.sources import read
from ontology import BASE

ROOT = Path(__file__).parent.parent
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <%s> { ?s ?p ?o } } # %d"
JSON = "application/sparql-results+json"


class Readers:
    """Clients that ask for the sizes of articles' graphs, again and again.

    Args:
        server: The server that they ask.
        graphs: The articles that they ask for.
    """

    def __init__(self, server: Server, graphs: list[str]) -> None:
        self.seen: dict[str, set[int]] = defaultdict(set)
        self.seconds: list[float] = []
        self.wrong: list[str] = []
        self._server = server
        self._graphs = graphs
        self._is_over = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, count: int) -> None:
        """Begin to read."""
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(count)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Come to the end."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number: int) -> None:
        chance, turn = random.Random(number), 0
        while not self._is_over.is_set():
            turn += 1
            graph = chance.choice(self._graphs)
            reply = self._server.ask(COUNT % (graph, turn), accept=JSON)
            self.seconds.append(reply.seconds)
            try:
                count = int(json.loads(reply.body)["results"]["bindings"][0]["n"]["value"])
            except (ValueError, KeyError, IndexError):
                self.wrong.append(f"{reply.status}: {reply.body[:200]!r}")
            else:
                self.seen[graph].add(count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--readers", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, store = Path(folder) / "articles.jsonl", Path(folder) / "store"
        _write_articles(source, options.articles)
        graphs = [BASE + article_path(article) for article in read(source)]
        assert len(set(graphs)) == options.articles
        Store.open(store, create=True).close()
        with running(store, "--cache", "0") as server:
            readers = Readers(server, graphs)
            readers.start(options.readers)
            began = time.monotonic()
            lost = _build(source, store, options.kills, set(graphs))
            took = time.monotonic() - began
            time.sleep(6)  # the server has seen the last change by then
            last = {graph: server.ask(COUNT % (graph, -1)).body for graph in graphs[:20]}
            readers.stop()
        final = _sizes(store)
    _judge(readers, final, graphs, lost, took, options.kills)
    stale = [graph for graph, body in last.items() if f'"{final.get(graph)}"'.encode() not in body]
    verdict("the server shows the last state within 6 seconds", f"{len(stale)} of {len(last)} stale", not stale)


def _judge(readers: Readers, final: dict[str, int], graphs: list[str], lost: int, took: float, kills: int) -> None:
    half = {graph for graph, counts in readers.seen.items() if counts - {0, final.get(graph, 0)}}
    missing = [graph for graph in graphs if graph not in final]
    times = readers.seconds
    print(
        f"{len(graphs)} articles built in {took:.0f} s with {kills} kills; {len(times):,} answers meanwhile, median "
        f"{median(times) * 1000:.0f} ms, p99 {percentile(times, 0.99) * 1000:.0f} ms, worst {max(times):.2f} s"
    )
    for words in readers.wrong[:5]:
        print("  wrong:", words)
    verdict("no wrong answer", f"{len(readers.wrong)} of {len(times):,}", not readers.wrong)
    verdict("no article seen by half", f"{len(half)} of {len(readers.seen)}", not half)
    verdict("no committed article lost after a kill", f"{lost} lost", not lost)
    verdict("every article there in the end", f"{len(missing)} missing", not missing)


def _write_articles(file: Path, count: int) -> None:
    samples = list(read(ROOT / "data" / "articles"))
    with file.open("w", encoding="utf-8") as lines:
        for number in range(count):
            article = samples[number % len(samples)]
            text = f"{article.text}\nپرونده شماره {number} بسته شد.\n"
            lines.write(json.dumps({"id": f"a{number}", "text": text, "date": "2020-05-01"}, ensure_ascii=False) + "\n")


def _build(source: Path, store: Path, kills: int, graphs: set[str]) -> int:
    """Build until it is done, killing the first runs; return how many committed articles a kill has lost."""
    command = [sys.executable, "-m", "kg", "build", str(source), "--store", str(store)]
    chance, lost = random.Random(7), 0
    known: set[str] = set()
    for _ in range(kills):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            process.wait(chance.uniform(2.0, 7.0))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with Store.open(store, read_only=True) as opened:
            now = graphs & {str(graph) for graph in opened.articles()}
        lost += len(known - now)
        known |= now
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return lost


def _sizes(store: Path) -> dict[str, int]:
    with Store.open(store, read_only=True) as opened:
        return {str(graph): len(list(opened._quads(str(graph)))) for graph in opened.articles()}


if __name__ == "__main__":
    main()
