"""What follows from the data rather than from the axioms: sides, denials, equal reports, presumed speakers, counts.

Precision first: where the data leave a doubt, nothing is derived.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import permutations

import pyoxigraph as ox
from rdflib import RDF, XSD, Literal, URIRef

from kg.gazetteer import Gazetteer
from kg.graph.iris import is_local_path, summary_iri
from kg.graph.triples import Triple
from kg.language.normalize import ZWNJ, fold
from kg.model import DateSpan
from ontology import ACT, BASE, DIP, PREFIXES

_STATEMENTS = """
SELECT ?statement ?article ?speaker ?on_behalf_of ?post ?act ?begin ?content ?said_on ?earliest ?latest ?publisher
WHERE {
  ?statement dip:reportedIn ?article ; dip:speaker ?speaker ; dip:act ?act ; dip:begin ?begin ; dip:content ?content .
  OPTIONAL { ?statement dip:onBehalfOf ?on_behalf_of }
  OPTIONAL { ?statement dip:speakerPost ?post }
  OPTIONAL { ?statement dip:saidOn ?said_on }
  OPTIONAL { ?article dip:earliest ?earliest ; dip:latest ?latest }
  OPTIONAL { ?article schema:publisher ?publisher }
}
"""
_STANCES = """
SELECT ?statement ?stance ?property ?target
WHERE {
  VALUES ?property { dip:inFavourOf dip:against }
  ?stance ?property ?target .
  ?statement dip:conveys ?stance .
}
"""
_ABOUT = "SELECT ?statement ?thing WHERE { ?statement dip:about ?thing }"

_DENIALS = {ACT.deny, ACT.reject}
_ACCUSATIONS = {ACT.accuse, ACT.criticize, ACT.condemn}
_CLAIMS = {ACT.announce, ACT.affirm, ACT.warn, ACT.threaten} | _ACCUSATIONS

_SHORTEST_CONTENT_WORD = 3
_LONGEST_BARE_DENIAL = 6
_SHORTEST_REPORT_WORDS = 5
_SHORTEST_REPORT_LETTERS = 25


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
        side: On whose behalf, else the speaker.
        post: The office named or implied.
        act: Its speech act.
        begin: Where it begins in the text.
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
    post: URIRef | None
    act: URIRef
    begin: int
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
    """Read the asserted statements with their stances, sorted by article and place."""
    about: dict[str, set[URIRef]] = defaultdict(set)
    for statement, thing in _select(engine, _ABOUT):
        about[str(statement)].add(URIRef(str(thing)))
    stances: dict[str, list[StanceRow]] = defaultdict(list)
    for statement, stance, towards, target in _select(engine, _STANCES):
        row = StanceRow(URIRef(str(stance)), URIRef(str(target)), towards == str(DIP.inFavourOf))
        stances[str(statement)].append(row)
    rows = {}
    for values in _select(engine, _STATEMENTS):
        statement, article, speaker, behalf, post, act, begin, content, said_on, earliest, latest, publisher = values
        rows[str(statement)] = StatementRow(
            statement=URIRef(str(statement)),
            article=URIRef(str(article)),
            speaker=URIRef(str(speaker)),
            side=URIRef(behalf or str(speaker)),
            post=_iri(post),
            act=URIRef(str(act)),
            begin=int(str(begin)),
            content=str(content),
            said_on=date.fromisoformat(said_on) if said_on else None,
            published=DateSpan(date.fromisoformat(earliest), date.fromisoformat(latest))
            if earliest and latest
            else None,
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


def derive_facts(statements: Sequence[StatementRow], gazetteer: Gazetteer, base: str = BASE) -> Iterator[Triple]:
    """Yield everything of this module that belongs into the derived graph.

    Args:
        statements: As ``read_statements`` gives them.
        gazetteer: Who held which office when.
        base: The base of all IRIs.
    """
    yield from derive_sides(statements)
    yield from derive_denials(statements)
    yield from derive_equal_reports(statements)
    yield from derive_presumed_speakers(statements, gazetteer, base)


def derive_sides(statements: Iterable[StatementRow]) -> Iterator[Triple]:
    """Yield the one side that each statement and its stances count as."""
    for row in statements:
        yield row.statement, DIP.side, row.side
        for stance in row.stances:
            yield stance.stance, DIP.side, row.side


def derive_denials(statements: Sequence[StatementRow]) -> Iterator[Triple]:
    """Yield which statement a denial denies, within one article.

    Only a claim before it in the text, and by whom the denial turns against (or at least names, where no stance
    was found in it). Best is an accusation of the denying side, or one that shares a topic or a word with the
    denial, the nearest first; any other claim must share two words. Otherwise nothing is derived.
    """
    by_article: dict[URIRef, list[StatementRow]] = defaultdict(list)
    for row in statements:
        by_article[row.article].append(row)
    for rows in by_article.values():
        for denial in rows:
            if denial.act in _DENIALS and (denied := _find_denied(denial, rows)) is not None:
                yield denial.statement, DIP.denies, denied.statement


def _find_denied(denial: StatementRow, rows: Sequence[StatementRow]) -> StatementRow | None:
    targets = {stance.target for stance in denial.stances if not stance.is_positive}
    opponents = targets or denial.about
    ours = {denial.speaker, denial.side}
    words = _content_words(denial.content)
    is_bare = len(denial.content.split()) <= _LONGEST_BARE_DENIAL
    accusations, other_claims = [], []
    for claim in rows:
        theirs = {claim.speaker, claim.side}
        if claim.act not in _CLAIMS or claim.begin >= denial.begin or theirs & ours:
            continue
        is_opponents = bool(theirs & opponents)
        blames_us = any(stance.target in ours and not stance.is_positive for stance in claim.stances)
        shared = len(words & _content_words(claim.content))
        topics = (denial.about & claim.about) - theirs - ours
        agrees = bool(shared or topics)
        # «این ادعا را رد کرد» says nothing of its own; what is longer must share something with what it denies.
        answers = blames_us and (is_opponents or (not targets and (agrees or is_bare)))
        if claim.act in _ACCUSATIONS and (answers or (is_opponents and agrees)):
            accusations.append(claim)
        elif is_opponents and (shared >= 2 or (shared and topics)):
            other_claims.append(claim)
    candidates = accusations or other_claims
    return candidates[-1] if candidates else None


def _content_words(text: str) -> frozenset[str]:
    words = (fold("".join(c for c in word if c.isalnum() or c == ZWNJ)) for word in text.split())
    return frozenset(word for word in words if len(word) >= _SHORTEST_CONTENT_WORD) - _function_words()


@cache
def _function_words() -> frozenset[str]:
    """Return the words that any two sentences may share: closed classes and forms of common verbs."""
    from kg.lexicon import load  # the verb forms take a second, which a store without denials need not spend

    lexicon = load()
    return frozenset(lexicon.verb_forms).union(*lexicon.words.values())


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
