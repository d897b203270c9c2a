"""Proper names by a model that was learned from annotated articles: persons, places, organizations, events.

It finds the names that no list holds. Labels are B-<type> for a name's first token, I-<type> for the others and O;
the weights beside this package are made by ``kg.train``.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, cast

from kg import gazetteer, lexicon
from kg.errors import LexiconError
from kg.extract.name_features import SURNAME_HERE, NameFeatures
from kg.language.segment import Sentence

NameType = Literal["person", "place", "organization", "event"]

OUTSIDE = "O"
MODEL = "names.crf"
REPORT = "names.json"
WEIGHTS = Path(__file__).parent / "weights"
_SHORTEST_SURNAME = 3
_LEAST_TO_GO_ON = 0.3


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name in a sentence.

    Attributes:
        sentence: Index of its sentence.
        first: Index of its first token.
        last: Index of its last token.
        type: What it is the name of; a state is a place.
        confidence: Probability of its least certain token.
        goes_on: Probability that the token behind a person's name belongs to it too.
    """

    sentence: int
    first: int
    last: int
    type: NameType
    confidence: float
    goes_on: float = 0.0


class NameTagger:
    """Finds names with a trained model.

    Args:
        model: The weights, as ``kg.train`` made them; others may crash the process.
        features: As the weights were trained with.
    """

    def __init__(self, model: bytes, features: NameFeatures) -> None:
        import pycrfsuite

        self._features = features
        self._model = model  # the tagger reads it in place
        self._tagger: Any = pycrfsuite.Tagger()
        self._tagger.open_inmemory(model)

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
        labels = [self._tagger.tag(row) for row in features]
        surnames = surnames_of(sentences, [list(decode(row)) for row in labels])
        found: list[FoundName] = []
        for index, (sentence, row) in enumerate(zip(sentences, features, strict=True)):
            alone = [at for at, token in enumerate(sentence.tokens) if token.key in surnames]
            for at in alone:
                row[at].append(SURNAME_HERE)
            if alone or any(label != OUTSIDE for label in labels[index]):
                found += self._names(index, row)
        return list(_with_second_surnames(sentences, found))

    def _names(self, index: int, features: list[list[str]]) -> Iterator[FoundName]:
        labels = self._tagger.tag(features)
        for first, last, name_type in decode(labels):
            confidence = min(self._tagger.marginal(labels[at], at) for at in range(first, last + 1))
            may_go_on = name_type == "person" and last + 1 < len(labels) and labels[last + 1] == OUTSIDE
            goes_on = self._tagger.marginal("I-person", last + 1) if may_go_on else 0.0
            yield FoundName(index, first, last, name_type, round(confidence, 4), round(goes_on, 4))


@cache
def load() -> NameTagger:
    """Return the tagger that ships, read once.

    Raises:
        LexiconError: When its weights are not the ones that its report tells of, or a table is wrong.
    """
    return NameTagger(read_model(WEIGHTS), NameFeatures(gazetteer.load(), lexicon.load()))


def read_model(folder: Path) -> bytes:
    """Return the weights in a folder, once their digest is known to be that of the report beside them.

    Raises:
        LexiconError: When they are missing or were changed.
    """
    remedy = "install mavaze again, or train the model anew"
    try:
        model = (folder / MODEL).read_bytes()
        digest = json.loads((folder / REPORT).read_bytes())["weights"]
    except (OSError, ValueError, KeyError) as error:
        raise LexiconError(f"no name model: {error}", where=str(folder / MODEL), remedy=remedy) from error
    if digest != sha256(model).hexdigest():
        raise LexiconError(f"the name model is not that of {REPORT}", where=str(folder / MODEL), remedy=remedy)
    return model


def surnames_of(sentences: Sequence[Sentence], names: Sequence[Iterable[tuple[int, int, str]]]) -> frozenset[str]:
    """Return the folded last words of the persons' names of two words or more.

    Args:
        sentences: An article's.
        names: First token, last token and type of each name, for each sentence.
    """
    keys = (
        sentence.tokens[last].key
        for sentence, found in zip(sentences, names, strict=True)
        for first, last, name_type in found
        if name_type == "person" and last > first
    )
    return frozenset(key for key in keys if len(key) >= _SHORTEST_SURNAME)


def _with_second_surnames(sentences: Sequence[Sentence], found: Iterable[FoundName]) -> Iterator[FoundName]:
    """Yield names, those of persons with the second word of a surname that the model only half believes in.

    «موسوی لاری» is written whole wherever it stands: the word behind belongs to the name where the model thinks so of
    one place at least, and no place has the first word without it.
    """
    names = list(found)
    begun = {(name.sentence, name.first) for name in names}
    behind: dict[str, set[str]] = defaultdict(set)
    places: Counter[str] = Counter()
    likely: dict[str, float] = defaultdict(float)
    for name in names:
        if name.type == "person":
            key, following = _meeting(sentences, name)
            is_free = (name.sentence, name.last + 1) not in begun
            behind[key].add(following if is_free else "")
            places[key] += 1
            likely[key] = max(likely[key], name.goes_on)
    for name in names:
        key, _ = _meeting(sentences, name)
        if name.type == "person" and len(behind[key]) == 1 and likely[key] * places[key] ** 2 >= _LEAST_TO_GO_ON:
            yield replace(name, last=name.last + 1)
        else:
            yield name


def _meeting(sentences: Sequence[Sentence], name: FoundName) -> tuple[str, str]:
    """Return the keys of a name's last word and of the word behind it."""
    tokens = sentences[name.sentence].tokens
    return tokens[name.last].key, tokens[name.last + 1].key if name.last + 1 < len(tokens) else ""


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
