"""What stands in an article's text and is none of its content: agency marks, codes, labels, links, hashtags, bullets.

Nothing is taken out of a text that is given out again: ``blank`` makes extraction see spaces in its place, so that
every offset stays. Only what reads a page or a feed, and so makes the text itself, leaves it out (``remove``).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from kg.language.dates import find_dates
from kg.language.normalize import NormalizedText, normalize
from kg.lexicon.tables import read_table
from kg.model import Span

KINDS = ("end", "label", "byline", "links", "line")

_LONGEST_LABEL = 100
_LONGEST_BYLINE = 45
_LONGEST_LINK = 150
_MOST_LINKS = 12
_FEW_WORDS = r"[^\n]{0,60}?"
_LINE = re.compile(r"[^\n]+")
_FINAL = tuple(".!؟?…»")
_BULLET = r"\u2022\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
_BULLETS = re.compile(f"[{_BULLET}]")
_LEAD = rf"[\s{_BULLET}*/|>«\[(+\-–—]*"
_CODE = r"[\d*/+\\.|:ـ_\-–—,،\s]"
_ADDRESS = r"(?:https?://|www\.|t\.me/)\S+|@[A-Za-z_]\w*|\w+(?:\.\w+)*\.(?:ir|com|org|net)(?:/\S*)?"
_NO_WORDS = re.compile(rf"(?:{_CODE}|[{_BULLET}]|[#@]\S+|{_ADDRESS})+")
_HASHTAG = re.compile(r"#[^\W_]+(?:_[^\W_]+)*")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?|[\d\s:،,|/\-–—()]|ساعت|تاریخ|انتشار|دقیقه|به وقت|تهران|شنبه|جمعه")


def find_boilerplate(text: str) -> list[Span]:
    """Find what is no content, in text order, none overlapping another.

    Args:
        text: A normalized text.

    Raises:
        LexiconError: When a row of ``boilerplate.tsv`` is wrong.

    Example:
        >>> text = "سخنگو گفت: نه. انتهای پیام/ 12"
        >>> [span.of(text) for span in find_boilerplate(text)]
        ['انتهای پیام/ 12']
    """
    found: list[Span] = []
    links = 0  # how many more lines may be links of a list
    for line in _LINE.finditer(text):
        begin, words = line.start(), line.group()
        stripped = words.strip()
        if not stripped:
            links = 0
        elif _opens_links(stripped):
            links = _MOST_LINKS
            found.append(Span(*line.span()))
        elif (links and _is_link(stripped)) or _is_no_content(stripped):
            links = max(0, links - 1)
            found.append(Span(*line.span()))
        else:
            links = 0
            found += _inside(words, begin)
    return found


def blank(normalized: NormalizedText) -> NormalizedText:
    """Put spaces in the place of what is no content.

    Example:
        >>> blank(normalize("🔹 سخنگو گفت: نه.")).text
        '  سخنگو گفت: نه.'
    """
    text = normalized.text
    for span in find_boilerplate(text):
        text = text[: span.begin] + " " * (span.end - span.begin) + text[span.end :]
    return normalized if text is normalized.text else replace(normalized, text=text)


def remove(text: str) -> str:
    r"""Leave out what is no content, and the lines that nothing is left of.

    Example:
        >>> remove("سخنگو گفت: نه.\nانتهای پیام/\n#تهران")
        'سخنگو گفت: نه.'
    """
    normalized = normalize(text)
    kept = text
    for span in reversed(find_boilerplate(normalized.text)):
        raw = normalized.raw_span(span.begin, span.end)
        kept = kept[: raw.begin] + " " + kept[raw.end :]
    return "\n".join(line.strip() for line in kept.split("\n") if line.strip())


def _opens_links(line: str) -> bool:
    return bool(_pattern("links").fullmatch(line))


def _is_link(line: str) -> bool:
    return len(line) <= _LONGEST_LINK and not line.endswith(_FINAL)


def _is_no_content(line: str) -> bool:
    if _NO_WORDS.fullmatch(line) or _pattern("line").fullmatch(line):
        return True
    if len(line) <= _LONGEST_LABEL and _pattern("label").match(line):
        return True
    if len(line) <= _LONGEST_BYLINE and not line.endswith(_FINAL) and _pattern("byline").match(line):
        return True
    return is_date_line(line) or bool(_pattern("end").match(line))


def is_date_line(line: str) -> bool:
    """Whether a line tells a day, perhaps with its time, and nothing else.

    Example:
        >>> is_date_line("دوشنبه 24 تیر 1398 - 10:30"), is_date_line("وی 24 تیر 1398 رفت")
        (True, False)
    """
    if len(line) > 60 or not any(map(str.isdigit, line)):
        return False
    dates = find_dates(line, None)
    for found in reversed(dates):
        line = line[: found.span.begin] + line[found.span.end :]
    return bool(dates) and not _TIME.sub("", line).strip()


def _inside(line: str, begin: int) -> Iterator[Span]:
    """Yield what is no content in a line that has some: bullets, the signs of hashtags, the mark of the end."""
    end = _pattern("end").search(line)
    reached = end.start() if end else len(line)
    signs = {match.start() for match in _BULLETS.finditer(line, 0, reached)}
    for hashtag in _HASHTAG.finditer(line, 0, reached):
        signs |= {place for place in range(*hashtag.span()) if line[place] in "#_"}
    for place in sorted(signs):
        yield Span(begin + place, begin + place + 1)
    if end:
        yield Span(begin + reached, begin + len(line))


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    phrases = "|".join(sorted(_phrases()[kind], key=lambda phrase: (-len(phrase), phrase)))
    if kind == "end":
        # The mark itself, then nothing but a code, or a slash and whatever follows: «انتهای پیام/ر», «انتهای پیام 12».
        code = rf"{_CODE}*(?:[^\W\d_]{{1,3}}{_CODE}*){{0,3}}"
        return re.compile(rf"(?:^{_LEAD}|(?<![\w])[/\\(]*)(?:{phrases})\)?(?:\s*[/\\*+].*|{code})$")
    if kind in ("label", "byline"):
        return re.compile(rf"{_LEAD}(?:{phrases})\s*(?:[:：/|]|،\s*\S|\d)")
    return re.compile(rf"{_LEAD}(?:{phrases})[\s:：.!»\])*/+…|{_BULLET}]*")


@cache
def _phrases() -> dict[str, list[str]]:
    phrases: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for row in read_table("boilerplate.tsv", ("phrase", "kind")):
        parts = [normalize(part.strip()).text for part in row["phrase"].split("…")]
        words = [r"[ \u200c]?".join(map(re.escape, part.split())) for part in parts]
        phrases[row.one_of("kind", KINDS)].append(_FEW_WORDS.join(words))
    return phrases
