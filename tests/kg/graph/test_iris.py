from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.graph.iris import article_iri, entity_iri, entity_path, membership_path, name_slug, stance_iri, statement_iri
from kg.model import Article, Entity, Span

ARTICLE = Article("1", "متن", publisher="الف")


def test_article_comes_from_its_address_whatever_its_text():
    one = Article("1", "متن", url="https://news.example/1")
    corrected = Article("9", "متن درست‌شده", url="https://news.example/1")
    assert article_iri(one) == article_iri(corrected)
    assert article_iri(one) != article_iri(Article("1", "متن", url="https://news.example/2"))


def test_article_without_address_comes_from_publisher_and_text():
    assert article_iri(ARTICLE) == article_iri(Article("2", "متن", publisher="الف"))
    assert article_iri(ARTICLE) != article_iri(Article("1", "متن", publisher="ب"))


@pytest.mark.parametrize("spelling", ["علی‌اکبر کاویان", "علي‌اكبر كاويان", "علی اکبر  کاویان", "«علی اکبر» کاویان"])
def test_spellings_of_a_full_name_are_one_thing(spelling):
    assert name_slug(spelling) == "علی-اکبر-کاویان"
    assert entity_path(Entity("e", spelling, "person"), ARTICLE) == "person/علی-اکبر-کاویان"


def test_a_local_name_belongs_to_its_article():
    entity = Entity("e", "یک منبع آگاه", "person", is_local=True)
    elsewhere = Article("2", "متن دیگر")
    assert entity_iri(entity, ARTICLE) != entity_iri(entity, elsewhere)
    assert entity_iri(entity, ARTICLE).startswith(article_iri(ARTICLE) + "/person/")


def test_the_gazetteers_key_wins():
    entity = Entity("e", "تهران", "state", key="state/iran", is_local=True)
    assert str(entity_iri(entity, ARTICLE, "https://here.example/")) == "https://here.example/state/iran"


def test_statement_differs_by_article_place_and_speaker():
    other = Article("2", "متن دیگر")
    iris = {
        statement_iri(ARTICLE, Span(0, 3), "person/a"),
        statement_iri(ARTICLE, Span(0, 2), "person/a"),
        statement_iri(ARTICLE, Span(1, 3), "person/a"),
        statement_iri(ARTICLE, Span(0, 3), "person/b"),
        statement_iri(other, Span(0, 3), "person/a"),
    }
    assert len(iris) == 5


def test_the_base_changes_nothing_but_the_base():
    base = "https://here.example/id/"
    ours = stance_iri(statement_iri(ARTICLE, Span(0, 3), "person/a"), "positive", "state/iran")
    theirs = stance_iri(statement_iri(ARTICLE, Span(0, 3), "person/a", base), "positive", "state/iran", base)
    assert str(theirs) == base + ours.rpartition("/id/")[2]


def test_a_membership_names_person_post_and_first_day():
    path = membership_path("person/a", "post/b", date(2013, 8, 15))
    assert path == "membership/a/b/2013-08-15"


@given(st.text())
def test_any_name_makes_a_valid_iri(name):
    NamedNode("https://x.example/person/" + name_slug(name))


def test_a_name_without_letters_and_a_very_long_one_stay_apart():
    assert name_slug("…") != name_slug("؟")
    assert name_slug("الف " * 100) != name_slug("الف " * 101)
    assert len(name_slug("الف " * 100)) < 120
