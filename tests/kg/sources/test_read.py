import io
import json
import logging
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.language.dates import parse_date
from kg.sources import read

PERSIAN = "سخنگوی وزارت خارجه گفت: گفت‌وگوها ادامه دارد."


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        list(read(path))
    return str(refused.value)


def test_text_file_is_one_article_as_read(tmp_path: Path) -> None:
    text = f"سفر وزیر به مسکو\r\n{PERSIAN}\r\n"
    (article,) = read(write(tmp_path / "n1.txt", text))
    assert (article.id, article.text, article.title) == ("n1", text, "سفر وزیر به مسکو")
    assert article.published is None
    assert article.source == str(tmp_path / "n1.txt")


def test_a_first_line_with_a_final_stop_is_no_title(tmp_path: Path) -> None:
    (article,) = read(write(tmp_path / "n.txt", f"{PERSIAN}\n{PERSIAN}"))
    assert article.title is None


@pytest.mark.parametrize(
    ("encoding", "notice"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1256", "1256"),
    ],
)
def test_encodings_are_told_by_content(
    tmp_path: Path, encoding: str, notice: str, caplog: pytest.LogCaptureFixture
) -> None:
    text = "سخنگو گفت: چهار گفتگو پيش از ژوئن" * 3  # letters that Windows-1256 has
    with caplog.at_level(logging.WARNING):
        (article,) = read(write(tmp_path / "n.txt", text.encode(encoding)))
    assert article.text == text
    assert notice in caplog.text


def test_a_few_broken_bytes_are_said_and_cost_one_character(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = (PERSIAN * 20).encode()
    (article,) = read(write(tmp_path / "n.txt", data[:101] + b"\xff" + data[101:]))
    assert "\ufffd" in article.text
    assert "broken" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"", "a.txt: the file is empty"),
        ("a.txt", b"\xef\xbb\xbf \n", "a.txt: the file is empty"),
        ("a.json", b"", "a.json: the file is empty"),
        ("a.txt", bytes(range(256)), "a.txt: binary, not text"),
        ("a.txt", b"%PDF-1.7 ...", "damaged PDF file"),
        ("a.txt", b"PK\x03\x04...", "damaged archive"),
        ("a.txt", "caf\xe9 na\xefve".encode("latin-1"), "neither UTF-8"),
        ("a.txt", b"<!DOCTYPE html><p>", "no article's text"),
        ("a.csv", "نام,شهر\nالف,ب\n".encode(), "a.csv:1: no column holds the text"),
        ("a.csv", b'id,text\n1,"open\n', "a.csv:2: malformed table"),
        ("a.json", b'{\n "text": "x",\n oops}', "a.json:3: malformed JSON"),
        ("a.json", b"[1, 2", "malformed JSON"),
        ("a.jsonl", '{"text": "الف"}\n{"text": \n'.encode(), "a.jsonl:2: malformed JSON"),
        ("a.jsonl", b'{"title": "x"}\n', "a.jsonl:1: the record has no text"),
        ("a.jsonl", b'{"text": 12.5}\n', "the record has no text"),
        ("a.jsonl", b'{"text": "\\ud83d x"}\n', "half a surrogate pair"),
        ("a.jsonl", ("[" * 100_000).encode(), "malformed JSON"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    assert expected in refusal(write(tmp_path / name, content))


def test_missing_file_and_folder_without_articles(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refusal(tmp_path / "absent.txt")
    write(tmp_path / "folder" / "picture.png", b"\x89PNG")
    assert "no article in the folder" in refusal(tmp_path / "folder")


def test_one_bad_line_does_not_cost_the_others(tmp_path: Path) -> None:
    lines = ['{"id": 1, "text": "الف"}', "oops", "[]", '{"id": 2, "body": "ب"}']
    errors: list[InputError] = []
    articles = list(read(write(tmp_path / "a.jsonl", "\n".join(lines)), set_aside=errors.append))
    assert [(article.id, article.text) for article in articles] == [("1", "الف"), ("2", "ب")]
    assert [str(error.where).rpartition("/")[2] for error in errors] == ["a.jsonl:2", "a.jsonl:3"]


@pytest.mark.parametrize(
    "record",
    [
        {"id": "7", "title": "ت", "text": PERSIAN, "date": "2019-07-15", "publisher": "پ", "url": "https://e.org/7"},
        {
            "_id": 7,
            "headline": "ت",
            "body": PERSIAN,
            "datePublished": "1398/04/24",
            "agency": "پ",
            "link": "https://e.org/7",
        },
        {"key": "7", "عنوان": "ت", "متن": PERSIAN, "تاریخ": "۲۴ تیر ۱۳۹۸", "خبرگزاری": "پ", "نشانی": "https://e.org/7"},
        {
            "_id": {"$oid": "7"},
            "Title": "ت",
            "article_body": PERSIAN,
            "published-at": "2019-07-15T10:00Z",
            "publisher": {"name": "پ"},
            "source": "قدیمی",
            "URL": "https://e.org/7",
        },
    ],
)
def test_usual_field_names_are_understood(tmp_path: Path, record: dict[str, object]) -> None:
    (article,) = read(write(tmp_path / "a.json", json.dumps(record)))
    assert article.text == f"ت\n{PERSIAN}"
    assert (article.id, article.title, article.publisher, article.url) == ("7", "ت", "پ", "https://e.org/7")
    assert str(article.published) == "2019-07-15"


def test_a_title_that_the_text_begins_with_is_not_put_before_it_again(tmp_path: Path) -> None:
    (article,) = read(write(tmp_path / "a.json", json.dumps({"title": "ت", "text": f"ت\n{PERSIAN}"})))
    assert article.text == f"ت\n{PERSIAN}"


@pytest.mark.parametrize("field", ["derived_from", "wasDerivedFrom", "prov:wasDerivedFrom"])
def test_what_an_article_retells_is_kept(tmp_path: Path, field: str) -> None:
    (article,) = read(write(tmp_path / "a.json", json.dumps({"text": PERSIAN, field: "https://e.org/source"})))
    assert article.derived_from == "https://e.org/source"


def test_a_date_that_is_none_leaves_the_article_undated(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (article,) = read(write(tmp_path / "a.json", json.dumps({"text": PERSIAN, "date": "2019-02-30"})))
    assert article.published is None
    assert "2019-02-30" in caplog.text


def test_publisher_and_date_are_for_articles_that_have_none(tmp_path: Path) -> None:
    lines = [{"text": "الف"}, {"text": "ب", "publisher": "پ", "date": "2018"}]
    file = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, lines)))
    articles = list(read(file, publisher="ایسنا", published=parse_date("2019")))
    assert [(article.publisher, str(article.published)) for article in articles] == [("ایسنا", "2019"), ("پ", "2018")]


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t"), ("kind.txt", ",")])
def test_tables_with_a_header_row(tmp_path: Path, name: str, mark: str) -> None:
    rows = [mark.join(["id", "title", "text"]), mark.join(["1", "ت", f'"{PERSIAN}\nسطر دوم"'])]
    (article,) = read(write(tmp_path / name, "\r\n".join(rows)))
    assert (article.id, article.text) == ("1", f"ت\n{PERSIAN}\nسطر دوم")


def test_json_is_told_by_content_and_lists_are_read(tmp_path: Path) -> None:
    listed = write(tmp_path / "a.json", json.dumps([{"text": "الف"}, {"text": "ب"}], indent=1))
    named_wrongly = write(tmp_path / "b.txt", '{"text": "الف"}\n{"text": "ب"}\n')
    utf16 = write(tmp_path / "c.jsonl", '{"text": "الف"}\n{"text": "ب"}\n'.encode("utf-16"))
    for file in (listed, named_wrongly, utf16):
        assert [article.text for article in read(file)] == ["الف", "ب"]


def test_prose_in_brackets_is_text(tmp_path: Path) -> None:
    (article,) = read(write(tmp_path / "a.txt", f"[تهران] {PERSIAN}"))
    assert article.text.startswith("[تهران]")


def test_folder_is_read_sorted_and_recursively(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b.jsonl", ".git/c.txt"):
        write(tmp_path / name, json.dumps({"text": name}) if name.endswith("l") else name)
    write(tmp_path / "notes.odt", b"PK\x03\x04")
    errors: list[InputError] = []
    assert [article.text for article in read(tmp_path, set_aside=errors.append)] == ["a/b.jsonl", "a/z.txt", "b.txt"]
    assert [error.what for error in errors] == ["files of this kind are not read"]


def test_ids_made_of_file_names_are_unique(tmp_path: Path) -> None:
    for name in ("a/n.txt", "b/n.txt"):
        write(tmp_path / name, PERSIAN)
    assert [article.id for article in read(tmp_path)] == ["n", "n-2"]
    assert [article.id for article in read(write(tmp_path / "m.jsonl", '{"text": "الف"}\n{"text": "ب"}'))] == [
        "m-1",
        "m-2",
    ]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped:
        buffer = io.BytesIO(PERSIAN.encode())

    monkeypatch.setattr("sys.stdin", Piped)
    (article,) = read("-")
    assert (article.id, article.text) == ("stdin", PERSIAN)


def test_a_line_of_50_mb_is_set_aside_and_the_rest_is_read(tmp_path: Path) -> None:
    line = PERSIAN.rstrip(".") * 640_000
    records = [json.dumps({"text": text}, ensure_ascii=False) for text in (line, PERSIAN)]
    sources = [write(tmp_path / "a.txt", line), write(tmp_path / "b.jsonl", "\n".join(records))]
    refused: list[str] = []
    (article,) = read(*sources, set_aside=lambda error: refused.append(str(error)))
    assert article.text == PERSIAN
    assert [("a.txt" in error, "2,000,000" in error) for error in refused] == [(True, True), (False, True)]
