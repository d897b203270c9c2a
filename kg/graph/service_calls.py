"""SERVICE in a query's text: whom it asks for what, and which patterns around it narrow the answer.

Nothing here asks anybody. Around a call stand patterns that are joined with it; a solution of the call that fits
none of theirs is lost in any case, so what they bind may be sent along. Where that is not certain (a filter on what
comes later, a group of its own solutions), less is sent along, never more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.errors import QueryError
from kg.graph.query_text import FORMS, QueryRefused, Token, is_ambiguous, position, resolve_name, splice, tokenize

_DEEPEST = 100
_DEPENDENT = frozenset({"OPTIONAL", "MINUS", "BIND", "SERVICE"})
"""What follows a call and takes its solutions: nothing behind it tells what the call must give."""


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One call of another endpoint.

    Attributes:
        begin: Where it begins in the query.
        end: Where it ends, exclusive.
        address: The endpoint's address.
        is_silent: Whether its failure is to be passed over.
        pattern: What is asked.
        shared: Variables that the pattern and its surroundings have in common.
        context: The patterns around it that say which values can matter; None where there are none.
    """

    begin: int
    end: int
    address: str
    is_silent: bool
    pattern: str
    shared: tuple[str, ...]
    context: str | None


def read_frame(text: str) -> tuple[str, str]:
    """Return the prologue of a query, and its dataset clauses.

    Example:
        >>> read_frame("PREFIX x: <urn:> SELECT * FROM x:g { ?s ?p ?o }")
        ('PREFIX x: <urn:> ', 'FROM x:g')
    """
    depth, opening, clauses = 0, len(text), []
    tokens = list(tokenize(text))
    for index, token in enumerate(tokens):
        if token.kind == "sign":
            depth += (token.text == "{") - (token.text == "}")
        elif token.kind == "word" and depth == 0:
            word = token.text.upper()
            if opening == len(text) and (word in FORMS or word in ("INSERT", "DELETE", "WITH")):
                opening = token.begin
            if word == "FROM":
                length = 3 if tokens[index + 1].text.upper() == "NAMED" else 2
                clauses += [part.text for part in tokens[index : index + length]]
    return text[:opening], " ".join(clauses)


def find_call(text: str, prefixes: Mapping[str, str], base_iri: str) -> ServiceCall | None:
    """Return the first call in a query that stands in no other call.

    Raises:
        QueryRefused: When the endpoint is a variable.
        QueryError: When the query can be read in two ways.
    """
    tokens = list(tokenize(text))
    begin = next(
        (i for i, token in enumerate(tokens) if token.kind == "word" and token.text.upper() == "SERVICE"), None
    )
    if begin is None:
        return None
    where = position(text, tokens[begin].begin)
    if is_ambiguous(tokens):
        raise QueryError("the query can be read in two ways", where=where, remedy="put spaces around the signs «<»")
    is_silent = tokens[begin + 1].text.upper() == "SILENT" if begin + 1 < len(tokens) else False
    name = begin + 1 + is_silent
    if name + 1 >= len(tokens) or tokens[name + 1].text != "{":
        raise QueryError("SERVICE needs an address and a pattern in braces", where=where)
    if tokens[name].kind == "variable":
        raise QueryRefused(
            "SERVICE with a variable would let the data choose whom this server asks",
            where=where,
            remedy="name the endpoint",
        )
    closing = _closing(tokens, name + 1, where)
    pattern = tokens[name + 2 : closing]
    shared, context = _surroundings(text, tokens, begin, closing, _variables(pattern))
    return ServiceCall(
        begin=tokens[begin].begin,
        end=tokens[closing].begin + 1,
        address=_address(text, tokens, tokens[name], prefixes, base_iri, where),
        is_silent=is_silent,
        pattern=text[tokens[name + 1].begin + 1 : tokens[closing].begin],
        shared=shared,
        context=context,
    )


def _address(
    text: str, tokens: Sequence[Token], name: Token, prefixes: Mapping[str, str], base_iri: str, where: str
) -> str:
    declared = dict(prefixes)
    base = base_iri
    for index, token in enumerate(tokens[:-2]):
        word = token.text.upper() if token.kind == "word" else ""
        if word == "PREFIX":
            declared[tokens[index + 1].text.rstrip(":")] = tokens[index + 2].text[1:-1]
        elif word == "BASE":
            base = tokens[index + 1].text[1:-1]
    if (address := resolve_name(name, declared, base)) is not None:
        return address
    raise QueryError(f"{name.text} is no endpoint's address", where=where, remedy="write it in full: <https://…>")


def _surroundings(
    text: str, tokens: Sequence[Token], begin: int, closing: int, asked: frozenset[str]
) -> tuple[tuple[str, ...], str | None]:
    """Return the variables that a call shares with the patterns before it, else behind it, and those patterns."""
    groups: list[int] = []
    for index in range(begin):
        if tokens[index].kind == "sign" and tokens[index].text == "{":
            groups.append(index)
        elif tokens[index].kind == "sign" and tokens[index].text == "}" and groups:
            groups.pop()
    if len(groups) > _DEEPEST:
        raise QueryError(
            f"SERVICE stands in more than {_DEEPEST} groups", where="query", remedy="write it further outside"
        )
    context, seen, cut = "", frozenset[str](), begin
    for depth in range(len(groups) - 1, -1, -1):
        group = groups[depth]
        kept, variables = _without_filters(text, tokens[group + 1 : cut], asked)
        graph = None
        if depth and tokens[group - 2].text.upper() == "GRAPH":
            graph = tokens[group - 1].text
            variables |= {graph[1:]} if tokens[group - 1].kind == "variable" else frozenset()
        context = f"{{ {kept} }} {context}"
        seen |= variables
        if depth == 0 or tokens[group - 1].text.upper() == "EXISTS" or _is_sub_select(tokens, groups[depth - 1]):
            break
        if graph is not None:
            context = f"GRAPH {graph} {{ {context} }}"
        cut = _begin_of_construct(tokens, group)
    if shared := sorted(asked & seen):
        return tuple(shared), context
    end = _closing(tokens, groups[-1], "query") if groups else len(tokens)
    behind = list(tokens[closing + 1 : end])
    depth = 0
    for index, token in enumerate(behind):
        if token.kind == "sign":
            depth += (token.text == "{") - (token.text == "}")
        elif depth == 0 and token.kind == "word" and token.text.upper() in _DEPENDENT:
            del behind[index:]
            break
    if behind and behind[0].text == ".":
        del behind[0]
    kept, variables = _without_filters(text, behind, asked)
    if shared := sorted(asked & variables):
        return tuple(shared), kept
    return (), None


def _is_sub_select(tokens: Sequence[Token], brace: int) -> bool:
    return tokens[brace + 1].text.upper() == "SELECT"


def _begin_of_construct(tokens: Sequence[Token], brace: int) -> int:
    """Return where the pattern begins that holds a group: at OPTIONAL, at GRAPH, at the first branch of a UNION."""
    word = tokens[brace - 1].text.upper()
    if word in ("OPTIONAL", "MINUS"):
        return brace - 1
    if tokens[brace - 2].text.upper() == "GRAPH":
        return brace - 2
    while tokens[brace - 1].text.upper() == "UNION":
        depth, index = 0, brace - 2
        while index > 0:
            depth += (tokens[index].text == "}") - (tokens[index].text == "{")
            if depth == 0:
                break
            index -= 1
        brace = index
    return brace


def _without_filters(text: str, tokens: Sequence[Token], asked: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Return patterns without the filters that need what the call gives or what comes later; and their variables."""
    filters: list[tuple[int, int]] = []
    index = depth = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind == "sign":
            depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and token.kind == "word" and token.text.upper() == "FILTER":
            end = _end_of_filter(tokens, index + 1)
            filters.append((index, end))
            index = end
        else:
            index += 1
    if not tokens:
        return "", frozenset()
    variables = _variables(tokens)
    dropped = [
        (begin, end)
        for begin, end in filters
        if (names := {t.text[1:] for t in tokens[begin:end] if t.kind == "variable"}) & asked or names - variables
    ]
    first, last = tokens[0].begin, tokens[-1].begin + len(tokens[-1].text)
    edits = [
        (tokens[begin].begin - first, tokens[end - 1].begin + len(tokens[end - 1].text) - first, " ")
        for begin, end in dropped
    ]
    return splice(text[first:last], edits), variables


def _end_of_filter(tokens: Sequence[Token], index: int) -> int:
    """Return the index behind a filter: its parentheses, its call, or the group of its EXISTS."""
    while index < len(tokens) and tokens[index].text not in ("(", "{"):
        index += 1
    depth = 0
    while index < len(tokens):
        depth += (tokens[index].text in ("(", "{")) - (tokens[index].text in (")", "}"))
        index += 1
        if depth == 0:
            break
    return index


def _variables(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the variables that patterns bind: those that stand in filters alone are none of them."""
    found: set[str] = set()
    index = 0
    while index < len(tokens):
        if tokens[index].kind == "word" and tokens[index].text.upper() == "FILTER":
            index = _end_of_filter(tokens, index + 1)
            continue
        if tokens[index].kind == "word" and tokens[index].text.upper() == "BIND":
            end = _end_of_filter(tokens, index + 1)
            found |= {token.text[1:] for token in tokens[max(index, end - 2) : end] if token.kind == "variable"}
            index = end
            continue
        if tokens[index].kind == "variable":
            found.add(tokens[index].text[1:])
        index += 1
    return frozenset(found)


def _closing(tokens: Sequence[Token], brace: int, where: str) -> int:
    depth = 0
    for index in range(brace, len(tokens)):
        if tokens[index].kind == "sign":
            depth += (tokens[index].text == "{") - (tokens[index].text == "}")
            if depth == 0:
                return index
    raise QueryError("a brace is not closed", where=where)
