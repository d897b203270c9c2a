"""Which pages of other sites may ask an address (CORS)."""

from collections.abc import Iterable

from flask import Response, request

from server.site import Site
from server.varying import vary_by

_HOUR = "3600"


def share(site: Site, response: Response, methods: Iterable[str]) -> Response:
    """Let the operator's choice of origins ask, with the methods of an address.

    A token is never sent by a browser of its own accord, so that an open door to readers is none to writers.
    """
    vary_by(response, "Accept")
    if site.settings.cors:
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = site.settings.cors
        headers["Access-Control-Expose-Headers"] = "ETag, Location, Retry-After, Server-Timing"
        if request.method == "OPTIONS":  # asked before a request that a page may not send unasked
            headers["Access-Control-Allow-Methods"] = ", ".join(sorted({*methods, "OPTIONS"}))
            headers["Access-Control-Allow-Headers"] = "Accept, Authorization, Content-Type, If-None-Match, X-API-Key"
            headers["Access-Control-Max-Age"] = _HOUR
        if site.settings.cors != "*":
            vary_by(response, "Origin")
    return response
