import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from kg.errors import LexiconError
from kg.extract.names import MODEL, REPORT, WEIGHTS, decode, encode, load, read_model
from kg.language.normalize import normalize
from kg.language.segment import segment


def find(text: str) -> set[tuple[str, str]]:
    sentences = segment(normalize(text))
    found = set()
    for name in load().find(sentences):
        tokens = sentences[name.sentence].tokens
        found.add((text[tokens[name.first].begin : tokens[name.last].end], name.type))
    return found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "به گزارش ایسنا، بیژن کوهستانی، سفیر ایران در نیوزیلند، با وزیر کشاورزی این کشور دیدار کرد.",
            {("ایسنا", "organization"), ("بیژن کوهستانی", "person"), ("ایران", "place"), ("نیوزیلند", "place")},
        ),
        ("تورستن لیندبرگ وزیر دارایی سوئد گفت: بودجه کافی است.", {("تورستن لیندبرگ", "person"), ("سوئد", "place")}),
        ("سخنگوی وزارت خارجه پرتغال این خبر را تایید نکرد.", {("وزارت خارجه پرتغال", "organization")}),
        ("قیمت گندم امسال بیشتر خواهد شد و کشاورزان راضی هستند.", set()),
    ],
    ids=["unknown person", "unknown foreign person", "ministry of a state", "no names"],
)
def test_names_find_persons_bodies_and_places_that_no_list_holds(text: str, names: set[tuple[str, str]]) -> None:
    assert find(text) == names


def test_names_read_arabic_letters_and_joined_words_as_persian_ones() -> None:
    assert find("وزير خارجه تركيه با همتاي عراقي خود گفت‌وگو كرد.") == {("تركيه", "place")}


def test_names_know_a_surname_alone_after_its_full_name() -> None:
    text = "فریدون سنگلاخی، معاون وزیر نفت، به بغداد رفت.\nدر این سفر سنگلاخی با مقامات عراقی دیدار کرد."
    assert ("سنگلاخی", "person") in find(text)


def test_names_are_in_text_order_apart_and_with_a_probability() -> None:
    text = "ماریا کاستلانو نماینده اسپانیا در سازمان ملل و پیتر هولم از دانمارک در ژنو سخن گفتند. مسکو پاسخی نداد."
    found = load().find(segment(normalize(text)))
    places = [(name.sentence, name.first, name.last) for name in found]
    assert places == sorted(places)
    assert all(one[0] < two[0] or one[2] < two[1] for one, two in pairwise(places))
    assert all(0 < name.confidence <= 1 for name in found)


def test_names_of_the_same_article_do_not_depend_on_articles_before() -> None:
    text = "کاووس دماوندی گفت دماوندی خسته است."
    before = find(text)
    find("فریدون سنگلاخی و کاووس دماوندی آمدند.")
    assert find(text) == before


def test_names_of_nothing_are_none() -> None:
    assert load().find([]) == []


def test_labels_are_decoded_to_what_was_encoded() -> None:
    names = [(0, 0, "place"), (1, 3, "person"), (5, 6, "person")]
    assert list(decode(encode(8, names))) == names


def test_model_is_refused_when_it_was_cut_off_or_changed(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / REPORT, tmp_path)
    (tmp_path / MODEL).write_bytes((WEIGHTS / MODEL).read_bytes()[:5000])
    with pytest.raises(LexiconError, match=r"names\.crf: the name model is not that of names\.json; .* train"):
        read_model(tmp_path)


def test_model_is_refused_when_it_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="no name model"):
        read_model(tmp_path)


def test_model_ships_with_scores_on_outlets_left_out_above_the_floors() -> None:
    figures = json.loads((WEIGHTS / REPORT).read_bytes())["left-out outlets"]["all"]
    assert figures["person"]["f1"] >= 0.82
    assert figures["place"]["f1"] >= 0.88
    assert figures["organization"]["f1"] >= 0.75
    assert (WEIGHTS / MODEL).stat().st_size < 1_500_000


def test_a_second_surname_belongs_to_a_name_that_never_stands_without_it() -> None:
    text = (
        "علی راستگو منش دادستان شهر گفت: پل باز است.\nوی یادآور شد که راه باز است. "
        "علی راستگو منش افزود: تونل هم باز است.\n"
        "به گفته علی راستگو منش، راه‌آهن از کار نیفتاده است. علی راستگو منش در پایان گفت: باران می‌آید."
    )
    assert {name for name, kind in find(text) if kind == "person"} == {"علی راستگو منش"}
