"""The SPARQL 1.1 Graph Store HTTP Protocol at /graph-store: one graph at a time, read, replaced, added to, removed.

A graph is named by ``?graph=IRI``, or is the one whose IRI is the address itself (``/graph-store/…``);
``?default`` is the store's own default graph, whatever a query's default graph is.

References:
    https://www.w3.org/TR/sparql11-http-rdf-update/
"""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request

from kg.errors import InputError, QueryError
from kg.graph.answers import GRAPH_FORMATS
from kg.graph.query_text import Term, check_query
from kg.graph.question import Question
from kg.graph.update_text import confine, read_update, refuse_graphs
from kg.graph.writing import (
    RDF_TYPES,
    Document,
    GraphNotFound,
    GraphPatch,
    GraphRemoval,
    GraphWrite,
    NewGraph,
    Update,
    Write,
)
from server.answering import Visit
from server.authorisation import require_token
from server.errors import NotAcceptable, UnsupportedMediaType
from server.negotiation import choose_graph, read_format
from server.parameters import decode
from server.sharing import share
from server.site import Site
from server.update import UPDATE

_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH")
_MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Target:
    """Which graph a request is about.

    Attributes:
        graph: Its IRI; None for the default graph.
        address: What relative IRIs in its documents are resolved against.
    """

    graph: str | None
    address: str


def graph_store_blueprint(site: Site) -> Blueprint:
    """Return the addresses of a site's graphs."""
    blueprint = Blueprint("graph_store", __name__)

    @blueprint.route("/graph-store", methods=_METHODS)
    @blueprint.route("/graph-store/", methods=_METHODS)
    @blueprint.route("/graph-store/<path:name>", methods=_METHODS)
    def graph_store(name: str = "") -> Response:
        if request.method not in ("GET", "HEAD"):
            require_token(site)
        target = find_target(name)
        if target is None:
            return _make(site)
        if request.method in ("GET", "HEAD"):
            return _read(site, target)
        return _change(site, target)

    @blueprint.after_request
    def open_to_pages(response: Response) -> Response:
        return share(site, response, _METHODS)

    return blueprint


def find_target(name: str) -> Target | None:
    """Return the graph that the address names; None for a POST that asks for a new one.

    Raises:
        InputError: When it names none, or two.
    """
    graphs, is_default = request.args.getlist("graph"), "default" in request.args
    if name:
        if graphs or is_default:
            raise InputError("the graph is named twice", where="graph", remedy="by the address or by ?graph=, not both")
        return Target(request.base_url, request.base_url)
    if len(graphs) + is_default > 1:
        raise InputError("more than one graph is named", where="graph", remedy="name one, or ?default")
    if is_default:
        return Target(None, request.base_url)
    if graphs:
        try:
            Term("uri", graphs[0]).as_sparql()
        except QueryError as error:
            raise InputError(error.what, where="graph", remedy=error.remedy) from error
        return Target(graphs[0], graphs[0])
    if request.method == "POST":
        return None
    raise InputError("no graph is named", where="graph", remedy="name one with ?graph=IRI, or ?default")


def _read(site: Site, target: Target) -> Response:
    if wanted := request.args.get("format"):
        name: str | None = read_format(wanted, is_graph=True)
    else:
        name = choose_graph(request.headers.get("Accept", ""))
    if name is None or name not in GRAPH_FORMATS:
        accepted = ", ".join(GRAPH_FORMATS.values())
        raise NotAcceptable("a graph is given as RDF", where="Accept", remedy=f"accept {accepted}")
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    if target.graph is not None:
        graph = Term("uri", target.graph).as_sparql()
        if not site.pool.query(f"ASK {{ GRAPH {graph} {{}} }}").truth():
            raise GraphNotFound("there is no graph of this name", where=target.graph, remedy="make it with PUT or POST")
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    question = Question(check_query(query), name, ("",) if target.graph is None else None)
    response = Visit(site, question).answer()
    if (media_type := GRAPH_FORMATS[name]).startswith("text/"):
        response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    return response


def _make(site: Site) -> Response:
    """Put what was sent into a graph of its own, whose IRI is its address here."""
    address = request.base_url.rstrip("/")
    outcome = site.write(NewGraph(f"{address}/", _read_documents(address)))
    response = Response(status=201)
    response.headers["Location"] = outcome.graph or address
    return response


def _change(site: Site, target: Target) -> Response:
    write: Write
    if request.method == "DELETE":
        write = GraphRemoval(target.graph)
    elif request.method == "PATCH":
        write = _read_patch(target)
    else:
        documents = _read_documents(target.address)
        write = GraphWrite(target.graph, documents, is_replacing=request.method == "PUT")
    outcome = site.write(write)
    response = Response(status=201 if outcome.is_new else 204)
    if outcome.is_new and outcome.graph:
        response.headers["Location"] = request.url if "graph" in request.args else outcome.graph
    return response


def _read_patch(target: Target) -> Write:
    if request.mimetype != UPDATE:
        raise UnsupportedMediaType(f"a patch is a SPARQL update, not {_sent()}", where="Content-Type", remedy=UPDATE)
    text = decode(request.get_data(cache=False), "update")
    operations = read_update(text)
    if target.graph is None:
        for operation in operations:
            refuse_graphs(text, operation)
        return Update(text, target.address)
    return GraphPatch(target.graph, Update(confine(text, operations, target.graph), target.address))


def _read_documents(base_iri: str) -> tuple[Document, ...]:
    """Return the RDF of the body, or of its parts.

    Raises:
        UnsupportedMediaType: When it is of a kind that is not read.
        InputError: When a form has no part.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("no compressed body is read here", where="Content-Encoding", remedy="send it plain")
    if request.mimetype != _MULTIPART:
        body = request.get_data(cache=False)
        return (_document(body, request.mimetype, request.mimetype_params, base_iri, "body"),)
    parts = [
        _document(part.read(), part.mimetype, part.mimetype_params, base_iri, part.filename or name)
        for name, part in request.files.items(multi=True)
    ]
    if not parts:
        raise InputError("the form has no file", where="body", remedy="send each document as a file with its type")
    return tuple(parts)


def _document(body: bytes, media_type: str, parameters: Mapping[str, str], base_iri: str, where: str) -> Document:
    if media_type not in RDF_TYPES:
        raise UnsupportedMediaType(
            f"{media_type or 'a body without Content-Type'} is not read as RDF here",
            where=where,
            remedy=f"send {', '.join(sorted(RDF_TYPES))}",
        )
    charset = parameters.get("charset", "utf-8")
    try:
        name = codecs.lookup(charset).name
        if name not in ("utf-8", "ascii") and media_type != "application/rdf+xml":
            body = body.decode(name).encode()
    except (LookupError, UnicodeError) as problem:
        raise InputError(f"this is no text in {charset}", where=where, remedy="send UTF-8") from problem
    return Document(body, media_type, base_iri, where)


def _sent() -> str:
    return request.mimetype or "a body without Content-Type"
