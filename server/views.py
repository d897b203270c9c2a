"""How a page is made: its language, its words, its names, and the template that shows them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import make_response, render_template, request
from flask.wrappers import Response

from kg.graph.iris import is_local_path
from server.framing import frame
from server.languages import Language
from server.reader import Names, Reader, Solution
from server.site import Site
from server.takeaway import Listing


def show(
    site: Site,
    template: str,
    language: Language,
    *,
    names: Names | None = None,
    listing: Listing | None = None,
    status: int = 200,
    **values: Any,
) -> Response:
    """Return a page.

    Args:
        site: The site.
        template: Its file in templates.
        language: The reader's.
        names: Labels of the things on it.
        listing: The queries that give the page's data.
        status: Of the answer.
        values: What the template shows.
    """
    shown = names or Names()
    framed = frame(language)

    def kind_of(iri: str) -> str:
        """Say what a thing is, and of one that a single article knows, in which."""
        path = iri.removeprefix(site.base)
        kind = path.split("/")[2] if is_local_path(path) and path.count("/") > 2 else path.partition("/")[0]
        article = shown.labels.get(article_of(iri, site.base))
        return " · ".join(filter(None, (framed["words"].find(kind), article and f"«{article}»")))

    page = render_template(
        template,
        **framed,
        name=shown,
        kind_of=kind_of,
        is_graph_empty=lambda: Reader(site).is_empty(),
        link=lambda iri: site.page_address(iri, language),
        pair=lambda who, toward: pair_address(site, language, who, toward),
        base=site.base,
        listing=listing,
        format_address=format_address,
        page_address=turn_page,
        policy=site.settings.text,
        **values,
    )
    response = make_response(page, status)
    response.vary.update(("Accept", "Cookie"))
    return response


def article_of(iri: str, base: str) -> str:
    """Return the article that alone knows a thing; nothing for what stands by itself.

    Example:
        >>> article_of("https://w3id.org/mavaze/id/article/1f/person/envoy", "https://w3id.org/mavaze/id/")
        'https://w3id.org/mavaze/id/article/1f'
    """
    path = iri.removeprefix(base)
    return base + "/".join(path.split("/")[:2]) if is_local_path(path) and path.count("/") > 2 else ""


def pair_address(site: Site, language: Language, who: str, toward: str) -> str:
    """Return the address of the page about what one said about another."""
    paths = [iri.removeprefix(site.base) if iri.startswith(site.base) else iri for iri in (who, toward)]
    return f"/{language}/on?{urlencode({'who': paths[0], 'toward': paths[1]}, safe='/:')}"


def format_address(name: str) -> str:
    """Return the address of this page's data in a format."""
    query = request.args.to_dict(flat=False) | {"format": [name]}
    query.pop("page", None)
    return f"{request.path}?{urlencode(query, doseq=True, safe='/:')}"


def turn_page(number: int) -> str:
    """Return the address of another page of the same list."""
    query = request.args.to_dict(flat=False) | {"page": [str(number)]}
    return f"{request.path}?{urlencode(query, doseq=True, safe='/:')}"


def label_cells(reader: Reader, solutions: Sequence[Solution], language: Language, limit: int = 2000) -> Names:
    """Return names for the things in a result table; beyond the limit they show their IRIs."""
    iris = dict.fromkeys(term.value for row in solutions for term in row.values() if term.kind == "uri")
    return reader.names(list(iris)[:limit], language)
