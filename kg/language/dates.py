"""Dates as Persian news writes them: in a field of their own, or in running text.

Jalali, Hijri and Gregorian, in Persian, Arabic or European digits, absolute or relative
to the day of the article. A date that cannot be is no date: nothing is repaired.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from kg.language.calendars import CALENDARS, Calendar, cover, guess_calendar, load_words, shift_month, year_and_month
from kg.model import DateSpan, Span

# One code point for one, so that offsets stay those of the text as read.
_FOLD = str.maketrans(
    {
        **{chr(0x06F0 + i): str(i) for i in range(10)},
        **{chr(0x0660 + i): str(i) for i in range(10)},
        **dict.fromkeys("يى", "ی"),
        **dict.fromkeys("\u200c\u00a0\t", " "),
        "ك": "ک",
    }
)
_ISO = re.compile(
    r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?)?(?:[T ,-]+\d{1,2}:\d{2}.*)?", re.DOTALL
)
_Reader = Callable[[re.Match[str], DateSpan | None], DateSpan | None]
_YEAR_ONLY = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in running text.

    Attributes:
        span: The words that tell it.
        date_span: The days that it leaves open.
    """

    span: Span
    date_span: DateSpan


def parse_date(text: str) -> DateSpan | None:
    """Read a date field: a day, a month, a year, or a span with a slash; None when it is none of them.

    Example:
        >>> str(parse_date("۱۳۹۸/۰۴/۲۴")), str(parse_date("2019/2020")), parse_date("2019-02-30")
        ('2019-07-15', '2019/2020', None)
        >>> str(parse_date("دوشنبه ۲۴ تیر ۱۳۹۸ - ۱۰:۳۰"))
        '2019-07-15'
    """
    folded = text.translate(_FOLD).strip()
    if len(folded) > 100:
        return None
    if match := _ISO.fullmatch(folded):
        year, month, day = (int(part) if part else None for part in match.group("year", "month", "day"))
        assert year is not None
        calendar = guess_calendar(year)
        return cover(calendar, year, month, day) if calendar else None
    first, slash, last = folded.partition("/")
    if slash and (_YEAR_ONLY.match(first.strip()) and _YEAR_ONLY.match(last.strip())):
        begin, end = parse_date(first), parse_date(last)
        return DateSpan(begin.earliest, end.latest) if begin and end and begin.earliest <= end.latest else None
    named = {found.date_span for found in find_dates(folded, None)}  # often one day in two calendars
    return named.pop() if len(named) == 1 else None


def find_dates(text: str, published: DateSpan | None) -> list[FoundDate]:
    """Find the dates of a Persian text, in text order.

    A date without its year is the one nearest to publication; a weekday is the latest such
    day that is not after it. Relative dates need a publication that is known to the day;
    "last month" and "last year" are those of the Jalali calendar, as in Iranian newsrooms.

    Args:
        text: Running text, as read.
        published: The days on which the text may have been published.

    Returns:
        Dates that exist, none overlapping another.

    Example:
        >>> day = parse_date("2019-07-15")
        >>> [str(found.date_span) for found in find_dates("دیروز گفت که ۲۰ تیر به مسکو می‌رود", day)]
        ['2019-07-14', '2019-07-11']
    """
    folded = text.translate(_FOLD).lower()
    today = published.earliest if published and published.earliest == published.latest else None
    found: list[FoundDate] = []
    reached = 0  # behind an impossible date too: «۳۰ اسفند ۱۳۹۸» is not the month that it names
    for span, date_span in sorted(_candidates(folded, published, today), key=lambda c: (c[0].begin, -c[0].end)):
        if span.begin >= reached:
            reached = span.end
            if date_span:
                found.append(FoundDate(span, date_span))
    return found


def _candidates(text: str, published: DateSpan | None, today: date | None) -> Iterator[tuple[Span, DateSpan | None]]:
    for pattern, read in _absolute():
        for match in pattern.finditer(text):
            yield Span(*match.span()), read(match, published)
    if today is None:
        return
    for pattern, relate in _relative():
        for match in pattern.finditer(text):
            yield Span(*match.span()), relate(match, today)


@cache
def _absolute() -> list[tuple[re.Pattern[str], _Reader]]:
    words = load_words()
    weekday = rf"(?:(?:روز )?{_any(words['weekday'])} ?[،,]? ?)?"
    day = rf"(?P<day>\d{{1,2}}|{_any(words['ordinal'])})"
    readers: list[tuple[re.Pattern[str], _Reader]] = []
    for calendar in CALENDARS:
        month = rf"(?P<month>{_any(words[calendar])})(?: ?ماه)?"
        year = r"(?:[ ,،]{1,2}(?:سال )?(?P<year>\d{4})(?!\d))"
        read = _named_reader(calendar)
        readers += [
            (_bounded(rf"{weekday}{day}(?:st|nd|rd|th)? ?(?:of )?{month}{year}?"), read),
            (_bounded(rf"(?:{month}){year}"), read),
        ]
        if calendar == "gregorian":
            readers.append((_bounded(rf"{month} {day}(?:st|nd|rd|th)?{year}"), read))
    numeric = r"(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    return [*readers, (_bounded(numeric), _read_numeric), (_bounded(r"سال(?: های)? (?P<year>\d{4})"), _read_numeric)]


def _named_reader(calendar: Calendar) -> _Reader:
    words = load_words()
    months, ordinals = _keyed(words[calendar]), _keyed(words["ordinal"])

    def read(match: re.Match[str], published: DateSpan | None) -> DateSpan | None:
        groups = match.groupdict()
        month = months[groups["month"].replace(" ", "")]
        day_word, year_word = groups.get("day"), groups.get("year")
        day = None
        if day_word:
            day = int(day_word) if day_word.isdecimal() else ordinals[day_word.replace(" ", "")]
        if year_word:
            return cover(calendar, int(year_word), month, day)
        if day is None or published is None or groups["month"] == "می":  # without a year, the verb's prefix
            return None
        return _nearest(calendar, month, day, published)

    return read


def _nearest(calendar: Calendar, month: int, day: int, published: DateSpan) -> DateSpan | None:
    """Give a day without a year the year that the publication leaves: inside its span, else nearest to it."""
    try:
        first = year_and_month(calendar, published.earliest)[0]
        last = year_and_month(calendar, published.latest)[0]
    except OverflowError:
        return None
    near = [one for year in range(first - 1, last + 2) if (one := cover(calendar, year, month, day))]
    inside = [one for one in near if published.earliest <= one.earliest <= published.latest]
    if len(inside) == 1:
        return inside[0]
    if inside or not near or (published.latest - published.earliest).days > 31:
        return None
    return min(near, key=lambda one: abs((one.earliest - published.earliest).days))


def _read_numeric(match: re.Match[str], _published: DateSpan | None) -> DateSpan | None:
    groups = match.groupdict()
    calendar = guess_calendar(year := int(groups["year"]))
    month, day = (int(groups[part]) if groups.get(part) else None for part in ("month", "day"))
    return cover(calendar, year, month, day) if calendar else None


@cache
def _relative() -> list[tuple[re.Pattern[str], Callable[[re.Match[str], date], DateSpan | None]]]:
    words = load_words()
    weekday = rf"(?P<weekday>{_any(words['weekday'])})"
    # A bare «جمعه» may be a prayer («امام جمعه»): it needs «روز» or a part of the day before it.
    lead = r"(?:روز|صبح|ظهر|عصر|شامگاه|بامداد|شب|غروب) "
    number = rf"(?P<number>\d{{1,3}}|چند|{_any(words['number'])})"
    last = "(?: (?P<last>(?:هفته )?(?:گذشته|پیش|قبل)))?"
    return [
        (_bounded(rf"{_any(words['day'], 'day')}"), _relate_day),
        (_bounded(rf"(?:{lead}|(?<=\()){weekday}{last}"), _relate_weekday),
        (_bounded(rf"{_any((word for word in words['weekday'] if ' ' in word), 'weekday')}{last}"), _relate_weekday),
        (_bounded(rf"(?:{number} )?(?P<unit>روز|هفته|ماه|سال) (?P<last>گذشته|پیش|قبل)"), _relate_period),
    ]


def _relate_day(match: re.Match[str], today: date) -> DateSpan:
    day = today + timedelta(_keyed(load_words()["day"])[match["day"].replace(" ", "")])
    return DateSpan(day, day)


def _relate_weekday(match: re.Match[str], today: date) -> DateSpan:
    weekday = _keyed(load_words()["weekday"])[match["weekday"].replace(" ", "")]
    if match["last"] and match["last"].startswith("هفته"):
        day = _saturday(today) - timedelta(7 - (weekday + 2) % 7)
    else:
        back = (today.weekday() - weekday) % 7
        day = today - timedelta(back or (7 if match["last"] else 0))
    return DateSpan(day, day)


def _relate_period(match: re.Match[str], today: date) -> DateSpan | None:
    word, unit = match["number"], match["unit"]
    if word == "چند" or (word and match["last"] == "گذشته") or (unit == "روز" and not word):
        return None  # "over the last three days" names no day
    many = 1 if word is None else int(word) if word.isdecimal() else load_words()["number"][word]
    if unit == "روز":
        day = today - timedelta(many)
        return DateSpan(day, day)
    if unit == "هفته":
        begin = _saturday(today) - timedelta(7 * many)
        return DateSpan(begin, begin + timedelta(6))
    year, month = year_and_month("jalali", today)
    if unit == "سال":
        return cover("jalali", year - many)
    return cover("jalali", *shift_month(year, month, -many))


def _saturday(today: date) -> date:
    """Return the first day of the Iranian week that holds the day."""
    return today - timedelta((today.weekday() + 2) % 7)


def _any(words: Iterable[str], name: str | None = None) -> str:
    """Return a pattern for any of the words, the longest first; their spaces may be absent."""
    choices = "|".join(word.replace(" ", " ?") for word in sorted(words, key=len, reverse=True))
    return f"(?P<{name}>{choices})" if name else f"(?:{choices})"


def _keyed(words: dict[str, int]) -> dict[str, int]:
    return {word.replace(" ", ""): value for word, value in words.items()}


def _bounded(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}(?!\w)")
