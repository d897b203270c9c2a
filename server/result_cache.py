"""Answers kept by query and state of the store: a repeated query costs a look-up, or nothing at all."""

import hashlib
import re
import threading
from collections.abc import Iterable, Iterator

from cachetools import LRUCache

_CHANGING_WORDS = ("now", "rand", "uuid", "bnode", "service")
_CHANGING = re.compile(r"(?:NOW|RAND|UUID|BNODE)(?:\s|#[^\n\r]*[\n\r])*\(|SERVICE", re.IGNORECASE)
_LARGEST_SHARE = 16
_OVERHEAD = 500


class ResultCache:
    """Answers, the least recently used of which are forgotten.

    Args:
        size: Bytes that all of them may have; one may have a sixteenth of that. 0 keeps none.

    Attributes:
        hits: How often an answer was there.
        misses: How often it was not.
    """

    def __init__(self, size: int) -> None:
        self.hits = 0
        self.misses = 0
        self._largest = size // _LARGEST_SHARE
        self._answers: LRUCache[str, bytes] = LRUCache(size, getsizeof=lambda body: len(body) + _OVERHEAD)
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return int(self._answers.currsize)

    def find(self, key: str) -> bytes | None:
        """Return an answer that is there."""
        with self._lock:
            found = self._answers.get(key)
            self.hits += found is not None
            self.misses += found is None
            return found

    def keep(self, key: str, body: bytes) -> None:
        """Keep an answer, unless it is too large."""
        if len(body) + _OVERHEAD < self._largest:
            with self._lock:
                self._answers[key] = body

    def keep_while_given(self, key: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Give pieces on, and keep them once the last has been given."""
        kept: bytearray | None = bytearray()
        for piece in pieces:
            if kept is not None:
                kept += piece
                if len(kept) >= self._largest:
                    kept = None
            yield piece
        if kept is not None:
            self.keep(key, bytes(kept))


def is_repeatable(text: str) -> bool:
    """Whether a query gives the same answer as long as the store is the same; in doubt it does not.

    Example:
        >>> is_repeatable("ASK { FILTER(RAND() > 0.5) }")
        False
    """
    words = text.lower()
    return not any(word in words for word in _CHANGING_WORDS) or _CHANGING.search(text) is None


def name_answer(*parts: object) -> str:
    """Return a key that differs wherever one of the parts does."""
    hashed = hashlib.sha256()
    for part in parts:
        written = repr(part).encode("utf-8", "surrogatepass")
        hashed.update(b"%d:%b" % (len(written), written))
    return hashed.hexdigest()[:32]
