"""The data set as RDF, with its statistics (VoID), at the address where crawlers look for it.

References:
    https://www.w3.org/TR/void/
"""

from flask import Blueprint, Response, request
from rdflib import DCTERMS, FOAF, RDF, VOID, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.graph.answers import GRAPH_FORMATS
from kg.graph.statistics import Statistics
from ontology import PREFIXES
from server.errors import NotAcceptable, NotFound
from server.negotiation import choose_graph, read_format, read_suffix
from server.result_cache import ResultCache
from server.sharing import share
from server.site import Site

FORMATS = Namespace("http://www.w3.org/ns/formats/")
FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "trig": "TriG",
    "nquads": "N-Quads",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}
RDFLIB_NAMES = {
    "turtle": "turtle",
    "ntriples": "nt",
    # A document of triples is one of quads, too.
    "trig": "turtle",
    "nquads": "nt",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}

_TITLE_FA = "موضع: گراف گفته‌ها و مواضع در خبرهای دیپلماتیک فارسی"
_TITLE_EN = "Mavaze: statements and stances in Persian diplomatic news"
_WAIT = 8.0
"""Seconds that a reader waits for a count to end."""
_KEPT = 4 << 20
"""Bytes of descriptions that are kept written."""


def void_blueprint(site: Site) -> Blueprint:
    """Return the address of the data set's description."""
    blueprint = Blueprint("void", __name__)
    kept = ResultCache(_KEPT)

    @blueprint.route("/.well-known/void")
    @blueprint.route("/.well-known/void.<suffix>")
    def void(suffix: str = "") -> Response:
        if suffix:
            name = read_suffix(suffix, is_graph=True)
            if name is None:
                raise NotFound("there is no such format", where=suffix, remedy="ask /.well-known/void")
        elif wanted := request.args.get("format"):
            name = read_format(wanted, is_graph=True)
        else:
            name = choose_graph(request.headers.get("Accept", ""))
        if name is None or name not in GRAPH_FORMATS:
            raise NotAcceptable("the description is given as RDF", where="Accept", remedy="accept text/turtle")
        statistics = site.statistics.wait(_WAIT)
        key = f"{name} {request.url_root} {statistics}"
        body = kept.find(key)
        if body is None:
            body = write_graph(describe_dataset(site, request.url_root, statistics), name)
            kept.keep(key, body)
        media_type = GRAPH_FORMATS[name]
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        response = Response(body, content_type=media_type + charset)
        response.add_etag(weak=True)
        response.make_conditional(request)
        return response

    @blueprint.after_request
    def open_to_pages(response: Response) -> Response:
        return share(site, response, ["GET", "HEAD"])

    return blueprint


def describe_dataset(site: Site, root: str, statistics: Statistics) -> Graph:
    """Return the data set's description.

    Args:
        site: The site.
        root: The address of its first page.
        statistics: What its store holds.
    """
    graph = Graph()
    for prefix, namespace in (*PREFIXES.items(), ("void", str(VOID)), ("foaf", str(FOAF))):
        graph.bind(prefix, namespace)
    document = URIRef(f"{root}.well-known/void")
    dataset = URIRef(f"{document}#dataset")
    graph.add((document, RDF.type, VOID.DatasetDescription))
    graph.add((document, FOAF.primaryTopic, dataset))
    graph.add((dataset, RDF.type, VOID.Dataset))
    graph.add((dataset, DCTERMS.title, Literal(_TITLE_FA, lang="fa")))
    graph.add((dataset, DCTERMS.title, Literal(_TITLE_EN, lang="en")))
    graph.add((dataset, FOAF.homepage, URIRef(root)))
    graph.add((dataset, VOID.sparqlEndpoint, URIRef(f"{root}sparql")))
    for name in ("trig", "nquads"):
        graph.add((dataset, VOID.dataDump, URIRef(f"{root}export?format={name}")))
    graph.add((dataset, VOID.uriSpace, Literal(site.base)))
    graph.add((dataset, VOID.vocabulary, URIRef(PREFIXES["dip"])))
    for name in GRAPH_FORMATS:
        graph.add((dataset, VOID.feature, FORMATS[FORMAT_NAMES[name]]))
    add_statistics(graph, dataset, statistics)
    _add_links(graph, dataset, statistics)
    return graph


def add_statistics(graph: Graph, dataset: Node, statistics: Statistics, *, has_parts: bool = True) -> None:
    """Say how much a data set holds.

    Args:
        graph: What is said so far.
        dataset: The data set.
        statistics: Its numbers.
        has_parts: Whether to say it by class and by property as well.
    """
    for term, number in (
        (VOID.triples, statistics.triples),
        (VOID.distinctSubjects, statistics.subjects),
        (VOID.classes, len(statistics.classes)),
        (VOID.properties, len(statistics.properties)),
    ):
        graph.add((dataset, term, _number(number)))
    if not has_parts:
        return
    for kind, part_of, told, numbers in (
        (VOID["class"], VOID.classPartition, VOID.entities, statistics.classes),
        (VOID.property, VOID.propertyPartition, VOID.triples, statistics.properties),
    ):
        for count, (iri, number) in enumerate(numbers.items()):
            part = BNode(f"{part_of.removeprefix(str(VOID))}{count}")
            graph.add((dataset, part_of, part))
            graph.add((part, kind, URIRef(iri)))
            graph.add((part, told, _number(number)))


def _add_links(graph: Graph, dataset: URIRef, statistics: Statistics) -> None:
    if not statistics.wikidata_links:
        return
    links, wikidata = URIRef(f"{dataset}-to-wikidata"), BNode("wikidata")
    graph.add((dataset, VOID.subset, links))
    graph.add((links, RDF.type, VOID.Linkset))
    graph.add((links, VOID.linkPredicate, URIRef(PREFIXES["owl"] + "sameAs")))
    graph.add((links, VOID.subjectsTarget, dataset))
    graph.add((links, VOID.objectsTarget, wikidata))
    graph.add((links, VOID.triples, _number(statistics.wikidata_links)))
    graph.add((wikidata, RDF.type, VOID.Dataset))
    graph.add((wikidata, VOID.uriSpace, Literal(PREFIXES["wd"])))
    graph.add((wikidata, FOAF.homepage, URIRef("https://www.wikidata.org/")))


def write_graph(graph: Graph, name: str) -> bytes:
    """Return a small graph in one of ``GRAPH_FORMATS``."""
    written = graph.serialize(format=RDFLIB_NAMES[name], encoding="utf-8")
    assert isinstance(written, bytes)
    return written


def _number(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
