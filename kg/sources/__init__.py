"""Bytes to articles: files, folders, archives, feeds and standard input, their kind told by content.

    read() ─▶ Document ─▶ kinds ─▶ archives │ warc ─▶ Document …
                              ├▶ html │ feed │ pdf │ wiki │ telegram ─▶ cleaning ─▶ Article
                              ├▶ jsonl │ tables ─▶ records ───────────────────────▶ Article
                              └▶ text ────────────────────────────────────────────▶ Article

Nothing here knows what a statement is. The text of an article stays as it was read; only what is taken out of a page,
a feed or a file of pages is cleaned of what is no content.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kg.errors import InputError
from kg.model import Article, DateSpan
from kg.sources.bylines import find_outlet, find_published
from kg.sources.contents import UNNAMED, read_document
from kg.sources.documents import (
    MOST_CHARACTERS,
    Document,
    Meter,
    SetAside,
    from_stream,
    open_file,
    place_of,
    warn_set_aside,
)

__all__ = ["STDIN", "Meter", "SetAside", "place_of", "read", "warn_set_aside"]

STDIN = "-"
SUFFIXES = frozenset((
    "", ".txt", ".text", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".html", ".htm", ".xhtml", ".shtml", ".php",
    ".aspx", ".xml", ".rss", ".atom", ".rdf", ".warc", ".arc", ".pdf", ".zip", ".gz", ".tgz", ".bz2", ".tbz2", ".xz",
    ".txz", ".zst", ".tar",
))  # fmt: skip
"""Endings of the files of a folder that are opened."""


def read(
    *sources: str | Path,
    publisher: str | None = None,
    published: DateSpan | None = None,
    set_aside: SetAside | None = None,
    meter: Meter | None = None,
) -> Iterator[Article]:
    """Read the articles of files, of folders (recursively, sorted) and of standard input («-»).

    Args:
        sources: What to read, in this order.
        publisher: The outlet of articles whose source names none; without it, the one that an article's own words name.
        published: The date of articles that have none, neither from their source nor in a line of their own.
        set_aside: Told of each input that cannot be read, so that the rest is; without it, the first one is raised.
        meter: Told how much has been read.

    Yields:
        Articles in input order; what comes from standard input has no source. Ids are those of the
        sources; where a source gives none, the file's name, made unique.

    Raises:
        InputError: When an input cannot be read and there is no ``set_aside``.
    """
    taken: set[str] = set()
    report = set_aside or _refuse
    meter = meter or Meter()
    meter.total = _measure(sources)
    for source in sources:
        for article in _read_source(str(source), report, meter):
            if len(article.text) > MOST_CHARACTERS:
                report(_too_long(article))
                continue
            own = article.id
            if own.startswith(UNNAMED):
                own = _unique(own.removeprefix(UNNAMED), taken)
            taken.add(own)
            yield replace(
                article,
                id=own,
                source=None if source == STDIN else article.source,
                publisher=article.publisher or publisher or find_outlet(article.text),
                published=article.published or find_published(article.text) or published,
            )


def _too_long(article: Article) -> InputError:
    told = f"the article has {len(article.text):,} characters, and one may have {MOST_CHARACTERS:,}"
    return InputError(told, where=article.source or "standard input", remedy="split it into its articles")


def _refuse(error: InputError) -> None:
    raise error


def _unique(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}-{count}"
    return candidate


def _read_source(source: str, set_aside: SetAside, meter: Meter) -> Iterator[Article]:
    if source == STDIN:
        yield from _guarded(from_stream("standard input", "stdin", sys.stdin.buffer), set_aside)
        return
    path = Path(source)
    if not path.is_dir():
        yield from _read_file(path, set_aside, meter)
        return
    files = _find_files(path)
    if not any(file.suffix.lower() in SUFFIXES for file in files):
        set_aside(InputError("no article in the folder", where=source, remedy="give texts, pages or archives of them"))
        return
    for file in files:
        if file.suffix.lower() in SUFFIXES:
            yield from _read_file(file, set_aside, meter)
        else:
            set_aside(InputError("files of this kind are not read", where=str(file)))


def _find_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and not _is_passed_over(file, folder))


def _measure(sources: Iterable[str | Path]) -> int | None:
    """Return how many bytes there are to read; None where one source does not tell."""
    total = 0
    for source in map(str, sources):
        if source == STDIN:
            return None
        path = Path(source)
        files = _find_files(path) if path.is_dir() else [path]
        total += sum(file.stat().st_size for file in files if file.suffix.lower() in SUFFIXES and file.exists())
    return total


def _is_passed_over(file: Path, folder: Path) -> bool:
    """Whether a file is hidden, or one of the pictures and scripts that a browser saves beside a page."""
    parts = file.relative_to(folder).parts
    if any(part.startswith(".") for part in parts):
        return True
    places = [parent for parent in file.parents if parent != folder and folder in parent.parents]
    return any(_is_of_saved_page(place) for place in places)


def _is_of_saved_page(folder: Path) -> bool:
    for ending in ("_files", ".files"):
        if folder.name.endswith(ending):
            page = folder.with_name(folder.name.removesuffix(ending))
            return any(page.with_name(page.name + suffix).exists() for suffix in (".html", ".htm"))
    return False


def _guarded(document: Document, set_aside: SetAside) -> Iterator[Article]:
    try:
        yield from read_document(document, set_aside)
    except InputError as error:
        set_aside(error)


def _read_file(path: Path, set_aside: SetAside, meter: Meter) -> Iterator[Article]:
    try:
        with open_file(path) as document:
            before, size = meter.done, document.budget.packed
            for article in _guarded(document, set_aside):
                meter.done = before + min(size, document.stream.raw.tell())
                yield article
            meter.done = before + size
    except OSError as error:
        set_aside(InputError(f"cannot be read: {error.strerror}", where=str(path)))
