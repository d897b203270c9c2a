"""Ask a store or an endpoint: the questions that ship, and values for their parameters.

A value is an IRI, a Wikidata item, a name in Persian or English, a date or a number; it is bound
as an RDF term and never pasted into the query.
"""

import difflib
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from kg.errors import QueryError, RemoteError
from kg.gazetteer import Gazetteer, Thing, load
from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS, Answer
from kg.graph.federation import Federation
from kg.graph.files import read_base
from kg.graph.limits import Limits
from kg.graph.pool import QueryPool
from kg.graph.query_text import Term, bind_parameters, check_query
from kg.guarded_http import Budget, Outlet
from kg.http import post_form
from kg.language.dates import parse_date
from ontology import BASE, PREFIXES, Parameter, Query, acts, queries

_XSD = PREFIXES["xsd"]
_ITEM = re.compile(r"Q[1-9]\d*")
_PREFIXED = re.compile(r"([a-z]+):([\w./-]+)")
_LAST_DAY = frozenset({"until", "to", "end", "latest", "before"})
_CANDIDATES = 8
_MEMORY = 4096  # MiB: on one's own machine a question may be larger than a visitor's
_UNLIMITED = 1 << 62
_REMOTE_SIZE = 1 << 28


class UnknownName(QueryError):
    """Nothing is called that.

    Args:
        name: What a reader wrote.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"nothing is called «{name}»", remedy="give an IRI, a Wikidata item or another name")
        self.name = name


class AmbiguousName(QueryError):
    """A name fits several things.

    Args:
        name: What a reader wrote.
        candidates: What it may mean: a name by IRI.
    """

    def __init__(self, name: str, candidates: Mapping[str, str]) -> None:
        shown = "; ".join(f"{name} <{iri}>" for iri, name in sorted(candidates.items())[:_CANDIDATES])
        super().__init__(f"«{name}» fits several things: {shown}", remedy="give the IRI of the one that is meant")
        self.name = name
        self.candidates = dict(sorted(candidates.items()))


class UnreadValue(QueryError):
    """What a reader wrote is not of the kind that was asked for.

    Args:
        value: What a reader wrote.
        kind: What it should be: «date» or «whole number».
        remedy: What to write.
        where: The parameter.
    """

    def __init__(self, value: str, kind: str, remedy: str, where: str | None = None) -> None:
        super().__init__(f"«{value}» is no {kind}", where=where, remedy=remedy)
        self.value = value
        self.kind = kind


class Source(Protocol):
    """Whatever answers a SPARQL query."""

    @property
    def base(self) -> str:
        """Where the things' IRIs begin."""

    def query(self, text: str, *, solutions: str = "json", graph: str = "turtle") -> Answer:
        """Answer one query."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A SPARQL endpoint elsewhere.

    Attributes:
        url: Its address.
        seconds: How long it may be silent.
        base: Where the things' IRIs begin.
    """

    url: str
    seconds: float = 60.0
    base: str = BASE

    def query(self, text: str, *, solutions: str = "json", graph: str = "turtle") -> Answer:
        """Answer one query.

        Raises:
            RemoteError: When the server fails or answers in another format.
        """
        form = check_query(text, allowed_hosts=("*",)).form
        format_ = solutions if form in ("SELECT", "ASK") else graph
        wanted = {**SOLUTION_FORMATS, **GRAPH_FORMATS}[format_]
        reply = post_form(self.url, {"query": text}, accept=wanted, seconds=self.seconds)
        if reply.media_type != wanted:
            raise RemoteError(
                f"the server answered {reply.media_type} where {wanted} was asked for",
                where=self.url,
                remedy="give the address of a SPARQL endpoint",
            )
        return Answer(form, format_, reply.body, 0)


@dataclass(frozen=True, slots=True)
class LocalStore:
    """A store on this machine, asked through a process that can be stopped.

    Attributes:
        pool: That process.
        base: Where the things' IRIs begin.
        outlet: The way out for SERVICE.
        seconds: What all calls of other servers may take together.
    """

    pool: QueryPool
    base: str
    outlet: Outlet = field(default_factory=Outlet)
    seconds: float = 60.0

    def query(self, text: str, *, solutions: str = "json", graph: str = "turtle") -> Answer:
        """Answer one query.

        Raises:
            QueryError: When the query is malformed or asks for what is not allowed.
            QueryTimeout: When it needs more time or memory than it may have.
            RemoteError: When a server that it asks by SERVICE fails.
        """
        if "service" in text.lower():
            federation = Federation(self.outlet, lambda question: self.pool.query(question).solutions(), PREFIXES, BASE)
            text = federation.resolve(text, Budget(time.monotonic() + self.seconds, _REMOTE_SIZE))
        return self.pool.query(text, solutions=solutions, graph=graph)


@contextmanager
def open_source(
    store: str | None, endpoint: str | None, *, seconds: float, hosts: Collection[str] = ()
) -> Iterator[Source]:
    """Open a store, or name an endpoint, to ask.

    Args:
        store: The store's folder; or else
        endpoint: an endpoint's address.
        seconds: What a query may take.
        hosts: Hosts that SERVICE in a query of a store may ask.

    Raises:
        StoreError: When there is no store, or it cannot be read.
    """
    if endpoint:
        yield Endpoint(endpoint, seconds)
        return
    folder = str(store)
    base = read_base(Path(folder)) or BASE
    limits = Limits(time_limit=seconds, memory_limit=_MEMORY, row_limit=_UNLIMITED, byte_limit=_UNLIMITED)
    with QueryPool(folder, limits, workers=1, prefixes=PREFIXES) as pool:
        # Who asks on one's own machine may ask one's own network.
        listed = frozenset(host.lower() for host in hosts)
        yield LocalStore(pool.open(), base, Outlet(listed, listed), seconds)


def ask(
    source: Source,
    *,
    text: str | None = None,
    name: str | None = None,
    values: Mapping[str, str] = MappingProxyType({}),
    format: str = "json",
) -> Answer:
    """Run one query.

    Args:
        source: What answers it.
        text: SPARQL text; or else
        name: a question that ships.
        values: What a reader wrote for its parameters, by variable.
        format: Of the answer; ``table`` for what a table is made of.

    Raises:
        QueryError: When the query, a value or the format is wrong.
    """
    if format not in ("table", *SOLUTION_FORMATS, *GRAPH_FORMATS):
        known = ", ".join(("table", *SOLUTION_FORMATS, *GRAPH_FORMATS))
        raise QueryError(f"no format is called «{format}»", remedy=f"there are {known}")
    bound = bind(find_query(name, source.base) if name else text or "", values, source, source.base)
    form = check_query(bound, allowed_hosts=("*",)).form
    formats = SOLUTION_FORMATS if form in ("SELECT", "ASK") else GRAPH_FORMATS
    if format not in ("table", *formats):
        raise QueryError(f"{form} gives no {format}", remedy=f"ask for {', '.join(formats)}")
    if format == "table":
        return source.query(bound)
    return source.query(bound, solutions=format) if formats is SOLUTION_FORMATS else source.query(bound, graph=format)


def find_query(name: str, base: str = BASE) -> Query:
    """Return the question of that name that ships.

    Raises:
        QueryError: When there is none; the nearest names are told.
    """
    shipped = {query.name: query for query in queries(base)}
    if name not in shipped:
        near = difflib.get_close_matches(name, shipped, n=3, cutoff=0.4) or sorted(shipped)
        raise QueryError(f"no question is called «{name}»", remedy=f"did you mean {' or '.join(near)}?")
    return shipped[name]


def bind(query: str | Query, values: Mapping[str, str], source: Source, base: str = BASE) -> str:
    """Give values to a query's parameters, and return its text.

    Args:
        query: SPARQL text, or a question that ships.
        values: What a reader wrote, by variable.
        source: Where names are looked up that the gazetteer does not know.
        base: Where the things' IRIs begin.

    Raises:
        QueryError: When there is no such parameter, or a value names nothing or several things.
    """
    if isinstance(query, str):
        terms = {name: to_term(value, None, source, base) for name, value in values.items()}
        return bind_parameters(query, terms)
    parameters = {parameter.name: parameter for parameter in query.parameters}
    if unknown := sorted(values.keys() - parameters.keys()):
        known = ", ".join(parameters) or "none"
        raise QueryError(f"{query.name} has no parameter {', '.join(unknown)}", remedy=f"it has {known}")
    return query.bind(
        {name: to_term(value, parameters[name], source, base).as_sparql() for name, value in values.items()}
    )


def to_term(value: str, parameter: Parameter | None, source: Source, base: str = BASE) -> Term:
    """Return the RDF term that a reader's words mean.

    Args:
        value: An IRI, a prefixed name, a Wikidata item, a date, a number, a string in quotation marks, or a name.
        parameter: What it is for; without one, the value's own shape decides.
        source: Where names are looked up that the gazetteer does not know.
        base: Where the things' IRIs begin.

    Raises:
        QueryError: When the value names nothing, or several things.
    """
    value = value.strip()
    kind = parameter.type if parameter else _guess_type(value)
    if kind == "string":
        return Term("literal", value.strip('"'))
    if kind == "integer":
        if not re.fullmatch(r"[+-]?\d+", value):
            raise UnreadValue(value, "whole number", "write 12", parameter.name if parameter else None)
        return Term("literal", str(int(value)), datatype=f"{_XSD}integer")
    if kind == "date":
        span = parse_date(value)
        if span is None:
            raise UnreadValue(value, "date", "write 2019-07-15, 2019 or ۱۳۹۸/۰۴/۲۴")
        is_last = parameter is not None and parameter.name in _LAST_DAY
        return Term("literal", (span.latest if is_last else span.earliest).isoformat(), datatype=f"{_XSD}date")
    return Term("uri", _to_iri(value, parameter, source, base))


def _guess_type(value: str) -> str:
    if len(value) > 1 and value.startswith('"') and value.endswith('"'):
        return "string"
    if re.fullmatch(r"[+-]?\d+", value):
        return "integer"
    return "date" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else "iri"


def _to_iri(value: str, parameter: Parameter | None, source: Source, base: str) -> str:
    if value.startswith("<") and value.endswith(">"):
        return value[1:-1]
    if "://" in value or value.startswith("urn:"):
        return value
    if (prefixed := _PREFIXED.fullmatch(value)) and prefixed[1] in PREFIXES:
        return PREFIXES[prefixed[1]] + prefixed[2]
    if parameter and parameter.default.startswith(f"<{PREFIXES['act']}") and value in acts():
        return PREFIXES["act"] + value
    is_post = parameter is not None and parameter.default.startswith(f"<{base}post/")
    found = _find(value, source, base, is_post=is_post)
    if len(found) == 1:
        return next(iter(found))
    if not found:
        raise UnknownName(value)
    raise AmbiguousName(value, found)


def _find(value: str, source: Source, base: str, *, is_post: bool) -> dict[str, str]:
    """Return the things that a Wikidata item or a name may mean: their names by IRI."""
    gazetteer = load()
    if value in gazetteer.things or value in gazetteer.posts:
        return {base + value: value}
    if _ITEM.fullmatch(value):
        things = {base + thing.key: thing.name for thing in gazetteer.things.values() if thing.qid == value}
        posts = {base + post.key: post.name for post in gazetteer.posts.values() if post.qid == value}
        asked = f"?thing owl:sameAs <{PREFIXES['wd']}{value}> ."
    else:
        things = {base + thing.key: thing.name for thing in _named(value, gazetteer)}
        posts = {base + post.key: post.name for post in gazetteer.find_posts(value)}
        labels = " ".join(Term("literal", value, language=tag).as_sparql() for tag in ("fa", "en"))
        asked = f"VALUES ?label {{ {labels} }} ?thing skos:prefLabel|skos:altLabel ?label ."
    return (posts or things if is_post else things or posts) or _ask_for(source, asked, base)


def _named(name: str, gazetteer: Gazetteer) -> Sequence[Thing]:
    """Return the things of that name; a full name beats an adjective, a capital or a surname."""
    pairs = gazetteer.find_names(name)
    full = [thing for found, thing in pairs if found.kind in ("label", "alias")]
    english = [t for t in gazetteer.things.values() if t.name_en and t.name_en.casefold() == name.casefold()]
    return full or [thing for _, thing in pairs] or english


def _ask_for(source: Source, pattern: str, base: str) -> dict[str, str]:
    """Look things up in the graph itself; those that only one article knows are left out."""
    text = (
        f"PREFIX owl: <{PREFIXES['owl']}> PREFIX skos: <{PREFIXES['skos']}> "
        f"SELECT DISTINCT ?thing ?name WHERE {{ {pattern} ?thing skos:prefLabel ?name . "
        f'FILTER(lang(?name) = "fa" && !strstarts(str(?thing), "{base}article/")) }} LIMIT {_CANDIDATES + 1}'
    )
    return {found["thing"].value: found["name"].value for found in source.query(text).solutions()}
