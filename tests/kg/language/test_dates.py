from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.language.calendars import cover, guess_calendar, load_words, year_and_month
from kg.language.dates import find_dates, parse_date
from kg.model import DateSpan

MONDAY = parse_date("2019-07-15")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-07-15", "2019-07-15"),
        ("2019/7/5", "2019-07-05"),
        ("2019-07", "2019-07"),
        ("2019", "2019"),
        ("2019/2020", "2019/2020"),
        ("2019-07-01/2019-07-05", "2019-07-01/2019-07-05"),
        ("2019-07-15T23:30:00+03:30", "2019-07-15"),
        ("2019-07-15 10:20", "2019-07-15"),
        ("۲۰۱۹-۰۷-۱۵", "2019-07-15"),
        ("1398/04/24", "2019-07-15"),
        ("١٣٩٨/٠٤/٢٤", "2019-07-15"),
        ("۱۳۹۸-۰۴-۲۴ ۱۲:۳۰", "2019-07-15"),
        ("۲۴ تیر ۱۳۹۸", "2019-07-15"),
        ("دوشنبه، ۲۴ تیرماه ۱۳۹۸ - ۱۰:۳۰", "2019-07-15"),
        ("۲۴ تیر ۱۳۹۸ - ۱۵ ژوئیه ۲۰۱۹", "2019-07-15"),
        ("تیر ۱۳۹۸", "2019-06-22/2019-07-22"),
        ("1398", "2019-03-21/2020-03-19"),
        ("1398/1399", "2019-03-21/2021-03-20"),
        ("۲۷ رجب ۱۴۴۵", "2024-02-08"),
        ("Mon, 15 Jul 2019 10:00:00 GMT", "2019-07-15"),
        ("July 15, 2019", "2019-07-15"),
        ("15 می 2019", "2019-05-15"),
    ],
)
def test_parse_date_reads_every_usual_form(text: str, expected: str) -> None:
    assert str(parse_date(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "فردا",
        "2019-02-30",
        "1398/13/01",
        "۳۰ اسفند ۱۳۹۸",
        "۳۲ تیر ۱۳۹۸",
        "0000",
        "2020/2019",
        "9" * 5000,
        "12",
        "الف/ب",
    ],
)
def test_parse_date_gives_no_impossible_date(text: str) -> None:
    assert parse_date(text) is None


def test_leap_day_of_the_jalali_calendar_exists_in_leap_years_only() -> None:
    assert str(parse_date("۳۰ اسفند ۱۳۹۹")) == "2021-03-20"
    assert parse_date("۳۰ اسفند ۱۴۰۰") is None


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("نشست ۱۵ اردیبهشت ۱۴۰۳ برگزار شد", "۱۵ اردیبهشت ۱۴۰۳", "2024-05-04"),
        ("نشست ۱۵ اردیبهشت برگزار شد", "۱۵ اردیبهشت", "2019-05-05"),
        ("در پانزدهم تیر به بغداد رفت", "پانزدهم تیر", "2019-07-06"),
        ("در بیست‌وچهارم تیرماه", "بیست‌وچهارم تیرماه", "2019-07-15"),
        ("در ۲۴ تير گفت", "۲۴ تير", "2019-07-15"),
        ("همزمان با ۲۷ رجب ۱۴۴۵", "۲۷ رجب ۱۴۴۵", "2024-02-08"),
        ("پیمان ۱۵ ژوئیه ۲۰۱۹", "۱۵ ژوئیه ۲۰۱۹", "2019-07-15"),
        ("تا 3 دسامبر", "3 دسامبر", "2019-12-03"),
        ("از ۱۵ جولای", "۱۵ جولای", "2019-07-15"),
        ("روز دوشنبه گفت", "روز دوشنبه", "2019-07-15"),
        ("روز سه‌شنبه گفت", "روز سه‌شنبه", "2019-07-09"),
        ("روز جمعه گفت", "روز جمعه", "2019-07-12"),
        ("امروز (دوشنبه) گفت", "امروز", "2019-07-15"),
        ("شامگاه شنبه گفت", "شامگاه شنبه", "2019-07-13"),
        ("دوشنبه گذشته گفت", "دوشنبه گذشته", "2019-07-08"),
        ("روز چهارشنبه هفته گذشته", "روز چهارشنبه هفته گذشته", "2019-07-10"),
        ("دیروز گفت", "دیروز", "2019-07-14"),
        ("پریروز گفت", "پریروز", "2019-07-13"),
        ("هفته گذشته گفت", "هفته گذشته", "2019-07-06/2019-07-12"),
        ("ماه گذشته گفت", "ماه گذشته", "2019-05-22/2019-06-21"),
        ("سال گذشته گفت", "سال گذشته", "2018-03-21/2019-03-20"),
        ("سه روز پیش گفت", "سه روز پیش", "2019-07-12"),
        ("۱۰ روز قبل گفت", "۱۰ روز قبل", "2019-07-05"),
        ("دو هفته پیش گفت", "دو هفته پیش", "2019-06-29/2019-07-05"),
        ("در سال ۲۰۱۵ امضا شد", "سال ۲۰۱۵", "2015"),
        ("در تیر ۱۳۹۷ امضا شد", "تیر ۱۳۹۷", "2018-06-22/2018-07-22"),
    ],
)
def test_find_dates_in_running_text(text: str, words: str, expected: str) -> None:
    found = find_dates(text, MONDAY)
    assert (found[0].span.of(text), str(found[0].date_span)) == (words, expected)


@pytest.mark.parametrize(
    "text",
    [
        "امام جمعه شهر گفت",
        "۱۵ می‌گوید و می‌رود",
        "در ده سال گذشته کم نبود",
        "چند روز پیش گفت",
        "۳۲ تیر ۱۳۹۸",
        "دی‌روز و امروزی",
        "بیست و چهار نفر",
    ],
)
def test_find_dates_leaves_what_names_no_day(text: str) -> None:
    assert find_dates(text, MONDAY) == []


def test_year_of_a_day_and_month_is_the_nearest_to_publication() -> None:
    new_year = parse_date("۱۳۹۹/۰۱/۰۵")
    assert str(find_dates("۲۵ اسفند", new_year)[0].date_span) == str(parse_date("۱۳۹۸/۱۲/۲۵"))
    assert str(find_dates("۲۴ تیر", parse_date("2019"))[0].date_span) == "2019-07-15"


def test_relative_dates_need_a_publication_known_to_the_day() -> None:
    assert find_dates("دیروز و روز دوشنبه و ۲۴ تیر", None) == []
    assert [str(found.date_span) for found in find_dates("دیروز، ۲۴ تیر ۱۳۹۸", parse_date("2019-07"))] == ["2019-07-15"]


@given(st.dates(date(1925, 1, 1), date(2070, 12, 31)))
def test_every_day_is_read_back_from_each_calendar(day: date) -> None:
    for kind in ("jalali", "gregorian", "hijri"):
        year, month = year_and_month(kind, day)
        whole = cover(kind, year, month)
        assert whole is not None
        assert whole.earliest <= day <= whole.latest
        assert cover(kind, year, month, (day - whole.earliest).days + 1) == DateSpan(day, day)


@given(st.text(alphabet="۰۱۲۳۴۵۶۷۸۹0123456789/- \u200cتیرمهردیبهشتسالروزگذشتهپیشدوشنبه", max_size=80))
def test_no_text_breaks_the_search(text: str) -> None:
    for found in find_dates(text, MONDAY):
        assert found.span.of(text).strip() == found.span.of(text)


def test_a_long_line_takes_linear_time() -> None:
    assert find_dates("دو شنبه سی و " * 20_000, MONDAY)


def test_words_are_written_with_persian_letters() -> None:
    words = [word for kind in load_words().values() for word in kind]
    assert not [word for word in words if set(word) & set("يكى")]
    assert {len(set(load_words()[calendar].values())) for calendar in ("jalali", "hijri", "gregorian")} == {12}


def test_bare_years_tell_their_calendar() -> None:
    assert [guess_calendar(year) for year in (1300, 1403, 1979, 2026, 1650, 1480)] == [
        *("jalali", "jalali", "gregorian", "gregorian"),
        *(None, None),
    ]
