"""What OpenRefine asks of /reconcile, replayed: the answers have the shapes of the specification (0.2)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.graph.pool import QueryPool
from server.application import create_app
from server.settings import Settings
from server.site import open_pool

ZARIF, IRAN, MINISTER = "person/mohammad-javad-zarif", "state/iran", "post/iran-foreign-minister"


@pytest.fixture(scope="module")
def reconciling(sample_store: Path) -> Iterator[Flask]:
    settings = Settings(time_limit=10.0, memory_limit=256, workers=1)
    with open_pool(sample_store, settings) as pool:
        yield create_app(pool, settings)


@pytest.fixture
def refine(reconciling: Flask) -> FlaskClient:
    return reconciling.test_client()


# ── The shapes ───────────────────────────────────────────────────────────────────────────────────


def is_type(value: Any) -> bool:
    has_broader = all(is_type(broader) for broader in value.get("broader", []))
    return is_text(value.get("id")) and is_text(value.get("name")) and has_broader


def is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_result(result: Any) -> list[dict[str, Any]]:
    """A reconciliation result: candidates by falling score."""
    assert set(result) == {"result"}
    for candidate in result["result"]:
        assert is_text(candidate["id"])
        assert is_text(candidate["name"])
        assert is_number(candidate["score"])
        assert isinstance(candidate["match"], bool)
        assert all(is_type(type_) for type_ in candidate["type"])
        assert is_text(candidate.get("description", "x"))
        for feature in candidate["features"]:
            assert is_text(feature["id"])
            assert isinstance(feature["value"], bool) or is_number(feature["value"])
        assert len({feature["id"] for feature in candidate["features"]}) == len(candidate["features"])
    scores = [candidate["score"] for candidate in result["result"]]
    assert scores == sorted(scores, reverse=True)
    return list(result["result"])


def check_cell(cell: Any) -> None:
    allowed = [{"id", "name"}, {"id", "name", "description"}, {"str"}, {"float"}, {"int"}, {"date"}, set[str]()]
    assert set(cell) in allowed
    assert all(isinstance(value, str) for name, value in cell.items() if name not in ("float", "int"))


def reconcile(refine: FlaskClient, batch: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    response = refine.post("/reconcile", data={"queries": json.dumps(batch)})
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    answer = response.get_json()
    assert set(answer) == set(batch)
    return {key: check_result(result) for key, result in answer.items()}


def best(refine: FlaskClient, **query: Any) -> dict[str, Any]:
    return reconcile(refine, {"q": query})["q"][0]


# ── The manifest ─────────────────────────────────────────────────────────────────────────────────


def test_the_manifest_names_every_service_and_each_of_them_answers(refine: FlaskClient) -> None:
    response = refine.get("/reconcile", base_url="https://mavaze.example/")
    manifest = response.get_json()
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "0.2" in manifest["versions"]
    assert is_text(manifest["name"])
    assert manifest["identifierSpace"] == "https://w3id.org/mavaze/id/"
    assert manifest["schemaSpace"] == "https://w3id.org/mavaze/ontology#"
    assert all(is_type(type_) for type_ in manifest["defaultTypes"])
    assert len({type_["id"] for type_ in manifest["defaultTypes"]}) == len(manifest["defaultTypes"])
    assert manifest["view"]["url"] == "https://mavaze.example/id/{{id}}"
    assert "{{id}}" in manifest["preview"]["url"]
    assert isinstance(manifest["preview"]["width"], int)
    assert isinstance(manifest["preview"]["height"], int)
    for what, identifier in (("entity", ZARIF), ("type", "Person"), ("property", "office")):
        service = manifest["suggest"][what]
        found = refine.get(service["service_url"] + service["service_path"], query_string={"prefix": "o"})
        assert found.status_code == 200
        flyout = refine.get(service["service_url"] + service["flyout_service_path"].replace("${id}", identifier))
        assert flyout.get_json()["id"] == identifier
        assert is_text(flyout.get_json()["html"])
    assert refine.get(manifest["preview"]["url"].replace("{{id}}", ZARIF)).status_code == 200
    proposing = manifest["extend"]["propose_properties"]
    assert refine.get(proposing["service_url"] + proposing["service_path"]).status_code == 200
    (setting,) = manifest["extend"]["property_settings"]
    assert setting["type"] == "number"
    assert is_text(setting["name"])
    assert is_text(setting["label"])


def test_the_view_of_an_identifier_is_its_page(refine: FlaskClient) -> None:
    view = refine.get("/reconcile").get_json()["view"]["url"]
    response = refine.get(view.replace("{{id}}", ZARIF.replace("/", "%2F")), headers={"Accept": "text/html"})
    assert response.status_code == 303
    assert response.headers["Location"].endswith(ZARIF)


@pytest.mark.parametrize("callback", ["f", "jQuery_12.call"])
def test_old_clients_get_jsonp(refine: FlaskClient, callback: str) -> None:
    response = refine.get("/reconcile", query_string={"callback": callback})
    assert response.mimetype == "text/javascript"
    text = response.get_data(as_text=True)
    assert text.startswith(f"/**/{callback}(")
    json.loads(text.removeprefix(f"/**/{callback}(").rstrip().removesuffix(");"))


@pytest.mark.parametrize("callback", ["alert(1)//", "a b", "<script>", "ن", ""])
def test_a_callback_that_is_no_name_is_refused(refine: FlaskClient, callback: str) -> None:
    assert refine.get("/reconcile", query_string={"callback": callback}).status_code == 400


def test_a_browser_may_ask_before_it_posts(refine: FlaskClient) -> None:
    response = refine.options("/reconcile")
    assert response.status_code == 204
    assert "POST" in response.headers["Access-Control-Allow-Methods"]


# ── Queries ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "identifier"),
    [
        ("محمدجواد ظریف", ZARIF),
        ("محمد جواد ظريف", ZARIF),
        ("Mohammad Javad Zarif", ZARIF),
        ("ايران", IRAN),
        ("إيران", IRAN),
        ("IRAN", IRAN),
        ("وزير خارجه ايران", MINISTER),
        ("وزیر امور خارجه ایران", MINISTER),
        ("سازمان ملل", "organization/united-nations"),
        ("سازمان‌ملل", "organization/united-nations"),
        ("Antonio Guterres", "person/antonio-guterres"),
        ("برجام", "topic/jcpoa"),
        ("JCPOA", "topic/jcpoa"),
        ("وزارت خارجه ایالات متحده", "organization/united-states-foreign-ministry"),
        (ZARIF, ZARIF),
        ("Q794", IRAN),
        ("http://www.wikidata.org/entity/Q794", IRAN),
    ],
)
def test_a_name_in_any_spelling_or_script_is_matched(refine: FlaskClient, query: str, identifier: str) -> None:
    found = best(refine, query=query)
    assert (found["id"], found["match"]) == (identifier, True)


@pytest.mark.parametrize(
    ("query", "identifier"),
    [("Zarif", ZARIF), ("العراق", "state/iraq"), ("محمدجواد ظرف", ZARIF), ("Mohamad Javad Zarif", ZARIF)],
)
def test_a_short_or_misspelt_name_finds_its_thing_without_certainty(
    refine: FlaskClient, query: str, identifier: str
) -> None:
    found = best(refine, query=query)
    assert (found["id"], found["match"]) == (identifier, False)
    assert found["score"] < 95


def test_a_surname_of_several_is_left_to_a_person(refine: FlaskClient) -> None:
    found = reconcile(refine, {"q": {"query": "لاریجانی"}})["q"]
    assert {"person/ali-larijani", "person/sadeq-larijani"} <= {candidate["id"] for candidate in found}
    assert not any(candidate["match"] for candidate in found)


def test_nothing_is_found_of_what_nobody_is_called(refine: FlaskClient) -> None:
    assert reconcile(refine, {"q": {"query": "ژژژژ غغغغ"}}) == {"q": []}
    assert reconcile(refine, {}) == {}


def test_what_only_the_store_knows_is_found_too(refine: FlaskClient, sample_store: Path) -> None:
    from kg.gazetteer import load
    from kg.graph.search import read_names

    base, gazetteer = "https://w3id.org/mavaze/id/", load()
    rows = [(iri.removeprefix(base), name) for iri, name, _ in read_names(sample_store)]
    unlisted = [(path, name) for path, name in rows if path.startswith("person/") and path not in gazetteer.things]
    assert unlisted
    for path, name in unlisted[:5]:
        assert path in {candidate["id"] for candidate in reconcile(refine, {"q": {"query": name}})["q"]}
    assert not any(path.startswith("article/") for path, _ in unlisted)


@pytest.mark.parametrize(
    ("types", "how", "ids"),
    [
        ("State", None, {"state"}),
        ("https://w3id.org/mavaze/ontology#State", None, {"state"}),
        (["Topic", "State"], "any", {"state", "topic"}),
        ("Actor", None, {"state", "person", "organization", "group"}),
        (["Actor", "State"], "all", {"state"}),
        (["Person", "State"], "all", set()),
        ("Nonsense", None, set()),
        ("Nonsense", "should", {"state"}),
    ],
)
def test_types_are_kept_to(refine: FlaskClient, types: Any, how: str | None, ids: set[str]) -> None:
    query = {"query": "ایران", "type": types, **({"type_strict": how} if how else {})}
    found = reconcile(refine, {"q": query})["q"]
    assert bool(found) == bool(ids)
    assert how == "should" or {candidate["id"].partition("/")[0] for candidate in found} <= ids


@pytest.mark.parametrize("value", ["ايران", {"id": "state/iran"}, ["x", "Iran"], "Q794"])
def test_a_property_that_agrees_keeps_the_certainty(refine: FlaskClient, value: Any) -> None:
    found = best(refine, query="محمدجواد ظریف", properties=[{"pid": "state", "v": value}])
    assert (found["id"], found["match"]) == (ZARIF, True)
    assert {"id": "property_state", "value": True} in found["features"]


def test_a_property_tells_between_namesakes(refine: FlaskClient) -> None:
    found = best(refine, query="لاریجانی", properties=[{"pid": "office", "v": "رئیس قوه قضائیه"}])
    assert found["id"] == "person/sadeq-larijani"


def test_a_property_that_contradicts_takes_the_certainty_away(refine: FlaskClient) -> None:
    found = best(refine, query="محمدجواد ظریف", properties=[{"pid": "state", "v": "فرانسه"}])
    assert found["id"] == ZARIF
    assert not found["match"]
    assert {"id": "property_state", "value": False} in found["features"]


def test_a_wikidata_item_alone_is_enough(refine: FlaskClient) -> None:
    found = best(refine, properties=[{"pid": "wikidata", "v": "Q794"}])
    assert (found["id"], found["match"]) == (IRAN, True)


@pytest.mark.parametrize(("limit", "most"), [(1, 1), (3, 3), ("2", 2), (0, 0), (10**9, 100)])
def test_no_more_candidates_than_asked_for(refine: FlaskClient, limit: Any, most: int) -> None:
    assert len(reconcile(refine, {"q": {"query": "وزیر خارجه", "limit": limit}})["q"]) <= most


def test_a_batch_may_be_asked_by_get(refine: FlaskClient) -> None:
    response = refine.get("/reconcile", query_string={"queries": json.dumps({"q0": {"query": "ایران"}})})
    assert check_result(response.get_json()["q0"])[0]["id"] == IRAN


@pytest.mark.parametrize(
    ("queries", "where"),
    [
        ("{", "queries"),
        ("[]", "queries"),
        ("7", "queries"),
        ("[" * 100_000, "queries"),
        ('{"q": "ایران"}', "queries.q"),
        ('{"q": {}}', "queries.q"),
        ('{"q": {"query": 7}}', "queries.q"),
        ('{"q": {"query": "x", "limit": "many"}}', "queries.q.limit"),
        ('{"q": {"query": "x", "type": {"id": 1}}}', "queries.q.type"),
        ('{"q": {"query": "x", "type_strict": "maybe"}}', "queries.q.type_strict"),
        ('{"q": {"query": "x", "properties": [{"v": 1}]}}', "queries.q.properties"),
    ],
)
def test_what_is_no_batch_is_refused_in_the_one_shape(refine: FlaskClient, queries: str, where: str) -> None:
    response = refine.post("/reconcile", data={"queries": queries})
    assert response.status_code == 400
    answer = response.get_json()
    assert set(answer) == {"error", "where", "remedy"}
    assert answer["where"] == where


def test_a_batch_may_have_a_thousand_queries_and_no_more(refine: FlaskClient) -> None:
    batch = {f"q{n}": {"query": "ایران"} for n in range(1001)}
    size = refine.get("/reconcile").get_json()["batchSize"]
    assert size == 1000
    assert refine.post("/reconcile", data={"queries": json.dumps(batch)}).status_code == 413
    del batch["q1000"]
    assert len(reconcile(refine, batch)) == 1000


@pytest.mark.parametrize(
    "query",
    [
        {"query": "ایران " * 5_000},
        {"query": "\ud800ایران"},
        {"query": "\x00"},
        {"query": "%' OR 1=1 --"},
        {"query": "‌‌"},
        {"query": "ایران", "limit": -5},
        {"query": "ایران", "properties": [{"pid": "state", "v": [None, {"x": 1}, [1], 2.5, True]}]},
        {"query": "ایران", "type": [], "other": 1},
    ],
)
def test_odd_queries_cost_themselves_alone(refine: FlaskClient, query: dict[str, Any]) -> None:
    found = reconcile(refine, {"\ud800": query, "good": {"query": "ایران"}})
    assert found["good"][0]["id"] == IRAN


@pytest.mark.parametrize("data", [{}, {"other": "x"}, b"\xff"])
def test_a_form_without_a_batch_is_refused(refine: FlaskClient, data: Any) -> None:
    assert refine.post("/reconcile", data=data).status_code == 400


# ── Suggestions, previews, data extension ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("what", "prefix", "identifier"),
    [
        ("entity", "ظریف", ZARIF),
        ("entity", "محمد جواد ظر", ZARIF),
        ("entity", "Mohammad Jav", ZARIF),
        ("entity", "اير", IRAN),
        ("type", "pers", "Person"),
        ("type", "کش", "State"),
        ("property", "off", "office"),
        ("property", "قلم", "wikidata"),
    ],
)
def test_what_begins_so_is_suggested(refine: FlaskClient, what: str, prefix: str, identifier: str) -> None:
    answer = refine.get(f"/reconcile/suggest/{what}", query_string={"prefix": prefix}).get_json()
    assert set(answer) == {"result"}
    assert all(is_text(row["id"]) and is_text(row["name"]) for row in answer["result"])
    assert all(is_type(type_) for row in answer["result"] for type_ in row.get("notable", []))
    assert identifier in [row["id"] for row in answer["result"]]


def test_suggestions_go_on_at_a_cursor_and_keep_to_a_type(refine: FlaskClient) -> None:
    def ids(**more: Any) -> list[str]:
        answer = refine.get("/reconcile/suggest/entity", query_string={"prefix": "م", **more}).get_json()
        return [row["id"] for row in answer["result"]]

    first, second = ids(), ids(cursor=len(ids()))
    assert first
    assert set(first).isdisjoint(second)
    assert all(identifier.startswith("state/") for identifier in ids(type="State"))
    assert ids(cursor=10**6) == []


@pytest.mark.parametrize(
    "address",
    [
        "/reconcile/suggest/entity",
        "/reconcile/suggest/entity?prefix=%20",
        "/reconcile/suggest/entity?prefix=x&cursor=y",
        "/reconcile/properties?limit=x",
    ],
)
def test_a_malformed_question_is_refused(refine: FlaskClient, address: str) -> None:
    response = refine.get(address)
    assert response.status_code == 400
    assert response.get_json()["where"] in ("prefix", "cursor", "limit")


@pytest.mark.parametrize("address", ["preview?id=person/nobody", "flyout/entity?id=x", "flyout/type?id=x", "suggest/x"])
def test_what_is_not_there_is_not_found(refine: FlaskClient, address: str) -> None:
    assert refine.get(f"/reconcile/{address}").status_code == 404


@pytest.mark.parametrize(("language", "name"), [("fa", "محمدجواد ظریف"), ("en", "Mohammad Javad Zarif")])
def test_a_preview_is_a_page_that_may_stand_in_a_frame(refine: FlaskClient, language: str, name: str) -> None:
    response = refine.get("/reconcile/preview", query_string={"id": ZARIF, "lang": language})
    assert response.mimetype == "text/html"
    assert name in response.get_data(as_text=True)
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]


def test_properties_are_given_for_identifiers(refine: FlaskClient) -> None:
    properties = ["wikidata", "name_en", "state", "office", "holder", "body", "member_of", "articles", "unknown"]
    asked = {"ids": [ZARIF, IRAN, MINISTER, "person/nobody"], "properties": [{"id": name} for name in properties]}
    response = refine.post("/reconcile", data={"extend": json.dumps(asked)})
    answer = response.get_json()
    assert [meta["id"] for meta in answer["meta"]] == properties
    assert all(is_text(meta["name"]) for meta in answer["meta"])
    assert set(answer["rows"]) == set(asked["ids"])
    for row in answer["rows"].values():
        assert set(row) == set(properties)
        for cells in row.values():
            for cell in cells:
                check_cell(cell)
    rows = answer["rows"]
    assert rows[ZARIF]["wikidata"] == [{"str": "Q10296812"}]
    assert rows[ZARIF]["state"] == [{"id": IRAN, "name": "ایران"}]
    assert MINISTER in [cell["id"] for cell in rows[ZARIF]["office"]]
    assert ZARIF in [cell["id"] for cell in rows[MINISTER]["holder"]]
    assert rows[IRAN]["name_en"] == [{"str": "Iran"}]
    assert rows[IRAN]["articles"][0]["int"] > 0
    assert all(cells == [] for cells in rows["person/nobody"].values())


def test_an_extension_gives_no_more_values_than_its_limit(refine: FlaskClient) -> None:
    asked = {"ids": [ZARIF], "properties": [{"id": "office", "settings": {"limit": "1"}}]}
    answer = refine.post("/reconcile", data={"extend": json.dumps(asked)}).get_json()
    assert len(answer["rows"][ZARIF]["office"]) == 1


@pytest.mark.parametrize("extend", ['{"ids": 1, "properties": []}', '{"ids": [], "properties": ["name"]}', "[]", "x"])
def test_what_is_no_extension_is_refused(refine: FlaskClient, extend: str) -> None:
    response = refine.post("/reconcile", data={"extend": extend})
    assert response.status_code == 400
    assert response.get_json()["where"].startswith("extend")


def test_properties_are_proposed_for_a_type(refine: FlaskClient) -> None:
    answer = refine.get("/reconcile/properties", query_string={"type": "Person", "limit": "50"}).get_json()
    assert answer["type"] == "Person"
    ids = [row["id"] for row in answer["properties"]]
    assert {"office", "state", "wikidata"} <= set(ids)
    assert "holder" not in ids
    assert len(refine.get("/reconcile/properties", query_string={"limit": 2}).get_json()["properties"]) == 2
    assert refine.get("/reconcile/properties", query_string={"type": "Nonsense"}).get_json()["properties"] == []


def test_a_store_without_its_index_still_gives_the_gazetteer(pool: QueryPool) -> None:
    client = create_app(pool, Settings(workers=1)).test_client()
    assert best(client, query="ایران")["id"] == IRAN


def test_an_item_that_the_store_was_linked_to_is_given(tmp_path: Path) -> None:
    from kg.graph.identities import Identity, add_identities
    from kg.graph.store import Store
    from kg.model import Article, Entity, Extraction, Span, Statement

    person = Entity("e1", "پروین سپهری", "person", mentions=("پروین سپهری",))
    with Store.open(tmp_path / "store", create=True) as store:
        store.replace(Extraction(Article("1", "راه باز است."), (person,), (Statement("e1", Span(0, 10), "announce"),)))
        store.derive()
        add_identities(store.engine, [Identity("person/پروین-سپهری", "Q900001", 0.9, "the same name")], store.base)
    settings = Settings(workers=1)
    with open_pool(tmp_path / "store", settings) as pool:
        client = create_app(pool, settings).test_client()
        found = best(client, query="پروين سپهری")
        asked = {"ids": [found["id"]], "properties": [{"id": "wikidata"}]}
        answer = client.post("/reconcile", data={"extend": json.dumps(asked)}).get_json()
        assert answer["rows"][found["id"]]["wikidata"] == [{"str": "Q900001"}]
