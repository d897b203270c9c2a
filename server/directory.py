"""The things that the Reconciliation API gives out: their types, their properties, and which of them a name means.

Over the gazetteer and over what the store knows besides; names that mean something in one article alone are left out.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.errors import StoreError
from kg.gazetteer import Gazetteer, Name, load
from kg.graph.iris import is_local_path
from kg.graph.query_text import Term
from kg.graph.search import read_names
from kg.language.normalize import fold
from kg.matching import Candidate, Known, NameIndex, known_things, with_item
from ontology import PREFIXES
from server.site import Site

_ITEMS = "SELECT ?thing ?item WHERE { ?thing owl:sameAs ?item }"
_MANY = 500
_SAME, _OTHER = 2.0, -25.0
_WIKIDATA = PREFIXES["wd"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of things.

    Attributes:
        id: As clients name it; a class of the ontology.
        name: In English.
        name_fa: In Persian.
        paths: The first parts of the paths of its things.
        broader: The type above it, or None.
    """

    id: str
    name: str
    name_fa: str
    paths: frozenset[str]
    broader: str | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """What can be asked of a thing.

    Attributes:
        id: As clients name it.
        name: In English.
        name_fa: In Persian.
        types: The types that have it; all where it is empty.
        value_type: The type of its values, where they are things.
    """

    id: str
    name: str
    name_fa: str
    types: frozenset[str] = frozenset()
    value_type: str | None = None


KINDS: tuple[Kind, ...] = (
    Kind("Actor", "Actor", "بازیگر", frozenset({"person", "state", "organization", "group"})),
    Kind("Person", "Person", "شخص", frozenset({"person"}), "Actor"),
    Kind("State", "State", "کشور", frozenset({"state"}), "Actor"),
    Kind("Organization", "Organization", "سازمان", frozenset({"organization"}), "Actor"),
    Kind("Group", "Group", "گروه", frozenset({"group"}), "Actor"),
    Kind("Topic", "Topic", "موضوع", frozenset({"topic"})),
    Kind("Post", "Office", "سمت", frozenset({"post"})),
)
PROPERTIES: tuple[Property, ...] = (
    Property("name", "Persian name", "نام فارسی"),
    Property("name_en", "English name", "نام انگلیسی"),
    Property("alias", "Other name", "نام دیگر"),
    Property("wikidata", "Wikidata item", "قلم ویکی‌داده"),
    Property("type", "Type", "نوع"),
    Property("state", "State", "کشور", frozenset({"Person", "Organization", "Post"}), "State"),
    Property("office", "Office held", "سمت", frozenset({"Person"}), "Post"),
    Property("holder", "Holder", "دارنده سمت", frozenset({"Post"}), "Person"),
    Property("body", "Body of the office", "نهاد سمت", frozenset({"Post"}), "Actor"),
    Property("member_of", "Member of", "عضو", frozenset({"State"}), "Organization"),
    Property("articles", "Articles that name it", "شمار خبرها"),
)
_KINDS_BY_ID = {kind.id: kind for kind in KINDS}
_PROPERTIES_BY_ID = {property_.id: property_ for property_ in PROPERTIES}
_KIND_OF_PATH = {next(iter(kind.paths)): kind for kind in KINDS if len(kind.paths) == 1}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a value must be: a name or an identifier.

    Attributes:
        property: The property's id.
        values: Names or identifiers, any of which will do.
    """

    property: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate, judged.

    Attributes:
        candidate: The thing and its likeness.
        score: From 0 to 100, with the properties counted in.
        is_match: Whether it is certainly meant: it alone bears this very name and fits.
        features: What the score was made of.
    """

    candidate: Candidate
    score: float
    is_match: bool
    features: Mapping[str, float | bool]


def kind_of(identifier: str) -> Kind | None:
    """Return the type of a thing."""
    return _KIND_OF_PATH.get(identifier.partition("/")[0])


def find_kind(identifier: str) -> Kind | None:
    """Return the type of an id, which may be the class's IRI or prefixed name."""
    return _KINDS_BY_ID.get(identifier.rpartition("#")[2].rpartition(":")[2])


def find_property(identifier: str) -> Property | None:
    """Return the property of an id."""
    return _PROPERTIES_BY_ID.get(identifier)


def properties_of(kind: Kind | None) -> list[Property]:
    """Return the properties that things of a type have; all of them where none is named."""
    return [p for p in PROPERTIES if kind is None or not p.types or _shares(kind, p)]


def _shares(kind: Kind, property_: Property) -> bool:
    return any(kind.paths & _KINDS_BY_ID[name].paths for name in property_.types)


class Directory:
    """The things of one state of a store.

    Args:
        site: The server's.
        gazetteer: What is known of the world.
        articles: How many articles use each thing, by id.
        things: What the store knows besides the gazetteer.
    """

    def __init__(
        self, site: Site, gazetteer: Gazetteer, articles: Mapping[str, int], things: Iterable[Known] = ()
    ) -> None:
        self._site = site
        self._gazetteer = gazetteer
        self._articles = articles
        self.index = NameIndex([*known_things(gazetteer), *things], gazetteer)

    def match(self, query: str, kinds: Sequence[Kind], wanted: Sequence[Wanted], limit: int) -> list[Match]:
        """Return what a name means, the best first.

        Args:
            query: The name, or an identifier; empty where only properties are given.
            kinds: The types that are wanted; any of them will do.
            wanted: What the thing's properties are to be.
            limit: How many at most.
        """
        types = frozenset(path for kind in kinds for path in kind.paths)
        found = self.index.find(query, types=types, limit=limit + len(wanted) * 10)
        if not query.strip():
            found = [candidate for want in wanted for candidate in self._with_value(want, types)]
        judged = [self._judge(candidate, wanted) for candidate in found]
        judged.sort(key=lambda match: (-match.score, not match.candidate.thing.is_listed, match.candidate.thing.id))
        sure = [match for match in judged if match.is_match]
        if len(sure) > 1:  # namesakes: a person has to tell
            best = max(match.score for match in sure)
            sure = [match for match in sure if match.score == best]
            judged = [replace(match, is_match=match.is_match and len(sure) == 1 and match in sure) for match in judged]
        return judged[:limit]

    def _with_value(self, want: Wanted, types: frozenset[str]) -> Iterator[Candidate]:
        """Yield the things with a Wikidata item, where that alone is asked for."""
        if want.property == "wikidata":
            for value in want.values:
                yield from self.index.find(value, types=types, limit=1)

    def _judge(self, candidate: Candidate, wanted: Sequence[Wanted]) -> Match:
        score, features = candidate.score, {"name": candidate.likeness, "articles": self.articles(candidate.thing.id)}
        is_fitting = True
        for want in wanted:
            values = self._comparable(candidate.thing, want.property)
            if not values:
                continue
            is_same = any(_key(value) in values for value in want.values)
            features[f"property_{want.property}"] = is_same
            score += _SAME if is_same else _OTHER
            is_fitting = is_fitting and is_same
        is_match = candidate.is_sure and is_fitting
        return Match(candidate, round(max(0.0, min(100.0, score)), 2), is_match, features)

    def _comparable(self, thing: Known, property_: str) -> frozenset[str]:
        """Return a property's values folded: texts, and all names and identifiers of things."""
        found: set[str] = set()
        for value in self.values(thing, property_):
            if not isinstance(value, Known):
                found.add(_key(str(value)))
                continue
            names = (value.id, value.name, value.name_en, value.qid, *(name.text for name in value.names))
            found |= {_key(name) for name in names if name}
        return frozenset(found)

    def articles(self, identifier: str) -> int:
        """Return how many articles use a thing."""
        return self._articles.get(identifier, 0)

    def values(self, thing: Known, property_: str) -> list[str | int | Known]:
        """Return the values of one of a thing's properties."""
        return list(self._values[property_](thing))

    def with_items(self, things: Sequence[Known]) -> list[Known]:
        """Return things with the items that the store links them to."""
        unknown = [thing for thing in things if thing.qid is None]
        items: dict[str, str] = {}
        base = self._site.base
        for first in range(0, len(unknown), _MANY):
            iris = [Term("uri", base + thing.id) for thing in unknown[first : first + _MANY]]
            answer = self._site.pool.query(_ITEMS, parameters={"thing": iris}, is_reserved=True)
            for row in answer.solutions():
                if row["item"].value.startswith(_WIKIDATA):
                    items[row["thing"].value.removeprefix(base)] = row["item"].value.removeprefix(_WIKIDATA)
        return [with_item(thing, items.get(thing.id)) for thing in things]

    @cached_property
    def _values(self) -> Mapping[str, Callable[[Known], Iterable[str | int | Known]]]:
        return {
            "name": lambda thing: [thing.name],
            "name_en": lambda thing: filter(None, [thing.name_en]),
            "alias": lambda thing: [n.text for n in thing.names if n.kind == "alias" and n.text != thing.name],
            "wikidata": lambda thing: filter(None, [thing.qid]),
            "type": lambda thing: [kind.id for kind in filter(None, [kind_of(thing.id)])],
            "state": self._states,
            "office": lambda thing: self._known(m.post for m in self._gazetteer.posts_of(thing.id)),
            "holder": lambda thing: self._known(m.person for m in self._gazetteer.memberships if m.post == thing.id),
            "body": lambda thing: self._known(p.body for p in filter(None, [self._gazetteer.posts.get(thing.id)])),
            "member_of": lambda thing: self._known(
                key for t in filter(None, [self._gazetteer.things.get(thing.id)]) for key in t.member_of
            ),
            "articles": lambda thing: [self.articles(thing.id)],
        }

    def _states(self, thing: Known) -> Iterator[Known]:
        post = self._gazetteer.posts.get(thing.id)
        listed = self._gazetteer.things.get(post.body if post is not None else thing.id)
        if listed is not None:
            yield from self._known([listed.key if listed.type == "state" and post is not None else listed.state])

    def _known(self, ids: Iterable[str | None]) -> Iterator[Known]:
        for identifier in dict.fromkeys(ids):
            if identifier is not None and identifier in self.index.things:
                yield self.index.things[identifier]


class Directories:
    """Gives the directory of the store as it is, made anew when the store has changed.

    Args:
        site: The server's.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._made: tuple[str, Directory] | None = None

    def current(self) -> Directory:
        """Return the directory of the store's present state."""
        version = self._site.pool.version
        with self._lock:
            if self._made is None or self._made[0] != version:
                self._made = (version, self._make())
            return self._made[1]

    def _make(self) -> Directory:
        gazetteer = load()
        try:
            rows = read_names(self._site.pool.path)
        except StoreError:  # without its index a store adds nothing to the gazetteer
            rows = []
        base, names, articles = self._site.base, dict[str, list[str]](), dict[str, int]()
        for iri, name, weight in rows:
            path = iri.removeprefix(base)
            if not is_local_path(path) and kind_of(path) is not None:
                names.setdefault(path, []).append(name)
                articles[path] = max(weight, articles.get(path, 0))
        unlisted = [
            Known(path, found[0], None, tuple(Name(name, "alias") for name in found[1:]), is_listed=False)
            for path, found in names.items()
            if path not in gazetteer.things and path not in gazetteer.posts
        ]
        return Directory(self._site, gazetteer, articles, unlisted)


def _key(value: str) -> str:
    return fold(value.removeprefix(_WIKIDATA))
