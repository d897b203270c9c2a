"""The page of one article with everything marked."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from kg.extract import extract
from kg.extract.article_page import to_html
from kg.model import Article

TEXT = (
    "وزیر خارجه عمان گفت: راه گفت‌وگو <باز> است & آمریکا باید تحریم‌ها را بردارد.\n"
    "به گفته یک منبع آگاه، تهران این ادعا را رد کرده است.\n"
)


class _Balance(HTMLParser):
    """Hold that every element is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def article_of(page: str) -> str:
    """The article's text as the page shows it, without the statements' numbers."""
    (inner,) = re.findall(r"<article>(.*)</article>", page, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"<sup>.*?</sup>", "", inner)))


@pytest.mark.parametrize("text", [TEXT, "هوا آفتابی بود.", "<script>alert(1)</script>"])
def test_the_page_shows_the_text_to_the_letter_and_runs_nothing(text: str) -> None:
    page = to_html(extract(Article("1", text)))
    parser = _Balance()
    parser.feed(page)
    assert parser.open == []
    assert article_of(page) == text
    assert "<script" not in page
    assert "http" not in page


def test_every_statement_is_numbered_marked_and_explained() -> None:
    extraction = extract(Article("1", TEXT), min_confidence=0)
    page = to_html(extraction)
    for number, _ in enumerate(extraction.statements, start=1):
        assert f'href="#s{number}" id="t{number}"' in page
        assert f'<li id="s{number}">' in page
    assert 'class="d1"' in page
    assert ('class="d2"' in page) == any(statement.within is not None for statement in extraction.statements)


def test_the_page_is_the_same_every_time() -> None:
    extraction = extract(Article("1", TEXT))
    assert to_html(extraction) == to_html(extraction)
