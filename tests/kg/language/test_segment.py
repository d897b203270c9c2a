from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.language.normalize import normalize
from kg.language.segment import segment


def sentences(text: str) -> list[str]:
    return [sentence.span.of(text) for sentence in segment(normalize(text))]


def depths(text: str) -> dict[str, int]:
    return {token.form: token.depth for sentence in segment(normalize(text)) for token in sentence.tokens}


@given(st.text(st.sampled_from("ابپت «»\"“”.!؟:،()\n۱2'-")))
def test_every_word_is_in_exactly_one_sentence_in_text_order(text: str) -> None:
    tokens = [token for sentence in segment(normalize(text)) for token in sentence.tokens]
    assert "".join(text[token.begin : token.end] for token in tokens) == "".join(text.split())
    assert all(one.end <= other.begin for one, other in pairwise(tokens))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("باران آمد. برف نیامد!", ["باران آمد.", "برف نیامد!"]),
        ("باران آمد.برف نیامد", ["باران آمد.", "برف نیامد"]),
        ("او گفت: «می‌مانیم. نمی‌رویم.» مردم رفتند.", ["او گفت: «می‌مانیم. نمی‌رویم.»", "مردم رفتند."]),
        ("او «می‌مانیم.» را دو بار گفت.", ["او «می‌مانیم.» را دو بار گفت."]),
        ("او گفت: «می‌مانیم. مردم رفتند.", ["او گفت: «می‌مانیم.", "مردم رفتند."]),
        ("م. کاویان آمد. باران بارید.", ["م. کاویان آمد.", "باران بارید."]),
        ("1. باران آمد.", ["1. باران آمد."]),
        ("نرخ 3.5 درصد شد. بازار بست.", ["نرخ 3.5 درصد شد.", "بازار بست."]),
        ("شرکت U.S. Steel بست. بازار ماند.", ["شرکت U.S. Steel بست.", "بازار ماند."]),
        ("تیتر بی نقطه\nمتن خبر.", ["تیتر بی نقطه", "متن خبر."]),
        ("آیا باران آمد؟! نه.", ["آیا باران آمد؟!", "نه."]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_an_unclosed_quotation_mark_ends_with_its_line() -> None:
    first, second = segment(normalize("او گفت: «می‌مانیم\nمردم رفتند."))
    assert not first.is_closed
    assert (first.line, second.line) == (0, 1)
    assert {token.depth for token in second.tokens} == {0}


def test_words_know_how_many_quotations_stand_around_them() -> None:
    assert depths("او «بله “شاید” نه» گفت") == {
        "او": 0, "«": 0, "بله": 1, "“": 1, "شاید": 2, "”": 1, "نه": 1, "»": 0, "گفت": 0,
    }  # fmt: skip
    assert depths('"راه" باز')["راه"] == 1


def test_a_mark_without_its_partner_counts_nothing() -> None:
    assert set(depths("راه» باز «است").values()) == {0}


def test_a_text_wrapped_to_a_fixed_width_is_read_as_if_it_were_not() -> None:
    line = "هیئت‌های دو کشور در این نشست درباره مرز و بازرگانی و آب گفت‌وگو کردند و"
    text = "\n".join([*[line] * 9, "پایان یافت."])
    assert len(sentences(text)) == 1
    assert len(sentences("\n".join([line] * 3))) == 3


def test_a_text_without_full_stops_is_cut_all_the_same() -> None:
    found = segment(normalize("باران " * 2000))
    assert max(len(sentence.tokens) for sentence in found) <= 401
    assert sum(len(sentence.tokens) for sentence in found) == 2000
