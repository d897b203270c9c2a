"""Reporting expressions, in every shape that news gives them; the sentences are invented."""

import pytest

from kg.extract.cues import Cue, find_cues
from kg.extract.verbs import find_verbs
from kg.language.normalize import normalize
from kg.language.segment import segment
from kg.lexicon import load


def cues(text: str) -> list[tuple[str, str, Cue]]:
    """Return the cues of a sentence: their words, their act, and what else is known."""
    (sentence,) = segment(normalize(text))
    verbs = find_verbs(sentence.tokens, load())
    found = find_cues(sentence.tokens, verbs, load())
    return [(" ".join(sentence.tokens[part].form for part in cue.parts), cue.act, cue) for cue in found]


@pytest.mark.parametrize(
    ("text", "words", "act"),
    [
        ("سفیر ترکیه گفت که راه باز است.", "گفت", "announce"),
        ("سفیر ترکیه می گوید راه باز است.", "می گوید", "announce"),
        ("سفیر ترکیه گفته است راه باز است.", "گفته است", "announce"),
        ("سفیر ترکیه بر ادامه راه تاکید کرد.", "تاکید کرد", "affirm"),
        ("سفیر ترکیه خواستار گشودن مرز دو کشور شد.", "خواستار شد", "demand"),
        ("سفیر ترکیه خبرداد که راه باز است.", "خبرداد", "announce"),
        ("سفیر رفت وتاکید کرد که راه باز است.", "وتاکید کرد", "affirm"),
        ("آنان معتقدند که راه باز است.", "معتقدند", "announce"),
        ("مقام‌ها بر این باورند که راه باز است.", "بر این باورند", "announce"),
    ],
)
def test_verbs(text: str, words: str, act: str) -> None:
    assert [(found, its_act) for found, its_act, cue in cues(text) if cue.kind == "verb"] == [(words, act)]


def test_a_light_verb_makes_a_passive_with_shodan() -> None:
    ((words, act, cue),) = cues("این کار از سوی مجلس محکوم شد.")
    assert (words, act, cue.is_passive) == ("محکوم شد", "condemn", True)


def test_a_thing_meets_with_an_act_of_somebody_else() -> None:
    ((words, act, cue),) = cues("این طرح مورد استقبال مصر قرار گرفت.")
    assert (words, act) == ("مورد استقبال قرار گرفت", "support")
    assert (cue.is_passive, cue.target) == (True, "subject")


def test_a_light_verb_that_is_spared_for_a_later_one() -> None:
    assert [(words, act) for words, act, _ in cues("سفیر از مردم قدردانی و بر صلح تاکید کرد.")] == [
        ("قدردانی", "thank"),
        ("تاکید کرد", "affirm"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "سفیر خواهد گفت که راه باز است.",
        "من گفتم که راه باز است.",
        "گفت‌وگو پایان یافت.",
        "باران تندی بارید.",
    ],
)
def test_what_nobody_else_has_said_is_no_cue(text: str) -> None:
    assert cues(text) == []


def test_negation_and_number_are_those_of_the_verb() -> None:
    ((_, _, negative),) = cues("سفیران نگفتند که راه باز است.")
    assert (negative.is_negative, negative.is_plural) == (True, True)


@pytest.mark.parametrize(
    ("text", "words", "opens_clause"),
    [
        ("سفیر با تاکید بر لزوم صلح از مردم خداحافظی کرد.", "با تاکید بر", False),
        ("سفیر با بیان اینکه راه باز است رفت.", "با بیان اینکه", True),
        ("سفیر با بیان این مطلب که راه باز است رفت.", "با بیان این مطلب که", True),
        ("سفیر با نادرست خواندن این خبر رفت.", "با خواندن", False),
    ],
)
def test_participles(text: str, words: str, opens_clause: bool) -> None:
    ((found, _, cue),) = [row for row in cues(text) if row[2].kind == "participle"]
    assert (found, cue.opens_clause) == (words, opens_clause)


@pytest.mark.parametrize(
    ("text", "words", "is_relay"),
    [
        ("به گفته سفیر ترکیه، راه باز است.", "به گفته", False),
        ("به گزارش ایسنا، راه باز است.", "به گزارش", True),
    ],
)
def test_phrases_before_a_source(text: str, words: str, is_relay: bool) -> None:
    ((found, _, cue),) = cues(text)
    assert (found, cue.kind, cue.is_relay) == (words, "source", is_relay)


def test_a_title_may_begin_with_the_noun_of_an_act() -> None:
    ((words, act, cue),) = cues("انتقاد سفیر ترکیه از تحریم‌ها")
    assert (words, act, cue.kind) == ("انتقاد", "criticize", "noun")
    assert cues("دیدار و انتقاد سفیر ترکیه از تحریم‌ها") == []
