"""What a request carries, read strictly: parameters of an address or a form, and text."""

from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from kg.errors import InputError

FORM = "application/x-www-form-urlencoded"
_MOST_PARAMETERS = 10_000


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
