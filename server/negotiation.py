"""From an Accept header, or a format's name, to one of the formats that we write. Pure."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from kg.errors import InputError
from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS

HTML = "html"

_SOLUTIONS: Sequence[tuple[str, str]] = (
    *((media_type, name) for name, media_type in SOLUTION_FORMATS.items()),
    ("application/json", "json"),
    ("application/xml", "xml"),
    ("text/xml", "xml"),
)
_GRAPHS: Sequence[tuple[str, str]] = (
    *((media_type, name) for name, media_type in GRAPH_FORMATS.items()),
    ("application/x-turtle", "turtle"),
    ("application/json", "jsonld"),
    ("application/xml", "rdfxml"),
    ("text/xml", "rdfxml"),
    ("text/plain", "ntriples"),
)
_NAMES: Mapping[str, str] = {
    "ttl": "turtle",
    "nq": "nquads",
    "nt": "ntriples",
    "n-triples": "ntriples",
    "json-ld": "jsonld",
    "rdf": "rdfxml",
    "rdf/xml": "rdfxml",
    "rdf-xml": "rdfxml",
    "srj": "json",
    "srx": "xml",
    "htm": HTML,
}


@lru_cache(maxsize=64)  # clients send the same few headers again and again
def choose(accept: str, offers: Sequence[tuple[str, str]], *, has_page: bool = False) -> str | None:
    """Return the format that fits an Accept header best, or None when none does.

    Args:
        accept: The header; an empty one accepts everything.
        offers: Media types and format names, the one we like best first.
        has_page: Whether there is a page as well; it is chosen only where asked for by name.

    Example:
        >>> choose("text/csv, */*;q=0.1", _SOLUTIONS)
        'csv'
        >>> choose("*/*", _SOLUTIONS, has_page=True)
        'json'
        >>> choose("application/sparql-results+xml; version=1.2", _SOLUTIONS)
        'xml'
    """
    names = dict(offers)
    if has_page:
        names["text/html"] = names["application/xhtml+xml"] = HTML
    if not accept.strip():
        return offers[0][1]
    # Parameters say nothing that we could choose by: we write UTF-8, and the one version of RDF that the data need.
    asked = [(value.partition(";")[0].strip(), quality) for value, quality in parse_accept_header(accept)]
    best = MIMEAccept(asked).best_match(list(names))
    return names[best] if best else None


def choose_solutions(accept: str, *, has_page: bool = False) -> str | None:
    """Return the format for a SELECT or ASK answer."""
    return choose(accept, _SOLUTIONS, has_page=has_page)


def choose_graph(accept: str, *, has_page: bool = False) -> str | None:
    """Return the format for a CONSTRUCT or DESCRIBE answer."""
    return choose(accept, _GRAPHS, has_page=has_page)


def wants_page(accept: str) -> bool:
    """Whether a person asks rather than a program.

    Example:
        >>> wants_page("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), wants_page("*/*")
        (True, False)
    """
    return choose(accept, (("application/json", "json"), *_SOLUTIONS, *_GRAPHS), has_page=True) == HTML


def read_suffix(suffix: str, *, is_graph: bool) -> str | None:
    """Return the format that the end of an address names, or None.

    Example:
        >>> read_suffix("ttl", is_graph=True), read_suffix("srx", is_graph=False), read_suffix("ttl", is_graph=False)
        ('turtle', 'xml', None)
    """
    found = _NAMES.get(suffix, suffix)
    return found if found in (GRAPH_FORMATS if is_graph else SOLUTION_FORMATS) else None


def read_format(name: str, *, is_graph: bool) -> str:
    """Return the format that a ``format=`` parameter names, by short name or media type.

    Raises:
        InputError: When we do not write it for this kind of query.

    Example:
        >>> read_format("ttl", is_graph=True), read_format("text/csv", is_graph=False)
        ('turtle', 'csv')
    """
    offers = dict(_GRAPHS if is_graph else _SOLUTIONS)
    wanted = name.strip().lower().replace(" ", "+")
    found = offers.get(wanted) or _NAMES.get(wanted, wanted)
    if is_graph and found in ("json", "xml"):
        found = {"json": "jsonld", "xml": "rdfxml"}[found]
    known = (*dict.fromkeys(offers.values()), HTML)
    if found not in known:
        raise InputError(f"{name!r} is no format for this query", where="format", remedy=f"take {', '.join(known)}")
    return found
