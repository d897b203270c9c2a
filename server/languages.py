"""The two languages of the pages: which one a reader gets, and its words."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from flask import request

Language = Literal["fa", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DIRECTIONS = {"fa": "rtl", "en": "ltr"}

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_PERSIAN_LETTER = re.compile(r"[\u0620-\u06ff]")
_LATIN_LETTER = re.compile(r"[A-Za-z]")


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

    def starting(self, beginning: str) -> dict[str, str]:
        """Return the words of the keys that begin so, by the rest of their keys."""
        return {key.removeprefix(beginning): word for key, word in self._words.items() if key.startswith(beginning)}

    def find(self, key: str) -> str:
        """Return the word of a key, or nothing."""
        return self._words.get(key, "")


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
    """Write a text's digits and decimal points as its readers do; for dates and fractions.

    Example:
        >>> write_digits("2019-07-15", "fa"), write_digits("0.805", "fa")
        ('۲۰۱۹-۰۷-۱۵', '۰٫۸۰۵')
    """
    return _POINT.sub("٫", text).translate(_PERSIAN_DIGITS) if language == "fa" else text


def foreign_tongue(text: str, language: Language) -> str:
    """Return the language of a name that is not of the page's, by its letters; nothing where it is.

    Example:
        >>> foreign_tongue("ایران", "en"), foreign_tongue("Iran", "en"), foreign_tongue("Iran", "fa")
        ('fa', '', 'en')
    """
    is_persian = bool(_PERSIAN_LETTER.search(text))
    if language == "en":
        return "fa" if is_persian else ""
    return "en" if not is_persian and _LATIN_LETTER.search(text) else ""
