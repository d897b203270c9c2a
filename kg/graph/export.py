"""The graph as a file: sorted, so that the same graph gives the same bytes.

Turtle, N-Triples and RDF/XML know no named graphs and hold the union; TriG, N-Quads and JSON-LD keep them apart.
CSV has a row per stance, coded by CAMEO, for spreadsheets and event data sets.
"""

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from datetime import date

import pyoxigraph as ox
from rdflib.namespace import SKOS

from kg.errors import InputError
from kg.graph.store import Store
from kg.graph.terms import to_named
from kg.model import DateSpan
from ontology import PREFIXES

CSV_COLUMNS = (
    *("date", "holder", "side", "act", "cameo", "polarity", "target"),
    *("words", "article", "outlet", "statement"),
)

_FORMATS: Mapping[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
FORMATS = (*_FORMATS, "csv")
"""The names of the formats."""

_TYPE = f"<{PREFIXES['rdf']}type>"
_ROWS = """
SELECT ?earliest ?latest ?holder ?side ?act ?cameo ?property ?target ?words ?article ?outlet ?statement
WHERE {
  VALUES ?property { dip:inFavourOf dip:against }
  ?stance ?property ?target ; dip:holder ?holder .
  ?statement dip:conveys ?stance ; dip:act ?act ; dip:content ?words ; dip:reportedIn ?article .
  OPTIONAL { ?stance dip:side ?side }
  OPTIONAL { ?act skos:notation ?cameo }
  OPTIONAL { ?article schema:publisher ?outlet }
  OPTIONAL { ?article dip:earliest ?earliest ; dip:latest ?latest }
}
"""


def export(store: Store, format: str = "trig", *, graphs: Collection[str] = ()) -> bytes:
    """Return the graph in a format, sorted.

    Args:
        store: What is exported.
        format: One of ``FORMATS``.
        graphs: IRIs of the named graphs that are wanted; all when empty.

    Raises:
        InputError: When there is no such format or graph.
    """
    if format not in FORMATS:
        raise InputError(f"no format is called «{format}»", remedy=f"choose one of {', '.join(FORMATS)}")
    for graph in graphs:
        if not _is_held(store, graph):
            raise InputError("the store has no such graph", where=graph, remedy="an article's IRI is its graph's name")
    if format == "csv":
        return _write_csv(store, graphs)
    quads = _select(store.engine, graphs)
    rdf_format = _FORMATS[format]
    if rdf_format.supports_datasets:
        return ox.serialize(sorted(quads, key=_quad_key), format=rdf_format, prefixes=_prefixes(rdf_format)) or b""
    triples = sorted({quad.triple for quad in quads}, key=_triple_key)
    return ox.serialize(triples, format=rdf_format, prefixes=_prefixes(rdf_format)) or b""


def _is_held(store: Store, graph: str) -> bool:
    try:
        return store.engine.contains_named_graph(ox.NamedNode(graph))
    except ValueError:
        return False


def _select(engine: ox.Store, graphs: Collection[str]) -> Iterable[ox.Quad]:
    if not graphs:
        return engine
    return [quad for graph in set(graphs) for quad in engine.quads_for_pattern(None, None, None, to_named(graph))]


def _prefixes(rdf_format: ox.RdfFormat) -> dict[str, str] | None:
    # N-Triples and N-Quads have no prefixes; the other formats declare all that they are given.
    return None if rdf_format in (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES) else PREFIXES


def _triple_key(triple: ox.Triple) -> tuple[str, bool, str, str]:
    predicate = str(triple.predicate)
    return str(triple.subject), predicate != _TYPE, predicate, str(triple.object)


def _quad_key(quad: ox.Quad) -> tuple[str, tuple[str, bool, str, str]]:
    return str(quad.graph_name), _triple_key(quad.triple)


def _write_csv(store: Store, graphs: Collection[str]) -> bytes:
    names = _labels(store.engine)
    rows = []
    solutions = store.query(_ROWS)
    for solution in solutions:  # type: ignore[union-attr]  # a SELECT query gives solutions
        earliest, latest, holder, side, act, cameo, towards, target, words, article, outlet, statement = (
            "" if term is None else term.value for term in solution
        )
        if graphs and article not in graphs:
            continue
        rows.append(
            (
                str(DateSpan(date.fromisoformat(earliest), date.fromisoformat(latest))) if earliest else "",
                names.get(holder, holder),
                names.get(side, side),
                act.removeprefix(PREFIXES["act"]),
                cameo,
                "positive" if towards == PREFIXES["dip"] + "inFavourOf" else "negative",
                names.get(target, target),
                " ".join(words.split()),
                article,
                names.get(outlet, outlet),
                statement,
            )
        )
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    writer.writerows(sorted(set(rows)))
    return text.getvalue().encode("utf-8")


def _labels(engine: ox.Store) -> dict[str, str]:
    labels = engine.quads_for_pattern(None, to_named(SKOS.prefLabel), None, None)
    return {
        quad.subject.value: quad.object.value
        for quad in labels
        if isinstance(quad.object, ox.Literal)
        and quad.object.language == "fa"
        and isinstance(quad.subject, ox.NamedNode)
    }
