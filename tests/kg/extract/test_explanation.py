"""What a reader is told of how each statement was found."""

from dataclasses import replace

from kg.extract import extract
from kg.extract.explanation import explain
from kg.model import Article

TEXT = (
    "وزیر خارجه عمان در پایان سفر خود گفت: راه گفت‌وگو هنوز باز است.\n"
    "وی از تلاش بغداد قدردانی کرد.\n"
    "به گفته یک منبع آگاه، تهران این ادعا را رد کرده است.\n"
)


def blocks(text: str, **options: float) -> list[str]:
    return explain(extract(Article("1", text), **options))


def test_each_statement_has_a_block_with_cue_speaker_act_and_confidence() -> None:
    extraction = extract(Article("1", TEXT))
    told = explain(extraction)
    for number, statement in enumerate(extraction.statements, start=1):
        block = told[number - 1]
        assert block.startswith(f"[{number}] «")
        assert f"({statement.rule})" in block
        assert f"speaker «{extraction.entity(statement.speaker).name}»" in block
        assert f"act {statement.act}: " in block
        assert f"confidence {statement.confidence:.2f}" in block


def test_the_reason_for_a_speaker_is_told() -> None:
    first, second, *_ = blocks(TEXT)
    assert "«وزیر خارجه عمان», told by an office" in first
    assert "«وی» is the person who spoke last" in second
    dropped = blocks("سفیر هند گفت که راه باز است. افزود که کار ادامه دارد.", min_confidence=0)
    assert "no subject, so whoever spoke last goes on" in dropped[1]


def test_an_act_is_decided_by_its_cue_or_learned_from_the_content() -> None:
    first, second, *_ = blocks(TEXT)
    assert "learned from the content, 0." in first
    assert "most for it: «" in first
    assert "act thank: the cue decides" in second


def test_each_stance_is_told_with_polarity_and_what_spoke_for_it() -> None:
    extraction = extract(Article("1", "سخنگوی وزارت خارجه ترکیه از تصمیم تازه واشنگتن انتقاد کرد."))
    (statement,) = extraction.statements
    block = explain(extraction)[0]
    for stance in statement.stances:
        assert f"{stance.polarity} toward «{extraction.entity(stance.target).name}»" in block


def test_speech_inside_speech_names_the_outer_one() -> None:
    extraction = extract(Article("1", TEXT), min_confidence=0)
    told = explain(extraction)
    for number, statement in enumerate(extraction.statements):
        assert ("said inside statement" in told[number]) == (statement.within is not None)


def test_what_was_left_out_is_told_with_its_reason() -> None:
    told = blocks(TEXT, min_confidence=1)
    assert told
    assert all(block.startswith("[left out] «") for block in told)
    assert "is less than was asked" in told[0]


def test_what_another_engine_found_is_told_from_what_it_gave() -> None:
    extraction = extract(Article("1", TEXT))
    by_engine = [replace(statement, rule="engine some-model, prompt 0a1b") for statement in extraction.statements]
    told = [
        block for block in explain(replace(extraction, statements=tuple(by_engine))) if not block.startswith("[link]")
    ]
    assert len(told) == len(by_engine)
    assert "found by engine some-model, prompt 0a1b" in told[0]


def test_an_article_without_statements_has_nothing_to_explain() -> None:
    assert blocks("هوا امروز آفتابی بود.") == []
