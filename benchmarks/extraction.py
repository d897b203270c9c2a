"""How fast is extraction, and how much memory does it take? One core, over the sample articles."""

import resource
import time
from pathlib import Path

from kg.extract import extract
from kg.sources import read

ROUNDS = 3


def main() -> None:
    articles = list(read(Path(__file__).parent.parent / "data" / "articles"))
    began = time.perf_counter()
    extract(articles[0])
    first = time.perf_counter() - began
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        statements = sum(len(extract(article).statements) for article in articles)
        took.append(time.perf_counter() - began)
    characters = sum(len(article.text) for article in articles)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed, letters = len(articles) / min(took), characters / min(took) / 1000
    print(f"extraction: {speed:.1f} articles/s, {letters:.0f} thousand letters/s on one core")
    print(f"  first article {first:.2f} s (lexicon and gazetteer are read then), memory {memory:.0f} MiB")
    print(f"  {len(articles)} articles, {statements} statements, best of {ROUNDS} rounds")


if __name__ == "__main__":
    main()
