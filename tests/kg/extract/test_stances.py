"""Stances: who is for or against whom, told by frames, judging predicates, negation and targets."""

import pytest

from kg.extract import extract
from kg.extract.models import load_model
from kg.extract.stances import decide
from kg.gazetteer import load as load_gazetteer
from kg.language.normalize import fold
from kg.model import Article

AGAINST = [
    ("وزیر خارجه ترکیه اسرائیل را به نقض آتش‌بس متهم کرد.", "اسرائیل"),
    ("وزیر خارجه روسیه گفت: آمریکا مانع صلح در منطقه است.", "ایالات متحده آمریکا"),
    ("وزیر خارجه روسیه گفت: آمریکا باید تحریم‌ها را بردارد.", "ایالات متحده آمریکا"),
    ("رئیس‌جمهور فرانسه از سیاست‌های آمریکا انتقاد کرد.", "ایالات متحده آمریکا"),
    ("سخنگوی وزارت خارجه روسیه ادعای آمریکا را رد کرد.", "ایالات متحده آمریکا"),
    ("سخنگوی وزارت خارجه روسیه اتهامات بریتانیا را بی‌اساس خواند.", "بریتانیا"),
    ("وزیر دفاع آمریکا به ایران هشدار داد.", "ایران"),
    ("وزیر خارجه آمریکا گفت: ایران نباید به سلاح هسته‌ای دست یابد.", "ایران"),
    ("وزیر خارجه آمریکا گفت: ایران بزرگ‌ترین حامی تروریسم است.", "ایران"),
    ("نخست‌وزیر پاکستان گفت: هند قطعنامه‌های سازمان ملل را نقض کرده است.", "هند"),
    ("نخست‌وزیر هند پاکستان را حامی تروریسم خواند.", "پاکستان"),
    ("وزیر خارجه اردن اقدامات اسرائیل را تحریک‌آمیز دانست.", "اسرائیل"),
    ("سفیر روسیه گفت: اوکراین به تعهدات خود عمل نکرده است.", "اوکراین"),
    ("سفیر روسیه گفت: سیاست‌های خصمانه غرب به نتیجه نمی‌رسد.", "غرب"),
    ("وزیر خارجه ایران گفت: اروپایی‌ها به تعهدات خود عمل نکرده‌اند.", "اروپایی‌ها"),
    ("وزیر خارجه چین با طرح آمریکا مخالفت کرد.", "ایالات متحده آمریکا"),
    ("وزیر خارجه ارمنستان جمهوری آذربایجان را به نسل‌کشی متهم کرد.", "جمهوری آذربایجان"),
    ("وزیر خارجه بلاروس گفت: لهستان در امور داخلی ما دخالت می‌کند.", "لهستان"),
    ("رئیس‌جمهور ونزوئلا گفت: آمریکا به دنبال جنگ است.", "ایالات متحده آمریکا"),
    ("وزیر خارجه کوبا گفت: محاصره آمریکا علیه مردم کوبا جنایت است.", "ایالات متحده آمریکا"),
    ("وزیر خارجه یمن عربستان را مسئول کشتار غیرنظامیان دانست.", "عربستان سعودی"),
    ("رئیس‌جمهور ترکیه از کشورهای اروپایی انتقاد کرد.", "اروپایی‌ها"),
    ("رئیس‌جمهور ترکیه اظهارات رئیس‌جمهور فرانسه را نکوهش کرد.", "رئیس‌جمهور فرانسه"),
    ("وزیر خارجه لبنان گفت: اسرائیل حاکمیت ما را نقض می‌کند.", "اسرائیل"),
    ("وزیر خارجه لبنان تجاوز اسرائیل به جنوب کشورش را محکوم کرد.", "اسرائیل"),
    ("وزیر خارجه افغانستان پاکستان را به حمایت از طالبان متهم کرد.", "پاکستان"),
    ("وزیر خارجه عراق حمله به سفارت ترکیه را محکوم کرد.", "حمله به سفارت ترکیه"),
    ("وزیر خارجه ایران خروج آمریکا از برجام را محکوم کرد.", "خروج آمریکا از برجام"),
    ("سخنگوی وزارت خارجه ترکیه گفت که ما این حمله را محکوم می‌کنیم.", "حمله"),
]
FOR = [
    ("وزیر خارجه چین از برجام حمایت کرد.", "برجام"),
    ("وزیر خارجه چین گفت که پکن از برجام حمایت می‌کند.", "برجام"),
    ("وزیر خارجه سوریه از کمک‌های روسیه قدردانی کرد.", "روسیه"),
    ("وزیر خارجه عمان گفت: ما آماده همکاری با ایران هستیم.", "همکاری با ایران"),
    ("وزیر خارجه عمان بر اهمیت مذاکرات هسته‌ای تاکید کرد.", "مذاکرات هسته‌ای"),
    ("وزیر خارجه مصر از تلاش‌های قطر تشکر کرد.", "قطر"),
    ("وزیر خارجه بلاروس گفت: از میانجیگری ترکیه استقبال می‌کنیم.", "ترکیه"),
    ("وزیر خارجه سوئد قطعنامه شورای امنیت را گامی مثبت خواند.", "قطعنامه شورای امنیت"),
]
NEUTRAL = [
    "وزیر خارجه هند در بغداد با همتای عراقی خود دیدار کرد.",
    "وزیر خارجه هند گفت: فردا به مسکو سفر می‌کنم.",
    "سخنگوی دولت عراق گفت که نخست‌وزیر هفته آینده به ترکیه می‌رود.",
    "وزیر نفت عراق گفت: صادرات نفت ماه گذشته افزایش یافت.",
    "وزیر خارجه ژاپن گفت: نشست وزیران در توکیو برگزار می‌شود.",
    "وزیر خارجه عراق حمله به سفارت ترکیه را محکوم نکرد.",
]


def stances(text: str) -> set[tuple[str, str]]:
    """Return polarity and name of target of all stances of a text."""
    extraction = extract(Article("a", text))
    names = {entity.id: entity.name for entity in extraction.entities}
    return {(o.polarity, names[o.target]) for s in extraction.statements for o in s.stances}


@pytest.mark.parametrize(("text", "target"), AGAINST)
def test_one_is_against_whom_one_blames(text: str, target: str) -> None:
    assert ("negative", target) in stances(text)


@pytest.mark.parametrize(("text", "target"), FOR)
def test_one_is_for_what_one_backs_or_thanks(text: str, target: str) -> None:
    assert ("positive", target) in stances(text)


@pytest.mark.parametrize("text", NEUTRAL)
def test_news_without_judgement_gives_no_stance(text: str) -> None:
    assert stances(text) == set()


@pytest.mark.parametrize("text", [text for text, _ in AGAINST + FOR])
def test_nobody_takes_a_stance_toward_its_own_side(text: str) -> None:
    extraction = extract(Article("a", text))
    for statement in extraction.statements:
        targets = {stance.target for stance in statement.stances}
        assert targets.isdisjoint({statement.speaker, statement.on_behalf_of})


def test_a_threshold_not_reached_gives_no_stance() -> None:
    assert decide({"negative": 0.2, "none": 0.7, "positive": 0.1}, {"negative": 0.25, "positive": 0.2}) is None


def test_a_bare_head_is_the_issue_that_it_points_back_to() -> None:
    text = "وزیر خارجه عراق گفت: حمله به سفارت ترکیه رخ داد.\nوزیر خارجه اردن این حمله را محکوم کرد."
    assert ("negative", "حمله به سفارت ترکیه") in stances(text)


def test_who_holds_and_who_is_meant_changes_no_probability() -> None:
    """The same words about other states are judged alike."""
    one = extract(Article("a", "وزیر خارجه شیلی بولیوی را به دخالت متهم کرد.")).statements[0].stances
    other = extract(Article("a", "وزیر خارجه کنیا اوگاندا را به دخالت متهم کرد.")).statements[0].stances
    assert [(o.polarity, o.confidence) for o in one] == [(o.polarity, o.confidence) for o in other]


def test_weights_name_nobody() -> None:
    """No feature holds a name of a state, organization or person: that would be a prior about who opposes whom."""
    names = {
        fold(name.text) for name, thing in load_gazetteer().names() if thing.type != "topic" and name.kind != "weak"
    }
    words = {word for feature in load_model("stances").features for word in feature.replace("=", " ").split()}
    assert words & names == set()
