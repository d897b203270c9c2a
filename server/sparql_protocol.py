"""The SPARQL 1.1 Protocol at /sparql: a query by GET or POST, its answer in the format asked for.

References:
    https://www.w3.org/TR/sparql11-protocol/
"""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from kg.errors import QueryError
from kg.graph.answers import GRAPH_FORMATS
from kg.graph.query_text import QueryText, check_query
from kg.graph.question import Question
from server.answering import Visit, read_seconds, refuse_long
from server.errors import NotAcceptable, UnsupportedMediaType
from server.federation import Gateway
from server.languages import readers_language
from server.negotiation import HTML, choose_graph, choose_solutions, read_format, wants_page
from server.pages.query import query_page, result_page
from server.parameters import FORM, decode, read_parameters
from server.service_description import describe_service
from server.sharing import share
from server.site import Site

_QUERY = "application/sparql-query"
_EXTENSIONS = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "rdfxml": "rdf"}


@dataclass(frozen=True, slots=True)
class ProtocolRequest:
    """What a request asks, whichever way it was sent.

    Attributes:
        query: The query text; None when there is none.
        default_graphs: ``default-graph-uri`` parameters; None without any dataset parameter.
        named_graphs: ``named-graph-uri`` parameters, likewise.
        format: The ``format`` or ``output`` parameter.
        timeout: The ``timeout`` parameter.
    """

    query: str | None
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str | None
    timeout: str | None = None


def read_request(
    method: str, media_type: str, arguments: MultiDict[str, str], form: MultiDict[str, str], body: bytes
) -> ProtocolRequest:
    """Read a protocol request; pure.

    Args:
        method: GET or POST.
        media_type: Of the body, without parameters.
        arguments: The address's parameters.
        form: The body's, when it is a form.
        body: The body, when it is a query.

    Raises:
        QueryError: When there are several queries, or an update.
        InputError: When the query is not UTF-8.
        UnsupportedMediaType: When the body is of another kind.
    """
    if method != "POST":
        parameters, queries = arguments, arguments.getlist("query")
    elif media_type == FORM:
        # The dataset may stand in the address as well.
        parameters = MultiDict([*arguments.items(multi=True), *form.items(multi=True)])
        queries = form.getlist("query")
        if not queries and "update" not in form:
            raise QueryError("the form has no query", where="query", remedy="send query=…")
    elif media_type == _QUERY:
        parameters, queries = arguments, [decode(body, "query")]
    else:
        raise UnsupportedMediaType(
            f"a body of type {media_type or 'unknown'} is not read here",
            where="Content-Type",
            remedy=f"send {FORM} or {_QUERY}",
        )
    if "update" in parameters:
        raise QueryError("this address answers queries and takes no update", where="update", remedy="send query=…")
    if len(queries) > 1:
        raise QueryError("there is more than one query", where="query", remedy="send one at a time")
    default, named = parameters.getlist("default-graph-uri"), parameters.getlist("named-graph-uri")
    has_dataset = bool(default or named)
    return ProtocolRequest(
        query=queries[0] if queries else None,
        default_graphs=tuple(default) if has_dataset else None,
        named_graphs=tuple(named) if has_dataset else None,
        format=parameters.get("format") or parameters.get("output") or None,
        timeout=parameters.get("timeout") or None,
    )


def sparql_blueprint(site: Site, gateway: Gateway) -> Blueprint:
    """Return the endpoint of a site."""
    blueprint = Blueprint("sparql", __name__)

    @blueprint.route("/sparql", methods=["GET", "POST"])
    @blueprint.route("/sparql.<suffix>", methods=["GET", "POST"])
    def sparql(suffix: str | None = None) -> Response:
        body = request.get_data(cache=False)
        asked = read_request(
            request.method,
            request.mimetype,
            read_parameters(request.query_string),
            read_parameters(body) if request.mimetype == FORM else MultiDict(),
            body,
        )
        if asked.query is None:
            return _without_query(site)
        return _answer(site, gateway, asked if suffix is None else replace(asked, format=suffix), asked.query)

    @blueprint.after_request
    def open_to_pages(response: Response) -> Response:
        return share(site, response, ["GET", "HEAD", "POST"])

    return blueprint


def _without_query(site: Site) -> Response:
    """Give the query page to a person and the service description to a program."""
    accept = request.headers.get("Accept", "")
    if wants_page(accept):
        return query_page(site, readers_language())
    name = choose_graph(accept)
    if name is None:
        raise NotAcceptable("there is no query", where="query", remedy="send query=…, or accept an RDF format")
    body = describe_service(site, request.base_url, name)
    return Response(body, content_type=_content_type(GRAPH_FORMATS[name]))


def _answer(site: Site, gateway: Gateway, asked: ProtocolRequest, text: str) -> Response:
    refuse_long(site, text)
    query = check_query(gateway.resolve_query(text, request.base_url, asked.default_graphs, asked.named_graphs))
    question = Question(query, _choose(asked.format, query), asked.default_graphs, asked.named_graphs, request.base_url)
    if question.format == HTML:
        return result_page(site, text, readers_language(), question)
    response = Visit(site, question, read_seconds(asked.timeout)).answer()
    if response.status_code == 200:
        response.headers["Content-Type"] = _content_type(response.mimetype or "")
        name = _EXTENSIONS.get(question.format, question.format)
        response.headers["Content-Disposition"] = f'inline; filename="answer.{name}"'
    return response


def _choose(wanted: str | None, query: QueryText) -> str:
    """Return the format of an answer: the one that is named, else one that is accepted.

    Raises:
        InputError: When the one that is named is not written for this form of query.
        NotAcceptable: When none is accepted.
    """
    if wanted:
        return read_format(wanted, is_graph=query.gives_graph)
    choose = choose_graph if query.gives_graph else choose_solutions
    name = choose(request.headers.get("Accept", ""), has_page=request.method == "GET")
    if name is None:
        raise NotAcceptable(
            f"no format of a {query.form} answer fits the Accept header",
            where="Accept",
            remedy="accept application/sparql-results+json or text/turtle, by the query's form",
        )
    return name


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
