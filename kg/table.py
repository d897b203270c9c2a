"""An answer as a table for a terminal: columns aligned, IRIs shortened, nothing cut off."""

import io
from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from kg.graph.answers import Answer
from kg.graph.query_text import Term
from ontology import PREFIXES

_UNBOUNDED = 10_000


def to_table(answer: Answer, *, base: str, width: int | None = None) -> str:
    """Write a SELECT or ASK answer in JSON as text.

    Args:
        answer: What the query gave.
        base: Where the things' IRIs begin; left out of them.
        width: Columns of the terminal; without one, no line is broken.

    Returns:
        The table, its header first, and a last line with the number of rows.
    """
    if answer.form == "ASK":
        return "yes\n" if answer.truth() else "no\n"
    rows = answer.solutions()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    variables = answer.variables()
    for name in variables:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_show(row.get(name), base) for name in variables))
    screen = io.StringIO()
    console = Console(file=screen, width=width or _UNBOUNDED, color_system=None, markup=False, highlight=False)
    console.print(table)
    lines = [line.rstrip() for line in screen.getvalue().splitlines()]
    return "\n".join([*lines, f"({len(rows)} {'row' if len(rows) == 1 else 'rows'})"]) + "\n"


def _show(term: Term | None, base: str) -> str:
    if term is None:
        return ""
    if term.kind != "uri":
        return " ".join(term.value.split())
    if term.value.startswith(base):
        return term.value.removeprefix(base)
    return _shorten(term.value, PREFIXES)


def _shorten(iri: str, prefixes: Mapping[str, str]) -> str:
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
