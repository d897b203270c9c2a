"""What the pages show, read from the graph through the pool and given as types."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from kg.gazetteer import load
from kg.graph.answers import Answer
from kg.graph.given_text import WITHHELD, abridge
from kg.graph.query_text import Term
from kg.graph.search import Hit, Kind, read_names
from kg.matching import most_alike
from ontology import PREFIXES
from server import page_queries
from server.languages import Language, load_words
from server.result_cache import name_answer
from server.site import Site

DIP = PREFIXES["dip"]
Solution = dict[str, Term]
_THINGS: tuple[Kind, ...] = ("thing",)
_STATEMENTS: tuple[Kind, ...] = ("statement",)
_SIMILAR = 8
_RANKS = {"fa": 1, "en": 2}


@dataclass(frozen=True, slots=True)
class StanceView:
    """A stance as a page shows it."""

    iri: str
    holder: str
    target: str
    is_positive: bool


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement as a page shows it; people and things by IRI, None where the graph is silent."""

    iri: str
    speaker: str
    content: str
    article: str
    act: str | None = None
    cue: str | None = None
    begin: int = 0
    end: int = 0
    behalf: str | None = None
    post: str | None = None
    presumed: str | None = None
    addressee: str | None = None
    medium: str | None = None
    within: str | None = None
    said_on: str | None = None
    confidence: str | None = None
    rule: str | None = None
    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    stances: tuple[StanceView, ...] = ()

    def iris(self) -> list[str]:
        """Return everything that the page must name."""
        things = (self.speaker, self.article, self.act, self.behalf, self.post, self.presumed, self.addressee)
        targets = (iri for stance in self.stances for iri in (stance.holder, stance.target))
        return [iri for iri in (*things, self.medium, self.outlet, *targets) if iri]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an article's text, and which statements hold it, the outermost first."""

    text: str
    statements: tuple[int, ...]
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """Labels of things in one language."""

    labels: dict[str, str] = field(default_factory=dict)

    def __call__(self, iri: str | None) -> str:
        """Return the label, or the last part of the IRI made readable."""
        if iri is None:
            return ""
        return self.labels.get(iri) or iri.rstrip("/#").replace("#", "/").rpartition("/")[2].replace("-", " ")


class Selection(Protocol):
    """Which statements are wanted, as queries."""

    def select(self, limit: int, offset: int = 0) -> str:
        """Return the query for ``?statement``, the newest first."""

    def select_recent(self, limit: int, offset: int = 0) -> str:
        """Return the same query over the newest articles alone."""


class Reader:
    """Ask the graph for what a page needs.

    Args:
        site: The site whose graph is read.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def base(self) -> str:
        """Where the things' IRIs begin."""
        return self._site.base

    def query(self, text: str, *, solutions: str = "json", graph: str = "turtle") -> Answer:
        """Answer one query; what a `kg.query.Source` is asked."""
        return self._site.pool.query(text, solutions=solutions, graph=graph, is_reserved=True)

    def ask(self, query: str, **parameters: Term | Sequence[Term]) -> list[Solution]:
        """Return a query's solutions."""
        return self.answer(query, **parameters).solutions()

    def answer(self, query: str, **parameters: Term | Sequence[Term]) -> Answer:
        """Return the answer of a SELECT query: the one that is kept, else from the pool."""
        pool, cache = self._site.pool, self._site.cache
        key = name_answer("page", pool.version, query, sorted(parameters.items()))
        if (kept := cache.find(key)) is not None:
            return Answer("SELECT", "json", kept, 0)
        answer = pool.query(query, parameters=parameters, is_reserved=True)
        cache.keep(key, answer.body)
        return answer

    def newest(self, query: Selection, *, limit: int, offset: int = 0) -> list[StatementView]:
        """Return the newest statements of a selection: looked for in the newest articles first, then in all."""
        found = self.ask(query.select_recent(limit, offset))
        if len(found) < limit:
            found = self.ask(query.select(limit, offset))
        return self.statements_of([solution["statement"].value for solution in found])

    def counts(self) -> Solution:
        """Return how much is in the graph."""
        return self.ask(page_queries.COUNTS)[0]

    def is_empty(self) -> bool:
        """Whether no article is in the graph."""
        return self.counts()["articles"].value == "0"

    def types(self, iri: str) -> frozenset[str]:
        """Return a thing's classes."""
        return frozenset(solution["type"].value for solution in self.ask(page_queries.TYPES, thing=_uri(iri)))

    def is_outlet(self, iri: str) -> bool:
        """Whether a thing publishes articles."""
        return bool(self.ask(page_queries.IS_OUTLET, thing=_uri(iri)))

    def names(self, iris: Iterable[str | None], language: Language) -> Names:
        """Return the labels of things: in the language, else in the other one."""
        wanted = [_uri(iri) for iri in sorted({iri for iri in iris if iri and _is_iri(iri)})]
        if not wanted:
            return Names()
        labels: dict[str, str] = {}
        ranks: dict[str, int] = {}
        for solution in self.ask(page_queries.LABELS, thing=wanted):
            iri, label = solution["thing"].value, solution["label"]
            rank = 0 if label.language == language else _RANKS.get(label.language or "", 3)
            if rank < ranks.get(iri, 9):
                ranks[iri], labels[iri] = rank, label.value
        articles = self.base + "article/"
        untitled = [term for term in wanted if term.value.startswith(articles) and term.value not in labels]
        for solution in self.ask(page_queries.FIRST_WORDS, thing=untitled) if untitled else ():
            labels[solution["thing"].value] = _shorten(solution["label"].value)
        for iri in {term.value for term in wanted} - labels.keys():
            if known := self._name_unseen(iri, language):
                labels[iri] = known
        article = load_words(language)["article"]
        return Names({iri: article if label == WITHHELD else label for iri, label in labels.items()})

    def _name_unseen(self, iri: str, language: Language) -> str:
        """Return the name of what the gazetteer knows and no article here has named."""
        path = iri.removeprefix(self.base)
        if path == iri or path.startswith(("article/", "statement/")):
            return ""
        known = load().things.get(path) or load().posts.get(path)
        return (known.name_en if language == "en" else None) or known.name if known else ""

    def statements(
        self, query: str, *, limit: int = 20, offset: int = 0, thing: str | None = None
    ) -> list[StatementView]:
        """Return the statements that one of the page queries finds, in its order."""
        parameters = {} if thing is None else {"thing": _uri(thing)}
        text = query % {"limit": limit, "offset": offset} if "%(" in query else query
        return self.statements_of([solution["statement"].value for solution in self.ask(text, **parameters)])

    def statements_of(self, iris: Sequence[str]) -> list[StatementView]:
        """Return statements by their IRIs, in that order."""
        if not iris:
            return []
        wanted = [_uri(iri) for iri in iris]
        stances: dict[str, list[StanceView]] = {}
        for found in self.ask(page_queries.STANCES, statement=wanted):
            stances.setdefault(found["statement"].value, []).append(
                StanceView(
                    found["stance"].value,
                    found["holder"].value,
                    found["target"].value,
                    found["toward"].value == DIP + "inFavourOf",
                )
            )
        views: dict[str, StatementView] = {}
        for found in self.ask(page_queries.STATEMENTS, statement=wanted):
            iri = found["statement"].value
            texts = {name: term.value for name, term in found.items() if name not in ("statement", "begin", "end")}
            earliest = texts.pop("earliest", None)
            texts.setdefault("published", earliest or "")
            begin, end = (int(found[name].value) if name in found else 0 for name in ("begin", "end"))
            views.setdefault(
                iri, StatementView(iri=iri, begin=begin, end=end, stances=tuple(stances.get(iri, ())), **texts)
            )
        return [views[iri] for iri in iris if iri in views]

    def find_things(self, words: str, *, limit: int = 40, is_unfinished: bool = False) -> list[Hit]:
        """Return things in whose names the words stand, however they are spelt."""
        return self._site.pool.find(words, kinds=_THINGS, limit=limit, is_unfinished=is_unfinished)

    def find_similar(self, name: str) -> list[str]:
        """Return what has a name's words in its own; else what is called alike; else what has one of its words."""
        if hits := self.find_things(name, limit=_SIMILAR, is_unfinished=True):
            return [hit.iri for hit in hits]
        names = ((iri, text) for iri, text, _ in read_names(self._site.pool.path))
        if alike := most_alike(name, names, _SIMILAR):
            return alike
        for word in sorted(name.split(), key=len, reverse=True):
            if hits := self.find_things(word, limit=_SIMILAR, is_unfinished=True):
                return [hit.iri for hit in hits]
        return []

    def find_statements(self, words: str, *, limit: int, offset: int = 0) -> list[StatementView]:
        """Return statements that say the words, the best fitting first."""
        hits = self._site.pool.find(words, kinds=_STATEMENTS, limit=limit, offset=offset)
        return self.statements_of([hit.iri for hit in hits])


def mark(text: str, statements: Sequence[StatementView]) -> list[Piece]:
    """Cut a text where statements begin and end.

    Example:
        >>> outer = StatementView("s1", "a", "bcd", "x", begin=1, end=4)
        >>> inner = StatementView("s2", "b", "c", "x", begin=2, end=3)
        >>> [(piece.text, piece.statements) for piece in mark("abcde", [outer, inner])]
        [('a', ()), ('b', (0,)), ('c', (0, 1)), ('d', (0,)), ('e', ())]
    """
    spans = [(s.begin, min(s.end, len(text))) for s in statements]
    cuts = sorted({0, len(text), *(cut for span in spans if span[0] < span[1] for cut in span)})
    pieces = []
    for begin, end in pairwise(cuts):
        holding = [i for i, (first, last) in enumerate(spans) if first <= begin and end <= last]
        holding.sort(key=lambda i: (spans[i][0], -spans[i][1]))
        starting = tuple(i for i in holding if spans[i][0] == begin)
        pieces.append(Piece(abridge(text[begin:end]), tuple(holding), starting))
    return pieces


def _shorten(text: str, length: int = 60) -> str:
    """Cut a text's first line at a word.

    Example:
        >>> _shorten("one two three four", 12)
        'one two…'
    """
    line = text.strip().partition("\n")[0]
    return line if len(line) <= length else line[:length].rpartition(" ")[0] + "…"


def _uri(iri: str) -> Term:
    return Term("uri", iri)


def _is_iri(text: str) -> bool:
    return text.startswith(("http://", "https://")) and not any(sign in text for sign in ' <>"{}|^`\\')
