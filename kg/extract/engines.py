"""The second engine: a language model behind any OpenAI-compatible server (Ollama, vLLM, llama.cpp).

Off unless an address is given. The model is asked for words of the text only, block by block, and each answer is held
against the text. What is borne out passes the same coreference, linking and assembly as what the built-in extractor
finds. How good a model is at it is not measured here.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kg.errors import RemoteError
from kg.extract.claims import Claims, cut_blocks
from kg.extract.model_server import ModelServer, find_model, parse_rows, prompt_digest
from kg.extract.pipeline import extract, read
from kg.model import Article, Extraction

__all__ = ["TIMEOUT", "EngineReport", "ServerEngine", "extract_with_server", "find_model", "read_with_server"]

TIMEOUT = 120.0
"""Seconds that one answer may take."""

_MOST_ROWS = 200
_PATIENCE = 3


@dataclass(frozen=True)
class EngineReport:
    """What a model answered, and what became of it.

    Attributes:
        model: Its name on the server.
        prompt: Digest of the instructions that it was given.
        answers: How many answers it gave.
        unreadable: How many of them were not the JSON that was asked for.
        kept: How many statements the text bears out.
        dropped: How many statements and stances were thrown away, by reason.
    """

    model: str
    prompt: str
    answers: int = 0
    unreadable: int = 0
    kept: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "EngineReport") -> "EngineReport":
        """Return the two reports of one model taken together."""
        return replace(
            self,
            answers=self.answers + other.answers,
            unreadable=self.unreadable + other.unreadable,
            kept=self.kept + other.kept,
            dropped=_sorted(Counter(self.dropped) + Counter(other.dropped)),
        )

    def __str__(self) -> str:
        """Return one line.

        Example:
            >>> print(EngineReport("some-model", "0a1b2c3d", answers=4, unreadable=1, kept=9, dropped={"cue": 2}))
            some-model: 9 statements kept, 2 rows dropped (cue 2), 1 of 4 answers unreadable
        """
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.dropped.items())
        why = f" ({reasons})" if reasons else ""
        return (
            f"{self.model}: {self.kept} statements kept, {sum(self.dropped.values())} rows dropped{why}, "
            f"{self.unreadable} of {self.answers} answers unreadable"
        )


def extract_with_server(
    article: Article, *, url: str, model: str | None = None, timeout: float = TIMEOUT, key: str | None = None
) -> Extraction:
    """Find the statements of an article by a model server, in place of ``kg.extract.extract``.

    Args:
        article: Its text exactly as read.
        url: The server's address («http://127.0.0.1:11434»), with or without «/v1».
        model: The model's name on the server; None where the server has one only.
        timeout: Seconds that one answer may take.
        key: What the server wants as bearer token.

    Raises:
        RemoteError: When the server fails, is silent, or answers nothing that can be read.
    """
    return read_with_server(article, url=url, model=model, timeout=timeout, key=key)[0]


def read_with_server(
    article: Article, *, url: str, model: str | None = None, timeout: float = TIMEOUT, key: str | None = None
) -> tuple[Extraction, EngineReport]:
    """Do as ``extract_with_server``, and tell too what became of the model's answers.

    Raises:
        RemoteError: When the server fails, is silent, or answers nothing that can be read.
    """
    server = ModelServer(url, model or find_model(url, timeout=timeout, key=key), timeout, key)
    claims = Claims(article, read(article).sentences)
    answers = unreadable = 0
    for block in cut_blocks(claims.sentences):
        answers += 1
        rows = parse_rows(server.ask(claims.question(block)))
        if rows is None:
            unreadable += 1
            continue
        for row in rows[:_MOST_ROWS]:
            claims.take(block, row)
        claims.dropped["too many"] += max(0, len(rows) - _MOST_ROWS)
    if answers and unreadable == answers:
        raise RemoteError(
            f"{server.model} answered nothing that is the JSON that was asked for",
            where=server.url,
            remedy="try another model, or one with a longer context",
        )
    prompt = prompt_digest()
    extraction = claims.extraction(f"engine {server.model}, prompt {prompt}")
    kept = len(extraction.statements)
    return extraction, EngineReport(server.model, prompt, answers, unreadable, kept, _sorted(claims.dropped))


@dataclass
class ServerEngine:
    """A model server for a run over many articles, with the built-in extractor behind it.

    Where the server fails, the built-in extractor reads the article; when it fails several times in a row, it is
    asked no more. Each statement's rule says which of the two found it.

    Attributes:
        url: The server's address.
        model: The model's name.
        timeout: Seconds that one answer may take.
        key: What the server wants as bearer token.
        report: What became of all answers, once there is one.
        failures: How many articles in a row the server failed.
    """

    url: str
    model: str
    timeout: float = TIMEOUT
    key: str | None = field(default=None, repr=False)
    report: EngineReport | None = None
    failures: int = 0

    def __call__(self, article: Article) -> Extraction:
        """Return an article's extraction, by whichever engine can make it."""
        if self.failures >= _PATIENCE:
            return extract(article)
        try:
            extraction, report = read_with_server(
                article, url=self.url, model=self.model, timeout=self.timeout, key=self.key
            )
        except RemoteError as error:
            self.failures += 1
            going_on = "it is asked no more" if self.failures >= _PATIENCE else "the built-in extractor reads it"
            logging.getLogger("mavaze").warning("%s: %s; %s", article.id, error, going_on)
            return extract(article)
        self.failures = 0
        self.report = self.report + report if self.report is not None else report
        return extraction


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in sorted(counts.items()) if count}
