"""Weights of the name model from articles whose names are marked.

Nothing of an article can be read out of them: a feature counts only if several articles have it.
"""

import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg import gazetteer, lexicon
from kg.errors import InputError
from kg.evaluation.score import PRF
from kg.extract.name_features import NameFeatures
from kg.extract.names import MODEL, REPORT, NameTagger, encode, surnames_of
from kg.language.normalize import normalize
from kg.language.segment import Sentence, segment

NAME_SETTINGS: Mapping[str, float] = {"c1": 0.05, "c2": 0.05, "max_iterations": 120}
_FEWEST_OCCURRENCES = 3
_FEWEST_ARTICLES = 2


@dataclass(frozen=True, slots=True)
class NamedArticle:
    """An article with its names.

    Attributes:
        id: Its identifier; what stands before the first hyphen is its outlet.
        sentences: Its sentences.
        names: First token, last token and type of each name, for each sentence.
    """

    id: str
    sentences: tuple[Sentence, ...]
    names: tuple[tuple[tuple[int, int, str], ...], ...]

    @property
    def outlet(self) -> str:
        """Return the outlet that the identifier begins with."""
        return self.id.partition("-")[0]


def read_named_articles(texts: Path, names: Path) -> list[NamedArticle]:
    """Read the articles of which both text and names are there, sorted by identifier.

    Args:
        texts: JSON Lines with ``id`` and ``text``.
        names: JSON Lines with ``id`` and ``spans`` (begin, end, type).

    Raises:
        InputError: When a file is missing or malformed, or no article has both.
    """
    spans = {record["id"]: record["spans"] for record in _read_records(names, ("id", "spans"))}
    articles = [
        to_named_article(record["id"], record["text"], spans[record["id"]])
        for record in _read_records(texts, ("id", "text"))
        if record["id"] in spans
    ]
    if not articles:
        remedy = "give the texts of the articles that names were marked in"
        raise InputError("none of its articles has names", where=str(texts), remedy=remedy)
    return sorted(articles, key=lambda article: article.id)


def to_named_article(identifier: str, text: str, spans: Iterable[Mapping[str, Any]]) -> NamedArticle:
    """Cut a text into sentences and map its names to tokens; a token belongs to a name that it shares a letter with.

    Example:
        >>> article = to_named_article("x-1", "سفیر هند رفت", [{"begin": 5, "end": 8, "type": "place"}])
        >>> article.names
        (((1, 1, 'place'),),)
    """
    sentences = tuple(segment(normalize(text)))
    spans = sorted(spans, key=lambda span: int(span["begin"]))
    return NamedArticle(identifier, sentences, tuple(tuple(_names_in(sentence, spans)) for sentence in sentences))


def train_names(articles: Sequence[NamedArticle], weights: Path) -> dict[str, Any]:
    """Learn the name model, write it with its report, and return the report."""
    features = NameFeatures(gazetteer.load(), lexicon.load())
    model = fit_names(articles, features)
    report = {
        "articles": len(articles),
        "data": _digest(articles),
        "gazetteer": gazetteer.load().digest,
        "left-out outlets": to_figures(validate_names(articles, features)),
        "lexicon": lexicon.load().digest,
        "settings": dict(NAME_SETTINGS),
        "weights": sha256(model).hexdigest(),
    }
    weights.mkdir(parents=True, exist_ok=True)
    (weights / MODEL).write_bytes(model)
    text = json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (weights / REPORT).write_text(text, "utf-8")
    return report


def fit_names(articles: Iterable[NamedArticle], features: NameFeatures) -> bytes:
    """Return the weights of a conditional random field over the articles' tokens."""
    import pycrfsuite

    rows = list(_training_rows(articles, features))
    kept = _common_features(rows)
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=dict(NAME_SETTINGS), verbose=False)
    for _, row, labels in rows:
        trainer.append([[feature for feature in token if feature in kept] for token in row], labels)
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / MODEL
        trainer.train(str(model))
        return model.read_bytes()


def validate_names(articles: Sequence[NamedArticle], features: NameFeatures) -> dict[tuple[str, str], PRF]:
    """Tag each outlet with weights that were learned from the others.

    Returns:
        Counts by outlet and type of name. With one outlet only, there are none.
    """
    counts: dict[tuple[str, str], PRF] = {}
    outlets = sorted({article.outlet for article in articles})
    for outlet in outlets if len(outlets) > 1 else ():
        model = fit_names([article for article in articles if article.outlet != outlet], features)
        left_out = [article for article in articles if article.outlet == outlet]
        for name_type, figure in score_names(left_out, model, features).items():
            counts[outlet, name_type] = figure
    return counts


def score_names(articles: Iterable[NamedArticle], model: bytes, features: NameFeatures) -> dict[str, PRF]:
    """Compare the names that a model finds with those of the articles, extent and type; by type."""
    tagger = NameTagger(model, features)
    counts: dict[str, PRF] = {}
    for article in articles:
        found = {(name.sentence, name.first, name.last, str(name.type)) for name in tagger.find(article.sentences)}
        gold = {(index, *name) for index, names in enumerate(article.names) for name in names}
        for name_type in {name[-1] for name in found | gold}:
            mine = {name for name in found if name[-1] == name_type}
            theirs = {name for name in gold if name[-1] == name_type}
            counts[name_type] = counts.get(name_type, PRF()) + PRF(len(mine & theirs), len(theirs), len(mine))
    return counts


def to_figures(counts: Mapping[tuple[str, str], PRF]) -> dict[str, dict[str, dict[str, float]]]:
    """Return precision, recall and F1 by type, for each outlet and for all."""
    tables: dict[str, dict[str, PRF]] = {"all": {}}
    for (outlet, name_type), figure in counts.items():
        tables.setdefault(outlet, {})[name_type] = figure
        tables["all"][name_type] = tables["all"].get(name_type, PRF()) + figure
    return {
        outlet: {
            name_type: {
                "f1": round(figure.f1, 3), "gold": figure.gold,
                "precision": round(figure.precision, 3), "recall": round(figure.recall, 3),
            }
            for name_type, figure in sorted(figures.items())
        }
        for outlet, figures in tables.items()
        if figures
    }  # fmt: skip


def _read_records(path: Path, fields: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path)) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                record = json.loads(line)
            except ValueError as error:
                raise InputError(f"no JSON: {error}", where=f"{path}:{number}") from error
            for field in fields:
                if not isinstance(record, dict) or field not in record:
                    raise InputError(f"the field {field} is missing", where=f"{path}:{number}")
            yield record


def _names_in(sentence: Sentence, spans: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, int, str]]:
    for span in spans:
        inside = [
            index
            for index, token in enumerate(sentence.tokens)
            if token.begin < span["end"] and span["begin"] < token.end
        ]
        if inside:
            yield inside[0], inside[-1], span["type"]


_Row = tuple[str, list[list[str]], list[str]]


def _training_rows(articles: Iterable[NamedArticle], features: NameFeatures) -> Iterator[_Row]:
    """Yield each sentence twice, with its article's identifier.

    The second time half of the listed names are hidden from the lists, and the surnames are told that the tagger
    knows in its second pass.
    """
    for article in articles:
        surnames = surnames_of(article.sentences, article.names)
        for seen, told in ((features, frozenset[str]()), (features.hiding(_half_hidden(article.id)), surnames)):
            for row, names, sentence in zip(
                seen.article(article.sentences, told), article.names, article.sentences, strict=True
            ):
                yield article.id, row, encode(len(sentence.tokens), names)


def _half_hidden(seed: str) -> Callable[[str], bool]:
    return lambda folded: bool(zlib.crc32(f"{seed} {folded}".encode()) & 1)


def _common_features(rows: Iterable[_Row]) -> set[str]:
    """Return the features that are frequent enough not to give an article away; every sentence comes twice."""
    occurrences: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    last_seen: dict[str, str] = {}
    for identifier, row, _ in rows:
        for token in row:
            occurrences.update(token)
            for feature in token:
                if last_seen.get(feature) != identifier:
                    last_seen[feature] = identifier
                    articles[feature] += 1
    return {
        feature
        for feature, count in occurrences.items()
        if count >= 2 * _FEWEST_OCCURRENCES and articles[feature] >= _FEWEST_ARTICLES
    }


def _digest(articles: Iterable[NamedArticle]) -> str:
    digest = sha256()
    for article in articles:
        forms = [[token.form for token in sentence.tokens] for sentence in article.sentences]
        digest.update(json.dumps([article.id, forms, article.names], ensure_ascii=False).encode())
    return digest.hexdigest()
