"""Annotated articles in the annotation guide's JSON Lines, as extractions."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.language.dates import parse_date
from kg.model import Article, Entity, Extraction, Span, Stance, Statement


def read_gold(path: str | Path) -> list[Extraction]:
    """Read a file of annotated articles, gold or predicted, or all ``.jsonl`` files of a folder.

    Raises:
        InputError: When there is none, it cannot be read, or a line breaks the format.
    """
    if Path(path).is_dir():
        files = sorted(Path(path).glob("*.jsonl"))
        if not files:
            raise InputError("no annotated articles in the folder", where=str(path), remedy="give a .jsonl file")
        return [extraction for file in files for extraction in read_gold(file)]
    try:
        with Path(path).open(encoding="utf-8") as lines:
            return list(parse_gold(lines, str(path)))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path)) from error


def parse_gold(lines: Iterable[str], where: str) -> Iterator[Extraction]:
    """Read annotated articles, one JSON object a line.

    Raises:
        InputError: When a line breaks the format.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield to_extraction(json.loads(line))
            except KeyError as error:
                raise InputError(f"the field {error} is missing", where=f"{where}:{number}") from error
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                raise InputError(f"no annotated article: {error}", where=f"{where}:{number}") from error


def to_extraction(record: Mapping[str, Any]) -> Extraction:
    """Make an extraction of one annotated article; what the guide does not ask for may be absent.

    Raises:
        KeyError: When a field that the guide asks for is absent.
        ValueError: When a field breaks the model's invariants.

    Example:
        >>> record = {"id": "1", "text": "ظریف گفت: نه", "entities": [{"id": "e1", "name": "ظریف", "type": "person"}],
        ...     "statements": [{"speaker": "e1", "begin": 10, "end": 12, "act": "announce"}]}
        >>> to_extraction(record).statements[0].content
        Span(begin=10, end=12)
    """
    date = record.get("date")
    article = Article(
        id=str(record["id"]),
        text=record["text"],
        title=record.get("title"),
        published=parse_date(date) if date else None,
        publisher=record.get("publisher"),
        url=record.get("url"),
    )
    entities = tuple(
        Entity(e["id"], e["name"], e["type"], e.get("qid"), tuple(e.get("mentions", ())))
        for e in record.get("entities", ())
    )
    return Extraction(article, entities, tuple(_statement(s) for s in record.get("statements", ())))


def _statement(record: Mapping[str, Any]) -> Statement:
    speaker = record["speaker"]
    return Statement(
        speaker=speaker,
        content=Span(record["begin"], record["end"]),
        act=record["act"],
        cue=record.get("cue"),
        on_behalf_of=record.get("on_behalf_of"),
        within=record.get("within"),
        stances=tuple(
            Stance(speaker, s["target"], s["polarity"], s.get("confidence", 1.0), s.get("rule", ""))
            for s in record.get("stances") or ()
        ),
        confidence=record.get("confidence", 1.0),
        rule=record.get("rule", ""),
    )
