"""The gazetteer's Turtle read and checked.

Knows the files' vocabulary and no Persian; whatever is wrong is told with file, subject and remedy.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable

import pyoxigraph

from kg.errors import LexiconError
from kg.gazetteer.things import Membership, Name, NameKind, Post, Thing, Title
from kg.model import EntityType

_ID = "https://w3id.org/mavaze/id/"
_DIP = "https://w3id.org/mavaze/ontology#"
_ORG = "http://www.w3.org/ns/org#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_WIKIDATA = "http://www.wikidata.org/entity/"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SAME_AS = "http://www.w3.org/2002/07/owl#sameAs"

_THING_TYPES: Mapping[str, EntityType] = {
    _DIP + "State": "state",
    _DIP + "Person": "person",
    _DIP + "Organization": "organization",
    _DIP + "Group": "group",
    _DIP + "Topic": "topic",
}
_POST, _MEMBERSHIP = _ORG + "Post", _ORG + "Membership"
_ROLE, _ORGAN = _ORG + "Role", _SKOS + "Concept"

_NAME_KINDS: Mapping[str, NameKind] = {
    _SKOS + "prefLabel": "label",
    _SKOS + "altLabel": "alias",
    _DIP + "demonym": "demonym",
    _DIP + "metonym": "metonym",
    _SKOS + "hiddenLabel": "weak",
}
_PROPERTIES = frozenset(
    {
        *_NAME_KINDS,
        _TYPE,
        _SAME_AS,
        *(_DIP + name for name in ("organOf", "activeIn", "speaksFor", "from", "until")),
        *(_ORG + name for name in ("classification", "postIn", "role", "member", "post")),
    }
)
_ARABIC = re.compile("[يىكة]")
_QID = re.compile(r"Q[1-9]\d*")


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


class _Subject:
    """One block of Turtle: what the files say of one subject."""

    __slots__ = ("file", "id", "values")

    def __init__(self, file: str, identifier: str) -> None:
        self.file = file
        self.id = identifier
        self.values: dict[str, list[pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal]] = {}

    def error(self, what: str, remedy: str) -> LexiconError:
        """Return an error that names this block's file and subject."""
        return LexiconError(what, where=f"{self.file}: {self.id}", remedy=remedy)

    def texts(self, predicate: str, language: str = "fa") -> list[str]:
        """Return the texts of one property in one language, in the file's order."""
        found = self.values.get(predicate, ())
        return [v.value for v in found if isinstance(v, pyoxigraph.Literal) and v.language == language]

    def reference(self, predicate: str) -> str | None:
        """Return the key (or foreign IRI) that a property points to, at most one."""
        found = self.values.get(predicate, ())
        if len(found) > 1:
            raise self.error(f"{len(found)} values of {_short(predicate)}", "keep one")
        return found[0].value.removeprefix(_ID) if found else None

    def english(self) -> str | None:
        """Return the English label."""
        found = self.texts(_SKOS + "prefLabel", "en")
        if len(found) > 1:
            raise self.error("two English labels", "keep one; is this key used for two things?")
        return found[0] if found else None

    def names(self) -> tuple[Name, ...]:
        """Return the Persian names, the label first.

        A label or other name that is also hidden is weak: it is shown, but is a common word too.
        """
        labels = self.texts(_SKOS + "prefLabel")
        if not labels:
            raise self.error("no Persian label", 'add skos:prefLabel "…"@fa')
        if len(labels) > 1:
            raise self.error("two Persian labels", "keep one; is this key used for two things?")
        weak = set(self.texts(_SKOS + "hiddenLabel"))
        names: dict[str, Name] = {}
        for predicate, kind in _NAME_KINDS.items():
            for text in self.texts(predicate):
                if _ARABIC.search(text):
                    raise self.error(f"Arabic letters in «{text}»", "write ی, ک and ه")
                names.setdefault(text, Name(text, "weak" if text in weak else kind))
        return tuple(names.values())

    def titles(self) -> tuple[Title, ...]:
        """Return the names of a kind of office or organ as titles."""
        return tuple(Title(name.text, name.kind == "weak") for name in self.names())

    def qid(self) -> str | None:
        """Return the Wikidata item."""
        item = self.reference(_SAME_AS)
        if item is None:
            return None
        qid = item.removeprefix(_WIKIDATA)
        if not item.startswith(_WIKIDATA) or not _QID.fullmatch(qid):
            raise self.error(f"owl:sameAs {item} is no Wikidata item", "write wd:Q and digits")
        return qid

    def day(self, predicate: str) -> date | None:
        """Return the day of a property."""
        text = self.reference(predicate)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as problem:
            raise self.error(f"{_short(predicate)} {text} is no day", "write YYYY-MM-DD") from problem


def read(files: Iterable[Traversable]) -> Content:
    """Read Turtle files and check what they say.

    Args:
        files: The Turtle files; a thing stands in one of them.

    Raises:
        LexiconError: When a file is no Turtle, or a subject's class, label, names, item or references are wrong.
    """
    by_class: dict[str, dict[str, _Subject]] = defaultdict(dict)
    subjects: dict[str, _Subject] = {}
    for file in files:
        for subject in _parse(file):
            if subject.id in subjects:
                raise subject.error(f"stands in {subjects[subject.id].file} too", "merge the two blocks")
            subjects[subject.id] = subject
            by_class[_class(subject)][subject.id] = subject
    roles = {key: subject.titles() for key, subject in by_class[_ROLE].items()}
    organs = {key: subject.titles() for key, subject in by_class[_ORGAN].items()}
    things = {
        key: _thing(subject, kind, subjects, organs)
        for iri, kind in _THING_TYPES.items()
        for key, subject in by_class[iri].items()
    }
    posts = {key: _post(subject, things, roles) for key, subject in by_class[_POST].items()}
    _refuse_shared_items([*things.values(), *posts.values()], subjects)
    memberships = sorted(
        (_membership(subject, things, posts) for subject in by_class[_MEMBERSHIP].values()),
        key=lambda m: (m.post, m.start, m.person),
    )
    return Content(dict(sorted(things.items())), dict(sorted(posts.items())), tuple(memberships), organs)


def _parse(file: Traversable) -> Iterable[_Subject]:
    found: dict[str, _Subject] = {}
    try:
        for triple in pyoxigraph.parse(file.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE):
            iri = triple.subject.value
            subject = found.get(iri)
            if subject is None:
                identifier = iri.removeprefix(_ID) if iri.startswith("http") else f"{file.name}#{iri}"
                subject = found[iri] = _Subject(file.name, identifier)
            subject.values.setdefault(triple.predicate.value, []).append(triple.object)
    except SyntaxError as problem:
        raise LexiconError(f"no Turtle: {problem.msg}", where=file.name, remedy="correct the line") from problem
    return found.values()


def _class(subject: _Subject) -> str:
    classes = [value.value for value in subject.values.get(_TYPE, ())]
    known = {*_THING_TYPES, _POST, _MEMBERSHIP, _ROLE, _ORGAN}
    if len(classes) != 1 or classes[0] not in known:
        found = ", ".join(map(_short, classes)) or "none"
        raise subject.error(f"unknown class: {found}", f"give one of {', '.join(sorted(map(_short, known)))}")
    for predicate in subject.values:
        if predicate not in _PROPERTIES:
            raise subject.error(f"unknown property {_short(predicate)}", "see the header of the file for those in use")
    return classes[0]


def _thing(
    subject: _Subject, kind: EntityType, subjects: Mapping[str, _Subject], organs: Mapping[str, tuple[Title, ...]]
) -> Thing:
    state = subject.reference(_DIP + "organOf") or subject.reference(_DIP + "activeIn")
    if state is not None and (state not in subjects or _class(subjects[state]) != _DIP + "State"):
        raise subject.error(f"{state} is no state", "name a key of states.ttl")
    organ = subject.reference(_ORG + "classification")
    if organ is not None and organ not in organs:
        raise subject.error(f"unknown kind of organ {organ}", "name a key of organizations.ttl that is a skos:Concept")
    names = subject.names()
    label = subject.texts(_SKOS + "prefLabel")[0]
    return Thing(subject.id, kind, label, subject.english(), subject.qid(), names, state, organ)


def _post(subject: _Subject, things: Mapping[str, Thing], roles: Mapping[str, tuple[Title, ...]]) -> Post:
    body, speaks_for = subject.reference(_ORG + "postIn"), subject.reference(_DIP + "speaksFor")
    if body is None:
        raise subject.error("no org:postIn", "name the state or organization that the office belongs to")
    for key in (body, speaks_for):
        if key is not None and key not in things:
            raise subject.error(f"unknown body {key}", "name a key of states.ttl or organizations.ttl")
    role = subject.reference(_ORG + "role")
    if role is not None and role not in roles:
        raise subject.error(f"unknown role {role}", "name a key of posts.ttl that is an org:Role")
    names = subject.names()
    label = subject.texts(_SKOS + "prefLabel")[0]
    titles = roles[role] if role else ()
    return Post(subject.id, label, subject.english(), subject.qid(), names, body, speaks_for, role, titles)


def _membership(subject: _Subject, things: Mapping[str, Thing], posts: Mapping[str, Post]) -> Membership:
    person, post = subject.reference(_ORG + "member"), subject.reference(_ORG + "post")
    if person not in things or things[person].type != "person":
        raise subject.error(f"membership of unknown person {person}", "name a key of people.ttl")
    if post not in posts:
        raise subject.error(f"membership of {person} in unknown post {post}", "name a key of posts.ttl")
    start, end = subject.day(_DIP + "from"), subject.day(_DIP + "until")
    if start is None or (end is not None and end < start):
        raise subject.error(f"membership of {person} in {post} lasts from {start} until {end}", "correct the days")
    return Membership(person, post, start, end)


def _refuse_shared_items(named: Iterable[Thing | Post], subjects: Mapping[str, _Subject]) -> None:
    keys: dict[str, str] = {}
    for thing in named:
        if thing.qid is not None and keys.setdefault(thing.qid, thing.key) != thing.key:
            what = f"{thing.qid} is the item of {keys[thing.qid]} too"
            raise subjects[thing.key].error(what, "merge the two, or drop the wrong item")


def _short(iri: str) -> str:
    for prefix, namespace in (("dip:", _DIP), ("org:", _ORG), ("skos:", _SKOS)):
        if iri.startswith(namespace):
            return prefix + iri.removeprefix(namespace)
    return iri
