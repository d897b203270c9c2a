"""Classes of words that stand in the same surroundings, counted in unannotated news.

They tell the name model that a word it never saw annotated is a month, a medium or a verb. The table is part of the
lexicon: it holds frequent words alone, no text, and is rebuilt on purpose, not with every training.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.language.normalize import normalize
from kg.language.segment import segment

TABLE = Path(str(files("kg.lexicon").joinpath("word_clusters.tsv")))

_FEWEST_OCCURRENCES = 12
_FEWEST_TEXTS = 5
_SURROUNDINGS = 3000
_OFFSETS = (-2, -1, 1, 2)
_DIMENSIONS = 80
_ROUNDS = 40
_EDGE = "¶"
_HEADER = """\
# Classes of frequent words by the words around them, counted in news text; made by kg.train.words.
# key: the folded word; broad and fine: number of its class among few and among many.
key\tbroad\tfine
"""


def train_word_clusters(corpus: Path, table: Path = TABLE, *, broad: int = 100, fine: int = 500) -> int:
    """Count words and their neighbours in a corpus, and write the classes of the frequent ones.

    Args:
        corpus: JSON Lines with ``text``, packed with gzip.
        table: File to write.
        broad: How many large classes.
        fine: How many small classes.

    Returns:
        The number of words.

    Raises:
        InputError: When the corpus cannot be read or is too small for so many classes.
    """
    sentences = list(_sentences(_texts(corpus)))
    words = _frequent_words(sentences)
    if len(words) < fine or len(words) <= _DIMENSIONS:
        raise InputError(f"only {len(words)} words are frequent enough", where=str(corpus), remedy="give more text")
    vectors = _vectors([keys for _, keys in sentences], words)
    rows = sorted(zip(words, _cluster(vectors, broad), _cluster(vectors, fine), strict=True))
    body = "".join(f"{word}\t{large}\t{small}\n" for word, large, small in rows if word[0].isalpha())
    table.write_text(_HEADER + body, "utf-8")
    return len(rows)


def _texts(corpus: Path) -> Iterator[str]:
    try:
        with gzip.open(corpus, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        remedy = "give JSON Lines with the field text, packed with gzip"
        raise InputError(f"no corpus: {error!r}", where=str(corpus), remedy=remedy) from error


def _sentences(texts: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the keys of each sentence with the number of its text; all numbers are one word."""
    for number, text in enumerate(texts):
        for sentence in segment(normalize(text)):
            yield number, [_EDGE, *("0" if token.key.isdigit() else token.key for token in sentence.tokens), _EDGE]


def _frequent_words(sentences: Iterable[tuple[int, list[str]]]) -> list[str]:
    occurrences: Counter[str] = Counter()
    texts: dict[str, set[int]] = {}
    for number, keys in sentences:
        occurrences.update(keys)
        for key in keys:
            texts.setdefault(key, set()).add(number)
    frequent = (word for word, count in occurrences.items() if count >= _FEWEST_OCCURRENCES)
    return sorted((word for word in frequent if len(texts[word]) >= _FEWEST_TEXTS), key=lambda w: (-occurrences[w], w))


def _vectors(sentences: Iterable[Sequence[str]], words: Sequence[str]) -> Any:
    """Return one row a word: positive pointwise mutual information with its neighbours, in few dimensions."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import svds

    row_of = {word: row for row, word in enumerate(words)}
    width = min(_SURROUNDINGS, len(words))
    pairs: Counter[tuple[int, int]] = Counter()
    for keys in sentences:
        rows = [row_of.get(key, -1) for key in keys]
        for index, row in enumerate(rows):
            for block, offset in enumerate(_OFFSETS):
                near = index + offset
                if row >= 0 and 0 <= near < len(rows) and 0 <= rows[near] < width:
                    pairs[row, block * width + rows[near]] += 1
    cells = sorted(pairs)
    row_numbers = np.array([row for row, _ in cells])
    columns = np.array([column for _, column in cells])
    values = np.array([float(pairs[cell]) for cell in cells])
    shape = (len(words), len(_OFFSETS) * width)
    counts = csr_matrix((values, (row_numbers, columns)), shape=shape)
    of_row = np.asarray(counts.sum(axis=1)).ravel()
    of_column = np.asarray(counts.sum(axis=0)).ravel() ** 0.75  # smoothed: rare neighbours would weigh too much
    information = np.log(values / of_row[row_numbers] / (of_column[columns] / of_column.sum()))
    positive = information > 0
    matrix = csr_matrix((information[positive], (row_numbers[positive], columns[positive])), shape=shape)
    left, strengths, _ = svds(matrix, k=_DIMENSIONS, v0=np.ones(min(shape)))
    vectors = left * np.sqrt(strengths)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    return np.round(vectors, 5)


def _cluster(vectors: Any, count: int) -> list[int]:
    """Return each row's class by k-means that starts from evenly spaced words, so that chance has no part."""
    import numpy as np
    from scipy.cluster.vq import kmeans2

    seeds = vectors[np.linspace(0, len(vectors) - 1, count).astype(int)]
    _, classes = kmeans2(vectors, seeds, iter=_ROUNDS, minit="matrix", missing="raise")
    return [int(number) for number in classes]
