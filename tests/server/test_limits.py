from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.graph.pool import QueryPool
from server.application import create_app
from server.clients import Client
from server.limits import ClientLimits, TooManyRequests
from server.logs import blank
from server.settings import Settings


def test_who_asks_too_much_at_once_is_told_to_wait() -> None:
    limits = ClientLimits(rate=0, concurrency=2, key_factor=2)
    visitor, holder = Client("192.0.2.1"), Client("key", has_key=True)
    for _ in range(2):
        limits.enter(visitor)
    with pytest.raises(TooManyRequests, match="CONCURRENCY"):
        limits.enter(visitor)
    limits.enter(Client("192.0.2.2"))
    for _ in range(4):
        limits.enter(holder)
    with pytest.raises(TooManyRequests):
        limits.enter(holder)
    limits.leave(visitor)
    limits.enter(visitor)


def test_a_seat_is_given_back_whatever_becomes_of_the_query(pool: QueryPool) -> None:
    client = create_app(pool, Settings(concurrency=1)).test_client()
    for query, status in (("ASK {}", 200), ("nonsense", 400), ("ASK { ?s none:p ?o }", 400), ("ASK {}", 200)):
        assert client.get("/sparql", query_string={"query": query}).status_code == status


def test_behind_a_proxy_each_visitor_is_a_client(pool: QueryPool) -> None:
    client = create_app(pool, Settings(rate_limit=1, proxies=1)).test_client()

    def ask(address: str) -> int:
        return client.get("/sparql?query=ASK{}", headers={"X-Forwarded-For": f"10.9.9.9, {address}"}).status_code

    assert [ask("192.0.2.1"), ask("192.0.2.2"), ask("192.0.2.1")] == [200, 200, 429]
    assert [ask("2001:db8::1"), ask("2001:db8::2")] == [200, 429], "one household"


def test_logs_tell_nothing_of_who_asked(pool: QueryPool, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("sesame\n")
    settings = Settings(access_log="on", slow_query=0.000001, keys=str(keys))
    client = create_app(pool, settings).test_client()
    query = "SELECT ?s { ?s dip:content ?c FILTER(CONTAINS(?c, 'نام پنهان')) } # hidden"
    with caplog.at_level("INFO"):
        client.get("/sparql", query_string={"query": query}, headers={"X-API-Key": "sesame"}).close()
    told = caplog.text
    assert "GET /sparql 200" in told
    assert "slow query" in told
    assert "dip:content" in told
    for secret in ("127.0.0.1", "sesame", "پنهان", "hidden", "query="):
        assert secret not in told


def test_a_blanked_query_keeps_its_shape() -> None:
    assert blank("ASK { ?s ?p '''long\nwords''' , 12.5 }") == 'ASK { ?s ?p "…" , 0 }'


def test_figures_for_prometheus(client: FlaskClient) -> None:
    client.get("/sparql?query=ASK{}")
    text = client.get("/metrics").text
    assert 'mavaze_queries_total{end="answer"}' in text
    for name in ("worker_kills_total", "cache_hits_total", "queries_waiting", "query_seconds_count", "workers"):
        assert f"\nmavaze_{name} " in text
