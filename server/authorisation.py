"""Who may write: whoever sends the operator's token."""

import hmac
from http import HTTPStatus
from typing import ClassVar

from flask import request

from kg.errors import MavazeError
from server.site import Site


class NotAuthorised(MavazeError):
    """The request has no token, or a wrong one."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNAUTHORIZED


class WritingClosed(MavazeError):
    """The operator has opened writing to nobody."""

    status: ClassVar[HTTPStatus] = HTTPStatus.FORBIDDEN


def require_token(site: Site) -> None:
    """Let the request pass when it carries the token (``Authorization: Bearer …``).

    Raises:
        WritingClosed: When there is no token.
        NotAuthorised: When the request carries none, or another one.
    """
    token = site.settings.update_token
    if not token:
        raise WritingClosed(
            "nobody may write here", where=request.path, remedy="the operator opens writing with MAVAZE_UPDATE_TOKEN"
        )
    if not is_token(request.headers.get("Authorization", ""), token):
        raise NotAuthorised(
            "writing needs the operator's token", where="Authorization", remedy="send Authorization: Bearer …"
        )


def is_token(header: str, token: str) -> bool:
    """Whether a header carries the token; takes the same time however much of it is right.

    Example:
        >>> [is_token(f"{scheme} secret", "secret") for scheme in ("Bearer", "bearer ", "Basic")]
        [True, True, False]
    """
    scheme, _, given = header.partition(" ")
    # Header fields arrive as Latin-1, whatever bytes were sent.
    sent = given.strip().encode("latin-1", "replace")
    return hmac.compare_digest(sent, token.encode()) and scheme.lower() == "bearer"
