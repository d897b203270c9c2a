"""How sure a statement is: a probability, and what is left out for want of it; the sentences are invented."""

import pytest

from kg.extract import extract
from kg.extract.confidence import attribution_confidence, attribution_features
from kg.extract.pipeline import read
from kg.model import Article

PLAIN = "سخنگوی وزارت خارجه ترکیه گفت: گذرگاه مرزی دو کشور از هفته آینده باز خواهد بود."
DOUBTFUL = "به باور پیر بازار، راه باز است."


def confidence(text: str) -> float:
    reading = read(Article("a", text))
    speaker = reading.resolution.speakers[0]
    assert speaker is not None
    return attribution_confidence(reading.contents[0], speaker)


def test_a_spokesman_with_a_colon_is_surer_than_a_word_that_nothing_knows() -> None:
    assert confidence(PLAIN) > 0.6 > confidence(DOUBTFUL)


@pytest.mark.parametrize("text", [PLAIN, DOUBTFUL, "ترکیه این کار را محکوم کرد.", "محمدجواد ظریف: راه باز است"])
def test_it_is_a_probability_and_the_same_every_time(text: str) -> None:
    assert 0 <= confidence(text) <= 1
    assert confidence(text) == confidence(text)


def test_more_confidence_asked_for_gives_fewer_statements() -> None:
    article = Article("a", PLAIN + "\n" + DOUBTFUL)
    every, sure = extract(article, min_confidence=0), extract(article, min_confidence=0.6)
    assert [statement.content for statement in sure.statements] == [every.statements[0].content]
    assert len(every.statements) == 2
    assert extract(article, min_confidence=1.01).statements == ()


def test_nothing_that_it_goes_by_says_who_speaks_or_about_what() -> None:
    def features(text: str) -> list[str]:
        reading = read(Article("a", text))
        speaker = reading.resolution.speakers[0]
        assert speaker is not None
        return list(attribution_features(reading.contents[0], speaker))

    one = "سفیر ترکیه گفت که راه باز است."
    assert features(one) == features(one.replace("ترکیه", "عراق").replace("راه", "مرز"))
