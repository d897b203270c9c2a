"""How fast is an extraction stored, and how long does a query take? In one temporary store."""

import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from kg.build import build_articles
from kg.graph.store import Store
from kg.sources import read

COPIES = 5
QUERY = "SELECT ?side (COUNT(*) AS ?n) { ?s dip:side ?side } GROUP BY ?side ORDER BY DESC(?n) LIMIT 10"


def main() -> None:
    samples = list(read(Path(__file__).parent.parent / "data" / "articles"))
    articles = [
        replace(article, id=f"{article.id}-{copy}", publisher=f"{article.publisher} {copy}")
        for copy in range(COPIES)
        for article in samples
    ]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with Store.open(Path(folder) / "store", create=True) as store:
            report = build_articles(articles, store)
        built = time.perf_counter() - began
        began = time.perf_counter()
        with Store.open(Path(folder) / "store") as store:
            again = build_articles(articles, store)
        skipped = time.perf_counter() - began
        command = [sys.executable, "-m", "kg", "query", "--store", str(Path(folder) / "store"), QUERY]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        asked = time.perf_counter() - began
    print(f"build: {report.added / built:.1f} articles/s, extracted and stored ({report.statements} statements)")
    print(f"build again: {again.unchanged / skipped:.0f} articles/s skipped, {built / skipped:.0f} times as fast")
    print(f"query: {asked:.2f} s, the command's start included")


if __name__ == "__main__":
    main()
