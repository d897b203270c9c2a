"""What a page shows as data: the query that gives the same rows, and the triples behind them."""

import re
from dataclasses import dataclass

from flask import request
from flask.wrappers import Response

from kg.errors import InputError
from kg.graph.query_text import check_query
from kg.graph.question import Question
from ontology import PREFIXES
from server.answering import Visit
from server.site import Site

FORMATS = {"csv": "csv", "json": "json", "ttl": "turtle"}
_USED = re.compile(r"(?<![\w<:])([a-z]+):(?=[\w/])")


@dataclass(frozen=True, slots=True)
class Listing:
    """A page's data.

    Attributes:
        select: A query, with its prefixes, for the rows that the page shows.
        construct: A query for the triples that they come from.
    """

    select: str
    construct: str


def declare(query: str) -> str:
    """Put the declarations of the prefixes that a query uses before it, so that it runs anywhere.

    Example:
        >>> print(declare("ASK { ?s a dip:Statement }"))
        PREFIX dip: <https://w3id.org/mavaze/ontology#>
        ASK { ?s a dip:Statement }
    """
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>', "", query)
    used = sorted({prefix for prefix in _USED.findall(bare) if prefix in PREFIXES})
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used) + query.strip("\n")


def give_data(site: Site, listing: Listing) -> Response | None:
    """Return a page's data where the address asks for it with ``format=``; None where the page itself is wanted.

    Raises:
        InputError: When there is no such format.
    """
    name = request.args.get("format")
    if not name:
        return None
    if name not in FORMATS:
        raise InputError(f"a page is not given as {name!r}", where="format", remedy=f"take {', '.join(FORMATS)}")
    query = listing.construct if name == "ttl" else listing.select
    response = Visit(site, Question(check_query(query), FORMATS[name])).answer()
    stem = request.path.strip("/").replace("/", "-") or "page"
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-") or "page"
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}.{name}"'
    response.headers["Access-Control-Allow-Origin"] = site.settings.cors or "null"
    return response
