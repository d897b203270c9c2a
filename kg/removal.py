"""Articles out of a store, with all that followed from them; and they do not come back unasked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import URIRef

from kg.errors import InputError
from kg.graph.iris import digest
from kg.graph.refusals import Refusal, is_within, of_article, of_item, of_publisher, of_source
from kg.graph.store import Store
from kg.language.normalize import fold
from kg.sources import place_of

_PUBLISHED = """
SELECT ?article ?name WHERE {
  ?article schema:publisher ?publisher .
  ?publisher skos:prefLabel|skos:altLabel|skos:hiddenLabel ?name .
}
"""
_BATCH = 100


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """What was taken out.

    Attributes:
        removed: Articles that are gone.
        kept: Articles of a removed source that stay, because another source gives them too.

    Example:
        >>> print(RemovalReport(2, 1))
        2 articles removed; 1 kept, which another source gives too
    """

    removed: int
    kept: int = 0

    def __str__(self) -> str:
        counts = f"{self.removed} articles removed"
        return f"{counts}; {self.kept} kept, which another source gives too" if self.kept else counts


def remove(
    store: str | Path, articles: Sequence[str] = (), *, publisher: str | None = None, source: str | None = None
) -> RemovalReport:
    """Take articles out of a store, and remember not to take them in again.

    Args:
        store: The store's folder.
        articles: Their IRIs, or the addresses that they were published at.
        publisher: An outlet, all of whose articles go; by any of its names.
        source: A file, folder or archive, all of whose articles go that no other source gives.

    Raises:
        InputError: When the store knows no such article, outlet or source.
        StoreError: When the store cannot be written.
    """
    with Store.open(store) as opened:
        paths = [_find_article(opened, article) for article in articles]
        refusals = [of_article(path) for path in paths]
        kept = 0
        if publisher is not None:
            paths += _find_published(opened, publisher)
            refusals.append(of_publisher(publisher))
        if source is not None:
            given = _find_given(opened, source)
            refusals.append(of_source(place_of(source)))
            alone = {path for path, others in given.items() if not others}
            paths += sorted(alone)
            kept = len(given) - len(alone)
        _remove_paths(opened, sorted(set(paths)), refusals)
        if source is not None:
            opened.register.forget_sources(lambda name: is_within(name, place_of(source)))
        opened.derive()
    return RemovalReport(len(set(paths)), kept)


def _remove_paths(store: Store, paths: Sequence[str], refusals: Sequence[Refusal]) -> None:
    # First what is kept out, so that a kill in between leaves articles to remove and never one that comes back.
    items = [of_item(source, id_) for path in paths for source, id_ in store.register.places_of(path)]
    store.register.refusals.add([*refusals, *map(of_article, paths), *items])
    for begin in range(0, len(paths), _BATCH):
        store.remove(URIRef(store.base + path) for path in paths[begin : begin + _BATCH])


def _find_article(store: Store, told: str) -> str:
    path = told.removeprefix(store.base)
    for candidate in (path, f"article/{digest(told)}"):
        if store.register.knows(candidate):
            return candidate
    raise InputError("the store has no such article", where=told, remedy="give its IRI, or the address of its page")


def _find_published(store: Store, publisher: str) -> list[str]:
    wanted = fold(publisher)
    found = {
        row[0].value.removeprefix(store.base)
        for row in store.query(_PUBLISHED)  # type: ignore[union-attr]  # a SELECT query gives solutions
        if fold(row[1].value) == wanted
    }
    if not found:
        raise InputError("the store has no article of this publisher", where=publisher)
    return sorted(found)


def _find_given(store: Store, source: str) -> dict[str, list[str]]:
    """Return the articles that a source gives, each with the other sources that give it too."""
    place = place_of(source)
    found = {}
    for path in store.register.articles_of(lambda name: is_within(name, place)):
        found[path] = [other for other in store.register.sources_of(path) if not is_within(other, place)]
    if not found:
        raise InputError("no article of the store came from here", where=source)
    return found
