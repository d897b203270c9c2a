"""Every limit and default of the server as one row of one table.

``SETTINGS`` is read by the command line (an option each), by the environment (``MAVAZE_NAME``) and by the
documentation; ``Settings`` holds the values of one server.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, NamedTuple, cast

from kg.errors import InputError
from kg.graph.limits import Limits

_HOST = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")


class Setting(NamedTuple):
    """One row: a name as in the environment, its default, what it does, and its type."""

    name: str
    default: str | int | float
    help: str
    type: type
    choices: tuple[str, ...] = ()

    @property
    def option(self) -> str:
        """The option of ``mavaze serve``."""
        return "--" + self.name.lower().replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment's variable."""
        return f"MAVAZE_{self.name}"


def _row(default: Any, help: str, *choices: str, least: float = 0) -> Any:
    return field(default=default, metadata={"help": help, "choices": choices, "least": least})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values that one server runs with.

    Example:
        >>> Settings(time_limit=2.5).time_limit
        2.5
    """

    time_limit: float = _row(10.0, "Seconds that a query may run.", least=0.01)
    queue_limit: float = _row(5.0, "Seconds that a query may wait for a free worker.")
    row_limit: int = _row(100_000, "Rows (solutions or triples) that an answer may have; more is an error.", least=1)
    byte_limit: int = _row(50_000_000, "Bytes that an answer may have; more is an error.", least=1)
    memory_limit: int = _row(1024, "MiB of memory that a query may take.", least=16)
    workers: int = _row(0, "Queries that may run at once; 0 stands for the number of cores.")
    rate_limit: int = _row(0, "Queries a minute that one client may ask; 0 stands for any number.")
    concurrency: int = _row(0, "Queries that one client may ask at once; 0 stands for any number.")
    keys: str = _row("", "File of keys, one a line; who sends one as X-API-Key may ask more.")
    key_factor: int = _row(10, "How many times as much the holder of a key may ask.", least=1)
    proxies: int = _row(0, "Proxies in front, whose X-Forwarded headers are believed.")
    body_limit: int = _row(1_000_000, "Bytes that a request's body may have.", least=1)
    query_limit: int = _row(200_000, "Bytes that a query may have.", least=1)
    request_time: float = _row(20.0, "Seconds that a client may take to send a request.", least=0.1)
    cache: int = _row(64, "MiB of answers that are kept, to be given again while the store is the same; 0 keeps none.")
    access_log: str = _row("off", "Whether each request is logged, without who sent it.", "off", "on")
    slow_query: float = _row(5.0, "Seconds after which a query is logged, its strings blanked; 0 logs none.")
    update_token: str = field(
        default="",
        repr=False,
        metadata={
            "help": "Secret that gives the right to write (/update, /graph-store); without one nobody may. "
            "Better in the environment, where other users do not see it.",
            "choices": (),
            "least": 0,
        },
    )
    federation: str = _row("", "Hosts that SERVICE and LOAD may ask, with commas between them; none asks nobody.")
    federation_private: str = _row("", "Those of them, as host or host:port, that may stand in a private network.")
    federation_time: float = _row(10.0, "Seconds that a query may spend on asking other servers.", least=0.1)
    federation_size: int = _row(10_000_000, "Bytes that a query may read from other servers.", least=1)
    federation_items: int = _row(10_000, "Items that one SERVICE may send along.", least=1)
    federation_batch: int = _row(100, "Items that are sent along in one request.", least=1)
    text: str = _row(
        "full",
        "How much of an article's text is given out, everywhere: all, the title and statements with a little around "
        "them, or nothing.",
        "full",
        "excerpt",
        "none",
    )
    base: str = _row("", "Base IRI of the things in the store; empty for the one that the store was made with.")
    cors: str = _row("*", "Origin whose pages may ask the SPARQL endpoint: *, one origin, or nothing.")
    default_graph: str = _row(
        "union", "A query's default graph: the union of all graphs, or the store's own.", "union", "own"
    )

    def __post_init__(self) -> None:
        for row in fields(self):
            value = getattr(self, row.name)
            if row.metadata["choices"] and value not in row.metadata["choices"]:
                raise _wrong(row, value, f"one of {', '.join(row.metadata['choices'])}")
            if isinstance(value, int | float) and value < row.metadata["least"]:
                raise _wrong(row, value, f"a number not below {row.metadata['least']:g}")
        self.federation_hosts()
        self.private_hosts()
        if self.base and not (self.base.startswith(("http://", "https://")) and self.base.endswith(("/", "#"))):
            raise InputError(
                f"{self.base!r} is no base for IRIs", where="BASE", remedy="give an http(s) address that ends with /"
            )

    def federation_hosts(self) -> frozenset[str]:
        """Return the hosts that visitors' queries may ask."""
        return _read_hosts(self.federation, "FEDERATION")

    def private_hosts(self) -> frozenset[str]:
        """Return those of them that may stand in a private network."""
        return _read_hosts(self.federation_private, "FEDERATION_PRIVATE")

    def limits(self) -> Limits:
        """Return what one query may take."""
        return Limits(
            time_limit=self.time_limit,
            queue_limit=self.queue_limit,
            memory_limit=self.memory_limit,
            row_limit=self.row_limit,
            byte_limit=self.byte_limit,
        )


def _read_hosts(told: str, name: str) -> frozenset[str]:
    hosts = frozenset(host.lower() for host in told.replace(",", " ").split())
    if wrong := sorted(host for host in hosts if not _HOST.fullmatch(host)):
        raise InputError(f"{wrong[0]!r} is no host", where=name, remedy="give query.wikidata.org, or host:port")
    return hosts


def _wrong(row: "Field[Any]", value: object, wanted: str) -> InputError:
    return InputError(f"{value!r} is no value for it", where=row.name.upper(), remedy=f"give {wanted}")


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(
        row.name.upper(),
        cast(str | int | float, row.default),
        row.metadata["help"],
        type(row.default),
        row.metadata["choices"],
    )
    for row in fields(Settings)
)


def read_settings(
    options: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings from options, else from the environment, else from their defaults.

    Args:
        options: Values by lower-case name; None stands for an option that was not given.
        environment: Variables by name; the process's own by default.

    Raises:
        InputError: When a value is of the wrong kind; names the option or variable.

    Example:
        >>> read_settings({"workers": 3}, {"MAVAZE_TIME_LIMIT": "2"}).time_limit
        2.0
    """
    environment = os.environ if environment is None else environment
    options = options or {}
    values: dict[str, Any] = {}
    for row in fields(Settings):
        name = row.name.upper()
        if (value := options.get(row.name)) is None:
            value = environment.get(f"MAVAZE_{name}")
        if value is None:
            continue
        try:
            values[row.name] = cast(type, type(row.default))(value)
        except (TypeError, ValueError):
            raise _wrong(row, value, "a whole number" if type(row.default) is int else "a number") from None
    return Settings(**values)
