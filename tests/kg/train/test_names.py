import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kg import gazetteer, lexicon
from kg.errors import InputError
from kg.extract.name_features import NameFeatures
from kg.extract.names import NameTagger, read_model
from kg.train import train
from kg.train.names import fit_names, read_named_articles, score_names, to_named_article, train_names

SAMPLE = [
    "[کاوه دانشور|person] وزیر نفت [ایران|place] گفت: تولید بیشتر می‌شود.",
    "سفیر [هند|place] در [تهران|place] با [مهسا آذرپی|person] دیدار کرد.",
    "به گزارش [رویترز|organization]، [ژان مارتن|person] از [پاریس|place] به [بغداد|place] رفت.",
    "[وزارت خارجه نروژ|organization] این حمله را محکوم کرد.",
    "[آنا هوفمان|person] سخنگوی [وزارت دفاع آلمان|organization] به خبرنگاران گفت که نیروها برمی‌گردند.",
    "[بیژن رازی|person] افزود: [روسیه|place] و [چین|place] با این طرح موافق هستند.",
    "رئیس [سازمان ملل|organization] از [یمن|place] خواست به گفت‌وگوها برگردد.",
    "[پیتر لوند|person]، معاون وزیر خارجه [سوئد|place]، فردا به [مسکو|place] می‌رود.",
    "دبیر [شورای امنیت|organization] با [هومن نیک‌پی|person] تلفنی سخن گفت.",
    "[عراق|place] این گزارش را رد کرد و [اردن|place] چیزی نگفت.",
    "[سیما رهنورد|person] نماینده [مجلس|organization] هشدار داد که بودجه کم است.",
    "[خبرگزاری فرانسه|organization] نوشت که [کابل|place] آرام است.",
    "نخست‌وزیر [ژاپن|place] از سفر [کارلوس ورا|person] به [توکیو|place] استقبال کرد.",
    "[وزارت نفت عراق|organization] با شرکت‌های [ترکیه|place] قرارداد بست.",
    "[داریوش پارسی|person] گفت: مردم [لبنان|place] صلح می‌خواهند.",
    "[مایکل استون|person] فرستاده [آمریکا|place] به [دوحه|place] رسید.",
    "رهبران [قطر|place] و [عمان|place] با [سازمان ملل|organization] همکاری می‌کنند.",
    "[نادر بهشتی|person] سفیر [ایران|place] در [برلین|place] به [رویترز|organization] پاسخ داد.",
    "کمیسیون انرژی [مجلس|organization] درباره گاز با [الهام کیانی|person] جلسه داشت.",
    "[شورای امنیت|organization] فردا درباره [سوریه|place] رای می‌گیرد.",
]
OUTLETS = ("north", "south")
MARKED = re.compile(r"\[([^|\]]+)\|(\w+)\]")


def records() -> list[dict[str, object]]:
    """Each sentence of the sample as an article, the outlets in turn."""
    found: list[dict[str, object]] = []
    for number, marked in enumerate(SAMPLE):
        text, spans, end = "", [], 0
        for match in MARKED.finditer(marked):
            text += marked[end : match.start()]
            spans.append({"begin": len(text), "end": len(text) + len(match[1]), "type": match[2]})
            text, end = text + match[1], match.end()
        found.append({"id": f"{OUTLETS[number % 2]}-{number:02}", "text": text + marked[end:], "spans": spans})
    return found


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    for file, fields in (("train.jsonl", ("id", "text")), ("names.jsonl", ("id", "spans"))):
        lines = [json.dumps({field: record[field] for field in fields}, ensure_ascii=False) for record in records()]
        (tmp_path / file).write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def features() -> NameFeatures:
    return NameFeatures(gazetteer.load(), lexicon.load())


def test_name_model_learns_what_the_sample_shows(gold: Path, features: NameFeatures) -> None:
    articles = read_named_articles(gold / "train.jsonl", gold / "names.jsonl")
    model = fit_names(articles, features)
    figures = score_names(articles, model, features)
    assert {name_type: figure.gold for name_type, figure in figures.items()} == {
        "person": 13, "place": 24, "organization": 12,
    }  # fmt: skip
    assert all(figure.f1 > 0.9 for figure in figures.values())
    unseen = to_named_article("x-1", "پریسا کوهی سفیر ایران در عمان گفت که سفر خوب بود.", [])
    found = NameTagger(model, features).find(unseen.sentences)
    assert [(name.first, name.last, name.type) for name in found] == [
        (0, 1, "person"), (3, 3, "place"), (5, 5, "place"),
    ]  # fmt: skip


def test_training_gives_the_same_bytes_whatever_the_hash_seed(gold: Path) -> None:
    command = (
        "import sys, pathlib, kg.train.names as n; gold = pathlib.Path(sys.argv[1]);"
        "articles = n.read_named_articles(gold / 'train.jsonl', gold / 'names.jsonl');"
        "n.train_names(articles, pathlib.Path(sys.argv[2]))"
    )
    written = []
    for seed in ("1", "2"):
        weights = gold / seed
        subprocess.run(
            [sys.executable, "-c", command, str(gold), str(weights)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
        )
        written.append({file.name: file.read_bytes() for file in sorted(weights.iterdir())})
    assert written[0].keys() >= {"names.crf", "names.json"}
    assert written[0] == written[1]


def test_training_reports_its_data_and_how_outlets_left_out_fare(gold: Path) -> None:
    weights = gold / "weights"
    report = train_names(read_named_articles(gold / "train.jsonl", gold / "names.jsonl"), weights)
    assert report == json.loads((weights / "names.json").read_bytes())
    assert report["articles"] == len(SAMPLE)
    assert set(report["left-out outlets"]) == {"all", *OUTLETS}
    assert report["left-out outlets"]["all"]["place"]["gold"] == 24
    assert read_model(weights)


def test_weights_hold_no_word_of_a_single_article(gold: Path, features: NameFeatures) -> None:
    model = fit_names(read_named_articles(gold / "train.jsonl", gold / "names.jsonl"), features)
    for word in ("دانشور", "رهنورد", "نیکپی", "هوفمان"):
        assert f"={word}".encode() not in model
    assert b"c=office" in model


def test_articles_without_a_text_are_left_out(gold: Path) -> None:
    (gold / "train.jsonl").write_text(json.dumps({"id": "north-00", "text": "کاوه دانشور وزیر نفت ایران"}), "utf-8")
    assert [article.id for article in read_named_articles(gold / "train.jsonl", gold / "names.jsonl")] == ["north-00"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"train\.jsonl: cannot be read"),
        ("{", r"train\.jsonl:1: no JSON"),
        ('{"id": "north-00"}', r"train\.jsonl:1: the field text is missing"),
        ('{"id": "elsewhere", "text": "…"}', r"train\.jsonl: none of its articles has names; give the texts"),
    ],
    ids=["missing", "malformed", "no text", "other articles"],
)
def test_wrong_gold_is_told_with_its_place(gold: Path, content: str | None, message: str) -> None:
    (gold / "train.jsonl").unlink()
    if content is not None:
        (gold / "train.jsonl").write_text(content, "utf-8")
    with pytest.raises(InputError, match=message):
        train(gold, gold / "weights")


def test_a_name_belongs_to_every_token_that_it_shares_a_letter_with() -> None:
    article = to_named_article("x-1", "در اصفهان. او در اصفهان‌ است", [
        {"begin": 3, "end": 9, "type": "place"}, {"begin": 17, "end": 24, "type": "place"},
    ])  # fmt: skip
    assert article.outlet == "x"
    assert article.names == (((1, 1, "place"),), ((2, 2, "place"),))
