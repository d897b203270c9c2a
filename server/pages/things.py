"""The page of one thing, by its class: a statement, an article, an actor or topic, an office, anything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Response, request

from kg.errors import QueryError
from kg.graph.query_text import Term
from kg.query import UnknownName
from ontology import PREFIXES, acts
from server import page_queries, relation_queries
from server.errors import nothing_here
from server.languages import Language
from server.pages.explore import find_candidates
from server.pages.home import read_page
from server.reader import DIP, Reader, Solution, mark
from server.site import Site
from server.statement_filter import StatementFilter, read_filter
from server.takeaway import Listing, declare, give_data
from server.views import article_of, show

_ACTORS = frozenset(DIP + name for name in ("Person", "State", "Organization", "Group", "Topic"))
_PAGE_SIZE = 20
_MOST_BARS = 36
"""Months that a chart shows."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: how many articles or statements are for something, and how many against."""

    month: str
    up: int
    down: int


class ThingPages:
    """The page of a thing, by its class.

    Args:
        site: The site that shows it.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.reader = Reader(site)

    def page(self, path: str, language: Language) -> Response:
        """Return the page of the thing at a path.

        Raises:
            NotFound: When the graph says nothing of it.
        """
        iri = self.site.iri(path)
        types = self.reader.types(iri)
        if DIP + "Statement" in types:
            return self._statement(iri, language)
        if DIP + "Article" in types:
            return self._article(iri, language)
        if types & _ACTORS:
            return self._actor(iri, types, language)
        if PREFIXES["org"] + "Post" in types:
            return self._post(iri, language)
        return self._thing(iri, path, language)

    def _statement(self, iri: str, language: Language) -> Response:
        listing = _about(iri)
        if (data := give_data(self.site, listing)) is not None:
            return data
        (statement,) = self.reader.statements_of([iri])
        article = self.reader.ask(page_queries.ARTICLE, thing=Term("uri", statement.article))
        related = self.reader.ask(page_queries.RELATED, thing=Term("uri", iri))
        others = self.reader.statements_of(list(dict.fromkeys(found["other"].value for found in related)))
        by_iri = {other.iri: other for other in others}
        text = article[0]["text"].value if article else ""
        return show(
            self.site,
            "statement.html",
            language,
            names=self.reader.names([name for view in (statement, *others) for name in view.iris()], language),
            listing=listing,
            iri=iri,
            statement=statement,
            article=article[0] if article else {},
            pieces=mark(text, [statement]),
            related=[
                (found["relation"].value, by_iri[found["other"].value])
                for found in related
                if found["other"].value in by_iri
            ],
        )

    def _article(self, iri: str, language: Language) -> Response:
        listing = Listing(
            declare(page_queries.ARTICLE_STATEMENTS.replace("?thing", Term("uri", iri).as_sparql())),
            declare(page_queries.ARTICLE_DATA.replace("?thing", Term("uri", iri).as_sparql())),
        )
        if (data := give_data(self.site, listing)) is not None:
            return data
        found = self.reader.ask(page_queries.ARTICLE, thing=Term("uri", iri))
        article = found[0] if found else {}
        statements = self.reader.statements(page_queries.IN_ARTICLE, thing=iri)
        iris = [name for statement in statements for name in statement.iris()]
        if "publisher" in article:
            iris.append(article["publisher"].value)
        return show(
            self.site,
            "article.html",
            language,
            names=self.reader.names([iri, *iris], language),
            listing=listing,
            iri=iri,
            article=article,
            statements=statements,
            pieces=mark(article["text"].value if "text" in article else "", statements),
        )

    def _actor(self, iri: str, types: frozenset[str], language: Language) -> Response:
        is_topic = types & _ACTORS == {DIP + "Topic"}
        role = "about" if request.args.get("role") == "about" or is_topic else "by"
        problem = None
        try:
            asked = read_filter(request.args, self.reader)
        except QueryError as error:
            problem, asked = error, StatementFilter()
        chosen = replace(asked, toward=iri) if role == "about" else replace(asked, who=iri)
        listing = chosen.listing(language)
        if (data := give_data(self.site, listing)) is not None:
            return data
        page = read_page()
        thing = Term("uri", iri)
        found = self.reader.newest(chosen, limit=_PAGE_SIZE + 1, offset=(page - 1) * _PAGE_SIZE)
        of_side = DIP + "State" in types
        stances_of = self.reader.ask(
            relation_queries.STANCES_OF_SIDE if of_side else relation_queries.STANCES_OF, thing=thing
        )
        stances_toward = self.reader.ask(relation_queries.STANCES_TOWARD, thing=thing)
        offices = self.reader.ask(page_queries.TERMS_OF_OFFICE, thing=thing)
        properties = self.reader.ask(page_queries.PROPERTIES, thing=thing)
        iris = [name for view in found for name in view.iris()] + chosen.things()
        iris += [row["other"].value for row in (*stances_of, *stances_toward)]
        iris += [term.value for row in offices for term in (row["person"], row["post"])]
        iris += [PREFIXES["act"] + act for act in acts()]
        candidates = find_candidates(self.reader, problem) if problem else []
        iris += [one for found, _ in candidates for one in (found, article_of(found, self.site.base))]
        iris.append(article_of(iri, self.site.base))
        names = self.reader.names([iri, *iris], language)
        return show(
            self.site,
            "actor.html",
            language,
            names=names,
            listing=listing,
            iri=iri,
            kind=next((kind.removeprefix(DIP).lower() for kind in sorted(types & _ACTORS)), "actor"),
            role=role,
            is_topic=is_topic,
            chosen=chosen,
            typed=request.args,
            acts=acts(),
            statements=found[:_PAGE_SIZE],
            has_more=len(found) > _PAGE_SIZE,
            page=page,
            stances_of=stances_of,
            stances_toward=stances_toward,
            months=to_bars(self.reader.ask(relation_queries.SIDE_MONTHS, thing=thing)),
            offices=offices,
            same_as=_values(properties, PREFIXES["owl"] + "sameAs"),
            other_names=other_names(properties, names(iri)),
            positive=DIP + "inFavourOf",
            problem=problem,
            candidates=candidates,
            unknown=problem.name if isinstance(problem, UnknownName) else "",
            origin=article_of(iri, self.site.base),
            status=problem.status if problem else 200,
        )

    def _post(self, iri: str, language: Language) -> Response:
        chosen = StatementFilter(who=iri)
        listing = chosen.listing(language)
        if (data := give_data(self.site, listing)) is not None:
            return data
        page = read_page()
        said = self.reader.newest(chosen, limit=_PAGE_SIZE + 1, offset=(page - 1) * _PAGE_SIZE)
        holders = self.reader.ask(page_queries.TERMS_OF_OFFICE, thing=Term("uri", iri))
        iris = [name for view in said for name in view.iris()] + [row["person"].value for row in holders]
        return show(
            self.site,
            "post.html",
            language,
            names=self.reader.names([iri, *iris], language),
            listing=listing,
            iri=iri,
            said=said[:_PAGE_SIZE],
            page=page,
            has_more=len(said) > _PAGE_SIZE,
            holders=holders,
        )

    def _thing(self, iri: str, path: str, language: Language) -> Response:
        rows = self.reader.ask(page_queries.PROPERTIES, thing=Term("uri", iri))
        if not rows:
            raise nothing_here(path)
        listing = _about(iri)
        if (data := give_data(self.site, listing)) is not None:
            return data
        iris = [term.value for row in rows for term in row.values() if term.kind == "uri"]
        names = self.reader.names([iri, *iris], language)
        return show(self.site, "thing.html", language, names=names, listing=listing, iri=iri, rows=rows)


def _about(iri: str) -> Listing:
    thing = Term("uri", iri).as_sparql()
    return Listing(
        declare(page_queries.PROPERTIES.replace("?thing", thing)), declare(page_queries.DATA.replace("?thing", thing))
    )


def to_bars(rows: Sequence[Solution]) -> list[Bar]:
    """Return the stances of the latest months that have any."""
    counts: dict[str, list[int]] = {}
    for row in rows:
        is_against = row["polarity"].value == DIP + "negative"
        counts.setdefault(row["month"].value, [0, 0])[is_against] += int(row["articles"].value)
    return latest_bars(counts)


def latest_bars(counts: Mapping[str, Sequence[int]]) -> list[Bar]:
    """Return the latest months of a count: how many for, and how many against, by month."""
    return [Bar(month, up, down) for month, (up, down) in sorted(counts.items())[-_MOST_BARS:]]


def other_names(rows: Sequence[Solution], shown: str) -> list[str]:
    """Return what a thing is called besides the name that is shown: its names in other languages, then the rest."""
    names = _values(rows, PREFIXES["skos"] + "prefLabel") + sorted(_values(rows, PREFIXES["skos"] + "altLabel"))
    return [name for name in dict.fromkeys(names) if name != shown]


def _values(rows: Sequence[Solution], property: str) -> list[str]:
    return [row["value"].value for row in rows if row["property"].value == property]
