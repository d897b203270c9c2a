"""What errors say, in the reader's language: English sentences with blanks, and Persian ones in their place."""

import re
from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape

from server.languages import Language, foreign_tongue, write_digits

_BLANK = re.compile(r"\\?\{(\w+)\\?\}")
_PIECE = re.compile(r"\{(\w+)\}|`([^`]+)`")
_NUMBER = re.compile(r"[\d.,]+")
_WORDS = ("address", "first", "second")
"""Blanks in which a single word stands."""

_SENTENCES = ("reason", "why")
"""Blanks in which a sentence may stand that has a row of its own."""


def explain(text: str, language: Language) -> Markup:
    """Write what an error says for a page; what has no Persian words yet, as a parser's own, is quoted in English.

    Example:
        >>> print(explain("wait 20 seconds", "fa"))
        ۲۰ ثانیه صبر کنید
        >>> print(explain("wait <b>", "en"))
        <bdi>wait &lt;b&gt;</bdi>
    """
    if language == "en":
        return Markup("<bdi>{}</bdi>").format(text)
    return _translate(text) or _quote(text)


@cache
def _rows() -> tuple[tuple[re.Pattern[str], str], ...]:
    lines = files("server").joinpath("translations", "errors.tsv").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines[1:]]
    # What says most by itself is tried first.
    pairs.sort(key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[0])))
    return tuple((re.compile(_BLANK.sub(_match, re.escape(english)), re.DOTALL), persian) for english, persian in pairs)


def _match(blank: re.Match[str]) -> str:
    return rf"(?P<{blank[1]}>{r'[^ ]+' if blank[1] in _WORDS else '.+?'})"


def _translate(text: str) -> Markup:
    for pattern, persian in _rows():
        if found := pattern.fullmatch(text):
            return _fill(persian, found)
    return Markup("")


def _fill(persian: str, found: re.Match[str]) -> Markup:
    shown, end = Markup(""), 0
    for piece in _PIECE.finditer(persian):
        blank, code = piece.groups()
        shown += escape(persian[end : piece.start()])
        shown += Markup('<bdi dir="ltr">{}</bdi>').format(code) if code else _value(found[blank], blank)
        end = piece.end()
    return shown + escape(persian[end:])


def _value(text: str, blank: str) -> Markup:
    if _NUMBER.fullmatch(text):
        return escape(write_digits(text, "fa"))
    return (_translate(text) if blank in _SENTENCES else Markup("")) or _quote(text)


def _quote(text: str) -> Markup:
    if foreign_tongue(text, "fa"):
        return Markup('<bdi lang="en" dir="ltr">{}</bdi>').format(text)
    return Markup("<bdi>{}</bdi>").format(text)
