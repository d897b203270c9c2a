"""Days, months and years as readers of each language write them: Jalali beside Gregorian on Persian pages."""

import re
from calendar import monthrange
from datetime import date

from kg.language.calendars import to_jalali
from server.languages import Language, load_words, write_digits

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def write_date(text: str, language: Language) -> str:
    """Write a date: a day, a month, a year, or a span of two of them around «/».

    Example:
        >>> write_date("2019-07-15", "fa"), write_date("2019-07-15", "en")
        ('۲۴ تیر ۱۳۹۸ (۱۵ ژوئیه ۲۰۱۹)', '2019-07-15')
        >>> write_date("2019-07", "fa"), write_date("2019", "fa")
        ('ژوئیه ۲۰۱۹ (تیر و مرداد ۱۳۹۸)', '۲۰۱۹ (۱۳۹۷ و ۱۳۹۸)')
    """
    first, slash, last = text.partition("/")
    if slash:
        return f"{write_date(first, language)} – {write_date(last, language)}"
    found = _DATE.fullmatch(text)
    if language == "en" or not found:
        return write_digits(text, language)
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        return write_digits(_write_persian(year or 0, month, day), language)
    except ValueError:  # no such day in one of the calendars
        return write_digits(text, language)


def _write_persian(year: int, month: int | None, day: int | None) -> str:
    words = load_words("fa")
    if month is None:
        first, last = to_jalali(date(year, 1, 1))[0], to_jalali(date(year, 12, 31))[0]
        return f"{year} ({first} و {last})"
    gregorian = words[f"gregorian_{month}"]
    if day is not None:
        jalali = to_jalali(date(year, month, day))
        return f"{jalali[2]} {words[f'jalali_{jalali[1]}']} {jalali[0]} ({day} {gregorian} {year})"
    (first_year, first_month, _), (last_year, last_month, _) = (
        to_jalali(date(year, month, at)) for at in (1, monthrange(year, month)[1])
    )
    first_name, last_name = words[f"jalali_{first_month}"], words[f"jalali_{last_month}"]
    jalali_months = (
        f"{first_name} {first_year if first_year != last_year else ''}".strip() + f" و {last_name} {last_year}"
    )
    return f"{gregorian} {year} ({jalali_months})"
