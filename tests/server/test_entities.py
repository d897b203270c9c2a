import re
from urllib.parse import quote

import pytest
import rdflib
from flask.testing import FlaskClient

ID = "https://w3id.org/mavaze/id/"
PERSIAN = "person/رضا-کامرانی"


@pytest.mark.parametrize(
    "path",
    ["state/iran", PERSIAN, "topic/ceasefire", "statement/s1", "stance/t1", "article/a1", "post/iran-spokesperson"],
)
def test_a_person_is_sent_to_the_page(client: FlaskClient, path: str) -> None:
    for accepted, language in (("fa", "fa"), ("en-GB,en;q=0.9", "en")):
        response = client.get(f"/id/{path}", headers={"Accept": "text/html", "Accept-Language": accepted})
        assert response.status_code == 303
        assert response.headers["Location"] == f"/{language}/{quote(path)}"
        assert {"Accept", "Accept-Language"} <= set(response.headers["Vary"].split(", "))
        page = client.get(response.headers["Location"])
        assert (page.status_code, page.mimetype) == (200, "text/html")
        assert ID + path in page.text


@pytest.mark.parametrize(
    ("suffix", "media_type", "syntax"),
    [
        ("ttl", "text/turtle", "turtle"),
        ("nt", "application/n-triples", "nt"),
        ("jsonld", "application/ld+json", "json-ld"),
        ("rdf", "application/rdf+xml", "xml"),
    ],
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_a_program_gets_the_data_by_suffix_and_by_accept(
    client: FlaskClient, suffix: str, media_type: str, syntax: str
) -> None:
    by_suffix = client.get(f"/id/statement/s2.{suffix}", headers={"Accept": "text/html"})
    by_accept = client.get("/id/statement/s2", headers={"Accept": media_type})
    for response in (by_suffix, by_accept):
        assert (response.status_code, response.mimetype) == (200, media_type)
        graph = rdflib.Graph().parse(data=response.data, format=syntax)
        assert rdflib.URIRef(ID + "statement/s2") in graph.subjects()
        assert rdflib.URIRef(ID + "stance/t1") in graph.subjects(), "a statement brings its stances"
    assert by_accept.headers["Content-Location"] == f"/id/statement/s2.{suffix}"


def test_the_data_of_a_persian_name(client: FlaskClient) -> None:
    response = client.get(f"/id/{quote(PERSIAN)}", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=response.data)
    assert set(graph.subjects()) == {rdflib.URIRef(ID + PERSIAN)}


def test_the_data_of_an_article_is_its_whole_graph(client: FlaskClient) -> None:
    graph = rdflib.Graph().parse(data=client.get("/id/article/a1.ttl").data)
    assert {str(subject).removeprefix(ID) for subject in graph.subjects()} == {
        "article/a1",
        "statement/s1",
        "statement/s2",
        "stance/t1",
    }


def test_what_the_graph_does_not_know_is_not_found(client: FlaskClient) -> None:
    for address in ("/id/state/nowhere", "/id/state/nowhere.ttl", "/fa/state/nowhere", "/id/article/none"):
        response = client.get(address)
        assert response.status_code == 404
        assert list(response.get_json()) == ["error", "where", "remedy"]
    page = client.get("/id/state/nowhere", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert client.get("/id/state/iran", headers={"Accept": "image/png"}).status_code == 406


def test_an_iri_cannot_leave_its_place_in_a_query(client: FlaskClient) -> None:
    response = client.get("/id/" + quote("x> ?p ?o } #"))
    assert response.status_code in (400, 404)
    assert client.get("/fa/" + quote('x"} <script>')).status_code in (400, 404)


def test_an_article_marks_the_words_of_its_statements(client: FlaskClient) -> None:
    text = client.get("/fa/article/a1").text
    assert '<mark class="depth1" id="s1">' in text
    assert '<mark class="depth2" id="s2">' in text
    assert text.count("<mark") == 3, "the outer statement goes on behind the inner one"


def test_a_statement_shows_its_words_in_their_article(client: FlaskClient) -> None:
    text = client.get("/en/statement/s1").text
    assert '<mark id="words">رضا کامرانی آتش‌بس را پذیرفته است</mark>' in text
    for shown in ("ندا کریمی", "announce", "Iran", "2019-07-15", "verb-that", "Reports within it", "/en/statement/s2"):
        assert shown in text


def test_an_actor_shows_what_it_said_and_where_it_stands(client: FlaskClient) -> None:
    iran = client.get("/en/state/iran").text
    assert "رضا کامرانی آتش‌بس را پذیرفته است" in iran, "what is said on its behalf is its own"
    assert "http://www.wikidata.org/entity/Q794" in iran
    iraq = client.get("/en/state/iraq").text
    assert "against" in iraq
    assert "regional talks" in iraq
    assert "2018-01-01" in client.get("/en/person/neda-karimi").text, "its offices with their dates"


@pytest.mark.parametrize("path", ["article/a2", "statement/s3", "state/iraq", ""])
def test_the_words_of_an_article_are_never_markup(client: FlaskClient, path: str) -> None:
    for language in ("fa", "en"):
        text = re.sub(
            r'<script type="(module" src="/static/|application/ld.json">)', "", client.get(f"/{language}/{path}").text
        )
        for word in ("<script", "<img src=x", "<b>", "<i>", "javascript:"):
            assert word not in text, word
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get("/fa/article/a2").text
