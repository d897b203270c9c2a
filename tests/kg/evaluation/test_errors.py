from collections import Counter
from dataclasses import replace

from kg.evaluation.errors import KINDS, explain
from kg.evaluation.gold import to_extraction
from kg.model import Extraction, Span, Stance

TEXT = "وزیر نفت گفت قیمت‌ها بالا می‌رود. رئیس بانک افزود که بازار آرام است. سفیر چین از توافق استقبال کرد."
NAMES = {
    "e1": ("وزیر نفت", "person"),
    "e2": ("رئیس بانک", "person"),
    "e3": ("توافق", "topic"),
    "e4": ("ایران", "state"),
}


def span(words: str) -> dict[str, int]:
    return {"begin": TEXT.index(words), "end": TEXT.index(words) + len(words)}


GOLD = to_extraction(
    {
        "id": "a",
        "text": TEXT,
        "entities": [{"id": key, "name": name, "type": type_} for key, (name, type_) in NAMES.items()],
        "statements": [
            {"speaker": "e1", "act": "announce", "cue": "گفت", "on_behalf_of": "e4", **span("قیمت‌ها بالا می‌رود")},
            {"speaker": "e2", "act": "announce", **span("بازار آرام است")},
            {
                "speaker": "e2",
                "act": "support",
                "stances": [{"target": "e3", "polarity": "positive"}],
                **span("از توافق استقبال کرد"),
            },
        ],
    }
)


def kinds(predicted: Extraction) -> Counter[str]:
    return Counter(mistake.kind for mistake in explain([GOLD], [predicted]))


def changed(index: int, **changes: object) -> Extraction:
    statements = list(GOLD.statements)
    statements[index] = replace(statements[index], **changes)  # type: ignore[arg-type]
    return replace(GOLD, statements=tuple(statements))


def split() -> Extraction:
    """One speaker taken for two of the same name."""
    twin = replace(GOLD.entities[1], id="e9", type="group")
    last = replace(GOLD.statements[2], speaker="e9", stances=(Stance("e9", "e3", "positive"),))
    return replace(GOLD, entities=(*GOLD.entities, twin), statements=(*GOLD.statements[:2], last))


def merged() -> Extraction:
    """Two speakers taken for one who bears both names."""
    return replace(GOLD, entities=(replace(GOLD.entities[0], mentions=("رئیس بانک",)), *GOLD.entities[1:]))


def test_no_mistake_where_there_is_none() -> None:
    assert explain([GOLD], [GOLD]) == []


def test_each_kind_of_mistake_is_told_by_its_name() -> None:
    first = GOLD.statements[0].content
    found = {
        "speaker": kinds(changed(0, speaker="e2")),
        "extent": kinds(changed(0, content=Span(first.end - 3, first.end))),
        "missed cue": kinds(replace(GOLD, statements=GOLD.statements[1:])),
        "missed running on": kinds(replace(GOLD, statements=(GOLD.statements[0], GOLD.statements[2]))),
        "spurious": kinds(
            replace(GOLD, statements=(*GOLD.statements, replace(GOLD.statements[0], content=Span(0, 8))))
        ),
        "act": kinds(changed(0, act="warn")),
        "behalf": kinds(changed(0, on_behalf_of=None)),
        "nested": kinds(changed(0, within=1)),
        "reversed stance": kinds(changed(2, stances=(Stance("e2", "e3", "negative"),))),
        "missed stance": kinds(changed(2, stances=())),
        "spurious stance": kinds(changed(0, stances=(Stance("e1", "e4", "positive"),))),
        "split": kinds(split()),
        "merged": kinds(merged()),
        "link": kinds(replace(GOLD, entities=(replace(GOLD.entities[0], qid="Q1"), *GOLD.entities[1:]))),
    }
    assert found == {kind: Counter([kind]) for kind in KINDS}


def test_a_mistake_says_both_sides_and_the_words() -> None:
    (mistake,) = explain([GOLD], [changed(0, speaker="e2")])
    assert mistake.kind == "speaker"
    assert str(mistake) == "a\tوزیر نفت\tرئیس بانک\tقیمت‌ها بالا می‌رود"
