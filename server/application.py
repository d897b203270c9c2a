"""The Flask app over one store."""

import os
from os import PathLike
from pathlib import Path

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from kg.errors import InputError
from kg.graph.pool import QueryPool
from kg.guarded_http import Outlet
from server.assets import tell_what_is_missing
from server.compression import compress
from server.entities import entities_blueprint
from server.errors import install_error_handlers
from server.export import export_blueprint
from server.federation import Gateway, open_outlet
from server.graph_store import graph_store_blueprint
from server.logs import log_requests
from server.operations import operations_blueprint
from server.pages import pages_blueprint
from server.parameters import EncodedQuery
from server.reconciliation import reconciliation_blueprint
from server.settings import Settings, read_settings
from server.site import Site, open_pool, open_writer
from server.sparql_protocol import sparql_blueprint
from server.update import update_blueprint
from server.vocabulary import vocabulary_blueprint
from server.void import void_blueprint

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create_app(
    store: str | PathLike[str] | QueryPool | None = None,
    settings: Settings | None = None,
    *,
    outlet: Outlet | None = None,
) -> Flask:
    """Return the app that serves a store, for any WSGI server.

    Args:
        store: The store's folder, or a pool over it (which its owner closes); MAVAZE_STORE by default.
        settings: The operator's choices; the environment's by default.
        outlet: The way out for SERVICE and LOAD; by default what the settings open.

    Raises:
        StoreError: When there is no store.
        InputError: When none is named.
    """
    settings = settings or read_settings()
    store = store or os.environ.get("MAVAZE_STORE")
    if not store:
        raise InputError("no store is named", where="MAVAZE_STORE", remedy="set it to the store's folder")
    pool = store if isinstance(store, QueryPool) else open_pool(Path(store), settings)
    site = Site(pool, settings, open_writer(pool, settings))
    gateway = Gateway(site, outlet or open_outlet(settings))
    app = Flask("server", static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=settings.body_limit, MAX_FORM_MEMORY_SIZE=settings.body_limit)
    app.extensions["mavaze"] = site
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for blueprint in (
        operations_blueprint(site),
        vocabulary_blueprint(site),
        export_blueprint(site),
        sparql_blueprint(site, gateway),
        update_blueprint(site, gateway),
        graph_store_blueprint(site),
        void_blueprint(site),
        reconciliation_blueprint(site),
        pages_blueprint(site),
        entities_blueprint(site),
    ):
        app.register_blueprint(blueprint)
    install_error_handlers(app)
    tell_what_is_missing()

    app.wsgi_app = EncodedQuery(app.wsgi_app)  # type: ignore[method-assign]
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, *([settings.proxies] * 3)
        )
    if settings.access_log == "on":
        log_requests(app)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.extend(_HEADERS)
        if (times := g.get("query_times")) is not None:
            waited, ran = times.waited * 1000, times.ran * 1000
            response.headers["Server-Timing"] = f"queue;dur={waited:.1f}, query;dur={ran:.1f}"
        return compress(request, response)

    return app


def site_of(app: Flask) -> Site:
    """Return the site that an app of ours serves."""
    site: Site = app.extensions["mavaze"]
    return site
