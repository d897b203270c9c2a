"""SPARQL Update as text: its operations, the dataset that the protocol names, and the one graph of a patch.

Nothing here changes a store. The engine reads glued keywords (``LOADSILENT``), so an operation must begin with
a keyword of its own; what could be read in two ways and might make the server ask another one is refused.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import urljoin

from kg.errors import QueryError
from kg.graph.query_text import (
    FORMS,
    QueryRefused,
    Term,
    Token,
    find_federated_call,
    is_ambiguous,
    position,
    resolve_name,
    splice,
    tokenize,
)

_DATA = ("INSERT DATA", "DELETE DATA")
_GRAPH_OPERATIONS = frozenset({"LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})


class PatchRefused(QueryError):
    """A patch reaches beyond the graph that it is sent to."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an update.

    Attributes:
        kind: ``INSERT DATA``, ``DELETE DATA``, ``DELETE WHERE``, ``MODIFY`` or a graph operation's keyword.
        tokens: All of it, without the prologue before.
        prefixes: Those that are declared before it, by name.
        base: The base that is declared before it.
    """

    kind: str
    tokens: tuple[Token, ...]
    prefixes: tuple[tuple[str, str], ...] = ()
    base: str | None = None

    @property
    def begin(self) -> int:
        """Where it begins in the update's text."""
        return self.tokens[0].begin

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.tokens[-1].begin + len(self.tokens[-1].text)

    def outer(self) -> list[tuple[int, Token]]:
        """Return the tokens outside of braces, the outermost braces among them, each with its index."""
        depth, found = 0, []
        for index, token in enumerate(self.tokens):
            is_sign = token.kind == "sign"
            depth -= is_sign and token.text == "}"
            if depth == 0:
                found.append((index, token))
            depth += is_sign and token.text == "{"
        return found

    def words(self) -> list[str]:
        """Return the keywords outside of braces, in capitals."""
        return [token.text.upper() for _, token in self.outer() if token.kind == "word"]


def read_update(text: str) -> tuple[Operation, ...]:
    """Split an update into its operations.

    Raises:
        QueryError: When it is no update, or could be read in two ways.
        QueryRefused: When it is a query, or would make the server ask another one.

    Example:
        >>> [one.kind for one in read_update("INSERT DATA { <urn:a> <urn:b> 1 } ; DELETE WHERE { ?s ?p ?o }")]
        ['INSERT DATA', 'DELETE WHERE']
    """
    tokens = list(tokenize(text))
    if is_ambiguous(tokens) and any(word in text.lower() for word in ("load", "service")):
        raise QueryError("the update can be read in two ways", where="update", remedy="put spaces around the signs «<»")
    if (call := find_federated_call(text, tokens)) is not None:
        raise QueryRefused(
            "an update asks no other server here",
            where=position(text, call).replace("query", "update"),
            remedy="ask it with a query first, and send what it answers",
        )
    operations: list[Operation] = []
    prefixes: dict[str, str] = {}
    base: str | None = None
    index = 0
    while index < len(tokens):
        word = tokens[index].text.upper()
        if word == "PREFIX" and index + 2 < len(tokens):
            prefixes[tokens[index + 1].text.rstrip(":")] = tokens[index + 2].text[1:-1]
            index += 3
        elif word in ("BASE", "VERSION") and index + 1 < len(tokens):
            base = tokens[index + 1].text[1:-1] if word == "BASE" else base
            index += 2
        elif word == ";":
            index += 1
        else:
            end = _find_end(tokens, index)
            kind = _kind(text, tokens[index], tokens[index + 1] if index + 1 < end else None)
            operations.append(Operation(kind, tuple(tokens[index:end]), tuple(prefixes.items()), base))
            index = end
    return tuple(operations)


def _find_end(tokens: Sequence[Token], begin: int) -> int:
    depth = 0
    for index in range(begin, len(tokens)):
        if tokens[index].kind == "sign":
            sign = tokens[index].text
            if sign == ";" and depth == 0:
                return index
            depth += (sign == "{") - (sign == "}")
    return len(tokens)


def _kind(text: str, first: Token, second: Token | None) -> str:
    word = first.text.upper()
    follower = second.text.upper() if second else ""
    if word in _GRAPH_OPERATIONS:
        return word
    if word in ("INSERT", "DELETE") and follower in ("DATA", "WHERE"):
        return f"{word} {follower}"
    if word in ("INSERT", "DELETE", "WITH"):
        return "MODIFY"
    where = position(text, first.begin).replace("query", "update")
    if word in FORMS:
        raise QueryRefused(f"{word} is a query, and this address takes updates", where=where, remedy="ask /sparql")
    raise QueryError(
        f"an update cannot begin with {first.text!r}",
        where=where,
        remedy="begin with INSERT, DELETE, WITH, LOAD, CLEAR, DROP, CREATE, ADD, MOVE or COPY",
    )


def with_dataset(
    text: str, operations: Sequence[Operation], using: Collection[str], using_named: Collection[str]
) -> str:
    """Give an update the dataset that the protocol's parameters name.

    Args:
        text: The update.
        operations: Its operations.
        using: ``using-graph-uri`` parameters.
        using_named: ``using-named-graph-uri`` parameters.

    Raises:
        QueryError: When the update names a dataset itself, or a parameter is no IRI.

    Example:
        >>> text = "INSERT { ?s a <urn:t> } WHERE { ?s ?p ?o }"
        >>> with_dataset(text, read_update(text), ["urn:g"], [])
        'INSERT { ?s a <urn:t> } USING <urn:g> WHERE { ?s ?p ?o }'
    """
    if not using and not using_named:
        return text
    clauses = " ".join(
        [f"USING {Term('uri', iri).as_sparql()}" for iri in using]
        + [f"USING NAMED {Term('uri', iri).as_sparql()}" for iri in using_named]
    )
    edits: list[tuple[int, int, str]] = []
    for one in operations:
        if one.kind == "MODIFY":
            if {"USING", "WITH"} & set(one.words()):
                raise QueryError(
                    "the update names its dataset itself (USING, WITH), and the request names another",
                    where="using-graph-uri",
                    remedy="leave one of them out",
                )
            where = next((token for _, token in one.outer() if token.text.upper() == "WHERE"), None)
            if where is not None:
                edits.append((where.begin, where.begin, f"{clauses} "))
        elif one.kind == "DELETE WHERE" and len(one.tokens) > 2:
            pattern = text[one.tokens[2].begin : one.end]
            edits.append((one.tokens[1].begin, one.tokens[1].begin, f"{pattern} {clauses} "))
    return splice(text, edits)


def confine(text: str, operations: Sequence[Operation], graph: str) -> str:
    """Let an update read and write one graph alone, as if it were the default graph.

    Args:
        text: The update.
        operations: Its operations.
        graph: The graph's IRI.

    Raises:
        PatchRefused: When it names graphs itself.

    Example:
        >>> text = "INSERT DATA { <urn:a> <urn:b> 1 }"
        >>> confine(text, read_update(text), "urn:g")
        'INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }'
    """
    name = Term("uri", graph).as_sparql()
    edits: list[tuple[int, int, str]] = []
    for one in operations:
        refuse_graphs(text, one)
        if one.kind == "MODIFY":
            edits.append((one.begin, one.begin, f"WITH {name} "))
        else:
            opening, closing = one.tokens[2 if len(one.tokens) > 2 else -1], one.tokens[-1]
            edits.append((opening.begin, opening.begin, f"{{ GRAPH {name} "))
            edits.append((closing.begin + 1, closing.begin + 1, " }"))
    return splice(text, edits)


@dataclass(frozen=True, slots=True)
class Load:
    """One LOAD of an update.

    Attributes:
        begin: Where it begins in the update's text.
        end: Where it ends, exclusive.
        address: The document's address.
        graph: The graph that it goes into, as the update writes it; None for the default graph.
        is_silent: Whether its failure is to be passed over.
    """

    begin: int
    end: int
    address: str
    graph: str | None
    is_silent: bool


def find_loads(
    text: str, operations: Sequence[Operation], prefixes: Mapping[str, str], base_iri: str
) -> tuple[Load, ...]:
    """Return what an update loads.

    Args:
        text: The update.
        operations: Its operations.
        prefixes: Those that it need not declare.
        base_iri: What relative addresses are resolved against.

    Raises:
        QueryError: When a LOAD is malformed.

    Example:
        >>> text = "LOAD SILENT <x.ttl> INTO GRAPH <urn:g>"
        >>> find_loads(text, read_update(text), {}, "http://h/")
        (Load(begin=0, end=38, address='http://h/x.ttl', graph='<urn:g>', is_silent=True),)
    """
    found = []
    for one in operations:
        if one.kind != "LOAD":
            continue
        where = position(text, one.begin).replace("query", "update")
        rest = list(one.tokens[1:])
        is_silent = bool(rest) and rest[0].text.upper() == "SILENT"
        del rest[:is_silent]
        words = [token.text.upper() for token in rest]
        if len(rest) not in (1, 4) or words[1:3] not in ([], ["INTO", "GRAPH"]):
            raise QueryError("the update is malformed", where=where, remedy="write LOAD <address> INTO GRAPH <graph>")
        base = urljoin(base_iri, one.base or "")
        address = resolve_name(rest[0], {**prefixes, **dict(one.prefixes)}, base)
        if address is None:
            raise QueryError(f"{rest[0].text} is no document's address", where=where, remedy="write it in full")
        found.append(Load(one.begin, one.end, address, rest[3].text if len(rest) == 4 else None, is_silent))
    return tuple(found)


def refuse_graphs(text: str, operation: Operation) -> None:
    """Refuse an operation that reaches beyond the default graph.

    Raises:
        PatchRefused: When it names a graph or is about graphs as wholes.
    """
    names = {token.text.upper(): token for token in operation.tokens if token.kind == "word"}
    found = next((names[word] for word in ("GRAPH", "WITH", "USING") if word in names), None)
    if operation.kind in _GRAPH_OPERATIONS:
        found = operation.tokens[0]
    if found is not None:
        raise PatchRefused(
            f"{found.text.upper()} reaches beyond the graph that the patch is sent to",
            where=position(text, found.begin).replace("query", "update"),
            remedy="leave it out, or send the update to /update",
        )
