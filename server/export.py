"""/export: the whole graph, a part of it, or a query's answer, as a file.

``format`` is one of ``kg.graph.export.FORMATS``; ``graph``, ``since``, ``until`` and ``actor`` choose a part as the
options of ``mavaze export`` do. With ``query`` it is the answer of that query, in one of the formats of ``/sparql``.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import date

from flask import Blueprint, Response, request

from kg.errors import InputError, MavazeError
from kg.graph.answers import QueueFull
from kg.graph.export import FORMATS, MEDIA_TYPES, SUFFIXES, Part
from kg.graph.export.stream import ExportStream, Order
from kg.graph.given_text import read_policy
from kg.graph.question import Question
from kg.language.dates import parse_date
from kg.query import to_term
from server.answering import BrokenOff, Visit, read_query
from server.clients import find_client
from server.negotiation import read_format
from server.reader import Reader
from server.sharing import share
from server.site import Site

_AT_ONCE = 2
_LONGEST = 3600.0
"""Seconds that a download may take, its reading included."""


def export_blueprint(site: Site) -> Blueprint:
    """Return the address of a site's downloads."""
    blueprint = Blueprint("export", __name__)
    reader = Reader(site)
    seats = threading.BoundedSemaphore(_AT_ONCE)

    @blueprint.route("/export")
    def export() -> Response:
        wanted = request.args.get("format", "trig").strip().lower()
        if "query" in request.args:
            return _answer(site, request.args["query"], request.args.get("format"))
        if wanted not in FORMATS:
            raise InputError(f"{wanted!r} is no format", where="format", remedy=f"take {', '.join(FORMATS)}")
        return _export(site, seats, wanted, _read_part(reader, site))

    @blueprint.after_request
    def open_to_pages(response: Response) -> Response:
        return share(site, response, ["GET", "HEAD"])

    return blueprint


def _answer(site: Site, query: str, wanted: str | None) -> Response:
    read = read_query(site, query)
    name = read_format(wanted or ("turtle" if read.gives_graph else "csv"), is_graph=read.gives_graph)
    response = Visit(site, Question(read, name)).answer()
    _name_file(response, f"answer.{SUFFIXES.get(name, name)}")
    return response


def _read_part(reader: Reader, site: Site) -> Part:
    return Part(
        tuple(request.args.getlist("graph")),
        _read_day("since", is_last=False),
        _read_day("until", is_last=True),
        tuple(_read_actor(name, reader, site) for name in request.args.getlist("actor")),
    )


def _read_day(name: str, *, is_last: bool) -> date | None:
    written = request.args.get(name, "").strip()
    if not written:
        return None
    span = parse_date(written)
    if span is None:
        raise InputError(f"«{written}» is no date", where=name, remedy="write 2019-07-15, 2019 or ۱۳۹۸/۰۴/۲۴")
    return span.latest if is_last else span.earliest


def _read_actor(name: str, reader: Reader, site: Site) -> str:
    term = to_term(name, None, reader, site.base)
    if term.kind != "uri":
        raise InputError(f"«{name}» is no name of an actor", where="actor")
    return term.value


def _export(site: Site, seats: threading.BoundedSemaphore, format_: str, part: Part) -> Response:
    client = find_client(request, site.keys)
    site.client_limits.enter(client)
    has_seat = False
    try:
        has_seat = seats.acquire(timeout=site.settings.queue_limit)
        if not has_seat:
            raise QueueFull(
                f"{_AT_ONCE} downloads are under way already", where="export", remedy="try again in a few minutes"
            )
        order = Order(site.pool.path, site.base, format_, part, read_policy(site.settings.text))
        stream = ExportStream(order, seconds=_LONGEST)
    except BaseException:
        if has_seat:
            seats.release()
        site.client_limits.leave(client)
        raise
    turns = iter([None])

    def end() -> None:
        """Free what the download holds; once is enough."""
        for _ in turns:
            stream.close()
            seats.release()
            site.client_limits.leave(client)

    media_type = MEDIA_TYPES[format_]
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    response = Response(_give(stream, end), content_type=media_type + charset)
    response.call_on_close(end)
    _name_file(response, f"mavaze.{SUFFIXES[format_]}")
    return response


def _give(stream: ExportStream, end: Callable[[], None]) -> Iterator[bytes]:
    """Give the bytes on; where they cannot be finished, let the connection break."""
    try:
        yield from stream
    except MavazeError as error:
        raise BrokenOff(str(error)) from error
    finally:
        end()


def _name_file(response: Response, name: str) -> None:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
