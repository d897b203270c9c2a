"""JSON-LD that reads like JSON: the ontology's context, a node after the other, each named graph with its nodes.

Written here rather than by a general compaction, which holds the whole document in memory; what a value looks
like under a term is decided by the same context that goes into the file, and nothing else.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.errors import InputError
from ontology import PREFIXES, context

_TYPE = f"{PREFIXES['rdf']}type"
_XSD = PREFIXES["xsd"]
_PLAIN_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_SAFE_LOCAL = re.compile(r"[\w.\-]*")
_SAFE_RELATIVE = re.compile(r"(?!\.|/)[^:?#]+")


def write_jsonld(quads: Iterable[ox.Quad], output: BinaryIO, *, base: str) -> None:
    """Write quads that are sorted by graph and subject.

    Args:
        quads: Sorted.
        output: Where the bytes go.
        base: What IRIs are relative to.
    """
    writer = _Compactor(base)
    output.write(b'{\n"@context": ' + _dump(writer.context) + b',\n"@graph": [')
    separator = b"\n"
    for graph, members in groupby(quads, key=lambda quad: quad.graph_name):
        nodes = (writer.node(subject, group) for subject, group in groupby(members, key=lambda quad: quad.subject))
        if isinstance(graph, ox.DefaultGraph):
            for node in nodes:
                output.write(separator + _dump(node))
                separator = b",\n"
            continue
        output.write(separator + b'{"id": ' + _dump(writer.reference(graph)) + b', "@graph": [\n')
        output.writelines(_joined(map(_dump, nodes)))
        output.write(b"\n]}")
        separator = b",\n"
    output.write(b"\n]\n}\n")


def _joined(parts: Iterable[bytes]) -> Iterator[bytes]:
    separator = b""
    for part in parts:
        yield separator + part
        separator = b",\n"


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


class _Compactor:
    """Terms as the context writes them.

    Args:
        base: What IRIs are relative to.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self.context: Mapping[str, Any] = {**context(), "@base": base}
        self._terms: dict[str, tuple[str, Mapping[str, str]]] = {}
        for key, told in self.context.items():
            if isinstance(told, Mapping):
                self._terms[_expand(told["@id"])] = (key, told)
        self._short = lru_cache(maxsize=65536)(self._shorten)

    def node(self, subject: Any, quads: Iterable[Any]) -> dict[str, Any]:
        """Return the node object of one subject."""
        node: dict[str, Any] = {"id": self.reference(subject)}
        for predicate, group in groupby(quads, key=lambda quad: quad.predicate.value):
            values = [quad.object for quad in group]
            if predicate == _TYPE and all(isinstance(value, ox.NamedNode) for value in values):
                _add(node, "type", [self._word(value.value) for value in values])
                continue
            key, told = self._terms.get(predicate, (self._word(predicate), {}))
            plain_key = self._short(predicate) if told else key
            for value in values:
                if told.get("@container") == "@language" and isinstance(value, ox.Literal) and value.language:
                    _add(node.setdefault(key, {}), value.language, [value.value])
                elif (fitting := self._fit(value, told)) is not None and "@container" not in told:
                    _add(node, key, [fitting])
                else:
                    _add(node, plain_key, [self._expanded(value)])
        return node

    def reference(self, term: Any) -> str:
        """Return an IRI or blank node as a reference: relative to the base, by prefix, or as it is."""
        return f"_:{term.value}" if isinstance(term, ox.BlankNode) else self._relative(term.value)

    def _fit(self, value: Any, told: Mapping[str, str]) -> object:
        """Return a value as it stands under a term, or None when the term's type would change it."""
        coercion = told.get("@type")
        if isinstance(value, ox.NamedNode | ox.BlankNode):
            if coercion == "@vocab":  # the name of a speech act
                local = value.value.removeprefix(PREFIXES["act"])
                return local if self.context.get(local) == value.value else None
            return self.reference(value) if coercion == "@id" else None
        if not isinstance(value, ox.Literal):
            return None
        if value.language:
            return value.value if value.language == told.get("@language") else None
        datatype = value.datatype.value
        if coercion is not None and not coercion.startswith("@"):
            return value.value if datatype == _expand(coercion) else None
        if coercion is not None or "@language" in told:
            return None
        if datatype == f"{_XSD}integer" and _PLAIN_INTEGER.fullmatch(value.value):
            return int(value.value)
        return value.value if datatype == f"{_XSD}string" else None

    def _expanded(self, value: Any) -> object:
        if isinstance(value, ox.NamedNode | ox.BlankNode):
            return {"id": self.reference(value)}
        if not isinstance(value, ox.Literal):
            raise InputError("JSON-LD cannot hold a triple as a value", remedy="choose turtle12, trig or nquads")
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype.value == f"{_XSD}string":
            return {"@value": value.value}
        return {"@value": value.value, "@type": self._short(value.datatype.value)}

    def _word(self, iri: str) -> str:
        """Return a word of the vocabulary: ours by its bare name, others by prefix."""
        local = iri.removeprefix(PREFIXES["dip"])
        if local != iri and local and _SAFE_LOCAL.fullmatch(local) and local not in self.context:
            return local
        return self._short(iri)

    def _shorten(self, iri: str) -> str:
        for prefix, namespace in PREFIXES.items():
            local = iri.removeprefix(namespace)
            if local != iri and local and self.context.get(prefix) == namespace and _SAFE_LOCAL.fullmatch(local):
                return f"{prefix}:{local}"
        return iri

    def _relative(self, iri: str) -> str:
        local = iri.removeprefix(self._base)
        if local != iri and _SAFE_RELATIVE.fullmatch(local) and "//" not in local and "/." not in local:
            return local
        return self._short(iri)


def _add(node: dict[str, Any], key: str, values: list[Any]) -> None:
    """Add values under a key: one value stands alone, several in a list."""
    for value in values:
        if key not in node:
            node[key] = value
        elif isinstance(node[key], list):
            node[key].append(value)
        else:
            node[key] = [node[key], value]


def _expand(name: str) -> str:
    prefix, sign, local = name.partition(":")
    return PREFIXES[prefix] + local if sign and prefix in PREFIXES else name
