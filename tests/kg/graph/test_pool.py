import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest

from kg.errors import MavazeError, QueryError, QueryTimeout, StoreError
from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS, AnswerTooLarge, QueueFull
from kg.graph.pool import Limits, QueryPool
from kg.graph.query_text import Term

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HOG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


def fill(path: Path, name: str, count: int) -> None:
    engine = pyoxigraph.Store(str(path))
    graph = pyoxigraph.NamedNode(f"http://x/{name}")
    engine.extend(
        pyoxigraph.Quad(pyoxigraph.NamedNode(f"http://x/{i}"), pyoxigraph.NamedNode("http://x/p"), literal, graph)
        for i in range(count)
        for literal in (pyoxigraph.Literal(f"{name} {i}"),)
    )
    engine.flush()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pool") / "store"
    fill(path, "first", 1500)
    fill(path, "second", 5)
    return path


@pytest.fixture(scope="module")
def pool(store: Path) -> Iterator[QueryPool]:
    limits = Limits(time_limit=0.6, queue_limit=0.3, memory_limit=64, row_limit=100, byte_limit=20_000)
    with QueryPool(store, limits, workers=1, reserved=1, spares=1) as pool:
        yield pool.open()


def works(pool: QueryPool) -> bool:
    return pool.query("ASK { ?s ?p ?o }").truth()


def test_a_query_over_its_time_is_ended_and_the_next_is_answered(pool: QueryPool) -> None:
    began = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"0\.6 seconds \(TIME_LIMIT\)"):
        pool.query(ENDLESS)
    assert time.monotonic() - began < 3
    assert works(pool)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system has no cap on a process's data")
def test_a_query_over_its_memory_is_ended_and_the_next_is_answered(pool: QueryPool) -> None:
    with pytest.raises(QueryTimeout, match=r"64 MiB of memory \(MEMORY_LIMIT\)"):
        pool.query(HOG)
    assert works(pool)


@pytest.mark.parametrize("format", SOLUTION_FORMATS)
def test_an_answer_has_all_rows_or_is_an_error(pool: QueryPool, format: str) -> None:
    assert pool.query("SELECT ?s { ?s ?p ?o } LIMIT 100", solutions=format).rows == 100
    with pytest.raises(AnswerTooLarge, match=r"100 rows \(ROW_LIMIT\)"):
        pool.query("SELECT ?s { ?s ?p ?o } LIMIT 101", solutions=format)


@pytest.mark.parametrize("format", GRAPH_FORMATS)
def test_a_graph_has_all_triples_or_is_an_error(pool: QueryPool, format: str) -> None:
    assert pool.query("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 100", graph=format).rows == 100
    with pytest.raises(AnswerTooLarge, match="ROW_LIMIT"):
        pool.query("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 101", graph=format)


def test_an_answer_of_too_many_bytes_is_an_error(pool: QueryPool) -> None:
    with pytest.raises(AnswerTooLarge, match="20000 bytes"):
        pool.query("SELECT ?x { { SELECT (GROUP_CONCAT(STR(?s)) AS ?x) { ?s ?p ?o } } }")


def test_a_malformed_query_tells_line_and_column(pool: QueryPool) -> None:
    with pytest.raises(QueryError) as error:
        pool.query("SELECT *\n{ ?s nowhere:p ?o }")
    assert str(error.value).startswith("query, line 2, column ")
    assert "prefix" in str(error.value).lower()


def test_who_waits_too_long_is_sent_away(pool: QueryPool) -> None:
    errors: list[Exception] = []

    def run() -> None:
        try:
            pool.query(ENDLESS)
        except QueryTimeout as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.1)
    with pytest.raises(QueueFull, match="QUEUE_LIMIT") as full:
        works(pool)
    assert full.value.retry_after > 0
    assert pool.query("ASK {}", is_reserved=True).truth(), "our own pages have a worker of their own"
    thread.join()
    assert len(errors) == 1
    assert not isinstance(errors[0], QueueFull)


def test_the_default_graph_is_the_union_unless_the_query_says_otherwise(pool: QueryPool, store: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"

    def n(answer_of: QueryPool, text: str, **options: object) -> int:
        return int(answer_of.query(text, **options).solutions()[0]["n"].value)  # type: ignore[arg-type]

    assert n(pool, count % "") == 1505
    assert n(pool, count % "FROM <http://x/second>") == 5
    assert n(pool, count % "", default_graphs=["http://x/second"]) == 5
    assert n(pool, count % "FROM <http://x/first>", default_graphs=["http://x/second"]) == 5
    assert n(pool, count % "", named_graphs=["http://x/second"]) == 0
    assert n(pool, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", named_graphs=["http://x/second"]) == 5
    with QueryPool(store, workers=1, is_union=False) as own:
        assert n(own, count % "") == 0
        assert n(own, count % "", is_reserved=True) == 1505


def test_parameters_are_bound(pool: QueryPool) -> None:
    solutions = pool.query("SELECT ?o { ?s ?p ?o }", parameters={"s": Term("uri", "http://x/1499")}).solutions()
    assert solutions == [{"o": Term("literal", "first 1499")}]


def test_workers_see_what_was_written_once_they_are_restarted(tmp_path: Path) -> None:
    fill(tmp_path / "store", "first", 1)
    with QueryPool(tmp_path / "store", workers=1) as pool:
        ask = "ASK { ?s ?p 'second 0' }"
        assert not pool.query(ask).truth()
        fill(tmp_path / "store", "second", 1)
        pool.restart()
        assert pool.query(ask).truth()


def test_workers_follow_a_store_that_another_process_writes(tmp_path: Path) -> None:
    fill(tmp_path / "store", "first", 1)
    with QueryPool(tmp_path / "store", workers=1, refresh=0) as pool:
        ask = "ASK { ?s ?p 'second 0' }"
        assert not pool.query(ask).truth()
        ids = pool.process_ids()
        assert not pool.query(ask).truth()
        assert pool.process_ids() == ids, "nothing has changed"
        fill(tmp_path / "store", "second", 1)
        assert pool.query(ask).truth()


def test_a_worker_that_somebody_else_has_ended_is_replaced(store: Path) -> None:
    with QueryPool(store, workers=1) as pool:
        assert works(pool)
        (process_id,) = pool.process_ids()
        os.kill(process_id, signal.SIGKILL)
        time.sleep(0.2)
        assert works(pool)


def test_a_query_whose_process_is_ended_is_an_error(store: Path) -> None:
    with QueryPool(store, Limits(time_limit=20), workers=1) as pool:
        assert works(pool)
        (process_id,) = pool.process_ids()
        timer = threading.Timer(0.3, os.kill, (process_id, signal.SIGKILL))
        timer.start()
        with pytest.raises(MavazeError, match="ended unexpectedly"):
            pool.query(ENDLESS)
        assert works(pool)


def test_closing_ends_every_process(store: Path) -> None:
    pool = QueryPool(store, workers=2, reserved=1, spares=1)
    assert works(pool)
    ids = pool.process_ids()
    assert len(ids) == 4
    pool.close()
    for process_id in ids:
        with pytest.raises(ProcessLookupError):
            os.kill(process_id, 0)
    with pytest.raises(StoreError):
        works(pool)


def test_a_store_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        QueryPool(tmp_path / "nowhere")


def test_a_store_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("nonsense\n")
    with QueryPool(tmp_path, workers=1) as pool, pytest.raises(StoreError, match="cannot be read"):
        pool.open()


def test_a_store_of_a_newer_version_is_an_error(tmp_path: Path) -> None:
    fill(tmp_path / "store", "first", 1)
    (tmp_path / "store" / "mavaze.json").write_text(json.dumps({"format": 999, "base": "http://x/"}))
    with pytest.raises(StoreError, match="newer version"):
        QueryPool(tmp_path / "store")
