"""What makes an extraction: the version that runs, and digests of all that decides what it finds."""

import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from kg.graph.triples import Provenance, installed_version

if TYPE_CHECKING:
    from kg.extract.engines import ServerEngine

_EXTRACTOR_ROOMS = ("kg.language", "kg.extract")
_LEXICON_ROOMS = ("kg.lexicon",)


def current_provenance(min_confidence: float | None = None, engine: "ServerEngine | None" = None) -> Provenance:
    """Return the version that runs, with digests and settings of all that decides what it extracts.

    Args:
        min_confidence: The least probability that a statement must have; the extractor's own by default.
        engine: The model server that reads, where one does.
    """
    from kg.extract.confidence import MIN_CONFIDENCE
    from kg.gazetteer import load

    inputs = {
        "extractor": f"sha256:{_digest_rooms(_EXTRACTOR_ROOMS)}",
        "gazetteer": f"sha256:{load().digest}",
        "lexicon": f"sha256:{_digest_rooms(_LEXICON_ROOMS)}",
        "min-confidence": f"{MIN_CONFIDENCE if min_confidence is None else min_confidence:g}",
    }
    if engine is not None:
        from kg.extract.model_server import prompt_digest

        inputs["engine"] = f"{engine.model} sha256:{prompt_digest()}"
    return Provenance(installed_version(), tuple(sorted(inputs.items())))


def _digest_rooms(rooms: Iterable[str]) -> str:
    hashed = hashlib.sha256()
    for room in rooms:
        for name, content in _walk(files(room), room):
            hashed.update(f"{name}\0{len(content)}\0".encode())
            hashed.update(content)
    return hashed.hexdigest()


def _walk(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inner = f"{name}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _walk(entry, inner)
        else:
            yield inner, entry.read_bytes()
