"""The web face, a module for each group of pages."""

from flask import Blueprint

from server.pages import compare, documents, explore, feeds, home, on, preferences, query, questions, relations, topics
from server.site import Site

_GROUPS = (home, explore, on, compare, topics, relations, questions, query, documents, feeds, preferences)


def pages_blueprint(site: Site) -> Blueprint:
    """Return the pages of a site; those of single things are in ``server.entities``."""
    blueprint = Blueprint("pages", __name__)
    for group in _GROUPS:
        group.add_pages(blueprint, site)
    return blueprint
