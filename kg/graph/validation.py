"""Whether a graph is well formed: the ontology's shapes, checked by pySHACL, and its report as types."""

from dataclasses import dataclass
from functools import cache

from rdflib import RDF, SH, Dataset, Graph
from rdflib.term import Literal, Node, URIRef

import ontology
from ontology import DIP


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A node that breaks a shape.

    Attributes:
        node: Its IRI, or its label when it has none.
        path: The property at fault, or None when it is the node as a whole.
        message: What should hold, in English.
        message_fa: The same in Persian.
        value: The value at fault, where there is one.
        article: The IRI of the article that the node belongs to, where that can be told.
    """

    node: str
    path: str | None
    message: str
    message_fa: str
    value: str | None = None
    article: str | None = None

    def __str__(self) -> str:
        """Return the violation as one line."""
        path = f" {_shorten(self.path)}" if self.path else ""
        value = f" ({_shorten(self.value)})" if self.value else ""
        article = f" [in {self.article}]" if self.article and self.article != self.node else ""
        return f"{self.node}{path}: {self.message}{value}{article}"


def validate(graph: Graph) -> list[Violation]:
    """Check a graph against the ontology's shapes.

    Args:
        graph: Articles, entities and what is derived from them; a dataset is read as the union of its graphs.
            It is not changed.

    Returns:
        The violations, sorted; none when the graph is well formed.

    Example:
        >>> from rdflib import RDF, Graph, URIRef
        >>> [violation.message for violation in validate(Graph().add((URIRef("https://x/a"), RDF.type, DIP.Article)))]
        ['An article has exactly one text.']
    """
    import pyshacl

    data, shapes = _in_one_graph(graph), _load("shapes")
    _, report, _ = pyshacl.validate(
        data + _load("mavaze", "acts"),
        shacl_graph=shapes,
        inference="none",
        advanced=False,
        meta_shacl=False,
    )
    results = report.objects(None, SH.result)
    return sorted({_read(result, report, shapes, data) for result in results}, key=_sort_key)


@cache
def _load(*names: str) -> Graph:
    """Return a part of the ontology, which is read again and again where a store is checked piece by piece."""
    return ontology.load(*names)


def _in_one_graph(graph: Graph) -> Graph:
    if not isinstance(graph, Dataset):
        return graph
    union = Graph()
    for subject, predicate, value, *_ in graph.quads():
        union.add((subject, predicate, value))
    return union


def _read(result: Node, report: Graph, shapes: Graph, data: Graph) -> Violation:
    node = report.value(result, SH.focusNode)
    assert node is not None  # every result names its focus node (SHACL, 3.6.2.1)
    path = report.value(result, SH.resultPath)
    value = report.value(result, SH.value)
    if node == DIP.content and value is not None:  # the one shape that is asked of a property, see shapes.ttl
        node, path, value = value, node, None
    # pySHACL loses the language of a SPARQL constraint's message; the shape has it.
    told = (
        *report.objects(result, SH.resultMessage),
        *shapes.objects(report.value(result, SH.sourceShape), SH.message),
    )
    messages = {message.language: str(message) for message in told if isinstance(message, Literal)}
    return Violation(
        node=str(node),
        path=str(path) if isinstance(path, URIRef) else None,
        message=messages.get("en", ""),
        message_fa=messages.get("fa", ""),
        value=None if value is None or value == node else str(value),
        article=_find_article(node, data),
    )


def _find_article(node: Node, data: Graph) -> str | None:
    if (node, RDF.type, DIP.Article) in data:
        return str(node)
    statement = data.value(None, DIP.conveys, node) or node
    article = data.value(statement, DIP.reportedIn)
    return None if article is None else str(article)


def _sort_key(violation: Violation) -> tuple[str, ...]:
    return (violation.article or "", violation.node, violation.path or "", violation.message, violation.value or "")


def _shorten(text: str) -> str:
    for prefix, namespace in ontology.PREFIXES.items():
        if text.startswith(namespace):
            return f"{prefix}:{text.removeprefix(namespace)}"
    return text
