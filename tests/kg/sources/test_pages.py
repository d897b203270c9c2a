"""Pages in the mark-up of the usual agencies' sites, in our own words: the article and what the page says of itself."""

from pathlib import Path

import pytest

from kg.errors import InputError
from kg.model import Article
from kg.sources import read
from kg.sources.html import find_article, to_text

TITLE = "سخنگو: گفت‌وگوها ادامه دارد"
LEAD = "سخنگوی وزارت خارجه از ادامه گفت‌وگوها با همسایگان خبر داد."
BODY = (
    "سخنگوی وزارت خارجه گفت: «گفت‌وگوها با همسایگان ادامه دارد و کسی جلوی آن را نمی‌گیرد.»",
    "وی افزود: همه می‌خواهند که این راه به نتیجه برسد و ما هم همین را می‌خواهیم.",
    "او گفت که نشست بعدی هفته آینده در پایتخت برگزار می‌شود.",
)
ARTICLE = "\n".join((TITLE, LEAD, *BODY))
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY)
MENU = (
    '<nav><ul><li><a href="/">صفحه نخست</a></li><li><a href="/politics">سیاست</a></li><li><a href="/x">ورزش</a></li>'
    "</ul></nav>"
)
SIDE = (
    '<aside class="box"><h3>پربیننده‌ترین‌ها</h3><ul><li><a href="/1">قیمت نان گران شد</a></li>'
    '<li><a href="/2">باران می‌آید</a></li></ul></aside>'
)
FOOT = '<footer><p>کلیه حقوق این سایت محفوظ است</p><a href="/about">درباره ما</a></footer>'

SCHEMA = f"""<!doctype html><html lang="fa"><head><meta charset="utf-8"><title>{TITLE} | خبرگزاری بامداد</title>
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "{TITLE}",
"datePublished": "2019-07-15T10:30:00+04:30", "publisher": {{"@type": "Organization", "name": "خبرگزاری بامداد"}},
"mainEntityOfPage": {{"@id": "https://bamdad.example/news/12"}}}}</script></head>
<body>{MENU}<main><article><h1>{TITLE}</h1><p class="lead">{LEAD}</p>{PARAGRAPHS}<p>انتهای پیام/</p></article></main>
{SIDE}{FOOT}</body></html>"""

OPEN_GRAPH = f"""<html><head><meta charset="utf-8"><title>خبرگزاری بامداد - {TITLE}</title>
<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="خبرگزاری بامداد">
<meta property="article:published_time" content="2019-07-15T06:00:00Z"><link rel="canonical" href="/news/12">
<meta property="og:url" content="https://bamdad.example/news/12"></head><body><div id="header">{MENU}</div>
<div class="container"><div class="row"><div class="col-md-8"><section class="news"><h1 class="title">{TITLE}</h1>
<div class="introtext">{LEAD}</div><div class="item-text" itemprop="articleBody">{PARAGRAPHS}</div>
<div class="tags"><h2>برچسب‌ها</h2><ul><li><a href="/tag/1">سخنگو</a></li></ul></div>
<div class="comments"><h4>نظر شما</h4><form><textarea></textarea></form></div></section></div>
{SIDE}</div></div>{FOOT}</body></html>"""

TIME_ELEMENT = f"""<html><head><meta charset="utf-8"><title>{TITLE}</title>
<meta name="application-name" content="خبرگزاری بامداد">
<link rel="canonical" href="https://bamdad.example/news/12"></head><body>{MENU}<article><header><h1>{TITLE}</h1>
<time datetime="2019-07-15">۲۴ تیر</time></header><p>{LEAD}</p>{PARAGRAPHS}
<ul class="related"><li><a href="/9">خبری دیگر</a></li>
</ul></article>{FOOT}</body></html>"""

JALALI_BYLINE = f"""<html dir="rtl"><head><meta charset="utf-8"><title>{TITLE} - خبرگزاری بامداد</title>
<meta name="dc.publisher" content="خبرگزاری بامداد">
<meta property="og:url" content="https://bamdad.example/news/12"></head><body>
{MENU}<div class="news-page"><div class="news-head"><h1>{TITLE}</h1>
<span class="item-date">دوشنبه ۲۴ تیر ۱۳۹۸ - ۱۰:۳۰</span>
<span class="code">کد خبر: ۱۲۳۴۵</span></div><div class="body"><p>{LEAD}</p>{PARAGRAPHS}<p>۹۱۲۵**۱۴۴۱</p>
<p>بیشتر بخوانید:</p><p><a href="/8">وزیر به سفر رفت</a></p><p>#سخنگو #همسایگان</p>
</div></div>{SIDE}{FOOT}</body></html>"""

REFERENCES = SCHEMA.replace("\u200c", "&zwnj;")


def page(folder: Path, html: str | bytes, name: str = "page.html") -> Article:
    file = folder / name
    file.write_bytes(html.encode() if isinstance(html, str) else html)
    (article,) = read(file)
    return article


@pytest.mark.parametrize("html", [SCHEMA, OPEN_GRAPH, TIME_ELEMENT, JALALI_BYLINE, REFERENCES])
def test_the_article_alone_is_read_and_what_the_page_says_of_itself(tmp_path: Path, html: str) -> None:
    article = page(tmp_path, html)
    assert article.text == ARTICLE
    assert (article.title, article.publisher) == (TITLE, "خبرگزاری بامداد")
    assert (str(article.published), article.url) == ("2019-07-15", "https://bamdad.example/news/12")


def test_every_zero_width_non_joiner_is_kept_whatever_sign_the_page_uses(tmp_path: Path) -> None:
    article = page(tmp_path, SCHEMA.replace("همسایگان ادامه", "همسایگان ¦ ادامه"))
    assert article.text == ARTICLE.replace("همسایگان ادامه", "همسایگان ¦ ادامه")


def test_a_known_site_gives_the_outlets_name(tmp_path: Path) -> None:
    article = page(tmp_path, SCHEMA.replace("bamdad.example", "www.isna.ir"))
    assert article.publisher == "ایسنا"


def test_an_address_of_the_whole_site_is_none_of_the_page(tmp_path: Path) -> None:
    html = TIME_ELEMENT.replace("https://bamdad.example/news/12", "https://bamdad.example/")
    assert page(tmp_path, html).url is None


@pytest.mark.parametrize("declared", ["", '<meta charset="windows-1256">'])
def test_a_page_in_windows_1256(tmp_path: Path, declared: str) -> None:
    html = SCHEMA.replace('<meta charset="utf-8">', declared).replace("ی", "ي").replace("\u200c", "&zwnj;")
    assert page(tmp_path, html.encode("cp1256", "xmlcharrefreplace")).text == ARTICLE.replace("ی", "ي")


def test_a_page_is_told_by_content_and_broken_schema_costs_nothing(tmp_path: Path) -> None:
    article = page(
        tmp_path, OPEN_GRAPH.replace("<body>", '<script type="application/ld+json">{oops</script><body>'), "page"
    )
    assert (article.id, article.text) == ("page", ARTICLE)


def test_the_text_of_schema_org_stands_in_where_the_page_builds_itself_by_script(tmp_path: Path) -> None:
    told = "\\n".join((LEAD, *BODY)).replace('"', "")
    html = SCHEMA.replace('"headline"', f'"articleBody": "{told}", "headline"')
    html = html[: html.index("<body>")] + "<body><div id=app></div></body></html>"
    assert page(tmp_path, html).text == ARTICLE


@pytest.mark.parametrize(
    "html",
    ["<!DOCTYPE html><p>", f"<html><body>{MENU}{FOOT}</body></html>", "<html>" + "<div>" * 5000, "<html>\0\0</html>"],
)
def test_a_page_without_an_article_is_one_line(tmp_path: Path, html: str) -> None:
    with pytest.raises(InputError, match=r"page\.html: (?:the page (has no article's text|cannot be read)|binary)"):
        page(tmp_path, html)


def test_pieces_of_a_saved_page_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "script.js").write_text("x()")
    page(tmp_path, SCHEMA)
    told: list[InputError] = []
    assert len(list(read(tmp_path, set_aside=told.append))) == 1
    assert told == []


def test_blocks_become_lines_and_scripts_nothing() -> None:
    assert to_text("<div>یک<script>x</script><ul><li>دو</li><li>سه &amp; چهار</li></ul></div>") == "یک\nدو\nسه & چهار"
    assert find_article("<html><body></body></html>") == ""
