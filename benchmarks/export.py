"""How fast is a large store exported, and in how much memory? Each format in a process of its own.

    python benchmarks/export.py [ARTICLES [FORMAT…]]

The store is invented (benchmarks/big_store.py); 25,000 articles are 1.1 million triples, 110,000 are 5 million.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from big_store import make_store

FORMATS = ("nquads", "trig", "turtle", "jsonld", "rdfxml", "csv", "graphml")
_CHILD = """
import sys
from kg.graph.export import write_export
from kg.graph.store import Store
with Store.open(sys.argv[1], read_only=True) as store, open(sys.argv[3], "wb") as file:
    write_export(store, file, sys.argv[2])
# Not getrusage: that begins with what the parent held.
status = open("/proc/self/status").read()
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2_500
    with tempfile.TemporaryDirectory() as folder:
        store, output = Path(folder) / "store", Path(folder) / "output"
        triples = make_store(store, size)
        print(f"store: {triples:,} triples")
        for name in sys.argv[2:] or FORMATS:
            began = time.perf_counter()
            command = [sys.executable, "-c", _CHILD, str(store), name, str(output)]
            memory = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            took = time.perf_counter() - began
            size_mb = output.stat().st_size / 1e6
            print(f"{name:9} {took:7.1f} s {triples / took:10,.0f} triples/s {memory:5} MiB {size_mb:8.1f} MB written")


if __name__ == "__main__":
    main()
