"""What was found in an annotated article beside what is annotated there."""

import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from kg.errors import InputError
from kg.evaluation.alignment import fold_name, is_same, overlap
from kg.evaluation.gold import read_gold
from kg.evaluation.score import outlet_of
from kg.extract.coreference import Cluster, entity_of
from kg.extract.pipeline import Reading
from kg.extract.reading import ReadSentence
from kg.model import Entity, Extraction

_SAME_CONTENT = 0.5
_LONGEST_FORM = 14


def read_annotated(path: Path) -> list[Extraction]:
    """Read annotated articles, sorted by identifier.

    Raises:
        InputError: When the file cannot be read, breaks the format, or has statements of fewer than two outlets: how
            weights fare on an outlet that they have not seen could not be told.
    """
    articles = sorted(read_gold(path), key=lambda extraction: extraction.article.id)
    outlets = {outlet_of(extraction) for extraction in articles if extraction.statements}
    if len(outlets) < 2:
        told = f"annotated statements of two outlets are needed, and {len(outlets)} has any"
        raise InputError(told, where=str(path), remedy="add annotated articles; an identifier begins with its outlet")
    return articles


def read_judged(path: Path | None) -> list[Extraction]:
    """Read articles of which only some statements are annotated, sorted by identifier; none without a file.

    Raises:
        InputError: When the file cannot be read or breaks the format.
    """
    return [] if path is None else sorted(read_gold(path), key=lambda extraction: extraction.article.id)


def align(
    reading: Reading, gold: Extraction, fits: Callable[[int, int], bool] = lambda found, annotated: True
) -> dict[int, int]:
    """Pair what was found with the annotated statement that it shares most with, one to one.

    Args:
        reading: What was found.
        gold: What is annotated.
        fits: Whether an attribution and a statement, by index, may be a pair at all.
    """
    pairs = sorted(
        (-overlap(content.attribution.content, statement.content), i, j)
        for i, content in enumerate(reading.contents)
        for j, statement in enumerate(gold.statements)
        if fits(i, j)
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for share, i, j in pairs:
        if -share >= _SAME_CONTENT and i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


class Namesakes:
    """Gold's identifiers of what was found in one article."""

    def __init__(self, gold: Extraction) -> None:
        self.entities = gold.entities
        self.known: dict[int, str] = {}

    def of(self, cluster: Cluster) -> str:
        """Return gold's identifier, or the folded name behind «?» where gold has no such entity."""
        if id(cluster) not in self.known:
            entity = entity_of(cluster, "?")
            self.known[id(cluster)] = self._namesake(entity) or "?" + fold_name(entity.name)
        return self.known[id(cluster)]

    def _namesake(self, entity: Entity) -> str | None:
        exact = (e for e in self.entities if fold_name(e.name) == fold_name(entity.name))
        alike = (e for e in self.entities if is_same(entity, e))
        return next((e.id for e in (*exact, *alike)), None)


def outermost_forms(read: ReadSentence, forms: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and last token of each annotated form in a sentence that no longer one holds.

    Args:
        read: The sentence.
        forms: Folded names and mentions.
    """
    tokens = read.sentence.tokens
    reach = -1
    for begin in range(len(tokens)):
        letters, end = "", -1
        for index in range(begin, min(len(tokens), begin + _LONGEST_FORM)):
            letters += fold_name(tokens[index].form)
            if tokens[index].is_word and letters in forms:
                end = index
        if end > reach:
            reach = end
            yield begin, end


def digest_of(articles: Iterable[Extraction]) -> str:
    """Return a digest of annotated articles."""
    digest = sha256()
    for extraction in articles:
        digest.update(json.dumps(extraction.as_record(), ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()[:16]
