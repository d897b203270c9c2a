"""Three calendars and the words for their days and months.

Knows which days a Jalali, Hijri or Gregorian date covers; refuses to know where in a
text a date stands, which is the business of ``kg.language.dates``.
"""

import calendar
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

import hijridate
import jdatetime

from kg.model import DateSpan

Calendar = Literal["jalali", "hijri", "gregorian"]
CALENDARS: tuple[Calendar, ...] = ("jalali", "hijri", "gregorian")


@cache
def load_words() -> dict[str, dict[str, int]]:
    """Return the words of dates by kind: a calendar's months, weekdays, days, numbers, ordinals.

    Example:
        >>> load_words()["jalali"]["تیر"]
        4
    """
    words: dict[str, dict[str, int]] = {}
    rows = files("kg.language").joinpath("date_words.tsv").read_text(encoding="utf-8").splitlines()
    for row in [line for line in rows if line and not line.startswith("#")][1:]:
        kind, value, word = row.split("\t")
        words.setdefault(kind, {})[word] = int(value)
    return words


def guess_calendar(year: int) -> Calendar | None:
    """Return the calendar that a bare year belongs to in news: Jalali or Gregorian.

    Example:
        >>> guess_calendar(1398), guess_calendar(2019), guess_calendar(1500)
        ('jalali', 'gregorian', None)
    """
    if 1200 <= year < 1430:
        return "jalali"
    return "gregorian" if 1700 <= year < 2200 else None


def cover(kind: Calendar, year: int, month: int | None = None, day: int | None = None) -> DateSpan | None:
    """Return the days of a year, month or day of a calendar; None when there is no such date.

    The Hijri calendar is Umm al-Qura's; a local sighting of the moon may differ by a day.

    Example:
        >>> str(cover("jalali", 1398, 4, 24)), str(cover("gregorian", 2019)), cover("jalali", 1398, 12, 30)
        ('2019-07-15', '2019', None)
    """
    try:
        if month is None:
            return DateSpan(_to_date(kind, year, 1, 1), _to_date(kind, year + 1, 1, 1) - timedelta(1))
        if day is None:
            year_after, month_after = (year, month + 1) if month < 12 else (year + 1, 1)
            return DateSpan(_to_date(kind, year, month, 1), _to_date(kind, year_after, month_after, 1) - timedelta(1))
        only = _to_date(kind, year, month, day)
        return DateSpan(only, only)
    except (ValueError, OverflowError):  # how the libraries say that there is no such day
        return None


def to_jalali(day: date) -> tuple[int, int, int]:
    """Return the year, month and day of the Jalali calendar.

    Raises:
        ValueError: When the day is before the calendar's first.

    Example:
        >>> to_jalali(date(2019, 7, 15))
        (1398, 4, 24)
    """
    jalali = jdatetime.date.fromgregorian(date=day)
    return jalali.year, jalali.month, jalali.day


def year_and_month(kind: Calendar, day: date) -> tuple[int, int]:
    """Return the year and month of a calendar in which a day lies.

    Raises:
        OverflowError: When the day is outside of what the Hijri tables cover (1924 to 2077).

    Example:
        >>> year_and_month("jalali", date(2019, 7, 15))
        (1398, 4)
    """
    if kind == "jalali":
        local = jdatetime.date.fromgregorian(date=day)
        return int(local.year), int(local.month)
    if kind == "hijri":
        moon = hijridate.Gregorian.fromdate(day).to_hijri()
        return moon.year, moon.month
    return day.year, day.month


def shift_month(year: int, month: int, by: int) -> tuple[int, int]:
    """Return the year and month so many months later.

    Example:
        >>> shift_month(1398, 1, -1)
        (1397, 12)
    """
    index = year * 12 + (month - 1) + by
    return index // 12, index % 12 + 1


def _to_date(kind: Calendar, year: int, month: int, day: int) -> date:
    if kind == "jalali":
        converted: date = jdatetime.date(year, month, day).togregorian()
        return converted
    if kind == "hijri":
        return date.fromisoformat(hijridate.Hijri(year, month, day).to_gregorian().isoformat())
    if day > calendar.monthrange(year, month)[1]:
        raise ValueError(f"no day {day} in month {month}")
    return date(year, month, day)
