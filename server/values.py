"""From what a reader types into a field to the RDF term that a question's parameter takes."""

import re
from collections.abc import Sequence
from datetime import date

from kg.errors import InputError
from kg.graph.query_text import Term
from ontology import PREFIXES
from server import page_queries
from server.languages import Language
from server.reader import Reader

_XSD = PREFIXES["xsd"]
_ARABIC_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک"})


def read_value(text: str, kind: str, name: str, reader: Reader, language: Language) -> Term:
    """Return the term that a typed value stands for.

    Args:
        text: What was typed: for an ``iri`` an IRI, a Wikidata item, or a name in Persian or English.
        kind: ``iri``, ``date``, ``integer`` or ``string``.
        name: The parameter's, for errors.
        reader: Looks names up.
        language: Of the candidates' names in an error.

    Raises:
        InputError: When it stands for nothing, or for several things; names the candidates.
    """
    text = text.strip()
    if kind == "date":
        try:
            return Term("literal", date.fromisoformat(text).isoformat(), datatype=_XSD + "date")
        except ValueError:
            raise InputError(f"{text!r} is no day", where=name, remedy="write it as 2019-07-15") from None
    if kind == "integer":
        if not re.fullmatch(r"[+-]?\d{1,18}", text):
            raise InputError(f"{text!r} is no whole number", where=name)
        return Term("literal", str(int(text)), datatype=_XSD + "integer")
    if kind == "string":
        return Term("literal", text)
    if re.match(r"https?://", text):
        return Term("uri", text)
    if re.fullmatch(r"Q[1-9]\d*", text):
        found = reader.ask(page_queries.LINKED, item=Term("uri", PREFIXES["wd"] + text))
    else:
        found = reader.ask(page_queries.NAMED, name=Term("literal", text.translate(_ARABIC_LETTERS)))
    return _only([solution["thing"] for solution in found], text, name, reader, language)


def _only(things: Sequence[Term], text: str, name: str, reader: Reader, language: Language) -> Term:
    if not things:
        raise InputError(
            f"nothing in this graph is called {text!r}",
            where=name,
            remedy="choose a name from the list, or give an IRI",
        )
    if len(things) > 1:
        names = reader.names([thing.value for thing in things], language)
        candidates = "; ".join(f"{names(thing.value)} <{thing.value}>" for thing in things)
        raise InputError(f"{text!r} fits several things: {candidates}", where=name, remedy="give one of these IRIs")
    return things[0]
