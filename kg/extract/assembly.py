"""Attributions and clusters made into an ``Extraction``: entities numbered in order of first use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.extract.clusters import Cluster, Resolution, entity_of
from kg.extract.content import Content
from kg.extract.linking import linked
from kg.extract.reading import Attribution
from kg.extract.stances import FoundStance
from kg.gazetteer import Gazetteer
from kg.model import Article, Entity, Extraction, Span, Stance, Statement


@dataclass(frozen=True)
class Judged:
    """What was told of one attribution.

    Attributes:
        act: Its speech act.
        stances: Its stances.
        confidence: The probability that extent and speaker are right.
    """

    act: str
    stances: Sequence[FoundStance]
    confidence: float = 1.0


def assemble(
    article: Article,
    contents: Sequence[Content],
    judged: Sequence[Judged | None],
    resolution: Resolution,
    gazetteer: Gazetteer,
) -> Extraction:
    """Return the extraction of an article; attributions that were judged to be none are left out.

    Args:
        article: The article.
        contents: The content of each attribution.
        judged: Act and stances of each attribution, or None where it is to be left out.
        resolution: Who is who.
        gazetteer: Names of those on whose behalf is spoken.
    """
    entities: dict[int, Entity] = {}
    known = {cluster.thing.key: cluster for cluster in resolution.clusters.values() if cluster.thing is not None}

    def entity_id(cluster: Cluster) -> str:
        if id(cluster) not in entities:
            entities[id(cluster)] = entity_of(cluster, f"e{len(entities) + 1}")
        return entities[id(cluster)].id

    def id_of_key(key: str | None) -> str | None:
        thing = gazetteer.things.get(key) if key is not None else None
        if thing is None:
            return None
        return entity_id(
            known.setdefault(thing.key, Cluster(thing.type, thing=thing, link=linked(thing, "side of the office")))
        )

    kept = _kept(contents, judged, resolution)
    position = {index: number for number, (index, _, _) in enumerate(kept)}
    statements = []
    for index, verdict, speaker in kept:
        content = contents[index]
        attribution = content.attribution
        speaker_id = entity_id(speaker)
        about = [cluster for cluster in _mentioned(content, resolution) if cluster is not speaker]
        statements.append(
            Statement(
                speaker=speaker_id,
                content=attribution.content,
                act=verdict.act,
                cue=_cue_text(article, content),
                cue_span=_cue_span(content),
                mode=attribution.mode,
                on_behalf_of=id_of_key(resolution.behalf[index]),
                post=speaker.post,
                post_title=speaker.post_title,
                about=tuple(map(entity_id, about)),
                within=_outer(attribution, speaker, resolution, position),
                stances=tuple(
                    Stance(speaker_id, entity_id(s.target), s.polarity, s.confidence, s.rule) for s in verdict.stances
                ),
                confidence=verdict.confidence,
                rule=attribution.rule,
            )
        )
    return Extraction(article, tuple(entities.values()), tuple(statements))


def _kept(
    contents: Sequence[Content], judged: Sequence[Judged | None], resolution: Resolution
) -> list[tuple[int, Judged, Cluster]]:
    """Return index, verdict and speaker of what becomes a statement: of two with one speaker and content, the surer.

    Where two cues share their words («می‌نویسد خود را … می‌داند»), one statement was made, not two.
    """
    surest: dict[tuple[int, Span], tuple[int, Judged, Cluster]] = {}
    for index, (verdict, speaker) in enumerate(zip(judged, resolution.speakers, strict=True)):
        if verdict is None or speaker is None:
            continue
        key = (id(speaker), contents[index].attribution.content)
        if key not in surest or verdict.confidence > surest[key][1].confidence:
            surest[key] = (index, verdict, speaker)
    return sorted(surest.values(), key=lambda found: found[0])


def _outer(
    attribution: Attribution, speaker: Cluster, resolution: Resolution, position: Mapping[int, int]
) -> int | None:
    """Return the statement that one is nested in; what a speaker says again of itself stands in none."""
    if attribution.within is None or resolution.speakers[attribution.within] is speaker:
        return None
    return position.get(attribution.within)


def _mentioned(content: Content, resolution: Resolution) -> list[Cluster]:
    """Return the actors and listed topics that a content mentions, in text order; loose phrases only as targets."""
    found = {}
    for (sentence, first, last), cluster in resolution.within(content.sentence_indices):
        is_inside = (sentence, first) in content.order and (sentence, last) in content.order
        if is_inside and (cluster.thing is not None or cluster.type not in ("topic", "group")):
            found[id(cluster)] = cluster
    return list(found.values())


def _cue_text(article: Article, content: Content) -> str | None:
    """Return the cue as written; the parts of one torn apart are joined by a space."""
    cue = content.attribution.cue
    if cue is None:
        return None
    tokens = content.sentences[content.attribution.sentence].sentence.tokens
    runs: list[list[int]] = []
    for part in cue.parts:
        if runs and part == runs[-1][-1] + 1:
            runs[-1].append(part)
        else:
            runs.append([part])
    return " ".join(article.text[tokens[run[0]].begin : tokens[run[-1]].end] for run in runs)


def _cue_span(content: Content) -> Span | None:
    cue = content.attribution.cue
    if cue is None:
        return None
    tokens = content.sentences[content.attribution.sentence].sentence.tokens
    return Span(tokens[cue.parts[0]].begin, tokens[cue.parts[-1]].end)
