"""Run a visitor's query, within what its client may ask, and give the answer on while it is written."""

import contextlib
from collections.abc import Iterator

from flask import Response, g, request

from kg.errors import InputError, MavazeError
from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS, AnswerStream
from kg.graph.limits import name_end
from kg.graph.query_text import QueryText, check_query
from kg.graph.question import Question
from kg.graph.tally import QueryTimes
from server.clients import can_see_breaks, find_client, watch_client
from server.errors import ContentTooLarge
from server.logs import log_slow
from server.result_cache import is_repeatable, name_answer
from server.site import Site


class BrokenOff(ConnectionAbortedError):
    """An answer could not be finished; the connection must end so that nobody takes it for whole."""


def read_query(site: Site, text: str) -> QueryText:
    """Read a visitor's query, once it is known that it is not longer than it may be.

    Raises:
        ContentTooLarge: When it is.
        QueryError: When it is no query.
    """
    refuse_long(site, text)
    return check_query(text)


def refuse_long(site: Site, text: str) -> None:
    """Refuse a query that is longer than it may be.

    Raises:
        ContentTooLarge: When it is.
    """
    limit = min(site.settings.query_limit, site.settings.body_limit)
    if len(text) > limit or len(text.encode("utf-8", "replace")) > limit:
        raise ContentTooLarge(
            f"the query is longer than {limit} bytes (QUERY_LIMIT, BODY_LIMIT)",
            where="query",
            remedy="send a shorter one",
        )


def read_seconds(given: str | None) -> float | None:
    """Read the ``timeout`` parameter: seconds.

    Raises:
        InputError: When it is no positive number.

    Example:
        >>> read_seconds("2.5")
        2.5
    """
    if not given:
        return None
    with contextlib.suppress(ValueError):
        if 0 < (seconds := float(given)) < float("inf"):
            return seconds
    raise InputError(f"{given!r} is no number of seconds", where="timeout", remedy="write timeout=2.5")


class Visit:
    """One question of one client, from its admission to the last byte of its answer.

    Args:
        site: The site that is asked.
        question: What is asked.
        seconds: What it may run at most, by the client's own wish.

    Raises:
        TooManyRequests: When the client has asked as much as it may.
    """

    def __init__(self, site: Site, question: Question, seconds: float | None = None) -> None:
        self._site = site
        self._question = question
        self._seconds = seconds
        self._client = find_client(request, site.keys)
        self._is_over = False
        self._tag = self._name() if is_repeatable(question.query.text) else ""
        self.times = g.query_times = QueryTimes()
        site.client_limits.enter(self._client)

    def _name(self) -> str:
        asked = self._question
        return name_answer(
            self._site.pool.version,
            asked.query.text,
            asked.format,
            asked.default_graphs,
            asked.named_graphs,
            asked.base_iri,
        )

    def answer(self) -> Response:
        """Return the answer: from the client's own memory, from ours, else from the pool.

        Raises:
            MavazeError: When there is none.
        """
        try:
            response = self._find() or self._run()
        except BaseException as error:
            self._end(name_end(error))
            raise
        response.headers["Cache-Control"] = "no-cache"
        if self._tag:
            response.set_etag(self._tag, weak=True)
        return response

    def _find(self) -> Response | None:
        if not self._tag:
            return None
        if request.if_none_match.contains_weak(self._tag):
            self._end("unchanged")
            return Response(status=304)
        kept = self._site.cache.find(self._tag)
        if kept is None:
            return None
        self._end("cache")
        return Response(kept, content_type=self._media_type)

    @property
    def _media_type(self) -> str:
        return {**SOLUTION_FORMATS, **GRAPH_FORMATS}[self._question.format]

    def _run(self) -> Response:
        stream = self._site.pool.stream(
            self._question,
            time_limit=self._seconds,
            client=self._client.name,
            is_gone=watch_client(request.environ),
            times=self.times,
        )
        if stream.is_whole or (request.method != "HEAD" and not can_see_breaks(request.environ)):
            body = stream.read().body
            if self._tag:
                self._site.cache.keep(self._tag, body)
            self._end("answer")
            return Response(body, content_type=self._media_type)
        response = Response(self._give(stream), content_type=self._media_type)
        response.call_on_close(stream.close)
        response.call_on_close(lambda: self._end("answer" if stream.is_whole else "gone"))
        return response

    def _give(self, stream: AnswerStream) -> Iterator[bytes]:
        """Give the answer on; where it cannot be finished, let the connection break."""
        try:
            yield from self._site.cache.keep_while_given(self._tag, stream) if self._tag else stream
        except MavazeError as error:
            self._end(name_end(error))
            raise BrokenOff(str(error)) from error

    def _end(self, end: str) -> None:
        """Count the client's query as over, and tell the log of a slow one; once is enough."""
        if self._is_over:
            return
        self._is_over = True
        self._site.client_limits.leave(self._client)
        log_slow(self._site.settings.slow_query, self._question.query.text, self.times, end)
