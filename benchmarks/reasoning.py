"""What does reasoning cost: beside reading the articles, and on a large graph?

    python benchmarks/reasoning.py [ARTICLES]

The first figure is the time of a build with reasoning over that of one without it, in one run. The large graph is
invented (benchmarks/big_store.py): 25,000 articles are 1.1 million triples.
"""

import subprocess
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

_CHILD = """
import sys, time
from kg.graph.store import Store
with Store.open(sys.argv[1]) as store:
    began, began_work = time.perf_counter(), time.process_time()
    store.derive()
    print(time.perf_counter() - began, time.process_time() - began_work, len(store.engine))
status = open("/proc/self/status").read()
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


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
        ran = subprocess.run(
            [sys.executable, "-c", _CHILD, str(Path(folder) / "large")], check=True, capture_output=True, text=True
        )
    reasoned, worked, total, memory = map(float, ran.stdout.split())
    print(f"large graph: {asserted:,} triples asserted, {total - asserted:,.0f} more in {reasoned:.1f} s")
    print(f"             {worked:.1f} s of work: {asserted / worked:,.0f} asserted triples/s; memory {memory:,.0f} MiB")


if __name__ == "__main__":
    main()
