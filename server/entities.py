"""/id/…: one thing as a page or as data."""

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, request

from kg.graph.answers import GRAPH_FORMATS
from kg.graph.query_text import Term
from server import page_queries
from server.errors import NotAcceptable, nothing_here
from server.languages import Language, readers_language
from server.negotiation import HTML, choose_graph
from server.pages.things import ThingPages
from server.site import Site

SUFFIXES: Mapping[str, str] = {
    "ttl": "turtle",
    "jsonld": "jsonld",
    "nt": "ntriples",
    "rdf": "rdfxml",
    "trig": "trig",
    "nq": "nquads",
}


def entities_blueprint(site: Site) -> Blueprint:
    """Return the addresses of a site's things."""
    blueprint = Blueprint("entities", __name__)
    pages = ThingPages(site)

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
        raise nothing_here(path)


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
