"""The asserted statements of a store as plain rows, for what is derived from the data."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox
from rdflib import URIRef

from kg.model import DateSpan
from ontology import DIP, PREFIXES

_STATEMENTS = """
SELECT ?statement ?article ?speaker ?on_behalf_of ?post ?speaks_for ?act ?begin ?end ?content ?said_on ?earliest ?latest
  ?publisher
WHERE {
  # In the article's own graph: what a visitor with the right to write says in another is no news.
  GRAPH ?article {
    ?statement dip:reportedIn ?article ; dip:speaker ?speaker ; dip:act ?act ; dip:content ?content ;
      dip:begin ?begin ; dip:end ?end .
  }
  FILTER(isIRI(?statement) && isIRI(?speaker) && isIRI(?act))
  OPTIONAL { ?statement dip:onBehalfOf ?on_behalf_of FILTER(isIRI(?on_behalf_of)) }
  OPTIONAL {
    ?statement dip:speakerPost ?post FILTER(isIRI(?post))
    OPTIONAL { ?post dip:speaksFor ?speaks_for FILTER(isIRI(?speaks_for)) }
  }
  OPTIONAL { ?statement dip:saidOn ?said_on }
  OPTIONAL { ?article dip:earliest ?earliest ; dip:latest ?latest }
  OPTIONAL { ?article schema:publisher ?publisher FILTER(isIRI(?publisher)) }
}
"""
_STANCES = """
SELECT ?statement ?stance ?property ?target
WHERE {
  VALUES ?property { dip:inFavourOf dip:against }
  ?stance ?property ?target .
  ?statement dip:conveys ?stance .
  FILTER(isIRI(?stance) && isIRI(?target))
}
"""
_ABOUT = "SELECT ?statement ?thing WHERE { ?statement dip:about ?thing FILTER(isIRI(?thing)) }"


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


def read_statements(engine: ox.Store) -> list[StatementRow]:
    """Read the asserted statements with their stances, sorted by article and place.

    One whose offsets or dates are none, as only a foreign hand can have written them, is left out.
    """
    about: dict[str, set[URIRef]] = defaultdict(set)
    for statement, thing in _select(engine, _ABOUT):
        about[str(statement)].add(URIRef(str(thing)))
    stances: dict[str, list[StanceRow]] = defaultdict(list)
    for statement, stance, towards, target in _select(engine, _STANCES):
        row = StanceRow(URIRef(str(stance)), URIRef(str(target)), towards == str(DIP.inFavourOf))
        stances[str(statement)].append(row)
    rows = {}
    for values in _select(engine, _STATEMENTS):
        statement, article, speaker, behalf, post, speaks_for, act, begin, end, content, *rest = values
        said_on, earliest, latest, publisher = rest
        try:
            span = int(str(begin)), int(str(end))
            said = date.fromisoformat(said_on) if said_on else None
            published = (
                DateSpan(date.fromisoformat(earliest), date.fromisoformat(latest)) if earliest and latest else None
            )
        except ValueError:
            continue
        rows[str(statement)] = StatementRow(
            statement=URIRef(str(statement)),
            article=URIRef(str(article)),
            speaker=URIRef(str(speaker)),
            side=URIRef(behalf or speaks_for or str(speaker)),
            implied=None if behalf else _iri(speaks_for),
            post=_iri(post),
            act=URIRef(str(act)),
            begin=span[0],
            end=span[1],
            content=str(content),
            said_on=said,
            published=published,
            publisher=_iri(publisher),
            about=frozenset(about[str(statement)]),
            stances=tuple(sorted(stances[str(statement)], key=lambda row: row.stance)),
        )
    return sorted(rows.values(), key=lambda row: (row.article, row.begin, row.statement))


def _select(engine: ox.Store, query: str) -> Iterator[tuple[str | None, ...]]:
    solutions = engine.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    for solution in solutions:  # type: ignore[union-attr]  # a SELECT query gives solutions
        yield tuple(None if term is None else term.value for term in solution)


def _iri(value: str | None) -> URIRef | None:
    return None if value is None else URIRef(value)
