"""The outlet and the day of an article, told by its own text where its source does not tell them."""

from kg.language.dates import find_dates, parse_date
from kg.language.normalize import normalize
from kg.lexicon.boilerplate import find_boilerplate, is_date_line
from kg.lexicon.outlets import find_outlet
from kg.model import DateSpan

__all__ = ["find_outlet", "find_published"]

_FIRST_LINES, _LAST_LINES = 12, 6
_LONGEST = 100


def find_published(text: str) -> DateSpan | None:
    r"""Return the day that a line of its own tells: «دوشنبه ۲۴ تیر ۱۳۹۸ - ۱۰:۳۰», «تاریخ انتشار: ۱۳۹۸/۰۴/۲۴».

    Only a day, near the beginning or the end; a date inside a sentence says when something happened.

    Example:
        >>> str(find_published("سخنگو: نه\n۲۴ تیر ۱۳۹۸ - ۱۰:۳۰\nسخنگو گفت: نه."))
        '2019-07-15'
        >>> find_published("سخنگو ۲۴ تیر ۱۳۹۸ گفت: نه.") is None
        True
    """
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    near = lines[:_FIRST_LINES] + lines[_FIRST_LINES:][-_LAST_LINES:]
    for line in near:
        if len(line) <= _LONGEST and any(map(str.isdigit, line)) and (day := _told_by(normalize(line).text)):
            return day
    return None


def _told_by(line: str) -> DateSpan | None:
    if not is_date_line(line) and not (find_boilerplate(line) and ":" in line):
        return None
    days: list[DateSpan | None] = [found.date_span for found in find_dates(line, None)] or [
        parse_date(line.partition(":")[2].strip())
    ]
    told = {day for day in days if day is not None and day.earliest == day.latest}
    return told.pop() if len(told) == 1 else None
