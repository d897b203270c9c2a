"""Reading the lexicon's tables, with an error that names file, row and remedy.

A table is UTF-8 with a header row; fields are parted by tabs; a line that begins with ``#`` is a comment.
"""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from importlib.resources import files

from kg.errors import LexiconError

_ARABIC_LETTERS = {"ي": "ی", "ك": "ک"}


class Row(dict[str, str]):
    """One row by column name, and where it stands.

    Attributes:
        where: File name and line number («reporting_verbs.tsv:41»).
    """

    def __init__(self, values: dict[str, str], where: str) -> None:
        super().__init__(values)
        self.where = where

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        """Return the column's value, which has to be one of the allowed ones.

        Raises:
            LexiconError: When it is not.
        """
        value = self[column]
        if value not in allowed:
            near = get_close_matches(value, sorted(allowed), n=1)
            remedy = f"did you mean {near[0]}?" if near else f"write one of: {', '.join(sorted(allowed))}"
            raise LexiconError(f'{column} "{value}" is not known', where=self.where, remedy=remedy)
        return value

    def several_of(self, column: str, allowed: Collection[str]) -> tuple[str, ...]:
        """Return the column's words, each of which has to be one of the allowed ones.

        Raises:
            LexiconError: When one is not.
        """
        return tuple(Row({column: word}, self.where).one_of(column, allowed) for word in self[column].split())

    def number(self, column: str) -> int:
        """Return the column's value as a number that is not negative.

        Raises:
            LexiconError: When it is none.
        """
        if not self[column].isdigit():
            raise LexiconError(f'{column} "{self[column]}" is no number', where=self.where, remedy="write digits only")
        return int(self[column])


def read_table(name: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows of a table of this package.

    Args:
        name: File name.
        columns: The columns that it has to have, in their order.

    Raises:
        LexiconError: When the header, a row's number of fields or its letters are wrong.
    """
    text = files(__package__).joinpath(name).read_text("utf-8")
    yield from parse_table(text, name, columns)


def parse_table(text: str, name: str, columns: tuple[str, ...]) -> Iterator[Row]:
    r"""Yield the rows of a table's text; see ``read_table``.

    Example:
        >>> [row["word"] for row in parse_table("word\tclass\nاز\tpreposition\n", "words.tsv", ("word", "class"))]
        ['از']
    """
    header = None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#") or not line.strip():
            continue
        where = f"{name}:{number}"
        fields = line.split("\t")
        if header is None:
            header = tuple(fields)
            if header != columns:
                raise LexiconError("the header is wrong", where=where, remedy=f"write: {' '.join(columns)}")
            continue
        if len(fields) != len(columns):
            remedy = f"write {len(columns)}, parted by tabs: {', '.join(columns)}"
            raise LexiconError(f"the row has {len(fields)} fields", where=where, remedy=remedy)
        for letter, persian in _ARABIC_LETTERS.items():
            if letter in line:
                raise LexiconError(f"the row has the Arabic letter {letter}", where=where, remedy=f"write {persian}")
        yield Row(dict(zip(columns, (field.strip() for field in fields), strict=True)), where)
