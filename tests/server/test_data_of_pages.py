"""What pages give away: their rows, their triples, their query; feeds and the site map."""

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib
from flask.testing import FlaskClient

from kg.graph.query_text import Term
from server.application import create_app
from server.pages.on import Moment, count_months, mark_changes
from server.pages.things import Bar
from server.reader import DIP, Solution
from server.settings import Settings
from server.site import open_pool

ID = "https://w3id.org/mavaze/id/"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PAGES = [
    "",
    "articles",
    "explore",
    "explore?who=state/iran",
    "on?who=state/iraq&toward=topic/talks",
    "compare?first=state/iran&second=state/iraq",
    "topics",
    "topics/topic/talks",
    "map",
    "state/iran",
    "post/iran-spokesperson",
    "statement/s1",
    "article/a1",
    "search?q=آتش‌بس",
    "questions/said-about",
    "about",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_given_as_csv_json_and_turtle(client: FlaskClient, page: str) -> None:
    separator = "&" if "?" in page else "?"
    address = f"/fa/{page}{separator}format="
    rows = list(csv.reader(io.StringIO(client.get(address + "csv").get_data(as_text=True))))
    answer = json.loads(client.get(address + "json").data)
    assert rows[0] == answer["head"]["vars"]
    assert len(rows) - 1 == len(answer["results"]["bindings"])
    turtle = client.get(address + "ttl")
    assert turtle.mimetype == "text/turtle"
    rdflib.Graph().parse(data=turtle.data)
    refused = client.get(address + "xls")
    assert (refused.status_code, refused.get_json()["where"]) == (400, "format")


def test_the_query_that_a_page_shows_gives_what_the_page_shows(client: FlaskClient) -> None:
    page = "/en/on?who=state/iraq&toward=topic/talks"
    shown = client.get(page + "&format=json").get_json(force=True)["results"]["bindings"]
    assert [row["statement"]["value"] for row in shown] == [ID + "statement/s3"]
    assert (shown[0]["for"]["value"], shown[0]["against"]["value"]) == ("false", "true")
    assert "PREFIX dip:" in client.get(page).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=ایران", {"s1"}),
        ("who=person/neda-karimi", {"s1"}),
        ("who=post/iran-spokesperson", {"s1"}),
        ("act=announce", {"s1", "s2"}),
        ("sign=against", {"s3"}),
        ("sign=for&toward=topic/ceasefire", {"s2"}),
        ("toward=topic/ceasefire", {"s1"}),
        ("from=1398/04/24&until=2019-07-15", {"s1", "s2"}),
        ("from=2020", {"s3"}),
        ("words=اتش بس پذيرفته", {"s1"}),
        ("who=عراق&act=announce", set()),
        ("", {"s1", "s2", "s3"}),
    ],
)
def test_facets_narrow_the_statements_down(client: FlaskClient, query: str, found: set[str]) -> None:
    rows = client.get(f"/fa/explore?{query}&format=json").get_json(force=True)["results"]["bindings"]
    assert {row["statement"]["value"].rpartition("/")[2] for row in rows} == found
    page = client.get(f"/fa/explore?{query}").text
    assert {name for name in ("s1", "s2", "s3") if f'dir="rtl" href="/fa/statement/{name}"' in page} == found


@pytest.mark.parametrize("page", ["explore?who=", "on?toward=ایران&who=", "compare?second=ایران&first=", "map?focus="])
def test_a_name_of_several_things_is_answered_with_these(client: FlaskClient, page: str) -> None:
    response = client.get(f"/en/{page}گفت‌وگو")
    assert response.status_code == 400
    for path in ("topic/ceasefire", "person/neda-karimi"):
        assert f"={path}" in response.text, "one press chooses it"
    unknown = client.get(f"/en/{page}هیچ‌کس")
    assert unknown.status_code == 400
    assert "هیچ‌کس" in unknown.text


def test_many_statements_are_counted_by_month() -> None:
    days = (("2019-07-15", "for"), ("2019-07-16", "both"), ("2019-08-01", "against"), ("2019-08-02", ""), ("", "for"))
    bars = count_months([Moment("s", day, sign, False) for day, sign in days])
    assert bars == [Bar("2019-07", 2, 1), Bar("2019-08", 0, 1)]


def test_facets_tell_how_many_statements_each_choice_leaves(client: FlaskClient) -> None:
    page = client.get("/en/explore").text
    assert "<strong>3</strong> statements" in page
    counted = dict(re.findall(r'<li><a href="([^"]*)">[^\n]*?</a> <small>(\d+)</small></li>', page))
    assert len(counted) > 6
    for address, count in counted.items():
        narrowed = client.get(address.replace("&amp;", "&")).text
        assert f"<strong>{count}</strong> statement" in narrowed, address


def test_a_store_without_anything_says_what_to_do(tmp_path: Path) -> None:
    settings = Settings(update_token="x", workers=1)
    with open_pool(tmp_path / "store", settings) as pool:
        client = create_app(pool, settings).test_client(use_cookies=False)
        for page in ("", "articles", "topics"):
            assert "mavaze build" in client.get(f"/en/{page}").text, page
        for page in ("explore", "map", "search?q=ایران", "questions/said-about", "on?who=state/iran&toward=state/iraq"):
            response = client.get(f"/en/{page}", headers={"Accept": "text/html"})
            assert response.status_code == 200, page
            assert 'class="said"' not in response.text


def test_a_filter_that_cannot_be_read_is_an_error_on_the_page(client: FlaskClient) -> None:
    for page in ("explore?from=yesterday", "state/iran?from=yesterday", "map?from=2019-13", "feed.atom?until=never"):
        assert client.get(f"/fa/{page}", headers={"Accept": "text/html"}).status_code == 400, page


def test_names_lead_to_the_address_that_is_cited(client: FlaskClient) -> None:
    response = client.get("/fa/on?who=عراق&toward=topic/talks")
    assert (response.status_code, response.headers["Location"]) == (302, "/fa/on?who=state/iraq&toward=topic/talks")


def test_a_filter_is_a_feed(client: FlaskClient) -> None:
    response = client.get("/fa/feed.atom?who=state/iran")
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.data)
    assert [entry.findtext(ATOM + "id") for entry in feed.iter(ATOM + "entry")] == [ID + "statement/s1"]
    assert feed.findtext(ATOM + "updated") == "2019-07-15T00:00:00Z"
    every = ElementTree.fromstring(client.get("/en/feed.atom").data)
    assert "<b>نه</b>" in [entry.findtext(ATOM + "content") for entry in every.iter(ATOM + "entry")]


def test_the_site_map_leads_to_every_thing(client: FlaskClient) -> None:
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    (part,) = [found.text or "" for found in index.iter(SITEMAP + "loc")]
    addresses = [
        (found.text or "").removeprefix("http://localhost")
        for found in ElementTree.fromstring(client.get(part.removeprefix("http://localhost")).data).iter(
            SITEMAP + "loc"
        )
    ]
    assert {"/fa/", "/en/state/iran", "/fa/article/a1"} <= set(addresses)
    for address in addresses:
        assert client.get(address, headers={"Accept": "text/html"}).status_code == 200, address
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_the_theme_leads_nowhere_else(client: FlaskClient, back: str) -> None:
    response = client.get("/theme/dark", query_string={"back": back})
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert "theme=dark" in response.headers["Set-Cookie"]


def test_a_page_of_persian_has_both_calendars(client: FlaskClient) -> None:
    assert '<time datetime="2019-07-15">۲۴ تیر ۱۳۹۸ (۱۵ ژوئیه ۲۰۱۹)</time>' in client.get("/fa/article/a1").text
    assert '<time datetime="2019-07-15">2019-07-15</time>' in client.get("/en/article/a1").text


def test_a_change_of_position_is_marked() -> None:
    def row(statement: str, *toward: str) -> list[Solution]:
        named = {"statement": Term("uri", statement)}
        return [named | {"toward": Term("uri", DIP + sign)} for sign in toward] or [named]

    up, down = "inFavourOf", "against"
    moments = mark_changes([*row("s1", up), *row("s2"), *row("s3", up), *row("s4", down), *row("s5", down, up)])
    assert [(moment.sign, moment.has_changed) for moment in moments] == [
        ("for", False),
        ("", False),
        ("for", False),
        ("against", True),
        ("both", True),
    ]
