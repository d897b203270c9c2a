import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from pyoxigraph import NamedNode

from kg.errors import QueryError, StoreError
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.graph.writing import Document, GraphRemoval, GraphWrite, Update

OWN = "https://example.org/graphs/remarks"
REMARK = Document(b"<urn:statement> <urn:remark> 'doubtful' .", "text/turtle", OWN)


@pytest.fixture
def store(tmp_path: Path, samples: Path, mavaze: Callable[..., Result]) -> Path:
    path = tmp_path / "store"
    assert mavaze("build", next(samples.glob("*.json")), "--store", path).exit_code == 0
    return path


@pytest.fixture
def writer(store: Path) -> Iterator[Writer]:
    writer = Writer(store, time_limit=20, queue_limit=1, memory_limit=512)
    yield writer
    writer.close()


def graphs(store: Path) -> dict[str, int]:
    with Store.open(store, read_only=True) as opened:
        return {
            name.value: len(list(opened.engine.quads_for_pattern(None, None, None, name)))
            for name in opened.engine.named_graphs()
            if isinstance(name, NamedNode)
        }


def test_a_graph_of_ones_own_outlives_every_build(
    store: Path, writer: Writer, samples: Path, mavaze: Callable[..., Result]
) -> None:
    before = graphs(store)
    assert writer.write(GraphWrite(OWN, (REMARK,), is_replacing=True)).is_new
    with Store.open(store, read_only=True) as opened:
        assert len(opened.articles()) == 1, "it is no article"
    for arguments in ((), ("--force",)):
        built = mavaze("build", next(samples.glob("*.json")), "--store", store, *arguments)
        assert built.exit_code == 0, built.output
        assert graphs(store) == before | {OWN: 1}


def test_what_is_written_into_a_derived_graph_is_gone_after_a_build(
    store: Path, writer: Writer, samples: Path, mavaze: Callable[..., Result]
) -> None:
    before = graphs(store)
    writer.write(Update("DELETE WHERE { GRAPH <https://w3id.org/mavaze/graph/ontology> { ?s ?p ?o } }", OWN))
    writer.write(Update("DELETE WHERE { GRAPH <https://w3id.org/mavaze/graph/entities> { ?s ?p ?o } }", OWN))
    writer.write(Update("INSERT DATA { GRAPH <https://w3id.org/mavaze/graph/derived> { <urn:a> <urn:b> 1 } }", OWN))
    assert graphs(store) != before
    mavaze("build", next(samples.glob("*.json")), "--store", store)
    assert graphs(store) == before


def test_an_article_whose_graph_is_dropped_is_forgotten_and_can_come_back(
    store: Path, writer: Writer, samples: Path, mavaze: Callable[..., Result]
) -> None:
    before = graphs(store)
    with Store.open(store, read_only=True) as opened:
        (article,) = opened.articles()
    writer.write(GraphRemoval(str(article)))
    with Store.open(store, read_only=True) as opened:
        assert opened.articles() == []
        assert opened.register.articles() == []
    built = mavaze("build", next(samples.glob("*.json")), "--store", store)
    assert "1 added" in built.stderr
    assert graphs(store) == before
    writer.write(Update("DROP ALL", OWN))
    assert graphs(store) == {}
    mavaze("build", next(samples.glob("*.json")), "--store", store)
    assert graphs(store) == before


NONSENSE = """PREFIX dip: <https://w3id.org/mavaze/ontology#> INSERT DATA { GRAPH <urn:mine> {
  <urn:s> dip:reportedIn <urn:mine> ; dip:speaker "me" ; dip:act 1 ; dip:content <urn:c> ; dip:begin "x" ; dip:end 0 .
  <urn:t> dip:reportedIn <urn:mine> ; dip:speaker <urn:me> ; dip:act <urn:act> ; dip:content "x" ; dip:begin "x" ;
    dip:end 0 ; dip:saidOn "yesterday" ; dip:onBehalfOf 5 ; dip:about "x" ; dip:conveys <urn:x>, [ dip:against [] ] .
  <urn:x> dip:against "y" ; dip:holder 5 .
  <urn:mine> dip:earliest "once" ; dip:latest "upon a time" .
} }"""


def test_nonsense_in_a_graph_of_ones_own_stops_no_command(
    store: Path, writer: Writer, samples: Path, mavaze: Callable[..., Result]
) -> None:
    before = graphs(store)
    writer.write(Update(NONSENSE, OWN))
    built = mavaze("build", next(samples.glob("*.json")), "--store", store)
    assert built.exit_code == 0, built.output
    after = graphs(store)
    assert after.pop("urn:mine") > 10
    summaries = "https://w3id.org/mavaze/graph/summaries"
    assert after.get(summaries) == before.get(summaries)
    for format_ in ("csv", "turtle", "graphml"):
        exported = mavaze("export", "--store", store, "--format", format_)
        assert exported.exit_code == 0, exported.output


def test_while_another_process_writes_it_is_named(store: Path, writer: Writer) -> None:
    script = (
        "import sys, time; from kg.graph.store import Store\n"
        "with Store.open(sys.argv[1]): print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match=rf"being written by process {other.pid}") as error:
            writer.write(Update("INSERT DATA { <urn:a> <urn:b> 1 }", OWN))
        assert error.value.status == 503
        other.communicate("")
    writer.write(Update("INSERT DATA { <urn:a> <urn:b> 1 }", OWN))


def test_between_two_writes_the_store_is_free(store: Path, writer: Writer) -> None:
    writer.write(Update("INSERT DATA { <urn:a> <urn:b> 1 }", OWN))
    with Store.open(store) as opened:
        opened.engine.update("INSERT DATA { <urn:a> <urn:b> 2 }")
    writer.write(Update("INSERT DATA { <urn:a> <urn:b> 3 }", OWN))
    with Store.open(store, read_only=True) as opened:
        assert len(list(opened.engine.quads_for_pattern(None, None, None))) >= 3


def test_a_kill_leaves_the_last_committed_state(store: Path, writer: Writer) -> None:
    for number in range(3):
        writer.write(Update(f"INSERT DATA {{ <urn:a> <urn:b> {number} }}", OWN))
        assert writer._process is not None
        writer._process.kill()
        time.sleep(0.1)
    with pytest.raises(QueryError):
        writer.write(Update("INSERT DATA { <urn:a> <urn:b> 7 } ; CREATE GRAPH <urn:g> ; CREATE GRAPH <urn:g>", OWN))
    with Store.open(store, read_only=True) as opened:
        values = opened.engine.query("SELECT ?o { <urn:a> <urn:b> ?o } ORDER BY ?o")
        assert [solution[0].value for solution in values] == ["0", "1", "2"]


def test_a_kill_in_the_middle_of_a_write_leaves_the_graph_before_or_after(store: Path, writer: Writer) -> None:
    chance = random.Random(5)
    size, last = 3000, 0
    writer.write(GraphWrite(OWN, (_numbered(0, size),), is_replacing=True))
    ends = Counter[str]()
    for number in range(1, 9):
        process = writer._process
        assert process is not None
        killer = threading.Timer(chance.uniform(0, 0.25), process.kill)
        killer.start()
        try:
            writer.write(GraphWrite(OWN, (_numbered(number, size),), is_replacing=True))
            ends["written"] += 1
        except StoreError:
            ends["killed"] += 1
        killer.join()
        with Store.open(store, read_only=True) as opened:
            found = Counter(
                quad.object.value for quad in opened.engine.quads_for_pattern(None, None, None, NamedNode(OWN))
            )  # type: ignore[union-attr]
        assert found in (Counter({str(last): size}), Counter({str(number): size})), found
        last = int(next(iter(found)))
        writer.write(Update("INSERT DATA { <urn:a> <urn:b> 1 }", OWN))  # whatever came before, the next one is made
    assert ends["killed"]


def _numbered(number: int, size: int) -> Document:
    lines = (f"<urn:s{line}> <urn:v> {number} ." for line in range(size))
    return Document("\n".join(lines).encode(), "text/turtle", OWN)
