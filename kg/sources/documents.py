"""A file as the readers get it: a stream of bytes with a name; and how much of it they take.

Whatever a file claims to be, no reader takes more memory or time than these limits allow.
"""

import io
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kg.errors import InputError

SetAside = Callable[[InputError], None]
"""Is told of an input that is left out, with the reason."""


def warn_set_aside(error: InputError) -> None:
    """Log that an input is left out: what is told where nobody else wants to know."""
    logging.getLogger("mavaze").warning("set aside: %s", error)


def place_of(source: str) -> str:
    """Return an address as it is and a file's full path, so that a run from another folder knows it again.

    Example:
        >>> place_of("https://example.org/feed"), place_of("/news/../old")
        ('https://example.org/feed', '/old')
    """
    return source if "://" in source else os.path.abspath(source)


MOST_CHARACTERS = 2_000_000
"""More is no news article but a file of many, or none."""
MOST_BYTES = 64 << 20
"""Of a file that has to be read as a whole."""
LONGEST_LINE = 16 << 20
"""Bytes of a line that holds a record."""
HEAD = 1 << 16
"""Bytes by which the kind and the encoding of a file are told."""

_BOMB_RATIO = 200
_BOMB_BYTES = 64 << 20


@dataclass(slots=True)
class Budget:
    """How much may come out of one packed file: a text shrinks to a tenth, a bomb to a thousandth.

    Attributes:
        packed: Bytes that the file has, as far as they have been read.
        unpacked: Bytes that have come out of it, at all depths.
    """

    packed: int = 0
    unpacked: int = 0

    def spend(self, count: int, where: str) -> None:
        """Count bytes that came out.

        Raises:
            InputError: When they are more than text can have shrunk to so little.
        """
        self.unpacked += count
        if self.unpacked > max(_BOMB_BYTES, _BOMB_RATIO * self.packed):
            raise InputError(
                "it unpacks to far more than text would: a bomb?", where=where, remedy="unpack it yourself"
            )


@dataclass(slots=True)
class Meter:
    """How much of all sources has been read.

    Attributes:
        total: Bytes that there are; None where that is not known.
        done: Bytes that have been read.
    """

    total: int | None = None
    done: int = 0

    @property
    def share(self) -> float | None:
        """The part of all bytes that has been read."""
        return min(1.0, self.done / self.total) if self.total else None


@dataclass(slots=True)
class Document:
    """One file, or one member of an archive.

    Attributes:
        where: Its name, for messages and for the register; «archive.zip!folder/page.html» for a member.
        stem: Its name without folder and endings, of which ids are made.
        suffix: Its last ending, in small letters with its dot; only a hint.
        stream: Its bytes, of which the first can be looked at.
        budget: What may come out of the outermost file that holds it.
        depth: How many archives it stands in.
        url: Its address, where it is known (a page of a web archive).
        charset: The encoding that a server said it is in.
        is_damaged: Whether what it holds was found damaged.
    """

    where: str
    stem: str
    suffix: str
    stream: io.BufferedReader
    budget: Budget = field(default_factory=Budget)
    depth: int = 0
    url: str | None = None
    charset: str | None = None
    is_damaged: bool = False

    def head(self) -> bytes:
        """Return the first bytes, without reading past them."""
        return self.stream.peek(HEAD)[:HEAD]

    def read_whole(self, most: int = MOST_BYTES) -> bytes:
        """Return all bytes.

        Raises:
            InputError: When there are too many.
        """
        data = self.stream.read(most + 1)
        if len(data) > most:
            told = f"more than {most >> 20} MiB, and an article may have {MOST_CHARACTERS:,} characters"
            raise InputError(told, where=self.where, remedy="split it into its articles")
        return data

    def lines(self, set_aside: SetAside) -> Iterator[tuple[int, bytes]]:
        """Yield the lines with their numbers, those left out that are too long to be a record."""
        number = 0
        while line := self.stream.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := self.stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                told = f"the line has more than {LONGEST_LINE >> 20} MiB, and an article may have"
                set_aside(InputError(f"{told} {MOST_CHARACTERS:,} characters", where=f"{self.where}:{number}"))
                continue
            yield number, line


@contextmanager
def open_file(path: Path) -> Iterator[Document]:
    """Open a file as a document.

    Raises:
        OSError: When it cannot be opened.
    """
    stem, suffix = split_name(path.name)
    with path.open("rb", buffering=HEAD) as stream:
        assert isinstance(stream, io.BufferedReader)  # what open gives for bytes with a buffer
        yield Document(str(path), stem, suffix, stream, Budget(os.fstat(stream.fileno()).st_size))


def from_stream(where: str, name: str, stream: IO[bytes], **known: str | None) -> Document:
    """Return a stream of unknown length as a document.

    Args:
        where: Its name, for messages.
        name: Its name without folders.
        stream: Its bytes.
        **known: What else is known of it, as the document's attributes.
    """
    stem, suffix = split_name(name)
    budget = Budget()
    return Document(where, stem, suffix, io.BufferedReader(_Readable(stream, budget), HEAD), budget, **known)  # type: ignore[arg-type]


def split_name(name: str) -> tuple[str, str]:
    """Return a file's name without its last ending, and that ending.

    Example:
        >>> split_name("news.JSON"), split_name("stdin")
        (('news', '.json'), ('stdin', ''))
    """
    stem, dot, ending = name.rpartition(".")
    return (stem, f".{ending.lower()}") if dot and stem else (name, "")


class _Readable(io.RawIOBase):
    """A stream of unknown length, as bytes come, counted into a budget."""

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        self._read = getattr(stream, "read1", stream.read)
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        self._budget.packed += len(data)
        return len(data)
