"""Which outlet a report is of, told by its first words or by the address of its page."""

import re
from functools import cache
from urllib.parse import urlsplit

from kg.language.normalize import normalize
from kg.lexicon.tables import read_table

_FIRST = 600
_END = r"(?=\s*(?:[،,؛:.()/\-–ـ]|به نقل|از\s|$))"
_DIVIDER = r"\s*[-–ـ/()|:]+\s*"


def find_outlet(text: str) -> str | None:
    """Return the outlet that a text names as its own, by «به گزارش …» or before its first words; None without one.

    An agency that it relays («به نقل از») is not its outlet.

    Raises:
        LexiconError: When a row of ``outlets.tsv`` is wrong.

    Example:
        >>> find_outlet("به گزارش خبرنگار سیاسی ایرنا، سخنگو گفت: نه."), find_outlet("تهران- ایسنا- سخنگو گفت: نه.")
        ('ایرنا', 'ایسنا')
        >>> find_outlet("به گزارش رویترز به نقل از فارس، سخنگو گفت: نه.") is None
        True
    """
    first = normalize(text[:_FIRST]).text.replace("\u200c", " ")
    for pattern in _patterns():
        if match := pattern.search(first):
            return _outlets()[match["form"]]
    return None


def is_outlet(words: str) -> bool:
    """Whether words are one of the names by which an outlet that writes Persian calls itself.

    Example:
        >>> is_outlet("خبرگزاري فارس"), is_outlet("رویترز")
        (True, False)
    """
    return normalize(words).text.replace("\u200c", " ") in _outlets()


def outlet_at(url: str) -> str | None:
    """Return the outlet whose site an address is on.

    Example:
        >>> outlet_at("https://www.isna.ir/news/1"), outlet_at("https://news.example/1")
        ('ایسنا', None)
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    return next((outlet for domain, outlet in _domains().items() if f".{host}".endswith(f".{domain}")), None)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    form = rf"(?P<form>{'|'.join(sorted(map(re.escape, _outlets()), key=len, reverse=True))})"
    between = r"(?:(?!به نقل)[^\n،,؛:.«»]){0,40}?"
    return (
        re.compile(rf"به گزارش {between}(?<!\w){form}{_END}"),
        re.compile(rf"^[^\n]{{0,200}}?(?:^|\n)\s*(?:\w+(?: \w+)?{_DIVIDER})?{form}(?:{_DIVIDER}|\s*:)(?=\S)"),
    )


@cache
def _outlets() -> dict[str, str]:
    rows = read_table("outlets.tsv", ("outlet", "forms", "domain"))
    pairs = ((form, row["outlet"]) for row in rows for form in row["forms"].split("|"))
    return {normalize(form).text.replace("\u200c", " "): outlet for form, outlet in pairs}


@cache
def _domains() -> dict[str, str]:
    rows = read_table("outlets.tsv", ("outlet", "forms", "domain"))
    return {row["domain"]: row["outlet"] for row in rows if row["domain"]}
