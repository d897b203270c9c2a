from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, URIRef

from kg.gazetteer import Gazetteer
from kg.graph.derivation import derive_all
from kg.graph.statements import read_statements
from kg.graph.store import Store
from kg.model import DateSpan, Extraction
from ontology import DIP

ID = "https://w3id.org/mavaze/id/"
LONG = "ما از هر گفت‌وگویی درباره پیمان دریا پشتیبانی می‌کنیم"
BLAME = ("eastland", "accuse", "باخترستان به پیمان پایبند نیست", "-westland")
REBUTTAL = ("kamrani", "deny", "این ادعای خاورستان نادرست است", "-eastland", "for:westland")


@pytest.fixture
def derive(tmp_path: Path, world: Gazetteer) -> Iterator[Callable[..., Graph]]:
    """Store extractions, and return what follows from the data."""
    with Store.open(tmp_path / "store", create=True, gazetteer=world) as store:

        def run(*extractions: Extraction) -> Graph:
            store.replace(extractions)
            graph = Graph()
            for triple in derive_all(read_statements(store.engine), world)[0]:
                graph.add(triple)
            return graph

        run.store = store  # type: ignore[attr-defined]
        yield run


def texts(derive: Callable[..., Graph], graph: Graph, predicate: URIRef) -> list[tuple[str, str]]:
    words = {row.statement: row.content for row in read_statements(derive.store.engine)}
    return sorted((words[s], words[o]) for s, o in graph.subject_objects(predicate))


# ── Sides ────────────────────────────────────────────────────────────────────────────────────────


def test_a_side_is_whom_the_office_speaks_for_else_the_speaker(derive, tell):
    graph = derive(tell(REBUTTAL, ("stranger", "praise", "پیمان خوب است", "+treaty")))
    sides = {row.content: set(graph.objects(row.statement, DIP.side)) for row in read_statements(derive.store.engine)}
    assert sides == {
        REBUTTAL[2]: {URIRef(ID + "state/westland")},
        "پیمان خوب است": {URIRef(ID + "person/بهرام-سروش")},
    }


def test_an_office_tells_on_whose_behalf_where_the_text_does_not(derive, tell):
    silent = ("kamrani", "announce", "راه باز است", "@minister", "-eastland")
    told = ("kamrani", "announce", "راه بسته است", "@minister", "for:eastland")
    seat = ("kamrani", "announce", "راه دراز است", "@seat")
    graph = derive(tell(silent, told, seat))
    rows = {row.content: row for row in read_statements(derive.store.engine)}
    westland = URIRef(ID + "state/westland")
    assert list(graph.subject_objects(DIP.onBehalfOf)) == [(rows[silent[2]].statement, westland)]
    sides = {words: set(graph.objects(row.statement, DIP.side)) for words, row in rows.items()}
    assert sides == {
        silent[2]: {westland},
        told[2]: {URIRef(ID + "state/eastland")},
        seat[2]: {URIRef(ID + "person/kamrani")},
    }
    assert set(graph.objects(rows[silent[2]].stances[0].stance, DIP.side)) == {westland}


def test_a_stance_has_its_statements_side(derive, tell):
    graph = derive(tell(REBUTTAL))
    (row,) = read_statements(derive.store.engine)
    assert list(graph.objects(row.stances[0].stance, DIP.side)) == [URIRef(ID + "state/westland")]


# ── Denials ──────────────────────────────────────────────────────────────────────────────────────


def test_a_denial_denies_the_accusation_before_it(derive, tell):
    graph = derive(tell(BLAME, REBUTTAL))
    assert texts(derive, graph, DIP.denies) == [(REBUTTAL[2], BLAME[2])]


def test_the_nearest_of_two_accusations_is_denied(derive, tell):
    second = ("eastland", "accuse", "باخترستان راه کشتی‌ها را بسته است", "-westland")
    graph = derive(tell(BLAME, second, REBUTTAL))
    assert texts(derive, graph, DIP.denies) == [(REBUTTAL[2], second[2])]


def test_a_denial_without_a_target_answers_who_blamed_its_side(derive, tell):
    denial = ("kamrani", "deny", "این سخن درست نیست", "for:westland")
    graph = derive(tell(BLAME, ("eastland", "warn", "آب دریا بالا آمده است"), denial))
    assert texts(derive, graph, DIP.denies) == [(denial[2], BLAME[2])]


def test_a_report_is_denied_where_the_words_agree(derive, tell):
    report = ("eastland", "announce", "کشتی‌های باخترستان بندر سپید را ترک کردند")
    denial = ("kamrani", "deny", "کشتی‌های ما بندر سپید را ترک نکرده‌اند", "-eastland")
    graph = derive(tell(report, denial))
    assert texts(derive, graph, DIP.denies) == [(denial[2], report[2])]


def test_a_denial_that_says_nothing_of_its_own_points_back(derive, tell):
    report = ("eastland", "announce", "آب دریا بالا آمده است")
    denial = ("kamrani", "deny", "این خبر درست نیست", "for:westland")
    graph = derive(tell(("stranger", "announce", "باران می‌بارد"), report, denial))
    assert texts(derive, graph, DIP.denies) == [(denial[2], report[2])]


def test_a_claim_retold_after_its_denial_is_denied_where_the_two_speak_of_each_other(derive, tell):
    words = "ادعای خاورستان درباره گفت‌وگوی پنهانی دو پایتخت را تکذیب کرد"
    denial = ("kamrani", "deny", words, "for:westland", "about:eastland")
    claim = ("eastland", "announce", "باخترستان پشت پرده با ما حرف می‌زند", "about:westland")
    assert texts(derive, derive(tell(denial, claim)), DIP.denies) == [(denial[2], claim[2])]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([REBUTTAL, BLAME], id="the accusation comes later"),
        pytest.param(
            [BLAME, ("stranger", "announce", "باران می‌بارد"), ("kamrani", "deny", "این ادعا نادرست است", "-party")],
            id="nobody who spoke is accused",
        ),
        pytest.param(
            [BLAME, ("kamrani", "deny", "گزارش‌ها از آتش‌بس دو ماهه در کوهستان درست نیست", "for:westland")],
            id="nobody is accused, and something else is denied",
        ),
        pytest.param([BLAME, ("kamrani", "deny", "این ادعا نادرست است", "-party")], id="somebody else is accused"),
        pytest.param([BLAME, ("kamrani", "announce", "این ادعا نادرست است", "-eastland")], id="it is no denial"),
        pytest.param(
            [
                BLAME,
                ("kamrani", "reject", "پیشنهاد خاورستان برای گفت‌وگوی دوباره را نمی‌پذیریم", "-eastland", "for:westland"),
            ],
            id="an offer is rejected",
        ),
        pytest.param(
            [
                ("eastland", "announce", "آب دریا بالا آمده است"),
                (
                    "kamrani",
                    "deny",
                    "گزارش خاورستان از آتش‌بس دو ماهه در کوهستان درست نیست",
                    "-eastland",
                    "for:westland",
                ),
            ],
            id="a report that shares no word with it",
        ),
        pytest.param(
            [
                ("kamrani", "deny", "ادعای خاورستان درباره بندر سپید نادرست است", "for:westland", "about:eastland"),
                ("eastland", "announce", "آب دریا بالا آمده است"),
                ("stranger", "accuse", "باخترستان بندر سپید را بسته است", "-westland"),
            ],
            id="somebody else is named than the accuser",
        ),
        pytest.param(
            [
                ("eastland", "announce", "باخترستان پیشنهاد پیمان را رد کرده است", "-westland"),
                ("kamrani", "deny", "آن را هم رد کرد", "for:westland"),
            ],
            id="an offer is turned down right after a reproach",
        ),
        pytest.param(
            [BLAME, ("stranger", "deny", "این نشست را رد می‌کند")], id="it points back to what nobody has said"
        ),
        pytest.param(
            [
                ("eastland", "criticize", "اگر باخترستان پیمان دریا را نقض کند از آن بیرون می‌رویم", "-westland"),
                ("kamrani", "deny", "پیمان دریا را نقض نکرده‌ایم و نمی‌کنیم", "for:westland"),
            ],
            id="what was said hangs on a condition",
        ),
        pytest.param(
            [
                ("eastland", "announce", "باخترستان بندر سپید را آباد می‌کند"),
                ("eastland", "announce", "باران در بندر سپید می‌بارد", "about:westland"),
                ("kamrani", "deny", "ادعای خاورستان درباره گنج پنهان دروغ است", "-eastland", "for:westland"),
            ],
            id="who is named claims several things",
        ),
        pytest.param(
            [
                ("eastland", "announce", "کشتی‌های تازه به بندر سپید می‌رسند و بار سبک می‌برند"),
                (
                    "kamrani",
                    "deny",
                    "هیچ نامه‌ای درباره ساختن راه آهن کوهستان و پل‌های بلند و خانه‌های مرزی بندر به ما نرسیده است",
                    "-eastland",
                    "for:westland",
                ),
            ],
            id="one word of many is shared",
        ),
    ],
)
def test_nothing_is_denied_when_unsure(derive, tell, lines):
    assert not texts(derive, derive(tell(*lines)), DIP.denies)


def links(graph: Graph) -> list[dict[str, str]]:
    """The evidence of each link, by the local names of its properties."""
    return [
        {str(p).rpartition("#")[2]: str(o) for p, o in graph.predicate_objects(link)}
        for link in sorted(graph.subjects(RDF.type, DIP.Link))
    ]


def test_a_denial_keeps_its_evidence(derive, tell):
    report = ("eastland", "announce", "کشتی‌های باخترستان بندر سپید را ترک کردند")
    denial = ("kamrani", "deny", "کشتی‌های ما بندر سپید را ترک نکرده‌اند", "-eastland")
    graph = derive(tell(report, denial))
    ((first, second),) = graph.subject_objects(DIP.denies)
    (link,) = links(graph)
    assert (link["linksFrom"], link["linksTo"]) == (str(first), str(second))
    assert link["rule"] == "denial: shared words"
    assert {"بندر", "سپید"} <= set(link["sharedWords"].split())


def test_a_claim_right_before_is_denied_whomever_the_denial_names(derive, tell):
    old = ("eastland", "announce", "نسخه‌ای از نامه را دیده است")
    filler = [("westland", "announce", f"باران در شهر شماره {n} می‌بارد و راه‌ها بسته مانده است" * 3) for n in range(9)]
    accusation = ("stranger", "accuse", "باخترستان راه کشتی‌ها را بسته است", "-westland")
    denial = ("kamrani", "deny", "این گزارش‌ها را رد کردند", "-eastland", "for:westland")
    graph = derive(tell(old, *filler, accusation, denial))
    assert texts(derive, graph, DIP.denies) == [(denial[2], accusation[2])]


CHARGE = ("eastland", "accuse", "باخترستان راه کشتی‌ها را در تنگه سپید بسته است", "-westland")
REPLY = ("kamrani", "deny", "راه کشتی‌ها در تنگه سپید باز است و ادعای خاورستان دروغ", "-eastland", "for:westland")


def day(text: str) -> DateSpan:
    return DateSpan(date.fromisoformat(text), date.fromisoformat(text))


def test_a_denial_answers_an_earlier_article_where_holder_accused_and_words_agree(derive, tell):
    graph = derive(
        tell(CHARGE, id="1", published=day("2019-07-10")),
        tell(REPLY, id="2", published=day("2019-07-12")),
    )
    assert texts(derive, graph, DIP.denies) == [(REPLY[2], CHARGE[2])]
    assert links(graph)[0]["rule"] == "denial: words of an earlier article"


@pytest.mark.parametrize(
    ("charge", "first", "reply", "second"),
    [
        pytest.param(CHARGE, "2019-07-12", REPLY, "2019-07-10", id="the charge came later"),
        pytest.param(CHARGE, "2019-01-12", REPLY, "2019-07-10", id="long ago"),
        pytest.param(("stranger", *CHARGE[1:]), "2019-07-10", REPLY, "2019-07-12", id="somebody else's charge"),
        pytest.param((*CHARGE[:3], "-treaty"), "2019-07-10", REPLY, "2019-07-12", id="somebody else is accused"),
        pytest.param(BLAME, "2019-07-10", REPLY, "2019-07-12", id="other words"),
    ],
)
def test_no_denial_of_an_earlier_article_when_unsure(derive, tell, charge, first, reply, second):
    graph = derive(
        tell(charge, id="1", published=day(first)),
        tell(reply, id="2", published=day(second)),
    )
    assert not texts(derive, graph, DIP.denies)


# ── Equal reports ────────────────────────────────────────────────────────────────────────────────


def test_two_outlets_report_the_same_words(derive, tell):
    arabic = LONG.replace("ی", "ي").replace("ک", "ك").replace("\u200c", " ")
    graph = derive(tell(("kamrani", "support", LONG), publisher="الف"), tell(("kamrani", "support", arabic)))
    assert texts(derive, graph, DIP.sameReportAs) == sorted([(LONG, arabic), (arabic, LONG)])


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        pytest.param(("kamrani", "support", LONG), "روزنامه بامداد", id="the same outlet"),
        pytest.param(("kamrani", "support", LONG), None, id="an unknown outlet"),
        pytest.param(("stranger", "support", LONG), "الف", id="another speaker"),
        pytest.param(("kamrani", "support", LONG.replace("پیمان دریا", "بندر سپید")), "الف", id="other words"),
        pytest.param(("kamrani", "support", LONG.replace("می‌کنیم", "نمی‌کنیم")), "الف", id="a not more"),
        pytest.param(("kamrani", "support", LONG.replace("می‌کنیم", "نمی کنیم")), "الف", id="a not apart"),
    ],
)
def test_no_equal_report(derive, tell, line, outlet):
    graph = derive(
        tell(("kamrani", "support", LONG), id="1"), tell(line, ("party", "warn", "هوا سرد است"), publisher=outlet)
    )
    assert not texts(derive, graph, DIP.sameReportAs)


def test_nearly_the_same_words_are_the_same_report_and_say_how_near(derive, tell):
    longer = LONG + " و بس"
    graph = derive(tell(("kamrani", "support", LONG), publisher="الف"), tell(("kamrani", "support", longer)))
    assert texts(derive, graph, DIP.sameReportAs) == sorted([(LONG, longer), (longer, LONG)])
    (link,) = links(graph)
    assert link["rule"] == "same report: nearly equal words"
    assert 0.8 <= float(link["similarity"]) < 1


def test_an_office_and_its_holder_count_as_one_speaker(derive, tell):
    named, office = ("kamrani", "support", LONG, "@minister"), ("minister", "support", LONG, "@minister")
    assert len(texts(derive, derive(tell(named, publisher="الف"), tell(office)), DIP.sameReportAs)) == 2


def test_the_same_words_a_year_later_are_another_statement(derive, tell):
    line = ("kamrani", "support", LONG)
    graph = derive(tell(line, publisher="الف", published=day("2018-07-15")), tell(line))
    assert not texts(derive, graph, DIP.sameReportAs)


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("2018-07-15", "2018-07-15"), ("2018-08-14", "2018-08-14"), True),
        (("2018-07-15", "2018-07-15"), ("2018-08-15", "2018-08-15"), False),
        (("2018-07-01", "2018-07-31"), ("2018-06-01", "2018-06-01"), True),
        (("2018-07-01", "2018-07-31"), ("2018-08-30", "2018-09-30"), True),
        (("2018-07-01", "2018-07-31"), ("2018-08-31", "2018-09-30"), False),
        (("2018-01-01", "2018-12-31"), ("2018-11-20", "2018-11-20"), True),
        (("2018-01-01", "2018-12-31"), ("2019-01-30", "2019-01-30"), True),
        (("2018-01-01", "2018-12-31"), ("2019-01-31", "2019-01-31"), False),
        (None, ("2019-01-31", "2019-01-31"), True),
        (None, ("2018-01-01", "2018-12-31"), True),
        (("0001-01-01", "0001-01-01"), ("0001-01-02", "0001-01-02"), True),
    ],
)
def test_reports_of_one_month_are_the_same_as_far_as_their_dates_tell(derive, tell, one, other, is_same, is_turned):
    line = ("kamrani", "support", LONG)
    spans = [span and DateSpan(*map(date.fromisoformat, span)) for span in (one, other)]
    told = [tell(line, publisher=who, published=when) for who, when in zip(("الف", "ب"), spans, strict=True)]
    for article in reversed(told) if is_turned else told:
        derive.store.replace(article)
        derive.store.derive()  # each by itself, so that the later one must find the earlier
    found = derive.store.query("ASK { ?one dip:sameReportAs ?other }")
    assert bool(found) is is_same


def test_what_is_the_same_as_the_same_is_the_same(derive, tell):
    variants = [LONG, LONG + " و بس", LONG + " و بس، همین"]
    told = [
        tell(("kamrani", "support", text), publisher=outlet)
        for text, outlet in zip(variants, ["الف", "ب", "پ"], strict=True)
    ]
    pairs = texts(derive, derive(*told), DIP.sameReportAs)
    assert len(pairs) == 6


def test_copies_are_counted_exactly(derive, tell, world):
    from ontology import queries

    line = ("kamrani", "support", LONG)
    copies = [("الف", "1"), ("الف", "2"), ("ب", "1"), ("پ", "1"), ("پ", "2")]
    store = derive.store
    store.replace(
        [
            tell(line, ("party", "warn", "هوا سرد است"), publisher=o, id=f"{o}{n}", url=f"https://x/{o}{n}")
            for o, n in copies
        ]
    )
    store.derive()
    (question,) = [query for query in queries() if query.name == "reported-twice"]
    rows = list(store.query(question.text))
    assert [int(row["outlets"].value) for row in rows] == [3]


def test_few_words_are_no_equal_report(derive, tell):
    short = ("kamrani", "support", "راه باز است")
    assert not texts(derive, derive(tell(short, publisher="الف"), tell(short)), DIP.sameReportAs)


def test_an_unresolved_office_counts_as_one_speaker(derive, tell):
    line = ("minister", "support", LONG, "@minister")
    assert len(texts(derive, derive(tell(line, publisher="الف"), tell(line)), DIP.sameReportAs)) == 2


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("stranger", "surname", True), ("surname", "surname", True), ("leader", "leader", False)],
)
def test_a_surname_and_the_full_name_count_as_one_speaker_of_the_same_words(derive, tell, one, other, is_same):
    graph = derive(tell((one, "support", LONG), publisher="الف"), tell((other, "support", LONG)))
    assert bool(texts(derive, graph, DIP.sameReportAs)) is is_same


def test_anonymous_speakers_of_two_outlets_are_not_taken_for_one(derive, tell):
    line = ("minister", "support", LONG)
    assert not texts(derive, derive(tell(line, publisher="الف"), tell(line)), DIP.sameReportAs)


# ── Presumed speakers ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "last", "holder"),
    [
        (date(2014, 5, 1), date(2014, 5, 1), "person/former"),
        (date(2019, 1, 1), date(2019, 12, 31), "person/kamrani"),
        (date(2015, 1, 1), date(2015, 12, 31), None),
        (date(2009, 1, 1), date(2009, 1, 31), None),
    ],
)
def test_an_offices_holder_is_presumed_only_for_the_whole_span(derive, tell, first, last, holder):
    line = ("minister", "announce", "راه باز است", "@minister")
    graph = derive(tell(line, published=DateSpan(first, last)))
    assert list(graph.objects(None, DIP.presumedSpeaker)) == ([URIRef(ID + holder)] if holder else [])


def test_nobody_is_presumed_where_the_speaker_is_named_or_the_day_unknown(derive, tell):
    named = ("kamrani", "announce", "راه باز است", "@minister")
    stranger = ("stranger", "announce", "راه بسته است", "@minister")
    office = ("minister", "announce", "راه باز است", "@minister")
    graph = derive(tell(named, stranger), tell(office, published=None, id="2"))
    assert not list(graph.objects(None, DIP.presumedSpeaker))


# ── Summaries ────────────────────────────────────────────────────────────────────────────────────


def test_summaries_count_articles_by_side_target_month_and_polarity(derive, tell, world):
    july = DateSpan(date(2019, 7, 1), date(2019, 7, 31))
    year = DateSpan(date(2019, 1, 1), date(2019, 12, 31))
    derive(
        tell(REBUTTAL, ("kamrani", "criticize", "خاورستان ناسپاس است", "-eastland", "for:westland"), id="1"),
        tell(("westland", "praise", "باز هم", "-eastland"), published=july, id="2"),
        tell(("westland", "praise", "بار دیگر", "+eastland"), published=july, id="3"),
        tell(("westland", "praise", "همیشه", "+eastland"), published=year, id="4"),
    )
    graph = Graph()
    for triple in derive_all(read_statements(derive.store.engine), world)[1]:
        graph.add(triple)
    rows = graph.query(
        """SELECT ?month ?polarity ?count WHERE {
             ?s dip:summarySide ?side ; dip:summaryTarget ?target ; dip:summaryPolarity ?polarity ;
                dip:summaryCount ?count . OPTIONAL { ?s dip:summaryMonth ?month } }""",
        initNs={"dip": DIP._NS},
    )
    counted = sorted((str(row.month), str(row.polarity).rpartition("#")[2], int(row[2])) for row in rows)
    assert counted == [("2019-07", "negative", 2), ("2019-07", "positive", 1), ("None", "positive", 1)]
    (total,) = graph.subjects(RDF.type, DIP.Total)
    assert graph.value(total, DIP.totalFor) == Literal(2)
    assert graph.value(total, DIP.totalAgainst) == Literal(2)
    assert graph.value(total, DIP.totalSide) == next(graph.objects(None, DIP.summarySide))
    assert graph.value(total, DIP.totalTarget) == next(graph.objects(None, DIP.summaryTarget))
