"""MediaWiki's XML dumps (Wikinews and others): each page of the main namespace an article, its mark-up taken out."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urljoin
from xml.etree import ElementTree

import mwparserfromhell

from kg.errors import InputError
from kg.language.dates import parse_date
from kg.language.normalize import fold
from kg.lexicon.word_sets import word_set
from kg.model import Article, DateSpan
from kg.sources.cleaning import to_article
from kg.sources.documents import MOST_CHARACTERS, Document, SetAside

_HEADING = re.compile(r"^=+\s*(.*?)\s*=+\s*$")
_CATEGORY = re.compile(
    r"\[\[\s*(?:رده|Category|پرونده|File|تصویر|Image)\s*:[^\[\]]*(?:\[\[[^\]]*\]\][^\[\]]*)*\]\]", re.IGNORECASE
)


def read_dump(document: Document, set_aside: SetAside) -> Iterator[Article]:
    """Read a dump's pages, one at a time.

    Args:
        document: The dump.
        set_aside: Told of pages that cannot be read, and of where a damaged dump ends.

    Raises:
        InputError: When it has no page that can be read.
    """
    site, base, found = "", "", 0
    try:
        for _, element in ElementTree.iterparse(document.stream, events=("end",)):
            name = _local(element.tag)
            if name == "sitename":
                site = element.text or ""
            elif name == "base":
                base = element.text or ""
            elif name == "page":
                try:
                    if article := _article(element, site, base, document):
                        found += 1
                        yield article
                except InputError as error:
                    set_aside(error)
                element.clear()
    except ElementTree.ParseError as problem:
        damaged = InputError(f"damaged dump: {problem}", where=document.where, remedy="get it again")
        if not found:
            raise damaged from problem
        set_aside(damaged)
    if not found:
        raise InputError("the dump has no article", where=document.where)


def _article(page: ElementTree.Element, site: str, base: str, document: Document) -> Article | None:
    told = {_local(element.tag): element.text or "" for element in page.iter()}
    if told.get("ns", "0").strip() != "0" or any(_local(element.tag) == "redirect" for element in page):
        return None
    title, source = told.get("title", ""), told.get("text", "")
    where = f"{document.where}, «{title}»"
    if len(source) > MOST_CHARACTERS:
        raise InputError(f"the page has more than {MOST_CHARACTERS:,} characters", where=where)
    try:
        code = mwparserfromhell.parse(_CATEGORY.sub("", source))
        published = _published(code)
        for tag in code.filter_tags(matches=lambda node: str(node.tag).casefold() in ("ref", "gallery", "table")):
            code.remove(tag)
        text = code.strip_code()
    except ValueError:  # what was to be removed stood in something that was removed before
        text, published = mwparserfromhell.parse(source).strip_code(), None
    except (mwparserfromhell.parser.ParserError, RecursionError) as problem:
        raise InputError(f"its mark-up cannot be read ({type(problem).__name__})", where=where) from problem
    address = urljoin(base, quote(title.replace(" ", "_"))) if base.startswith(("http://", "https://")) else None
    try:
        return to_article(
            _without_endings(source, text),
            document,
            default_id=f"{document.stem}-{told.get('id', title)}",
            title=title,
            published=published,
            publisher=site or None,
            url=address,
        )
    except InputError as error:
        error.where = where
        raise


def _published(code: mwparserfromhell.wikicode.Wikicode) -> DateSpan | None:
    """Return the day that a date template tells: «{{تاریخ|۲۴ تیر ۱۳۹۸}}»."""
    names = word_set("date_templates")
    for template in code.filter_templates():
        if fold(str(template.name).strip()) in names and template.params:
            return parse_date(str(template.params[0].value).strip())
    return None


def _without_endings(source: str, text: str) -> str:
    """Cut off the sections behind the article: sources, links, notes."""
    endings = word_set("ending_sections")
    headings = {match.group(1) for line in source.splitlines() if (match := _HEADING.match(line.strip()))}
    closing = {heading.strip() for heading in headings if fold(heading) in endings}
    kept = []
    for line in text.splitlines():
        if line.strip() in closing:
            break
        kept.append(line)
    return "\n".join(kept)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
