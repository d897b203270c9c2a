"""What a page says of itself: schema.org, OpenGraph, ``<meta>``, ``<time>``, and the day in its byline."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from kg.language.dates import find_dates, parse_date
from kg.model import DateSpan

_ARTICLES = re.compile(r"(?:News|Opinion|Reportage|Analysis|Blog|Live|Advertiser)?(?:Article|Posting|BlogPosting)")
_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title")
_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "dc.date.issued", "dcterms.created",
    "dcterms.date", "dc.date", "dc.date.created", "publishdate", "publish-date", "publish_date", "pubdate", "date",
)  # fmt: skip
_PUBLISHERS = ("og:site_name", "dc.publisher", "dcterms.publisher", "application-name")
_ADDRESSES = ("og:url", "dc.identifier")
_DATE_CLASS = re.compile(r"date|time|tarikh|publish", re.IGNORECASE)
_LEAD_CLASS = re.compile(r"(?:^|[\s_-])(?:lead|intro|introtext|summary)(?:$|[\s_-])", re.IGNORECASE)
_SHORTEST_LEAD, _LONGEST_LEAD = 30, 1500
_NEAR = 20  # elements behind the headline
_LONGEST_BYLINE = 120
_MOST_BYLINES = 40
_DIVIDER = re.compile(r"\s+[-|–—:»«]+\s+")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself.

    Attributes:
        title: Its headline.
        published: The day, or what is known of it.
        publisher: The outlet's name.
        url: Its own address.
        body: The article's text, where schema.org holds it.
        lead: The paragraph between headline and article, which readers of pages tend to miss.
    """

    title: str | None
    published: DateSpan | None
    publisher: str | None
    url: str | None
    body: str | None
    lead: str | None


def read_metadata(page: HtmlElement, url: str | None) -> Metadata:
    """Read what a page says of itself, the surest first.

    Args:
        page: The page's root.
        url: The address that it was found at, where it is known.
    """
    meta = _meta(page)
    described = next(_articles(page), {})
    publisher = _name(described.get("publisher")) or _first(meta, _PUBLISHERS)
    return Metadata(
        title=_title(page, meta, described, publisher),
        published=_published(page, meta, described),
        publisher=publisher,
        url=_address(page, meta, described, url),
        body=_text(described.get("articleBody")),
        lead=_lead(page),
    )


def _meta(page: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in page.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and content.strip():
            found.setdefault(name.strip().casefold(), content.strip())
    return found


def _articles(page: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """Yield what schema.org says of articles, in JSON-LD."""
    for script in page.iter("script"):
        if (script.get("type") or "").strip().casefold() != "application/ld+json":
            continue
        try:
            told = json.loads((script.text or "").strip(), strict=False)
        except (ValueError, RecursionError):  # many sites write it carelessly; the page tells the same elsewhere
            continue
        yield from _of_articles(told)


def _of_articles(told: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(told, list):
        for part in told:
            yield from _of_articles(part)
    elif isinstance(told, dict):
        types = told.get("@type")
        if any(isinstance(t, str) and _ARTICLES.fullmatch(t) for t in (types if isinstance(types, list) else [types])):
            yield told
        yield from _of_articles(told.get("@graph"))


def _title(
    page: HtmlElement, meta: Mapping[str, str], described: Mapping[str, Any], publisher: str | None
) -> str | None:
    headings = [" ".join(heading.text_content().split()) for heading in page.iter("h1")]
    if told := _text(described.get("headline")) or _first(meta, _TITLES):
        return _without_outlet(told, publisher)
    if len(headings) == 1 and headings[0]:
        return headings[0]
    element = next(page.iter("title"), None)
    told = " ".join(element.text_content().split()) if element is not None else ""
    return _without_outlet(told, publisher) if told else None


def _without_outlet(title: str, publisher: str | None) -> str:
    """Leave out the site's name that stands before or behind a title."""
    parts = _DIVIDER.split(title)
    if len(parts) > 1 and publisher:
        kept = [part for part in parts if part not in publisher and publisher not in part]
        if kept and len(kept) < len(parts):
            return max(kept, key=len)
    return title


def _published(page: HtmlElement, meta: Mapping[str, str], described: Mapping[str, Any]) -> DateSpan | None:
    told = [_text(described.get("datePublished")), *(meta.get(name) for name in _DATES)]
    told += [time.get("datetime") or time.text_content() for time in page.iter("time")]
    for text in told:
        if text and (found := parse_date(" ".join(text.split()))):
            return found
    return _byline_date(page)


def _byline_date(page: HtmlElement) -> DateSpan | None:
    """Return the day in an element whose class says that it tells one; None where they disagree."""
    elements = page.xpath("//*[@class or @id or @itemprop]")
    seen = 0
    for element in elements:
        names = " ".join(filter(None, (element.get("class"), element.get("id"), element.get("itemprop"))))
        if not _DATE_CLASS.search(names):
            continue
        text = " ".join(element.text_content().split())
        if len(text) <= _LONGEST_BYLINE:
            seen += 1
            days = {f.date_span for f in find_dates(text, None) if f.date_span.earliest == f.date_span.latest}
            if len(days) == 1:
                return days.pop()
            if not days and (day := parse_date(text)):
                return day
        if seen > _MOST_BYLINES:
            break
    return None


def _address(page: HtmlElement, meta: Mapping[str, str], described: Mapping[str, Any], url: str | None) -> str | None:
    main = described.get("mainEntityOfPage")
    main = main.get("@id") if isinstance(main, dict) else main
    canonical = [link.get("href") for link in page.iter("link") if (link.get("rel") or "").casefold() == "canonical"]
    for told in (*canonical, *(meta.get(name) for name in _ADDRESSES), _text(described.get("url")), _text(main)):
        if told and (address := _absolute(told, url)):
            return address
    return url


def _absolute(told: str, url: str | None) -> str | None:
    """Return an address of a page, not of a whole site; None where it is none."""
    try:
        parts = urlsplit(urljoin(url or "", told.strip()))
        is_page = parts.scheme in ("http", "https") and parts.hostname and (parts.path.strip("/") or parts.query)
    except ValueError:
        return None
    return parts.geturl() if is_page else None


def _lead(page: HtmlElement) -> str | None:
    heading = next(page.iter("h1"), None)
    if heading is None:
        return None
    for element in islice(heading.xpath("following::*[@class]"), _NEAR):
        if _LEAD_CLASS.search(element.get("class", "")):
            text = " ".join(element.text_content().split())
            return text if _SHORTEST_LEAD <= len(text) <= _LONGEST_LEAD else None
    return None


def _first(meta: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((meta[name] for name in names if name in meta), None)


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        value = next(iter(value), None)
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str | None:
    return unescape(value).strip() or None if isinstance(value, str) else None
