"""Proper names by a model that was learned from annotated articles: persons, places, organizations, events.

It finds the names that no list holds. Labels are B-<type> for a name's first token, I-<type> for the others and O;
the weights beside this package are made by ``kg.train``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, cast

from kg import gazetteer, lexicon
from kg.errors import LexiconError
from kg.extract.name_features import NameFeatures
from kg.language.segment import Sentence

NameType = Literal["person", "place", "organization", "event"]

OUTSIDE = "O"
MODEL = "names.crf"
_SHORTEST_SURNAME = 3


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name in a sentence.

    Attributes:
        sentence: Index of its sentence.
        first: Index of its first token.
        last: Index of its last token.
        type: What it is the name of; a state is a place.
        confidence: Probability of its least certain token.
    """

    sentence: int
    first: int
    last: int
    type: NameType
    confidence: float


class NameTagger:
    """Finds names with a trained model.

    Args:
        model: The weights' file.
        features: As the weights were trained with.

    Raises:
        LexiconError: When the file cannot be read.
    """

    def __init__(self, model: Path, features: NameFeatures) -> None:
        import pycrfsuite

        self._features = features
        self._tagger: Any = pycrfsuite.Tagger()
        try:
            self._tagger.open(str(model))
        except (OSError, ValueError) as error:
            remedy = "install mavaze again, or train it anew"
            raise LexiconError("the name model cannot be read", where=str(model), remedy=remedy) from error

    def find(self, sentences: Sequence[Sentence]) -> list[FoundName]:
        """Find the names of an article, in text order; none overlaps another.

        A surname that the article writes once behind a given name is that person's name wherever it stands alone.

        Args:
            sentences: The article's; a part of them will do, but then full names elsewhere do not help.

        Example:
            >>> from kg.language.normalize import normalize
            >>> from kg.language.segment import segment
            >>> sentences = segment(normalize("به گزارش رویترز، ژان دوپون سفیر فرانسه در مسکو استعفا کرد."))
            >>> [(name.first, name.last, name.type) for name in load().find(sentences)]
            [(2, 2, 'organization'), (4, 5, 'person'), (7, 7, 'place'), (9, 9, 'place')]
        """
        features = self._features.article(sentences)
        found = [self._tag(index, row) for index, row in enumerate(features)]
        surnames = surnames_of(sentences, (name for names in found for name in names))
        for index, sentence in enumerate(sentences):
            if not any(token.key in surnames for token in sentence.tokens):
                continue
            for token, row in zip(sentence.tokens, features[index], strict=True):
                if token.key in surnames:
                    row.append("surname-here")
            found[index] = self._tag(index, features[index])
        return [name for names in found for name in names]

    def _tag(self, index: int, features: list[list[str]]) -> list[FoundName]:
        labels = self._tagger.tag(features)
        return [
            FoundName(
                index,
                first,
                last,
                name_type,
                round(min(self._tagger.marginal(labels[at], at) for at in range(first, last + 1)), 4),
            )
            for first, last, name_type in decode(labels)
        ]


@cache
def load() -> NameTagger:
    """Return the tagger that ships, read once.

    Raises:
        LexiconError: When its weights or the tables that it looks names up in cannot be read.
    """
    features = NameFeatures(gazetteer.load(), lexicon.load())
    with as_file(files("kg.extract").joinpath("weights", MODEL)) as model:
        return NameTagger(model, features)


def surnames_of(sentences: Sequence[Sentence], names: Iterable[FoundName]) -> frozenset[str]:
    """Return the folded last words of the persons' names of two words or more."""
    keys = (
        sentences[name.sentence].tokens[name.last].key
        for name in names
        if name.type == "person" and name.last > name.first
    )
    return frozenset(key for key in keys if len(key) >= _SHORTEST_SURNAME)


def encode(length: int, names: Iterable[tuple[int, int, str]]) -> list[str]:
    """Return one label for each token of a sentence.

    Example:
        >>> encode(4, [(1, 2, "person")])
        ['O', 'B-person', 'I-person', 'O']
    """
    labels = [OUTSIDE] * length
    for first, last, name_type in names:
        labels[first] = f"B-{name_type}"
        labels[first + 1 : last + 1] = [f"I-{name_type}"] * (last - first)
    return labels


def decode(labels: Sequence[str]) -> Iterator[tuple[int, int, NameType]]:
    """Yield first token, last token and type of each name; a stray I- begins one.

    Example:
        >>> list(decode(["B-person", "I-person", "B-place", "O", "I-event"]))
        [(0, 1, 'person'), (2, 2, 'place'), (4, 4, 'event')]
    """
    first, current = 0, ""
    for index, label in enumerate([*labels, OUTSIDE]):
        mark, _, name_type = label.partition("-")
        if current and (mark != "I" or name_type != current):
            yield first, index - 1, cast(NameType, current)
            current = ""
        if name_type and not current:
            first, current = index, name_type
