from pathlib import Path

import pytest
import rdflib
from flask.testing import FlaskClient

from kg.errors import InputError, StoreError
from kg.graph.pool import QueryPool
from server.application import create_app, site_of
from server.settings import Settings


def test_health_and_ontology(client: FlaskClient) -> None:
    assert client.get("/health").get_json() == {"status": "ok"}
    response = client.get("/ontology")
    assert response.mimetype == "text/turtle"
    terms = set(rdflib.Graph().parse(data=response.data).subjects())
    assert rdflib.URIRef("https://w3id.org/mavaze/ontology#Statement") in terms


@pytest.mark.parametrize(
    "address", ["/fa/", "/sparql?query=ASK{}", "/nowhere", "/id/state/iran.ttl", "/static/site.css"]
)
def test_every_answer_is_guarded(client: FlaskClient, address: str) -> None:
    with client.get(address) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"


def test_a_missing_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        create_app(tmp_path / "none")


def test_a_client_that_asks_too_often_is_told_to_wait(pool: QueryPool) -> None:
    client = create_app(pool, Settings(rate_limit=2)).test_client()
    answers = [client.get("/sparql?query=ASK{}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 61
    assert list(answers[2].get_json()) == ["error", "where", "remedy"]


def test_cors_may_be_switched_off(pool: QueryPool) -> None:
    client = create_app(pool, Settings(cors="")).test_client()
    assert "Access-Control-Allow-Origin" not in client.get("/sparql?query=ASK{}").headers


def test_any_server_makes_the_app_from_the_environment(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="no store is named"):
        create_app()
    monkeypatch.setenv("MAVAZE_STORE", str(store))
    monkeypatch.setenv("MAVAZE_WORKERS", "1")
    monkeypatch.setenv("MAVAZE_ROW_LIMIT", "7")
    app = create_app()
    site = site_of(app)
    assert app.test_client().get("/sparql?query=ASK{}").get_json()["boolean"] is True
    assert site.settings.row_limit == 7
    site.pool.close()
