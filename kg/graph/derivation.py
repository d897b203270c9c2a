"""What follows from the data rather than from the axioms: sides, denials, equal reports, presumed speakers, counts.

Precision first: where the data leave a doubt, nothing is derived.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

from rdflib import RDF, XSD, Literal, URIRef

from kg.gazetteer import Gazetteer
from kg.graph.denials import derive_denials
from kg.graph.iris import is_local_path, summary_iri
from kg.graph.statements import StatementRow
from kg.graph.triples import Triple
from kg.language.normalize import fold
from kg.model import DateSpan
from ontology import BASE, DIP

_SHORTEST_REPORT_WORDS = 5
_SHORTEST_REPORT_LETTERS = 25


def derive_facts(statements: Sequence[StatementRow], gazetteer: Gazetteer, base: str = BASE) -> Iterator[Triple]:
    """Yield everything of this module that belongs into the derived graph.

    Args:
        statements: As ``read_statements`` gives them.
        gazetteer: Who held which office when.
        base: The base of all IRIs.
    """
    yield from derive_sides(statements)
    yield from derive_denials(statements, gazetteer)
    yield from derive_equal_reports(statements)
    yield from derive_presumed_speakers(statements, gazetteer, base)


def derive_sides(statements: Iterable[StatementRow]) -> Iterator[Triple]:
    """Yield the one side that each statement and its stances count as."""
    for row in statements:
        yield row.statement, DIP.side, row.side
        for stance in row.stances:
            yield stance.stance, DIP.side, row.side


def derive_equal_reports(statements: Iterable[StatementRow]) -> Iterator[Triple]:
    """Yield which statements are the same words of the same speaker in two outlets, in both directions.

    Speakers that only their article knows count as one when they speak by one office. Few words say little, so a
    short sentence is left alone.
    """
    groups: dict[tuple[URIRef, str], list[StatementRow]] = defaultdict(list)
    for row in statements:
        words = _signature(row.content)
        speaker = _identity(row)
        if words is not None and speaker is not None:
            groups[speaker, words].append(row)
    for rows in groups.values():
        for one, other in permutations(rows, 2):
            if _are_of_two_outlets(one, other):
                yield one.statement, DIP.sameReportAs, other.statement


def _are_of_two_outlets(one: StatementRow, other: StatementRow) -> bool:
    return one.publisher is not None and other.publisher is not None and one.publisher != other.publisher


def _signature(content: str) -> str | None:
    folded = "".join(filter(str.isalnum, fold(content)))
    is_long = len(content.split()) >= _SHORTEST_REPORT_WORDS or len(folded) >= _SHORTEST_REPORT_LETTERS
    return folded if is_long else None


def _identity(row: StatementRow) -> URIRef | None:
    return row.post if _is_local(row.speaker) else row.speaker


def _is_local(iri: URIRef) -> bool:
    # …/id/article/<digest>/person/<name>
    return "/article/" in iri and is_local_path("article/" + iri.rpartition("/article/")[2])


def derive_presumed_speakers(
    statements: Iterable[StatementRow], gazetteer: Gazetteer, base: str = BASE
) -> Iterator[Triple]:
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


def summarize(statements: Iterable[StatementRow], base: str = BASE) -> Iterator[Triple]:
    """Yield how often each side stood for or against each target, by month, counted by distinct articles.

    An article whose date leaves the month open is counted without one.
    """
    articles: dict[tuple[URIRef, URIRef, str, bool], set[URIRef]] = defaultdict(set)
    for row in statements:
        month = _month(row.published)
        for stance in row.stances:
            articles[row.side, stance.target, month, stance.is_positive].add(row.article)
    for (side, target, month, is_positive), counted in sorted(articles.items()):
        polarity = DIP.positive if is_positive else DIP.negative
        iri = summary_iri(side, target, month, polarity, base=base)
        yield iri, RDF.type, DIP.Summary
        yield iri, DIP.summarySide, side
        yield iri, DIP.summaryTarget, target
        yield iri, DIP.summaryPolarity, polarity
        yield iri, DIP.summaryCount, Literal(str(len(counted)), datatype=XSD.integer)
        if month:
            yield iri, DIP.summaryMonth, Literal(month, datatype=XSD.gYearMonth)


def _month(published: DateSpan | None) -> str:
    if published is None:
        return ""
    first, last = f"{published.earliest:%Y-%m}", f"{published.latest:%Y-%m}"
    return first if first == last else ""
