"""Attributions and clusters made into an ``Extraction``: entities numbered in order of first use."""

from collections.abc import Sequence

from kg.extract.attribution import Attribution, ReadSentence
from kg.extract.coreference import Cluster, Resolution, entity_of
from kg.extract.stances import FoundStance
from kg.gazetteer import Gazetteer
from kg.model import Article, Entity, Extraction, Span, Stance, Statement


def assemble(
    article: Article,
    sentences: Sequence[ReadSentence],
    attributions: Sequence[Attribution],
    acts: Sequence[str],
    stances: Sequence[Sequence[FoundStance]],
    resolution: Resolution,
    gazetteer: Gazetteer,
) -> Extraction:
    """Return the extraction of an article; attributions without a speaker are left out."""
    entities: dict[int, Entity] = {}
    known = {cluster.thing.key: cluster for cluster in resolution.clusters.values() if cluster.thing is not None}

    def entity_id(cluster: Cluster) -> str:
        if id(cluster) not in entities:
            entities[id(cluster)] = entity_of(cluster, f"e{len(entities) + 1}")
        return entities[id(cluster)].id

    def by_key(key: str) -> str:
        if key not in known:
            thing = gazetteer.things[key]
            known[key] = Cluster(thing.type, thing=thing)
        return entity_id(known[key])

    kept = [i for i, speaker in enumerate(resolution.speakers) if speaker is not None]
    position = {index: place for place, index in enumerate(kept)}
    statements = []
    for index in kept:
        attribution, speaker = attributions[index], resolution.speakers[index]
        assert speaker is not None
        speaker_id = entity_id(speaker)
        behalf = resolution.behalf[index]
        statements.append(
            Statement(
                speaker=speaker_id,
                content=attribution.content,
                act=acts[index],
                cue=_cue_text(article, sentences, attribution),
                cue_span=_cue_span(sentences, attribution),
                mode=attribution.mode,
                on_behalf_of=by_key(behalf) if behalf and behalf in gazetteer.things else None,
                post=speaker.post,
                post_title=speaker.post_title,
                within=position.get(attribution.within) if attribution.within is not None else None,
                stances=tuple(
                    Stance(speaker_id, entity_id(s.target), s.polarity, s.confidence, s.rule) for s in stances[index]
                ),
                rule=attribution.rule,
            )
        )
    return Extraction(article, tuple(entities.values()), tuple(statements))


def _cue_text(article: Article, sentences: Sequence[ReadSentence], attribution: Attribution) -> str | None:
    """Return the cue as written; the parts of one torn apart are joined by a space."""
    if attribution.cue is None:
        return None
    tokens = sentences[attribution.sentence].sentence.tokens
    runs: list[list[int]] = []
    for part in attribution.cue.parts:
        if runs and part == runs[-1][-1] + 1:
            runs[-1].append(part)
        else:
            runs.append([part])
    return " ".join(article.text[tokens[run[0]].begin : tokens[run[-1]].end] for run in runs)


def _cue_span(sentences: Sequence[ReadSentence], attribution: Attribution) -> Span | None:
    if attribution.cue is None:
        return None
    tokens = sentences[attribution.sentence].sentence.tokens
    return Span(tokens[attribution.cue.first].begin, tokens[attribution.cue.last].end)
