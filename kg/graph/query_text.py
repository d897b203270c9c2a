"""SPARQL text as tokens: what a query asks for, what it may not, and values for its parameters.

Nothing here evaluates a query. The engine's parser is laxer than the grammar (it reads ``SERVICEex:a``
and ``trueSERVICE`` as keywords), and ``<`` may begin an IRI or be an operator; so the check refuses whatever
*could* be read as a federated call, and lets words inside strings, comments and addresses alone.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar, Literal, NamedTuple, get_args
from urllib.parse import urljoin

from kg.errors import QueryError

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]
FORMS: tuple[Form, ...] = get_args(Form)
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})

_NAME = r"\w\u00b7\u200c\u200d\u203f\u2040"
_LOCAL = rf"(?:[{_NAME}:]|%[0-9A-Fa-f]{{2}}|\\.)(?:[{_NAME}:.-]|%[0-9A-Fa-f]{{2}}|\\.)*"
_LEXER = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<comment>\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
                | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$][{_NAME}]+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?)
    | (?P<name>(?:[^\W\d_][{_NAME}.-]*)?:(?:{_LOCAL})? | _:(?:{_LOCAL})?)
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][{_NAME}-]*)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_HIERARCHICAL_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_GAP = r"(?:\s|\#[^\n\r]*[\n\r])*"
_FEDERATED_CALL = re.compile(
    rf"service{_GAP}(?:silent{_GAP})?(?:<[^>]*>|[?$]\w+|[^\s<>{{}}'\"]*:[^\s{{}}]*){_GAP}\{{", re.IGNORECASE
)


class QueryRefused(QueryError):
    """A query asks for what this endpoint does not do for anybody."""

    status: ClassVar[HTTPStatus] = HTTPStatus.FORBIDDEN


class Token(NamedTuple):
    """One word, sign, string or address of a query, and where it begins."""

    kind: str
    text: str
    begin: int


class Term(NamedTuple):
    """An RDF term as results carry it and parameters take it.

    Attributes:
        kind: ``uri``, ``literal`` or ``bnode``, as in SPARQL's JSON results.
        value: The IRI, the lexical form or the label.
        language: A literal's language tag.
        datatype: A literal's datatype IRI; None for plain strings.
    """

    kind: str
    value: str
    language: str | None = None
    datatype: str | None = None

    def __str__(self) -> str:
        return self.value

    def as_sparql(self) -> str:
        r"""Write the term as SPARQL, so that no value can end early and be read as a query.

        Raises:
            QueryError: When an IRI holds a character that no IRI may hold, or the term is a blank node.

        Example:
            >>> print(Term("literal", 'a "quoted" word', language="en").as_sparql())
            "a \"quoted\" word"@en
        """
        if self.kind == "uri":
            return _iri(self.value)
        if self.kind != "literal":
            raise QueryError(f"a {self.kind} cannot be a parameter's value", remedy="give an IRI or a literal")
        escaped = self.value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n").replace("\r", r"\r")
        if self.language:
            if not re.fullmatch(r"[A-Za-z]+(-[A-Za-z0-9]+)*", self.language):
                raise QueryError(f"{self.language!r} is no language tag")
            return f'"{escaped}"@{self.language}'
        return f'"{escaped}"^^{_iri(self.datatype)}' if self.datatype else f'"{escaped}"'


def _iri(value: str) -> str:
    if re.search(r"""[<>"{}|^`\\\x00-\x20]""", value) or ":" not in value:
        raise QueryError(f"{value!r} is no absolute IRI", remedy="write it in full, without spaces or brackets")
    return f"<{value}>"


def tokenize(text: str) -> Iterator[Token]:
    """Split a query into its tokens; spaces and comments are left out.

    Example:
        >>> [token.text for token in tokenize("ASK { ?s a 'SERVICE' } # SERVICE")]
        ['ASK', '{', '?s', 'a', "'SERVICE'", '}']
    """
    for match in _LEXER.finditer(text):
        kind = match.lastgroup or "sign"
        if kind not in ("space", "comment"):
            yield Token(kind, match.group(), match.start())


@dataclass(frozen=True, slots=True)
class QueryText:
    """A query that may run, with what the endpoint must know about it.

    Attributes:
        text: The query as written.
        form: Which of the four forms it has.
        has_dataset: Whether it names its dataset itself (FROM, FROM NAMED).
        prefixes: Its own prefixes, to write answers with.
    """

    text: str
    form: Form
    has_dataset: bool = False
    prefixes: tuple[tuple[str, str], ...] = ()

    @property
    def gives_graph(self) -> bool:
        """Whether its answer is a graph; otherwise it is solutions, or yes or no."""
        return self.form in ("CONSTRUCT", "DESCRIBE")


def check_query(text: str, allowed_hosts: Collection[str] = ()) -> QueryText:
    """Refuse what is not a query, or asks other servers; tell the form of what remains.

    Args:
        text: SPARQL 1.1 query text.
        allowed_hosts: Hosts that SERVICE may ask; none refuses every SERVICE.

    Raises:
        QueryError: When the text is no query.
        QueryRefused: When it is an update or would make the server ask another one.

    Example:
        >>> check_query("PREFIX x: <http://x/service#> ask { ?s x:service 'SERVICE <y> {}' }").form
        'ASK'
    """
    # Of most queries only the beginning need be read: what is looked for further on does not even occur in them.
    opening, prefixes = _read_prologue(tokenize(text))
    words = text.lower()
    if opening is None:
        raise QueryError("the query is empty", where="query", remedy="begin with SELECT, ASK, CONSTRUCT or DESCRIBE")
    word = opening.text.upper()
    if word in UPDATES:
        raise QueryRefused(
            f"{word} changes data, and this address only answers queries",
            where=position(text, opening.begin),
            remedy="begin with SELECT, ASK, CONSTRUCT or DESCRIBE",
        )
    # The engine takes a keyword glued to the next word, so the first word only has to begin with a form's name.
    form = next((name for name in FORMS if opening.kind in ("word", "name") and word.startswith(name)), None)
    if form is None:
        raise QueryError(
            f"a query cannot begin with {opening.text!r}",
            where=position(text, opening.begin),
            remedy="begin with SELECT, ASK, CONSTRUCT or DESCRIBE",
        )
    may_call = not allowed_hosts and "service" in words
    if may_call and (call := find_federated_call(text, list(tokenize(text)))) is not None:
        raise QueryRefused(
            "SERVICE would make this server ask another one, which its operator has not allowed",
            where=position(text, call),
            remedy="ask the other endpoint yourself and give its answers in a VALUES block",
        )
    has_dataset = "from" in words and any(
        token.kind == "word" and token.text.upper().endswith("FROM") for token in tokenize(text)
    )
    # A relative one means what the engine makes of it; answers are written without it.
    absolute = {name: iri for name, iri in prefixes.items() if ":" in iri}
    return QueryText(text, form, has_dataset, tuple(sorted(absolute.items())))


def _read_prologue(tokens: Iterable[Token]) -> tuple[Token | None, dict[str, str]]:
    """Return the first token after BASE, PREFIX and VERSION lines, and the prefixes."""
    prefixes: dict[str, str] = {}
    tokens = iter(tokens)
    for token in tokens:
        word = token.text.upper()
        if word == "PREFIX":
            name, iri = next(tokens, None), next(tokens, None)
            if name is None or iri is None:
                return token, prefixes
            prefixes[name.text.rstrip(":")] = iri.text[1:-1]
        elif word in ("BASE", "VERSION"):
            next(tokens, None)
        else:
            return token, prefixes
    return None, prefixes


def read_prefixes(tokens: Sequence[Token]) -> dict[str, str]:
    """Return the prefixes that a query declares."""
    return _read_prologue(tokens)[1]


def find_federated_call(text: str, tokens: Sequence[Token]) -> int | None:
    """Return where something stands that the engine might read as SERVICE, or None."""
    for index, token in enumerate(tokens):
        if token.kind == "word" and "service" in token.text.lower():
            return token.begin
        if token.kind == "name" and "service" in token.text.lower():
            prefix, _, local = token.text.lower().partition(":")
            follower = tokens[index + 1].text if index + 1 < len(tokens) else ""
            is_graph = index > 0 and tokens[index - 1].text.upper() == "GRAPH"
            if ("service" in prefix and follower == "{" and not is_graph) or (
                ".service" in local and _FEDERATED_CALL.search(text, token.begin, token.begin + 4096)
            ):
                return token.begin
    if is_ambiguous(tokens) and (call := _FEDERATED_CALL.search(text)):
        return call.start()
    return None


def is_ambiguous(tokens: Sequence[Token]) -> bool:
    """Whether the engine may read the text otherwise than these tokens.

    «?a<?b#>» is an operator and a comment as well as an address: after it the two readings part.

    Example:
        >>> is_ambiguous(list(tokenize("ASK { FILTER(?a<?b#>) }")))
        True
    """
    return any(
        token.kind == "iri" and re.search("[#']", token.text) and not _HIERARCHICAL_IRI.match(token.text)
        for token in tokens
    )


def resolve_name(name: Token, prefixes: Mapping[str, str], base: str) -> str | None:
    """Return the IRI that an address or a prefixed name means; None when it is neither, or written with escapes.

    Example:
        >>> resolve_name(Token("name", "x:y", 0), {"x": "http://x/"}, "http://base/")
        'http://x/y'
    """
    if "\\" in name.text:
        return None
    if name.kind == "iri":
        return urljoin(base, name.text[1:-1])
    prefix, colon, local = name.text.partition(":")
    return urljoin(base, prefixes[prefix]) + local if name.kind == "name" and colon and prefix in prefixes else None


def position(text: str, offset: int) -> str:
    r"""Say where an offset stands in a query, counted from one.

    Example:
        >>> position("ASK\n{", 4)
        'query, line 2, column 1'
    """
    return f"query, line {text.count(chr(10), 0, offset) + 1}, column {offset - text.rfind(chr(10), 0, offset)}"


def bind_parameters(text: str, values: Mapping[str, Term | Sequence[Term]]) -> str:
    """Give values to a query's variables by VALUES in each group that mentions them.

    Where the query itself gives values to the variable (``VALUES ?name { … }``, as the questions that ship do), these
    are defaults: they are replaced, and nothing is added.

    The engine's own substitution demands that a parameter be selected, and does not reach into sub-selects; a
    VALUES block does neither, and works on every other engine as well.

    Args:
        text: The query; a parameter without a value stays an ordinary variable.
        values: A term, or several to choose from, by variable name without question mark.

    Raises:
        QueryError: When the query has no such variable, or a value cannot be written.

    Example:
        >>> bind_parameters("ASK { ?s a ?type }", {"type": Term("uri", "http://x/T")})
        'ASK { VALUES ?type { <http://x/T> } ?s a ?type }'
    """
    written = {
        name: " ".join(term.as_sparql() for term in ([given] if isinstance(given, Term) else given))
        for name, given in values.items()
    }
    tokens = list(tokenize(text))
    defaults = {name: spans for name, spans in _find_defaults(tokens).items() if name in written}
    edits = [(*span, f" {written[name]} ") for name, spans in defaults.items() for span in spans]
    blocks: list[tuple[int, set[str]]] = []
    open_blocks: list[tuple[int, set[str]]] = []
    for index, token in enumerate(tokens):
        if token.text == "{" and token.kind == "sign":
            open_blocks.append((token.begin + 1, set()))
            before = tokens[index - 1].text.upper() if index else ""
            after = tokens[index + 1].text.upper() if index + 1 < len(tokens) else ""
            # Neither a template nor a data block nor the braces around a sub-select can hold a VALUES block.
            if before != "CONSTRUCT" and not after.startswith("SELECT") and not _is_data_block(tokens, index):
                blocks.append(open_blocks[-1])
        elif token.text == "}" and token.kind == "sign" and open_blocks:
            open_blocks.pop()
        elif token.kind == "variable" and open_blocks:
            open_blocks[-1][1].add(token.text[1:])
    unknown = written.keys() - set(defaults).union(*(names for _, names in blocks))
    if unknown:
        raise QueryError(
            f"the query has no parameter {', '.join(sorted(unknown))}",
            remedy="name a variable that stands in the query's patterns",
        )
    for begin, names in blocks:
        wanted = sorted(names & (written.keys() - defaults.keys()))
        edits.append((begin, begin, "".join(f" VALUES ?{name} {{ {written[name]} }}" for name in wanted)))
    return splice(text, edits)


def splice(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Put new pieces into a text, each in the place of what stands from one offset to another.

    Example:
        >>> splice("ASK { }", [(5, 5, " ?s ?p ?o")])
        'ASK { ?s ?p ?o }'
    """
    pieces, done = [], 0
    for begin, end, value in sorted(edits):
        pieces += [text[done:begin], value]
        done = end
    return "".join([*pieces, text[done:]])


def _find_defaults(tokens: Sequence[Token]) -> dict[str, list[tuple[int, int]]]:
    """Return where the query itself gives values to a variable (``VALUES ?name { … }``), by name."""
    found: dict[str, list[tuple[int, int]]] = {}
    for index in range(2, len(tokens)):
        word, variable, brace = tokens[index - 2 : index + 1]
        if word.text.upper() == "VALUES" and variable.kind == "variable" and brace.text == "{":
            end = next((token.begin for token in tokens[index:] if token.text == "}"), brace.begin + 1)
            found.setdefault(variable.text[1:], []).append((brace.begin + 1, end))
    return found


def _is_data_block(tokens: Sequence[Token], index: int) -> bool:
    """Whether the brace at the index opens the rows of a VALUES block."""
    if tokens[index - 1].kind == "variable":
        return index >= 2 and tokens[index - 2].text.upper() == "VALUES"
    if tokens[index - 1].text != ")":
        return False
    begin = index - 2
    while begin >= 0 and tokens[begin].kind == "variable":
        begin -= 1
    return begin >= 1 and tokens[begin].text == "(" and tokens[begin - 1].text.upper() == "VALUES"
