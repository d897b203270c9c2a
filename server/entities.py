"""/id/…: one thing as a page or as data, and its page in two languages."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, redirect, request

from kg.graph.answers import GRAPH_FORMATS
from kg.graph.query_text import Term
from ontology import PREFIXES
from server import page_queries
from server.errors import NotAcceptable, NotFound
from server.languages import LANGUAGES, Language, readers_language
from server.negotiation import HTML, choose_graph
from server.reader import DIP, Reader, mark
from server.site import Site
from server.views import show

SUFFIXES: Mapping[str, str] = {
    "ttl": "turtle",
    "jsonld": "jsonld",
    "nt": "ntriples",
    "rdf": "rdfxml",
    "trig": "trig",
    "nq": "nquads",
}
_ACTORS = frozenset(DIP + name for name in ("Person", "State", "Organization", "Group", "Topic"))
_PAGE_SIZE = 20


def entities_blueprint(site: Site) -> Blueprint:
    """Return the addresses of a site's things."""
    blueprint = Blueprint("entities", __name__)
    pages = EntityPages(site)

    @blueprint.route("/id/<path:path>")
    def identify(path: str) -> Response:
        stem, _, suffix = path.rpartition(".")
        if stem and suffix in SUFFIXES:
            return _data(site, stem, SUFFIXES[suffix])
        name = choose_graph(request.headers.get("Accept", ""), has_page=True)
        if name == HTML:
            _require(pages.reader.types(site.iri(path)) or _has_triples(site, site.iri(path)), path)
            response = redirect(site.page_address(site.iri(path), readers_language()), 303)
            response.vary.update(("Accept", "Accept-Language"))
            return _as_flask(response)
        if name is None:
            raise NotAcceptable("a thing is given as a page or as RDF", where="Accept", remedy="accept text/turtle")
        response = _data(site, path, name)
        suffix = next(end for end, known in SUFFIXES.items() if known == name)
        response.headers["Content-Location"] = f"{request.path}.{suffix}".encode().decode("latin-1")
        response.vary.add("Accept")
        return response

    @blueprint.route("/<any(fa, en):language>/<path:path>")
    def page(language: Language, path: str) -> Response:
        return pages.page(path, language)

    return blueprint


def _as_flask(response: object) -> Response:
    assert isinstance(response, Response)
    return response


def _require(found: object, path: str) -> None:
    if not found:
        raise NotFound("there is nothing of this name in the graph", where=path, remedy="start from /, or search there")


def _has_triples(site: Site, iri: str) -> bool:
    return site.pool.query(
        "ASK { ?thing ?property ?value }", parameters={"thing": Term("uri", iri)}, is_reserved=True
    ).truth()


def _data(site: Site, path: str, name: str) -> Response:
    iri = site.iri(path)
    is_article = path.startswith("article/") and path.count("/") == 1
    query = page_queries.ARTICLE_DATA if is_article else page_queries.DATA
    answer = site.pool.query(query, graph=name, parameters={"thing": Term("uri", iri)}, is_reserved=True)
    _require(answer.rows, path)
    media_type = GRAPH_FORMATS[name]
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    response = Response(answer.body, content_type=media_type + charset)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


class EntityPages:
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
        if language not in LANGUAGES:
            abort(404)
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
        (statement,) = self.reader.statements_of([iri])
        article = self.reader.ask(page_queries.ARTICLE, thing=Term("uri", statement.article))
        related = self.reader.ask(page_queries.RELATED, thing=Term("uri", iri))
        others = self.reader.statements_of(list(dict.fromkeys(found["other"].value for found in related)))
        by_iri = {other.iri: other for other in others}
        iris = [name for view in (statement, *others) for name in view.iris()]
        text = article[0]["text"].value if article else ""
        if article and "publisher" in article[0]:
            iris.append(article[0]["publisher"].value)
        return show(
            self.site,
            "statement.html",
            language,
            names=self.reader.names(iris, language),
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
            iri=iri,
            article=article,
            statements=statements,
            pieces=mark(article["text"].value if "text" in article else "", statements),
        )

    def _actor(self, iri: str, types: frozenset[str], language: Language) -> Response:
        page = max(1, request.args.get("page", 1, type=int))
        offset = (page - 1) * _PAGE_SIZE
        said = self.reader.statements(page_queries.SAID_BY, thing=iri, limit=_PAGE_SIZE + 1, offset=offset)
        about = self.reader.statements(page_queries.SAID_ABOUT, thing=iri, limit=_PAGE_SIZE + 1, offset=offset)
        thing = Term("uri", iri)
        stances_of = self.reader.ask(page_queries.STANCES_OF, thing=thing)
        stances_toward = self.reader.ask(page_queries.STANCES_TOWARD, thing=thing)
        offices = self.reader.ask(page_queries.TERMS_OF_OFFICE, thing=thing)
        properties = self.reader.ask(page_queries.PROPERTIES, thing=thing)
        iris = [name for view in (*said, *about) for name in view.iris()]
        iris += [row["other"].value for row in (*stances_of, *stances_toward)]
        iris += [term.value for row in offices for term in (row["person"], row["post"])]
        return show(
            self.site,
            "actor.html",
            language,
            names=self.reader.names([iri, *iris], language),
            iri=iri,
            kind=next((kind.removeprefix(DIP).lower() for kind in sorted(types & _ACTORS)), "actor"),
            said=said[:_PAGE_SIZE],
            about=about[:_PAGE_SIZE],
            has_more=len(said) > _PAGE_SIZE or len(about) > _PAGE_SIZE,
            page=page,
            stances_of=stances_of,
            stances_toward=stances_toward,
            offices=offices,
            same_as=_values(properties, PREFIXES["owl"] + "sameAs"),
            other_names=sorted({*_values(properties, PREFIXES["skos"] + "altLabel")}),
            positive=DIP + "inFavourOf",
        )

    def _post(self, iri: str, language: Language) -> Response:
        said = self.reader.statements(page_queries.SAID_FROM, thing=iri, limit=_PAGE_SIZE)
        holders = self.reader.ask(page_queries.TERMS_OF_OFFICE, thing=Term("uri", iri))
        iris = [name for view in said for name in view.iris()] + [row["person"].value for row in holders]
        return show(
            self.site,
            "post.html",
            language,
            names=self.reader.names([iri, *iris], language),
            iri=iri,
            said=said,
            holders=holders,
        )

    def _thing(self, iri: str, path: str, language: Language) -> Response:
        rows = self.reader.ask(page_queries.PROPERTIES, thing=Term("uri", iri))
        _require(rows, path)
        iris = [term.value for row in rows for term in row.values() if term.kind == "uri"]
        names = self.reader.names([iri, *iris], language)
        return show(self.site, "thing.html", language, names=names, iri=iri, rows=rows)


def _values(rows: list[dict[str, Term]], property: str) -> list[str]:
    return [row["value"].value for row in rows if row["property"].value == property]
