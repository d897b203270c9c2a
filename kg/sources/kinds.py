"""What a file is, told by its first bytes; its name is only a hint where they leave it open."""

import codecs
import re
from typing import Literal

from kg.sources.encoding import is_utf8

Kind = Literal["gzip", "bzip2", "xz", "zstd", "zip", "tar", "pdf", "warc", "html", "feed", "wiki", "json", "text"]

PACKED: frozenset[Kind] = frozenset(("gzip", "bzip2", "xz", "zstd", "zip", "tar"))
"""What holds other files."""

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"%PDF", "pdf"),
    (b"WARC/", "warc"),
)
_TAR = slice(257, 262)
_MARKUP: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"<mediawiki\b", re.IGNORECASE), "wiki"),
    (re.compile(r"<(?:rss|feed|rdf:rdf)\b", re.IGNORECASE), "feed"),
    (re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE), "html"),
)
_ANY_MARKUP = re.compile(r"\s*<(?:!--|!doctype|\?xml|[a-z][\w:-]*[\s>/])", re.IGNORECASE)
_PAGES = frozenset({".html", ".htm", ".xhtml", ".mhtml", ".shtml", ".php", ".aspx"})
_FIRST = 4096


def tell_kind(head: bytes, suffix: str) -> Kind:
    """Tell what a file is.

    Args:
        head: Its first bytes.
        suffix: The ending of its name, in small letters.

    Example:
        >>> tell_kind(b"%PDF-1.7 ...", ".txt"), tell_kind(b"<rss version='2.0'>", ""), tell_kind("گفت".encode(), ".txt")
        ('pdf', 'feed', 'text')
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[_TAR] == b"ustar":
        return "tar"
    begin = _letters(head)
    if begin.startswith("<"):
        first = begin[:_FIRST]
        for pattern, kind in _MARKUP:
            if pattern.search(first):
                return kind
        if suffix in _PAGES and _ANY_MARKUP.match(first):
            return "html"
    if begin.startswith("{") and suffix != ".txt" and is_utf8(head):
        return "json"
    if begin.startswith("[") and suffix in (".json", ".jsonl", ".ndjson") and is_utf8(head):
        return "json"
    return "text"


def _letters(head: bytes) -> str:
    """Return the beginning as far as ASCII tells it, whatever the encoding."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace").lstrip()
    if head[:1] == b"<" and head[1:2] == b"\0":
        return head.decode("utf-16-le", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1").lstrip("\t\n\r\x0b\x0c ")
