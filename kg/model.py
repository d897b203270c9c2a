"""The waist of the hourglass: frozen types that text and RDF share.

Nothing here knows Persian or RDF; invariants are checked on creation. Offsets are
Unicode code points of the article's text exactly as read, ends exclusive.
"""

import calendar
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

EntityType = Literal["person", "state", "organization", "group", "topic"]
LinkReason = Literal[
    "full name", "name", "short name", "surname and office", "office on the date", "side of the office", "open"
]
Polarity = Literal["positive", "negative"]
Mode = Literal["direct", "indirect", "mixed"]

ENTITY_TYPES: tuple[EntityType, ...] = ("person", "state", "organization", "group", "topic")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of text, in code points of the article's text as read.

    Raises:
        ValueError: When the span is empty or begins before the text.

    Example:
        >>> Span(0, 4).of("کنعانی گفت")
        'کنعا'
    """

    begin: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.begin < self.end:
            raise ValueError(f"no span from {self.begin} to {self.end}")

    def of(self, text: str) -> str:
        """Return the words that the span covers."""
        return text[self.begin : self.end]

    def covers(self, other: "Span") -> bool:
        """Whether the other span lies inside this one."""
        return self.begin <= other.begin and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share a code point."""
        return self.begin < other.end and other.begin < self.end


@dataclass(frozen=True, slots=True, order=True)
class DateSpan:
    """The span of days that a date leaves open, first and last day included.

    A day has equal ends; a month or year its first and last day.

    Raises:
        ValueError: When the last day precedes the first.
    """

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError(f"the span ends ({self.latest}) before it begins ({self.earliest})")

    def __str__(self) -> str:
        """Return the date as precisely as it is known: a day, month, year, or a span of days with a slash.

        Example:
            >>> str(DateSpan(date(2019, 7, 1), date(2019, 7, 31)))
            '2019-07'
        """
        first, last = self.earliest, self.latest
        if first == last:
            return first.isoformat()
        if (first.year, first.month) == (last.year, last.month):
            if first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]:
                return f"{first:%Y-%m}"
        elif (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            return f"{first.year:04}" if first.year == last.year else f"{first.year:04}/{last.year:04}"
        return f"{first.isoformat()}/{last.isoformat()}"


@dataclass(frozen=True)
class Article:
    """One news article, its text exactly as read.

    Attributes:
        id: What its source calls it; printed in records, never in an IRI.
        text: The text as read, never altered afterwards.
        title: The title as read, where the source tells it apart.
        published: The days on which it may have been published; None when unknown.
        publisher: The outlet's name as read.
        url: Its address, the first choice for its IRI.
        derived_from: What it retells, where it is not the original itself (an address or a description).
        source: The file or address it was read from; kept in the store's register.
    """

    id: str
    text: str
    title: str | None = None
    published: DateSpan | None = None
    publisher: str | None = None
    url: str | None = None
    derived_from: str | None = None
    source: str | None = None

    @cached_property
    def key(self) -> str:
        """What identifies the article everywhere: its URL, else a digest of its publisher and text.

        The publisher counts because two outlets that print the same agency report are two articles.
        """
        if self.url:
            return self.url
        return hashlib.sha256(f"{self.publisher or ''}\n{self.text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Link:
    """Which item of the world an entity is, why, and how sure that is; or who it may be, where that is left open.

    Attributes:
        qid: The Wikidata item; None where it is left open, or where no verified item of the thing is known.
        reason: What decided.
        confidence: The probability that it is right; 0 where it is left open.
        candidates: The gazetteer's keys of whom it is, or may be; sorted by likelihood.
    """

    qid: str | None
    reason: LinkReason
    confidence: float
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something that takes part in an article's statements.

    Attributes:
        id: Its name within the extraction («e1», «e2» …, in order of first use).
        name: The fullest Persian form in the article; for states the usual short name.
        type: One of ``ENTITY_TYPES``.
        qid: Its Wikidata item, or None.
        mentions: Its surface forms in the article, as written; pronouns excluded.
        key: The gazetteer's key, or None when the gazetteer does not know it.
        is_local: Whether the name means something only inside this article (a bare surname, an office
            that nothing resolves, an anonymous source, a word for many: «دولت», «این کمیسیون»).
        link: Why it has its item, or none.
    """

    id: str
    name: str
    type: EntityType
    qid: str | None = None
    mentions: tuple[str, ...] = ()
    key: str | None = None
    is_local: bool = False
    link: Link | None = None

    def __post_init__(self) -> None:
        if self.type not in ENTITY_TYPES:
            raise ValueError(f"no entity type {self.type!r}")


@dataclass(frozen=True, slots=True)
class Stance:
    """A holder's position toward a target, as one statement shows it.

    Attributes:
        holder: Entity id; the statement's speaker.
        target: Entity id.
        polarity: Positive or negative; neutral mentions have no stance.
        confidence: The probability that the stance is right.
        rule: What made it.
    """

    holder: str
    target: str
    polarity: Polarity
    confidence: float = 1.0
    rule: str = ""

    def __post_init__(self) -> None:
        if self.polarity not in ("positive", "negative"):
            raise ValueError(f"no polarity {self.polarity!r}")


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that the article attributes to a source: said, written, or done by words.

    Attributes:
        speaker: Entity id of who said it.
        content: Where the reported words stand.
        act: A concept of ``ontology/acts.ttl`` by its local name.
        cue: The reporting words as written, or None.
        cue_span: From the cue's first to its last code point, or None.
        mode: Word for word, in the reporter's words, or both.
        on_behalf_of: Entity id of whom the speaker's office speaks for.
        post: The gazetteer's key of the office named or implied.
        post_title: The office as written.
        addressee: Entity id of whom it was said to.
        medium: Entity id of the outlet that it was said through.
        about: Entity ids mentioned in the content, in text order.
        said_on: The day it was said, only where the text tells.
        within: Index of the statement that this one is nested in.
        stances: What the words show toward targets.
        confidence: The probability that extent and speaker are right.
        rule: What made it.
    """

    speaker: str
    content: Span
    act: str
    cue: str | None = None
    cue_span: Span | None = None
    mode: Mode = "indirect"
    on_behalf_of: str | None = None
    post: str | None = None
    post_title: str | None = None
    addressee: str | None = None
    medium: str | None = None
    about: tuple[str, ...] = ()
    said_on: date | None = None
    within: int | None = None
    stances: tuple[Stance, ...] = ()
    confidence: float = 1.0
    rule: str = ""


@dataclass(frozen=True)
class Extraction:
    """All that was found in one article: what is printed, scored and turned into triples.

    Raises:
        ValueError: When a statement names an entity that is not listed, lies outside the
            text, or is nested in one that does not exist.
    """

    article: Article
    entities: tuple[Entity, ...] = ()
    statements: tuple[Statement, ...] = ()
    _by_id: Mapping[str, Entity] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {entity.id: entity for entity in self.entities})
        for index, statement in enumerate(self.statements):
            named = {statement.speaker, *statement.about, *(s.target for s in statement.stances)}
            named |= {s.holder for s in statement.stances}
            named |= {i for i in (statement.on_behalf_of, statement.addressee, statement.medium) if i is not None}
            if unknown := named - self._by_id.keys():
                raise ValueError(f"statement {index} names entities that are not listed: {sorted(unknown)}")
            if statement.content.end > len(self.article.text):
                raise ValueError(f"statement {index} ends at {statement.content.end}, behind the text")
            if statement.within is not None and not 0 <= statement.within < len(self.statements):
                raise ValueError(f"statement {index} is nested in {statement.within}, which does not exist")

    def entity(self, entity_id: str) -> Entity:
        """Return the entity of that id.

        Raises:
            KeyError: When there is none.
        """
        return self._by_id[entity_id]

    def as_record(self) -> dict[str, Any]:
        """Return the annotation guide's JSON object, with what else is known under the names of ``dip:``."""
        article = self.article
        told = {
            "title": article.title,
            "date": str(article.published) if article.published else None,
            "publisher": article.publisher,
            "url": article.url,
            "derived_from": article.derived_from,
        }
        return {
            "id": article.id,
            **{name: value for name, value in told.items() if value is not None},
            "text": article.text,
            "entities": [self._entity_record(e) for e in self.entities],
            "statements": [self._statement_record(s) for s in self.statements],
        }

    @staticmethod
    def _entity_record(e: Entity) -> dict[str, Any]:
        record = {"id": e.id, "name": e.name, "type": e.type, "qid": e.qid, "mentions": list(e.mentions)}
        if e.link is None:
            return record
        link = e.link
        return record | {
            "link": {"reason": link.reason, "confidence": link.confidence, "candidates": list(link.candidates)}
        }

    @staticmethod
    def _statement_record(s: Statement) -> dict[str, Any]:
        more = {
            "post": s.post_title,
            "addressee": s.addressee,
            "medium": s.medium,
            "about": list(s.about) or None,
            "said_on": s.said_on.isoformat() if s.said_on else None,
        }
        return {
            "speaker": s.speaker,
            "on_behalf_of": s.on_behalf_of,
            "begin": s.content.begin,
            "end": s.content.end,
            "cue": s.cue,
            "act": s.act,
            "stances": [
                {"target": o.target, "polarity": o.polarity, "confidence": o.confidence, "rule": o.rule}
                for o in s.stances
            ],
            "within": s.within,
            "mode": s.mode,
            **{name: value for name, value in more.items() if value is not None},
            "confidence": s.confidence,
            "rule": s.rule,
        }
