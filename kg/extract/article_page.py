"""One article as a page with everything marked: statements, also those inside others, cues, sources, who is mentioned.

The page stands alone: no script, nothing is loaded from elsewhere.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from kg.extract.clusters import entity_of
from kg.extract.explanation import Finding, explain_finding, find_findings, mention_span
from kg.extract.pipeline import Reading, read
from kg.model import Entity, Extraction, Span

_DEEPEST = 3
_QUOTED = re.compile("«([^»]*)»")
_STYLE = """
body { font: 1.05rem/2 Vazirmatn, Tahoma, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c1c1c; background: #fff; }
article { white-space: pre-wrap; }
.d1 { background: #fff3c4; } .d2 { background: #ffd98a; } .d3 { background: #ffbd66; }
.cue { font-weight: bold; border-bottom: .2rem solid #8a2be2; }
.source { border-bottom: .2rem solid #0a7d4f; }
.person { color: #0a5c3b; } .state { color: #1a3fb0; } .organization { color: #8b3a00; }
.group { color: #6b2d86; } .topic { color: #5a5a00; }
sup { font-size: .65rem; line-height: 0; margin: 0 .1rem; } sup a { color: #b00020; text-decoration: none; }
.legend, .found { direction: ltr; text-align: left; font: .9rem/1.6 sans-serif; }
.legend span { padding: 0 .4rem; margin-right: .6rem; }
.found li { margin-bottom: .9rem; } .found p { margin: 0; }
.positive { color: #0a7d4f; } .negative { color: #b00020; }
:target { outline: .15rem solid #b00020; }
"""
_LEGEND = (
    ("d1", "statement"),
    ("d2", "inside a statement"),
    ("cue", "cue"),
    ("source", "source"),
    ("person", "person"),
    ("state", "state"),
    ("organization", "organization"),
    ("group", "group"),
    ("topic", "topic"),
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A stretch of text and what it is."""

    span: Span
    kind: str
    title: str = ""


def to_html(extraction: Extraction) -> str:
    """Return a page of an article in which each statement is marked and explained.

    Example:
        >>> from kg.extract import extract
        >>> from kg.model import Article
        >>> page = to_html(extract(Article("1", "سفیر هند گفت: راه باز است.")))
        >>> '<b class="cue">گفت</b>' in page, "<script" in page
        (True, False)
    """
    findings = find_findings(extraction)
    reading = findings[0].reading if findings else read(extraction.article)
    marks = sorted(
        set(_marks(extraction, findings, reading)), key=lambda m: (m.span.begin, -m.span.end, m.kind, m.title)
    )
    title = escape(extraction.article.title or extraction.article.id)
    legend = " ".join(f'<span class="{kind}">{name}</span>' for kind, name in _LEGEND)
    found = "".join(_item(extraction, finding) for finding in findings)
    return (
        '<!DOCTYPE html>\n<html lang="fa" dir="rtl">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<p class="legend" lang="en">{legend}</p>\n'
        f"<article>{''.join(_marked(extraction.article.text, findings, sorted(marks, key=_order)))}</article>\n"
        f'<ol class="found" lang="en">\n{found}</ol>\n</body>\n</html>\n'
    )


def _marks(extraction: Extraction, findings: Sequence[Finding], reading: Reading) -> Iterator[_Mark]:
    for finding in findings:
        if finding.statement.cue_span is not None:
            yield _Mark(finding.statement.cue_span, "cue")
        if finding.attribution is not None and finding.attribution.source is not None:
            yield _Mark(finding.span_of(finding.attribution.source), "source")
    entities = {(entity.name, entity.type): entity for entity in extraction.entities}
    for (sentence, first, last), cluster in reading.resolution.clusters.items():
        same = entity_of(cluster, "")
        entity = entities.get((same.name, same.type))
        if entity is not None:
            yield _Mark(mention_span(reading, sentence, first, last), entity.type, _called(entity))


def _marked(text: str, findings: Sequence[Finding], marks: Sequence[_Mark]) -> Iterator[str]:
    """Yield the text cut wherever a statement or a mark begins or ends, each piece in what it lies in."""
    opening: dict[int, list[Finding | _Mark]] = defaultdict(list)
    bounds = {0, len(text)}
    for finding in findings:
        opening[finding.statement.content.begin].append(finding)
        bounds |= {finding.statement.content.begin, finding.statement.content.end}
    for mark in marks:
        opening[mark.span.begin].append(mark)
        bounds |= {mark.span.begin, mark.span.end}
    statements: list[Finding] = []
    here: list[_Mark] = []
    for begin, end in pairwise(sorted(bounds)):
        statements = [one for one in statements if one.statement.content.end > begin]
        here = [one for one in here if one.span.end > begin]
        for one in opening[begin]:
            if isinstance(one, Finding):
                statements.append(one)
                yield f'<sup><a href="#s{one.number}" id="t{one.number}">{one.number}</a></sup>'
            else:
                here.append(one)
        yield _piece(text[begin:end], len(statements), here)


def _order(mark: _Mark) -> tuple[int, int, str, str]:
    """Longer marks come first, so that shorter ones lie inside them."""
    return mark.span.begin, -mark.span.end, mark.kind, mark.title


def _piece(words: str, depth: int, marks: Sequence[_Mark]) -> str:
    piece = escape(words)
    for mark in reversed(marks):
        title = f' title="{escape(mark.title)}"' if mark.title else ""
        tag = "b" if mark.kind == "cue" else "span"
        piece = f'<{tag} class="{mark.kind}"{title}>{piece}</{tag}>'
    return f'<span class="d{min(depth, _DEEPEST)}">{piece}</span>' if depth else piece


def _item(extraction: Extraction, finding: Finding) -> str:
    words = escape(finding.statement.content.of(extraction.article.text))
    lines = "".join(_line(line) for line in explain_finding(extraction, finding))
    return f'<li id="s{finding.number}"><a href="#t{finding.number}"><bdi dir="rtl">{words}</bdi></a>{lines}</li>\n'


def _line(line: str) -> str:
    """Return a line of the explanation, its Persian words kept apart from the English around them."""
    polarity = line.partition(" ")[0]
    kind = f' class="{polarity}"' if polarity in ("positive", "negative") else ""
    told = _QUOTED.sub(r"«<bdi>\1</bdi>»", escape(line))
    return f"<p{kind}>{told}</p>"


def _called(entity: Entity) -> str:
    return f"{entity.name} {entity.qid}" if entity.qid else entity.name
