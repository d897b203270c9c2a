"""The one HTTP client: time-outs, a size limit, and errors in our words."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urlencode, urlsplit

from kg.errors import RemoteError

_USER_AGENT = "Mavaze (+https://w3id.org/mavaze/)"
_ERROR_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered.

    Attributes:
        body: The bytes of the answer.
        media_type: What it says they are, without parameters.
    """

    body: bytes
    media_type: str


def post_form(url: str, fields: dict[str, str], *, accept: str, seconds: float, limit: int = 1 << 28) -> Reply:
    """Send a form and return the answer.

    Args:
        url: An http or https address.
        fields: The form's fields.
        accept: The media types that are wanted.
        seconds: How long the server may be silent.
        limit: The most bytes that are read.

    Raises:
        RemoteError: When the address is none, or the server fails, is silent or answers too much.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise RemoteError("no HTTP address", where=url, remedy="begin with http:// or https://")
    request = urllib.request.Request(
        url,
        data=urlencode(fields).encode(),
        headers={"Accept": accept, "User-Agent": _USER_AGENT, "Content-Type": "application/x-www-form-urlencoded"},
    )
    try:
        with urllib.request.urlopen(request, timeout=seconds) as response:
            body: bytes = response.read(limit + 1)
            headers: Message = response.headers
    except urllib.error.HTTPError as error:
        told = error.read(_ERROR_LENGTH * 4).decode("utf-8", "replace")
        error.close()
        words = " ".join(told.split())[:_ERROR_LENGTH]
        raise RemoteError(f"the server answered {error.code} {error.reason}: {words}", where=url) from error
    except (OSError, ValueError) as error:  # no route, refused, silent, or a broken answer
        reason = getattr(error, "reason", error)
        raise RemoteError(f"no answer: {reason}", where=url, remedy="see whether the server runs") from error
    if len(body) > limit:
        raise RemoteError(f"the answer has more than {limit} bytes", where=url, remedy="add a LIMIT")
    return Reply(body, headers.get_content_type())
