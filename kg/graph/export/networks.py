"""The network of who supports and opposes whom, for Gephi, NetworkX and their like.

A node is a side or a target; an edge goes from the side to the target, one for support and one for opposition,
weighted by distinct articles.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator

from rdflib.namespace import OWL, RDF

from kg.graph.export.parts import Part
from kg.graph.export.stances import Names, StanceRecord, read_stances
from kg.graph.given_text import Policy
from kg.graph.store import Store
from kg.graph.terms import to_named
from ontology import PREFIXES

_KINDS = ("Person", "State", "Organization", "Group", "Topic")
_NODE_ATTRIBUTES = ("label", "label_en", "kind", "wikidata")
_EDGE_ATTRIBUTES = ("polarity", "articles", "statements", "first", "last")
_NUMBERS = frozenset({"articles", "statements"})
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://gexf.net/1.3"
_NOT_IN_XML = dict.fromkeys([*(code for code in range(0x20) if code not in (9, 10, 13)), 0xFFFE, 0xFFFF], "\ufffd")


@dataclass(slots=True)
class _Edge:
    """What one side has shown toward one target in one way."""

    articles: set[str] = field(default_factory=set)
    statements: set[str] = field(default_factory=set)
    first: str = ""
    last: str = ""

    def add(self, found: StanceRecord) -> None:
        self.articles.add(found.article)
        self.statements.add(found.statement)
        if found.earliest:
            self.first = min(self.first or found.earliest, found.earliest)
            self.last = max(self.last, found.latest)


@dataclass(frozen=True, slots=True)
class _Network:
    """Nodes and edges with their attributes, in their order."""

    nodes: Mapping[str, Mapping[str, str]]
    edges: Mapping[tuple[str, str, str], Mapping[str, str]]


def _read_network(store: Store, part: Part) -> _Network:
    found: dict[tuple[str, str, str], _Edge] = defaultdict(_Edge)
    for record in read_stances(store, part):
        found[record.side or record.holder, record.target, record.polarity].add(record)
    edges = {
        key: {
            "polarity": key[2],
            "articles": str(len(edge.articles)),
            "statements": str(len(edge.statements)),
            "first": edge.first,
            "last": edge.last,
        }
        for key, edge in sorted(found.items())
    }
    names = Names(store)
    nodes = sorted({end for side, target, _ in edges for end in (side, target)})
    return _Network({node: _describe(store, node, names) for node in nodes}, edges)


def _describe(store: Store, node: str, names: Names) -> dict[str, str]:
    iri = to_named(node)
    types = {quad.object.value for quad in store.engine.quads_for_pattern(iri, to_named(RDF.type), None, None)}  # type: ignore[union-attr]
    items = [quad.object.value for quad in store.engine.quads_for_pattern(iri, to_named(OWL.sameAs), None, None)]  # type: ignore[union-attr]
    return {
        "label": names.labels.get(node, node),
        "label_en": names.english.get(node, ""),
        "kind": next((kind.lower() for kind in _KINDS if PREFIXES["dip"] + kind in types), ""),
        "wikidata": min(items, default="").removeprefix(PREFIXES["wd"]),
    }


def write_graphml(store: Store, output: BinaryIO, part: Part, text: Policy) -> None:
    """Write the network as GraphML, which NetworkX, igraph and Gephi read."""
    network = _read_network(store, part)
    xml = _Xml(output)
    xml.start("graphml", xmlns=_GRAPHML)
    for domain, attributes in (("node", _NODE_ATTRIBUTES), ("edge", ("weight", *_EDGE_ATTRIBUTES))):
        for name in attributes:
            kind = "double" if name == "weight" else "int" if name in _NUMBERS else "string"
            xml.empty("key", {"id": f"{domain}_{name}", "for": domain, "attr.name": name, "attr.type": kind})
    xml.start("graph", id="who-supports-and-opposes-whom", edgedefault="directed")
    for iri, told in network.nodes.items():
        xml.start("node", id=iri)
        _write_data(xml, "node", told)
        xml.end("node")
    for number, ((side, target, _), told) in enumerate(network.edges.items()):
        xml.start("edge", id=f"e{number}", source=side, target=target)
        _write_data(xml, "edge", {"weight": told["articles"], **told})
        xml.end("edge")
    xml.end("graph")
    xml.end("graphml")
    xml.finish()


def _write_data(xml: "_Xml", domain: str, told: Mapping[str, str]) -> None:
    for name, value in told.items():
        if value:
            xml.text("data", value, key=f"{domain}_{name}")


def write_gexf(store: Store, output: BinaryIO, part: Part, text: Policy) -> None:
    """Write the network as GEXF 1.3, Gephi's own format."""
    network = _read_network(store, part)
    xml = _Xml(output)
    xml.start("gexf", xmlns=_GEXF, version="1.3")
    xml.start("graph", mode="static", defaultedgetype="directed")
    for domain, attributes in (("node", _NODE_ATTRIBUTES[1:]), ("edge", _EDGE_ATTRIBUTES)):
        xml.start("attributes", **{"class": domain})
        for name in attributes:
            xml.empty("attribute", {"id": name, "title": name, "type": "integer" if name in _NUMBERS else "string"})
        xml.end("attributes")
    xml.start("nodes")
    for iri, told in network.nodes.items():
        xml.start("node", id=iri, label=told["label"])
        _write_values(xml, {name: told[name] for name in _NODE_ATTRIBUTES[1:]})
        xml.end("node")
    xml.end("nodes")
    xml.start("edges")
    for number, ((side, target, polarity), told) in enumerate(network.edges.items()):
        # Parallel edges are told apart by their kind.
        verb = "supports" if polarity == "positive" else "opposes"
        xml.start("edge", id=str(number), source=side, target=target, weight=told["articles"], kind=verb, label=verb)
        _write_values(xml, told)
        xml.end("edge")
    for name in ("edges", "graph", "gexf"):
        xml.end(name)
    xml.finish()


def _write_values(xml: "_Xml", told: Mapping[str, str]) -> None:
    values: Iterable[tuple[str, str]] = [(name, value) for name, value in told.items() if value]
    if not values:
        return
    xml.start("attvalues")
    for name, value in values:
        xml.empty("attvalue", {"for": name, "value": value})
    xml.end("attvalues")


class _Xml:
    """Elements written as they come, each on a line of its own."""

    def __init__(self, output: BinaryIO) -> None:
        self._writer = XMLGenerator(output, encoding="utf-8", short_empty_elements=True)
        self._writer.startDocument()

    def start(self, name: str, **attributes: str) -> None:
        self._open(name, attributes)

    def _open(self, name: str, attributes: Mapping[str, str]) -> None:
        cleaned = {key: value.translate(_NOT_IN_XML) for key, value in attributes.items()}
        self._writer.startElement(name, cleaned)  # type: ignore[arg-type]
        self._writer.ignorableWhitespace("\n")

    def empty(self, name: str, attributes: Mapping[str, str]) -> None:
        self._writer.startElement(name, {k: v.translate(_NOT_IN_XML) for k, v in attributes.items()})  # type: ignore[arg-type]
        self.end(name)

    def text(self, name: str, content: str, **attributes: str) -> None:
        self._writer.startElement(name, attributes)  # type: ignore[arg-type]
        self._writer.characters(content.translate(_NOT_IN_XML))
        self.end(name)

    def end(self, name: str) -> None:
        self._writer.endElement(name)
        self._writer.ignorableWhitespace("\n")

    def finish(self) -> None:
        self._writer.endDocument()
