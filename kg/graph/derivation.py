"""What follows from the data rather than from the axioms: sides, denials, equal reports, presumed speakers, counts.

Precision first: where the data leave a doubt, nothing is derived. Articles are told as they change, some or all of
them: what joins them with others is found by what is remembered of these.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import RDF, XSD, Literal, URIRef

from kg.gazetteer import Gazetteer
from kg.graph.denials import Denials
from kg.graph.equal_reports import EqualReports, Pairs, find_bands, find_who, report_triples
from kg.graph.iris import summary_iri, total_iri
from kg.graph.statement_index import Blame, Said, StatementIndex
from kg.graph.statements import StatementRow
from kg.graph.triples import Triple, integer
from kg.model import DateSpan
from ontology import BASE, DIP

What = tuple[str, ...]
"""What articles are counted by: side, target and polarity; and of a summary the month, of a total none."""


_TOTAL = ("side", "target", "polarity")


@dataclass(frozen=True, slots=True)
class Told:
    """What follows from the data after some articles have changed.

    Attributes:
        facts: What is derived of these articles' statements, and of the denials below; equal reports are apart.
        denials: Statements of other articles that deny another claim now, or none.
        reports: The equal reports of all that the change concerns.
        counts: In how many articles each thing that the change concerns now is, by month.
        totals: The same in all, by side and target: for, and against.
    """

    facts: Sequence[Triple]
    denials: frozenset[URIRef]
    reports: Pairs
    counts: Mapping[What, int]
    totals: Mapping[tuple[str, str], tuple[int, int]]


class Derivation:
    """Tells what follows from the data of a store.

    Args:
        index: What is remembered of the statements of all articles.
        gazetteer: Who held which office when.
        base: The base of all IRIs.
    """

    def __init__(self, index: StatementIndex, gazetteer: Gazetteer, base: str = BASE) -> None:
        self._index = index
        self._gazetteer = gazetteer
        self._base = base
        self._denials = Denials(index, gazetteer, base)
        self._reports = EqualReports(index)

    def follow(self, articles: Collection[URIRef], rows: Iterable[StatementRow]) -> Told:
        """Let articles be what they are now.

        Args:
            articles: All articles that are new, changed or gone, by IRI.
            rows: Their statements, as ``read_statements`` gives them.
        """
        by_article: dict[URIRef, list[StatementRow]] = {article: [] for article in articles}
        for row in rows:
            by_article[row.article].append(row)
        gone = [said for article in articles for said in self._index.said_in(article)]
        claims = {claim for said in gone for claim in self._index.forget(said, find_bands(said))}
        facts: list[Triple] = []
        fresh: list[int] = []
        for own in by_article.values():
            presumed = dict(self._derive_presumed_speakers(own))
            facts += _derive_sides(own)
            facts += ((statement, DIP.presumedSpeaker, person) for statement, person in presumed.items())
            facts += self._denials.derive_within(own)
            for row in own:
                made = self._denials.find_claims(row)
                if (number := self._remember(row, own, made, presumed.get(row.statement))) is not None:
                    fresh.append(number)
                    claims.update(made)
        waiting = {denial.statement: denial for denial in self._denials.find_later(claims)}
        for number in fresh:
            if (said := self._index.read_said(number)) is not None:
                waiting[said.statement] = said
        facts += (triple for denial in waiting.values() for triple in self._denials.derive_elsewhere(denial))
        counts = self._index.recount({article: set(_count(own)) for article, own in by_article.items()})
        return Told(
            facts,
            frozenset(waiting),
            self._reports.follow(gone, fresh),
            {what: count for what, count in counts.items() if len(what) > len(_TOTAL)},
            {
                (side, target): (
                    self._index.count((side, target, str(DIP.positive))),
                    self._index.count((side, target, str(DIP.negative))),
                )
                for side, target in {what[:2] for what in counts}
            },
        )

    def _remember(
        self, row: StatementRow, rows: Sequence[StatementRow], claims: Sequence[Blame], presumed: URIRef | None
    ) -> int | None:
        """Remember what other articles may have to do with, and return its number; None where it is nothing."""
        denied = self._denials.find_denied(row, rows)
        who = find_who(row, presumed, self._gazetteer, self._base)
        if not (who or claims or denied):
            return None
        span = row.published
        said = Said(
            row.statement,
            row.article,
            row.content,
            row.publisher,
            None if span is None else span.earliest,
            None if span is None else span.latest,
            who,
        )
        return self._index.add(said, find_bands(said), claims, denied)

    def _derive_presumed_speakers(self, rows: Iterable[StatementRow]) -> Iterator[tuple[URIRef, URIRef]]:
        """Yield who held the office then, where the text names only the office.

        Nothing without a date, and nothing where a person of the gazetteer is the speaker already.
        """
        for row in rows:
            if row.post is None or row.date is None:
                continue
            speaker = self._gazetteer.things.get(row.speaker.removeprefix(self._base))
            names_somebody = speaker.type == "person" if speaker else row.speaker.startswith(f"{self._base}person/")
            if names_somebody:
                continue
            if (holder := self._gazetteer.holder_on(row.post.removeprefix(self._base), row.date)) is not None:
                yield row.statement, URIRef(self._base + holder.key)


def derive_all(rows: Iterable[StatementRow], gazetteer: Gazetteer, base: str = BASE) -> tuple[set[Triple], set[Triple]]:
    """Return what follows from all statements of a store: the facts, and the counts of the summaries.

    Args:
        rows: As ``read_statements`` gives them.
        gazetteer: Who held which office when.
        base: The base of all IRIs.
    """
    by_article: dict[URIRef, list[StatementRow]] = defaultdict(list)
    for row in rows:
        by_article[row.article].append(row)
    with StatementIndex() as index, index.updating():
        told = Derivation(index, gazetteer, base).follow(
            by_article, (row for own in by_article.values() for row in own)
        )
    facts = set(told.facts)
    for one, other in told.reports.pairs.values():
        facts.update(report_triples(one, other, base))
    counts = {triple for what, count in told.counts.items() for triple in summary_triples(what, count, base)}
    for (side, target), both in told.totals.items():
        counts.update(total_triples(side, target, both, base))
    return facts, counts


def summary_triples(what: What, count: int, base: str = BASE) -> Iterator[Triple]:
    """Yield how many articles show a side for or against a target, in one month; nothing where there is none."""
    if not count:
        return
    side, target, polarity, month = what
    iri = summary_of(what, base)
    yield iri, RDF.type, DIP.Summary
    yield iri, DIP.summarySide, URIRef(side)
    yield iri, DIP.summaryTarget, URIRef(target)
    yield iri, DIP.summaryPolarity, URIRef(polarity)
    yield iri, DIP.summaryCount, integer(count)
    if month:
        yield iri, DIP.summaryMonth, Literal(month, datatype=XSD.gYearMonth)


def summary_of(what: What, base: str = BASE) -> URIRef:
    """Return the IRI of the summary that counts it."""
    side, target, polarity, month = what
    return summary_iri(side, target, month, polarity, base=base)


def total_triples(side: str, target: str, count: tuple[int, int], base: str = BASE) -> Iterator[Triple]:
    """Yield how many articles show a side for and against a target in all; nothing where there is none."""
    if not any(count):
        return
    iri = total_iri(URIRef(side), URIRef(target), base=base)
    yield iri, RDF.type, DIP.Total
    yield iri, DIP.totalSide, URIRef(side)
    yield iri, DIP.totalTarget, URIRef(target)
    for name, articles in zip((DIP.totalFor, DIP.totalAgainst), count, strict=True):
        if articles:
            yield iri, name, integer(articles)


def _derive_sides(rows: Iterable[StatementRow]) -> Iterator[Triple]:
    """Yield the one side that each statement and its stances count as, and on whose behalf the office spoke.

    What the text says of that stands in the article's graph; what only the office tells is derived.
    """
    for row in rows:
        if row.implied is not None:
            yield row.statement, DIP.onBehalfOf, row.implied
        yield row.statement, DIP.side, row.side
        for stance in row.stances:
            yield stance.stance, DIP.side, row.side


def _count(rows: Iterable[StatementRow]) -> Iterator[What]:
    """Yield what an article counts for; one whose date leaves the month open, without a month."""
    for row in rows:
        month = _month(row.published)
        for stance in row.stances:
            polarity = DIP.positive if stance.is_positive else DIP.negative
            yield str(row.side), str(stance.target), str(polarity)
            yield str(row.side), str(stance.target), str(polarity), month


def _month(published: DateSpan | None) -> str:
    if published is None:
        return ""
    first, last = f"{published.earliest:%Y-%m}", f"{published.latest:%Y-%m}"
    return first if first == last else ""
