import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.language.normalize import ZWNJ, fold, normalize

PERSIAN = st.text(
    st.sampled_from("ابيىكکگؤئأآءةۀهیو۱٢3 \u00a0\u200c\u200f\u064e\u0651ـ«»\n\r\u2028ﻻ…ﷲA.،") | st.characters()
)


@given(PERSIAN)
def test_every_offset_leads_back_to_the_text_as_read(raw: str) -> None:
    normalized = normalize(raw)
    assert normalized.raw == raw
    assert len(normalized.offsets) == len(normalized.text) + 1
    assert list(normalized.offsets) == sorted(normalized.offsets)
    assert normalized.offsets[-1] == len(raw)
    for index in range(len(normalized.text)):
        span = normalized.raw_span(index, index + 1)
        assert 0 <= span.begin < span.end <= len(raw)
        assert normalized.text[index] in normalize(span.of(raw)).text


@given(PERSIAN)
def test_a_word_begins_and_ends_on_a_letter_of_its_own(raw: str) -> None:
    normalized = normalize(raw)
    begin = 0
    for word in normalized.text.split():
        begin = normalized.text.index(word, begin)
        words = normalized.raw_span(begin, begin + len(word)).of(raw)
        assert words == words.strip()
        assert normalized.index(normalized.offsets[begin]) <= begin
        begin += len(word)


def test_every_letter_there_is_folds_once_and_for_all() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1)]
    assert [letter for letter in letters if fold(fold(letter)) != fold(letter)] == []
    assert [letter for letter in letters if fold(normalize(letter).text) != fold(letter)] == []


@given(PERSIAN)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(PERSIAN)
def test_normalizing_does_not_change_what_words_are_compared_by(text: str) -> None:
    assert fold(normalize(text).text) == fold(text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("وزير كشور", "وزیر کشور"),
        ("گفـــت", "گفت"),
        ("مُهِمّ", "مهم"),
        ("۱۲ و ٣", "12 و 3"),
        ("الف\u00a0ب", "الف ب"),
        ("سطر\r\nدیگر", "سطر\n\nدیگر"),
        (f"می{ZWNJ}رود", f"می{ZWNJ}رود"),
        ("\u202bسلام\u202c", "سلام"),
    ],
)
def test_the_same_word_is_always_written_the_same_way(raw: str, text: str) -> None:
    assert normalize(raw).text == text


def test_marks_that_are_dropped_inside_a_word_belong_to_it() -> None:
    raw = "او گفــــت."
    normalized = normalize(raw)
    begin = normalized.text.index("گفت")
    assert normalized.raw_span(begin, begin + 3).of(raw) == "گفــــت"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("رئيس‌جمهور", "رییس جمهور"),
        ("آمریکا", "امريكا"),
        ("مسؤول", "مسوول"),
        ("IAEA", "iaea"),
        ("نخست وزیر", "نخست‌وزیر"),
    ],
)
def test_two_spellings_of_a_word_are_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)
