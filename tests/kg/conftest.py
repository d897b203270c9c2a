"""A small invented world, and extractions of invented news made by hand, for the rooms that need no Persian."""

from collections.abc import Callable
from datetime import date

import pytest

from kg.gazetteer import Gazetteer, Membership, Name, Post, Thing
from kg.gazetteer.reader import Content
from kg.model import Article, DateSpan, Entity, Extraction, Span, Stance, Statement


def _thing(key: str, name: str, name_en: str | None = None, *more: Name, state: str | None = None) -> Thing:
    type_ = key.partition("/")[0]
    return Thing(key, type_, name, name_en, None, (Name(name, "label"), *more), state)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def world() -> Gazetteer:
    """Two states, a ministry, its minister and his predecessor, a newspaper and a treaty; none of them exists."""
    things = [
        _thing("state/westland", "باخترستان", "Westland", Name("باختری", "demonym"), Name("نیکشهر", "metonym")),
        _thing("state/eastland", "خاورستان", "Eastland", Name("جمهوری خاورستان", "alias")),
        _thing("organization/ministry", "وزارت خارجه باخترستان", "Ministry", state="state/westland"),
        _thing("organization/daily", "روزنامه بامداد", "Dawn"),
        _thing("person/kamrani", "رضا کامرانی", "Reza Kamrani", Name("کامرانی", "weak"), state="state/westland"),
        _thing("person/former", "مهران کاویان", None, state="state/westland"),
        _thing("person/member", "سارا نیکبخت", None, state="state/westland"),
        _thing("topic/treaty", "پیمان دریا", "Sea Treaty"),
    ]
    posts = [
        Post("post/minister", "وزیر خارجه باخترستان", "Minister", None, (), "organization/ministry", "state/westland"),
        Post("post/seat", "نماینده مجلس باخترستان", None, None, (), "state/westland", None),
    ]
    memberships = (
        Membership("person/former", "post/minister", date(2010, 1, 1), date(2015, 6, 30)),
        Membership("person/kamrani", "post/minister", date(2015, 7, 1), date(2022, 3, 1)),
        Membership("person/member", "post/seat", date(2012, 1, 1), date(2016, 1, 1)),
    )
    content = Content({t.key: t for t in things}, {p.key: p for p in posts}, memberships, {})
    return Gazetteer(content, "0123456789abcdef")


JULY_15 = DateSpan(date(2019, 7, 15), date(2019, 7, 15))
PEOPLE = {
    "westland": Entity("westland", "باخترستان", "state", key="state/westland"),
    "eastland": Entity("eastland", "خاورستان", "state", key="state/eastland"),
    "kamrani": Entity("kamrani", "رضا کامرانی", "person", key="person/kamrani"),
    "treaty": Entity("treaty", "پیمان دریا", "topic", key="topic/treaty"),
    "minister": Entity("minister", "وزیر خارجه", "person", is_local=True),
    "stranger": Entity("stranger", "بهرام سروش", "person", mentions=("بهرام سروش", "سروش", "کارشناس مستقل")),
    "surname": Entity("surname", "سروش", "person", is_local=True),
    "leader": Entity("leader", "رهبر", "person", is_local=True),
    "party": Entity("party", "حزب سپیده", "organization", mentions=("حزب سپیده", "سپیده")),
}


@pytest.fixture
def tell() -> Callable[..., Extraction]:
    """Make an extraction: ``tell(("kamrani", "announce", "راه باز است"), ("eastland", "accuse", "…", "-westland"))``.

    A line is speaker, act, words, and then what more is known: «-x» and «+x» a stance toward x, «@post» an office,
    «for:x» on whose behalf, «about:x» what is mentioned, «in:0» the line that it is nested in. The words, one
    line each, are the text.
    """

    def make(
        *lines: tuple[str, ...],
        id: str = "a",
        url: str | None = None,
        publisher: str | None = "روزنامه بامداد",
        published: DateSpan | None = JULY_15,
        source: str | None = None,
        title: str | None = None,
        derived_from: str | None = None,
    ) -> Extraction:
        text = "\n".join(words for _, _, words, *_ in lines) or "در این خبر کسی چیزی نگفته است."
        begin, statements, named = 0, [], {}
        for speaker, act, words, *more in lines:
            told = dict(part.partition(":")[::2] for part in more if ":" in part)
            stances = tuple(
                Stance(speaker, part[1:], "positive" if part[0] == "+" else "negative", 0.8, "hand")
                for part in more
                if part[0] in "+-"
            )
            about = (told["about"],) if "about" in told else ()
            for name in (speaker, *about, *(s.target for s in stances), *filter(None, [told.get("for")])):
                named[name] = PEOPLE[name]
            statements.append(
                Statement(
                    speaker,
                    Span(begin, begin + len(words)),
                    act,
                    cue="گفت",
                    mode="direct" if "direct" in more else "indirect",
                    on_behalf_of=told.get("for"),
                    post=next((f"post/{part[1:]}" for part in more if part[0] == "@"), None),
                    about=about,
                    within=int(told["in"]) if "in" in told else None,
                    stances=stances,
                    confidence=0.9,
                    rule="hand",
                )
            )
            begin += len(words) + 1
        article = Article(id, text, title, published, publisher, url, derived_from, source)
        return Extraction(article, tuple(named.values()), tuple(statements))

    return make
