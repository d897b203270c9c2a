"""Who held the gazetteer's offices, asked of Wikidata's SPARQL service and written into its Turtle.

The file is edited block by block, so that the change is a readable diff: new terms of office, ends that were open, and
people who were not known. What the gazetteer says otherwise than Wikidata is left and told, for a person to decide.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kg.errors import LexiconError
from kg.gazetteer import Gazetteer, Membership
from kg.gazetteer.reader import read
from kg.wikidata.client import WikidataClient
from kg.wikidata.items import Days, is_qid, read_time

PEOPLE = "people.ttl"

_BATCH = 40
_GAP = 62
"""Days between two terms of one person in one office that are taken for one."""
_SAME_TERM = 366
"""Days by which the gazetteer and Wikidata may differ about one term."""
_ENTITY = "http://www.wikidata.org/entity/"
_QUERY = """
SELECT ?post ?person ?fa ?en ?start ?startPrecision ?end ?endPrecision WHERE {
  VALUES ?post { %s }
  ?person p:P39 ?term ; wdt:P31 wd:Q5 .
  ?term ps:P39 ?post ; pqv:P580 [ wikibase:timeValue ?start ; wikibase:timePrecision ?startPrecision ] .
  MINUS { ?term wikibase:rank wikibase:DeprecatedRank }
  OPTIONAL { ?term pqv:P582 [ wikibase:timeValue ?end ; wikibase:timePrecision ?endPrecision ] }
  OPTIONAL { ?person rdfs:label ?fa . FILTER(LANG(?fa) = "fa") }
  OPTIONAL { ?person rdfs:label ?en . FILTER(LANG(?en) = "en") }
}
"""
_FOLDED = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه"})
_MARKS = re.compile("[\u064b-\u0652\u0670\u0640\u200e\u200f]")
_SUBJECT = re.compile(r"^<(person/[^>]+)>")
_TERM = re.compile(
    r"^\[\] a org:Membership ; org:member <(?P<person>[^>]+)> ; org:post <(?P<post>[^>]+)> ; "
    r'dip:from "(?P<start>[\d-]+)"'
)


@dataclass(frozen=True, slots=True, order=True)
class Holding:
    """That a person held an office, as Wikidata tells; days that are certain, where only a month or year is known.

    Attributes:
        post: The gazetteer's key of the office.
        start: The first day.
        end: The last day, or None.
        person: The person's item.
        name: The Persian label, or None.
        name_en: The English label, or None.
    """

    post: str
    start: date
    end: date | None
    person: str
    name: str | None = None
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh changed.

    Attributes:
        offices: Offices that were asked for.
        people: Keys of people who are new.
        terms: New terms of office.
        ended: Terms whose end was open.
        open_questions: What a person has to decide, a line each.

    Example:
        >>> print(RefreshReport(900, ("person/x",), 3, 1, ("person/y: …",)))
        900 offices asked for: 1 person, 3 terms of office and 1 end are new; 1 question is left
    """

    offices: int
    people: tuple[str, ...]
    terms: int
    ended: int
    open_questions: tuple[str, ...]

    def __str__(self) -> str:
        people = f"{len(self.people)} {'person' if len(self.people) == 1 else 'people'}"
        terms = f"{self.terms} {'term' if self.terms == 1 else 'terms'} of office"
        ends = f"{self.ended} {'end' if self.ended == 1 else 'ends'}"
        left = f"{len(self.open_questions)} {'question is' if len(self.open_questions) == 1 else 'questions are'} left"
        return f"{self.offices} offices asked for: {people}, {terms} and {ends} are new; {left}"


def ask_holdings(client: WikidataClient, gazetteer: Gazetteer) -> Iterator[Holding]:
    """Yield who held the offices whose item the gazetteer knows and that speak for somebody.

    Raises:
        RemoteError: When the service fails, is silent, or answers what is no answer.
    """
    posts = {post.qid: post.key for post in gazetteer.posts.values() if post.qid and post.speaks_for}
    wanted = sorted(posts)
    for first in range(0, len(wanted), _BATCH):
        values = " ".join(f"wd:{qid}" for qid in wanted[first : first + _BATCH])
        for row in client.select(_QUERY % values):
            holding = _holding(row, posts)
            if holding is not None:
                yield holding


def refresh(folder: Path, gazetteer: Gazetteer, holdings: Iterable[Holding], *, on: date) -> RefreshReport:
    """Write what is new into a folder of the gazetteer's Turtle; everything or nothing.

    Args:
        folder: Holds ``people.ttl`` and the other files.
        gazetteer: Those files, as read.
        holdings: What Wikidata tells.
        on: The day on which it was asked: up to then, terms without an end are known to last.

    Raises:
        LexiconError: When the result would be no gazetteer; then nothing is written.
        OSError: When the file cannot be written.
    """
    edit = _Edit(gazetteer, on)
    for holding in _joined(sorted(set(holdings), key=_sort_key)):
        edit.take(holding)
    before = (folder / PEOPLE).read_text(encoding="utf-8")
    after = _rewritten(before, edit)
    if after != before:
        _replace_checked(folder, after)
    offices = sum(1 for post in gazetteer.posts.values() if post.qid and post.speaks_for)
    return RefreshReport(offices, tuple(edit.new_people), len(edit.new_terms), len(edit.ended), tuple(edit.questions))


class _Edit:
    """What is to be changed, collected one holding at a time."""

    def __init__(self, gazetteer: Gazetteer, on: date) -> None:
        self.on = on
        self.gazetteer = gazetteer
        self.keys = {thing.qid: thing.key for thing in gazetteer.things.values() if thing.qid}
        self.terms: dict[tuple[str, str], list[Membership]] = {}
        for membership in gazetteer.memberships:
            self.terms.setdefault((membership.person, membership.post), []).append(membership)
        self.new_people: dict[str, Holding] = {}
        self.new_terms: list[Membership] = []
        self.ended: dict[tuple[str, str, date], date] = {}
        self.lasting: set[tuple[str, str, date]] = set()
        self.questions: list[str] = []

    def take(self, holding: Holding) -> None:
        person = self.keys.get(holding.person)
        if person is None:
            if holding.name is None:
                self.questions.append(f"{holding.person} held {holding.post} from {holding.start}: no Persian label")
                return
            person = self.keys[holding.person] = self._new_key(holding)
            self.new_people[person] = holding
        if not person.startswith("person/"):
            self.questions.append(f"{holding.person} is {person}, which is no person")
            return
        known = self._same_term(person, holding)
        if known is None:
            membership = Membership(person, holding.post, holding.start, holding.end, max(self.on, holding.start))
            self.terms.setdefault((person, holding.post), []).append(membership)
            self.new_terms.append(membership)
        elif known.end is None and holding.end is None:
            if known.known < self.on and known not in self.new_terms:
                self.lasting.add((known.person, known.post, known.start))
        elif known.end is None and holding.end is not None and holding.end >= known.start:
            self.ended[known.person, known.post, known.start] = holding.end
        elif holding.end is not None and known.end is not None and abs((holding.end - known.end).days) > _SAME_TERM:
            told = f"Wikidata says from {holding.start} until {holding.end}"
            self.questions.append(f"{person} in {holding.post} from {known.start} until {known.end}: {told}")

    def _same_term(self, person: str, holding: Holding) -> Membership | None:
        """Return the term that is meant: one that begins within a year, or that covers the first day."""
        for known in self.terms.get((person, holding.post), []):
            is_near = abs((known.start - holding.start).days) <= _SAME_TERM
            if is_near or known.start <= holding.start <= (known.end or date.min):
                return known
        return None

    def _new_key(self, holding: Holding) -> str:
        words = re.sub("[^a-z0-9]+", "-", (holding.name_en or "").lower()).strip("-")
        key = f"person/{words}" if words else f"person/{holding.person.lower()}"
        taken = key in self.gazetteer.things or key in self.new_people
        return f"{key}-{holding.person.lower()}" if taken else key


def _sort_key(holding: Holding) -> tuple[str, ...]:
    return (holding.post, holding.person, holding.start.isoformat(), str(holding.end or "9999"), holding.name or "")


def _joined(holdings: Iterable[Holding]) -> Iterator[Holding]:
    """Yield holdings, the terms of one person in one office that follow upon each other made one."""
    last: Holding | None = None
    for holding in holdings:
        if last is not None and _goes_on(last, holding):
            ends = {last.end, holding.end}
            last = replace(last, end=None if None in ends else max(filter(None, ends)))
            continue
        if last is not None:
            yield last
        last = holding
    if last is not None:
        yield last


def _goes_on(last: Holding, next_: Holding) -> bool:
    is_same = (last.post, last.person) == (next_.post, next_.person)
    return is_same and (last.end is None or (next_.start - last.end).days <= _GAP)


def _holding(row: Mapping[str, str], posts: Mapping[str, str]) -> Holding | None:
    """Read a row; None where the days are vaguer than a year, or the row is malformed."""
    post = posts.get(row.get("post", "").removeprefix(_ENTITY))
    person = row.get("person", "").removeprefix(_ENTITY)
    start = _days(row, "start")
    if post is None or not is_qid(person) or start is None:
        return None
    end = _days(row, "end")
    last = end.first if end is not None else None
    if "end" in row and (end is None or end.first < start.last):
        return None  # ended at nobody knows when, or before it certainly began
    return Holding(post, start.last, last, person, _persian(row.get("fa")), row.get("en"))


def _days(row: Mapping[str, str], name: str) -> Days | None:
    precision = row.get(f"{name}Precision", "")
    time = row.get(name, "")
    return read_time(time if time[:1] in "+-" else f"+{time}", int(precision)) if precision.isdecimal() else None


def _persian(label: str | None) -> str | None:
    """Return a label in Persian letters, without marks and what stands in brackets; None where it is not Persian."""
    if label is None:
        return None
    text = re.sub(r"\s*\([^)]*\)", "", _MARKS.sub("", label.translate(_FOLDED)))
    text = " ".join(text.split())
    return text if re.search("[آ-ی]", text) and not re.search('["\\\\]', text) else None


# ── The file ─────────────────────────────────────────────────────────────────────────────────────


def _rewritten(text: str, edit: _Edit) -> str:
    """Return the file with the changes made: blocks stay as they are, but for the lines that change."""
    head, *blocks = text.split("\n\n")
    if not head.startswith("#"):
        raise LexiconError("does not begin with its notes", where=PEOPLE, remedy="restore the file that shipped")
    added: dict[str, list[Membership]] = {}
    for membership in edit.new_terms:
        added.setdefault(membership.person, []).append(membership)
    prefixes = [block for block in blocks if _key_of(block) is None]
    people = {key: block.rstrip("\n") for block in blocks if (key := _key_of(block)) is not None}
    for key, holding in edit.new_people.items():
        people[key] = _person_block(key, holding, edit.gazetteer)
    for key in people:
        people[key] = _with_terms(people[key], added.get(key, ()), edit)
    return "\n\n".join([head, *prefixes, *(people[key] for key in sorted(people))]) + "\n"


def _key_of(block: str) -> str | None:
    found = _SUBJECT.match(block)
    return found[1] if found else None


def _person_block(key: str, holding: Holding, gazetteer: Gazetteer) -> str:
    english = f', "{_escaped(holding.name_en)}"@en' if holding.name_en else ""
    lines = [f"<{key}> a dip:Person ;", f'    skos:prefLabel "{holding.name}"@fa{english} ;']
    post = gazetteer.posts[holding.post]
    body = gazetteer.things[post.body]
    state = body.key if body.type == "state" else body.state
    if state is not None:
        lines.append(f"    dip:activeIn <{state}> ;")
    return "\n".join([*lines, f"    owl:sameAs wd:{holding.person} ."])


def _escaped(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace('"', '\\"').split())


def _with_terms(block: str, added: Iterable[Membership], edit: _Edit) -> str:
    lines = block.split("\n")
    about = [line for line in lines if not _TERM.match(line)]
    terms = [_with_end(line, edit) for line in lines if _TERM.match(line)]
    new = [_term_line(membership) for membership in added]
    return "\n".join([*about, *(sorted([*terms, *new], key=_first_day) if new else terms)])


def _first_day(line: str) -> tuple[str, str]:
    found = _TERM.match(line)
    assert found is not None
    return found["start"], found["post"]


def _with_end(line: str, edit: _Edit) -> str:
    found = _TERM.match(line)
    assert found is not None
    term = (found["person"], found["post"], date.fromisoformat(found["start"]))
    if term not in edit.ended and term not in edit.lasting:
        return line
    line = re.sub(r' ; dct:valid "[\d-]+"\^\^xsd:date', "", line).removesuffix(" .")
    return f"{line}{_last_day(edit.ended.get(term), edit.on)} ."


def _term_line(membership: Membership) -> str:
    return (
        f"[] a org:Membership ; org:member <{membership.person}> ; org:post <{membership.post}> ; "
        f'dip:from "{membership.start.isoformat()}"^^xsd:date{_last_day(membership.end, membership.known)} .'
    )


def _last_day(end: date | None, known: date) -> str:
    name, day = ("dct:valid", known) if end is None else ("dip:until", end)
    return f' ; {name} "{day.isoformat()}"^^xsd:date'


def _replace_checked(folder: Path, text: str) -> None:
    """Write the file beside the old one, read the whole gazetteer with it, and only then put it in its place."""
    new = folder / f"{PEOPLE}.new"
    try:
        new.write_text(text, encoding="utf-8")
        read([*(file for file in sorted(folder.glob("*.ttl")) if file.name != PEOPLE), new])
        new.replace(folder / PEOPLE)
    finally:
        new.unlink(missing_ok=True)
