"""How a page is made: its language, its words, its names, and the template that shows them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import make_response, render_template, request
from flask.wrappers import Response

from kg.graph.query_text import Term
from server.languages import DIRECTIONS, Language, load_words, write_digits, write_number
from server.reader import Names, Reader, Solution
from server.site import Site


def show(site: Site, template: str, language: Language, *, names: Names | None = None, **values: Any) -> Response:
    """Return a page.

    Args:
        site: The site.
        template: Its file in templates.
        language: The reader's.
        names: Labels of the things on it.
        values: What the template shows.
    """
    other: Language = "en" if language == "fa" else "fa"
    words = load_words(language)

    def number(value: Term | int | None) -> str:
        return write_number(int(str(value or 0)), language)

    page = render_template(
        template,
        language=language,
        direction=DIRECTIONS[language],
        words=words,
        name=names or Names(),
        link=lambda iri: site.page_address(iri, language),
        number=number,
        date=lambda value: write_digits(str(value or ""), language),
        other_language=other,
        other_address=_in_language(other),
        base=site.base,
        **values,
    )
    response = make_response(page)
    response.vary.add("Accept")
    return response


def _in_language(language: Language) -> str:
    """Return the address of the same page in another language."""
    first, _, rest = request.path.lstrip("/").partition("/")
    query = request.args.to_dict(flat=False)
    if first in ("fa", "en"):
        address = f"/{language}/{rest}"
    else:
        address, query = request.path, {**query, "lang": [language]}
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def label_cells(reader: Reader, solutions: Sequence[Solution], language: Language, limit: int = 2000) -> Names:
    """Return names for the things in a result table; beyond the limit they show their IRIs."""
    iris = dict.fromkeys(term.value for row in solutions for term in row.values() if term.kind == "uri")
    return reader.names(list(iris)[:limit], language)
