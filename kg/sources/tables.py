"""CSV and TSV with a header row that names an article's fields."""

import csv
import sys
from collections.abc import Iterable, Iterator

from kg.errors import InputError
from kg.sources.encoding import is_utf8
from kg.sources.records import has_text

_DELIMITERS = "\t,;"


def find_delimiter(text: str) -> str | None:
    r"""Return the delimiter of a table of articles; None when the first line is no such header.

    Example:
        >>> find_delimiter("id;title;text\n1;الف;ب"), find_delimiter("سخنگو گفت، نه")
        (';', None)
    """
    header = text.lstrip("\r\n").partition("\n")[0]
    if len(header) > 2000:
        return None
    for delimiter in _DELIMITERS:
        names = next(csv.reader([header], delimiter=delimiter), [])
        if len(names) > 1 and has_text(names):
            return delimiter
    return None


def find_delimiter_in(head: bytes) -> str | None:
    """Return the delimiter of a table whose lines can be taken one by one: its header is UTF-8 and within the head."""
    if not is_utf8(head) or b"\n" not in head.lstrip(b"\xef\xbb\xbf\r\n"):
        return None
    return find_delimiter(head.decode("utf-8", "ignore").removeprefix("\ufeff"))


def read_rows(lines: Iterable[str], delimiter: str, where: str) -> Iterator[tuple[int, dict[str, str]]]:
    r"""Read a table's rows.

    Yields:
        The line on which a row ends, and its fields by column name.

    Raises:
        InputError: When the table is malformed.

    Example:
        >>> list(read_rows(["id,text\n", "1,الف\n"], ",", "a.csv"))
        [(2, {'id': '1', 'text': 'الف'})]
    """
    csv.field_size_limit(sys.maxsize)  # an article may be longer than csv's 128 kB
    reader = csv.DictReader(lines, delimiter=delimiter, restkey="", strict=True)
    try:
        for row in reader:
            yield reader.line_num, {name: value for name, value in row.items() if name and value is not None}
    except csv.Error as error:
        raise InputError(f"malformed table: {error}", where=f"{where}:{reader.reader.line_num}") from error
