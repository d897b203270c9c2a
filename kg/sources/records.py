"""A record with named fields (JSON, CSV) to an article; the usual names of each field are understood."""

import logging
from collections.abc import Mapping
from typing import Any

from kg.errors import InputError
from kg.language.dates import parse_date
from kg.model import Article, DateSpan

_LOG = logging.getLogger(__name__)

# The first name that a record has wins.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "key", "identifier", "شناسه"),
    "text": ("text", "body", "content", "articlebody", "fulltext", "متن"),
    "title": ("title", "headline", "عنوان", "تیتر"),
    "date": ("date", "published", "datepublished", "publisheddate", "publishedat", "pubdate", "تاریخ"),
    "publisher": ("publisher", "agency", "outlet", "source", "خبرگزاری", "ناشر", "منبع"),
    "url": ("url", "link", "نشانی", "لینک"),
    "derived_from": ("derivedfrom", "wasderivedfrom", "prov:wasderivedfrom"),
}


def field_key(name: str) -> str:
    """Return a field's name without case, spaces and marks between its words.

    Example:
        >>> field_key("_id"), field_key("datePublished"), field_key("date_published")
        ('id', 'datepublished', 'datepublished')
    """
    return "".join(char for char in name.casefold().strip("\ufeff") if char not in " _-\u200c")


def has_text(names: list[str]) -> bool:
    """Whether one of the names is that of an article's text."""
    return any(field_key(name) in FIELDS["text"] for name in names)


def to_article(record: Mapping[str, Any], *, where: str, source: str, default_id: str) -> Article:
    """Make an article of a record.

    A title in a field of its own becomes the text's first line, unless the text begins
    with it. A date that cannot be read is said in the log and left out.

    Args:
        record: Fields by name.
        where: File and line, for messages.
        source: The file, as kept with the article.
        default_id: The article's id when the record gives none.

    Raises:
        InputError: When there is no text, or it is no text that can be written out again.

    Example:
        >>> record = {"headline": "گفت‌وگو", "body": "سخنگو گفت: نه.", "date": "۲۴ تیر ۱۳۹۸"}
        >>> article = to_article(record, where="a.json:1", source="a.json", default_id="a")
        >>> article.text.splitlines()[0], str(article.published)
        ('گفت‌وگو', '2019-07-15')
    """
    fields = {field_key(str(name)): value for name, value in record.items()}
    told = {field: _first(fields, names) for field, names in FIELDS.items()}
    text, title = told["text"], told["title"]
    if not text or not text.strip():
        raise InputError("the record has no text", where=where, remedy="name its field «text»")
    if "\0" in text:
        raise InputError("binary, not text", where=where, remedy="give the article's text")
    try:
        f"{text}{title or ''}".encode()
    except UnicodeEncodeError as error:
        raise InputError("the text holds half a surrogate pair", where=where, remedy="write it as UTF-8") from error
    if title and not text.lstrip().startswith(title.strip()):
        text = f"{title}\n{text}"
    return Article(
        id=told["id"] or default_id,
        text=text,
        title=title,
        published=_published(told["date"], where),
        publisher=told["publisher"],
        url=told["url"],
        derived_from=told["derived_from"],
        source=source,
    )


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, Mapping):  # schema.org's {"name": …}, JSON-LD's {"@id": …}
            value = value.get("name") or value.get("@id") or value.get("$oid")
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None


def _published(text: str | None, where: str) -> DateSpan | None:
    if text is None:
        return None
    published = parse_date(text)
    if published is None:
        _LOG.warning("%s: the date «%s» is none that is known; the article stays undated", where, text[:60])
    return published
