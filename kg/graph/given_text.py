"""How much of an article's words is given out: the one place that decides it.

``full`` gives all; ``excerpt`` the title, the statements and a little around them; ``none`` no word of the article.
What is withheld stands as «…»: in an excerpt one for each code point, so that offsets stay true and every query
finds what it would find, only not the words. Whatever gives text out takes it from here: the server from a
snapshot in which nothing else can be found (see ``kg.graph.snapshot``), exports as they are written.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, get_args

import pyoxigraph as ox
from rdflib.namespace import DCTERMS

from kg.errors import InputError
from kg.graph.iris import ONTOLOGY_GRAPH
from kg.graph.search import KINDS, Kind
from kg.graph.terms import to_named
from kg.graph.triples import NIF
from ontology import DIP

Policy = Literal["full", "excerpt", "none"]
POLICIES: Final[tuple[Policy, ...]] = get_args(Policy)
"""How much is given out, from all to nothing."""

WITHHELD: Final = "…"
"""What stands for words that are not given out."""

_RUN = re.compile(f"{WITHHELD}(?:[\\r\\n]*{WITHHELD})+")

AROUND: Final = 60
"""Code points that an excerpt gives before and after a statement, at most, cut at a space."""

TEXT: Final = to_named(NIF.isString)
WORDS: Final = frozenset(map(to_named, (DCTERMS.title, DIP.content, DIP.cue, NIF.anchorOf, DIP.sharedWords)))
"""The properties whose values are words of an article, besides its text."""

_REPORTED_IN, _BEGIN, _END = to_named(DIP.reportedIn), to_named(DIP.begin), to_named(DIP.end)
_TITLE = to_named(DCTERMS.title)
_ONTOLOGY = to_named(ONTOLOGY_GRAPH)


def read_policy(name: str) -> Policy:
    """Return the policy of that name.

    Raises:
        InputError: When there is none.
    """
    for policy in POLICIES:
        if policy == name:
            return policy
    raise InputError(f"{name!r} is no way to give text out", where="TEXT", remedy=f"give one of {', '.join(POLICIES)}")


def searchable(policy: Policy) -> tuple[Kind, ...]:
    """Return what may be found by its words: what is not given out cannot be guessed at by searching, either.

    Example:
        >>> searchable("excerpt"), searchable("none")
        (('statement', 'article', 'thing'), ('thing',))
    """
    return ("thing",) if policy == "none" else KINDS


def excerpt(text: str, spans: Iterable[tuple[int, int]], *, title: str | None = None) -> str:
    r"""Return the text with everything withheld but its title, the spans and a little around them.

    It keeps its length and its lines.

    Example:
        >>> text = "سرخط\nنخست " + "سخن " * 30 + "او گفت راه باز است."
        >>> len(excerpt(text, [(len(text) - 12, len(text) - 1)], title="سرخط")) == len(text)
        True
    """
    given = bytearray(len(text))
    if title and text.startswith(title):
        given[: len(title)] = b"\x01" * len(title)
    for begin, end in spans:
        first, last = _widen(text, begin, end)
        given[first:last] = b"\x01" * (last - first)
    return "".join(c if is_given or c in "\r\n" else WITHHELD for c, is_given in zip(text, given, strict=True))


def abridge(text: str) -> str:
    r"""Return a text as people read it: what is withheld is one «…», however much it is.

    Example:
        >>> abridge("………\n…… گفت راه باز است ……")
        '… گفت راه باز است …'
    """
    return _RUN.sub(WITHHELD, text)


def _widen(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return the span with a little around it, from after a space to before one."""
    first, last = max(0, begin - AROUND), min(len(text), end + AROUND)
    if first > 0:
        space = text.find(" ", first, begin)
        first = begin if space < 0 else space + 1
    if last < len(text):
        space = text.rfind(" ", end, last)
        last = end if space < 0 else space
    return first, last


def give(quads: Iterable[ox.Quad], engine: ox.Store, policy: Policy) -> Iterator[ox.Quad]:
    """Yield quads with their text as the policy gives it out.

    Args:
        quads: Of that store, in any order.
        engine: Where an article's statements are looked up.
        policy: How much is given out.
    """
    if policy == "full":
        yield from quads
        return
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and quad.graph_name != _ONTOLOGY:
            if quad.predicate == TEXT:
                yield _with_text(quad, given_text(quad, engine, policy))
                continue
            if policy == "none" and quad.predicate in WORDS:
                yield _with_text(quad, WITHHELD)
                continue
        yield quad


def given_text(quad: ox.Quad, engine: ox.Store, policy: Policy) -> str:
    """Return the text that a quad holds as the policy gives it out."""
    text = quad.object.value  # type: ignore[union-attr]  # callers hand quads of literals
    if policy == "full":
        return text
    if policy == "none":
        return WITHHELD
    article = quad.subject
    spans = [span for statement in _statements_in(article, engine) for span in _span(statement, engine)]
    titles = [found.object.value for found in engine.quads_for_pattern(article, _TITLE, None, None)]  # type: ignore[union-attr]
    return excerpt(text, spans, title=titles[0] if titles else None)


def _statements_in(article: object, engine: ox.Store) -> Sequence[ox.NamedNode | ox.BlankNode]:
    found = engine.quads_for_pattern(None, _REPORTED_IN, article, None)  # type: ignore[arg-type]
    return [quad.subject for quad in found if not isinstance(quad.subject, ox.Triple)]


def _span(statement: ox.NamedNode | ox.BlankNode, engine: ox.Store) -> Iterator[tuple[int, int]]:
    begins = [quad.object.value for quad in engine.quads_for_pattern(statement, _BEGIN, None, None)]  # type: ignore[union-attr]
    ends = [quad.object.value for quad in engine.quads_for_pattern(statement, _END, None, None)]  # type: ignore[union-attr]
    for begin, end in zip(begins, ends, strict=False):
        yield max(0, int(begin)), max(0, int(end))


def _with_text(quad: ox.Quad, text: str) -> ox.Quad:
    former = quad.object
    assert isinstance(former, ox.Literal)
    literal = ox.Literal(text, language=former.language) if former.language else ox.Literal(text)
    return ox.Quad(quad.subject, quad.predicate, literal, quad.graph_name)
