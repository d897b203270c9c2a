"""Web pages: the article in a page, without menus, links and comments; and what the page says of itself.

Behind it trafilatura, which deletes every character that does not print, the zero-width non-joiner among them: so a
sign that the page does not use takes its place meanwhile.
"""

import logging
import re
from collections.abc import Iterator
from itertools import islice

import lxml.etree
import lxml.html
import trafilatura

from kg.errors import InputError
from kg.model import Article
from kg.sources.cleaning import to_article
from kg.sources.documents import Document
from kg.sources.encoding import decode
from kg.sources.metadata import read_metadata

MOST_PAGE = 8 << 20
"""Bytes of a page."""
MOST_ELEMENTS = 60_000


_ZWNJ = "\u200c"
_ZWNJ_REFERENCE = re.compile(r"&(?:zwnj|#0*8204|#[xX]0*200[cC]);")
_USUAL_LEGACY = "windows-1256"
_SIGNS = "¦‖⁞¬⸗◊※"
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SENTENCE_END = re.compile(r"[.!؟?:…»\"]\s*$", re.MULTILINE)
_BREAKS = re.compile(r"[ \t\r\n]+")
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th",
    "tr", "ul",
))  # fmt: skip
_UNSEEN = frozenset(("script", "style", "noscript", "template", "iframe", "head"))

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it misses is told as our error


def read_page(document: Document, default_id: str) -> Article:
    """Read a page as one article.

    Raises:
        InputError: When it holds no article, or is no page that can be read.
    """
    data = document.read_whole(MOST_PAGE)
    charset = _CHARSET.search(data[:4096])
    told = document.charset or (charset.group(1).decode("ascii") if charset else None)
    page = _ZWNJ_REFERENCE.sub(_ZWNJ, _UNPRINTED.sub(" ", decode(data, document.where, told or _USUAL_LEGACY)))
    try:
        root = parse(page)
        if sum(1 for _ in islice(root.iter(), MOST_ELEMENTS + 1)) > MOST_ELEMENTS:
            raise InputError(f"the page has more than {MOST_ELEMENTS:,} elements", where=document.where)
        metadata = read_metadata(root, document.url)
        text = find_article(page)
        if metadata.body and (len(metadata.body) > 2 * len(text) or "\n" not in text):
            text = to_text(metadata.body)
        if metadata.lead and metadata.lead not in text:
            text = f"{metadata.lead}\n{text}"
    except InputError:
        raise
    except Exception as problem:  # whatever a broken page leads the libraries to
        raise InputError(f"the page cannot be read ({type(problem).__name__})", where=document.where) from problem
    if not _SENTENCE_END.search(text):  # a menu, a form, a picture's name
        raise InputError("the page has no article's text", where=document.where)
    return to_article(
        text,
        document,
        default_id=default_id,
        title=metadata.title,
        published=metadata.published,
        publisher=metadata.publisher,
        url=metadata.url,
    )


def find_article(page: str) -> str:
    """Return the text of the article in a page, a paragraph a line; empty where there is none."""
    sign = next((sign for sign in _SIGNS if sign not in page), " ")
    root = parse(page.replace(_ZWNJ, sign))
    extracted = trafilatura.bare_extraction(root, include_comments=False, include_tables=False)
    text = getattr(extracted, "text", None) or ""
    return text.replace(sign, _ZWNJ) if sign != " " else text


def parse(page: str) -> lxml.html.HtmlElement:
    """Return the root of a page, however badly it is written."""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    return lxml.html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)


def to_text(fragment: str) -> str:
    """Return the text of a piece of HTML, a block a line.

    Example:
        >>> to_text("<p>سخنگو <b>گفت</b>:<br>نه.</p><p>وی رفت.</p>").splitlines()
        ['سخنگو گفت:', 'نه.', 'وی رفت.']
    """
    if "<" not in fragment and "&" not in fragment:
        return fragment
    root = lxml.html.fragment_fromstring(_UNPRINTED.sub(" ", fragment), create_parent="div")
    lines = "".join(_pieces(root)).split("\n")
    return "\n".join(line for line in (" ".join(line.split(" ")).strip() for line in lines) if line)


def _pieces(element: lxml.html.HtmlElement) -> Iterator[str]:
    is_block = element.tag in _BLOCKS
    if is_block:
        yield "\n"
    if isinstance(element.tag, str) and element.tag not in _UNSEEN:
        yield _one_line(element.text)
        for child in element:
            yield from _pieces(child)
            yield _one_line(child.tail)
    if is_block:
        yield "\n"


def _one_line(text: str | None) -> str:
    return _BREAKS.sub(" ", text or "")
