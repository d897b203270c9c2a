"""Source, cue and content joined; the sentences are invented."""

import pytest

from kg.extract.pipeline import extract, read
from kg.model import Article


def attributions(text: str) -> list[tuple[str, str]]:
    """Return how and with which words each attribution of a text was found, but for lines that may only go on."""
    found = read(Article("a", text)).attributions
    return [(a.rule, a.content.of(text)) for a in found if not a.rule.startswith("running")]


@pytest.mark.parametrize(
    ("text", "rule", "content"),
    [
        ("سفیر ترکیه گفت که راه باز است.", "verb که", "راه باز است"),
        ("سفیر ترکیه گفت: راه باز است.", "verb colon", "راه باز است"),
        ("سفیر ترکیه گفت راه باز است.", "verb bare", "راه باز است"),
        ("سفیر ترکیه گفت: «راه باز است.»", "verb colon", "راه باز است"),
        ("سفیر ترکیه گفت: «راه باز است", "verb colon", "راه باز است"),
        ("«راه باز است»، سفیر ترکیه گفت.", "quotation before verb", "راه باز است"),
        ("سفیر ترکیه خواستار گشودن مرز شد.", "act", "خواستار گشودن مرز شد"),
        ("این کار از سوی مجلس محکوم شد.", "passive", "این کار از سوی مجلس محکوم شد"),
        ("به گفته سفیر ترکیه، راه باز است.", "source phrase", "راه باز است"),
        ("راه مرزی باز است، به گفته سفیر ترکیه.", "source phrase behind", "راه مرزی باز است"),
        ("محمدجواد ظریف: راه باز است", "headline", "راه باز است"),
        ("انتقاد سفیر ترکیه از تحریم‌های تازه", "nominal headline", "انتقاد سفیر ترکیه از تحریم‌های تازه"),
    ],
)
def test_content_is_cut_by_how_it_is_reported(text: str, rule: str, content: str) -> None:
    assert attributions(text) == [(rule, content)]


@pytest.mark.parametrize(
    "text",
    [
        "این کار محکوم شد.",
        "سفیر ترکیه این کار را محکوم نکرد.",
        "به گزارش ایسنا، سفیر ترکیه رفت.",
        "باران تندی بارید.",
        "سفیر ترکیه گزارش را می‌خواند.",
        "سفیر ترکیه می‌خواهد بماند.",
    ],
)
def test_what_is_attributed_to_nobody_gives_none(text: str) -> None:
    assert attributions(text) == []


def test_modes() -> None:
    modes = [
        read(Article("a", text)).attributions[0].mode
        for text in ("سفیر گفت: «راه باز است.»", "سفیر گفت که راه باز است.", "سفیر گفت که راه «باز» است.")
    ]
    assert modes == ["direct", "indirect", "mixed"]


def test_speech_behind_a_colon_goes_on_to_the_end_of_its_line() -> None:
    text = "سفیر ترکیه گفت: راه باز است. کار سختی داریم. باید ماند.\nباران بارید."
    assert attributions(text) == [("verb colon", "راه باز است. کار سختی داریم. باید ماند")]


def test_two_who_speak_together_make_two_attributions() -> None:
    text = "دولت ترکیه و دولت عراق اعلام کردند که راه باز است."
    assert attributions(text) == [("verb که", "راه باز است")] * 2


def test_a_phrase_that_names_a_source_names_one_before_a_comma() -> None:
    text = "به گفته سفیر ترکیه، تهران آماده گفت‌وگو است."
    assert [a.source and a.source.kind for a in read(Article("a", text)).attributions] == ["office"]


def test_two_cues_with_the_same_words_make_one_statement() -> None:
    extraction = extract(Article("a", "سفیر ترکیه نوشت که خود را دوست مردم هند می‌داند."))
    assert len({(s.speaker, s.content) for s in extraction.statements}) == len(extraction.statements) == 1


def test_what_a_verb_does_to_its_object_is_no_clause_of_the_next_verb() -> None:
    text = "حزب مردم برنامه دولت را رد کرد، اما خواهان گفت‌وگو شد."
    assert attributions(text)[0] == ("act", "برنامه دولت را رد کرد")


def test_a_later_cue_of_the_same_speaker_ends_the_content() -> None:
    text = "سفیر ترکیه گفت که راه باز است و افزود که باران می‌بارد."
    assert [content for _, content in attributions(text)] == ["راه باز است", "باران می‌بارد"]


def test_a_cue_inside_a_content_is_nested_in_it() -> None:
    found = read(Article("a", "سفیر ترکیه گفت که عراق ادعا کرد که راه بسته است.")).attributions
    assert [attribution.within for attribution in found] == [None, 0]


def test_a_title_that_repeats_the_body_shares_its_speaker() -> None:
    text = "گذرگاه مرزی تازه هفته آینده گشوده می‌شود\nسفیر ترکیه گفت: گذرگاه مرزی تازه هفته آینده گشوده می‌شود."
    reading = read(Article("a", text))
    title, body = reading.attributions
    assert (title.rule, title.echoes) == ("title", 1)
    assert reading.resolution.speakers[0] is reading.resolution.speakers[1]
    assert body.rule == "verb colon"


def test_a_line_without_a_cue_may_go_on_with_speech_only_behind_speech() -> None:
    text = "باران بارید.\nسفیر ترکیه گفت: راه باز است.\nما آماده‌ایم و خواهیم ماند.\nوزیر رفت."
    found = [(a.rule, a.content.of(text)) for a in read(Article("a", text)).attributions]
    assert ("running behind verb-colon", "ما آماده‌ایم و خواهیم ماند") in found
    assert ("running behind running", "وزیر رفت") in found
    assert not any("باران" in content for _, content in found)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("آنکارا از آغاز دور دوم بازرسی‌ها انتقاد کرد.", "از آغاز دور دوم بازرسی‌ها انتقاد کرد"),
        ("آنکارا از روند پیچیده و طولانی دادرسی گلایه کرد.", "از روند پیچیده و طولانی دادرسی گلایه کرد"),
        ("آنکارا روز شنبه در بیانیه‌ای حمله را محکوم کرد.", "حمله را محکوم کرد"),
    ],
)
def test_a_noun_that_is_spelt_like_a_verb_and_an_occasion_cut_no_act(text: str, content: str) -> None:
    assert [words for _, words in attributions(text)] == [content]


def test_what_others_said_is_told_inside_a_speech_that_goes_on() -> None:
    text = "سفیر غنا گفت: کشاورزان صبورند. آنها بارها اعلام کردند که می‌مانند. ما هم هستیم."
    assert attributions(text)[0] == ("verb colon", text.removeprefix("سفیر غنا گفت: ").removesuffix("."))
