"""``?thing dip:matches "words"`` in a query: found in the search index, and given to the engine as VALUES.

The engine knows no such predicate: a pattern that names it is replaced before the query runs by what the search
finds. It must be a pattern of its own with a variable and a string, so that the replacement is sure to mean the same.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from kg.errors import QueryError
from kg.graph.query_text import Term, Token, position, read_prefixes, tokenize
from ontology import DIP

MOST_MATCHES = 10_000
"""Things that one pattern may stand for; more is an error, never fewer."""

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_CONTROLS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def expand_search(text: str, find: Callable[[str], Sequence[str]], prefixes: Mapping[str, str]) -> str:
    """Replace each search pattern of a query by the things that it finds.

    Args:
        text: SPARQL query text.
        find: Gives the IRIs that some words find; asked for one more than ``MOST_MATCHES`` at most.
        prefixes: Prefixes that the query need not declare.

    Raises:
        QueryError: When a pattern is not of the one form, or finds too much.

    Example:
        >>> from ontology import PREFIXES
        >>> expand_search('ASK { ?s dip:matches "صلح" ; dip:act ?act }', lambda words: ["http://x/1"], PREFIXES)
        'ASK { VALUES ?s { <http://x/1> } ?s dip:act ?act }'
    """
    if "matches" not in text:
        return text
    tokens = list(tokenize(text))
    known = {**prefixes, **read_prefixes(tokens)}
    pieces, done = [], 0
    for index, token in enumerate(tokens):
        if not _is_search(token, known):
            continue
        before, subject, words, after = (
            tokens[at] if 0 <= at < len(tokens) else None for at in (index - 2, index - 1, index + 1, index + 2)
        )
        if not (
            before is not None
            and before.text in ("{", "}", ".")
            and subject is not None
            and subject.kind == "variable"
            and words is not None
            and words.kind == "string"
            and after is not None
            and after.text in ("}", ".", ";")
        ):
            raise QueryError(
                "dip:matches stands in a pattern of its own, between a variable and a string",
                where=position(text, token.begin),
                remedy='write ?thing dip:matches "words" . as the first pattern about ?thing',
            )
        found = find(_read_string(words.text))
        if len(found) > MOST_MATCHES:
            raise QueryError(
                f"more than {MOST_MATCHES} things match",
                where=position(text, words.begin),
                remedy="give more or rarer words",
            )
        values = " ".join(Term("uri", iri).as_sparql() for iri in found)
        pieces += [text[done : subject.begin], f"VALUES {subject.text} {{ {values} }}"]
        done = words.begin + len(words.text)
        if after.text == ";":
            pieces.append(f" {subject.text}")
            done = after.begin + 1
    return "".join([*pieces, text[done:]])


def _is_search(token: Token, prefixes: Mapping[str, str]) -> bool:
    if token.kind == "iri":
        return token.text[1:-1] == str(DIP.matches)
    prefix, colon, local = token.text.partition(":")
    return token.kind == "name" and bool(colon) and prefixes.get(prefix, "") + local == str(DIP.matches)


def _read_string(written: str) -> str:
    r"""Return what a string stands for.

    Example:
        >>> print(_read_string(r"'''a\u0062\"'''"))
        ab"
    """
    quotes = 3 if written[:3] in ('"""', "'''") and len(written) >= 6 else 1

    def unescape(match: re.Match[str]) -> str:
        sign = match.group(1)
        return chr(int(sign[1:], 16)) if len(sign) > 1 else _CONTROLS.get(sign, sign)

    return _ESCAPE.sub(unescape, written[quotes:-quotes])
