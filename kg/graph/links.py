"""Links between statements with their evidence, as triples."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from rdflib import RDF, XSD, Literal, URIRef

from kg.graph.iris import link_iri
from kg.graph.triples import Triple
from ontology import DIP


def link_triples(
    kind: str,
    first: URIRef,
    second: URIRef,
    sign: str,
    *,
    shared: Iterable[str] = (),
    similarity: float | None = None,
    base: str,
) -> Iterator[Triple]:
    """Yield the evidence that one statement denies another, or reports the same words.

    Args:
        kind: What the link is.
        first: The statement that denies, or one of two reports.
        second: The other one.
        sign: What shows it, in a few words.
        shared: The words that both have, folded.
        similarity: How alike the two are, from 0 to 1.
        base: The base of all IRIs.
    """
    link = link_iri(kind, first, second, base)
    yield link, RDF.type, DIP.Link
    yield link, DIP.linksFrom, first
    yield link, DIP.linksTo, second
    yield link, DIP.rule, Literal(f"{kind}: {sign}")
    words = " ".join(sorted(set(shared)))
    if words:
        yield link, DIP.sharedWords, Literal(words, lang="fa")
    if similarity is not None:
        yield link, DIP.similarity, Literal(_decimal(similarity), datatype=XSD.decimal)


def _decimal(value: float) -> str:
    """Write a share as the engine keeps it: at most three digits, none of them idle."""
    return f"{Decimal(str(round(value, 3))):f}".removesuffix(".0")
