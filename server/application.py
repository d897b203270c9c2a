"""The Flask app over one store."""

from os import PathLike
from pathlib import Path

from flask import Blueprint, Flask, Response

from kg.graph.pool import QueryPool
from server.entities import entities_blueprint
from server.errors import install_error_handlers
from server.graph_store import graph_store_blueprint
from server.pages import pages_blueprint
from server.settings import Settings
from server.site import Site, open_pool, open_writer
from server.sparql_protocol import sparql_blueprint
from server.update import update_blueprint

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(store: str | PathLike[str] | QueryPool, settings: Settings | None = None) -> Flask:
    """Return the app that serves a store.

    Args:
        store: The store's folder, or a pool over it (which its owner closes).
        settings: The operator's choices.

    Raises:
        StoreError: When there is no store.
    """
    settings = settings or Settings()
    pool = store if isinstance(store, QueryPool) else open_pool(Path(store), settings)
    site = Site(pool, settings, open_writer(pool, settings))
    app = Flask("server", static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=settings.body_limit, MAX_FORM_MEMORY_SIZE=settings.body_limit)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for blueprint in (
        _plain_blueprint(),
        sparql_blueprint(site),
        update_blueprint(site),
        graph_store_blueprint(site),
        pages_blueprint(site),
        entities_blueprint(site),
    ):
        app.register_blueprint(blueprint)
    install_error_handlers(app)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


def _plain_blueprint() -> Blueprint:
    """Return the addresses that need no store."""
    blueprint = Blueprint("plain", __name__)

    @blueprint.route("/health")
    def health() -> Response:
        return Response('{"status": "ok"}\n', content_type="application/json")

    @blueprint.route("/ontology")
    def ontology() -> Response:
        from ontology import load

        response = Response(load().serialize(format="turtle"), content_type="text/turtle; charset=utf-8")
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return blueprint
