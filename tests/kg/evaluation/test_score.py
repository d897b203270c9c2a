import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.evaluation.gold import read_gold, to_extraction
from kg.evaluation.report import to_json, to_text
from kg.evaluation.score import FIGURES, PRF, score, score_links

TEXT = "سخنگوی دولت گفت که پیشنهاد تازه را نمی‌پذیریم.\nوی افزود: باران تحریم‌های واشنگتن پایان می‌یابد."
FIRST = TEXT.index("پیشنهاد")
SECOND = TEXT.index("باران")


def record(**changes: Any) -> dict[str, Any]:
    gold: dict[str, Any] = {
        "id": "a",
        "text": TEXT,
        "entities": [
            {"id": "e1", "name": "سخنگوی دولت", "type": "person", "qid": None, "mentions": ["سخنگوی دولت"]},
            {"id": "e2", "name": "ایالات متحده", "type": "state", "qid": "Q30", "mentions": ["واشنگتن"]},
            {"id": "e3", "name": "ایران", "type": "state", "qid": "Q794", "mentions": []},
            {"id": "e4", "name": "تحریم‌های واشنگتن", "type": "topic", "qid": None, "mentions": ["تحریم‌های واشنگتن"]},
        ],
        "statements": [
            {
                "speaker": "e1",
                "on_behalf_of": "e3",
                "begin": FIRST,
                "end": TEXT.index(".\n"),
                "cue": "گفت",
                "act": "reject",
                "stances": [],
                "within": None,
            },
            {
                "speaker": "e1",
                "on_behalf_of": "e3",
                "begin": SECOND,
                "end": len(TEXT) - 1,
                "cue": "افزود",
                "act": "announce",
                "stances": [{"target": "e2", "polarity": "negative"}, {"target": "e4", "polarity": "negative"}],
                "within": None,
            },
        ],
    }
    return {**gold, **changes}


def figures(**changes: Any) -> dict[str, PRF]:
    return score([to_extraction(record())], [to_extraction(record(**changes))])


def statements(**changes: Any) -> list[dict[str, Any]]:
    first, second = record()["statements"]
    return [{**first, **changes}, second]


def test_gold_against_itself_is_right_in_every_figure_that_counts_something() -> None:
    assert {name: figure.f1 for name, figure in figures().items() if figure.gold} == dict.fromkeys(
        FIGURES.keys() - {"within"}, 1.0
    )


def test_an_article_that_was_not_predicted_counts_as_empty() -> None:
    found = score([to_extraction(record())], [])
    assert (found["statement"].gold, found["statement"].predicted, found["statement"].f1) == (2, 0, 0.0)


def test_half_of_the_extent_is_enough_and_less_is_not() -> None:
    half = FIRST + (TEXT.index(".\n") - FIRST) // 2
    assert figures(statements=statements(begin=half))["statement"].hits == 2
    assert figures(statements=statements(begin=half + 2))["statement"].hits == 1


def test_a_wrong_speaker_costs_the_statement_but_not_its_span() -> None:
    found = figures(statements=statements(speaker="e3"))
    assert (found["span"].hits, found["statement"].hits) == (2, 1)


def test_act_and_behalf_are_counted_over_matched_statements() -> None:
    found = figures(statements=statements(act="announce", on_behalf_of=None))
    assert (found["act"].hits, found["act"].gold, found["behalf"].hits) == (1, 2, 1)


def test_a_turned_sign_costs_the_stance_but_not_the_opinion() -> None:
    first, second = record()["statements"]
    turned = [first, {**second, "stances": [{"target": "e2", "polarity": "positive"}, second["stances"][1]]}]
    found = figures(statements=turned)
    assert (found["stance"].hits, found["opinion"].hits, found["stance-at"].hits) == (1, 2, 1)


def test_entities_are_told_by_item_then_by_name_and_topics_by_half_their_words() -> None:
    entities = record()["entities"]
    renamed = [
        {**entities[0], "name": "سخنگوي دولت"},
        {**entities[1], "name": "آمریکا", "mentions": []},
        entities[2],
        {**entities[3], "name": "تحریم‌های آمریکا", "mentions": []},
    ]
    assert figures(entities=renamed)["stance"].hits == 2
    unlike = [*renamed[:3], {**renamed[3], "name": "بازار نفت"}]
    assert figures(entities=unlike)["stance"].hits == 1


def test_items_of_those_who_take_part_are_counted_and_restraint_for_the_others() -> None:
    entities = record()["entities"]
    found = figures(entities=[{**entities[0], "qid": "Q42"}, {**entities[1], "qid": None}, *entities[2:]])
    assert (found["link"].hits, found["link"].gold, found["link"].predicted) == (0, 1, 0)
    assert (found["restraint"].hits, found["restraint"].gold) == (0, 1)


def test_nested_statements_are_counted_as_pairs() -> None:
    nested = record(statements=[record()["statements"][0], {**record()["statements"][1], "within": 0}])
    flat = score([to_extraction(nested)], [to_extraction(record())])
    right = score([to_extraction(nested)], [to_extraction(nested)])
    assert (flat["within"].f1, right["within"].f1) == (0.0, 1.0)


def test_another_text_is_refused() -> None:
    with pytest.raises(InputError, match="a: the prediction's text is not gold's"):
        figures(text=f"{TEXT} ")


def test_gold_is_read_from_files_and_folders_and_mistakes_in_it_are_told(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(json.dumps(record(id="b")), encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(json.dumps(record()) + "\n\n", encoding="utf-8")
    assert [extraction.article.id for extraction in read_gold(tmp_path)] == ["a", "b"]
    broken = record(statements=statements(speaker="e9"))
    for line, told in [
        (json.dumps(broken), r"bad.jsonl:1: .*not listed: \['e9'\]"),
        ('{"id": "a"}', "the field 'text' is missing"),
        ("[]", "no annotated article"),
        ("oops", "no annotated article"),
    ]:
        (tmp_path / "bad.jsonl").write_text(line, encoding="utf-8")
        with pytest.raises(InputError, match=told):
            read_gold(tmp_path / "bad.jsonl")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no annotated articles"):
        read_gold(tmp_path / "empty")


def test_figures_in_writing() -> None:
    assert to_text({"act": PRF(1, 2, 2)}).splitlines()[1] == "act         0.500  0.500  0.500      2      2"
    assert json.loads(to_json({"act": PRF(1, 2, 2)})) == {
        "act": {"precision": 0.5, "recall": 0.5, "f1": 0.5, "gold": 2, "predicted": 2}
    }


@pytest.mark.parametrize(
    ("entity", "all_", "found"),
    [
        ({"qid": "Q30"}, PRF(1, 1, 1), PRF(1, 1, 1)),
        ({"qid": "Q145"}, PRF(0, 1, 1), PRF(0, 1, 1)),
        ({"qid": None}, PRF(0, 1, 0), PRF(0, 1, 0)),
        (None, PRF(0, 1, 0), PRF(0, 0, 0)),
    ],
)
def test_links_are_told_by_type_and_apart_for_what_was_found(
    entity: dict[str, Any] | None, all_: PRF, found: PRF
) -> None:
    changes = record()
    if entity is None:  # nobody takes part any more but the speaker
        changes["statements"] = changes["statements"][:1]
    else:
        changes["entities"][1] |= entity
    counts = score_links([to_extraction(record())], [to_extraction(changes)])
    assert counts == {"state": all_, "state, found": found}
