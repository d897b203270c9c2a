"""The questions that the graph must answer, each over the sample articles and out of extraction.

What stands here is clear in the samples; more answers than these are welcome, so nothing is counted.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.graph.iris import article_iri
from kg.graph.store import Store
from kg.graph.validation import validate
from kg.query import Source, ask, open_source
from kg.sources import read

Row = dict[str, str]
Ask = Callable[..., list[Row]]

ID = "https://w3id.org/mavaze/id/"


@pytest.fixture(scope="module")
def source(sample_store: Path) -> Iterator[Source]:
    with open_source(str(sample_store), None, seconds=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def articles(samples: Path) -> dict[str, str]:
    """The number that a sample's file begins with, by its IRI."""
    return {str(article_iri(article)): article.id[:2] for article in read(samples)}


@pytest.fixture(scope="module")
def answers(source: Source, articles: dict[str, str]) -> Ask:
    """Ask a question that ships; articles are named by their samples' numbers."""

    def run(name: str, **values: str) -> list[Row]:
        found = ask(source, name=name, values={key.rstrip("_"): value for key, value in values.items()})
        rows = [{key: term.value.removeprefix(ID) for key, term in row.items()} for row in found.solutions()]
        return [row | {"article": articles[ID + row["article"]]} if "article" in row else row for row in rows]

    return run


def holds(rows: list[Row], **expected: str) -> bool:
    """Whether a row has these values; of longer texts («content», «deniedContent») a part is enough."""
    return any(
        all(value in row.get(key, "") if key.lower().endswith("content") else value == row.get(key)
            for key, value in expected.items())
        for row in rows
    )  # fmt: skip


# ── 1. What has Iran's foreign ministry said about Azerbaijan, when, in which words, in which article? ──


@pytest.mark.parametrize(
    ("article", "date", "speaker", "content"),
    [
        ("03", "2020-10-05", "سعید خطیب‌زاده", "ایران به تمامیت ارضی جمهوری آذربایجان احترام می‌گذارد"),
        ("12", "2021-10-15", "سعید خطیب‌زاده", "دوگانگی رفتار باکو"),
        ("23", "2023-02", "ناصر کنعانی", "ایران حاضر است نتیجه تحقیق را به باکو بدهد"),
        ("24", "2025-12-08", "عباس عراقچی", "تهران عزم خود را جزم کرده است تا پیوندهایش با جمهوری آذربایجان"),
    ],
)
def test_what_the_ministry_said_about_a_neighbour(answers: Ask, article, date, speaker, content) -> None:
    rows = answers("said-about")
    assert holds(rows, article=article, date=date, speakerName=speaker, content=content)


def test_what_was_said_within_a_span_of_dates(answers: Ask) -> None:
    rows = answers("said-about", from_="2021-01-01", until="2021-12-31")
    assert {row["article"] for row in rows} >= {"06", "12"}
    assert all(row["date"].startswith("2021") for row in rows)


def test_what_a_state_said_about_another_counts_whoever_speaks_for_it(answers: Ask) -> None:
    rows = answers("said-about", actor="آمریکا", target="ایران")
    assert {"وزیر خارجه آمریکا", "جن ساکی"} <= {row["speakerName"] for row in rows}
    assert len({row["article"] for row in rows}) >= 3


# ── 2. Who opposes whom, by articles, over a span of dates? ──────────────────────────────────────


@pytest.mark.parametrize(
    ("side", "target"),
    [
        ("state/united-states", "state/iran"),
        ("state/iran", "state/united-states"),
        ("state/azerbaijan", "state/armenia"),
        ("state/belarus", "state/united-states"),
        ("state/bahrain", "state/iran"),
    ],
)
def test_who_opposes_whom(answers: Ask, side: str, target: str) -> None:
    assert holds(answers("who-opposes-whom"), side=side, target=target)


def test_opposition_is_counted_by_articles_within_a_span(answers: Ask) -> None:
    (ever,) = (
        r for r in answers("who-opposes-whom") if (r["side"], r["target"]) == ("state/united-states", "state/iran")
    )
    assert int(ever["articles"]) >= 2
    rows = answers("who-opposes-whom", from_="2021-01-01", until="2021-12-31")
    assert holds(rows, side="state/belarus", target="state/united-states")
    assert not holds(rows, side="state/bahrain", target="state/iran")


def test_who_stood_for_and_against_the_same(answers: Ask) -> None:
    rows = answers("who-shifted-position")
    (row,) = (row for row in rows if (row["side"], row["target"]) == ("state/iran", "state/azerbaijan"))
    assert row["firstAgainst"] < row["lastFor"]
    assert int(row["articlesFor"]) + int(row["articlesAgainst"]) >= 3


# ── 3. Which statements deny another statement, and whose? ───────────────────────────────────────


@pytest.mark.parametrize(
    ("article", "speaker", "content", "denied"),
    [
        ("12", "نیکول پاشینیان", "اتهام باکو را رد کرد", "رئیس‌جمهور آذربایجان"),
        ("12", "سعید خطیب‌زاده", "این ادعا را به‌شدت تکذیب کرد", "رئیس‌جمهور آذربایجان"),
        ("33", "محمدجواد ظریف", "این ادعا را تکذیب کرد", "فیگارو"),
        ("44", "سپاه پاسداران انقلاب اسلامی", "ادعای دونالد ترامپ", "دونالد ترامپ"),
    ],
)
def test_which_statements_deny_whose(answers: Ask, article, speaker, content, denied) -> None:
    rows = answers("denials")
    assert holds(rows, article=article, speakerName=speaker, content=content, deniedSpeakerName=denied)


# ── 4. Who held an office on a day, and who spoke by that office without being named? ────────────


@pytest.mark.parametrize(
    ("post", "day", "person"),
    [
        ("وزیر خارجه ایران", "2019-07-15", "محمدجواد ظریف"),
        ("وزیر خارجه آمریکا", "2020-10-16", "مایک پمپئو"),
        ("وزیر خارجه آلمان", "2019-06-19", "هایکو ماس"),
    ],
)
def test_who_held_an_office_on_a_day(answers: Ask, post: str, day: str, person: str) -> None:
    assert [row["personName"] for row in answers("office-holders", post=post, day=day)] == [person]


@pytest.mark.parametrize(
    ("article", "person", "post", "content"),
    [
        ("07", "مایک پمپئو", "وزیر امور خارجه آمریکا", "انتقاد کرد"),
        ("14", "سرگئی لاوروف", "وزیر امور خارجه روسیه", "خواستار تحقیقی همه‌جانبه"),
        ("21", "فرانسوا اولاند", "رئیس‌جمهور فرانسه", "تبریک گفت"),
        ("35", "آنتونی بلینکن", "وزیر امور خارجه آمریکا", "ایران را به فرستادن پهپاد"),
    ],
)
def test_who_spoke_by_an_office_unnamed(answers: Ask, article, person, post, content) -> None:
    rows = answers("unnamed-speakers")
    assert holds(rows, article=article, personName=person, postName=post, content=content)


def test_who_spoke_unnamed_is_presumed_and_never_asserted(source: Source) -> None:
    asserted = ask(
        source, text="ASK { ?s dip:presumedSpeaker ?person ; dip:speaker/owl:sameAs ?item . ?person owl:sameAs ?item }"
    )
    assert not asserted.truth()


# ── 5. Which states spoke about the JCPOA, with which acts, per month? ───────────────────────────


@pytest.mark.parametrize(
    ("month", "state"),
    [
        ("2019-06", "state/russia"),
        ("2019-07", "state/iran"),
        ("2021-08", "state/united-states"),
        ("2023-02", "state/iran"),
    ],
)
def test_which_states_spoke_about_an_agreement_by_month(answers: Ask, month: str, state: str) -> None:
    assert holds(answers("states-per-month"), month=month, state=state)


def test_the_acts_by_which_a_state_spoke_about_it(answers: Ask) -> None:
    rows = answers("states-per-month")
    assert holds(rows, month="2019-06", state="state/russia", actName="درخواست")
    assert holds(rows, month="2019-07", state="state/iran", actName="اعلام")


# ── 6. Everything said by the members of NATO and their people ───────────────────────────────────


@pytest.mark.parametrize(
    ("article", "state", "speaker", "content"),
    [
        ("27", "بریتانیا", "تونی بلر", "کسانی در عراق با القاعده پیوند دارند"),
        ("17", "کانادا", "بیل گراهام", "نشانه آشکار ناخرسندی اتاوا"),
        ("29", "آلمان", "یوشکا فیشر", "نقشه راه نمرده است"),
        ("43", "آلمان", "فریدریش مرتس", "حمله هوایی ایران به امارات را محکوم کرد"),
    ],
)
def test_what_members_of_an_alliance_and_their_people_said(answers: Ask, article, state, speaker, content) -> None:
    rows = answers("said-by-members")
    assert holds(rows, article=article, stateName=state, speakerName=speaker, content=content)
    assert not {"ایران", "روسیه", "جمهوری آذربایجان"} & {row["stateName"] for row in rows}


# ── 7. Which statements did two or more outlets report? ──────────────────────────────────────────


@pytest.mark.parametrize(
    ("speaker", "content"),
    [
        ("سعید خطیب‌زاده", "ایران آماده است گفت‌وگوی دو همسایه را برای رسیدن به صلحی پایدار آسان کند"),
        ("عباس عراقچی", "تهران عزم خود را جزم کرده است"),
        ("محمدجواد ظریف", "خبرنگار فیگارو بی‌حساب حرف زده است"),
    ],
)
def test_which_statements_two_outlets_reported(answers: Ask, speaker: str, content: str) -> None:
    assert holds(answers("reported-twice"), speakerName=speaker, content=content, outlets="2")


# ── The graph that answers ───────────────────────────────────────────────────────────────────────


def test_every_answer_is_in_its_articles_own_words(answers: Ask, samples: Path) -> None:
    texts = {article.id[:2]: article.text for article in read(samples)}
    for name in ("said-about", "denials", "unnamed-speakers", "said-by-members"):
        rows = answers(name)
        assert len({row["article"] for row in rows}) >= 3
        assert all(row["content"] in texts[row["article"]] for row in rows)


def test_the_graph_of_the_samples_is_well_formed(sample_store: Path) -> None:
    with Store.open(sample_store, read_only=True) as store:
        assert validate(store.dataset()) == []
