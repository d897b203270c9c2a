"""JSON Lines, and JSON files that hold one article or a list of them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from kg.errors import InputError
from kg.sources.documents import SetAside
from kg.sources.records import has_text


def begins_with_lines(head: bytes) -> bool:
    r"""Whether a file of JSON begins with a whole record on its first line, or one too long to be seen to its end.

    Example:
        >>> begins_with_lines(b'{"text": "x"}\n{"text": "y"}\n'), begins_with_lines(b'{\n "text": "x"\n}')
        (True, False)
    """
    first, newline, _ = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not first.startswith(b"{"):
        return False
    return not newline or isinstance(_parse(first.decode("utf-8", "replace")), dict)


def find_list(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the records that an object without a text holds in its only list of objects, as a service's answer does.

    Example:
        >>> find_list({"status": "ok", "articles": [{"text": "نه"}]})
        [{'text': 'نه'}]
    """
    if has_text([str(name) for name in record]):
        return []
    lists = [v for v in record.values() if isinstance(v, list) and v and all(isinstance(one, dict) for one in v)]
    return lists[0] if len(lists) == 1 and has_text([str(name) for name in lists[0][0]]) else []


def read_records(lines: Iterable[str], where: str, set_aside: SetAside) -> Iterator[tuple[int, dict[str, Any]]]:
    r"""Read JSON Lines, or else one JSON document, whichever the first line begins.

    Args:
        lines: The file's lines, ends included.
        where: Its name, for messages.
        set_aside: Told of each line that is no record.

    Yields:
        The line on which a record stands (of a list in one document: its place in it), and the record.

    Raises:
        InputError: When it is one document and malformed.

    Example:
        >>> list(read_records(['{"text": "الف"}\n', '{"text": "ب"}\n'], "a.jsonl", print))
        [(1, {'text': 'الف'}), (2, {'text': 'ب'})]
    """
    numbered = enumerate(lines, start=1)
    number, first = next(((n, line) for n, line in numbered if line.strip()), (1, ""))
    if isinstance(_parse(first), dict):
        yield from _read_lines(chain([(number, first)], numbered), where, set_aside)
        return
    rest = [line for _, line in numbered]
    if first.lstrip().startswith("{") and any(line.startswith("{") for line in rest):
        yield from _read_lines(enumerate([first, *rest], start=number), where, set_aside)
        return
    yield from _read_document("\n" * (number - 1) + first + "".join(rest), where, set_aside)


def _read_lines(
    numbered: Iterable[tuple[int, str]], where: str, set_aside: SetAside
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in numbered:
        if not line.strip():
            continue
        record = _parse(line)
        if isinstance(record, dict):
            yield number, record
        elif isinstance(record, InputError):
            record.where = f"{where}:{number}"
            set_aside(record)
        else:
            set_aside(InputError("not a JSON object", where=f"{where}:{number}", remedy="one article a line"))


def _read_document(text: str, where: str, set_aside: SetAside) -> Iterator[tuple[int, dict[str, Any]]]:
    document = _parse(text)
    if isinstance(document, InputError):
        document.where = f"{where}:{document.where}" if document.where else where
        raise document
    if isinstance(document, dict):
        yield 1, document
    elif isinstance(document, list):
        for place, record in enumerate(document, start=1):
            if isinstance(record, dict):
                yield place, record
            else:
                set_aside(InputError("not a JSON object", where=f"{where}, item {place}"))
    else:
        raise InputError("JSON without an article", where=where, remedy="give an object or a list of objects")


def _parse(text: str) -> Any:
    """Return the JSON value, or the reason why there is none (its place: the line in this text)."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        return InputError(f"malformed JSON: {error.msg} at column {error.colno}", where=str(error.lineno))
    except (ValueError, RecursionError) as error:
        return InputError(f"malformed JSON: {error}")
