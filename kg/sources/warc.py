"""Web archives (WARC, ARC): the pages, feeds and PDF files that a crawl fetched, one after the other."""

from collections.abc import Iterator

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from kg.errors import InputError
from kg.sources.documents import Document, SetAside, from_stream

_WANTED = frozenset((
    "text/html", "application/xhtml+xml", "application/rss+xml", "application/atom+xml", "text/xml", "application/xml",
    "application/pdf",
))  # fmt: skip
_KINDS = frozenset(("response", "resource", "conversion"))


def read_records(document: Document, set_aside: SetAside) -> Iterator[Document]:
    """Yield what was fetched and may hold an article.

    Args:
        document: The web archive.
        set_aside: Told of what ends it too early.

    Raises:
        InputError: When it is damaged from its beginning, or holds no page.
    """
    found = 0
    try:
        for record in ArchiveIterator(document.stream, arc2warc=True):
            if record.rec_type in _KINDS and _is_wanted(record):
                found += 1
                yield _to_document(record, document)
    except (ArchiveLoadFailed, ValueError, EOFError, OSError) as problem:
        words = " ".join(str(problem).split()) or type(problem).__name__
        damaged = InputError(f"damaged web archive: {words}", where=document.where, remedy="get it again")
        if not found:
            raise damaged from problem
        set_aside(damaged)


def _is_wanted(record: ArcWarcRecord) -> bool:
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    return status == "200" and _content_type(record)[0] in _WANTED


def _content_type(record: ArcWarcRecord) -> tuple[str, str | None]:
    headers = record.http_headers or record.rec_headers
    told = headers.get_header("Content-Type") or ""
    kind, _, parameters = told.partition(";")
    name, _, charset = parameters.strip().partition("=")
    return kind.strip().casefold(), charset.strip(" \"'") or None if name.casefold() == "charset" else None


def _to_document(record: ArcWarcRecord, archive: Document) -> Document:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    name = url.split("?")[0].rstrip("/").rpartition("/")[2] or archive.stem
    kind, charset = _content_type(record)
    made = from_stream(f"{archive.where}!{url}", name, record.content_stream(), url=url or None, charset=charset)
    made.depth = archive.depth + 1
    made.suffix = ".html" if "html" in kind else ""
    return made
