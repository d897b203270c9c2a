"""A text that a reader took out of a page, a feed or a file becomes an article, without what is none of its content.

Such a text is the reader's own making, so boilerplate is left out of it; a text that stands in a file or a record as it
is stays as it was read.
"""

from kg.errors import InputError
from kg.language.normalize import fold
from kg.lexicon.boilerplate import remove
from kg.lexicon.outlets import outlet_at
from kg.model import Article, DateSpan
from kg.sources.bylines import find_published
from kg.sources.documents import Document

_SHORTEST = 20
"""Letters and digits; what has fewer is no article."""
_FIRST_LINES = 4


def to_article(
    text: str,
    document: Document,
    *,
    default_id: str,
    title: str | None = None,
    published: DateSpan | None = None,
    publisher: str | None = None,
    url: str | None = None,
    derived_from: str | None = None,
    what: str = "page",
) -> Article:
    """Make an article of a text that was taken out of something.

    Args:
        text: One paragraph a line.
        document: Where it stood.
        default_id: The article's id.
        title: Its title; becomes the first line.
        published: Its date; where there is none, a line of the text that tells one counts.
        publisher: Its outlet; a known address says it better.
        url: Its address.
        derived_from: What it retells.
        what: What holds the text, for messages.

    Raises:
        InputError: When no text is left.
    """
    title = " ".join(title.split()) if title else None
    lines = [line for line in remove(text).split("\n") if line]
    if title:
        same = fold(title)
        lines = [title, *(line for place, line in enumerate(lines) if place >= _FIRST_LINES or fold(line) != same)]
    cleaned = "\n".join(lines)
    if sum(map(str.isalnum, cleaned)) < _SHORTEST:
        raise InputError(f"the {what} has no article's text", where=document.where)
    return Article(
        id=default_id,
        text=cleaned,
        title=title,
        published=published or find_published(text),
        publisher=(outlet_at(url) if url else None) or publisher,
        url=url,
        derived_from=derived_from,
        source=document.where,
    )
