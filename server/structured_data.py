"""What a page says of itself to search engines: JSON-LD in the words of schema.org.

References:
    https://schema.org/
    https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents
"""

import json

from markupsafe import Markup

from kg.graph.query_text import Term

_ESCAPES = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&'"})


def structure(kind: str, iri: str | None = None, **properties: object) -> Markup:
    r"""Return the element that says what a page is about; properties without a value are left out.

    Example:
        >>> structure("Country", name="<Iran>", alternateName=[]).partition(", ")[2]
        Markup('"@type": "Country", "name": "\\u003cIran\\u003e"}</script>')
    """
    text = json.dumps({"@context": "https://schema.org", **node(kind, iri, **properties)}, ensure_ascii=False)
    return Markup(f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>')


def node(kind: str, iri: str | None = None, **properties: object) -> dict[str, object]:
    """Return a thing that stands within another.

    Example:
        >>> node("Person", name="", url=None)
        {'@type': 'Person'}
    """
    given = {name: value.value if isinstance(value, Term) else value for name, value in properties.items()}
    named = {"@type": kind} | ({"@id": iri} if iri else {})
    return named | {name: value for name, value in given.items() if value}


def web_address(value: Term | str | None) -> str | None:
    """Return an address that a browser may open; None for any other, such as a script.

    Example:
        >>> web_address("https://agency.example/1"), web_address("javascript:alert(1)")
        ('https://agency.example/1', None)
    """
    text = value.value if isinstance(value, Term) else value or ""
    return text if text.startswith(("http://", "https://")) else None
