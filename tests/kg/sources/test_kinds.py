"""Feeds, web archives, PDF, Telegram, wikis and packed files: each told by its content."""

import bz2
import gzip
import io
import json
import logging
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
from backports import zstd

from kg.errors import InputError
from kg.model import Article
from kg.sources import contents, read
from kg.sources.pdf import to_logical

TEXT = "سخنگوی وزارت خارجه گفت: گفت‌وگوها با همسایگان ادامه دارد."
MORE = "وی افزود: نشست بعدی هفته آینده است."
PAGE = f"<html><title>نشست</title><body><article><h1>نشست هفتگی</h1><p>{TEXT}</p><p>{MORE}</p></article></body></html>"


def read_bytes(folder: Path, name: str, data: bytes, told: list[InputError] | None = None) -> list[Article]:
    (folder / name).write_bytes(data)
    return list(read(folder / name, set_aside=told.append if told is not None else None))


def feed(*items: str, kind: str = "rss") -> bytes:
    if kind == "rss":
        joined = "".join(f"<item>{item}</item>" for item in items)
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>بامداد</title>{joined}</channel></rss>'.encode()
        )
    joined = "".join(f"<entry>{item}</entry>" for item in items)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>بامداد</title>{joined}</feed>'.encode()


# ── Feeds ────────────────────────────────────────────────────────────────────────────────────────


def test_entries_of_rss_are_articles(tmp_path: Path) -> None:
    item = (
        f"<title>نشست هفتگی</title><link>https://bamdad.example/news/1</link><description><![CDATA[<p>{TEXT}</p>"
        f"<p>{MORE}</p><p>انتهای پیام/</p>]]></description><pubDate>Mon, 15 Jul 2019 06:00:00 GMT</pubDate>"
    )
    (article,) = read_bytes(tmp_path, "feed", feed(item))
    assert article.text == f"نشست هفتگی\n{TEXT}\n{MORE}"
    assert (article.title, article.publisher, article.url) == ("نشست هفتگی", "بامداد", "https://bamdad.example/news/1")
    assert str(article.published) == "2019-07-15"


def test_entries_of_atom_with_their_whole_words(tmp_path: Path) -> None:
    entry = (
        "<title>نشست</title><id>tag:1</id><link href='https://www.isna.ir/news/1'/><updated>2019-07-15T06:00:00Z</updated>"
        f"<summary>کوتاه</summary><content type='html'>&lt;p&gt;{TEXT}&lt;/p&gt;</content>"
    )
    (article,) = read_bytes(tmp_path, "feed.xml", feed(entry, kind="atom"))
    assert (article.text, article.publisher) == (f"نشست\n{TEXT}", "ایسنا")


@pytest.mark.parametrize(
    ("date", "expected"),
    [("دوشنبه ۲۴ تیر ۱۳۹۸", "2019-07-15"), ("1398/04/24 10:30", "2019-07-15"), ("yesterday-ish", "None"), ("", "None")],
)
def test_jalali_and_bad_dates_of_a_feed(tmp_path: Path, date: str, expected: str) -> None:
    item = f"<title>نشست</title><description>{TEXT}</description><pubDate>{date}</pubDate>"
    (article,) = read_bytes(tmp_path, "feed.xml", feed(item))
    assert str(article.published) == expected


def test_an_entry_without_words_costs_itself(tmp_path: Path) -> None:
    told: list[InputError] = []
    articles = read_bytes(tmp_path, "f.xml", feed("<title>x</title>", f"<description>{TEXT}</description>"), told)
    assert [article.text for article in articles] == [TEXT]
    assert str(told[0]).endswith("f.xml, entry 1: the entry has no article's text")


# ── Web archives ─────────────────────────────────────────────────────────────────────────────────


def warc(*records: tuple[str, str, bytes]) -> bytes:
    """Make a web archive of (address, content type with status, body)."""
    made = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    for url, told, body in records:
        payload = f"HTTP/1.1 {told}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        made += (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http\r\n"
            f"Content-Length: {len(payload)}\r\n\r\n"
        ).encode() + payload + b"\r\n\r\n"  # fmt: skip
    return made


CRAWL = (
    ("https://bamdad.example/news/1", "200 OK\r\nContent-Type: text/html; charset=utf-8", PAGE.encode()),
    ("https://bamdad.example/logo.png", "200 OK\r\nContent-Type: image/png", b"\x89PNG"),
    ("https://bamdad.example/gone", "404 Not Found\r\nContent-Type: text/html", PAGE.encode()),
    ("https://bamdad.example/menu", "200 OK\r\nContent-Type: text/html", b"<html><body><a>x</a></body></html>"),
)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_pages_of_a_web_archive(tmp_path: Path, pack: type[bytes]) -> None:
    told: list[InputError] = []
    (article,) = read_bytes(tmp_path, "crawl.warc", pack(warc(*CRAWL)), told)
    assert (article.url, article.text) == ("https://bamdad.example/news/1", f"نشست هفتگی\n{TEXT}\n{MORE}")
    assert [str(error).partition("!")[2] for error in told] == [
        "https://bamdad.example/menu: the page has no article's text"
    ]


def test_a_server_says_the_encoding_of_its_page(tmp_path: Path) -> None:
    page = PAGE.replace("ی", "ي").replace("\u200c", "&zwnj;").encode("cp1256")
    record = ("https://bamdad.example/1", "200 OK\r\nContent-Type: text/html; charset=windows-1256", page)
    (article,) = read_bytes(tmp_path, "crawl.warc", warc(record))
    assert article.text.splitlines()[1] == TEXT.replace("ی", "ي")


# ── PDF ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_pdf_file_is_read_from_right_to_left(root: Path) -> None:
    (article,) = read(root / "tests" / "kg" / "sources" / "page.pdf")
    assert article.text.splitlines() == [
        "سخنگو: گفت‌وگوها ادامه دارد",
        "سخنگوی وزارت خارجه ایران در ۲۴ تیر ۱۳۹۸ گفت: «گفت‌وگوها با Reuters ادامه دارد و ۲۵ درصد پیش رفته‌ایم.» "
        "وی افزود که این راه به نتیجه می‌رسد و همه همسایگان آن را می‌خواهند.",
        "او همچنین گفت (در نشست هفتگی): نشست بعدی هفته آینده است.",
    ]


@pytest.mark.parametrize(
    ("visual", "logical"),
    [
        ("دراد ﻪﻣادا", "ادامه دارد"),
        ("2.5 و ۱۳۹۸/۰۴/۲۴ رد", "در ۱۳۹۸/۰۴/۲۴ و 2.5"),
        ("(رد) «Reuters News» ﺖﻔﮔ", "گفت «Reuters News» (در)"),
        ("only Latin (1)", "only Latin (1)"),
    ],
)
def test_a_line_is_put_into_reading_order(visual: str, logical: str) -> None:
    assert to_logical(visual) == logical


# ── Telegram, wikis ──────────────────────────────────────────────────────────────────────────────

EXPORT = {
    "name": "کانال بامداد",
    "type": "public_channel",
    "id": 1,
    "messages": [
        {"id": 1, "type": "service", "date": "2019-07-14T10:00:00", "text": ""},
        {
            "id": 2,
            "type": "message",
            "date": "2019-07-15T10:00:00",
            "date_unixtime": "1563174000",
            "text": [
                {"type": "bold", "text": "🔹 نشست هفتگی"},
                f"\n{TEXT}\n",
                {"type": "hashtag", "text": "#سخنگو"},
                "\n@bamdad",
            ],
            "forwarded_from": "دیده‌بان",
        },
        {"id": 3, "type": "message", "date": "2019-07-15T11:00:00", "text": "", "photo": "a.jpg"},
    ],
}


@pytest.mark.parametrize("export", [EXPORT, {"chats": {"list": [EXPORT]}}])
def test_messages_of_a_telegram_export(tmp_path: Path, export: object) -> None:
    (article,) = read_bytes(tmp_path, "result.json", json.dumps(export, ensure_ascii=False, indent=1).encode())
    assert article.text == f"نشست هفتگی\n{TEXT}"
    assert (article.id, article.publisher, article.derived_from) == ("result-2", "کانال بامداد", "دیده‌بان")
    assert str(article.published) == "2019-07-15"


def test_a_large_export_is_read_message_by_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_BYTES", 400)
    many = EXPORT | {"messages": EXPORT["messages"] * 50}  # type: ignore[operator]
    articles = read_bytes(tmp_path, "result.json", json.dumps(many, ensure_ascii=False, indent=1).encode())
    assert len(articles) == 50
    assert {article.publisher for article in articles} == {"کانال بامداد"}
    listed = json.dumps([{"text": TEXT}] * 30, ensure_ascii=False, indent=1).encode()
    assert len(read_bytes(tmp_path, "list.json", listed)) == 30
    with pytest.raises(InputError, match="malformed JSON"):
        read_bytes(tmp_path, "cut.json", listed[:-40])


def test_the_answer_of_a_service_is_a_list_of_articles(tmp_path: Path) -> None:
    answer = {"status": "ok", "totalResults": 2, "articles": [{"content": TEXT}, {"content": MORE}]}
    assert [a.text for a in read_bytes(tmp_path, "a.json", json.dumps(answer).encode())] == [TEXT, MORE]


WIKI = f"""<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><siteinfo><sitename>ویکی‌خبر</sitename>
<base>https://fa.wikinews.example/wiki/Main</base></siteinfo>
<page><title>نشست هفتگی</title><ns>0</ns><id>7</id><revision><id>70</id><timestamp>2024-01-01T00:00:00Z</timestamp>
<text>{{{{تاریخ|۲۴ تیر ۱۳۹۸}}}}
'''{TEXT[:5]}'''{TEXT[5:]} &lt;ref&gt;روزنامه&lt;/ref&gt;

[[ایران|وی]] {MORE[3:]}

== منابع ==
* [http://a.example روزنامه]
[[رده:ایران]]</text></revision></page>
<page><title>بحث:نشست</title><ns>1</ns><id>8</id>
<revision><text>گفت‌وگو درباره صفحه است و نه خبر.</text></revision></page>
<page><title>کهنه</title><ns>0</ns><id>9</id>
<redirect title="نشست هفتگی"/><revision><text>#تغییرمسیر</text></revision></page>
</mediawiki>"""


@pytest.mark.parametrize("pack", [bytes, bz2.compress])
def test_pages_of_a_wiki(tmp_path: Path, pack: type[bytes]) -> None:
    (article,) = read_bytes(tmp_path, "dump.xml", pack(WIKI.encode()))
    assert article.text.splitlines() == ["نشست هفتگی", TEXT, MORE]
    assert (article.publisher, str(article.published)) == ("ویکی‌خبر", "2019-07-15")
    assert article.url
    assert article.url.startswith("https://fa.wikinews.example/wiki/%D9%86")


# ── Packed files ─────────────────────────────────────────────────────────────────────────────────


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return made.getvalue()


def tarred(**files: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name.replace("__", "/").replace("_", "."))
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
def test_a_packed_file(tmp_path: Path, pack: type[bytes]) -> None:
    (article,) = read_bytes(tmp_path, "news.txt.packed", pack(TEXT.encode()))
    assert (article.text, article.id) == (TEXT, "news")


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_members_of_an_archive_whatever_they_are(tmp_path: Path, pack: type[bytes]) -> None:
    inner = zipped(deep_txt=MORE.encode())
    data = pack(
        a_html=PAGE.encode(), b__b_jsonl=json.dumps({"text": TEXT}).encode(), c_zip=inner, d_png=b"\x89PNG\x01",
        _hidden=b"x",
    )  # fmt: skip
    told: list[InputError] = []
    articles = read_bytes(tmp_path, "news.archive", data, told)
    assert [article.text for article in articles] == [f"نشست هفتگی\n{TEXT}\n{MORE}", TEXT, MORE]
    place = f"{tmp_path}/news.archive"
    assert [a.source for a in articles] == [f"{place}!a.html", f"{place}!b/b.jsonl", f"{place}!c.zip!deep.txt"]
    assert [str(error.where) for error in told] == [f"{place}!d.png"]


def test_several_compressed_parts_one_after_the_other(tmp_path: Path) -> None:
    lines = [json.dumps({"text": text}).encode() + b"\n" for text in (TEXT, MORE)]
    articles = read_bytes(tmp_path, "news.jsonl.gz", b"".join(map(gzip.compress, lines)))
    assert [article.text for article in articles] == [TEXT, MORE]


def test_standard_input_may_be_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped:
        buffer = io.BytesIO(gzip.compress(TEXT.encode()))

    monkeypatch.setattr("sys.stdin", Piped)
    (article,) = read("-")
    assert (article.text, article.source) == (TEXT, None)


# ── What an article's own words tell ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "publisher", "published"),
    [
        (f"به گزارش ایسنا، {TEXT}", "ایسنا", "None"),
        (f"به گزارش گروه سیاست خارجی خبرگزاری فارس، {TEXT}", "خبرگزاری فارس", "None"),
        (f"تهران- ایرنا- {TEXT}", "ایرنا", "None"),
        (f"به گزارش رویترز به نقل از فارس، {TEXT}", "None", "None"),
        (f"نشست در استان فارس، {TEXT}", "None", "None"),
        (f"نشست هفتگی\nدوشنبه ۲۴ تیر ۱۳۹۸ - ۱۰:۳۰\n{TEXT}", "None", "2019-07-15"),
        (f"{TEXT}\nتاریخ انتشار: ۱۳۹۸/۰۴/۲۴", "None", "2019-07-15"),
        (f"{TEXT}\nاو ۲۴ تیر ۱۳۹۸ به پایتخت رفت.", "None", "None"),
    ],
)
def test_outlet_and_day_are_taken_from_the_text(tmp_path: Path, text: str, publisher: str, published: str) -> None:
    (article,) = read_bytes(tmp_path, "a.txt", text.encode())
    assert (article.text, str(article.publisher), str(article.published)) == (text, publisher, published)


def test_what_the_user_says_counts_more_than_a_guess(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"به گزارش ایسنا، {TEXT}", encoding="utf-8")
    (article,) = read(tmp_path / "a.txt", publisher="بامداد")
    assert article.publisher == "بامداد"


def test_a_guessed_encoding_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        read_bytes(tmp_path, "a.html", PAGE.replace("ی", "ي").replace("\u200c", "").encode("cp1256"))
    assert "read as windows-1256" in caplog.text
