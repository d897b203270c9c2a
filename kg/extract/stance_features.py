"""What a stance is told by: the act, the cue's frame, and how the content speaks of each mention of the target."""

from collections.abc import Iterator

from kg.extract.clauses import Clauses, Part
from kg.extract.clusters import states_of
from kg.extract.content import Content
from kg.extract.coreference import Cluster
from kg.extract.scene import Candidate, Place, Scene
from kg.lexicon import word_set

_WINDOW = 5
_HEAD_ENDINGS = ("هایی", "های", "ها", "ات", "ی")


def stance_features(content: Content, act: str, candidate: Candidate, speaker: Cluster) -> Iterator[str]:
    """Yield what tells the stance of one statement toward one target."""
    attribution, cue = content.attribution, content.attribution.cue
    kind = candidate.target.type
    clauses, scene = candidate.scene.clauses, candidate.scene
    yield f"act={act}"
    yield f"act={act} {kind}"
    yield f"{kind} speaker={speaker.type}"
    yield f"clause={attribution.has_clause} act={act}"
    yield f"clause={attribution.has_clause} {kind}"
    if cue is not None:
        yield f"cue={content.cue_words}"
        yield f"cue={content.cue_words} clause={attribution.has_clause} {kind}"
    yield f"mentions={min(3, len(candidate.places))}"
    signs = [sign for _, sign in content.evaluations]
    yield f"plus={min(2, signs.count('+'))} minus={min(2, signs.count('-'))}"
    yield f"plus={min(2, signs.count('+'))} minus={min(2, signs.count('-'))} {kind}"
    yield f"length={min(5, len(content.tokens) // 10)} {kind}"
    yield from _scene_features(candidate, scene, speaker)
    for place in candidate.places:
        yield from _place_features(content, clauses, place, kind)


def _scene_features(candidate: Candidate, scene: Scene, speaker: Cluster) -> Iterator[str]:
    target = candidate.target
    kind, relation = target.type, scene.relation(target)
    yield f"side={relation} {kind}"
    if not scene.side:
        yield f"at-home={scene.home in states_of(target)} {kind} {speaker.type}"
    actors = scene.actors
    rank = next((index for index, actor in enumerate(actors) if actor is target), None)
    if rank is not None:
        yield f"actors={min(3, len(actors))} rank={min(3, rank)} {kind}"
    issues = [cluster for cluster, _ in scene.mentioned if cluster.type == kind]
    position = next(index for index, cluster in enumerate(issues) if cluster is target)
    yield f"same-kind={min(4, len(issues))} rank={min(3, position)} {kind}"
    larger = sum(scene.counts[id(cluster)] > scene.counts[id(target)] for cluster in issues)
    yield f"salience={min(3, larger)} of={min(4, len(issues))} {kind}"
    share = scene.counts[id(target)] / max(scene.kind_counts[kind].values())
    yield f"share={round(share * 3)} {kind}"
    yield f"article={min(4, scene.counts[id(target)] // 2)} {kind}"
    yield f"titled={id(target) in scene.titled} {kind}"
    inside = {
        scene.relation(cluster)
        for cluster, places in scene.mentioned
        if cluster is not target and cluster.type == "state"
        for place in places
        if any(p.first <= place.first and place.last <= p.last for p in candidate.places)
    }
    yield from (f"holds={state} {kind}" for state in inside)
    for cluster, places in scene.mentioned:
        if cluster is not target and cluster.type in ("topic", "group"):
            for place in places:
                if any(place.first < p.first and p.last <= place.last for p in candidate.places):
                    yield f"within={_stem(scene.clauses.keys[place.first])} {relation}"
                    yield f"within {kind}"
    for own in scene.own_places:
        part = scene.clauses.part(own.first, own.last)
        same = any(part.clause.first <= p.first <= part.clause.last for p in candidate.places)
        yield f"own={part.role} same={same} {kind} {relation}"
    yield f"own-there={bool(scene.own_places)} {kind} {relation}"
    persons = {verb.form.person for _, verb in scene.clauses.content.verbs if verb.is_finite}
    yield f"first-person={1 in persons} {kind}"


def _place_features(content: Content, clauses: Clauses, place: Place, kind: str) -> Iterator[str]:
    part = clauses.part(place.first, place.last)
    yield from _form_features(content, place, kind)
    yield from _window_features(clauses, place)
    yield from _clause_features(part, kind)
    yield from _judgement_features(content, clauses, part, place, kind)
    yield from _frame_features(content, place, part, kind)


def _form_features(content: Content, place: Place, kind: str) -> Iterator[str]:
    mention, tokens = place.mention, content.tokens
    if mention is None:
        yield f"phrase {kind} size={min(4, place.last - place.first)}"
        if kind == "topic":
            yield f"head={_stem(tokens[place.first].key)}"
    else:
        yield f"kind={mention.kind} {mention.name_kind} inner={mention.is_inner}"
        if mention.type in ("topic", "group"):
            yield "named-issue"
    yield f"at={'start' if place.first < 2 else 'end' if place.last > len(tokens) - 4 else 'mid'}"


def _window_features(clauses: Clauses, place: Place) -> Iterator[str]:
    before = clauses.keys[max(0, place.first - _WINDOW) : place.first]
    behind = clauses.keys[place.last + 1 : place.last + 1 + _WINDOW]
    yield f"before={before[-1] if before else '^'}"
    yield f"behind={behind[0] if behind else '$'}"
    yield from (f"near-before={key}" for key in before)
    yield from (f"near-behind={key}" for key in behind)
    if word_set("necessity_words") & {*before, *behind}:
        yield "must"


def _clause_features(part: Part, kind: str) -> Iterator[str]:
    clause = part.clause
    yield f"role={part.role}"
    yield f"role={part.role} {kind} genitive={bool(part.heads)}"
    for head in part.heads:
        yield f"of={_stem(head)}"
    if part.heads:
        yield f"of-first={_stem(part.heads[0])} role={part.role}"
    if part.governor:
        yield f"governed-by={_stem(part.governor)} {part.role}"
    if clause.opener:
        yield f"opener={clause.opener}"
    if clause.verb is not None:
        form = clause.verb.form
        verb = f"{clause.preverb} {clause.verb.past_stem}{' not' if form.is_negative else ''}"
        yield f"verb={verb}"
        yield f"verb={verb} role={part.role}"
        yield f"preverb={clause.preverb} role={part.role} not={form.is_negative}"
        yield f"tense={form.tense}{form.person}{'-' if form.is_negative else ''} role={part.role}"
        yield f"genitive={bool(part.heads)} verb={clause.preverb} {clause.verb.past_stem}"


def _judgement_features(content: Content, clauses: Clauses, part: Part, place: Place, kind: str) -> Iterator[str]:
    found = False
    for judgement in clauses.judgements:
        if judgement.clause is part.clause:
            found = True
            fits = judgement.role == part.role or (judgement.role == "برابر" and part.role in word_set("outward_nouns"))
            yield f"judgement={judgement.polarity} fits={fits}"
            yield f"judgement={judgement.polarity} fits={fits} {kind}"
            yield f"judgement={judgement.polarity} of={judgement.role} role={part.role}"
            yield f"judgement={judgement.polarity} of={judgement.role} role={part.role} genitive={bool(part.heads)}"
            if part.governor:
                sign = _sign(content, part.governor)
                yield f"judgement={judgement.polarity} of={judgement.role} governor={sign} role={part.role}"
    yield f"judged={found}"
    evaluations = content.evaluations
    clause, size = part.clause, len(part.heads)
    for position, sign in evaluations:
        if place.first - size <= position < place.first:
            yield f"governed={sign}"
            yield f"governed={sign} role={part.role}"
        elif clause.first <= position <= clause.last:
            side = "before" if position < place.first else "inside" if position <= place.last else "behind"
            near = abs(position - (place.first if side == "before" else place.last)) <= 3
            yield f"value={sign} {side} near={near}"
            yield f"value={sign} {side} role={part.role}"
    outside = [(abs(position - place.first), sign) for position, sign in evaluations]
    if outside:
        yield f"nearest={min(outside)[1]}"
    in_clause = [sign for position, sign in evaluations if clause.first <= position <= clause.last]
    balance = in_clause.count("+") - in_clause.count("-")
    yield f"balance={max(-2, min(2, balance))} role={part.role}"
    yield from _governor_features(content, part)


def _governor_features(content: Content, part: Part) -> Iterator[str]:
    """Yield what the nouns that the target hangs on say of it («تجاوز X»)."""
    heads, rows = part.heads, content.lexicon.stance_predicates
    for index, head in enumerate(heads):
        for form in dict.fromkeys((head, _stem(head))):
            for row in rows.get(("", form), ()):
                if row.preverb[1:] == heads[index + 1 : index + len(row.preverb)]:
                    yield f"governor={row.polarity} {row.role}"
                    yield f"governor={row.polarity} {row.role} not={part.clause.is_negative}"


def _frame_features(content: Content, place: Place, part: Part, kind: str) -> Iterator[str]:
    cue = content.attribution.cue
    if cue is None or not cue.polarity:
        return
    governed = cue.target == part.role or (cue.target == "ezafe" and place.first <= 3)
    has_clause = content.attribution.has_clause
    yield f"row={cue.polarity} governed={governed} clause={has_clause}"
    yield f"row={cue.polarity} governed={governed} clause={has_clause} {kind}"
    yield f"row={cue.polarity} role={part.role} clause={has_clause} {kind}"
    if part.governor:
        yield f"row={cue.polarity} role={part.role} governor={_sign(content, part.governor)}"
    form = f"genitive={bool(part.heads)} negative={cue.is_negative}"
    yield f"row={cue.polarity} governed={governed} clause={has_clause} {form}"


def _sign(content: Content, key: str) -> str:
    evaluations = content.lexicon.evaluations
    return evaluations.get((key,)) or evaluations.get((_stem(key),)) or "0"


def _stem(key: str) -> str:
    """Return a noun's key without the endings of plural and indefinite."""
    for ending in _HEAD_ENDINGS:
        if key.endswith(ending) and len(key) - len(ending) >= 3:
            return key.removesuffix(ending)
    return key
