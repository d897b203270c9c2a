"""What a statement shows toward whom: holder, target, polarity."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extract.attribution import Attribution, ReadSentence
from kg.extract.coreference import Cluster, Resolution
from kg.model import Polarity

_POLARITIES: dict[str, Polarity] = {"+": "positive", "-": "negative"}


@dataclass(frozen=True)
class FoundStance:
    """A target and a polarity, before entities have ids."""

    target: Cluster
    polarity: Polarity
    rule: str
    confidence: float = 1.0


def find_stances(
    attribution: Attribution,
    act: str,
    speaker: Cluster | None,
    sentences: Sequence[ReadSentence],
    resolution: Resolution,
) -> list[FoundStance]:
    """Find the stances of one attribution."""
    if speaker is None or attribution.cue is None or attribution.has_clause or not attribution.cue.polarity:
        return []
    polarity = _POLARITIES[attribution.cue.polarity]
    found: dict[int, FoundStance] = {}
    for mention in sentences[attribution.sentence].mentions:
        tokens = sentences[attribution.sentence].sentence.tokens
        if not (attribution.content.begin <= tokens[mention.first].begin and tokens[mention.last].end <= attribution.content.end):
            continue
        cluster = resolution.clusters.get((mention.sentence, mention.first, mention.last))
        if cluster is None or cluster is speaker:
            continue
        found.setdefault(id(cluster), FoundStance(cluster, polarity, "cue"))
    return list(found.values())[:2]
