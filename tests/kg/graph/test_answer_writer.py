import random

import pyoxigraph
import pytest

from kg.graph.answer_writer import CountingWriter, LimitExceeded
from kg.graph.answers import SOLUTION_FORMATS

TEXTS = ['},{"', '":[{', "<result>", '""', "\\", '\\"', "a\r\nb\n", "\t", "]}}", "«نقل»", '\\\\"},{"x":[{']


@pytest.fixture(scope="module")
def solutions() -> str:
    rows = " ".join(f"({pyoxigraph.Literal(a)} {pyoxigraph.Literal(b)})" for a in TEXTS for b in (*TEXTS, "x"))
    return f"SELECT * {{ VALUES (?a ?b) {{ {rows} (UNDEF UNDEF) }} }}"


@pytest.mark.parametrize("format", SOLUTION_FORMATS)
@pytest.mark.parametrize("query", ["rows", "SELECT ?a {} LIMIT 0", "SELECT * { VALUES () { () () } }", "SELECT ?x {}"])
def test_rows_are_counted_exactly_wherever_the_writes_are_cut(format: str, query: str, solutions: str) -> None:
    query = solutions if query == "rows" else query
    engine = pyoxigraph.Store()
    expected = len(list(engine.query(query)))
    media_type = pyoxigraph.QueryResultsFormat.from_media_type(SOLUTION_FORMATS[format])
    body = engine.query(query).serialize(format=media_type)
    chance = random.Random(7)
    for longest in (1, 2, 3, 9, 100_000):
        given: list[bytes] = []
        writer = CountingWriter(format, row_limit=10_000, byte_limit=10_000_000, send=given.append)
        begin = 0
        while begin < len(body):
            begin += writer.write(body[begin : begin + chance.randint(1, longest)])
        assert (writer.rows, b"".join(given) + writer.take_rest()) == (expected, body)


def test_too_many_bytes_end_the_answer() -> None:
    writer = CountingWriter("json", row_limit=1, byte_limit=3, send=lambda piece: None)
    writer.write(b"{ }")
    with pytest.raises(LimitExceeded, match="bytes"):
        writer.write(b" ")
