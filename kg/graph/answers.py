"""What a query gives: an answer in one of the results formats, or an error that says why not."""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from kg.errors import QueryError, QueryTimeout
from kg.graph.query_text import Form, Term

SOLUTION_FORMATS: Mapping[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPH_FORMATS: Mapping[str, str] = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "trig": "application/trig",
    "nquads": "application/n-quads",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
}


class QueueFull(QueryTimeout):
    """All workers are busy, and stayed so for as long as a query may wait."""

    retry_after: ClassVar[int] = 5


class ClientGone(QueryTimeout):
    """Whoever asked has hung up, so nobody needs the answer."""


class AnswerTooLarge(QueryError):
    """An answer would exceed the row or byte limit."""

    status: ClassVar[HTTPStatus] = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave, as bytes of its format.

    Attributes:
        form: The query's form.
        format: A key of ``SOLUTION_FORMATS`` or ``GRAPH_FORMATS``.
        body: The answer as written by the engine.
        rows: Solutions or triples in it; 0 for ASK.
    """

    form: Form
    format: str
    body: bytes
    rows: int

    @property
    def media_type(self) -> str:
        """The media type of the body."""
        return {**SOLUTION_FORMATS, **GRAPH_FORMATS}[self.format]

    def variables(self) -> list[str]:
        """Return the selected variables of a JSON answer, in order."""
        names: list[str] = json.loads(self.body)["head"]["vars"]
        return names

    def solutions(self) -> list[dict[str, Term]]:
        """Return the solutions of a JSON answer; an unbound variable has no entry."""
        return [
            {
                name: Term(_kind(term["type"]), _value(term["value"]), term.get("xml:lang"), term.get("datatype"))
                for name, term in solution.items()
            }
            for solution in json.loads(self.body)["results"]["bindings"]
        ]

    def truth(self) -> bool:
        """Return what an ASK query gave as JSON."""
        return bool(json.loads(self.body)["boolean"])


class AnswerStream:
    """An answer that is given on while the engine writes it.

    Iterate once, then ``close``; closing earlier ends the query. An answer that cannot be finished raises.

    Args:
        form: The query's form.
        format: A key of ``SOLUTION_FORMATS`` or ``GRAPH_FORMATS``.
        pieces: The answer's bytes as they come; the number of its rows is what it returns.
        held: Bytes that are waited for before anything is given on: up to there, an error is still an error alone.

    Attributes:
        is_whole: Whether all of it is in ``head``.
        head: What has been waited for.
        rows: Solutions or triples in it, once it has been read to its end.
    """

    def __init__(self, form: Form, format: str, pieces: Generator[bytes, None, int], held: int) -> None:
        self.form = form
        self.format = format
        self.is_whole = False
        self.rows = 0
        self._pieces = pieces
        head = bytearray()
        for piece in self._follow():
            head += piece
            if len(head) > held:
                break
        self.head = bytes(head)

    @property
    def media_type(self) -> str:
        """The media type of the body."""
        return {**SOLUTION_FORMATS, **GRAPH_FORMATS}[self.format]

    def _follow(self) -> Iterator[bytes]:
        while not self.is_whole:
            try:
                piece = next(self._pieces)
            except StopIteration as end:
                self.is_whole, self.rows = True, end.value
            else:
                yield piece

    def __iter__(self) -> Iterator[bytes]:
        yield self.head
        yield from self._follow()

    def close(self) -> None:
        """End the query if it still runs."""
        self._pieces.close()

    def read(self) -> Answer:
        """Return the whole answer."""
        return Answer(self.form, self.format, b"".join(self), self.rows)


def _kind(name: str) -> str:
    return "literal" if name == "typed-literal" else name


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def syntax_error(message: str) -> QueryError:
    r"""Say in one line what the engine's parser says.

    Example:
        >>> print(syntax_error("error at 2:9: expected one of LATERAL, ['a' ..= 'z'], Prefix not found"))
        query, line 2, column 9: the query is malformed: Prefix not found
    """
    match = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if not match:
        return QueryError(f"the query is malformed: {message}", where="query")
    line, column, rest = match.groups()
    # The engine lists every character class that would fit; its sentences and its words are what helps.
    expected = [part.strip() for part in re.sub(r"\[.*\]", "", rest, flags=re.DOTALL).split(", ") if part.strip()]
    sentences = [part for part in expected if " " in part and part[0].isupper()]
    words = [part for part in expected if part not in sentences]
    reason = sentences[0] if sentences else f"expected {' or '.join(words[:6])}" if words else "unexpected text here"
    return QueryError(f"the query is malformed: {reason}", where=f"query, line {line}, column {column}")
