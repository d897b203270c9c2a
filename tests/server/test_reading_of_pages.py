"""What a reader meets besides the answer: wrong spellings, dates as people write them, nothing found, two languages."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from kg.graph.pool import QueryPool
from server.application import create_app
from server.languages import load_words
from server.pages.explore import FACETS
from server.settings import Settings
from server.site import open_pool


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a server whose store holds no article."""
    settings = Settings(workers=1, update_token="geheim")
    with open_pool(tmp_path_factory.mktemp("empty") / "store", settings) as pool:
        yield create_app(pool, settings).test_client(use_cookies=False)


@pytest.fixture
def silent(store: Path) -> Iterator[FlaskClient]:
    """A client of a server that gives out no article's text."""
    settings = Settings(workers=1, text="none")
    with open_pool(store, settings) as pool:
        yield create_app(pool, settings).test_client(use_cookies=False)


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize(
    "page", ["", "explore", "articles", "topics", "map", "search?q=ایران", "on?who=Iran&toward=Iraq"]
)
def test_an_empty_store_says_how_to_fill_it(empty: FlaskClient, language: str, page: str) -> None:
    answer = empty.get(f"/{language}/{page}", follow_redirects=True)
    assert answer.status_code == 200
    assert "mavaze build" in answer.text, "and not to remove a condition that was never given"


@pytest.mark.parametrize(
    ("written", "meant"), [("Irann", "state/iran"), ("عراغ", "state/iraq"), ("کامرانیی", "کامرانی")]
)
@pytest.mark.parametrize("page", ["on?toward=Iran&who=", "compare?second=Iran&first=", "map?focus=", "search?q="])
def test_a_slip_of_the_pen_is_forgiven(client: FlaskClient, page: str, written: str, meant: str) -> None:
    shown = unquote(main_of(client.get(f"/en/{page}{written}").text))
    assert re.search(f'href="[^"]*{meant}', shown)


def test_what_resembles_nothing_is_not_guessed_at(client: FlaskClient) -> None:
    assert load_words("en")["did_you_mean"] not in client.get("/en/on?who=qqqqqq&toward=Iran").text


def test_a_name_that_fits_several_can_be_chosen_on_an_actors_page(client: FlaskClient) -> None:
    page = client.get("/en/state/iran?role=by&toward=گفت‌وگو")
    assert page.status_code == 400
    for path in ("topic/ceasefire", "person/neda-karimi"):
        assert f"toward={path}" in page.text
    assert "role=by&amp;toward=topic/ceasefire" in page.text, "and the rest of the choice stays"


@pytest.mark.parametrize("page", ["explore?from=دیروز", "map?until=دیروز", "state/iran?from=دیروز"])
def test_a_date_that_is_none_is_told_in_the_readers_language(client: FlaskClient, page: str) -> None:
    answer = client.get(f"/fa/{page}")
    assert answer.status_code == 400
    assert "«دیروز» تاریخ نیست" in answer.text
    assert "Error" not in main_of(answer.text)


@pytest.mark.parametrize(
    "dates", ["from=1398/04/24&until=1398/04/24", "from=2019-07&until=2019-07", "from=1398&until=1398", "from=۱۳۹۸/۰۴"]
)
def test_the_map_takes_dates_of_both_calendars(client: FlaskClient, dates: str) -> None:
    within = main_of(client.get(f"/en/map?{dates}").text)
    assert within.count("<tbody><tr>") == 1
    assert "آتش‌بس" in within


def test_a_filter_shows_its_dates_as_they_were_written(client: FlaskClient) -> None:
    page = client.get("/fa/explore?from=۱۳۹۸").text
    assert 'name="from" value="۱۳۹۸"' in page
    assert "از <time" in page, "a span that is open at its end is told as one"


def test_names_say_which_language_they_are_in(client: FlaskClient) -> None:
    assert '<bdi lang="fa">ندا کریمی</bdi>' in client.get("/en/person/neda-karimi").text
    assert "<bdi>Iran</bdi>" in client.get("/en/state/iran").text
    assert '<bdi lang="en">Iran</bdi>' in client.get("/fa/state/iran").text
    assert '<a lang="fa" dir="rtl"' in client.get("/en/").text, "words run from the right whatever they begin with"


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("path", ["article/a1", "article/a3", "statement/s1", "", "articles"])
def test_what_is_withheld_is_told_in_words(silent: FlaskClient, language: str, path: str) -> None:
    page = silent.get(f"/{language}/{path}").text
    assert not re.search(r">\s*(?:<bdi[^>]*>)?…(?:</bdi>)?\s*<|«…»|: …", page), "a lone ellipsis tells nobody anything"
    if path.startswith(("article/", "statement/")):
        assert load_words("fa" if language == "fa" else "en")["text_none"] in unescape(page)


def test_one_is_not_many(client: FlaskClient) -> None:
    page = client.get("/en/on?who=state/iraq&toward=topic/talks").text
    assert "<strong>1</strong> statement\n" in page


def test_fractions_are_written_as_persian_writes_them(client: FlaskClient) -> None:
    assert not re.search(r"[۰-۹]\.[۰-۹]", main_of(client.get("/fa/about").text))
    assert "٫" in client.get("/fa/about").text


def test_years_are_in_their_order(client: FlaskClient) -> None:
    page = client.get("/en/explore").text
    years = re.findall(r'from=(\d{4})-01-01&amp;until=\1-12-31"', page)
    assert years == sorted(years, reverse=True)
    assert len(years) > 1
    assert set(FACETS) == {"who", "toward", "act"}


def test_months_stand_in_both_calendars(client: FlaskClient) -> None:
    page = client.get("/fa/topics/topic/ceasefire").text
    assert "ژوئیه ۲۰۱۹" in page
    assert "تیر و مرداد ۱۳۹۸" in page


def test_everything_that_an_office_said_can_be_reached(client: FlaskClient) -> None:
    page = client.get("/en/post/iran-spokesperson").text
    assert "feed.atom?who=post/iran-spokesperson" in page
    assert client.get("/en/feed.atom?who=post/iran-spokesperson").status_code == 200


def test_what_no_article_has_named_is_called_by_its_name(empty: FlaskClient) -> None:
    page = empty.get("/en/on?who=state/iran&toward=state/united-states").text
    assert "What Iran has said about United States" in page


@pytest.mark.parametrize("address", ["/fa/query", "/sparql"])
def test_asking_by_the_page_counts_as_asking(pool: QueryPool, address: str) -> None:
    client = create_app(pool, Settings(workers=1, rate_limit=2)).test_client(use_cookies=False)
    answers = [
        client.get(
            address, query_string={"query": f"ASK {{ ?s ?p {n} }}", "lang": "fa"}, headers={"Accept": "text/html"}
        )
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"]
    assert load_words("fa")["status_429"] in answers[-1].text


@pytest.fixture(scope="module")
def samples_client(sample_store: Path) -> Iterator[FlaskClient]:
    """A client of a server over the sample articles."""
    settings = Settings(workers=1)
    with open_pool(sample_store, settings) as pool:
        yield create_app(pool, settings).test_client(use_cookies=False)


def test_an_outlet_is_sought_among_what_publishes_here(samples_client: FlaskClient) -> None:
    page = main_of(samples_client.get("/fa/explore?outlet=همشهری").text)
    assert "<strong>۰</strong>" not in page, "and not the newspaper that the gazetteer knows and no article is of"
    several = samples_client.get("/fa/explore?outlet=نمونه مواضع")
    assert several.status_code == 400
    assert len(re.findall(r'href="[^"]*outlet=organization/', several.text)) > 2


def test_outlets_that_are_compared_are_sought_among_what_publishes_here(samples_client: FlaskClient) -> None:
    page = main_of(samples_client.get("/fa/compare?first=همشهری&second=ایسنا").text)
    assert len(set(re.findall(r'href="/fa/explore\?outlet=(organization/[^"&]+)', page))) == 2
    page = main_of(samples_client.get("/fa/compare?first=ایران&second=مجلس").text)
    assert "outlet=" not in page, "one of them publishes nothing"


def test_every_year_can_be_chosen(samples_client: FlaskClient) -> None:
    page = samples_client.get("/en/explore").text
    years = re.findall(r'from=(\d{4})-01-01&amp;until=\1-12-31"', page)
    counts = [int(count) for count in re.findall(r"until=\d{4}-12-31\">\d{4}</a> <small>([\d,]+)<", page)]
    total = re.search(r"<strong>(\d+)</strong> statements", page)
    assert len(years) == len(set(years)) == len(counts)
    assert total
    assert sum(counts) == int(total[1])
