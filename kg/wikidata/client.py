"""Wikidata's search, entity and SPARQL services, asked politely: one question at a time, in batches, never twice.

A busy server (429, 503, ``maxlag``) is asked again after the time that it names; what it answered is kept on disk.
Everything ends at a fixed moment, whatever the server does.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlencode

from kg.errors import RemoteError
from kg.http import get_json
from kg.wikidata.cache import AnswerCache
from kg.wikidata.items import LANGUAGES, Item, is_qid, read_item

API = "https://www.wikidata.org/w/api.php"
SPARQL = "https://query.wikidata.org/sparql"

T = TypeVar("T")

_BATCH = 50
_MAXLAG = "5"
_LAG_WAITS = (5.0, 10.0, 20.0)
_ANSWER_SECONDS = 30.0
_SPARQL_SECONDS = 70.0
_MOST_BYTES = 1 << 26


class WikidataClient:
    """Asks Wikidata, or a server that speaks like it.

    Args:
        api: The address of its action API.
        sparql: The address of its SPARQL service.
        seconds: How long all questions together may take.
        cache: Where answers are kept; without one they are asked for anew.
    """

    def __init__(
        self, *, api: str = API, sparql: str = SPARQL, seconds: float = 600, cache: AnswerCache | None = None
    ) -> None:
        self._api = api
        self._sparql = sparql
        self._until = time.monotonic() + seconds
        self._cache = cache
        self.asked = 0
        """How many questions went to the server."""

    def search(self, text: str, language: str, *, most: int = 10) -> list[str]:
        """Return the items whose label or alias begins with a text, likeliest first.

        Raises:
            RemoteError: When the server fails, is silent, or answers what is no answer.
        """
        asked = {"action": "wbsearchentities", "search": text, "language": language, "uselang": language}
        hits = self._ask_api({**asked, "type": "item", "limit": str(most)}, "search", list)
        return [hit["id"] for hit in hits if isinstance(hit, dict) and is_qid(hit.get("id"))]

    def items(self, qids: Iterable[str]) -> dict[str, Item]:
        """Return items by identifier, in batches of fifty; those that do not exist are left out.

        Raises:
            RemoteError: When the server fails, is silent, or answers what is no answer.
        """
        found: dict[str, Item] = {}
        wanted = sorted(set(qids))
        for first in range(0, len(wanted), _BATCH):
            batch = wanted[first : first + _BATCH]
            asked = {"action": "wbgetentities", "ids": "|".join(batch), "props": "labels|aliases|descriptions|claims"}
            entities = self._ask_api({**asked, "languages": "|".join(LANGUAGES)}, "entities", dict)
            for qid, entity in entities.items():
                item = read_item(qid, entity)
                if item is not None:
                    found[qid] = item
        return found

    def select(self, query: str) -> Iterator[Mapping[str, str]]:
        """Return the rows of a SPARQL query, values by variable; unbound variables are left out.

        Raises:
            RemoteError: When the server fails, is silent, or answers what is no answer.
        """
        url = f"{self._sparql}?{urlencode({'query': query, 'format': 'json'})}"
        headers = {"Accept": "application/sparql-results+json"}
        with _told_in_short(self._sparql):
            reply = get_json(url, seconds=_SPARQL_SECONDS, limit=_MOST_BYTES, headers=headers, until=self._until)
        self.asked += 1
        rows = _dict(_dict(self._parsed(reply.body, self._sparql)).get("results")).get("bindings")
        if not isinstance(rows, list):
            raise _nonsense("SPARQL results without bindings", self._sparql)
        for row in rows:
            values = {name: _dict(bound).get("value") for name, bound in _dict(row).items()}
            yield {name: value for name, value in values.items() if isinstance(value, str)}

    def _ask_api(self, asked: Mapping[str, str], wanted: str, kind: type[T]) -> T:
        """Return the part of an answer that is wanted; an answer without it is not kept."""
        question = urlencode({**asked, "format": "json"})
        kept = self._cache.get(question) if self._cache is not None else None
        body = kept or self._ask_until_caught_up(f"{self._api}?{question}&maxlag={_MAXLAG}")
        part = _dict(self._parsed(body, self._api)).get(wanted)
        if not isinstance(part, kind):
            raise _nonsense(f"JSON without «{wanted}»", self._api)
        if kept is None and self._cache is not None:
            self._cache.put(question, body)
        return part

    def _ask_until_caught_up(self, url: str) -> bytes:
        for wait in (*_LAG_WAITS, None):
            with _told_in_short(self._api):
                reply = get_json(url, seconds=_ANSWER_SECONDS, limit=_MOST_BYTES, until=self._until)
            self.asked += 1
            error = _dict(_dict(self._parsed(reply.body, self._api)).get("error"))
            if not error:
                return reply.body
            told = f"the server answered an error: {error.get('code')}: {error.get('info')}"
            pause = wait if reply.retry_after is None else reply.retry_after
            if error.get("code") != "maxlag" or wait is None or pause is None or self._is_over(pause):
                raise RemoteError(" ".join(told.split()), where=self._api)
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _is_over(self, pause: float) -> bool:
        return time.monotonic() + pause > self._until

    @staticmethod
    def _parsed(body: bytes, where: str) -> object:
        try:
            return json.loads(body)
        except ValueError as error:  # not UTF-8, not JSON, or cut off
            raise _nonsense(f"no JSON ({error})", where) from error


@contextmanager
def _told_in_short(where: str) -> Iterator[None]:
    """Let an error name the service, not the whole question."""
    try:
        yield
    except RemoteError as error:
        raise RemoteError(error.what, where=where, remedy=error.remedy) from error


def _nonsense(what: str, where: str) -> RemoteError:
    return RemoteError(f"the server answered {what}", where=where, remedy="see whether the address is right")


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
