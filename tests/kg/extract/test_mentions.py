"""Noun phrases that may speak, and how far they reach; the sentences are invented."""

import pytest

from kg.extract.pipeline import read
from kg.extract.reading import Mention
from kg.model import Article


def mentions(text: str) -> list[tuple[str, Mention]]:
    """Return the outer mentions of a text with their words."""
    found = []
    for sentence in read(Article("a", text)).sentences:
        tokens = sentence.sentence.tokens
        found += [(text[tokens[m.first].begin : tokens[m.last].end], m) for m in sentence.mentions if not m.is_inner]
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("سخنگوی وزارت خارجه ایران دیروز رفت.", "سخنگوی وزارت خارجه ایران"),
        ("سفیر ایران در عراق دیروز رفت.", "سفیر ایران در عراق"),
        ("سفیر پیشین ایران دیروز رفت.", "سفیر پیشین ایران"),
        ("نخست وزیر عراق خواستار صلح شد.", "نخست وزیر عراق"),
        ("مقام آمریکایی حاضر در مذاکرات رفت.", "مقام آمریکایی حاضر در مذاکرات"),
        ("وزیر آموزش و پرورش دیروز رفت.", "وزیر آموزش و پرورش"),
        ("برخی از مقام‌های آمریکایی رفتند.", "برخی از مقام‌های آمریکایی"),
        ("شبکه «نور» گزارش داد که باران آمد.", "شبکه «نور»"),
        ("امام جمعه فیروزکوه دیروز رفت.", "امام جمعه فیروزکوه"),
        ("مقامات گرجی بلافاصله همه را مقصر خواندند.", "مقامات گرجی"),
        ("مدیرکل میراث فرهنگی، صنایع دستی و گردشگری رفت.", "مدیرکل میراث فرهنگی، صنایع دستی و گردشگری"),
        ("وزیر دفاع لهستان در آن شهر ماند.", "وزیر دفاع لهستان"),
    ],
)
def test_a_chain_reaches_to_the_end_of_its_noun_phrase(text: str, words: str) -> None:
    assert mentions(text)[0][0] == words


@pytest.mark.parametrize(
    ("text", "kind", "type_"),
    [
        ("وزیر خارجه ترکیه رفت.", "office", "person"),
        ("دولت ترکیه رفت.", "organ", "organization"),
        ("شماری از نمایندگان مجلس رفتند.", "group", "group"),
        ("محمدجواد ظریف رفت.", "name", "person"),
        ("ترکیه رفت.", "name", "state"),
        ("او رفت.", "pronoun", "person"),
        ("این دیپلمات رفت.", "anaphor", "person"),
        ("این کشور رفت.", "anaphor", "state"),
        ("کشورمان رفت.", "anaphor", "state"),
        ("آقای کردافشار رفت.", "name", "person"),
    ],
)
def test_kinds(text: str, kind: str, type_: str) -> None:
    ((_, mention),) = mentions(text)
    assert (mention.kind, mention.type) == (kind, type_)


def test_names_inside_a_chain_follow_it() -> None:
    (sentence,) = read(Article("a", "سفیر ایران در عراق رفت.")).sentences
    outer, *inner = sentence.mentions
    assert outer.names == tuple(m for m in outer.names if outer.first <= m.first and m.last <= outer.last)
    assert [mention.thing for mention in inner] == ["state/iran", "state/iraq"]
    assert all(mention.is_inner for mention in inner)


def test_the_plural_of_an_adjective_is_its_people_not_its_state() -> None:
    ((_, mention),) = mentions("آمریکایی‌ها رفتند.")
    assert (mention.kind, mention.type, mention.is_plural) == ("group", "group", True)


def test_a_chain_ends_before_its_object() -> None:
    assert mentions("وزیر ترکیه را دید.")[0][0] == "وزیر ترکیه"
    assert mentions("سخنگوی دولت این خبر را رد کرد.")[0][0] == "سخنگوی دولت"


def test_a_surname_alone_means_its_bearer_only_where_the_text_names_him_in_full() -> None:
    words = [m.thing for _, m in mentions("محمدجواد ظریف رفت. ظریف برگشت.")]
    assert words == ["person/mohammad-javad-zarif"] * 2
