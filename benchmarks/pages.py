"""How long does each page take on the samples, and on a graph of a million triples made from them?

``python benchmarks/pages.py [TRIPLES]``. The large graph is the samples' own, many times over: each copy has articles
and statements of its own in another year, and shares actors, topics and offices. Each time is the first view of a page
by a server that has just started, with its queries in processes of their own, and in brackets a second one.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.build import build_articles
from kg.graph.indexing import index_articles, index_things
from kg.graph.iris import ENTITIES_GRAPH
from kg.graph.search import SearchIndex
from kg.graph.store import Store
from kg.sources import read
from ontology import BASE
from server.application import create_app
from server.settings import Settings
from server.site import open_pool

TRIPLES = 1_000_000
_OWN = re.compile(r"/(article|statement|stance|summary)/([0-9a-f]{20})")
_YEAR = re.compile(r'"(20[0-2]\d)(-\d\d(?:-\d\d)?)?"\^\^')
PAGES = (
    "fa/",
    "fa/explore",
    "fa/explore?act=accuse",
    "fa/explore?who=state/iran",
    "fa/on?who=state/iran&toward=state/united-states",
    "fa/compare?first=state/iran&second=state/united-states",
    "fa/topics",
    "fa/topics/topic/jcpoa",
    "fa/map",
    "fa/map?focus=state/iran&from=2019-01&until=2019-12",
    "fa/search?q=ایران",
    "fa/articles",
    "fa/state/iran",
    "fa/state/iran?role=about",
    "fa/organization/iran-foreign-ministry",
    "fa/topic/jcpoa",
    "fa/feed.atom?who=state/iran",
    "fa/questions/said-about",
    "fa/questions/who-opposes-whom",
    "fa/questions/said-by-members",
    "fa/questions/reported-twice",
    "sitemap.xml?part=0",
    "fa/about",
)


def copy_quads(quads: list[str], number: int) -> Iterator[str]:
    """Yield the samples' quads as another set of articles, in another year."""
    for quad in quads:
        own = _OWN.sub(rf"/\1/\g<2>{number:04d}", quad)
        yield _YEAR.sub(lambda found: f'"{2003 + (int(found[1]) + number) % 24}{found[2] or ""}"^^', own)


def grow(samples: Path, target: Path, triples: int) -> int:
    """Make a store of about so many triples from the samples' store; return how many."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "kg", "export", "--store", str(samples), "--format", "nquads"]
        exported = subprocess.run(command, check=True, capture_output=True).stdout
        quads = exported.decode("utf-8").splitlines(keepends=True)
        own = [quad for quad in quads if _OWN.search(quad)]
        large = Path(folder) / "large.nq"
        with large.open("w", encoding="utf-8") as written:
            written.writelines(quad for quad in quads if not _OWN.search(quad))
            for number in range(max(1, triples // len(own))):
                written.writelines(copy_quads(own, number))
        engine = ox.Store(str(target))
        engine.bulk_load(path=str(large), format=ox.RdfFormat.N_QUADS)
        engine.optimize()
        shutil.copy(samples / "mavaze.json", target)
        articles = {graph.value.removeprefix(BASE) for graph in engine.named_graphs() if "/article/" in graph.value}
        described = engine.quads_for_pattern(None, None, None, ox.NamedNode(str(ENTITIES_GRAPH)))
        things = {quad.subject.value.removeprefix(BASE): 0 for quad in described}
        with SearchIndex(target) as index, index.updating():
            index_articles(index, engine, BASE, sorted(articles))
            index_things(index, engine, BASE, things)
        return len(engine)


def measure(path: Path) -> dict[str, tuple[float, float]]:
    """Return the seconds that the first and the second view of each page take."""
    settings = Settings(time_limit=60.0)
    times: dict[str, tuple[float, float]] = {}
    with open_pool(path, settings) as pool:
        client = create_app(pool.open(), settings).test_client()
        client.get("/fa/about")  # templates and words are read once
        for page in PAGES:
            seconds = []
            for _ in range(2):
                began = time.perf_counter()
                response = client.get(f"/{page}", headers={"Accept": "text/html"})
                seconds.append(time.perf_counter() - began)
                assert response.status_code == 200, (page, response.status_code)
            times[page] = (seconds[0], seconds[1])
    return times


def main() -> None:
    triples = int(sys.argv[1]) if len(sys.argv) > 1 else TRIPLES
    with tempfile.TemporaryDirectory() as folder:
        samples, large = Path(folder) / "samples", Path(folder) / "large"
        with Store.open(samples, create=True) as store:
            build_articles(list(read(Path(__file__).parent.parent / "data" / "articles")), store)
        size = grow(samples, large, triples)
        small_times, large_times = measure(samples), measure(large)
    for page, (first, second) in small_times.items():
        large_first, large_second = large_times[page]
        print(
            f"/{page}: {first * 1000:.0f} ms ({second * 1000:.0f}) on the samples, "
            f"{large_first * 1000:.0f} ms ({large_second * 1000:.0f}) on {size:,} triples: {large_first / first:.1f} x"
        )
    slowest = max(large_times, key=lambda page: large_times[page][0])
    print(f"slowest on {size:,} triples: /{slowest}, {large_times[slowest][0] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
