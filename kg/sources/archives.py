"""Packed files: what comes out of them, one member after the other, with a guard against bombs.

Nothing is written to the disk under a member's name; a nested archive that has to be read from its end is kept in a
temporary file.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from backports import zstd

from kg.errors import InputError
from kg.sources.documents import HEAD, Document, SetAside, split_name

DEEPEST = 4
"""Archives inside archives."""

_IN_MEMORY = 16 << 20
_PROBLEMS = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError,
    zlib.error, lzma.LZMAError, zstd.ZstdError, zipfile.BadZipFile, tarfile.TarError,
)  # fmt: skip
_UNPACKERS: dict[str, Callable[[IO[bytes]], Any]] = {
    "gzip": lambda stream: gzip.GzipFile(fileobj=stream),
    "bzip2": lambda stream: bz2.BZ2File(stream),
    "xz": lambda stream: lzma.LZMAFile(stream),  # noqa: SIM115 - closed with what holds it
    "zstd": lambda stream: zstd.ZstdFile(stream),
}
_OFFICE = frozenset({"[Content_Types].xml", "mimetype"})


def unpack(document: Document, kind: str, set_aside: SetAside) -> Iterator[Document]:
    """Yield what a packed file holds.

    Args:
        document: The file.
        kind: What its first bytes say.
        set_aside: Told of members that cannot be read.

    Raises:
        InputError: When it is damaged, locked, too deep in others, or a bomb.
    """
    if document.depth >= DEEPEST:
        raise InputError("too many archives one inside the other", where=document.where, remedy="unpack the outer ones")
    with translating(document.where):
        if kind == "zip":
            yield from _unzip(document, set_aside)
        elif kind == "tar":
            yield from _untar(document)
        else:
            # The name inside is the name without the ending: «news.json.gz» holds «news.json».
            stem, suffix = split_name(document.stem)
            yield _member(document, _UNPACKERS[kind](document.stream), None, stem, suffix)


@contextmanager
def translating(where: str, document: Document | None = None) -> Iterator[None]:
    """Say in our words what a library found wrong with a packed file.

    Raises:
        InputError: In its place.
    """
    try:
        yield
    except _PROBLEMS as problem:
        if document is not None:
            document.is_damaged = True
        words = " ".join(str(problem).split()) or type(problem).__name__
        raise InputError(f"damaged archive: {words}", where=where, remedy="get it again") from problem


class _Counted(io.RawIOBase):
    """What comes out of an archive, counted."""

    def __init__(self, stream: IO[bytes], document: Document, where: str) -> None:
        self._stream, self._document, self._where = stream, document, where

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        filled = 0
        with translating(self._where, self._document):
            while filled < len(buffer) and (data := self._stream.read(len(buffer) - filled)):
                buffer[filled : filled + len(data)] = data
                filled += len(data)
        self._document.budget.spend(filled, self._where)
        return filled


def _member(document: Document, stream: IO[bytes], name: str | None, stem: str, suffix: str) -> Document:
    where = document.where if name is None else f"{document.where}!{name}"
    counted = _Counted(stream, document, where)
    return Document(where, stem, suffix, io.BufferedReader(counted, HEAD), document.budget, document.depth + 1)


def _unzip(document: Document, set_aside: SetAside) -> Iterator[Document]:
    with _seekable(document) as file, zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if _OFFICE & set(names):
            raise InputError(
                "an office document is not read", where=document.where, remedy="save it as text, HTML or PDF"
            )
        for entry in archive.infolist():
            if entry.is_dir() or _is_hidden(entry.filename):
                continue
            try:
                with translating(f"{document.where}!{entry.filename}"), archive.open(entry) as stream:
                    yield _member(document, stream, entry.filename, *split_name(_base(entry.filename)))
            except InputError as error:
                document.is_damaged = True
                set_aside(error)


def _untar(document: Document) -> Iterator[Document]:
    with tarfile.open(fileobj=document.stream, mode="r|") as archive:
        for entry in archive:
            stream = archive.extractfile(entry) if entry.isreg() else None
            if stream is not None and not _is_hidden(entry.name):
                yield _member(document, stream, entry.name, *split_name(_base(entry.name)))
            if document.is_damaged:  # and what follows cannot be found
                return


def _seekable(document: Document) -> IO[bytes]:
    """Return the bytes of a file as one that can be read from its end."""
    if document.stream.seekable():
        return document.stream
    with ExitStack() as undo:
        spooled = undo.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))
        while part := document.stream.read(1 << 20):
            spooled.write(part)
        spooled.seek(0)
        undo.pop_all()  # closed by who asked for it
    return spooled


def _base(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
