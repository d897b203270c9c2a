"""What the entities graph says of a thing: its class, names, offices and Wikidata item.

What the gazetteer knows is described by the gazetteer alone; what only articles know, by the articles that name
it, in whatever order they were read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from rdflib import RDF, RDFS, XSD, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, SDO, SKOS

from kg.gazetteer import Gazetteer, Membership, Name, Post, Thing
from kg.graph.iris import membership_path
from kg.graph.triples import Triple, Use
from kg.language.normalize import fold
from ontology import BASE, DIP, PREFIXES

ORG = Namespace(PREFIXES["org"])
WIKIDATA = Namespace(PREFIXES["wd"])

_CLASSES = {
    "person": DIP.Person,
    "state": DIP.State,
    "organization": DIP.Organization,
    "group": DIP.Group,
    "topic": DIP.Topic,
}
_NAME_PROPERTIES = {"alias": SKOS.altLabel, "weak": SKOS.hiddenLabel, "demonym": DIP.demonym, "metonym": DIP.metonym}


class EntityDescriber:
    """Describe things by their path (their IRI without the base).

    Args:
        gazetteer: What is known of the world.
        base: The base of all IRIs.
    """

    def __init__(self, gazetteer: Gazetteer, base: str = BASE) -> None:
        self._gazetteer = gazetteer
        self.base = base
        self._needs: dict[str, frozenset[str]] = {}

    def needs(self, path: str) -> frozenset[str]:
        """Return everything that must be described where this is used.

        A person brings the offices that it held; an office brings those who held it, unless it speaks for
        nobody (a seat in a parliament of hundreds); both bring the bodies and states that they point to, and a
        state the organizations that it is a member of.
        """
        if not self.knows(path):
            return frozenset((path,))
        if path not in self._needs:
            self._needs[path] = frozenset(self._collect_needs(path))
        return self._needs[path]

    def knows(self, path: str) -> bool:
        """Whether the gazetteer describes it, so that no article can change what is said of it."""
        return path in self._gazetteer.things or path in self._gazetteer.posts or path in self._memberships

    def describe(self, path: str, uses: Counter[Use] | None = None) -> set[Triple]:
        """Return all that the entities graph says of one thing.

        Args:
            path: Its IRI without the base.
            uses: How many articles call it what; for what the gazetteer does not know.
        """
        if (thing := self._gazetteer.things.get(path)) is not None:
            return set(self._describe_thing(thing))
        if (post := self._gazetteer.posts.get(path)) is not None:
            return set(self._describe_post(post))
        if (membership := self._memberships.get(path)) is not None:
            return set(self._describe_membership(path, membership))
        if not uses:
            return set()
        if (first := min(uses)).kind in ("activity", "software"):
            return set(self._describe_run(path, first))
        return set(self._describe_unknown(path, uses))

    @cached_property
    def _memberships(self) -> dict[str, Membership]:
        return {membership_path(m.person, m.post, m.start): m for m in self._gazetteer.memberships}

    @cached_property
    def _memberships_by_post(self) -> dict[str, list[tuple[str, Membership]]]:
        found: dict[str, list[tuple[str, Membership]]] = {}
        for path, membership in self._memberships.items():
            found.setdefault(membership.post, []).append((path, membership))
        return found

    def _collect_needs(self, path: str) -> Iterator[str]:
        if path in self._gazetteer.things:
            yield from self._with_bodies(path)
            for membership in self._gazetteer.posts_of(path):
                yield membership_path(membership.person, membership.post, membership.start)
                yield from self._post_and_bodies(self._gazetteer.posts[membership.post])
        elif (post := self._gazetteer.posts.get(path)) is None:
            yield path
        else:
            yield from self._post_and_bodies(post)
            if post.speaks_for is not None:
                for membership_key, membership in self._memberships_by_post.get(path, ()):
                    yield membership_key
                    yield from self._with_bodies(membership.person)

    def _post_and_bodies(self, post: Post) -> Iterator[str]:
        yield post.key
        for key in (post.body, post.speaks_for):
            if key is not None:
                yield from self._with_bodies(key)

    def _with_bodies(self, key: str) -> Iterator[str]:
        """Yield a thing, the state that it belongs to and the organizations that these are members of."""
        thing = self._gazetteer.things[key]
        yield key
        yield from thing.member_of
        if thing.state is not None:
            yield from self._with_bodies(thing.state)

    def _iri(self, path: str) -> URIRef:
        return URIRef(self.base + path)

    def _describe_thing(self, thing: Thing) -> Iterator[Triple]:
        iri = self._iri(thing.key)
        yield iri, RDF.type, _CLASSES[thing.type]
        yield from self._names(iri, thing.name, thing.name_en, thing.names, thing.qid)
        if thing.state is not None:
            yield iri, DIP.activeIn if thing.type == "person" else DIP.organOf, self._iri(thing.state)
        for organization in thing.member_of:
            yield iri, ORG.memberOf, self._iri(organization)

    def _describe_post(self, post: Post) -> Iterator[Triple]:
        iri = self._iri(post.key)
        yield iri, RDF.type, ORG.Post
        yield from self._names(iri, post.name, post.name_en, post.names, post.qid)
        yield iri, ORG.postIn, self._iri(post.body)
        if post.speaks_for is not None:
            yield iri, DIP.speaksFor, self._iri(post.speaks_for)

    def _describe_membership(self, path: str, membership: Membership) -> Iterator[Triple]:
        iri = self._iri(path)
        yield iri, RDF.type, ORG.Membership
        yield iri, ORG.member, self._iri(membership.person)
        yield iri, ORG.post, self._iri(membership.post)
        yield iri, DIP["from"], Literal(membership.start.isoformat(), datatype=XSD.date)
        if membership.end is not None:
            yield iri, DIP.until, Literal(membership.end.isoformat(), datatype=XSD.date)

    def _names(
        self, iri: URIRef, name: str, name_en: str | None, names: Iterable[Name], qid: str | None
    ) -> Iterator[Triple]:
        yield iri, SKOS.prefLabel, Literal(name, lang="fa")
        if name_en:
            yield iri, SKOS.prefLabel, Literal(name_en, lang="en")
        for other in names:
            if other.text != name and other.kind in _NAME_PROPERTIES:
                yield iri, _NAME_PROPERTIES[other.kind], Literal(other.text, lang="fa")
        if qid:
            yield iri, OWL.sameAs, WIKIDATA[qid]

    def _describe_run(self, path: str, use: Use) -> Iterator[Triple]:
        iri = self._iri(path)
        yield iri, RDFS.label, Literal(f"mavaze {use.name}")
        if use.kind == "software":
            yield iri, RDF.type, PROV.SoftwareAgent
            yield iri, SDO.softwareVersion, Literal(use.name)
            return
        yield iri, RDF.type, PROV.Activity
        yield iri, PROV.wasAssociatedWith, self._iri(f"software/mavaze-{use.name}")
        for form in use.forms:
            yield iri, DCTERMS.identifier, Literal(form)

    def _describe_unknown(self, path: str, uses: Counter[Use]) -> Iterator[Triple]:
        iri = self._iri(path)
        names: Counter[str] = Counter()
        for use, articles in uses.items():
            if use.name:
                names[use.name] += articles
        if not names:
            return
        name = min(names, key=lambda text: (-names[text], text))
        yield iri, RDF.type, _CLASSES[min(use.kind for use in uses)]
        yield iri, SKOS.prefLabel, Literal(name, lang="fa")
        for form in _other_names(name, {form for use in uses for form in use.forms}):
            yield iri, SKOS.altLabel, Literal(form, lang="fa")
        items = {use.qid for use in uses if use.qid}
        if len(items) == 1:
            yield iri, OWL.sameAs, WIKIDATA[items.pop()]


def _other_names(name: str, forms: Iterable[str]) -> Iterator[str]:
    """Yield the surface forms that are names: they share a word with the name, so titles and roles fall out."""
    words = {fold(word) for word in name.split()}
    seen = {fold(name)}
    for form in sorted(forms):
        folded = fold(form)
        if folded not in seen and words & {fold(word) for word in form.split()}:
            seen.add(folded)
            yield form
