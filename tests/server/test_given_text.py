"""TEXT: what is withheld goes out of no door, and cannot be found by searching either."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kg.graph.export import FORMATS
from server.application import create_app
from server.pages.documents import EXPORTS
from server.settings import Settings
from server.site import open_pool

STATEMENT = "پذیرفته است"
TITLE = "ادامه دارد"
FIRST_WORDS = "خبری بی‌گفته"
REST = "محکوم کرد."
ENTITIES = ("state/iran", "person/neda-karimi", "statement/s1", "article/a1", "article/a3", "topic/ceasefire")
PAGES = (
    *ENTITIES,
    "",
    "articles",
    "explore",
    "explore?words=پذیرفته",
    "on?who=state/iraq&toward=topic/talks",
    "compare?first=state/iran&second=state/iraq",
    "topics",
    "topics/topic/ceasefire",
    "map",
    "map?format=picture",
    "questions/said-about?actor=state/iran&target=topic/ceasefire",
    "questions/unnamed-speakers",
    "search?q=پذیرفته",
    "suggest?q=پذیرفته",
    "feed.atom",
    "feed.atom?words=پذیرفته",
)
QUERIES = (
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
    "DESCRIBE <https://w3id.org/mavaze/id/statement/s1> <https://w3id.org/mavaze/id/article/a1>",
    'SELECT ?o { ?s dip:matches "پذیرفته" ; ?p ?o }',
)


def doors() -> Iterator[str]:
    """Every address that gives something out of an article."""
    for page in PAGES:
        for language in ("fa", "en"):
            yield f"/{language}/{page}"
            if not page.startswith(("feed", "suggest")) and "format=" not in page:
                for format_ in ("csv", "json", "ttl"):
                    yield f"/{language}/{page}{'&' if '?' in page else '?'}format={format_}"
    for entity in ENTITIES:
        for suffix in ("ttl", "jsonld", "nt", "rdf", "trig", "nq"):
            yield f"/id/{entity}.{suffix}"
    for query in QUERIES:
        yield f"/sparql?query={quote(query)}"
    for name in FORMATS:
        yield f"/export?format={name}"
    yield "/graph-store?default"
    yield "/graph-store?graph=https://w3id.org/mavaze/id/article/a1"
    yield "/sitemap.xml?part=0"
    batch = '{"a": {"query": "پذیرفته"}}'
    yield f"/reconcile?queries={quote(batch)}"
    yield f"/reconcile/suggest/entity?prefix={quote('پذیرفته')}"


@pytest.fixture(scope="module", params=["none", "excerpt"])
def given(store: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, FlaskClient]]:
    settings = Settings(text=request.param, workers=1, rate_limit=0)
    with open_pool(store, settings) as pool:
        yield request.param, create_app(pool, settings).test_client(use_cookies=False)


def test_every_format_of_the_downloads_is_a_door() -> None:
    assert set(EXPORTS) == set(FORMATS)


def test_what_is_withheld_goes_out_of_no_door(given: tuple[str, FlaskClient], client: FlaskClient) -> None:
    policy, guarded = given
    withheld = (STATEMENT, TITLE, FIRST_WORDS, REST) if policy == "none" else (FIRST_WORDS,)
    leaks, opened = [], 0
    for door in doors():
        response = guarded.get(door)
        assert response.status_code == 200, (door, response.text[:300])
        text = response.text.encode().decode("unicode_escape") if "\\u06" in response.text else response.text
        leaks += [(door, words) for words in withheld if words in text]
        opened += STATEMENT in client.get(door).text
    assert leaks == []
    assert opened > 50, "the same doors give the words where all is given"


def test_withheld_words_find_nothing(given: tuple[str, FlaskClient]) -> None:
    policy, client = given
    query = 'SELECT ?s { ?s dip:matches "پذیرفته" }'
    found = client.get("/sparql", query_string={"query": query, "format": "csv"}).text.split()[1:]
    assert found == ([] if policy == "none" else ["https://w3id.org/mavaze/id/statement/s1"])
    for language in ("fa", "en"):
        page = client.get(f"/{language}/search?q=پذیرفته").text
        assert ("statement/s1" in page) == (policy == "excerpt")
        assert "state/iran" in client.get(f"/{language}/search?q=ایران").text, "names are found all the same"


def test_a_page_says_that_words_are_withheld(given: tuple[str, FlaskClient]) -> None:
    policy, client = given
    for page in ("statement/s1", "explore", "on?who=state/iraq&toward=topic/talks"):
        assert ("The words are not given out here" in client.get(f"/en/{page}").text) == (policy == "none")
        assert ("متن خبرها در اینجا نیامده است" in client.get("/fa/about").text) == (policy == "none")
