"""Statements, letters and reports that a sentence names as where something is written («در بیانیه آمده است»)."""

from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract.reading import Cue, ReadSentence
from kg.lexicon import Lexicon, word_set

_REACH = 4
_ENDINGS = ("", "ی", "ای", "ها")


@dataclass(frozen=True)
class Documents:
    """The texts that one sentence names, by token.

    Attributes:
        read: The sentence.
        index: Its place in the article.
        lexicon: Word classes.
    """

    read: ReadSentence
    index: int
    lexicon: Lexicon

    def in_document(self, cue: Cue) -> bool:
        """Whether the sentence says before a cue that something is written in a statement, letter or report."""
        return any(True for _ in self.documents_before(cue))

    def issues_document(self, cue: Cue) -> bool:
        """Whether the sentence says before a cue that a statement or letter is given out («با صدور بیانیه‌ای گفت»)."""
        tokens = self.read.sentence.tokens
        return any(
            tokens[i].key in word_set("issuing_nouns") and self.document_noun(i + 1) is not None
            for i in range(cue.first)
        )

    def documents_before(self, cue: Cue) -> Iterator[int]:
        """Yield the tokens before a cue that name a text which something is written in («در بیانیه»)."""
        tokens = self.read.sentence.tokens
        for index in range(cue.first):
            noun = self.document_noun(index + 1) if tokens[index].key in word_set("before_documents") else None
            if noun is not None:
                yield noun

    def document_noun(self, index: int) -> int | None:
        """Return the first token from ``index`` on that is a noun of a text, looking only a few tokens far."""
        tokens, nouns = self.read.sentence.tokens, self.lexicon.nouns
        for i in range(index, min(index + _REACH, len(tokens))):
            for ending in _ENDINGS:
                noun = nouns.get(tokens[i].key.removesuffix(ending))
                if noun is not None and noun.kind == "document":
                    return i
        return None
