"""PDF files: pages have glyphs at places, in no order; lines are put back into reading order, right to left.

Behind it pdfminer.six, which finds lines and columns but leaves each line from left to right, in letter shapes.
"""

import io
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTAnno, LTChar, LTTextContainer, LTTextLine
from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed

from kg.errors import InputError
from kg.model import Article
from kg.sources.cleaning import to_article
from kg.sources.documents import MOST_CHARACTERS, Document

MOST_PAGES = 100
"""More is a book or a collection."""

_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_ZWNJ = "\u200c"
_DIGITS_AND_LATIN = r"0-9A-Za-z\u00c0-\u024f\u0660-\u0669\u06f0-\u06f9"
_BETWEEN = rf"(?:[{_DIGITS_AND_LATIN}]|[^\u0590-\u08ff\ufb1d-\ufefc«»()\[\]])*"
_LEFT_TO_RIGHT = re.compile(rf"[{_DIGITS_AND_LATIN}](?:{_BETWEEN}[{_DIGITS_AND_LATIN}%٪])?")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufefc]")
_NEVER_JOIN = frozenset("اآأإدذرزژوؤةء")
_PARAGRAPH_GAP = 0.75  # of a line's height, beyond the usual gap

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # of a page's oddities nobody needs to know


def read_pdf(document: Document, default_id: str) -> Article:
    """Read a PDF file as one article.

    Raises:
        InputError: When it is damaged, locked, longer than an article, or holds pictures instead of text.
    """
    paragraphs: list[str] = []
    size = 0
    try:
        for number, page in enumerate(extract_pages(io.BytesIO(document.read_whole()), laparams=LAParams()), start=1):
            if number > MOST_PAGES or size > MOST_CHARACTERS:
                told = f"more than {MOST_PAGES} pages or {MOST_CHARACTERS:,} characters"
                raise InputError(told, where=document.where, remedy="split it into its articles")
            found = list(_paragraphs(page))
            size += sum(map(len, found))
            paragraphs += found
    except InputError:
        raise
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as problem:
        raise InputError("the PDF file is locked", where=document.where, remedy="unlock it") from problem
    except Exception as problem:  # pdfminer raises whatever a damaged file leads to
        raise InputError(f"damaged PDF file ({type(problem).__name__})", where=document.where) from problem
    text = "\n".join(paragraphs)
    if not text.strip():
        raise InputError("the PDF file has no text", where=document.where, remedy="read its pictures (OCR) first")
    return to_article(text, document, default_id=default_id, what="PDF file")


def _paragraphs(page: Iterable[object]) -> Iterator[str]:
    """Yield a page's paragraphs: lines that stand close together, one after the other."""
    for block in page:
        if not isinstance(block, LTTextContainer):
            continue
        lines = [line for line in block if isinstance(line, LTTextLine)]
        texts: list[str] = []
        for line, above in zip(lines, [None, *lines], strict=False):
            if texts and above is not None and above.y0 - line.y1 > _PARAGRAPH_GAP * line.height:
                yield " ".join(texts)
                texts = []
            if text := to_logical(_visual(line)).strip():
                texts.append(text)
        if texts:
            yield " ".join(texts)


def _visual(line: LTTextLine) -> str:
    """Return a line's characters from left to right; a space that takes no room is a zero-width non-joiner."""
    characters = [item for item in line if isinstance(item, LTChar | LTAnno)]
    glyphs = []
    for index, item in enumerate(characters):
        text = item.get_text()
        if text == " " and isinstance(item, LTChar) and 0 < index < len(characters) - 1:
            before, after = characters[index - 1], characters[index + 1]
            if isinstance(before, LTChar) and isinstance(after, LTChar) and after.x0 - before.x1 < 0.2 * item.width:
                text = _ZWNJ
        glyphs.append(text)
    return "".join(glyphs)


def to_logical(visual: str) -> str:
    """Turn a line that was read from left to right into the order in which it is read.

    Letter shapes become letters, with the zero-width non-joiner where a word's shapes show that one stood.

    Example:
        >>> to_logical("12 ﺮﯿﺗ رد (Reuters) ﺖﻔﮔ")
        'گفت (Reuters) در تیر 12'
    """
    if not _RIGHT_TO_LEFT.search(visual):
        return unicodedata.normalize("NFKC", visual)
    reversed_line = visual[::-1].translate(_MIRRORED)
    ordered = _LEFT_TO_RIGHT.sub(lambda run: run.group()[::-1].translate(_MIRRORED), reversed_line)
    return "".join(_letters(ordered))


def _letters(text: str) -> Iterator[str]:
    for index, shape in enumerate(text):
        letter = unicodedata.normalize("NFKC", shape)
        yield letter
        following = text[index + 1 : index + 2]
        if _ends_a_joined_part(shape, letter) and following and _RIGHT_TO_LEFT.match(following) and following.isalpha():
            yield _ZWNJ


def _ends_a_joined_part(shape: str, letter: str) -> bool:
    """Whether a letter that joins what follows is written as one that does not."""
    form = unicodedata.decomposition(shape).partition(" ")[0]
    return form in ("<final>", "<isolated>") and letter[-1:] not in _NEVER_JOIN
