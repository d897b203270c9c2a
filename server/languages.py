"""The two languages of the pages: which one a reader gets, and its words."""

import json
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from flask import request

Language = Literal["fa", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DIRECTIONS = {"fa": "rtl", "en": "ltr"}

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


class Words:
    """A language's words by key, and nothing else: to a template, ``words.copy`` is a word and no method.

    Args:
        words: The words.
    """

    __slots__ = ("_words",)

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words

    def __getitem__(self, key: str) -> str:
        """Return the word of a key.

        Raises:
            KeyError: When there is none.
        """
        return self._words[key]


@cache
def load_words(language: Language) -> Words:
    """Return a language's words by key.

    Example:
        >>> load_words("en")["copy"]
        'Copy'
    """
    text = files("server").joinpath("translations", f"{language}.json").read_text(encoding="utf-8")
    return Words(json.loads(text))


def readers_language() -> Language:
    """Return the language of the address, else of the page read last, else of the browser, else Persian."""
    first = request.path.lstrip("/").partition("/")[0]
    for language in LANGUAGES:
        if language == first:
            return language
    if request.args.get("lang") in LANGUAGES:
        return "en" if request.args["lang"] == "en" else "fa"
    if request.cookies.get("language") in LANGUAGES:
        return "en" if request.cookies["language"] == "en" else "fa"
    return "en" if request.accept_languages.best_match(["fa", "en"], default="fa") == "en" else "fa"


def write_number(number: int, language: Language) -> str:
    """Write a number as its readers do.

    Example:
        >>> write_number(12345, "fa"), write_number(12345, "en")
        ('۱۲٬۳۴۵', '12,345')
    """
    grouped = f"{number:,}"
    return grouped.replace(",", "٬").translate(_PERSIAN_DIGITS) if language == "fa" else grouped


def write_digits(text: str, language: Language) -> str:
    """Write a text's digits as its readers do; for dates.

    Example:
        >>> write_digits("2019-07-15", "fa")
        '۲۰۱۹-۰۷-۱۵'
    """
    return text.translate(_PERSIAN_DIGITS) if language == "fa" else text
