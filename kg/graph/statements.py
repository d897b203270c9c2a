"""The asserted statements of a store as plain rows, for what is derived from the data."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyoxigraph as ox
from rdflib import SDO, URIRef

from kg.graph.terms import to_named
from kg.model import DateSpan
from ontology import DIP

_READ = (
    *(DIP.reportedIn, DIP.speaker, DIP.act, DIP.content, DIP.begin, DIP.end, DIP.onBehalfOf, DIP.speakerPost),
    *(DIP.saidOn, DIP.earliest, DIP.latest, DIP.conveys, DIP.inFavourOf, DIP.against, DIP.about, SDO.publisher),
)
_ALL = f"""
SELECT ?s ?p ?o ?g WHERE {{ VALUES ?p {{ {" ".join(name.n3() for name in _READ)} }} GRAPH ?g {{ ?s ?p ?o }} }}
"""
_READ_NODES = frozenset(map(to_named, _READ))
_Values = Mapping[str, Mapping[str, Sequence[ox.NamedNode | ox.Literal]]]


@dataclass(frozen=True, slots=True)
class StanceRow:
    """A stance as the derivations need it."""

    stance: URIRef
    target: URIRef
    is_positive: bool


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement as the derivations need it.

    Attributes:
        statement: Its IRI.
        article: The article that reports it.
        speaker: Who said it.
        side: On whose behalf, as the text says or by the office; else the speaker.
        implied: Whom the office speaks for, where the text does not say on whose behalf.
        post: The office named or implied.
        act: Its speech act.
        begin: Where it begins in the text.
        end: Where it ends.
        content: Its words.
        said_on: The day it was said, where the text tells.
        published: The days on which the article may have been published.
        publisher: The outlet.
        about: What its words mention.
        stances: What it shows toward targets.
    """

    statement: URIRef
    article: URIRef
    speaker: URIRef
    side: URIRef
    implied: URIRef | None
    post: URIRef | None
    act: URIRef
    begin: int
    end: int
    content: str
    said_on: date | None
    published: DateSpan | None
    publisher: URIRef | None
    about: frozenset[URIRef]
    stances: tuple[StanceRow, ...]

    @property
    def date(self) -> DateSpan | None:
        """When it was said, as far as is known."""
        return DateSpan(self.said_on, self.said_on) if self.said_on else self.published


def read_statements(engine: ox.Store, articles: Iterable[str] | None = None) -> list[StatementRow]:
    """Read the asserted statements with their stances, sorted by article and place.

    What stands in the article's own graph counts: what a visitor with the right to write says in another is no news.
    A statement whose offsets or dates are none, as only a foreign hand can have written them, is left out.

    Args:
        engine: The store's quads.
        articles: The articles to read, by IRI; all of them by default.
    """
    rows: list[StatementRow] = []
    posts: dict[str, URIRef | None] = {}

    def speaks_for(post: URIRef) -> URIRef | None:
        if post not in posts:
            quads = engine.quads_for_pattern(to_named(post), to_named(DIP.speaksFor), None, None)
            named = sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode))
            posts[post] = URIRef(named[0]) if named else None
        return posts[post]

    for article, values in _graphs(engine, articles):
        for statement in values:
            if article in map(_text, values[statement].get(str(DIP.reportedIn), ())):
                row = _read(statement, article, values, speaks_for)
                rows += [] if row is None else [row]
    return sorted(rows, key=lambda row: (row.article, row.begin, row.statement))


def _graphs(engine: ox.Store, articles: Iterable[str] | None) -> Iterator[tuple[str, _Values]]:
    """Yield what graphs hold, by subject and property."""
    if articles is None:  # in one question, for a server's sake
        found: dict[str, list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]] = defaultdict(list)
        for subject, predicate, value, graph in engine.query(_ALL):  # type: ignore[union-attr]  # a SELECT query
            found[graph.value].append((subject, predicate, value))
        yield from ((graph, _by_subject(triples)) for graph, triples in found.items())
        return
    for article in articles:
        quads = engine.quads_for_pattern(None, None, None, to_named(article))
        yield str(article), _by_subject((q.subject, q.predicate, q.object) for q in quads if q.predicate in _READ_NODES)


def _by_subject(triples: Iterable[tuple[Any, Any, Any]]) -> _Values:
    values: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples:
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            values[subject.value][predicate.value].append(value)
    return values


def _read(
    statement: str, article: str, values: _Values, speaks_for: Callable[[URIRef], URIRef | None]
) -> StatementRow | None:
    def texts(subject: str, name: URIRef) -> list[str]:
        told = values.get(str(subject), {}).get(str(name), ())
        return sorted(term.value for term in told if isinstance(term, ox.Literal))

    def names(subject: str, name: URIRef) -> list[URIRef]:
        told = values.get(str(subject), {}).get(str(name), ())
        return sorted(URIRef(term.value) for term in told if isinstance(term, ox.NamedNode))

    def first(found: list[Any]) -> Any:
        return found[0] if found else None

    speaker, act = first(names(statement, DIP.speaker)), first(names(statement, DIP.act))
    content = first(texts(statement, DIP.content))
    said_on = first(texts(statement, DIP.saidOn))
    earliest, latest = first(texts(article, DIP.earliest)), first(texts(article, DIP.latest))
    try:
        begin, end = int(texts(statement, DIP.begin)[0]), int(texts(statement, DIP.end)[0])
        said = date.fromisoformat(said_on) if said_on else None
        is_dated = earliest and latest
        published = DateSpan(date.fromisoformat(earliest), date.fromisoformat(latest)) if is_dated else None
    except (ValueError, IndexError):
        return None
    if speaker is None or act is None or content is None:
        return None
    behalf, post = first(names(statement, DIP.onBehalfOf)), first(names(statement, DIP.speakerPost))
    office = None if post is None else speaks_for(post)
    stances = [
        StanceRow(stance, target, is_positive)
        for stance in names(statement, DIP.conveys)
        for name, is_positive in ((DIP.inFavourOf, True), (DIP.against, False))
        for target in names(stance, name)
    ]
    return StatementRow(
        statement=URIRef(statement),
        article=URIRef(article),
        speaker=speaker,
        side=behalf or office or speaker,
        implied=None if behalf else office,
        post=post,
        act=act,
        begin=begin,
        end=end,
        content=content,
        said_on=said,
        published=published,
        publisher=first(names(article, SDO.publisher)),
        about=frozenset(names(statement, DIP.about)),
        stances=tuple(stances),
    )


def _text(term: ox.NamedNode | ox.Literal) -> str:
    return term.value
