"""What frames every page, that of an error too: the reader's language and theme, words, numbers and dates."""

from typing import Any
from urllib.parse import urlencode

from flask import request
from markupsafe import Markup, escape

from kg.graph.query_text import Term
from server.assets import built
from server.dates import write_date
from server.explanations import explain
from server.languages import DIRECTIONS, Language, foreign_tongue, load_words, write_digits, write_number
from server.structured_data import node, structure, web_address

THEMES = ("light", "dark")


def frame(language: Language) -> dict[str, Any]:
    """Return what the templates need whatever they show."""
    other: Language = "en" if language == "fa" else "fa"

    def number(value: Term | int | float | None) -> str:
        return write_number(int(str(value or 0)), language)

    def date(value: Term | str | None) -> Markup:
        text = str(value or "")
        machine = text.partition("/")[0]
        return (
            Markup('<time datetime="{}">{}</time>').format(machine, write_date(text, language)) if text else Markup("")
        )

    def bdi(text: str | None) -> Markup:
        tongue = foreign_tongue(text or "", language)
        told = Markup(' lang="{}"').format(tongue) if tongue else ""
        return Markup("<bdi{}>{}</bdi>").format(told, text)

    def counted(value: Term | int | None, key: str, *, is_bold: bool = False) -> Markup:
        count = int(str(value or 0))
        what = words[f"{key}_one"] if count == 1 else words[key]
        shown = Markup("<strong>{}</strong> {}" if is_bold else "{} {}")
        return shown.format(write_number(count, language), what)

    def month_head(value: str) -> Markup:
        shown, _, beside = write_date(value, language).partition(" (")
        told = Markup(' <small class="beside">{}</small>').format(beside.rstrip(")")) if beside else ""
        return escape(shown) + told

    words = load_words(language)
    theme = request.cookies.get("theme", "")
    return {
        "language": language,
        "direction": DIRECTIONS[language],
        "words": words,
        "bdi": bdi,
        "counted": counted,
        "number": number,
        "date": date,
        "plain_date": lambda value: write_date(str(value), language),
        "month_head": month_head,
        "in_words": lambda value: explain(str(value), language),
        "digits": lambda value: write_digits(str(value), language),
        "other_language": other,
        "other_address": in_language(other),
        "same_address": in_language(language),
        "theme": theme if theme in THEMES else "",
        "built": built,
        "structured": structure,
        "node": node,
        "web_address": web_address,
        "is_page": request.path.startswith(("/fa", "/en")),
        "host": request.host_url.rstrip("/"),
    }


def in_language(language: Language) -> str:
    """Return the address of the same page in a language."""
    first, _, rest = request.path.lstrip("/").partition("/")
    query = request.args.to_dict(flat=False)
    if first in ("fa", "en"):
        address = f"/{language}/{rest}"
    else:
        address, query = request.path, {**query, "lang": [language]}
    return f"{address}?{urlencode(query, doseq=True, safe='/:')}" if query else address
