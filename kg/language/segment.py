"""Lines, sentences and tokens, with quotation marks told apart from sentence ends.

A sentence never ends inside «…», and never runs over the end of a line; an unclosed quotation mark ends
with its line. Offsets are those of the text as read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from statistics import median

from kg.language.normalize import NormalizedText, fold
from kg.model import Span

_TOKEN = re.compile(r"\d+(?:[.,/٫٬:]\d+)+|[^\W_]+(?:[\u200c'’_]+[^\W_]+)*|[^\w\s\u200c]|_")
QUOTATION_MARKS = {"«": "»", "“": "”", "‹": "›", "„": "”", '"': '"'}
"""Closing mark of each opening one."""
_CLOSING = frozenset(QUOTATION_MARKS.values())
_FINAL = frozenset(".!؟?…")
_GO_ON = frozenset(("و", "که", "اما", "را", "سپس"))
"""Behind a quotation they go on with the sentence that holds it."""
_WRAPPED_LINE_LENGTH = 110
_LONGEST_SENTENCE = 400
"""Tokens; what runs on longer is cut, so that reading stays linear on a text without full stops."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or punctuation mark.

    Attributes:
        begin: First code point in the text as read.
        end: One behind its last code point.
        form: The word as normalized, zero-width non-joiners kept.
        key: The word folded for comparison.
        depth: How many quotation marks are open around it; the marks themselves stand outside.
    """

    begin: int
    end: int
    form: str
    key: str
    depth: int

    @property
    def is_word(self) -> bool:
        """Whether it is a word or number rather than a mark."""
        return self.key[:1].isalnum()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its tokens.

    Attributes:
        span: From its first to its last token.
        tokens: Words and marks in text order; never empty.
        line: Number of its line among the lines that hold anything, from 0.
        is_closed: Whether it ends with a final mark (full stop, question mark …).
    """

    span: Span
    tokens: tuple[Token, ...]
    line: int
    is_closed: bool


def segment(normalized: NormalizedText) -> list[Sentence]:
    """Cut a text into sentences.

    A text that was wrapped to a fixed width is read as if its paragraphs were whole.

    Example:
        >>> from kg.language.normalize import normalize
        >>> text = "سفیر گفت: «می‌رویم. برمی‌گردیم.» او رفت.وی آمد"
        >>> [s.span.of(text) for s in segment(normalize(text))]
        ['سفیر گفت: «می‌رویم. برمی‌گردیم.»', 'او رفت.', 'وی آمد']
    """
    return [
        sentence
        for number, (begin, end) in enumerate(_lines(normalized.text))
        for sentence in _sentences(_tokens(normalized, begin, end), number)
    ]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text) if m.group().strip()]
    yield from _unwrapped(text, lines) if _is_wrapped(text, lines) else lines


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    if len(lines) < 8:
        return False
    lengths = [end - begin for begin, end in lines]
    unfinished = sum(not _ends_finally(text[begin:end]) for begin, end in lines)
    return 45 < median(lengths) < _WRAPPED_LINE_LENGTH and unfinished > 0.6 * len(lines) and max(lengths) < 160


def _ends_finally(line: str) -> bool:
    return line.rstrip(" »\"”)'")[-1:] in _FINAL | {":"}


def _unwrapped(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begin, widest = None, max(end - start for start, end in lines)
    for start, end in lines:
        begin = start if begin is None else begin
        if _ends_finally(text[start:end]) or end - start < 0.6 * widest:
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, lines[-1][1]


def _tokens(normalized: NormalizedText, begin: int, end: int) -> list[Token]:
    matches = list(_TOKEN.finditer(normalized.text, begin, end))
    depths = _depths([match.group() for match in matches])
    tokens = []
    for match, depth in zip(matches, depths, strict=True):
        form = match.group()
        span = normalized.raw_span(match.start(), match.end())
        tokens.append(Token(span.begin, span.end, form, fold(form) if form[0].isalnum() else form, depth))
    return tokens


def _depths(forms: list[str]) -> list[int]:
    """Return how many pairs of quotation marks stand around each token; a mark without its partner counts nothing."""
    changes = [0] * (len(forms) + 1)
    opened: list[tuple[int, str]] = []
    for index, form in enumerate(forms):
        partner = next((place for place in range(len(opened) - 1, -1, -1) if opened[place][1] == form), None)
        if partner is not None:
            changes[opened[partner][0] + 1] += 1
            changes[index] -= 1
            del opened[partner:]
        elif form in QUOTATION_MARKS:
            opened.append((index, QUOTATION_MARKS[form]))
    return list(accumulate(changes[:-1]))


def _sentences(tokens: list[Token], line: int) -> Iterator[Sentence]:
    first = 0
    for index, token in enumerate(tokens):
        if index >= first and token.form in _FINAL and token.depth == 0 and _is_final(tokens, index):
            last = index
            while last + 1 < len(tokens) and tokens[last + 1].form in _FINAL | {")"}:
                last += 1
            yield _sentence(tokens[first : last + 1], line, is_closed=True)
            first = last + 1
        elif index - first >= _LONGEST_SENTENCE or (index >= first and _closes_final_quotation(tokens, index)):
            yield _sentence(tokens[first : index + 1], line, is_closed=True)
            first = index + 1
    if first < len(tokens):
        yield _sentence(tokens[first:], line, is_closed=False)


def _sentence(tokens: list[Token], line: int, *, is_closed: bool) -> Sentence:
    return Sentence(Span(tokens[0].begin, tokens[-1].end), tuple(tokens), line, is_closed)


def _is_final(tokens: list[Token], index: int) -> bool:
    """Whether the mark ends a sentence: not in «U.S.», after an initial («م. رضایی») or a list number."""
    if tokens[index].form != ".":
        return True
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if before is None:
        return False
    touches = after is not None and after.begin == tokens[index].end
    if touches and after is not None and after.form.isascii() and after.is_word and before.form.isascii():
        return False
    is_initial = len(before.form) == 1 and before.form.isalpha()
    is_list_number = index == 1 and before.form.isdigit()
    return not (is_initial or is_list_number) or after is None


def _closes_final_quotation(tokens: list[Token], index: int) -> bool:
    """Whether a quotation that ends with a final mark closes here and something new begins behind it."""
    if tokens[index].form not in _CLOSING or tokens[index].depth or index == 0:
        return False
    if tokens[index - 1].form not in _FINAL or tokens[index - 1].depth == 0:
        return False
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.is_word and following.key not in _GO_ON
