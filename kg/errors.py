"""The one family of errors that a user may see.

    MavazeError
    ├── InputError      what was to be read cannot be read
    ├── LexiconError    a row of the lexicon or the gazetteer is wrong
    ├── QueryError      a query is malformed or asks for what is not allowed
    ├── QueryTimeout    a query needed more time or memory than it may have
    ├── StoreError      the store is missing, held by another process, or of another version
    └── RemoteError     a server elsewhere failed

Raised where the fact is known; shown by ``kg.cli`` and ``server.errors`` alone.
"""

from http import HTTPStatus
from typing import ClassVar


class MavazeError(Exception):
    """Something a user can mend: what is wrong, where, and what to do.

    Example:
        >>> print(MavazeError("the file is empty", where="news.txt", remedy="give an article"))
        news.txt: the file is empty; give an article
    """

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{advice}"


class InputError(MavazeError):
    """What was to be read cannot be read."""

    status = HTTPStatus.BAD_REQUEST


class LexiconError(MavazeError):
    """A row of the lexicon or the gazetteer is wrong."""


class QueryError(MavazeError):
    """A query is malformed or asks for what is not allowed."""

    status = HTTPStatus.BAD_REQUEST


class QueryTimeout(MavazeError):
    """A query needed more time or memory than a query may have."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class StoreError(MavazeError):
    """The store is missing, held by another process, or of another version."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class RemoteError(MavazeError):
    """A server elsewhere failed."""

    status = HTTPStatus.BAD_GATEWAY
