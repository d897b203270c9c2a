"""What a statement shows toward whom: holder, target, polarity.

Each thing that the content or the cue's clause mentions may be a target, never the speaker or its own side. What the cue's
frame, the words that govern the mention, judging words and negation say together is weighed by a learned model
(``weights/stances.json``). Who holds and who is meant is deliberately no feature: a prior that one state opposes another
would be read off the graph again as a finding.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.content import Content
from kg.extract.coreference import Cluster, Resolution
from kg.extract.linear import load_model
from kg.extract.mentions import Mention
from kg.model import Polarity

_WINDOW = 6
_POLARITIES: tuple[Polarity, ...] = ("negative", "positive")
_THRESHOLD = 0.5


@dataclass(frozen=True)
class FoundStance:
    """A target and a polarity, before entities have ids.

    Attributes:
        target: Toward whom or what.
        polarity: For or against.
        confidence: The model's probability.
        rule: What made it.
    """

    target: Cluster
    polarity: Polarity
    confidence: float
    rule: str = "learned"


@dataclass(frozen=True)
class Candidate:
    """A possible target and where the content mentions it.

    Attributes:
        target: The entity.
        places: Positions of first and last token in the content, with the mention.
    """

    target: Cluster
    places: Sequence[tuple[int, int, Mention]]


def find_stances(content: Content, act: str, speaker: Cluster, behalf: str | None, resolution: Resolution) -> list[FoundStance]:
    """Find the stances of one attribution.

    Args:
        content: What is reported.
        act: Its speech act.
        speaker: Who holds the stances.
        behalf: Gazetteer key of whom the speaker speaks for, or None.
        resolution: Who is meant by each mention.
    """
    model = load_model("stances")
    found = []
    for candidate in candidates(content, speaker, behalf, resolution):
        probabilities = model.probabilities(stance_features(content, act, candidate, speaker))
        polarity = max(_POLARITIES, key=lambda p: probabilities[p])
        if probabilities[polarity] >= _THRESHOLD:
            found.append(FoundStance(candidate.target, polarity, round(probabilities[polarity], 3)))
    return found


def candidates(
    content: Content, speaker: Cluster, behalf: str | None, resolution: Resolution
) -> list[Candidate]:
    """Return the possible targets of a content, in order of their first mention."""
    places: dict[int, list[tuple[int, int, Mention]]] = {}
    clusters: dict[int, Cluster] = {}
    for first, last, mention in content.mentions():
        cluster = resolution.clusters.get((mention.sentence, mention.first, mention.last))
        if cluster is None or cluster is speaker:
            continue
        if cluster.thing is not None and cluster.thing.key == behalf:
            continue
        clusters[id(cluster)] = cluster
        places.setdefault(id(cluster), []).append((first, last, mention))
    return [Candidate(clusters[key], found) for key, found in places.items()]


def stance_features(content: Content, act: str, candidate: Candidate, speaker: Cluster) -> Iterator[str]:
    """Yield what a stance is told by: the act, the cue's frame, and what stands around each mention."""
    attribution, cue = content.attribution, content.attribution.cue
    target_type = candidate.target.type
    yield f"act={act}"
    yield f"act={act} type={target_type}"
    yield f"type={target_type} speaker={speaker.type}"
    yield f"clause={attribution.has_clause} act={act}"
    if cue is not None:
        tokens = content.sentences[attribution.sentence].sentence.tokens
        yield f"cue={''.join(tokens[part].key for part in cue.parts[: -1 if cue.verb else None])}"
    yield f"mentions={min(3, len(candidate.places))}"
    signs = [sign for _, sign in content.evaluations]
    yield f"plus={min(2, signs.count('+'))} minus={min(2, signs.count('-'))}"
    for first, last, mention in candidate.places:
        for feature in _mention_features(content, first, last, mention):
            yield feature
            yield f"{feature} act={act}"


def _mention_features(content: Content, first: int, last: int, mention: Mention) -> Iterator[str]:
    tokens, cue = content.tokens, content.attribution.cue
    before = [token.key for token in tokens[max(0, first - _WINDOW) : first]]
    behind = [token.key for token in tokens[last + 1 : last + 1 + _WINDOW]]
    yield f"kind={mention.kind} {mention.name_kind} inner={mention.is_inner}"
    yield f"before={before[-1] if before else '^'}"
    yield f"before2={' '.join(before[-2:])}"
    yield f"behind={behind[0] if behind else '$'}"
    yield f"behind2={' '.join(behind[:2])}"
    yield from (f"near-before={key}" for key in before)
    yield from (f"near-behind={key}" for key in behind)
    yield f"at={'start' if first < 2 else 'end' if last > len(tokens) - 4 else 'mid'}"
    yield f"word={mention.head}" if mention.type in ("topic", "group") else "word"
    verb = next((verb for position, verb in content.verbs if position > last), None)
    if verb is not None:
        yield f"verb={verb.past_stem}"
        yield f"verb={verb.past_stem} {'not' if verb.form.is_negative else ''} {behind[0] if behind else '$'}"
        if verb.form.is_negative:
            yield "verb-negative"
    if "باید" in before + behind or "نباید" in before + behind:
        yield "must"
    hits = [(position - last if position > last else position - first, sign) for position, sign in content.evaluations]
    for distance, sign in hits:
        side = "before" if distance < 0 else "behind"
        yield f"judged={sign} {side} {'near' if abs(distance) <= 3 else 'far' if abs(distance) <= 10 else 'off'}"
    if hits:
        nearest = min(hits, key=lambda hit: abs(hit[0]))
        yield f"nearest={nearest[1]}"
    if cue is not None and cue.polarity:
        governed = cue.target in before[-3:] or (cue.target == "object" and behind[:1] == ["را"])
        yield f"row={cue.polarity} governed={governed}"
        yield f"row={cue.polarity} governed={governed} clause={content.attribution.has_clause}"
