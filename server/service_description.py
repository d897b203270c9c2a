"""What the endpoint can do, as RDF.

References:
    https://www.w3.org/TR/sparql11-service-description/
"""

from rdflib import RDF, BNode, Graph, Namespace, URIRef

from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS
from server.site import Site

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")

_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}
_RDFLIB_NAMES = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}


def describe_service(site: Site, address: str, name: str) -> bytes:
    """Return the service description.

    Args:
        site: The site that the endpoint belongs to.
        address: The endpoint's own address.
        name: A key of ``GRAPH_FORMATS``.
    """
    graph = Graph()
    graph.bind("sd", SD)
    service, dataset, default = URIRef(address), BNode("dataset"), BNode("default")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(address)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    if site.settings.default_graph == "union":
        graph.add((service, SD.feature, SD.UnionDefaultGraph))
    for format_name in (*SOLUTION_FORMATS, *GRAPH_FORMATS):
        graph.add((service, SD.resultFormat, _FORMATS[_FORMAT_NAMES[format_name]]))
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    return graph.serialize(format=_RDFLIB_NAMES[name], encoding="utf-8")
