"""Annotation that stands apart from its texts: offsets and names, no sentence of an article.

The texts of the news belong to their agencies and stay where they are; what readers marked in them is ours to give.
Each line of ``data/annotations`` names an article by its identifier and the digest of its text, and marks it by
offsets: Unicode code points in the text as read, ends exclusive. Joined with the texts it is gold in the annotation
guide's format.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.errors import InputError

ANNOTATIONS = Path(__file__).parents[2] / "data" / "annotations"
JUDGED = ANNOTATIONS / "judged"
"""Articles of which only some statements are annotated, and of these acts and stances alone."""

Record = dict[str, Any]


def join(annotations: Path, corpus: Path) -> Iterator[Record]:
    """Yield annotated articles in the guide's format, in the order of the annotation.

    Args:
        annotations: A file or folder of annotation without texts (``.jsonl``).
        corpus: The articles with their texts, one JSON object a line, gzipped.

    Raises:
        InputError: When a file cannot be read, or an article is missing or not the one that was annotated.
    """
    texts = {article["id"]: article for article in _lines(corpus)}
    for file in sorted(annotations.glob("*.jsonl")) if annotations.is_dir() else [annotations]:
        for marks in _lines(file):
            article = texts.get(marks["id"])
            if article is None or digest_of_text(article["text"]) != marks["digest"]:
                what = f"the article {marks['id']} is {'missing' if article is None else 'another text'}"
                raise InputError(what, where=str(corpus), remedy="give the articles that were annotated")
            yield _with_text(marks, article)


def part(gold: Mapping[str, Any]) -> Record:
    """Return the annotation of an article without its text.

    Args:
        gold: An annotated article in the guide's format.

    Raises:
        ValueError: When a form or cue that it lists is not in the text.

    Example:
        >>> gold = {"id": "1", "text": "ظریف گفت: نه", "entities": [
        ...     {"id": "e1", "name": "ظریف", "type": "person", "qid": None, "mentions": ["ظریف"]}],
        ...     "statements": [{"speaker": "e1", "on_behalf_of": None, "begin": 10, "end": 12, "cue": "گفت",
        ...     "act": "announce", "stances": [], "within": None}]}
        >>> part(gold)["entities"][0]["mentions"], part(gold)["statements"][0]["cue"]
        ([[0, 4]], [5, 8])
    """
    text = gold["text"]
    entities = [
        {
            "id": entity["id"],
            "name": _span(text, entity["name"]) if entity["name"] in text else entity["name"],
            "type": entity["type"],
            "qid": entity["qid"],
            "mentions": [_span(text, form) for form in entity["mentions"]],
        }
        for entity in gold["entities"]
    ]
    statements = [{**s, "cue": s["cue"] and _span(text, s["cue"])} for s in gold["statements"]]
    return {"id": gold["id"], "digest": digest_of_text(text), "entities": entities, "statements": statements}


def digest_of_text(text: str) -> str:
    """Return the digest by which an annotated text is known again."""
    return sha256(text.encode()).hexdigest()[:16]


def _with_text(marks: Record, article: Record) -> Record:
    text = article["text"]

    def words(span: Any) -> Any:
        return text[span[0] : span[1]] if isinstance(span, list) else span

    entities = [
        {**entity, "name": words(entity["name"]), "mentions": [words(span) for span in entity["mentions"]]}
        for entity in marks["entities"]
    ]
    statements = [{**statement, "cue": words(statement["cue"])} for statement in marks["statements"]]
    return {**article, "entities": entities, "statements": statements}


def _span(text: str, form: str) -> list[int]:
    begin = text.index(form)
    return [begin, begin + len(form)]


def _lines(file: Path) -> Iterator[Record]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read: {error}", where=str(file)) from error
