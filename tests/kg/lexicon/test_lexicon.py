from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from kg import gazetteer, lexicon
from kg.errors import LexiconError
from kg.language.normalize import fold
from kg.lexicon import home_state, tables, word_set
from kg.lexicon.tables import parse_table


@pytest.fixture
def spoilt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], None]:
    """Read the tables with one more row in one of them: ``spoilt("verbs.tsv", "گفت\\t")``."""

    def spoil(name: str, row: str) -> None:
        for file in files("kg.lexicon").iterdir():
            if file.name.endswith(".tsv"):
                (tmp_path / file.name).write_bytes(file.read_bytes())
        with (tmp_path / name).open("a", encoding="utf-8") as table:
            table.write(row + "\n")
        monkeypatch.setattr(tables, "files", lambda package: tmp_path)

    return spoil


def test_all_tables_load() -> None:
    loaded = lexicon.load()
    assert loaded.reporting_verb("کرد", ("تاکید",)) is not None
    assert loaded.verb_forms["میگوید"].lemma == "گفت#گو"
    assert loaded.verb_forms[fold("بازمی‌گردد")].tense == "present"
    assert loaded.nouns["وزیر"].kind == "office"
    assert loaded.source_phrases["به"]
    assert len(loaded.digest) == 16


def test_every_row_of_a_preverb_is_found_by_its_verb() -> None:
    loaded = lexicon.load()
    for verb, rows in loaded.reporting_verbs.items():
        for row in rows:
            found = loaded.reporting_verb(verb, row.preverb)
            assert found is not None
            assert len(row.preverb) <= loaded.longest_preverb
    assert loaded.reporting_verb("کرد", ("واژه‌ای", "که", "نیست")) is None


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("reporting_verbs.tsv", "ابراز\tکرد\tanounce\tclause\t0\t\t", 'act "anounce" is not known.*did you mean annou'),
        ("reporting_verbs.tsv", "ابراز\tکرد\tannounce\tclauze\t0\t\t", 'frames "clauze".*did you mean clause'),
        ("reporting_verbs.tsv", "ابراز\tکرد\tannounce\tclause\tx\t\t", 'split "x" is no number.*digits'),
        ("reporting_verbs.tsv", "ابراز\tبرازید\tannounce\tclause\t0\t\t", 'verbs "برازید" is not known'),
        ("reporting_verbs.tsv", "ابراز\tکرد\tannounce\tclause\t0\tobject\t?", r'polarity "\?" is not known'),
        ("reporting_verbs.tsv", "ابراز\tکرد", "the row has 2 fields.*write 7, parted by tabs"),
        ("participles.tsv", "تاکید بر\taffirm\tsometimes", 'complement "sometimes"'),
        ("source_phrases.tsv", "به باور\tbelieve\t0", 'act "believe"'),
        ("nouns.tsv", "آشپز\toffise\t0", 'kind "offise".*did you mean office'),
        ("function_words.tsv", "از\tprepositoin", 'class "prepositoin".*did you mean preposition'),
        ("evaluations.tsv", "خوب\tplus", 'polarity "plus"'),
        ("target_nouns.tsv", "آتش\tthing", 'type "thing"'),
        ("stance_predicates.tsv", "ستودن\t+\tobjekt", 'target_role "objekt".*did you mean object'),
        ("stance_predicates.tsv", "برازیدن\t+\tobject", 'predicate "برازید"'),
        ("verbs.tsv", "گفت\t", "has not two stems.*give past and present stem"),
        ("act_words.tsv", "خوب\tanounce", 'sign "anounce"'),
    ],
)
def test_a_wrong_row_is_told_by_file_row_and_remedy(
    spoilt: Callable[[str, str], None], table: str, row: str, message: str
) -> None:
    spoilt(table, row)
    number = len(files("kg.lexicon").joinpath(table).read_text("utf-8").splitlines()) + 1
    with pytest.raises(LexiconError, match=message) as error:
        lexicon.load.__wrapped__()
    assert f"{table}:{number}" in str(error.value)


def test_arabic_letters_are_refused() -> None:
    with pytest.raises(LexiconError, match=r"words.tsv:3: the row has the Arabic letter ي.*write ی"):
        list(parse_table("# words\nword\nوزير\n", "words.tsv", ("word",)))
    with pytest.raises(LexiconError, match="Arabic letter ك"):
        list(parse_table("word\nكشور\n", "words.tsv", ("word",)))


def test_a_wrong_header_is_refused() -> None:
    with pytest.raises(LexiconError, match=r"words.tsv:1: the header is wrong.*word class"):
        list(parse_table("word\tkind\n", "words.tsv", ("word", "class")))


def test_comments_and_empty_lines_are_no_rows() -> None:
    rows = list(parse_table("# own work\nword\n\n# more\nاز\n", "words.tsv", ("word",)))
    assert [(row["word"], row.where) for row in rows] == [("از", "words.tsv:5")]


def test_a_set_that_does_not_exist_is_told_with_its_file() -> None:
    with pytest.raises(LexiconError, match=r"word_sets.tsv: there is no set 'formr'"):
        word_set("formr")


@pytest.mark.parametrize(
    ("publisher", "state"),
    [
        ("خبرگزاری صدای افغان", "state/afghanistan"),
        ("روزنامه هشت‌صبح", "state/afghanistan"),
        ("روزنامه بامداد", "state/iran"),
        (None, "state/iran"),
    ],
)
def test_an_outlet_has_a_home(publisher: str | None, state: str) -> None:
    assert home_state(publisher) == state
    assert gazetteer.load().things[state].type == "state"
