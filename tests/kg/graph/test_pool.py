import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest

from kg.errors import MavazeError, QueryError, QueryTimeout, StoreError
from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS, AnswerTooLarge, ClientGone, QueueFull
from kg.graph.limits import Limits
from kg.graph.pool import QueryPool
from kg.graph.query_text import Term
from kg.graph.question import read_question

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


@contextmanager
def running(pool: QueryPool, text: str, count: int = 1) -> Iterator[list[Exception]]:
    """Run a query in threads of its own; gives the errors that they end with."""
    errors: list[Exception] = []

    def run() -> None:
        try:
            pool.query(text)
        except MavazeError as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    yield errors
    for thread in threads:
        thread.join()


def test_a_dear_query_that_waits_too_long_is_sent_away(pool: QueryPool) -> None:
    with running(pool, ENDLESS, 3) as errors:
        pass
    full = [error for error in errors if isinstance(error, QueueFull)]
    assert len(errors) == 3
    assert 1 <= len(full) <= 2, "one ran from the beginning; those that waited for less than QUEUE_LIMIT ran too"
    assert "QUEUE_LIMIT" in str(full[0])
    assert full[0].retry_after > 0


def test_a_cheap_query_does_not_wait_for_dear_ones(store: Path) -> None:
    with QueryPool(store, Limits(time_limit=1.5, queue_limit=0.5), workers=1) as pool:
        works(pool)
        with running(pool, ENDLESS, 4) as errors:
            time.sleep(0.1)
            worst = 0.0
            for _ in range(20):
                began = time.monotonic()
                assert works(pool)
                worst = max(worst, time.monotonic() - began)
        assert len(errors) == 4
        assert worst < 1.2, "less than one dear query takes"


def test_a_query_that_was_paused_is_answered_in_full(store: Path) -> None:
    some_seconds = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    with QueryPool(store, Limits(time_limit=30, queue_limit=30), workers=1) as pool:
        alone = pool.query(some_seconds).body
        answers: list[bytes] = []
        threads = [
            threading.Thread(target=lambda i=i: answers.append(pool.query(some_seconds + " " * i).body))
            for i in range(1, 4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [alone] * 3
        assert pool.state().waiting == pool.state().running == 0


def test_a_query_may_be_given_less_time(store: Path) -> None:
    with QueryPool(store, Limits(time_limit=30), workers=1) as pool:
        began = time.monotonic()
        with pytest.raises(QueryTimeout, match=r"0\.3 seconds \(the request's timeout\)"):
            pool.stream(read_question(ENDLESS), time_limit=0.3)
        assert time.monotonic() - began < 3


def test_a_query_ends_when_its_client_has_left(store: Path) -> None:
    with QueryPool(store, Limits(time_limit=30, queue_limit=30), workers=1) as pool:
        began = time.monotonic()
        with pytest.raises(ClientGone):
            pool.stream(read_question(ENDLESS), is_gone=lambda: time.monotonic() - began > 0.3)
        with running(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 1"):
            time.sleep(0.5)
            began = time.monotonic()
            with pytest.raises(ClientGone):
                pool.stream(read_question(ENDLESS), is_gone=lambda: time.monotonic() - began > 0.3)
            assert time.monotonic() - began < 3
            pool.close()


MANY = "SELECT ?s ?o ?t { ?s ?p ?o . ?r ?q ?t }"


def test_an_answer_is_given_on_while_it_is_written(store: Path) -> None:
    with QueryPool(store, Limits(row_limit=10**9, byte_limit=10**12), workers=1) as pool:
        answer = pool.stream(read_question(MANY))
        assert not answer.is_whole
        assert 0 < len(answer.head) < 1_000_000
        pieces = iter(answer)
        assert next(pieces) == answer.head
        assert next(pieces)
        answer.close()
        assert pool.state().running == 0
        assert pool.state().kills == 1
        assert works(pool)


def test_an_answer_that_breaks_off_does_not_look_whole(store: Path) -> None:
    with QueryPool(store, Limits(row_limit=50_000), workers=1) as pool:
        answer = pool.stream(read_question(MANY, solutions="tsv"))
        with pytest.raises(AnswerTooLarge):
            answer.read()
        assert not answer.is_whole
        assert pool.state().ends == {"size": 1}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers of processes")
def test_the_system_ends_a_query_that_the_pool_is_kept_from_ending(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.graph.pool._GRACE", 0.3)
    limits = Limits(time_limit=0.4, queue_limit=0.1, row_limit=10**9, byte_limit=10**12)
    with QueryPool(store, limits, workers=1) as pool:
        answer = pool.stream(read_question(MANY))
        (process_id,) = set(pool.process_ids())
        time.sleep(1.5)
        assert not Path(f"/proc/{process_id}").exists() or not Path("/proc/self").exists()
        with pytest.raises(QueryTimeout):
            answer.read()


def test_the_default_graph_is_the_union_unless_the_query_says_otherwise(pool: QueryPool, store: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"

    def n(asked: QueryPool, text: str, *, is_reserved: bool = False, **graphs: tuple[str, ...]) -> int:
        question = replace(read_question(text), **graphs)  # type: ignore[arg-type]
        return int(asked.stream(question, is_reserved=is_reserved).read().solutions()[0]["n"].value)

    assert n(pool, count % "") == 1505
    assert n(pool, count % "FROM <http://x/second>") == 5
    assert n(pool, count % "", default_graphs=("http://x/second",)) == 5
    assert n(pool, count % "FROM <http://x/first>", default_graphs=("http://x/second",)) == 5
    assert n(pool, count % "", named_graphs=("http://x/second",)) == 0
    assert n(pool, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", named_graphs=("http://x/second",)) == 5
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


def test_a_spare_waits_however_many_run(store: Path) -> None:
    with QueryPool(store, Limits(time_limit=20), workers=1, spares=1) as pool:
        streams = [pool.stream(read_question(MANY), client=f"{number}") for number in range(3)]
        assert pool.state().running == 3
        assert len(pool.process_ids()) == 4
        for stream in streams:
            stream.close()


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
