"""What the endpoint can do, as RDF, and how much it holds.

References:
    https://www.w3.org/TR/sparql11-service-description/
"""

from rdflib import RDF, VOID, BNode, Graph, Namespace, URIRef

from kg.graph.answers import GRAPH_FORMATS, SOLUTION_FORMATS
from kg.graph.store import FIXED_GRAPHS
from server.site import Site
from server.void import FORMAT_NAMES, FORMATS, add_statistics, write_graph

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


def describe_service(site: Site, address: str, name: str) -> bytes:
    """Return the service description.

    Args:
        site: The site that the endpoint belongs to.
        address: The endpoint's own address.
        name: A key of ``GRAPH_FORMATS``.
    """
    graph = Graph()
    graph.bind("sd", SD)
    graph.bind("void", VOID)
    service, dataset, default = URIRef(address), BNode("dataset"), BNode("default")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, URIRef(address)))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    if site.settings.update_token:
        graph.add((service, SD.supportedLanguage, SD.SPARQL11Update))
    if site.settings.default_graph == "union":
        graph.add((service, SD.feature, SD.UnionDefaultGraph))
    if site.settings.federation:
        graph.add((service, SD.feature, SD.BasicFederatedQuery))
    for format_name in (*SOLUTION_FORMATS, *GRAPH_FORMATS):
        graph.add((service, SD.resultFormat, FORMATS[FORMAT_NAMES[format_name]]))
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, SD.defaultGraph, default))
    graph.add((default, RDF.type, SD.Graph))
    for number, iri in enumerate(FIXED_GRAPHS):
        named = BNode(f"named{number}")
        graph.add((dataset, SD.namedGraph, named))
        graph.add((named, RDF.type, SD.NamedGraph))
        graph.add((named, SD.name, iri))
    if (statistics := site.statistics.find()) is not None:
        graph.add((dataset, RDF.type, VOID.Dataset))
        add_statistics(graph, dataset, statistics, has_parts=False)
    return write_graph(graph, name)
