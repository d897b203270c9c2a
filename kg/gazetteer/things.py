"""What the gazetteer holds: things with their names, offices, and who held them when.

Keys are readable paths («state/iran»); a thing's IRI is the base IRI and its key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kg.model import DateSpan, EntityType

NameKind = Literal["label", "alias", "demonym", "metonym", "weak"]

NAME_KINDS: tuple[NameKind, ...] = ("label", "alias", "demonym", "metonym", "weak")

SNAPSHOT = date(2022, 12, 31)
"""The last day that a membership without an end is trusted to cover, unless more is said: most sources end there."""


@dataclass(frozen=True, slots=True)
class Name:
    """A Persian name of a thing.

    Attributes:
        text: The name as usually written.
        kind: The label that is shown, another full name, an adjective («آمریکایی»), a place that stands for
            its government («تهران»), or a weak name: one word that many bear or that is also a common word, to be
            trusted only after the full name or a title was seen in the same text.
    """

    text: str
    kind: NameKind


@dataclass(frozen=True, slots=True)
class Thing:
    """A state, organization, person, group or topic.

    Attributes:
        key: Its readable path.
        type: One of ``kg.model.ENTITY_TYPES``.
        name: Its Persian label.
        name_en: Its English label.
        qid: Its Wikidata item, where a verified one is known.
        names: Every Persian name, the label first.
        state: Key of the state that a ministry, parliament or army is an organ of, or whose public life a person
            belongs to.
        organ: Key of the kind of organ («organ/foreign-ministry») by whose titles it can be found with its state.
        member_of: Keys of the organizations that a state is a member of, as far as listed; sorted.
    """

    key: str
    type: EntityType
    name: str
    name_en: str | None
    qid: str | None
    names: tuple[Name, ...]
    state: str | None = None
    organ: str | None = None
    member_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Title:
    """How an office or a kind of organ is called without its state: «وزیر خارجه», «نماینده دائم … در سازمان ملل».

    Attributes:
        text: The words; «…» marks where the state or body stands when it is not the end.
        is_relative: Whether the words mean this office only beside its very body («سخنگو» of a ministry).
    """

    text: str
    is_relative: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """An office of one state or body.

    Attributes:
        key: Its readable path.
        name: Its Persian label, state or body included.
        name_en: Its English label.
        qid: Its Wikidata item, where a verified one is known.
        names: Every listed Persian name, the label first; more are composed from ``titles`` and the state's names.
        body: Key of the state or organization that the office belongs to.
        speaks_for: Key of the actor on whose behalf its holder speaks, or None.
        role: Key of the kind of office («role/foreign-minister»).
        titles: The office's titles without its state or body.
    """

    key: str
    name: str
    name_en: str | None
    qid: str | None
    names: tuple[Name, ...]
    body: str
    speaks_for: str | None = None
    role: str | None = None
    titles: tuple[Title, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """That a person held an office from one day to another.

    Attributes:
        person: Key of the person.
        post: Key of the office.
        start: The first day.
        end: The last day, or None where no end is known.
        known: The last day on which an office without an end is known to have been held.
    """

    person: str
    post: str
    start: date
    end: date | None = None
    known: date = SNAPSHOT

    def covers(self, span: DateSpan) -> bool:
        """Whether the person certainly held the office on every day of the span."""
        return self.start <= span.earliest and span.latest <= (self.end or self.known)

    def overlaps(self, span: DateSpan) -> bool:
        """Whether the person may have held the office on a day of the span."""
        return self.start <= span.latest and (self.end is None or span.earliest <= self.end)


def holder(memberships: Sequence[Membership], span: DateSpan) -> str | None:
    """Return the key of the one person who held an office on every day of the span, or None.

    An open membership counts as ended once somebody else's began.

    Example:
        >>> first = Membership("person/a", "post/p", date(2013, 8, 15), date(2021, 8, 25))
        >>> second = Membership("person/b", "post/p", date(2021, 8, 25))
        >>> holder([first, second], DateSpan(date(2020, 1, 1), date(2020, 12, 31)))
        'person/a'
        >>> holder([first, second], DateSpan(date(2021, 1, 1), date(2021, 12, 31))) is None
        True
    """
    covering = {m.person for m in memberships if m.covers(span)}
    current = [m for m in memberships if m.overlaps(span)]
    rivals = {m.person for m in current if m.end or m.covers(span) or m.start > span.earliest}
    return covering.pop() if len(covering) == 1 and covering == rivals else None
