"""What explains the graph: the ontology, how it is made and how good it is, and what can be downloaded."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, request

from kg.graph.export import MEDIA_TYPES
from ontology import PREFIXES, load
from server import page_queries
from server.languages import Language
from server.reader import Reader
from server.site import Site
from server.structured_data import node
from server.takeaway import Listing, declare, give_data
from server.views import show

EXPORTS = {
    "trig": "TriG",
    "nquads": "N-Quads",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF/XML",
    "turtle12": "Turtle, RDF 1.2",
    "csv": "CSV",
    "graphml": "GraphML",
    "gexf": "GEXF",
}


@dataclass(frozen=True, slots=True)
class TermView:
    """A class, property or speech act as the page shows it."""

    name: str
    label: str
    comment: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of how good extraction is, as docs/quality.md has it."""

    name: str
    precision: str
    recall: str
    f1: str
    gold: str


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the pages to the blueprint."""
    reader = Reader(site)

    @blueprint.route("/<any(fa, en):language>/ontology")
    def ontology(language: Language) -> Response:
        return show(site, "ontology.html", language, sections=read_terms(language))

    @blueprint.route("/<any(fa, en):language>/about")
    def about(language: Language) -> Response:
        listing = Listing(declare(page_queries.COUNTS), declare(page_queries.PROVENANCE))
        if (data := give_data(site, listing)) is not None:
            return data
        return show(
            site,
            "about.html",
            language,
            listing=listing,
            counts=reader.counts(),
            figures=read_figures(),
        )

    @blueprint.route("/<any(fa, en):language>/downloads")
    def downloads(language: Language) -> Response:
        distributions = [
            node(
                "DataDownload",
                name=label,
                contentUrl=f"{request.host_url}export?format={format_}",
                encodingFormat=MEDIA_TYPES[format_],
            )
            for format_, label in EXPORTS.items()
        ]
        return show(
            site,
            "downloads.html",
            language,
            counts=reader.counts(),
            exports=EXPORTS,
            distributions=distributions,
        )


@cache
def read_figures() -> tuple[Figure, ...]:
    """Return how good extraction is, by the articles that no weight was learned from."""
    rows = files("server").joinpath("figures.tsv").read_text("utf-8").splitlines()
    return tuple(Figure(*row.split("\t")) for row in rows[1:])


@cache
def read_terms(language: Language) -> dict[str, list[TermView]]:
    """Return the terms of the ontology by kind, with labels and comments in a language."""
    from rdflib import OWL, RDF, RDFS, SKOS, URIRef

    graph = load("mavaze", "acts", "alignments")

    def text(term: URIRef, *properties: URIRef) -> str:
        found = [value for name in properties for value in graph.objects(term, name)]
        ours = [str(value) for value in found if getattr(value, "language", None) == language]
        return (ours or [str(value) for value in found] or [""])[0]

    def terms(kinds: tuple[URIRef, ...], shown: tuple[tuple[str, URIRef], ...]) -> list[TermView]:
        found = sorted({term for kind in kinds for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)})
        return [
            TermView(
                _shorten(term),
                text(term, RDFS.label, SKOS.prefLabel),
                text(term, RDFS.comment, SKOS.definition, SKOS.scopeNote),
                tuple(
                    (label, _shorten(value))
                    for label, name in shown
                    for value in sorted(graph.objects(term, name), key=str)
                    if isinstance(value, URIRef) or label == "notation"
                ),
            )
            for term in found
            if str(term).startswith((PREFIXES["dip"], PREFIXES["act"]))
        ]

    properties = (("domain", RDFS.domain), ("range", RDFS.range), ("subproperty", RDFS.subPropertyOf))
    return {
        "classes": terms((OWL.Class,), (("subclass", RDFS.subClassOf),)),
        "properties": terms((OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty), properties),
        "acts": terms((SKOS.Concept,), (("notation", SKOS.notation), ("match", SKOS.closeMatch))),
    }


def _shorten(term: object) -> str:
    for prefix, iri in PREFIXES.items():
        if str(term).startswith(iri):
            return f"{prefix}:{str(term).removeprefix(iri)}"
    return str(term)
