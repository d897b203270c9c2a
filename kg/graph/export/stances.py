"""Stances as rows: a CSV for analysts, coded by CAMEO and PLOVER, and what the network is drawn from."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import BinaryIO

import pyoxigraph as ox
from rdflib.namespace import RDF, SKOS

from kg.graph.export.parts import Part, chosen_statements
from kg.graph.external_sort import sort_lines
from kg.graph.given_text import WITHHELD, Policy
from kg.graph.store import Store
from kg.graph.terms import to_named
from kg.model import DateSpan
from ontology import DIP, PREFIXES

CSV_COLUMNS = (
    *("date", "holder", "holder_state", "side", "act", "cameo", "plover", "polarity", "target"),
    *("words", "article", "outlet", "statement"),
)

_ROWS = """
SELECT ?earliest ?latest ?holder ?side ?act ?property ?target ?words ?article ?outlet ?statement
WHERE {
  VALUES ?property { dip:inFavourOf dip:against }
  ?stance ?property ?target ; dip:holder ?holder .
  ?statement dip:conveys ?stance ; dip:act ?act ; dip:content ?words ; dip:reportedIn ?article .
  # A foreign hand may have written other things there.
  FILTER(isIRI(?statement) && isIRI(?holder) && isIRI(?target) && isIRI(?act))
  OPTIONAL { ?stance dip:side ?side FILTER(isIRI(?side)) }
  OPTIONAL { ?article schema:publisher ?outlet FILTER(isIRI(?outlet)) }
  OPTIONAL { ?article dip:earliest ?earliest ; dip:latest ?latest }
}
"""
_STATE = to_named(DIP.State)
_TYPE = to_named(RDF.type)
_BORDER = "\x1f"


@dataclass(frozen=True, slots=True)
class StanceRecord:
    """A stance with its statement and article, all by IRI; what is unknown is empty."""

    earliest: str
    latest: str
    holder: str
    side: str
    act: str
    is_positive: bool
    target: str
    words: str
    article: str
    outlet: str
    statement: str

    @property
    def date(self) -> str:
        """The days of publication, as precisely as they are known."""
        if not (self.earliest and self.latest):
            return ""
        try:
            return str(DateSpan(date.fromisoformat(self.earliest), date.fromisoformat(self.latest)))
        except ValueError:  # written by a foreign hand, and told as it stands
            return f"{self.earliest}/{self.latest}"

    @property
    def polarity(self) -> str:
        """Positive or negative."""
        return "positive" if self.is_positive else "negative"


def read_stances(store: Store, part: Part) -> Iterator[StanceRecord]:
    """Yield a part's stances, as they are found."""
    statements = frozenset().union(*chosen_statements(store, part).values()) if part.actors else None
    toward = str(DIP.inFavourOf)
    for row in store.query(_ROWS):  # type: ignore[union-attr]  # a SELECT query gives solutions
        earliest, latest, holder, side, act, towards, target, words, article, outlet, statement = map(_value, row)
        if part.graphs and article not in part.graphs:
            continue
        if part.holds_dates(earliest, latest) and (statements is None or statement in statements):
            yield StanceRecord(
                earliest=earliest,
                latest=latest,
                holder=holder,
                side=side,
                act=act,
                is_positive=towards == toward,
                target=target,
                words=words,
                article=article,
                outlet=outlet,
                statement=statement,
            )


def _value(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else ""


class Names:
    """What the graph says of the things in the rows, read once each."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    @cached_property
    def labels(self) -> dict[str, str]:
        """The Persian label of each thing."""
        return self._labels("fa")

    @cached_property
    def english(self) -> dict[str, str]:
        """The English label of each thing that has one."""
        return self._labels("en")

    def _labels(self, language: str) -> dict[str, str]:
        return {
            _value(quad.subject): quad.object.value
            for quad in self._engine.quads_for_pattern(None, to_named(SKOS.prefLabel), None, None)
            if isinstance(quad.object, ox.Literal) and quad.object.language == language
        }

    @cached_property
    def states(self) -> frozenset[str]:
        """The states."""
        return frozenset(_value(quad.subject) for quad in self._engine.quads_for_pattern(None, _TYPE, _STATE, None))

    @cached_property
    def _states_of(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for predicate in (DIP.activeIn, DIP.organOf):
            for quad in self._engine.quads_for_pattern(None, to_named(predicate), None, None):
                thing, state = _value(quad.subject), _value(quad.object)
                found[thing] = min(state, found.get(thing, state))
        return found

    def state_of(self, holder: str, side: str) -> str:
        """Return the state that a holder stands for: itself, whom it speaks for, or where it belongs; or nothing."""
        for thing in (side, holder):
            if thing in self.states:
                return thing
        return self._states_of.get(side) or self._states_of.get(holder, "")

    def codes(self, property: str) -> dict[str, str]:
        """Return the codes that a property gives to the speech acts."""
        return {
            _value(quad.subject): _value(quad.object)
            for quad in self._engine.quads_for_pattern(None, ox.NamedNode(property), None, None)
        }


def write_csv(store: Store, output: BinaryIO, part: Part, text: Policy) -> None:
    """Write a row per stance, sorted."""
    names = Names(store)
    labels = names.labels
    cameo, plover = names.codes(f"{PREFIXES['skos']}notation"), names.codes(f"{PREFIXES['dip']}ploverType")

    def to_row(found: StanceRecord) -> tuple[str, ...]:
        state = names.state_of(found.holder, found.side)
        return (
            found.date,
            labels.get(found.holder, found.holder),
            labels.get(state, state),
            labels.get(found.side, found.side),
            found.act.removeprefix(PREFIXES["act"]),
            cameo.get(found.act, ""),
            plover.get(found.act, ""),
            found.polarity,
            labels.get(found.target, found.target),
            WITHHELD if text == "none" else " ".join(found.words.split()),
            found.article,
            labels.get(found.outlet, found.outlet),
            found.statement,
        )

    rows = (_BORDER.join(_clean(cell) for cell in to_row(found)).encode() for found in read_stances(store, part))
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(CSV_COLUMNS)
    for row in sort_lines(rows):
        writer.writerow(row.decode().split(_BORDER))
        output.write(lines.getvalue().encode())
        lines.seek(0)
        lines.truncate()
    output.write(lines.getvalue().encode())


def _clean(cell: str) -> str:
    return cell.replace(_BORDER, " ").replace("\n", " ")
