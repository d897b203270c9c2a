import csv
import io
import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ontology import queries
from server.application import create_app
from server.settings import Settings
from server.site import open_pool

HTML = {"Accept": "text/html"}
ADDRESSES = [
    "",
    "articles",
    "query",
    "search?q=ایر",
    "statement/s1",
    "article/a1",
    "state/iran",
    "post/iran-spokesperson",
]


class Outline(HTMLParser):
    """Collect what a page links to and holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag == "a":
            self.links.append(attributes["href"] or "")
        elif tag in ("script", "img", "iframe") and attributes.get("type") != "application/ld+json":
            self.loaded.append(attributes.get("src") or "inline")
        elif tag == "link" and attributes.get("rel") not in ("alternate", "canonical"):
            self.loaded.append(attributes["href"] or "")


def test_the_door_leads_to_the_readers_language(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/fa/"
    assert client.get("/", headers={"Accept-Language": "en-US,en;q=0.8,fa;q=0.3"}).headers["Location"] == "/en/"
    assert client.get("/", headers={"Accept-Language": "de"}).headers["Location"] == "/fa/"


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_whole_in_both_languages(client: FlaskClient, address: str) -> None:
    for language, direction in (("fa", "rtl"), ("en", "ltr")):
        response = client.get(f"/{language}/{address}", headers=HTML)
        assert response.status_code == 200
        outline = Outline(response.text)
        (html,) = [attributes for tag, attributes in outline.elements if tag == "html"]
        assert (html["lang"], html["dir"]) == (language, direction)
        assert [tag for tag, _ in outline.elements].count("h1") == 1
        assert all(loaded.startswith("/static/") for loaded in outline.loaded), "nothing comes from elsewhere"
        assert not any("style" in attributes for _, attributes in outline.elements), "no inline styles"
        other = "en" if language == "fa" else "fa"
        assert any(link.startswith(f"/{other}/") for link in outline.links)


def test_links_lead_somewhere(client: FlaskClient) -> None:
    seen: set[str] = set()
    waiting = ["/fa/"]
    while waiting and len(seen) < 150:
        address = waiting.pop(0)
        if address in seen or not address.startswith("/") or "/questions/" in address or address.startswith("/static"):
            continue
        seen.add(address)
        response = client.get(address, headers=HTML)
        assert response.status_code in (200, 303), address
        if response.mimetype == "text/html":
            assert "object at 0x" not in response.text, address
            waiting += Outline(response.text).links
    assert len(seen) > 30


def test_the_first_page_tells_what_is_in_the_graph(client: FlaskClient) -> None:
    text = client.get("/en/").text
    counts = {name: number for number, name in re.findall(r"<strong>(\d+)</strong> (\w+)", text)}
    assert counts == {"articles": "3", "statements": "3", "stances": "2", "speakers": "3"}
    assert "2020-12-31</time>" in text
    assert "۳" in client.get("/fa/").text


@pytest.mark.parametrize("name", [query.name for query in queries()])
def test_every_question_has_a_page(client: FlaskClient, name: str) -> None:
    (question,) = [query for query in queries() if query.name == name]
    assert f"/fa/questions/{name}" in client.get("/fa/").text
    for language, title in (("fa", question.title_fa), ("en", question.title_en)):
        response = client.get(f"/{language}/questions/{name}", headers=HTML)
        assert title in response.text.replace("&#39;", "'")
        asks_others = "SERVICE" in question.text and response.status_code == 403
        assert response.status_code == 200 or asks_others


def test_a_question_takes_names_items_and_iris(client: FlaskClient) -> None:
    for actor in ("ایران", "Iran", "iran", "تهران", "Q794", "https://w3id.org/mavaze/id/state/iran"):
        response = client.get("/en/questions/said-about", query_string={"actor": actor, "target": "آتش‌بس"})
        assert response.status_code == 200, actor
        assert "&lt;https://w3id.org/mavaze/id/state/iran&gt;" in response.text


def test_a_question_names_things_in_the_language_of_its_page(client: FlaskClient) -> None:
    query = {"actor": "عراق", "target": "topic/talks"}
    for language, name, act in (("fa", "عراق", "محکوم کردن"), ("en", "Iraq", "condemn")):
        page = client.get(f"/{language}/questions/said-about", query_string=query).text
        assert f'href="/{language}/state/iraq" title="https://w3id.org/mavaze/id/state/iraq"><bdi>{name}</bdi>' in page
        assert f'href="/{language}/statement/s3"' in page, "the words lead to their statement"
        rows = client.get(f"/{language}/questions/said-about", query_string=query | {"format": "csv"}).text
        (row,) = csv.DictReader(io.StringIO(rows))
        assert (row["speakerName"], row["actName"]) == (name, act)


def test_the_rows_of_a_question_are_turned_like_pages(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.pages.questions._A_PAGE", 10)
    settings = Settings(workers=1)
    with open_pool(sample_store, settings) as pool:
        client = create_app(pool, settings).test_client(use_cookies=False)
        address = "/en/questions/said-about"
        rows = list(csv.DictReader(io.StringIO(client.get(f"{address}?format=csv").text)))
        pages = [client.get(f"{address}?page={number}").text for number in range(1, len(rows) // 10 + 2)]
    shown = [statement for page in pages for statement in re.findall(r'href="/en/statement/(\w+)" dir', page)]
    assert shown == [row["statement"].rpartition("/")[2] for row in rows], "all rows, in their order, each once"
    assert ['rel="next"' in page for page in pages] == [True] * (len(pages) - 1) + [False]


def test_what_is_not_there_is_told_in_the_language_of_the_reader(client: FlaskClient) -> None:
    for language, told in (("fa", "چنین چیزی در این گراف نیست"), ("en", "There is no such thing in this graph")):
        response = client.get(f"/{language}/nowhere/at/all", headers=HTML)
        assert response.status_code == 404
        assert f"<h1>{told}</h1>" in response.text


def test_a_name_that_fits_several_things_is_refused_with_the_candidates(client: FlaskClient) -> None:
    response = client.get("/fa/questions/said-about", query_string={"actor": "گفت‌وگو"})
    assert response.status_code == 400
    assert "topic/ceasefire" in response.text
    assert "person/neda-karimi" in response.text


@pytest.mark.parametrize(("parameter", "value"), [("actor", "هیچ‌کس"), ("from", "yesterday"), ("actor", "Q1")])
def test_a_value_that_means_nothing_is_an_error_on_the_page(client: FlaskClient, parameter: str, value: str) -> None:
    response = client.get("/fa/questions/said-about", query_string={parameter: value})
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert value in response.text


def test_a_query_is_answered_as_a_table(client: FlaskClient) -> None:
    query = "SELECT ?speaker ?content { ?s dip:speaker ?speaker ; dip:content ?content }"
    for address in ("/en/query", "/sparql"):
        response = client.get(address, query_string={"query": query, "lang": "en"}, headers=HTML)
        assert response.status_code == 200
        assert (
            '<a href="/en/state/iraq" title="https://w3id.org/mavaze/id/state/iraq"><bdi>Iraq</bdi></a>'
            in response.text
        )
        assert "3 rows" in response.text
        assert "/sparql?query=" in response.text
    assert '<p class="truth">Yes</p>' in client.get("/en/query?query=ASK{}").text
    assert "/statement/s3" in client.get("/en/query?query=CONSTRUCT WHERE { ?s dip:speaker ?o }").text


@pytest.mark.parametrize(("query", "status"), [("SELECT", 400), ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", 403)])
def test_a_query_that_fails_stays_in_the_box(client: FlaskClient, query: str, status: int) -> None:
    response = client.get("/fa/query", query_string={"query": query})
    assert response.status_code == status
    assert 'role="alert"' in response.text
    assert query.replace("<", "&lt;").replace(">", "&gt;") in response.text


def test_a_search_finds_things_by_any_name(client: FlaskClient) -> None:
    for words in ("تهران", "ira", "کامرانی"):
        assert "/fa/" in client.get("/fa/search", query_string={"q": words}).text
    assert "/fa/state/iran" in client.get("/fa/search", query_string={"q": "تهران"}).text
    assert client.get("/fa/search", query_string={"q": '") } #'}).status_code == 200


def test_an_article_without_a_title_is_called_by_its_first_words(client: FlaskClient) -> None:
    for address in ("/fa/articles", "/fa/article/a3"):
        assert ">خبری بی‌گفته و بی‌تاریخ</" in client.get(address).text


def test_both_languages_have_the_same_words() -> None:
    words = {
        language: json.loads(files("server").joinpath("translations", f"{language}.json").read_text("utf-8"))
        for language in ("fa", "en")
    }
    assert words["fa"].keys() == words["en"].keys()
    assert all(words["fa"].values())
    assert all(words["en"].values())
