"""Texts as they come: cut, shuffled, badly encoded, full of left-overs. Nothing of it may break the reading.

``MAVAZE_MANGLED=2000 pytest tests/kg/extract/test_mangled.py`` reads more of them than every run does, and a
longer line.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.extract import extract
from kg.model import Article, Extraction
from kg.sources import read

COUNT = int(os.environ.get("MAVAZE_MANGLED", "120"))
SAMPLES = [article.text for article in read(Path(__file__).parents[3] / "data" / "articles")]
LEFT_OVERS = [
    "&nbsp;",
    "<br/>",
    "</p><p>",
    "&quot;",
    "[عکس]",
    "🔹",
    "🇮🇷",
    "\u200f",
    "\ufeff",
    "«",
    "»",
    '"',
    "\x00",
    "…",
    "\r",
]


def cut(text: str, chance: random.Random) -> str:
    begin, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[begin:end]


def shuffle_lines(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    chance.shuffle(lines)
    return "\n".join(lines)


def join_lines(text: str, chance: random.Random) -> str:
    return text.replace("\n", chance.choice(["", " ", "\r\n", "\u2028", "\n\n\n"]))


def lose_spaces(text: str, chance: random.Random) -> str:
    return "".join(sign for sign in text if sign not in " \u200c" or chance.random() > 0.3)


def lose_joiners(text: str, chance: random.Random) -> str:
    return text.replace("\u200c", chance.choice(["", " ", "\u200c\u200c", "\u200b"]))


def write_arabic(text: str, chance: random.Random) -> str:
    return text.translate(str.maketrans({"ی": "ي", "ک": "ك", "ه": chance.choice("هة")}))


def strew(text: str, chance: random.Random) -> str:
    signs = list(text)
    for _ in range(1 + len(signs) // 60):
        signs.insert(chance.randrange(len(signs) + 1), chance.choice(LEFT_OVERS))
    return "".join(signs)


def lose_signs(text: str, chance: random.Random) -> str:
    return "".join(sign for sign in text if chance.random() > 0.03)


def decompose(text: str, chance: random.Random) -> str:
    return "".join(
        sign + (chance.choice("\u064e\u0650\u0651\u0640") if chance.random() < 0.05 else "") for sign in text
    )


MANGLERS: list[Callable[[str, random.Random], str]] = [
    cut,
    shuffle_lines,
    join_lines,
    lose_spaces,
    lose_joiners,
    write_arabic,
    strew,
    lose_signs,
    decompose,
]


def mangle(number: int) -> Article:
    """Make one article: the same number, the same text."""
    chance = random.Random(number)
    text = SAMPLES[number % len(SAMPLES)]
    for mangler in chance.sample(MANGLERS, k=chance.randint(1, 4)):
        text = mangler(text, chance)
    return Article(f"mangled-{number}", text)


def assert_offsets_hold(extraction: Extraction) -> None:
    text = extraction.article.text
    for statement in extraction.statements:
        content = text[statement.content.begin : statement.content.end]
        assert content
        assert content == content.strip()
        if statement.cue and statement.cue_span:
            cue, words = text[statement.cue_span.begin : statement.cue_span.end], statement.cue.split()
            assert cue.startswith(words[0])
            assert cue.endswith(words[-1])
    named = [entity for entity in extraction.entities if entity.type in ("person", "state", "organization")]
    words = " ".join(text.split())
    assert [mention for entity in named for mention in entity.mentions if mention not in words] == []


@pytest.mark.parametrize("first", range(0, COUNT, 20))
def test_a_mangled_text_is_read_and_its_offsets_hold(first):
    for number in range(first, min(first + 20, COUNT)):
        assert_offsets_hold(extract(mangle(number)))


def test_a_very_long_line_is_read():
    length = 500_000 if COUNT >= 2000 else 50_000  # a megabyte of Persian in UTF-8, or a tenth of it
    line = (SAMPLES[0].replace("\n", " ") + " ") * (length // len(SAMPLES[0]) + 1)
    assert_offsets_hold(extract(Article("long", line[:length])))
