"""What a request carries, read strictly: parameters of an address or a form, and text."""

import string
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from werkzeug.datastructures import MultiDict

from kg.errors import InputError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
_MOST_PARAMETERS = 10_000
_PRINTABLE = string.punctuation


class EncodedQuery:
    r"""Percent-encode what a client sent raw in an address, as it should have done; for the whole app.

    Args:
        app: What answers.

    Example:
        >>> environ = {"QUERY_STRING": "q=\xd8\xb3&x=%20"}
        >>> EncodedQuery(lambda environ, start: [environ["QUERY_STRING"].encode()])(environ, None)
        [b'q=%D8%B3&x=%20']
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        """Answer a request."""
        raw = environ.get("QUERY_STRING", "").encode("latin-1", "replace")
        environ["QUERY_STRING"] = quote(raw, safe=_PRINTABLE)
        return self._app(environ, start_response)


def read_parameters(encoded: bytes) -> MultiDict[str, str]:
    """Return the parameters of an address or a form; strict, where Flask lets broken letters through.

    Raises:
        InputError: When they are not UTF-8, or too many.

    Example:
        >>> read_parameters(b"query=ASK%7B%7D&query=")
        MultiDict([('query', 'ASK{}'), ('query', '')])
    """
    try:
        return MultiDict(
            parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
        )
    except UnicodeError as error:
        raise InputError(
            "a parameter is not UTF-8", where="parameters", remedy="encode it as UTF-8, and that with percent signs"
        ) from error
    except ValueError as error:
        raise InputError(f"there are more than {_MOST_PARAMETERS} parameters", where="parameters") from error


def decode(body: bytes, what: str) -> str:
    """Return a body's text.

    Raises:
        InputError: When it is not UTF-8.
    """
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"the {what} is not UTF-8: {error.reason}", where=f"byte {error.start}", remedy="encode it as UTF-8"
        ) from error
