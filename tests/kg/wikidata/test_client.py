"""The client against a server that is well, busy, behind, slow, cut off, or talks nonsense."""

import json
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from kg.errors import RemoteError, StoreError
from kg.wikidata.cache import AnswerCache
from kg.wikidata.client import WikidataClient
from kg.wikidata.items import Days, Term, read_item, read_time

from .conftest import Wikidata, claim, entity, person, respond


def client(wikidata: Wikidata, **more: object) -> WikidataClient:
    return WikidataClient(api=wikidata.api, sparql=wikidata.sparql, **more)  # type: ignore[arg-type]


def failing(status: int, body: bytes = b"", **headers: str) -> object:
    return lambda handler: respond(handler, status, body, **headers)


def test_a_name_is_searched_in_its_language_with_a_polite_user_agent_and_maxlag(wikidata: Wikidata) -> None:
    wikidata.entities = {"Q900001": entity("رضا کامرانی"), "Q900002": entity("سارا نیکبخت")}
    assert client(wikidata).search("رضا کامرانی", "fa") == ["Q900001"]
    (asked,) = wikidata.asked
    assert (asked["language"], asked["type"], asked["maxlag"]) == ("fa", "item", "5")
    assert "Mavaze" in wikidata.agents[0]
    assert "http" in wikidata.agents[0]


def test_items_are_asked_for_in_batches_of_fifty_and_missing_ones_are_left_out(wikidata: Wikidata) -> None:
    wikidata.entities = {f"Q9{n:05}": entity(f"چیز {n}") for n in range(1, 120)}
    found = client(wikidata).items([*wikidata.entities, "Q999999"])
    assert found.keys() == wikidata.entities.keys()
    assert [len(asked["ids"].split("|")) for asked in wikidata.actions("wbgetentities")] == [50, 50, 20]


def test_an_item_is_read_with_its_offices_states_and_years() -> None:
    told = person(
        "رضا کامرانی",
        state="Q900010",
        born=1961,
        en="Reza Kamrani",
        aliases=("کامرانی",),
        P39=[claim({"id": "Q900020"}, P580="+2015-07-01T00:00:00Z", P582="+2022-03-01T00:00:00Z")],
        P570=[claim({"time": "+2024-00-00T00:00:00Z"})],
    )
    item = read_item("Q900001", told)
    assert item is not None
    assert item.names["fa"] == ("رضا کامرانی", "کامرانی")
    assert item.names["en"] == ("Reza Kamrani",)
    assert (item.states, item.born, item.died) == (frozenset({"Q900010"}), 1961, 2024)
    assert item.terms == (Term("Q900020", 2015, 2022),)


@pytest.mark.parametrize(
    "entity_",
    [
        None,
        [],
        {"missing": ""},
        {"labels": [], "claims": []},
        {"labels": {"fa": "خام"}, "claims": {"P31": {"id": "Q5"}}},
        {
            "claims": {
                "P31": [{"mainsnak": {"snaktype": "novalue"}}],
                "P569": [{"mainsnak": {"datavalue": {"value": 3}}}],
            }
        },
        {"claims": {"P39": [{"mainsnak": {"datavalue": {"value": {"id": "Q900020"}}}, "qualifiers": {"P580": []}}]}},
        {"aliases": {"fa": {"value": "کج"}}, "claims": {"P27": [None]}},
    ],
)
def test_what_is_malformed_in_an_item_costs_itself_alone(entity_: object) -> None:
    item = read_item("Q900001", entity_)
    assert item is None or (item.born is None and not item.classes)


@pytest.mark.parametrize(
    ("text", "precision", "days"),
    [
        ("+2019-07-15T00:00:00Z", 11, ("2019-07-15", "2019-07-15")),
        ("+2019-12-00T00:00:00Z", 10, ("2019-12-01", "2019-12-31")),
        ("+2020-02-00T00:00:00Z", 10, ("2020-02-01", "2020-02-29")),
        ("+2019-00-00T00:00:00Z", 9, ("2019-01-01", "2019-12-31")),
        ("+2010-00-00T00:00:00Z", 8, None),
        ("-0044-03-15T00:00:00Z", 11, None),
        ("+2019-02-31T00:00:00Z", 11, None),
        ("soon", 11, None),
    ],
)
def test_a_time_leaves_open_what_its_precision_leaves_open(
    text: str, precision: int, days: tuple[str, str] | None
) -> None:
    found = read_time(text, precision)
    assert (None if found is None else (found.first.isoformat(), found.last.isoformat())) == days
    assert found is None or isinstance(found, Days)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says(wikidata: Wikidata, status: int) -> None:
    wikidata.entities = {"Q900001": entity("رضا کامرانی")}
    wikidata.failures = [failing(status, Retry_After="0")] * 2  # type: ignore[list-item]
    assert client(wikidata).search("رضا", "fa") == ["Q900001"]
    assert len(wikidata.asked) == 3


def test_a_server_that_lags_is_asked_again(wikidata: Wikidata) -> None:
    wikidata.entities = {"Q900001": entity("رضا کامرانی")}
    lag = json.dumps({"error": {"code": "maxlag", "info": "Waiting for a host: 7 seconds lagged.", "lag": 7}}).encode()
    wikidata.failures = [failing(200, lag, Retry_After="0")]  # type: ignore[list-item]
    assert client(wikidata).search("رضا", "fa") == ["Q900001"]


def test_a_server_that_stays_busy_is_left_in_time(wikidata: Wikidata) -> None:
    wikidata.failures = [failing(429, Retry_After="30")] * 9  # type: ignore[list-item]
    begin = time.monotonic()
    with pytest.raises(RemoteError, match="429"):
        client(wikidata, seconds=1).search("رضا", "fa")
    assert time.monotonic() - begin < 5
    assert len(wikidata.asked) == 1


def test_the_time_for_all_questions_is_a_hard_limit(wikidata: Wikidata) -> None:
    def stall(_handler: BaseHTTPRequestHandler) -> None:
        wikidata.over.wait(20)

    wikidata.failures = [stall]
    asking = client(wikidata, seconds=0.5)
    begin = time.monotonic()
    for _ in range(2):
        with pytest.raises(RemoteError):
            asking.search("رضا", "fa")
    assert time.monotonic() - begin < 5
    assert len(wikidata.asked) == 1  # the second question was not even sent


def cut(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"search": [')


@pytest.mark.parametrize(
    "failure",
    [
        failing(500, b"oops"),
        cut,
        failing(200, b""),
        failing(200, b'{"search": [{"id": "Q1"'),
        failing(200, b"\xff\xfe"),
        failing(200, b"[1, 2]"),
        failing(200, b'{"search": {"id": "Q1"}}'),
        failing(200, b'{"error": {"code": "internal_api_error", "info": "bad"}}'),
        failing(200, b"<html>login</html>"),
        failing(302, b"", Location="/elsewhere"),
    ],
    ids=["500", "cut", "empty", "truncated", "bytes", "list", "shape", "api-error", "html", "redirect"],
)
def test_what_is_no_answer_is_one_clear_error_and_is_not_kept(
    wikidata: Wikidata, failure: object, tmp_path: Path
) -> None:
    wikidata.entities = {"Q900001": entity("رضا کامرانی")}
    wikidata.failures = [failure]  # type: ignore[list-item]
    with AnswerCache(tmp_path / "answers.sqlite") as cache:
        asking = client(wikidata, cache=cache)
        with pytest.raises(RemoteError) as caught:
            asking.search("رضا", "fa")
        assert str(caught.value).startswith(f"{wikidata.api}: ")  # the service, not the whole question
        assert asking.search("رضا", "fa") == ["Q900001"]


def test_results_that_are_no_items_are_left_out(wikidata: Wikidata) -> None:
    body = json.dumps({"search": [{"id": "P31"}, {"id": 7}, "Q1", {}, {"id": "Q900001"}]}).encode()
    wikidata.failures = [failing(200, body)]  # type: ignore[list-item]
    assert client(wikidata).search("رضا", "fa") == ["Q900001"]


def test_an_answer_is_kept_on_disk_until_it_is_too_old(wikidata: Wikidata, tmp_path: Path) -> None:
    wikidata.entities = {"Q900001": entity("رضا کامرانی")}
    now = 1_000_000.0
    for later, asked in [(0.0, 1), (29 * 86_400.0, 1), (31 * 86_400.0, 2)]:
        with AnswerCache(tmp_path / "answers.sqlite", days=30, clock=lambda later=later: now + later) as cache:  # type: ignore[misc]
            assert client(wikidata, cache=cache).search("رضا", "fa") == ["Q900001"]
        assert len(wikidata.asked) == asked


def test_a_cache_that_is_none_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(StoreError, match="delete the file"):
        AnswerCache(tmp_path / "answers.sqlite")


def test_sparql_rows_are_values_by_variable(wikidata: Wikidata) -> None:
    wikidata.rows = [{"a": {"type": "literal", "value": "یک"}}, {"b": {"type": "uri", "value": "http://x/2"}}]
    assert list(client(wikidata).select("SELECT * {}")) == [{"a": "یک"}, {"b": "http://x/2"}]
    wikidata.failures = [failing(200, b'{"results": []}')]  # type: ignore[list-item]
    with pytest.raises(RemoteError, match="without bindings"):
        list(client(wikidata).select("SELECT * {}"))
