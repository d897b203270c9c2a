"""Errors that a page may show, in Persian."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.graph.pool import QueryPool
from server.application import create_app
from server.explanations import explain
from server.languages import load_words
from server.settings import Settings

ROOT = Path(__file__).parent.parent.parent
SEEN = [
    *(ROOT / "server").glob("*.py"),
    *(ROOT / "server" / "pages").glob("*.py"),
    *(ROOT / "kg" / "graph").glob("*.py"),
    ROOT / "kg" / "guarded_http.py",
]
# What starts a server, writes a store or is read by programs alone shows its errors in a terminal or as an object.
UNSEEN = {
    *("application", "authorisation", "clients", "graph_store", "serving", "settings", "update"),
    *("given_text", "inference", "remote", "rules", "store", "update_text", "upkeep", "worker_process"),
    *("writer", "writing"),
}
HTML = {"Accept": "text/html"}


def sentences(file: Path) -> Iterator[str]:
    """Yield what the errors of a module say, with 7 in every blank."""
    for call in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        remedies = [keyword.value for keyword in call.keywords if keyword.arg == "remedy"]
        if not remedies and not re.search(r"(Error|Refused|Timeout|Found|Acceptable|Requests|Full)$", name):
            continue
        if name in ("ValueError", "AttributeError", "OSError", "TypeError", "RuntimeError", "render_template"):
            continue
        for part in [*call.args[:1], *remedies]:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value
            elif isinstance(part, ast.JoinedStr):
                yield "".join(str(piece.value) if isinstance(piece, ast.Constant) else "7" for piece in part.values)


@pytest.mark.parametrize("file", [file for file in SEEN if file.stem not in UNSEEN], ids=lambda file: file.stem)
def test_every_error_that_a_page_may_show_has_persian_words(file: Path) -> None:
    assert [said for said in sentences(file) if re.search(r"lang=[^>]*>(?!/)", explain(said, "fa"))] == []


def test_errors_are_found_where_they_are_raised() -> None:
    found = {said for file in SEEN for said in sentences(file)}
    assert {"the query is empty", "more than 7 queries a minute (RATE_LIMIT)", "wait 7 seconds"} <= found


def english_in(page: str) -> list[str]:
    """Return the English sentences of the box that tells an error, but for those quoted as English."""
    box = re.search(r'role="alert".*?</div>', page, re.DOTALL)
    assert box, "nothing is told"
    text = re.sub(r'<bdi lang="en".*?</bdi>|<[^>]*>', " ", box[0].partition(">")[2])
    return re.findall(r"[a-z]+ [a-z]+", text)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT ?s {", "سطر ۱، ستون"),
        ("ASK { ?s none:p ?o }", "پیشوندی که به کار رفته تعریف نشده است"),
        ("DELETE WHERE { ?s ?p ?o }", "این نشانی تنها به پرسش‌ها پاسخ می‌دهد"),
        ("ASK { SERVICE <https://example.org/> { ?s ?p ?o } }", "چنین اجازه‌ای نداده است"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "پاسخ بیش از ۵۰۰ سطر می‌شد"),
        ("ASK {} #" + "x" * 20_000, "پرسش درازتر از"),
    ],
)
def test_what_is_wrong_with_a_query_is_told_in_persian(client: FlaskClient, query: str, told: str) -> None:
    page = client.get("/fa/query", query_string={"query": query}, headers=HTML)
    assert page.status_code >= 400
    assert told in re.sub(r"<[^>]*>", "", page.text)
    assert english_in(page.text) == []


@pytest.mark.parametrize(
    ("address", "settings", "status"),
    [
        ("/fa/explore?format=docx", {}, 400),
        ("/fa/nowhere/at/all", {}, 404),
        ("/fa/query?query=ASK{}", {"rate_limit": 1}, 429),
        ("/sparql?lang=fa&query=SELECT*{?a?b?c.?d?e?f.?g?h?i}ORDER BY ?a?b?d?e?g?h", {"time_limit": 0.05}, 503),
    ],
)
def test_an_error_has_its_page_in_persian(
    pool: QueryPool, address: str, settings: dict[str, float], status: int
) -> None:
    client = create_app(pool, Settings(workers=1, **settings)).test_client(use_cookies=False)  # type: ignore[arg-type]
    client.get(address, headers=HTML)
    answer = client.get(address, headers=HTML)
    assert answer.status_code == status
    assert load_words("fa")[f"status_{status}"] in answer.text
    assert english_in(answer.text) == []


def test_the_editor_is_told_an_error_in_the_readers_language(client: FlaskClient) -> None:
    told = client.get(
        "/fa/explained", query_string={"error": "the query is malformed: <b>odd</b>", "remedy": "nest less"}
    )
    (what, error), (remedy, advice) = told.get_json()
    assert (what, remedy) == (load_words("fa")["error_what"], load_words("fa")["error_remedy"])
    assert "&lt;b&gt;odd" in error
    assert "از تودرتویی آن بکاهید" in advice
    assert client.get("/en/explained?error=odd").get_json() == [["Error", "<bdi>odd</bdi>"]]
