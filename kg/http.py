"""The one HTTP client: time-outs, a size limit, back-off, and errors in our words."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

from kg.errors import RemoteError

USER_AGENT = "Mavaze (+https://w3id.org/mavaze/)"
_ERROR_LENGTH = 200
_CHUNK = 1 << 16
_MAX_AGE = re.compile(r"max-age=(\d{1,9})")
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_WAITS = (1.0, 2.0, 4.0)
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered.

    Attributes:
        body: The bytes of the answer.
        media_type: What it says they are, without parameters.
        retry_after: After how many seconds the server wants to be asked again, where it says so.
    """

    body: bytes
    media_type: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it stands now.

    Attributes:
        url: Where it was in the end.
        body: Its bytes.
        media_type: What the server says they are, without parameters.
        charset: The encoding that the server names.
        etag: Its ``ETag``, to ask later whether it has changed.
        modified: Its ``Last-Modified``, likewise.
        max_age: Seconds for which it need not be asked again.
    """

    url: str
    body: bytes
    media_type: str
    charset: str | None
    etag: str | None
    modified: str | None
    max_age: float | None


class StatusError(RemoteError):
    """The server answered, and the answer's status is a failure; ``code`` is that status."""

    def __init__(self, what: str, *, where: str, code: int, retry_after: str | None = None) -> None:
        super().__init__(what, where=where)
        self.code = code
        self.retry_after = retry_after


def post_form(
    url: str,
    fields: dict[str, str],
    *,
    accept: str,
    seconds: float,
    limit: int = 1 << 28,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Send a form and return the answer.

    Args:
        url: An http or https address.
        fields: The form's fields.
        accept: The media types that are wanted.
        seconds: How long the server may be silent.
        limit: The most bytes that are read.
        headers: More headers.

    Raises:
        RemoteError: When the address is none, or the server fails, is silent or answers too much.
    """
    own = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
    request = _request(url, own | dict(headers or {}), urlencode(fields).encode())
    return _exchange(urllib.request.build_opener(), request, seconds, None, limit, "add a LIMIT")


def post_json(
    url: str, value: object, *, seconds: float, limit: int, headers: Mapping[str, str] | None = None
) -> Reply:
    """Send a JSON value and return the answer; a server that is busy (429, 503) is asked again a few times.

    Redirects are not followed: neither what is sent nor a key in the headers goes anywhere but to this address.

    Args:
        url: An http or https address.
        value: What JSON can say.
        seconds: How long the whole answer may take, each time that it is asked.
        limit: The most bytes that are read.
        headers: More headers.

    Raises:
        StatusError: When the server answers with a failure, or is still busy in the end.
        RemoteError: When the address is none, or the server is silent, breaks off or answers too much.
    """
    sent = json.dumps(value).encode("ascii")
    return _ask_patiently(
        _request(url, {"Content-Type": "application/json"} | dict(headers or {}), sent), seconds, limit
    )


def get_json(
    url: str, *, seconds: float, limit: int, headers: Mapping[str, str] | None = None, until: float | None = None
) -> Reply:
    """Fetch JSON; in all else as ``post_json``.

    Args:
        url: An http or https address.
        seconds: How long the whole answer may take, each time that it is asked.
        limit: The most bytes that are read.
        headers: More headers.
        until: A moment of the monotonic clock at which it ends, waiting for a busy server included.

    Raises:
        StatusError: When the server answers with a failure, or is still busy in the end.
        RemoteError: When the address is none, or the server is silent, breaks off or answers too much.
    """
    return _ask_patiently(_request(url, dict(headers or {})), seconds, limit, until)


def fetch(
    url: str, *, accept: str, seconds: float, limit: int, etag: str | None = None, modified: str | None = None
) -> Fetched | None:
    """Fetch a document, unless it is the one that is known already.

    Args:
        url: An http or https address; redirects are followed.
        accept: The media types that are wanted.
        seconds: How long the whole answer may take.
        limit: The most bytes that are read.
        etag: The ``ETag`` that is known.
        modified: The ``Last-Modified`` that is known.

    Returns:
        The document; None when it has not changed.

    Raises:
        StatusError: When the server answers with a failure.
        RemoteError: When the address is none, or the server is silent, breaks off or answers too much.
    """
    conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
    headers = {"Accept": accept} | {name: value for name, value in conditions.items() if value}
    try:
        reply, told, final = _converse(
            urllib.request.build_opener(), _request(url, headers), seconds, seconds, limit, None
        )
    except StatusError as error:
        if error.code == HTTPStatus.NOT_MODIFIED:
            return None
        raise
    age = _MAX_AGE.search(told.get("Cache-Control", ""))
    return Fetched(
        url=final,
        body=reply.body,
        media_type=reply.media_type,
        charset=told.get_content_charset(),
        etag=told.get("ETag"),
        modified=told.get("Last-Modified"),
        max_age=float(age.group(1)) if age else None,
    )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leave a redirect what it is: an answer that is no success."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def _request(url: str, headers: Mapping[str, str], data: bytes | None = None) -> urllib.request.Request:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # half of an IPv6 address
        is_address = False
    if not is_address:
        raise RemoteError("no HTTP address", where=url, remedy="begin with http:// or https://")
    own = {"Accept": "application/json", "User-Agent": USER_AGENT}
    return urllib.request.Request(url, data=data, headers=own | dict(headers))


def _ask_patiently(request: urllib.request.Request, seconds: float, limit: int, until: float | None = None) -> Reply:
    opener = urllib.request.build_opener(_NoRedirect)
    for wait in (*_WAITS, None):
        left = seconds if until is None else min(seconds, until - time.monotonic())
        if left <= 0:
            raise RemoteError("no time is left to ask", where=request.full_url)
        try:
            return _exchange(opener, request, left, left, limit, None)
        except StatusError as error:
            if wait is None or error.code not in _BUSY:
                raise
            wanted = seconds_until(error.retry_after)
            if wanted is not None and wanted > _LONGEST_WAIT:
                raise
            pause = wait if wanted is None else wanted
            if until is not None and time.monotonic() + pause > until:
                raise
            time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def seconds_until(retry_after: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for: a number of them, or a date; None where it says nothing."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _exchange(
    opener: urllib.request.OpenerDirector,
    request: urllib.request.Request,
    silence: float,
    total: float | None,
    limit: int,
    remedy_for_size: str | None,
) -> Reply:
    return _converse(opener, request, silence, total, limit, remedy_for_size)[0]


def _converse(
    opener: urllib.request.OpenerDirector,
    request: urllib.request.Request,
    silence: float,
    total: float | None,
    limit: int,
    remedy_for_size: str | None,
) -> tuple[Reply, Message, str]:
    """Return the answer, its headers, and the address that gave it."""
    url = request.full_url
    deadline = None if total is None else time.monotonic() + total
    try:
        with opener.open(request, timeout=silence) as response:
            body = _read(response, limit, deadline)
            headers: Message = response.headers
            final = response.geturl()
    except urllib.error.HTTPError as error:
        told = _told(error)
        code, retry_after = error.code, error.headers.get("Retry-After")
        reason = error.reason
        error.close()
        raise StatusError(
            f"the server answered {code} {reason}: {told}", where=url, code=code, retry_after=retry_after
        ) from error
    except (OSError, ValueError, HTTPException) as error:  # no route, refused, silent, or a broken answer
        raise no_answer(url, error, getattr(error, "reason", None)) from error
    if len(body) > limit:
        raise RemoteError(f"the answer has more than {limit} bytes", where=url, remedy=remedy_for_size)
    require_whole(url, body, headers)
    wait = seconds_until(headers.get("Retry-After"))
    return Reply(body, headers.get_content_type(), wait), headers, final


def require_whole(url: str, body: bytes, headers: Message) -> None:
    """Refuse an answer that is shorter than its server announced.

    Raises:
        RemoteError: When it is.
    """
    announced = headers.get("Content-Length", "")
    if announced.isdecimal() and len(body) < int(announced):
        raise RemoteError(f"the answer broke off after {len(body)} of {announced} bytes", where=url)


def no_answer(url: str, problem: Exception, reason: object = None) -> RemoteError:
    """Return the error of a server that does not answer, or not as HTTP wants it.

    Args:
        url: Its address.
        problem: What went wrong.
        reason: What is told of it instead of its own words.
    """
    words = " ".join(str(reason or problem).split()) or type(problem).__name__
    return RemoteError(f"no answer: {words}", where=url, remedy="see whether the server runs")


def _read(response: HTTPResponse, limit: int, deadline: float | None) -> bytes:
    """Read at most one byte more than the limit; a server that drips is cut off at the deadline."""
    parts, left = [], limit + 1
    while left > 0 and (part := response.read1(min(_CHUNK, left))):
        parts.append(part)
        left -= len(part)
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError("the whole answer took too long")
    return b"".join(parts)


def _told(error: urllib.error.HTTPError) -> str:
    """Return the first words of a failure's body."""
    try:
        body = error.read(_ERROR_LENGTH * 4)
    except (OSError, HTTPException):  # the status is enough
        return ""
    return " ".join(body.decode("utf-8", "replace").split())[:_ERROR_LENGTH]
