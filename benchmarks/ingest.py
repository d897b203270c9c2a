"""How fast are articles stored, how much room do they take, does memory stay flat? Prepared extractions, at a scale.

    python benchmarks/ingest.py [ARTICLES] [--jobs N] [--extract] [--store DIR]

The store grows by builds, each with what is derived from it; after each, one article more is taken in, which should
cost the same whatever the store holds. Articles are varied from the samples: outlet, day and half of the words.
Without ``--extract`` what was found in a sample is taken for its variations too, so that only storing is measured;
with it each is read anew.
"""

import argparse
import os
import random
import re
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from kg.attempts import Extractor
from kg.build import BuildReport, build_articles
from kg.extract import extract
from kg.graph.store import Store
from kg.model import Article, DateSpan, Extraction
from kg.sources import read

SAMPLES = Path(__file__).parent.parent / "data" / "articles"
OUTLETS = 40
MILESTONES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
_WORD = re.compile(r"[آ-ی\u200c]{3,}")
_CUT = re.compile(f"({_WORD.pattern})")
_SAMPLE: dict[str, Extraction] = {}


def vary(number: int) -> Iterator[Article]:
    """Yield articles that all differ in outlet, day and words.

    Half of the words become others of the same length, so that no two are copies of one report, and what was found in
    a sample stands in its variation at the same place; the words that name somebody or report are left.
    """
    found = [extract(sample) for sample in read(SAMPLES)]
    kept = {word for one in found for entity in one.entities for form in entity.mentions for word in form.split()}
    kept |= {word for one in found for statement in one.statements for word in (statement.cue or "").split()}
    words: dict[int, list[str]] = {}
    for word in sorted({w for one in found for w in _WORD.findall(one.article.text)} - kept):
        words.setdefault(len(word), []).append(word)
    parts = [_CUT.split(one.article.text) for one in found]
    for n in range(number):
        sample, chance = found[n % len(found)], random.Random(n)
        day = date(2015, 1, 1) + timedelta(n % 3650)
        text = [
            part
            if not place % 2 or part in kept or chance.random() < 0.5
            else words[len(part)][int(chance.random() * len(words[len(part)]))]
            for place, part in enumerate(parts[n % len(found)])
        ]
        yield replace(
            sample.article,
            id=f"{sample.article.id}/{n}",
            text="".join(text),
            publisher=f"رونوشت {n % OUTLETS}",
            published=DateSpan(day, day),
            source="varied",
        )


def look_up(article: Article) -> Extraction:
    """Return what was found in the sample that an article varies."""
    if not _SAMPLE:
        _SAMPLE.update((sample.id, extract(sample)) for sample in read(SAMPLES))
    return replace(_SAMPLE[article.id.partition("/")[0]], article=article)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", type=int, nargs="?", default=2000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--extract", action="store_true")
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    look_up(next(vary(1)))
    articles = vary(options.articles + len(MILESTONES) + 1)
    extractor = extract if options.extract else look_up
    seconds = 0.0
    held = 0
    with tempfile.TemporaryDirectory() as folder:
        path = options.store or Path(folder) / "store"
        with Store.open(path, create=True) as store:
            for milestone in (*(one for one in MILESTONES if one < options.articles), options.articles):
                wanted = milestone - held
                took, used, report = build(islice(articles, wanted), store, extractor, options.jobs)
                one, one_used, _ = build(islice(articles, 1), store, extractor, 1)
                held += report.added + 1
                seconds += took
                size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
                print(
                    f"{held:>9,} articles: {wanted / took:6.1f} articles/s, {1000 * used / wanted:5.1f} ms of the "
                    f"processor each; {peak} MiB at most; {size / held:,.0f} bytes per article; one article more takes "
                    f"{one:.2f} s ({1000 * one_used:.0f} ms of the processor); load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
            triples = len(store.engine)
    what = "extracted, stored and derived" if options.extract else "stored and derived"
    print(f"{held:,} articles {what} in {seconds:.0f} s, {triples:,} triples, {triples / held:.0f} per article")


def build(
    articles: Iterable[Article], store: Store, extractor: Extractor, jobs: int
) -> tuple[float, float, BuildReport]:
    """Take articles in, and return the seconds that it took, on the clock and of the processor."""
    began, used = time.perf_counter(), _used()
    report = build_articles(articles, store, extract=extractor, jobs=jobs)
    return time.perf_counter() - began, _used() - used, report


def _used() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    main()
