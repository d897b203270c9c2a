import pytest

from kg.extract import extract
from kg.language.normalize import normalize
from kg.lexicon.boilerplate import blank, find_boilerplate, remove
from kg.model import Article

SPEECH = "سخنگوی وزارت خارجه گفت: گفت‌وگوها با همسایگان ادامه دارد."


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("انتهای پیام/", ""),
        ("انتهای‌پیام/۸۶۰۱۵/ع۲۰", ""),
        ("او گفت: نه. انتهای پیام/ر", "او گفت: نه."),
        ("او گفت: نه. پایان خبر ۲۱۵**۱۴", "او گفت: نه."),
        ("کد خبر ۱۲۳۴۵", ""),
        ("منبع تصویر،آرشیو", ""),
        ("خبرنگار: سارا نیکبخت", ""),
        ("بیشتر بخوانید:\nوزیر به سفر رفت\nنشست پایان یافت\nاو گفت: نه.", "او گفت: نه."),
        ("به کانال بامداد در تلگرام بپیوندید", ""),
        ("#سخنگو #نشست @bamdad", ""),
        ("۹۱۲۵**۱۴۴۱", ""),
        ("دوشنبه ۲۴ تیر ۱۳۹۸ - ساعت ۱۰:۳۰", ""),
        ("https://bamdad.example/news/1", ""),
        ("🔹 او گفت: نه.", "او گفت: نه."),
        ("#سخنگوی_وزارت گفت: نه.", "سخنگوی وزارت گفت: نه."),
    ],
)
def test_what_is_no_content_is_found(line: str, left: str) -> None:
    assert remove(line) == left


@pytest.mark.parametrize(
    "line",
    [
        "او در پایان خبر داد که نشست برگزار می‌شود.",
        "پایان پیام خود نوشت: «من چنین کردم».",
        "خبرنگار: شما چه پاسخی دادید؟",
        "وی ۲۴ تیر ۱۳۹۸ به پایتخت رفت.",
        "این خبر را بخوانید و داوری کنید.",
        "به کانال سوئز کشتی فرستادند.",
        "دمای هوا ۲۰° بود.",
    ],
)
def test_what_looks_like_it_and_is_content_stays(line: str) -> None:
    assert remove(line) == line
    assert find_boilerplate(normalize(line).text) == []


def test_extraction_sees_nothing_of_it_and_no_offset_moves() -> None:
    text = f"🔹 {SPEECH} انتهای پیام/\nبیشتر بخوانید:\nوزیر همسایه: نشست خوب بود\n#همسایگان\n"
    (statement,) = extract(Article("a", text)).statements
    (alone,) = extract(Article("b", SPEECH)).statements
    assert statement.content.of(text) == alone.content.of(SPEECH)
    assert statement.content.begin == alone.content.begin + 2
    assert len(blank(normalize(text)).text) == len(normalize(text).text)
