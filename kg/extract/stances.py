"""What a statement shows toward whom: holder, target, polarity.

Each thing that the content or the cue's clause mentions may be a target, never the speaker or its own side: the actors
that ``kg.extract.coreference`` tells apart, and the issues and groups of ``kg.extract.targets``. What the cue's frame,
the words that govern the mention, judging words and negation say together is weighed by a learned model
(``weights/stances.json``). Who holds and who is meant is deliberately no feature: a prior that one state opposes
another would be read off the graph again as a finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.extract.content import Content
from kg.extract.coreference import Cluster, Resolution
from kg.extract.models import load_model
from kg.extract.scene import Candidate, read_scene
from kg.extract.stance_features import stance_features
from kg.model import Polarity

__all__ = ["Candidate", "FoundStance", "candidates", "decide", "find_stances", "stance_features"]

_POLARITIES: tuple[Polarity, ...] = ("negative", "positive")


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


def find_stances(
    content: Content, act: str, speaker: Cluster, behalf: str | None, resolution: Resolution
) -> list[FoundStance]:
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
        polarity = decide(probabilities, model.thresholds)
        if polarity is not None:
            found.append(FoundStance(candidate.target, polarity, round(probabilities[polarity], 3)))
    return found


def decide(probabilities: Mapping[str, float], thresholds: Mapping[str, float]) -> Polarity | None:
    """Return the polarity that exceeds its threshold the most, or None where none does.

    Example:
        >>> decide({"negative": 0.3, "none": 0.45, "positive": 0.25}, {"negative": 0.25, "positive": 0.2})
        'positive'
    """
    polarity = max(_POLARITIES, key=lambda p: probabilities[p] / thresholds[p])
    return polarity if probabilities[polarity] >= thresholds[polarity] else None


def candidates(content: Content, speaker: Cluster, behalf: str | None, resolution: Resolution) -> list[Candidate]:
    """Return the possible targets of a content, in order of their first mention."""
    scene = read_scene(content, speaker, behalf, resolution)
    return [
        Candidate(cluster, places, scene)
        for cluster, places in scene.mentioned
        if cluster is not speaker and (cluster.thing is None or cluster.thing.key != behalf)
    ]
