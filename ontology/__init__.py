"""What can be said: the ontology's terms, its files, and the questions that a graph must answer.

Floor 0: knows no text, no store and no other room. Importing it costs next to nothing; rdflib comes
only with ``DIP``, ``ACT`` and `load`.
"""

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ontology.questions import Parameter, Query, parse_query

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import rdflib

    from ontology.namespaces import ACT as ACT
    from ontology.namespaces import DIP as DIP

__all__ = ["ACT", "BASE", "DIP", "PREFIXES", "Parameter", "Query", "acts", "context", "load", "queries"]

BASE: Final = "https://w3id.org/mavaze/id/"
"""The base IRI of things, unless a site has its own."""

PREFIXES: Final[dict[str, str]] = {
    "act": "https://w3id.org/mavaze/act#",
    "dct": "http://purl.org/dc/terms/",
    "dip": "https://w3id.org/mavaze/ontology#",
    "marl": "http://www.gsi.upm.es/ontologies/marl/ns#",
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The usual prefix of each vocabulary that the graph uses."""

_ACT = re.compile(r"^act:(\w+) a skos:Concept ;$", re.MULTILINE)


@cache
def acts() -> tuple[str, ...]:
    """Return the local names of the speech acts, in the order of ``acts.ttl``.

    Read without an RDF parser, so that those who only need the names pay nothing for them.

    Example:
        >>> acts()[:3]
        ('announce', 'affirm', 'deny')
    """
    return tuple(_ACT.findall(_folder().joinpath("acts.ttl").read_text("utf-8")))


def load(*names: str) -> "rdflib.Graph":
    """Read files of the ontology into a new graph.

    Args:
        *names: ``mavaze``, ``acts``, ``alignments`` or ``shapes``; the first three when none is given.

    Example:
        >>> from ontology import DIP
        >>> DIP.Statement in load("mavaze").subjects()
        True
    """
    from rdflib import Graph

    graph = Graph()
    for name in names or ("mavaze", "acts", "alignments"):
        graph.parse(data=_folder().joinpath(f"{name}.ttl").read_text("utf-8"), format="turtle")
    return graph


def context() -> dict[str, Any]:
    """Return the JSON-LD context that makes the graph read like JSON: our terms by their names, the rest by prefix.

    A speech act goes by its bare name: «act» is the property, so it cannot be a prefix.

    Example:
        >>> context()["speaker"]
        {'@id': 'dip:speaker', '@type': '@id'}
    """
    terms: dict[str, Any] = json.loads(_folder().joinpath("context.json").read_text("utf-8"))
    names = {name: PREFIXES["act"] + name for name in acts()}
    return {**PREFIXES, **names, **terms}


def queries(base: str = BASE) -> list[Query]:
    """Return the competency questions with their queries, in order.

    Args:
        base: The base IRI of the graph that they are asked of.

    Example:
        >>> [query.number for query in queries()][0]
        1
    """
    return [parse_query(name, text.replace(f"<{BASE}", f"<{base}")) for name, text in _query_files()]


@cache
def _query_files() -> tuple[tuple[str, str], ...]:
    found = (file for file in _folder().joinpath("queries").iterdir() if file.name.endswith(".rq"))
    return tuple((file.name, file.read_text("utf-8")) for file in sorted(found, key=lambda file: file.name))


def _folder() -> "Traversable":
    from importlib.resources import files  # not at start-up: it brings zip files and temporary ones along

    return files(__name__)


def __getattr__(name: str) -> Any:
    if name in ("ACT", "DIP"):
        from ontology import namespaces

        return getattr(namespaces, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
