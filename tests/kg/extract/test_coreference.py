"""Who is who, and who speaks on whose behalf; the sentences are invented."""

import pytest

from kg.extract.coreference import Cluster, entity_of
from kg.extract.pipeline import extract, read
from kg.language.dates import parse_date
from kg.model import Article


def speakers(text: str, publisher: str | None = None, date: str | None = None) -> list[Cluster | None]:
    published = parse_date(date) if date else None
    reading = read(Article("a", text, publisher=publisher, published=published))
    found = zip(reading.attributions, reading.resolution.speakers, strict=True)
    return [speaker for attribution, speaker in found if not attribution.rule.startswith("running")]


def forms(cluster: Cluster | None) -> set[str]:
    return set(cluster.forms.values()) if cluster is not None else set()


def behalf(text: str, publisher: str | None = None, date: str | None = None) -> str | None:
    published = parse_date(date) if date else None
    return read(Article("a", text, publisher=publisher, published=published)).resolution.behalf[0]


@pytest.mark.parametrize("name", ["وی", "او", "کاویان", "این دیپلمات", "سفیر ترکیه"])
def test_what_points_back_to_the_speaker_is_the_speaker(name: str) -> None:
    text = f"مهران کاویان، سفیر ترکیه، گفت: راه باز است.\nسارا نیکبخت آمد.\n{name} افزود: راه سخت است."
    first, second = speakers(text)
    assert first is not None
    assert first.full_name == "مهران کاویان"
    assert second is first


def test_a_dropped_subject_is_the_last_speaker() -> None:
    first, second = speakers("سفیر ترکیه گفت که راه باز است. افزود که راه سخت است.")
    assert second is first
    assert forms(first) == {"سفیر ترکیه"}


def test_a_pronoun_without_anybody_before_it_speaks_for_nobody() -> None:
    assert speakers("وی افزود که راه باز است.") == [None]


@pytest.mark.parametrize(
    "text",
    [
        "مهران کاویان، سفیر ترکیه، گفت که راه باز است.",
        "سفیر ترکیه، مهران کاویان، گفت که راه باز است.",
        "سفیر ترکیه مهران کاویان گفت که راه باز است.",
    ],
)
def test_an_office_beside_a_name_is_its_bearer(text: str) -> None:
    (speaker,) = speakers(text)
    assert speaker is not None
    assert speaker.full_name == "مهران کاویان"
    assert behalf(text) == "state/turkey"


def test_an_office_is_the_person_who_held_it_when_the_article_was_published_and_is_named_in_it() -> None:
    text = "محمدجواد ظریف به وین رفت.\nوزیر خارجه ایران گفت که راه باز است."
    (speaker,) = speakers(text, date="2019-07-15")
    assert speaker is not None
    assert speaker.thing is not None
    assert speaker.thing.key == "person/mohammad-javad-zarif"
    (other,) = speakers(text, date="2023-07-15")
    assert other is not None
    assert other.thing is None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("وزیر خارجه ترکیه گفت که راه باز است.", "state/turkey"),
        ("سخنگوی کاخ سفید گفت که راه باز است.", "state/united-states"),
        ("سفیر پیشین ترکیه گفت که راه باز است.", None),
        ("نماینده مجلس ترکیه گفت که راه باز است.", None),
        ("ترکیه اعلام کرد که راه باز است.", None),
    ],
)
def test_on_whose_behalf_an_office_speaks(text: str, state: str | None) -> None:
    assert behalf(text) == state


def test_our_country_is_that_of_the_publisher() -> None:
    text = "کشورمان این کار را محکوم کرد."
    for publisher, key in (("صدای افغان", "state/afghanistan"), ("بامداد", "state/iran")):
        (speaker,) = speakers(text, publisher)
        assert speaker is not None
        assert speaker.thing is not None
        assert speaker.thing.key == key


def test_the_government_of_a_state_is_the_state() -> None:
    (speaker,) = speakers("دولت ترکیه اعلام کرد که راه باز است.")
    assert speaker is not None
    assert speaker.thing is not None
    assert speaker.thing.key == "state/turkey"


def test_inside_somebodys_speech_another_one_speaks_but_never_his_own_side() -> None:
    _, inner = speakers("سفیر ترکیه گفت که عراق ادعا کرد که راه بسته است.")
    assert forms(inner) == {"عراق"}
    _, own = speakers("سفیر ترکیه گفت که ترکیه اعلام کرد که راه بسته است.")
    assert own is None
    _, himself = speakers("سفیر ترکیه گفت که وی ادعا کرده است که راه بسته است.")
    assert himself is None


def test_a_person_of_one_name_or_no_name_means_something_in_this_article_only() -> None:
    person = Cluster("person", full_name="مهران کاویان")
    person.add("مهران  کاویان", 0)
    person.add("کاویان", 1)
    assert entity_of(person, "e1").mentions == ("مهران کاویان", "کاویان")
    assert not entity_of(person, "e1").is_local
    office = Cluster("person")
    office.add("سفیر ترکیه", 0)
    assert entity_of(office, "e1").name == "سفیر ترکیه"
    assert entity_of(office, "e1").is_local


@pytest.mark.parametrize(
    ("name", "is_local"), [("دولت", True), ("این کمیسیون", True), ("کمیسیون آب شهر سپید", False), ("کرادیا", False)]
)
def test_a_word_for_many_bodies_means_one_of_them_in_this_article_only(name: str, is_local: bool) -> None:
    body = Cluster("organization")
    body.add(name, 0)
    assert entity_of(body, "e1").is_local is is_local


def test_an_office_of_our_state_is_that_of_the_state_named_before() -> None:
    text = (
        "ناصر کنعانی، سخنگوی وزارت خارجه ایران گفت که صلح خوب است.\n"
        "سخنگوی وزارت خارجه کشورمان در بخش دیگری از سخنان خود تاکید کرد: جنگ بد است."
    )
    extraction = extract(Article("a", text))
    assert [extraction.entity(s.speaker).name for s in extraction.statements] == ["ناصر کنعانی"] * 2


@pytest.mark.parametrize("verb", ["اعلام کردند که راه باز است", "ضمن محکوم کردن این حمله خواستار آرامش شدند"])
def test_everybody_in_a_list_of_speakers_speaks(verb: str) -> None:
    told = [speaker.thing.name for speaker in speakers(f"ژاپن، هند و برزیل {verb}.") if speaker and speaker.thing]
    assert {"ژاپن", "هند", "برزیل"} == set(told)
