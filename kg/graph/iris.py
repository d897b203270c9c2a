"""IRIs made from content alone: the same words give the same name, on every machine and in every run.

No counter, no clock, no chance. A digest never includes the base, so that a site with a base of its own
gives every thing the same last part.
"""

import hashlib
import unicodedata
from datetime import date
from functools import lru_cache

from rdflib import URIRef

from kg.language.normalize import fold
from kg.model import Article, Entity, EntityType, Span
from ontology import BASE

_GRAPHS = "https://w3id.org/mavaze/graph/"
ONTOLOGY_GRAPH = URIRef(_GRAPHS + "ontology")
ENTITIES_GRAPH = URIRef(_GRAPHS + "entities")
DERIVED_GRAPH = URIRef(_GRAPHS + "derived")
SUMMARIES_GRAPH = URIRef(_GRAPHS + "summaries")
IDENTITIES_GRAPH = URIRef(_GRAPHS + "identities")

_DIGEST_LENGTH = 20
_LONGEST_NAME = 80


def digest(*parts: str) -> str:
    """Return a short digest of the parts, in which their borders count.

    Example:
        >>> digest("ab", "c") == digest("a", "bc")
        False
    """
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:_DIGEST_LENGTH]


@lru_cache(maxsize=65536)
def name_slug(name: str) -> str:
    """Return a name as the readable end of an IRI: folded words with hyphens between them.

    Spaces, the zero-width non-joiner and signs all divide words, so that «علی‌اکبر» and «علی اکبر» are one.
    A long name is cut and told apart by a digest of the whole.

    Example:
        >>> name_slug("علي‌اكبر  ولایتی")
        'علی-اکبر-ولایتی'
    """
    divided = "".join(_letter_or_space(character) for character in name)
    slug = "-".join(filter(None, map(fold, divided.split())))
    if slug and len(slug) <= _LONGEST_NAME:
        return slug
    return "-".join(filter(None, (slug[:_LONGEST_NAME].rstrip("-"), digest(name))))


def _letter_or_space(character: str) -> str:
    # Marks stay: they are dropped in folding and divide no word. ZWNJ is a format character and divides.
    return character if unicodedata.category(character)[0] in "LNM" else " "


def article_path(article: Article) -> str:
    """Return the article's IRI without its base."""
    return f"article/{digest(article.key)}"


def article_iri(article: Article, base: str = BASE) -> URIRef:
    """Return the article's IRI, made from its URL or else its publisher and text; also its graph's name."""
    return URIRef(base + article_path(article))


def entity_path(entity: Entity, article: Article) -> str:
    """Return an entity's IRI without its base.

    The gazetteer's key where it has one; else its folded name, which one article keeps for itself when the
    name means something only there.

    Example:
        >>> entity_path(Entity("e1", "رضا کامرانی", "person"), Article("a", "…"))
        'person/رضا-کامرانی'
    """
    if entity.key is not None:
        return entity.key
    path = named_path(entity.name, entity.type)
    return f"{article_path(article)}/{path}" if entity.is_local else path


def named_path(name: str, type: EntityType) -> str:
    """Return the path of something that only its name identifies."""
    return f"{type}/{name_slug(name)}"


def is_local_path(path: str) -> bool:
    """Whether the path names something that belongs to one article alone."""
    return path.startswith("article/")


def entity_iri(entity: Entity, article: Article, base: str = BASE) -> URIRef:
    """Return an entity's IRI."""
    return URIRef(base + entity_path(entity, article))


def thing_iri(key: str, base: str = BASE) -> URIRef:
    """Return the IRI of a gazetteer's thing or post.

    Example:
        >>> thing_iri("state/iran")
        rdflib.term.URIRef('https://w3id.org/mavaze/id/state/iran')
    """
    return URIRef(base + key)


def membership_path(person: str, post: str, start: date | None) -> str:
    """Return the path of a term of office: person, post and first day.

    Example:
        >>> membership_path("person/ali-rezaei", "post/iran-foreign-minister", date(2013, 8, 15))
        'membership/ali-rezaei/iran-foreign-minister/2013-08-15'
    """
    return f"membership/{_tail(person)}/{_tail(post)}/{start.isoformat() if start else 'undated'}"


def _tail(key: str) -> str:
    return key.partition("/")[2]


def statement_iri(article: Article, content: Span, speaker: str, base: str = BASE) -> URIRef:
    """Return a statement's IRI, made from its article, offsets and speaker.

    Args:
        article: The article that reports it.
        content: Where its words stand.
        speaker: The speaker's path (see ``entity_path``).
        base: The base of all IRIs.
    """
    return URIRef(f"{base}statement/{digest(article.key, str(content.begin), str(content.end), speaker)}")


def stance_iri(statement: URIRef, polarity: str, target: str, base: str = BASE) -> URIRef:
    """Return a stance's IRI, made from its statement, polarity and target.

    Args:
        statement: The statement that conveys it.
        polarity: Positive or negative.
        target: The target's path (see ``entity_path``).
        base: The base of all IRIs.
    """
    return URIRef(f"{base}stance/{digest(statement.removeprefix(base), polarity, target)}")


def link_iri(kind: str, first: URIRef, second: URIRef, base: str = BASE) -> URIRef:
    """Return the IRI of the evidence that links two statements, made from both and what the link is."""
    return URIRef(f"{base}link/{digest(kind, first.removeprefix(base), second.removeprefix(base))}")


def summary_iri(*parts: str, base: str = BASE) -> URIRef:
    """Return the IRI of a count, made from what it counts by."""
    return URIRef(f"{base}summary/{digest(*(part.removeprefix(base) for part in parts))}")


def total_iri(side: URIRef, target: URIRef, base: str = BASE) -> URIRef:
    """Return the IRI of the count of all that a side has said for and against a target."""
    return URIRef(f"{base}total/{digest(side.removeprefix(base), target.removeprefix(base))}")
