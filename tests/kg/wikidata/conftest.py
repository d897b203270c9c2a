"""A server on this machine that speaks as Wikidata does, about an invented world; it also stalls, lies and breaks."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

HUMAN = "Q5"
Failure = Callable[[BaseHTTPRequestHandler], None]


def snak(value: object) -> dict[str, Any]:
    return {"snaktype": "value", "datavalue": {"value": value}}


def claim(value: object, **qualifiers: object) -> dict[str, Any]:
    """A statement with a value; qualifiers are times by property."""
    told = {name: [snak({"time": time, "precision": 11})] for name, time in qualifiers.items()}
    return {"mainsnak": snak(value), "rank": "normal", "qualifiers": told}


def entity(
    fa: str | None = None,
    *,
    en: str | None = None,
    ar: str | None = None,
    aliases: tuple[str, ...] = (),
    description: str = "",
    **claims: list[dict[str, Any]],
) -> dict[str, Any]:
    """An entity as ``wbgetentities`` gives it."""
    labels = {language: {"value": text} for language, text in (("fa", fa), ("en", en), ("ar", ar)) if text}
    return {
        "labels": labels,
        "aliases": {"fa": [{"value": alias} for alias in aliases]},
        "descriptions": {"en": {"value": description}} if description else {},
        "claims": claims,
    }


def person(fa: str, *, state: str | None = None, born: int = 1960, **more: Any) -> dict[str, Any]:
    """A human being, citizen of a state."""
    claims: dict[str, Any] = {"P31": [claim({"id": HUMAN})], "P569": [claim({"time": f"+{born}-01-01T00:00:00Z"})]}
    if state:
        claims["P27"] = [claim({"id": state})]
    return entity(fa, **(claims | more))


@dataclass
class Wikidata:
    """The server: what it knows, what it was asked, and how it fails."""

    entities: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    is_cut: Callable[[dict[str, str]], bool] = lambda _asked: False
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def api(self) -> str:
        return f"{self.url}/w/api.php"

    @property
    def sparql(self) -> str:
        return f"{self.url}/sparql"

    def actions(self, name: str) -> list[dict[str, str]]:
        return [asked for asked in self.asked if asked.get("action") == name]

    def answer(self, asked: dict[str, str]) -> dict[str, Any]:
        if asked.get("action") == "wbsearchentities":
            return {"search": [{"id": qid} for qid in self._search(asked["search"], asked["language"])], "success": 1}
        if asked.get("action") == "wbgetentities":
            qids = asked["ids"].split("|")
            if len(qids) > 50:
                return {"error": {"code": "toomanyvalues", "info": "Too many values supplied for parameter ids."}}
            return {"entities": {qid: self.entities.get(qid, {"id": qid, "missing": ""}) for qid in qids}}
        if "query" in asked:
            return {"head": {"vars": []}, "results": {"bindings": self.rows}}
        return {"error": {"code": "badvalue", "info": "Unrecognized value for parameter action."}}

    def _search(self, text: str, language: str) -> list[str]:
        def names(found: dict[str, Any]) -> list[str]:
            labels = [found["labels"].get(language, {}).get("value", "")]
            return labels + [alias["value"] for alias in found["aliases"].get(language, [])]

        return [qid for qid, found in self.entities.items() if any(name.startswith(text) for name in names(found))]


def respond(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def wikidata() -> Iterator[Wikidata]:
    """The server, running until the test ends."""
    world = Wikidata()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query))
            world.asked.append(asked)
            world.agents.append(self.headers.get("User-Agent", ""))
            if world.is_cut(asked):
                self.connection.close()
            elif world.failures:
                world.failures.pop(0)(self)
            else:
                respond(self, 200, json.dumps(world.answer(asked)).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    world.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield world
    world.over.set()
    server.shutdown()
    thread.join()
    server.server_close()
