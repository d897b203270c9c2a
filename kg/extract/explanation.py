"""How each statement was found, in words: cue and frame, why this speaker, act, stances, confidence.

The article is read again, by the same steps; what another engine found is told from the extraction alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.extract.acts import act_features, act_of_cue, act_probabilities
from kg.extract.clusters import Cluster, entity_of
from kg.extract.confidence import attribution_confidence
from kg.extract.content import Content
from kg.extract.models import Model, load_model
from kg.extract.pipeline import Reading, read
from kg.extract.reading import Attribution, Mention
from kg.extract.stances import candidates, stance_features
from kg.language.normalize import fold
from kg.model import Entity, Extraction, LinkReason, Span, Stance, Statement

_RULES = {
    "verb colon": "a verb of saying and a colon, behind which the words begin",
    "verb که": "a verb of saying and the clause behind «که»",
    "verb quotation": "a verb of saying and quoted words behind it",
    "verb bare": "a verb of saying and the clause right behind it",
    "quotation before verb": "quoted words and a verb of saying behind them",
    "act": "something done by words: the clause of the verb itself is the content",
    "participle": "a phrase such as «با تاکید بر …», said by the speaker of its main verb",
    "source phrase": "a phrase such as «به گفته …» that names a source, and the words behind it",
    "source phrase behind": "a phrase such as «به گفته …» that names a source, and the words before it",
    "basis": "a noun of speech with whose it is, and the words that «مبنی بر» gives of it",
    "passive": "something that is said to be done by somebody, or that meets with an act",
    "transcript": "a line of speech under a heading or a turn that says whose it is",
    "headline": "a line that begins with its speaker and a colon",
    "nominal headline": "a title made of an act's noun, who does it, and toward what",
    "title": "a title that repeats what the body attributes to somebody",
}
_SOURCES = {
    "name": "named in the sentence",
    "office": "told by an office",
    "organ": "a body or state named in the sentence",
    "media": "an outlet that speaks for itself",
    "group": "a group named in the sentence",
    "anonymous": "a source without a name",
    "anaphor": "points back to one who was named before",
    "nominal": "the noun phrase that the clause begins with",
}
_LINKS: dict[LinkReason, str] = {
    "full name": "named in full",
    "name": "by its name",
    "short name": "by a name that only one listed person usually goes by",
    "surname and office": "by surname and office, or as who alone of that surname was in office then",
    "office on the date": "who held the office on every day of the article's date; presumed, not asserted",
    "side of the office": "for whom an office speaks that is named",
}
_TELLING = 3
_SHOWN = 12


@dataclass(frozen=True)
class Finding:
    """A statement with what it was found by.

    Attributes:
        number: Its place in the article, from 1.
        statement: The statement.
        reading: The article, read again.
        index: The attribution that it was made of, or None where another engine found it.
    """

    number: int
    statement: Statement
    reading: Reading
    index: int | None

    @property
    def attribution(self) -> Attribution | None:
        """Source, cue and content as they were found."""
        return None if self.index is None else self.reading.attributions[self.index]

    def span_of(self, mention: Mention) -> Span:
        """Return where a mention stands in the article."""
        return mention_span(self.reading, mention.sentence, mention.first, mention.last)


def explain(extraction: Extraction) -> list[str]:
    """Return a block of lines for each statement, then one for each attribution left out and each entity's link.

    Example:
        >>> from kg.extract import extract
        >>> from kg.model import Article
        >>> block = explain(extract(Article("1", "سفیر هند از میزبانی کابل سپاسگزاری کرد.")))[0]
        >>> print(block.splitlines()[2].strip())
        speaker «سفیر هند»: «سفیر هند», told by an office
    """
    found = find_findings(extraction)
    blocks = ["\n    ".join([_title(extraction, one), *explain_finding(extraction, one)]) for one in found]
    if not found or found[0].index is not None:
        reading = found[0].reading if found else read(extraction.article)
        blocks += _left_out(reading, {one.index for one in found})
    return [*blocks, *_links(extraction)]


def find_findings(extraction: Extraction) -> list[Finding]:
    """Read the article again and find what each statement was made of."""
    reading = read(extraction.article)
    found, position = [], 0
    for number, statement in enumerate(extraction.statements, start=1):
        entity = extraction.entity(statement.speaker)
        index = next(
            (i for i in range(position, len(reading.attributions)) if _is_made_of(reading, i, statement, entity)), None
        )
        position = position if index is None else index + 1
        found.append(Finding(number, statement, reading, index))
    return found


def explain_finding(extraction: Extraction, finding: Finding) -> Iterator[str]:
    """Yield what is to be said of one statement, a line each; words of the article stand in guillemets."""
    statement = finding.statement
    if finding.index is None:
        yield f"found by {statement.rule}: only that the words stand in the text was verified"
        yield f"speaker {_called(extraction.entity(statement.speaker))}"
        yield f"act {statement.act}"
    else:
        content = finding.reading.contents[finding.index]
        yield _cue(statement, content)
        yield _speaker(extraction, finding)
        yield _act(statement.act, content)
    if statement.on_behalf_of is not None:
        yield f"on behalf of {_called(extraction.entity(statement.on_behalf_of))}{_office(statement)}"
    for stance in statement.stances:
        yield _stance(extraction, finding, stance)
    if statement.within is not None:
        yield f"said inside statement [{statement.within + 1}]"
    yield f"confidence {statement.confidence:.2f} that extent and speaker are right"


def mention_span(reading: Reading, sentence: int, first: int, last: int) -> Span:
    """Return where some tokens of a sentence stand in the article."""
    tokens = reading.sentences[sentence].sentence.tokens
    return Span(tokens[first].begin, tokens[last].end)


def _title(extraction: Extraction, finding: Finding) -> str:
    return f"[{finding.number}] «{_words(finding.statement.content.of(extraction.article.text))}»"


def _is_made_of(reading: Reading, index: int, statement: Statement, entity: Entity) -> bool:
    attribution, speaker = reading.attributions[index], reading.resolution.speakers[index]
    return (
        speaker is not None
        and attribution.content == statement.content
        and attribution.rule == statement.rule
        and _is_entity(speaker, entity)
    )


def _is_entity(cluster: Cluster, entity: Entity) -> bool:
    same = entity_of(cluster, entity.id)
    return (same.name, same.type) == (entity.name, entity.type)


def _cue(statement: Statement, content: Content) -> str:
    cue = content.attribution.cue
    told = f"{_rule(statement.rule)} ({statement.rule})"
    if cue is None:
        return f"no cue: {told}"
    allowed = ", ".join(frame if frame.isascii() else f"«{frame}»" for frame in cue.frames)
    frames = f"; its row in the lexicon allows {allowed}" if allowed else ""
    negated = "; negated" if cue.is_negative else ""
    return f"cue «{statement.cue}»: {told}{frames}{negated}"


def _speaker(extraction: Extraction, finding: Finding) -> str:
    attribution, entity = finding.attribution, extraction.entity(finding.statement.speaker)
    assert attribution is not None
    source, called = attribution.source, _called(entity)
    if attribution.echoes is not None:
        return f"speaker {called}: the title names nobody, the words are theirs in the body"
    if source is None:
        return f"speaker {called}: the sentence has no subject, so whoever spoke last goes on"
    words = " ".join(finding.span_of(source).of(extraction.article.text).split())
    if source.kind == "pronoun":
        return f"speaker {called}: «{words}» is {'whoever' if source.is_plural else 'the person who'} spoke last"
    told = f"«{words}», {_SOURCES.get(source.kind, source.kind)}"
    if fold(words) != fold(entity.name):
        told += ", in this article the same as the speaker" if not entity.is_local else ""
    return f"speaker {called}: {told}"


def _office(statement: Statement) -> str:
    if statement.post_title:
        return f", for whom «{statement.post_title}» speaks"
    return " by the office that the speaker held" if statement.post else ""


def _act(act: str, content: Content) -> str:
    if act_of_cue(content) is not None:
        return f"act {act}: the cue decides"
    told = _telling(load_model("acts"), act_features(content), act)
    return f"act {act}: learned from the content, {act_probabilities(content).get(act, 0):.2f}{told}"


def _stance(extraction: Extraction, finding: Finding, stance: Stance) -> str:
    target, told = extraction.entity(stance.target), ""
    if finding.index is not None:
        content, resolution = finding.reading.contents[finding.index], finding.reading.resolution
        speaker = resolution.speakers[finding.index]
        assert speaker is not None
        for candidate in candidates(content, speaker, resolution.behalf[finding.index], resolution):
            if _is_entity(candidate.target, target):
                features = stance_features(content, finding.statement.act, candidate, speaker)
                told = _telling(load_model("stances"), features, stance.polarity)
                break
    return f"{stance.polarity} toward {_called(target)}: {stance.rule}, {stance.confidence:.2f}{told}"


def _telling(model: Model, features: Iterable[str], chosen: str) -> str:
    """Tell the features that speak most for a class against the others."""
    support = ((worth, feature) for feature, worth in model.support(features, chosen).items() if worth > 0)
    best = sorted(support, key=lambda pair: (-pair[0], pair[1]))[:_TELLING]
    return f"; most for it: {', '.join(f'«{feature}»' for _, feature in best)}" if best else ""


def _left_out(reading: Reading, taken: set[int | None]) -> Iterator[str]:
    """Yield what was found and not taken for a statement, with the reason."""
    speakers: Sequence[Cluster | None] = reading.resolution.speakers
    for index, attribution in enumerate(reading.attributions):
        if index in taken:
            continue
        speaker = speakers[index]
        twins = (i for i in taken if i is not None and reading.attributions[i].content == attribution.content)
        if speaker is None:
            why = "nobody can be told to speak, or the speaker of the words around it goes on"
        elif any(speakers[i] is speaker for i in twins):
            why = "another cue gives the same words to the same speaker, more surely"
        else:
            confidence = attribution_confidence(reading.contents[index], speaker)
            why = f"confidence {confidence:.2f} is less than was asked"
        words = _words(attribution.content.of(reading.article.text))
        yield f"[left out] «{words}»\n    {_rule(attribution.rule)}; {why}"


def _links(extraction: Extraction) -> Iterator[str]:
    """Yield why each entity is the item that it is, or who it may be."""
    for entity in extraction.entities:
        link = entity.link
        if link is None:
            yield f"[link] {_called(entity)}: nothing tells who or what listed it is"
        elif link.reason == "open":
            yield f"[link] {_called(entity)}: left open, may be {' or '.join(link.candidates)}"
        else:
            item = "" if entity.qid else "; no verified item is known"
            yield (
                f"[link] {_called(entity)}: {link.candidates[0]}, {_LINKS[link.reason]}, {link.confidence:.2f}{item}"
            )


def _called(entity: Entity) -> str:
    item = f" ({entity.qid})" if entity.qid else ""
    return f"«{entity.name}»{item}"


def _words(text: str) -> str:
    words = text.split()
    return " ".join(words if len(words) <= _SHOWN else [*words[: _SHOWN - 4], "…", *words[-3:]])


def _rule(name: str) -> str:
    """Return what a rule is in words; what a line of speech goes on from stands in its name."""
    if name.startswith("running"):
        return "a line without a cue that goes on with somebody's speech"
    return _RULES.get(name, name)
