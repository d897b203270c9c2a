"""How fast are articles stored, how much room do they take, does memory stay flat? Prepared extractions, at a scale.

    python benchmarks/ingest.py [ARTICLES] [--jobs N] [--extract]

Articles are varied from the samples: outlet, day and half of the words. Without ``--extract`` what
was found in a sample is taken for its variations too, so that only storing is measured; with it each is read anew.
"""

import argparse
import random
import re
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from kg.build import BuildReport, build_articles
from kg.extract import extract
from kg.graph.store import Store
from kg.model import Article, DateSpan, Extraction
from kg.sources import read

SAMPLES = Path(__file__).parent.parent / "data" / "articles"
OUTLETS = 40
STEPS = 10
_WORD = re.compile(r"[آ-ی\u200c]{3,}")
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
    for n in range(number):
        sample, chance = found[n % len(found)], random.Random(n)
        day = date(2015, 1, 1) + timedelta(n % 3650)

        def change(match: re.Match[str], chance: random.Random = chance) -> str:
            word = match.group()
            return word if word in kept or chance.random() < 0.5 else chance.choice(words[len(word)])

        yield replace(
            sample.article,
            id=f"{sample.article.id}/{n}",
            text=_WORD.sub(change, sample.article.text),
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
    began = last = time.perf_counter()
    seen = 0

    def tell(report: BuildReport) -> None:
        nonlocal last, seen
        if report.read - seen >= options.articles / STEPS:
            now = time.perf_counter()
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            print(
                f"  {report.read:>9,}  {(report.read - seen) / (now - last):8.1f} articles/s  {memory} MiB", flush=True
            )
            last, seen = now, report.read

    with tempfile.TemporaryDirectory() as folder:
        path = options.store or Path(folder) / "store"
        with Store.open(path, create=True) as store:
            derive, store.derive = store.derive, lambda: False  # type: ignore[method-assign]
            report = build_articles(
                vary(options.articles),
                store,
                extract=extract if options.extract else look_up,
                jobs=options.jobs,
                progress=tell,
            )
            stored = time.perf_counter()
            store.derive = derive  # type: ignore[method-assign]
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            derive()
            derived = time.perf_counter()
            triples = len(store.engine)
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    what = "extracted and stored" if options.extract else "stored"
    print(
        f"{report.added:,} articles {what} in {stored - began:.1f} s: {report.added / (stored - began):.1f} articles/s"
    )
    print(f"  {report.statements:,} statements, {triples:,} triples, {size / report.added:,.0f} bytes per article")
    print(f"  peak memory {memory} MiB; deriving took {derived - stored:.1f} s and {peak} MiB at most")


if __name__ == "__main__":
    main()
