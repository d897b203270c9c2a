"""The gazetteer's Turtle read and checked.

Knows the files' vocabulary and no Persian; whatever is wrong is told with file, subject and remedy.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable

import pyoxigraph

from kg.errors import LexiconError
from kg.gazetteer.things import SNAPSHOT, Membership, Name, NameKind, Post, Thing, Title
from kg.model import EntityType

_ID = "https://w3id.org/mavaze/id/"
_PREFIXES = {
    "https://w3id.org/mavaze/ontology#": "dip:",
    "http://www.w3.org/ns/org#": "org:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/2002/07/owl#": "owl:",
    "http://purl.org/dc/terms/": "dct:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.wikidata.org/entity/": "wd:",
}
_THING_TYPES: Mapping[str, EntityType] = {
    "dip:State": "state",
    "dip:Person": "person",
    "dip:Organization": "organization",
    "dip:Group": "group",
    "dip:Topic": "topic",
}
_CLASSES = frozenset({*_THING_TYPES, "org:Post", "org:Membership", "org:Role", "skos:Concept"})
_NAME_KINDS: Mapping[str, NameKind] = {
    "skos:prefLabel": "label",
    "skos:altLabel": "alias",
    "dip:demonym": "demonym",
    "dip:metonym": "metonym",
    "skos:hiddenLabel": "weak",
}
_REFERENCES = frozenset(
    {"rdf:type", "owl:sameAs", "dip:organOf", "dip:activeIn", "dip:speaksFor", "org:classification", "org:postIn"}
    | {"org:role", "org:member", "org:post", "dip:from", "dip:until", "dct:valid"}
)
_ARABIC = re.compile("[يىكة]")
_ITEM = re.compile(r"wd:Q[1-9]\d*")


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the files say.

    Attributes:
        things: States, organizations, persons, groups and topics by key.
        posts: Offices by key.
        memberships: Who held which office when, sorted.
        organ_titles: What a kind of organ is called without its state, by the kind's key.
    """

    things: Mapping[str, Thing]
    posts: Mapping[str, Post]
    memberships: tuple[Membership, ...]
    organ_titles: Mapping[str, tuple[Title, ...]]


class _Block:
    """One block of Turtle: what a file says of one subject."""

    __slots__ = ("file", "key", "labels_en", "labels_fa", "member_of", "references", "texts")

    def __init__(self, file: str, key: str) -> None:
        self.file = file
        self.key = key
        self.labels_fa: list[str] = []
        self.labels_en: list[str] = []
        self.texts: list[tuple[NameKind, str]] = []
        self.references: dict[str, str] = {}
        self.member_of: list[str] = []

    def error(self, what: str, remedy: str) -> LexiconError:
        """Return an error that names this block's file and subject."""
        return LexiconError(what, where=f"{self.file}: {self.key}", remedy=remedy)

    def add(self, predicate: str, value: pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal) -> None:
        """Take in one triple."""
        kind = _NAME_KINDS.get(predicate)
        if predicate == "org:memberOf":
            self.member_of.append(_short(value.value))
        elif kind is None:
            if predicate not in _REFERENCES:
                raise self.error(f"unknown property {predicate}", "use one of those in the shipped files")
            if predicate in self.references:
                raise self.error(f"two values of {predicate}", "keep one; is this key used for two things?")
            self.references[predicate] = _short(value.value)
        elif not isinstance(value, pyoxigraph.Literal) or value.language not in ("fa", "en"):
            raise self.error(f"{predicate} {value} is no Persian text", 'write "…"@fa')
        elif kind == "label":
            (self.labels_fa if value.language == "fa" else self.labels_en).append(value.value)
        elif value.language != "fa":
            raise self.error(f"{predicate} {value} is not Persian", 'write "…"@fa; English has skos:prefLabel only')
        else:
            self.texts.append((kind, value.value))

    @property
    def label(self) -> str:
        """The Persian label."""
        return self.labels_fa[0]

    @property
    def english(self) -> str | None:
        """The English label."""
        return self.labels_en[0] if self.labels_en else None

    @property
    def qid(self) -> str | None:
        """The Wikidata item."""
        item = self.references.get("owl:sameAs")
        if item is None:
            return None
        if not _ITEM.fullmatch(item):
            raise self.error(f"owl:sameAs {item} is no Wikidata item", "write wd:Q and digits")
        return item.removeprefix("wd:")

    def names(self) -> tuple[Name, ...]:
        """Return the Persian names, the label first.

        A name that is also hidden is weak: it is shown, but is a common word too.
        """
        if len(self.labels_fa) != 1:
            remedy = 'add skos:prefLabel "…"@fa' if not self.labels_fa else "keep one; is this key used for two things?"
            raise self.error(f"{len(self.labels_fa) or 'no'} Persian labels", remedy)
        if len(self.labels_en) > 1:
            raise self.error("two English labels", "keep one; is this key used for two things?")
        weak = {text for kind, text in self.texts if kind == "weak"}
        names: dict[str, Name] = {}
        for kind, text in [("label", self.label), *self.texts]:
            if _ARABIC.search(text):
                raise self.error(f"Arabic letters in «{text}»", "write ی, ک and ه")
            if text not in names:
                names[text] = Name(text, "weak" if text in weak else kind)
        return tuple(names.values())

    def titles(self) -> tuple[Title, ...]:
        """Return the names of a kind of office or organ as titles."""
        return tuple(Title(name.text, name.kind == "weak") for name in self.names())

    def day(self, predicate: str) -> date | None:
        """Return the day of a property."""
        text = self.references.get(predicate)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as problem:
            raise self.error(f"{predicate} {text} is no day", "write YYYY-MM-DD") from problem


def read(files: Iterable[Traversable]) -> Content:
    """Read Turtle files and check what they say.

    Args:
        files: The Turtle files; a thing stands in one of them.

    Raises:
        LexiconError: When a file is no Turtle, or a subject's class, label, names, item or references are wrong.
    """
    blocks: dict[str, _Block] = {}
    by_class: dict[str, list[_Block]] = {name: [] for name in _CLASSES}
    for file in files:
        for block in _parse(file):
            if block.key in blocks:
                raise block.error(f"stands in {blocks[block.key].file} too", "merge the two blocks")
            blocks[block.key] = block
            by_class[_class(block)].append(block)
    roles = {block.key: block.titles() for block in by_class["org:Role"]}
    organs = {block.key: block.titles() for block in by_class["skos:Concept"]}
    states = {block.key for block in by_class["dip:State"]}
    bodies = {block.key for block in by_class["dip:Organization"]}
    things = {
        block.key: _thing(block, kind, states, bodies, organs)
        for name, kind in _THING_TYPES.items()
        for block in by_class[name]
    }
    posts = {block.key: _post(block, things, roles) for block in by_class["org:Post"]}
    _refuse_shared_items([*things.values(), *posts.values()], blocks)
    memberships = [_membership(block, things, posts) for block in by_class["org:Membership"]]
    memberships.sort(key=lambda m: (m.post, m.start, m.person))
    return Content(dict(sorted(things.items())), dict(sorted(posts.items())), tuple(memberships), organs)


def _parse(file: Traversable) -> Iterator[_Block]:
    found: dict[str, _Block] = {}
    short: dict[str, str] = {}
    name = file.name
    try:
        for triple in pyoxigraph.parse(file.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE):
            subject, predicate = triple.subject.value, triple.predicate.value
            block = found.get(subject)
            if block is None:
                key = subject.removeprefix(_ID) if "://" in subject else f"{name}#{subject}"
                block = found[subject] = _Block(name, key)
            block.add(short.get(predicate) or short.setdefault(predicate, _short(predicate)), triple.object)
    except SyntaxError as problem:
        raise LexiconError(f"no Turtle: {problem.msg}", where=name, remedy="correct the line") from problem
    yield from found.values()


def _class(block: _Block) -> str:
    name = block.references.get("rdf:type", "none")
    if name not in _CLASSES:
        raise block.error(f"unknown class: {name}", f"give one of {', '.join(sorted(_CLASSES))}")
    return name


def _thing(
    block: _Block, kind: EntityType, states: set[str], bodies: set[str], organs: Mapping[str, tuple[Title, ...]]
) -> Thing:
    references = block.references
    state = references.get("dip:organOf") or references.get("dip:activeIn")
    if state is not None and state not in states:
        raise block.error(f"{state} is no state", "name a key of states.ttl")
    organ = references.get("org:classification")
    if organ is not None and organ not in organs:
        raise block.error(f"unknown kind of organ {organ}", "name a skos:Concept of organizations.ttl")
    for body in block.member_of:
        if body not in bodies:
            raise block.error(f"member of {body}, which is no organization", "name a key of organizations.ttl")
    names, member_of = block.names(), tuple(sorted(block.member_of))
    return Thing(block.key, kind, block.label, block.english, block.qid, names, state, organ, member_of)


def _post(block: _Block, things: Mapping[str, Thing], roles: Mapping[str, tuple[Title, ...]]) -> Post:
    references = block.references
    body, speaks_for, role = (references.get(name) for name in ("org:postIn", "dip:speaksFor", "org:role"))
    if body is None:
        raise block.error("no org:postIn", "name the state or organization that the office belongs to")
    for key in (body, speaks_for):
        if key is not None and key not in things:
            raise block.error(f"unknown body {key}", "name a key of states.ttl or organizations.ttl")
    if role is not None and role not in roles:
        raise block.error(f"unknown role {role}", "name an org:Role of posts.ttl")
    names = block.names()
    titles = roles[role] if role else ()
    return Post(block.key, block.label, block.english, block.qid, names, body, speaks_for, role, titles)


def _membership(block: _Block, things: Mapping[str, Thing], posts: Mapping[str, Post]) -> Membership:
    person, post = block.references.get("org:member", "none"), block.references.get("org:post", "none")
    if person not in things or things[person].type != "person":
        raise block.error(f"membership of unknown person {person}", "name a key of people.ttl")
    if post not in posts:
        raise block.error(f"membership of {person} in unknown post {post}", "name a key of posts.ttl")
    start, end, known = block.day("dip:from"), block.day("dip:until"), block.day("dct:valid")
    if start is None or (end or known or start) < start:
        days = f"from {start} until {end or known}"
        raise block.error(f"membership of {person} in {post} lasts {days}", "correct the days")
    return Membership(person, post, start, end, known or max(start, SNAPSHOT))


def _refuse_shared_items(named: Iterable[Thing | Post], blocks: Mapping[str, _Block]) -> None:
    keys: dict[str, str] = {}
    for thing in named:
        if thing.qid is not None and keys.setdefault(thing.qid, thing.key) != thing.key:
            what = f"{thing.qid} is the item of {keys[thing.qid]} too"
            raise blocks[thing.key].error(what, "merge the two, or drop the wrong item")


def _short(iri: str) -> str:
    if iri.startswith(_ID):
        return iri[len(_ID) :]
    for namespace, prefix in _PREFIXES.items():
        if iri.startswith(namespace):
            return prefix + iri[len(namespace) :]
    return iri
