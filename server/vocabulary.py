"""/ontology: the vocabulary itself, as a page or as data; its namespace on the web leads here.

The page is made of the Turtle (``server.pages.documents``). What belongs to the ontology stands below it: the
alignments, the speech acts, the shapes, and the context of the JSON-LD.
"""

import json
from functools import cache

from flask import Blueprint, Response, redirect, request

from kg.graph.answers import GRAPH_FORMATS
from ontology import context, load
from server.errors import NotAcceptable, NotFound
from server.languages import readers_language
from server.negotiation import HTML, choose_graph, read_suffix
from server.sharing import share
from server.site import Site
from server.void import RDFLIB_NAMES

_PARTS = {"": ("mavaze", "acts", "alignments"), **{name: (name,) for name in ("acts", "alignments", "shapes")}}


def vocabulary_blueprint(site: Site) -> Blueprint:
    """Return the addresses of the vocabulary."""
    blueprint = Blueprint("vocabulary", __name__)

    @blueprint.route("/ontology")
    @blueprint.route("/ontology.<suffix>")
    @blueprint.route("/ontology/<any(acts, alignments, shapes):part>")
    @blueprint.route("/ontology/<any(acts, alignments, shapes):part>.<suffix>")
    def ontology(part: str = "", suffix: str = "") -> Response:
        if suffix:
            name = read_suffix(suffix, is_graph=True)
            if name is None:
                raise NotFound("there is no such format", where=suffix, remedy="ask /ontology")
        else:
            name = choose_graph(request.headers.get("Accept", ""), has_page=not part)
        if name == HTML:
            response = redirect(f"/{readers_language()}/ontology", 303)
            response.vary.update(("Accept", "Accept-Language", "Cookie"))
            assert isinstance(response, Response)
            return response
        if name is None:
            raise NotAcceptable(
                "the ontology is given as a page or as RDF", where="Accept", remedy="accept text/turtle"
            )
        media_type = GRAPH_FORMATS[name]
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        response = Response(_write(part, name), content_type=media_type + charset)
        response.vary.add("Accept")
        return response

    @blueprint.route("/ontology/context.jsonld")
    def json_context() -> Response:
        body = json.dumps({"@context": context()}, ensure_ascii=False, indent=1)
        return Response(body + "\n", content_type="application/ld+json")

    @blueprint.route("/act")
    def acts() -> Response:
        """Give the speech acts, whose namespace is their own, where the ontology is."""
        response = redirect("/ontology", 303)
        assert isinstance(response, Response)
        return response

    @blueprint.after_request
    def open_to_pages(response: Response) -> Response:
        return share(site, response, ["GET", "HEAD"])

    return blueprint


@cache
def _write(part: str, name: str) -> str:
    return load(*_PARTS[part]).serialize(format=RDFLIB_NAMES[name])
