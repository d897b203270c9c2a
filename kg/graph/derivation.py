"""What follows from the data rather than from the axioms: sides, denials, equal reports, presumed speakers, counts.

Precision first: where the data leave a doubt, nothing is derived.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from rdflib import RDF, XSD, Literal, URIRef

from kg.gazetteer import Gazetteer
from kg.graph.denials import derive_denials
from kg.graph.equal_reports import derive_equal_reports
from kg.graph.iris import summary_iri, total_iri
from kg.graph.statements import StatementRow
from kg.graph.triples import Triple
from kg.model import DateSpan
from ontology import BASE, DIP


def derive_facts(statements: Sequence[StatementRow], gazetteer: Gazetteer, base: str = BASE) -> Iterator[Triple]:
    """Yield everything of this module that belongs into the derived graph.

    Args:
        statements: As ``read_statements`` gives them.
        gazetteer: Who held which office when.
        base: The base of all IRIs.
    """
    yield from derive_sides(statements)
    yield from derive_denials(statements, gazetteer, base)
    presumed = tuple(derive_presumed_speakers(statements, gazetteer, base))
    yield from presumed
    yield from derive_equal_reports(statements, {statement: person for statement, _, person in presumed}, base)


def derive_sides(statements: Iterable[StatementRow]) -> Iterator[Triple]:
    """Yield the one side that each statement and its stances count as, and on whose behalf the office spoke.

    What the text says of that stands in the article's graph; what only the office tells is derived.
    """
    for row in statements:
        if row.implied is not None:
            yield row.statement, DIP.onBehalfOf, row.implied
        yield row.statement, DIP.side, row.side
        for stance in row.stances:
            yield stance.stance, DIP.side, row.side


def derive_presumed_speakers(
    statements: Iterable[StatementRow], gazetteer: Gazetteer, base: str = BASE
) -> Iterator[tuple[URIRef, URIRef, URIRef]]:
    """Yield who held the office then, where the text names only the office.

    Nothing without a date, and nothing where a person of the gazetteer is the speaker already.
    """
    for row in statements:
        if row.post is None or row.date is None:
            continue
        speaker = gazetteer.things.get(row.speaker.removeprefix(base))
        names_somebody = speaker.type == "person" if speaker else row.speaker.startswith(f"{base}person/")
        if names_somebody:
            continue
        if (holder := gazetteer.holder_on(row.post.removeprefix(base), row.date)) is not None:
            yield row.statement, DIP.presumedSpeaker, URIRef(base + holder.key)


def summarize(statements: Sequence[StatementRow], base: str = BASE) -> Iterator[Triple]:
    """Yield how often each side stood for or against each target, by month and in all, counted by distinct articles.

    An article whose date leaves the month open is counted without one.
    """
    by_month: dict[tuple[URIRef, URIRef, str, bool], set[URIRef]] = defaultdict(set)
    in_all: dict[tuple[URIRef, URIRef], dict[bool, set[URIRef]]] = defaultdict(lambda: defaultdict(set))
    for row in statements:
        month = _month(row.published)
        for stance in row.stances:
            by_month[row.side, stance.target, month, stance.is_positive].add(row.article)
            in_all[row.side, stance.target][stance.is_positive].add(row.article)
    for (side, target, month, is_positive), articles in sorted(by_month.items()):
        polarity = DIP.positive if is_positive else DIP.negative
        iri = summary_iri(side, target, month, polarity, base=base)
        yield iri, RDF.type, DIP.Summary
        yield iri, DIP.summarySide, side
        yield iri, DIP.summaryTarget, target
        yield iri, DIP.summaryPolarity, polarity
        yield iri, DIP.summaryCount, _count(articles)
        if month:
            yield iri, DIP.summaryMonth, Literal(month, datatype=XSD.gYearMonth)
    for (side, target), by_polarity in sorted(in_all.items()):
        iri = total_iri(side, target, base=base)
        yield iri, RDF.type, DIP.Total
        yield iri, DIP.totalSide, side
        yield iri, DIP.totalTarget, target
        for is_positive, articles in sorted(by_polarity.items()):
            yield iri, DIP.totalFor if is_positive else DIP.totalAgainst, _count(articles)


def _count(articles: Collection[URIRef]) -> Literal:
    return Literal(str(len(articles)), datatype=XSD.integer)


def _month(published: DateSpan | None) -> str:
    if published is None:
        return ""
    first, last = f"{published.earliest:%Y-%m}", f"{published.latest:%Y-%m}"
    return first if first == last else ""
