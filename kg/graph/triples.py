"""One article's extraction as triples: what its named graph asserts, and whom the entities graph must describe.

Types, labels and links of actors, topics and offices are no part of an article's graph (see
``kg.graph.entities``), so that no triple stands in two graphs.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import metadata
from urllib.parse import quote

from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DC, DCTERMS, PROV, SDO

from kg.gazetteer import Gazetteer, load
from kg.graph.iris import (
    article_iri,
    digest,
    entity_iri,
    entity_path,
    named_path,
    stance_iri,
    statement_iri,
    thing_iri,
)
from kg.model import Article, DateSpan, Entity, Extraction, Stance, Statement
from ontology import ACT, BASE, DIP

Triple = tuple[URIRef, URIRef, URIRef | Literal]

NIF = Namespace("http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#")
OA = Namespace("http://www.w3.org/ns/oa#")

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\[\]]|%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the graphs: the version and the data it read by. No clock.

    Attributes:
        version: Mavaze's version.
        inputs: What else decides the outcome («lexicon», …) with its digest or setting, sorted by name.
    """

    version: str
    inputs: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """A digest of all of it: another one means another extraction."""
        return digest(self.version, *(part for pair in self.inputs for part in pair))

    @property
    def path(self) -> str:
        """The activity's IRI without its base."""
        return f"activity/{self.digest}"


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """That an article's graph points to something that the entities graph describes.

    Attributes:
        path: Its IRI without the base.
        kind: An entity type, «post», «activity» or «software».
        name: What the article calls it; empty where the gazetteer knows it.
        qid: Its Wikidata item as the extraction knows it; empty where the gazetteer knows the thing.
        forms: Its surface forms, where only the extraction knows them.
    """

    path: str
    kind: str
    name: str = ""
    qid: str = ""
    forms: tuple[str, ...] = ()


def installed_version() -> str:
    """Return Mavaze's version; «unknown» where it runs from a folder without being installed."""
    try:
        return metadata.version("mavaze")
    except metadata.PackageNotFoundError:
        return "unknown"


def to_graph(extraction: Extraction, base: str = BASE) -> Graph:
    """Return the article's named graph.

    Example:
        >>> graph = to_graph(Extraction(Article("a", "متن خبر")))
        >>> [str(text) for text in graph.objects(None, NIF.isString)]
        ['متن خبر']
    """
    graph = Graph(identifier=article_iri(extraction.article, base))
    for triple in article_triples(extraction, base):
        graph.add(triple)
    return graph


def article_triples(
    extraction: Extraction,
    base: str = BASE,
    *,
    gazetteer: Gazetteer | None = None,
    provenance: Provenance | None = None,
) -> Iterator[Triple]:
    """Yield what the article's graph asserts.

    Two statements of one speaker over the same words are one: the first tells its act, both give their stances.

    Args:
        extraction: What was found in the article.
        base: The base of all IRIs.
        gazetteer: Where the publisher is looked up; the one that ships by default.
        provenance: What made the statements.
    """
    article = extraction.article
    yield from _article(article, base, gazetteer or load())
    iris = [_statement_iri(extraction, statement, base) for statement in extraction.statements]
    seen: set[URIRef] = set()
    seen_stances: set[URIRef] = set()
    for iri, statement in zip(iris, extraction.statements, strict=True):
        if iri not in seen:
            seen.add(iri)
            yield from _statement(extraction, statement, iri, base)
            if statement.within is not None and iris[statement.within] != iri:
                yield iri, DIP.within, iris[statement.within]
            if provenance is not None:
                yield iri, PROV.wasGeneratedBy, URIRef(base + provenance.path)
        for stance in statement.stances:
            target = entity_path(extraction.entity(stance.target), article)
            stance_name = stance_iri(iri, stance.polarity, target, base)
            if stance_name not in seen_stances:
                seen_stances.add(stance_name)
                yield iri, DIP.conveys, stance_name
                yield from _stance(extraction, stance, stance_name, base)


def find_uses(
    extraction: Extraction, *, gazetteer: Gazetteer | None = None, provenance: Provenance | None = None
) -> tuple[Use, ...]:
    """Return everything that the article's graph points to and the entities graph must describe, sorted.

    Args:
        extraction: What was found in the article.
        gazetteer: What knows things already; the one that ships by default.
        provenance: What made the statements.
    """
    gazetteer = gazetteer or load()
    article = extraction.article
    uses: dict[str, Use] = {}
    for entity in _taking_part(extraction):
        path = entity_path(entity, article)
        if path in gazetteer.things:
            uses[path] = Use(path, entity.type)
        else:
            # Who an office or a surname means is presumed (dip:presumedSpeaker), never asserted as the same thing.
            item = "" if entity.is_local else entity.qid or ""
            former = uses.get(path, Use(path, entity.type, entity.name, item))
            forms = tuple(sorted({*former.forms, entity.name, *entity.mentions}))
            uses[path] = Use(path, former.kind, former.name, former.qid, forms)
    for statement in extraction.statements:
        if statement.post is not None and statement.post in gazetteer.posts:
            uses[statement.post] = Use(statement.post, "post")
    if article.publisher:
        path = _publisher_path(article.publisher, gazetteer)
        known = path in gazetteer.things
        uses.setdefault(path, Use(path, "organization", "" if known else article.publisher))
    if provenance is not None and extraction.statements:
        forms = tuple(f"{name} {value}" for name, value in provenance.inputs)
        uses[provenance.path] = Use(provenance.path, "activity", provenance.version, forms=forms)
        software = f"software/mavaze-{provenance.version}"
        uses[software] = Use(software, "software", provenance.version)
    return tuple(sorted(uses.values()))


def _taking_part(extraction: Extraction) -> Iterable[Entity]:
    ids: dict[str, None] = {}
    for s in extraction.statements:
        stances = (entity_id for stance in s.stances for entity_id in (stance.holder, stance.target))
        for entity_id in (s.speaker, s.on_behalf_of, s.addressee, s.medium, *s.about, *stances):
            if entity_id is not None:
                ids[entity_id] = None
    return map(extraction.entity, ids)


def _article(article: Article, base: str, gazetteer: Gazetteer) -> Iterator[Triple]:
    iri = article_iri(article, base)
    yield iri, RDF.type, DIP.Article
    yield iri, NIF.isString, Literal(article.text)
    if article.title:
        yield iri, DCTERMS.title, Literal(article.title, lang="fa")
    if article.url:
        yield iri, SDO.url, _url(article.url)
    if article.publisher:
        yield iri, SDO.publisher, URIRef(base + _publisher_path(article.publisher, gazetteer))
    if article.published:
        yield iri, DIP.earliest, _day(article.published.earliest)
        yield iri, DIP.latest, _day(article.published.latest)
        if (published := _date(article.published)) is not None:
            yield iri, SDO.datePublished, published
    if article.derived_from:
        if _ADDRESS.fullmatch(article.derived_from):
            yield iri, PROV.wasDerivedFrom, _iri(article.derived_from)
        else:
            yield iri, DC.source, Literal(article.derived_from, lang="fa")


def _statement(extraction: Extraction, statement: Statement, iri: URIRef, base: str) -> Iterator[Triple]:
    article = extraction.article
    text_iri = article_iri(article, base)

    def entity(entity_id: str) -> URIRef:
        return entity_iri(extraction.entity(entity_id), article, base)

    yield iri, RDF.type, DIP.Statement
    if statement.mode == "direct":
        yield iri, RDF.type, DIP.Quotation
    yield iri, DIP.reportedIn, text_iri
    yield iri, DIP.speaker, entity(statement.speaker)
    if statement.on_behalf_of is not None:
        yield iri, DIP.onBehalfOf, entity(statement.on_behalf_of)
    if statement.post is not None:
        yield iri, DIP.speakerPost, thing_iri(statement.post, base)
    if statement.addressee is not None:
        yield iri, DIP.addressee, entity(statement.addressee)
    if statement.medium is not None:
        yield iri, DIP.medium, entity(statement.medium)
    for entity_id in statement.about:
        yield iri, DIP.about, entity(entity_id)
    yield iri, DIP.act, ACT[statement.act]
    if statement.cue:
        yield iri, DIP.cue, Literal(statement.cue)
    yield iri, DIP.content, Literal(statement.content.of(article.text), lang="fa")
    if statement.said_on is not None:
        yield iri, DIP.saidOn, _day(statement.said_on)
    yield iri, DIP.confidence, _confidence(statement.confidence)
    if statement.rule:
        yield iri, DIP.rule, Literal(statement.rule)
    yield from _offsets(statement, iri, text_iri)


def _offsets(statement: Statement, iri: URIRef, text_iri: URIRef) -> Iterator[Triple]:
    """Yield where the words stand: in our terms (aligned to NIF's), and as a selector of Web Annotation."""
    begin, end = integer(statement.content.begin), integer(statement.content.end)
    yield iri, DIP.begin, begin
    yield iri, DIP.end, end
    selector = URIRef(f"{iri}/selector")
    yield iri, OA.hasSource, text_iri
    yield iri, OA.hasSelector, selector
    yield selector, RDF.type, OA.TextPositionSelector
    # Oxigraph keeps every kind of integer as xsd:integer, and a decimal in its shortest form.
    yield selector, OA.start, begin
    yield selector, OA.end, end


def _stance(extraction: Extraction, stance: Stance, iri: URIRef, base: str) -> Iterator[Triple]:
    toward = DIP.inFavourOf if stance.polarity == "positive" else DIP.against
    yield iri, RDF.type, DIP.Stance
    yield iri, DIP.holder, entity_iri(extraction.entity(stance.holder), extraction.article, base)
    yield iri, toward, entity_iri(extraction.entity(stance.target), extraction.article, base)
    yield iri, DIP.confidence, _confidence(stance.confidence)
    if stance.rule:
        yield iri, DIP.rule, Literal(stance.rule)


def _statement_iri(extraction: Extraction, statement: Statement, base: str) -> URIRef:
    speaker = entity_path(extraction.entity(statement.speaker), extraction.article)
    return statement_iri(extraction.article, statement.content, speaker, base)


def _publisher_path(name: str, gazetteer: Gazetteer) -> str:
    for thing in gazetteer.find(name):
        if thing.type == "organization":
            return thing.key
    return named_path(name, "organization")


# These few are made again and again, and rdflib looks into each.
@lru_cache(maxsize=16384)
def integer(value: int) -> Literal:
    """Return a whole number as the store keeps it."""
    return Literal(str(value), datatype=XSD.integer)


@lru_cache(maxsize=16384)
def _confidence(value: float) -> Literal:
    return Literal(f"{value:.4f}".rstrip("0").rstrip("."), datatype=XSD.decimal)


@lru_cache(maxsize=16384)
def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD.date)


def _date(span: DateSpan) -> Literal | None:
    """Return the date as precisely as it is known, or None for a span that XSD has no type for."""
    text = str(span)
    datatype = {10: XSD.date, 7: XSD.gYearMonth, 4: XSD.gYear}.get(len(text))
    return Literal(text, datatype=datatype) if datatype else None


def _url(address: str) -> URIRef | Literal:
    return _iri(address) if _ADDRESS.fullmatch(address) else Literal(address)


def _iri(address: str) -> URIRef:
    # What an IRI may not hold is percent-encoded; the rest stays as the source wrote it.
    return URIRef(_NOT_IN_IRI.sub(lambda match: quote(match[0], safe=""), address))
