"""How fast is extraction, and how much memory does it take? On one core, over articles of 2,000 letters.

Seconds are the processor's, so that a busy machine disturbs little. The ratio is to telling sentences and tokens apart
alone, in the same run: it says what extraction costs whatever the machine.
"""

import resource
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

from kg.language.normalize import normalize
from kg.language.segment import segment
from kg.model import Article
from kg.sources import read

ARTICLES, LENGTH = 100, 2000
WANTED_SPEED, WANTED_MEMORY = 10, 400


def main() -> None:
    articles = list(compose(ARTICLES, LENGTH))
    texts = [article.text for article in articles]
    baseline = measure(lambda: [segment(normalize(text)) for text in texts])
    before = time.process_time()
    from kg.extract import extract

    extract(articles[0])
    first = time.process_time() - before
    statements = 0

    def extract_all() -> None:
        nonlocal statements
        statements = sum(len(extract(article).statements) for article in articles)

    took = measure(extract_all)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed = ARTICLES / (first + took)
    print(f"extraction: {speed:.1f} articles/s of processor time, what is loaded once included: ", end="")
    print(f"{speed / WANTED_SPEED:.1f} times the {WANTED_SPEED} that are wanted")
    print(f"  {took / baseline:.1f} times the time of telling sentences and tokens apart alone")
    print(f"  the first article {first:.2f} s, each further one {took / ARTICLES * 1000:.0f} ms")
    print(f"  peak memory {memory:.0f} MiB: {memory / WANTED_MEMORY:.2f} of the {WANTED_MEMORY} that it may take")
    print(f"  {ARTICLES} articles of {LENGTH} letters, {statements} statements")


def compose(number: int, length: int) -> list[Article]:
    """Make articles of one length from the samples, each beginning with another one."""
    samples = [article.text for article in read(Path(__file__).parent.parent / "data" / "articles")]
    return [
        Article(str(n), "\n".join(islice(cycle(samples), n % len(samples), n % len(samples) + 20))[:length])
        for n in range(number)
    ]


def measure(work: Callable[[], object]) -> float:
    """Return the processor's seconds that some work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
