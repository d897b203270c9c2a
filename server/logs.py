"""What the server writes down: each request and each slow query, without saying who asked or for whose name.

Neither addresses nor keys are logged, nor what stands in a request's parameters; a slow query is logged with its
strings and numbers blanked, since they may be a reader's own words.
"""

import logging
import time

from flask import Flask, Response, g, request

from kg.graph.query_text import tokenize
from kg.graph.tally import QueryTimes
from server.result_cache import name_answer

access_log = logging.getLogger("mavaze.access")
slow_log = logging.getLogger("mavaze.slow")
_LONGEST = 4000


def log_requests(app: Flask) -> None:
    """Write a line for each request: method, path, status, bytes, milliseconds."""
    access_log.setLevel(logging.INFO)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        method, path = request.method, request.path.encode("unicode_escape").decode()
        began, status, size = g.get("began"), response.status_code, response.content_length

        def write() -> None:
            took = 0.0 if began is None else (time.perf_counter() - began) * 1000
            access_log.info("%s %s %d %s %.0f ms", method, path, status, "-" if size is None else size, took)

        response.call_on_close(write)
        return response


def log_slow(least: float, text: str, times: QueryTimes, end: str) -> None:
    """Write a line for a query that ran for at least so many seconds; 0 writes none."""
    if least and times.ran >= least:
        slow_log.warning(
            "slow query %s: %.2f s (waited %.2f s), %s: %s",
            name_answer(text)[:12],
            times.ran,
            times.waited,
            end,
            blank(text[:_LONGEST]),
        )


def blank(text: str) -> str:
    """Write a query in one line, its strings and numbers replaced.

    Example:
        >>> blank("SELECT * { ?s dip:cue 'a name' } # mine")
        'SELECT * { ?s dip:cue "…" }'
    """
    blanks = {"string": '"…"', "number": "0"}
    return " ".join(blanks.get(token.kind, token.text) for token in tokenize(text))
