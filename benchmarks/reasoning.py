"""What does reasoning cost: beside reading the articles, and on a large graph?

    python benchmarks/reasoning.py [ARTICLES]

The first figure is the time of a build with reasoning over that of one without it, in one run. The large graph is
invented (benchmarks/big_store.py): 25,000 articles are 1.1 million triples.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from big_store import make_store

from kg.build import current_provenance
from kg.extract import extract
from kg.graph.inference import rules
from kg.graph.store import Store
from kg.sources import read


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2_500
    rules()  # read once in a process
    with tempfile.TemporaryDirectory() as folder:
        provenance = current_provenance()
        began = time.perf_counter()
        with Store.open(Path(folder) / "small", create=True) as store:
            for article in read(Path(__file__).parent.parent / "data" / "articles"):
                store.replace(extract(article), provenance=provenance)
            built = time.perf_counter() - began
            began = time.perf_counter()
            store.derive()
            reasoned = time.perf_counter() - began
        print(f"build of the samples: {built:.2f} s, reasoning {reasoned:.2f} s: {1 + reasoned / built:.2f} times")
        asserted = make_store(Path(folder) / "large", size)
        with Store.open(Path(folder) / "large") as store:
            began = time.perf_counter()
            store.derive()
            reasoned = time.perf_counter() - began
            total = len(store.engine)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"large graph: {asserted:,} triples asserted, {total - asserted:,} more in {reasoned:.1f} s")
    print(f"             {asserted / reasoned:,.0f} asserted triples/s, peak memory {memory:,.0f} MiB")


if __name__ == "__main__":
    main()
