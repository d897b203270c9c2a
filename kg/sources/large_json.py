"""A JSON document that is too large to be read as a whole: one list of records, taken one record at a time."""

import io
import json
import re
from collections.abc import Iterator
from typing import IO, Any

import ijson

from kg.errors import InputError
from kg.sources.documents import LONGEST_LINE, MOST_CHARACTERS

_LIST = re.compile(rb'"([\w-]+)"\s*:\s*\[\s*\{')
_NAME = re.compile(rb'"name"\s*:\s*("(?:[^"\\]|\\.)*")')


def find_list(begin: bytes) -> str | None:
    """Return the path of a document's list of objects; None where its beginning shows none.

    Example:
        >>> find_list(b'[{"text": "x"}'), find_list(b'{"name": "x", "messages": [{"id": 1}')
        ('item', 'messages.item')
    """
    if begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return "item"
    listed = _LIST.search(begin[:65536])
    return f"{listed.group(1).decode('ascii')}.item" if listed else None


def read_list(begin: bytes, rest: IO[bytes], where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a document's list: the document itself, or the first list of objects that it holds.

    Args:
        begin: The first bytes, read already.
        rest: The bytes behind them.
        where: The document's name, for messages.

    Raises:
        InputError: When there is no such list, or the document is malformed.
    """
    prefix = find_list(begin)
    if prefix is None:
        raise InputError("a large JSON document without a list of articles", where=where, remedy="give JSON Lines")
    try:
        for place, record in enumerate(ijson.items(_Joined(begin, rest, where), prefix, use_float=True), start=1):
            if isinstance(record, dict):
                yield place, record
    except (ijson.JSONError, UnicodeDecodeError) as problem:
        raise InputError(f"malformed JSON: {' '.join(str(problem).split())[:120]}", where=where) from problem


def find_name(begin: bytes) -> str | None:
    """Return the document's own name, as Telegram writes the channel's."""
    match = _NAME.search(begin[:4096])
    try:
        return str(json.loads(match.group(1))) if match else None
    except ValueError:
        return None


class _Joined(io.RawIOBase):
    """Bytes that were read, and the stream behind them; ends where one string is too long for an article."""

    def __init__(self, begin: bytes, rest: IO[bytes], where: str) -> None:
        self._begin, self._rest, self._where = io.BytesIO(begin), rest, where
        self._unquoted = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._begin.read(len(buffer)) or self._rest.read(len(buffer))
        quote = data.rfind(b'"')
        self._unquoted = self._unquoted + len(data) if quote < 0 else len(data) - quote
        if self._unquoted > LONGEST_LINE:
            told = f"a value has more than {LONGEST_LINE >> 20} MiB"
            raise InputError(f"{told}, and an article may have {MOST_CHARACTERS:,} characters", where=self._where)
        buffer[: len(data)] = data
        return len(data)
