import pytest

from kg.language.morphology import VerbForm, inflect
from kg.language.normalize import fold


def form(word: str, lemma: str) -> VerbForm:
    return inflect(lemma)[fold(word)]


@pytest.mark.parametrize("word", ["می‌گوید", "می گوید", "میگوید"])
def test_the_joint_of_the_prefix_does_not_count(word: str) -> None:
    found = form(word, "گفت#گو")
    assert (found.tense, found.person, found.is_plural, found.is_negative) == ("present", 3, False, False)


@pytest.mark.parametrize(
    ("word", "tense", "person"),
    [
        ("گفت", "past", 3),
        ("گفتم", "past", 1),
        ("می‌گفت", "past", 3),
        ("گفته است", "perfect", 3),
        ("گفته‌است", "perfect", 3),
        ("گفته بود", "pluperfect", 3),
        ("خواهد گفت", "future", 3),
        ("بگوید", "subjunctive", 3),
        ("گفتن", "infinitive", 0),
    ],
)
def test_tenses(word: str, tense: str, person: int) -> None:
    found = form(word, "گفت#گو")
    assert (found.tense, found.person) == (tense, person)


@pytest.mark.parametrize("word", ["نگفت", "نمی‌گوید", "نگفته است", "نخواهد گفت"])
def test_negation(word: str) -> None:
    assert form(word, "گفت#گو").is_negative
    assert not form(word.replace("ن", "", 1), "گفت#گو").is_negative


@pytest.mark.parametrize("word", ["گفتند", "می‌گویند", "گفته‌اند", "گفتیم"])
def test_plural(word: str) -> None:
    assert form(word, "گفت#گو").is_plural


@pytest.mark.parametrize("word", ["گفته شد", "گفته می‌شود", "گفته شده است", "گفته خواهد شد"])
def test_passive(word: str) -> None:
    assert form(word, "گفت#گو").is_passive


@pytest.mark.parametrize(("word", "lemma"), [("می‌شود", "شد#شو"), ("می‌رود", "رفت#رو"), ("می‌آید", "آمد#آ")])
def test_stems_that_end_in_a_vowel_or_look_so(word: str, lemma: str) -> None:
    assert form(word, lemma).tense == "present"


@pytest.mark.parametrize("lemma", ["گفت", "#گو", "گفت#", ""])
def test_a_lemma_without_two_stems_is_refused_with_an_example(lemma: str) -> None:
    with pytest.raises(ValueError, match="has not two stems; write it as «گفت#گو»"):
        inflect(lemma)
