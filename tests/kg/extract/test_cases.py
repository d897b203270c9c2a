"""Hold the extractor to the linguists' cases: ``tests/cases/*.yaml``, whose README explains the mark-up."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.model import Article, DateSpan, Entity, Extraction, Span, Statement

CASES = Path(__file__).parents[2] / "cases"
MARK = re.compile(r"\[|\|(speaker|cue|content)([\d,]*)(?:\|([a-z]+))?\]")
CASE_KEYS = {"text", "why", "title", "publisher", "date", "statements", "at_least", "xfail"}
STATEMENT_KEY = re.compile(r"(speaker|stances|behalf|within)([1-9]?)")


@dataclass
class Wanted:
    """One statement as the mark-up wants it; what ``told`` lacks is not judged."""

    spans: dict[str, Span] = field(default_factory=dict)
    act: str | None = None
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One case: its text without the mark-up, and the wanted statements by number."""

    id: str
    text: str
    wanted: dict[str, Wanted]
    entry: dict[str, Any]

    def name_of(self, number: str) -> str:
        wanted = self.wanted[number]
        return str(wanted.told.get("speaker") or wanted.spans["speaker"].of(self.text))


def read_case(case_id: str, entry: dict[str, Any]) -> Case:
    """Turn one entry of a file into a case; a role given in pieces runs from the first piece to the last."""
    text, position, opened, wanted = "", 0, [], {}  # type: str, int, list[int], dict[str, Wanted]
    marked = entry["title"] + "\n" + entry["text"] if "title" in entry else entry["text"]
    for mark in MARK.finditer(marked):
        text += marked[position : mark.start()]
        position = mark.end()
        if mark.group() == "[":
            opened.append(len(text))
            continue
        role, numbers, act = mark.groups()
        begin = opened.pop()
        for number in (numbers or "1").split(","):
            one = wanted.setdefault(number, Wanted())
            earlier = one.spans.get(role, Span(begin, len(text)))
            one.spans[role] = Span(min(earlier.begin, begin), max(earlier.end, len(text)))
            one.act = act or one.act
    text += marked[position:]
    for key in entry.keys() - CASE_KEYS:
        told = STATEMENT_KEY.fullmatch(key)
        assert told, f"{case_id}: no key {key!r}"
        wanted[told[2] or "1"].told[told[1]] = entry[key]
    slips = [*map(str, opened), *(set("[]|") & set(text))]
    assert not slips, f"{case_id}: the brackets do not match: {text}"
    assert bool(wanted) != (entry.get("statements") == 0), f"{case_id}: mark a statement, or say «statements: 0»"
    for number, one in wanted.items():
        assert one.act, f"{case_id}: statement {number} has no content with an act"
        assert "speaker" in one.spans or "speaker" in one.told, f"{case_id}: statement {number} has no speaker"
    return Case(case_id, text, dict(sorted(wanted.items())), entry)


def read_cases() -> list[Case]:
    """Read all files, in the order of their names."""
    files = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.yaml"))}
    return [read_case(f"{stem}-{n}", entry) for stem, entries in files.items() for n, entry in enumerate(entries, 1)]


ALL = read_cases()


def marked(case: Case) -> Any:
    """Return the case as a parameter, marked as a strict xfail where its entry gives a reason."""
    reason = case.entry.get("xfail")
    return pytest.param(case, id=case.id, marks=[pytest.mark.xfail(reason=reason, strict=True)] if reason else [])


def is_called(entity: Entity, name: str) -> bool:
    """Whether the entity bears the name in this article, or in the gazetteer; topics as loosely as they are scored."""
    from kg.gazetteer import load
    from kg.language.normalize import fold

    names = {fold(own) for own in (entity.name, *entity.mentions)}
    if fold(name) in names or (entity.key and any(thing.key == entity.key for thing in load().find(name))):
        return True
    ours, theirs = ({fold(word) for word in re.split(r"[\s\u200c]+", n)} for n in (name, entity.name))
    return entity.type == "topic" and 2 * len(ours & theirs) >= len(ours | theirs)


def overlap(one: Span, other: Span) -> float:
    """Return what the two share of all that they cover."""
    shared = min(one.end, other.end) - max(one.begin, other.begin)
    return max(0, shared) / (max(one.end, other.end) - min(one.begin, other.begin))


def pair(case: Case, found: Extraction) -> dict[str, int]:
    """Pair wanted statements with found ones as the scorer does: best overlap first, each used once."""
    ranked = sorted(
        (
            (overlap(wanted.spans["content"], s.content), is_called(found.entity(s.speaker), case.name_of(n)), n, i)
            for n, wanted in case.wanted.items()
            for i, s in enumerate(found.statements)
        ),
        key=lambda row: (-row[0], not row[1], row[2:]),
    )
    pairs: dict[str, int] = {}
    for share, _, number, index in ranked:
        if share >= 0.5 and number not in pairs and index not in pairs.values():
            pairs[number] = index
    return pairs


def stance_faults(rows: list[list[str]], statement: Statement, found: Extraction) -> Iterator[str]:
    """Tell how the stances differ; a row toward a topic beyond those listed passes, unless none is wanted."""
    left = [(found.entity(s.target), s.polarity) for s in statement.stances]
    for target, polarity in rows:
        fits = next((row for row in left if row[1] == polarity and is_called(row[0], target)), None)
        if fits is None:
            yield f"no {polarity} stance toward {target}"
        else:
            left.remove(fits)
    for entity, polarity in left:
        if entity.type != "topic" or not rows or any(is_called(entity, target) for target, _ in rows):
            yield f"a {polarity} stance toward {entity.name} that nobody took"


def faults(case: Case, found: Extraction) -> Iterator[str]:
    """Tell in words where the extraction is not what the case wants."""
    pairs = pair(case, found)
    for number, wanted in case.wanted.items():
        content, name = wanted.spans["content"].of(case.text), case.name_of(number)
        if number not in pairs:
            yield f"{number}: nothing found for {name}: {content}"
            continue
        statement = found.statements[pairs[number]]
        speaker, told = found.entity(statement.speaker), wanted.told
        if not is_called(speaker, name):
            yield f"{number}: the speaker is {name}, not {speaker.name}"
        if statement.act != wanted.act:
            yield f"{number}: the act is {wanted.act}, not {statement.act}"
        cue = wanted.spans["cue"].of(case.text) if "cue" in wanted.spans else ""
        if bool(statement.cue) != bool(cue) or (cue and not set(cue.split()) & set((statement.cue or "").split())):
            yield f"{number}: the cue is {cue or 'none'}, not {statement.cue or 'none'}"
        if "stances" in told:
            yield from (f"{number}: {fault}" for fault in stance_faults(told["stances"], statement, found))
        if "behalf" in told:
            behalf = found.entity(statement.on_behalf_of) if statement.on_behalf_of else None
            if (behalf is None) != (told["behalf"] is None) or (behalf and not is_called(behalf, told["behalf"])):
                yield f"{number}: spoken for {told['behalf']}, not for {behalf.name if behalf else None}"
        if "within" in told and statement.within != pairs.get(str(told["within"])):
            yield f"{number}: it is not nested in statement {told['within']}"
    if not case.entry.get("at_least"):
        for index in sorted(set(range(len(found.statements))) - set(pairs.values())):
            extra = found.statements[index]
            yield f"nobody said: {extra.content.of(case.text)} (found for {found.entity(extra.speaker).name})"


@pytest.mark.parametrize("case", [marked(case) for case in ALL])
def test_case(case: Case) -> None:
    from kg.extract import extract

    day = case.entry.get("date")
    published = DateSpan(day, day) if isinstance(day, date) else None
    title = case.text.partition("\n")[0] if "title" in case.entry else None
    article = Article(case.id, case.text, title, published, case.entry.get("publisher"))
    assert not list(faults(case, extract(article))), case.entry.get("why", "")


# --- the cases themselves ---

FUNCTION_WORDS = {"که", "اینکه", "را", "از", "بر", "به", "با", "نسبت", "علیه", "سوی", "وی"}
PRESENT_STEMS = {
    "کن": "کرد", "ده": "داد", "گوی": "گفت", "گو": "گفت", "شو": "شد", "خوان": "خواند", "دان": "دانست",
    "نویس": "نوشت", "خواه": "خواست", "دار": "داشت", "افزای": "افزود", "یاب": "یافت", "پذیر": "پذیرفت",
}  # fmt: skip
STEMS = "|".join([*sorted(PRESENT_STEMS, key=len, reverse=True), *PRESENT_STEMS.values()])
INFLECTED = re.compile(f"(?:ن?می)?({STEMS})(?:ه|ند|هاند|م|یم|ید|ی|د)?")
NOT_MASKED = re.compile(r"[\w\u200c]+|[^\w\s]|\n")


def lemma(word: str) -> str:
    """Return the past stem for a form of a usual light verb, any other word as it is."""
    form = INFLECTED.fullmatch(word.replace("\u200c", ""))
    return PRESENT_STEMS.get(form[1], form[1]) if form else word


def signature(case: Case) -> tuple[str, ...]:
    """Return cue, frame and order: the roles in turn with the function words between them, names and contents masked.

    A statement without a cue counts by its act, a case without statements by its words.
    """
    if not case.wanted:
        return tuple(case.text.split())
    shape: list[str] = []
    before: list[str] = []
    for token in NOT_MASKED.finditer(case.text):
        roles = [
            f"{role}{number}" + ("" if role != "content" or "cue" in wanted.spans else f":{wanted.act}")
            for number, wanted in case.wanted.items()
            for role, span in wanted.spans.items()
            if span.begin <= token.start() < span.end
        ]
        shape += [role for role in roles if role not in before]
        before = roles
        kinds = {role[:3] for role in roles}
        is_masked = any(
            "cue" not in wanted.spans or not wanted.spans["content"].covers(wanted.spans["cue"])
            for wanted in case.wanted.values()
            if wanted.spans["content"].begin <= token.start() < wanted.spans["content"].end
        )
        if "cue" in kinds:
            shape.append(lemma(token.group()))
        elif "spe" not in kinds and not is_masked and (token.group() in FUNCTION_WORDS or not token.group().isalnum()):
            shape += [] if "\u200c" in token.group() else [token.group()]
    return tuple(shape)


def test_cases_differ_in_more_than_names() -> None:
    seen: dict[tuple[str, ...], str] = {}
    twins = [f"{case.id} = {other}" for case in ALL if (other := seen.setdefault(signature(case), case.id)) != case.id]
    assert not twins


def test_every_phenomenon_has_its_variants() -> None:
    sizes = Counter(case.id.rpartition("-")[0] for case in ALL)
    assert len(sizes) == 20
    assert {stem: size for stem, size in sizes.items() if size < 20} == {}


def test_acts_and_polarities_are_those_of_the_guide() -> None:
    from ontology import acts

    wanted = [one for case in ALL for one in case.wanted.values()]
    assert {one.act for one in wanted} <= set(acts())
    assert {polarity for one in wanted for _, polarity in one.told.get("stances", [])} <= {"positive", "negative"}


def test_nested_brackets_and_pieces_become_spans() -> None:
    inner = "[از این طرح [حمایت کرد|cue2]|content2|support]"
    text = f"[کابل|speaker1] [گفت|cue1]: [دهلی {inner}|content1|announce]."
    case = read_case("x", {"text": text, "speaker2": "دهلی", "within2": 1})
    assert case.text == "کابل گفت: دهلی از این طرح حمایت کرد."
    spans = {f"{role}{n}": span.of(case.text) for n, one in case.wanted.items() for role, span in one.spans.items()}
    assert spans == {
        "speaker1": "کابل", "cue1": "گفت", "content1": "دهلی از این طرح حمایت کرد",
        "cue2": "حمایت کرد", "content2": "از این طرح حمایت کرد",
    }  # fmt: skip
    assert (case.name_of("2"), case.wanted["2"].told["within"]) == ("دهلی", 1)


def test_a_role_in_pieces_runs_from_first_to_last() -> None:
    marks = "[مسقط|speaker1,2] [ابراز|cue] نگرانی عمیق [کرد|cue1]: [آ|content|warn]. [افزود|cue2]: [ب|content2|warn]"
    case = read_case("x", {"text": marks})
    assert case.wanted["1"].spans["cue"].of(case.text) == "ابراز نگرانی عمیق کرد"
    assert case.name_of("1") == case.name_of("2") == "مسقط"


@pytest.mark.parametrize(
    "entry",
    [
        {"text": "[کابل|speaker گفت"},
        {"text": "[کابل|speaker] [آری|content|affirm] ]"},
        {"text": "کابل گفت"},
        {"text": "[آری|content|affirm]"},
        {"text": "[کابل|speaker] [آری|content]"},
        {"text": "کابل", "statements": 0, "titel": "کابل"},
    ],
)
def test_a_slip_in_the_mark_up_is_told(entry: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="x:"):
        read_case("x", entry)
