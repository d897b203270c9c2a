import importlib
import io
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg.build import BATCH_SIZE, BuildReport, build, build_articles
from kg.errors import InputError, LexiconError
from kg.gazetteer import Gazetteer
from kg.graph.export import write_export
from kg.graph.store import Store
from kg.graph.triples import Provenance
from kg.model import Article, Extraction
from kg.provenance import current_provenance

MADE_BY = Provenance("1", (("lexicon", "a"),))


def _export(store: Store) -> bytes:
    output = io.BytesIO()
    write_export(store, output, "nquads")
    return output.getvalue()


@pytest.fixture
def store(tmp_path: Path, world: Gazetteer) -> Iterator[Store]:
    with Store.open(tmp_path / "store", create=True, gazetteer=world) as opened:
        yield opened


@pytest.fixture
def run(store: Store, tell: Callable[..., Extraction]) -> Callable[..., BuildReport]:
    """Build articles from (id, text) with a reader that finds one statement and one stance in each."""

    def read(article: Article) -> Extraction:
        if "خراب" in article.text:
            raise ValueError("خراب است")
        told = tell(("kamrani", "accuse", article.text, "-eastland"))
        return replace(told, article=article)

    def build_all(*articles: Article, **options: object) -> BuildReport:
        return build_articles(articles, store, extract=read, **{"provenance": MADE_BY, **options})  # type: ignore[arg-type]

    return build_all


def article(id: str, text: str, **known: str) -> Article:
    return Article(id, text, publisher="روزنامه بامداد", **known)


def test_counts_of_a_first_run(run):
    report = run(article("1", "همسایه مقصر است"), article("2", "باز هم مقصر است"))
    assert str(report) == (
        "2 articles read: 2 added, 0 replaced, 0 unchanged, 0 removed, 0 set aside; 2 statements, 2 stances"
    )


def test_a_second_run_skips_all_and_changes_nothing(run, store):
    articles = [article(str(n), f"همسایه {n} مقصر است") for n in range(BATCH_SIZE + 3)]
    run(*articles)
    before = _export(store)
    report = run(*articles)
    assert (report.unchanged, report.added, report.replaced) == (len(articles), 0, 0)
    assert _export(store) == before


def test_two_stores_of_the_same_articles_are_the_same(tmp_path, world, tell):
    found = []
    for name, order in (("a", 1), ("b", -1)):
        articles = [tell(("stranger", "praise", f"{n} خوب است", "+treaty"), id=str(n)) for n in range(5)][::order]
        by_id = {extraction.article.id: extraction for extraction in articles}
        with Store.open(tmp_path / name, create=True, gazetteer=world) as store:
            build_articles(
                [e.article for e in articles], store, extract=lambda a, by_id=by_id: by_id[a.id], provenance=MADE_BY
            )
            found.append(_export(store))
    assert found[0] == found[1]


def test_another_version_or_force_reads_again(run):
    one = article("1", "همسایه مقصر است")
    run(one)
    assert run(one, provenance=Provenance("1", (("lexicon", "b"),))).replaced == 1
    assert run(one, provenance=Provenance("1", (("lexicon", "b"),)), force=True).replaced == 1
    assert run(one, provenance=Provenance("1", (("lexicon", "b"),))).unchanged == 1


def test_a_corrected_date_counts_as_a_change(run):
    run(article("1", "همسایه مقصر است", url="https://x.example/1"))
    assert run(article("1", "همسایه مقصر است", url="https://x.example/1", title="سرخط")).replaced == 1


def test_an_article_that_fails_costs_only_itself(run, store):
    told: list[InputError] = []
    report = run(article("1", "خراب", source="news.jsonl"), article("2", "همسایه مقصر است"), set_aside=told.append)
    assert (report.added, report.set_aside) == (1, 1)
    assert "news.jsonl: 1: it could not be extracted (ValueError: خراب است)" in str(told[0])
    assert len(store.articles()) == 1


def test_a_broken_installation_ends_the_run_at_once(store):
    def read(article: Article) -> Extraction:
        raise LexiconError("no such act", where="nouns.tsv:3")

    with pytest.raises(LexiconError, match=r"nouns\.tsv:3"):
        build_articles([article("1", "متن"), article("2", "متن دیگر")], store, extract=read, provenance=MADE_BY)


def test_a_text_that_cannot_be_stored_costs_only_itself(run, store):
    told: list[InputError] = []
    report = run(article("1", "همسایه \udc80"), article("2", "همسایه مقصر است"), set_aside=told.append)
    assert (report.added, report.set_aside) == (1, 1)
    assert "cannot be written as RDF" in str(told[0])


def test_an_article_that_fails_keeps_what_was_stored_of_it(run, store):
    run(article("1", "همسایه مقصر است", url="https://x.example/1", source="a.txt"))
    run(article("1", "خراب", url="https://x.example/1", source="a.txt"), set_aside=lambda error: None)
    assert len(store.articles()) == 1


def test_a_file_with_a_new_text_takes_the_old_article_out(run, store):
    run(article("a", "همسایه مقصر است", source="a.txt"), article("b", "او هم مقصر است", source="b.txt"))
    report = run(article("a", "همسایه بی‌گناه است", source="a.txt"))
    assert (report.added, report.removed) == (1, 1)
    texts = {row[0].value for row in store.query("SELECT ?t { ?a nif:isString ?t }")}
    assert texts == {"همسایه بی‌گناه است", "او هم مقصر است"}


def test_an_article_that_another_source_still_gives_stays(run, store):
    run(article("a", "همسایه مقصر است", source="a.txt"), article("c", "همسایه مقصر است", source="copy.txt"))
    report = run(article("a", "همسایه بی‌گناه است", source="a.txt"))
    assert report.removed == 0
    assert len(store.articles()) == 2


def test_an_article_that_left_its_file_stays(run, store):
    one, two = article("1", "همسایه مقصر است", source="feed"), article("2", "او هم مقصر است", source="feed")
    run(one, two)
    assert run(two).removed == 0
    assert len(store.articles()) == 2


def test_standard_input_replaces_nothing(run, store):
    run(article("-", "همسایه مقصر است", source="-"))
    run(article("-", "او هم مقصر است", source="-"))
    assert len(store.articles()) == 2


def test_one_address_twice_in_a_run(run):
    told: list[InputError] = []
    first = article("1", "همسایه مقصر است", url="https://x.example/1")
    report = run(first, first, replace(first, text="سخنی دیگر"), set_aside=told.append)
    assert (report.added, report.unchanged, report.set_aside) == (1, 1, 1)
    assert "read before, with other contents" in str(told[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stores_what_was_read_and_the_next_run_goes_on(store, number):
    articles = [article(str(n), f"همسایه {n} مقصر است") for n in range(5)]

    def interrupted() -> Iterator[Article]:
        yield from articles[:2]
        os.kill(os.getpid(), number)
        yield from articles[2:]

    former = signal.getsignal(number)
    report = build_articles(interrupted(), store, extract=Extraction, provenance=MADE_BY)
    assert report.is_interrupted
    assert str(report).endswith("interrupted, run it again to go on")
    assert len(store.articles()) == report.added < 5
    assert signal.getsignal(number) is former
    report = build_articles(articles, store, extract=Extraction, provenance=MADE_BY)
    assert (report.added + report.unchanged, len(store.articles())) == (5, 5)


def test_several_processes_give_the_same_graph(tmp_path, world):
    articles = [article(str(n), f"متن {n}") for n in range(12)]
    found = []
    for jobs in (1, 2):
        with Store.open(tmp_path / str(jobs), create=True, gazetteer=world) as store:
            report = build_articles(articles, store, extract=Extraction, jobs=jobs, provenance=MADE_BY)
            assert report.added == 12
            found.append(_export(store))
    assert found[0] == found[1]


def test_an_article_that_kills_its_process_costs_only_itself(store, tmp_path, monkeypatch):
    # Worker processes inherit the path, and so find the reader by name.
    (tmp_path / "mortal_reader.py").write_text(
        "import os\nfrom kg.model import Extraction\n"
        "def read(article):\n    return os._exit(9) if article.id == '1' else Extraction(article)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    read = importlib.import_module("mortal_reader").read
    told: list[InputError] = []
    articles = [article(str(n), f"متن {n}") for n in range(3)]
    report = build_articles(articles, store, extract=read, jobs=2, set_aside=told.append, provenance=MADE_BY)
    assert (report.added, report.set_aside) == (2, 1)
    assert "1: the process that read it was ended by the system" in str(told[0])


def test_progress_is_told_after_each_transaction(run):
    seen: list[int] = []
    run(
        *(article(str(n), f"همسایه {n}") for n in range(BATCH_SIZE + 1)),
        progress=lambda report: seen.append(report.read),
    )
    assert seen == [BATCH_SIZE, BATCH_SIZE + 1]


def test_no_store_is_made_of_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    report = build([tmp_path / "empty"], tmp_path / "store", set_aside=lambda error: None)
    assert report.read == 0
    assert not (tmp_path / "store").exists()


def test_the_version_knows_all_that_decides_the_outcome():
    inputs = dict(current_provenance().inputs)
    assert set(inputs) == {"extractor", "gazetteer", "lexicon", "min-confidence"}
    assert current_provenance() == current_provenance()
