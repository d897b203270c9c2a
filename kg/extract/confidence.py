"""How likely an attribution is right: a learned probability of extent and speaker (``weights/attributions.json``).

It is calibrated out of fold when it is trained; what is printed as ``confidence`` is this probability.
"""

from collections.abc import Iterator

from kg.extract.clusters import Cluster
from kg.extract.content import Content
from kg.extract.models import load_model
from kg.extract.reading import OPENING_MARKS
from kg.extract.running_speech import is_reporters
from kg.lexicon import word_set

RIGHT, WRONG = "right", "wrong"
MIN_CONFIDENCE = 0.35
"""Below it a statement is not worth its errors: F1 on left-out outlets is highest here."""
_SHORT, _LONG = 4, 60


def attribution_confidence(content: Content, speaker: Cluster) -> float:
    """Return the probability that extent and speaker of an attribution are right."""
    return load_model("attributions").probabilities(attribution_features(content, speaker))[RIGHT]


def attribution_features(content: Content, speaker: Cluster) -> Iterator[str]:
    """Yield what tells right attributions from wrong ones: how they were found, never who or what they are about."""
    attribution = content.attribution
    cue, source = attribution.cue, attribution.source
    nested = attribution.within is not None
    yield f"rule={attribution.rule} nested={nested}"
    yield f"mode={attribution.mode}"
    if attribution.rule.startswith("running"):
        yield from _running_features(content)
    yield f"sureness={round(attribution.sureness * 5)} title={attribution.rule == 'title'}"
    yield f"sureness={round(attribution.sureness * 5)} nested={nested}"
    yield f"speaker={speaker.type} listed={speaker.thing is not None} nested={nested}"
    yield f"first={content.sentences[attribution.sentence].sentence.line == 0}"
    length = sum(token.is_word for token in content.tokens)
    yield f"length={'short' if length < _SHORT else 'long' if length > _LONG else length // 10}"
    yield f"verbs={min(3, len(content.verbs))} clause={attribution.has_clause}"
    if source is None:
        yield f"source=none rule={attribution.rule}"
    else:
        yield f"source={source.kind} rule={attribution.rule}"
        yield f"source={source.kind} definite={source.is_definite} plural={source.is_plural}"
        if source.sentence == attribution.sentence and cue is not None:
            distance = cue.first - source.last
            yield f"distance={'behind' if distance < 0 else min(6, distance // 4)}"
            yield f"source-first={source.first == 0}"
        else:
            yield "source=elsewhere"
    if cue is not None:
        tokens = content.sentences[attribution.sentence].sentence.tokens
        yield f"cue={content.cue_words or (cue.verb.past_stem if cue.verb else '')}"
        yield f"act={cue.act} clause={attribution.has_clause} nested={nested}"
        yield f"negative={cue.is_negative} passive={cue.is_passive}"
        yield f"quoted={min(1, tokens[cue.first].depth)} nested={nested}"
        if cue.verb is not None:
            yield f"tense={cue.verb.form.tense} nested={nested} clause={attribution.has_clause}"
            yield f"tense={cue.verb.form.tense} rule={attribution.rule}"
            if cue.is_plural is not None and source is not None:
                yield f"agrees={cue.is_plural == source.is_plural} {source.kind}"
    if content.tokens:
        yield f"start={content.tokens[0].key}" if content.tokens[0].key in word_set("telling_starts") else "start=other"


def _running_features(content: Content) -> Iterator[str]:
    """Yield what tells whether a line without a cue is somebody's speech that goes on or the reporter's own words."""
    rule = content.attribution.rule
    forms = [verb.form for _, verb in content.verbs if verb.is_finite]
    persons = {form.person for form in forms}
    yield f"running speaks={1 in persons or 2 in persons}"
    yield f"running speaks={1 in persons or 2 in persons} {rule}"
    keys = [token.key for token in content.tokens]
    own = sum(key in word_set("own_pronouns") for key in keys)
    yield f"running own={min(2, own)}"
    yield f"running must={not word_set('necessity_words').isdisjoint(keys)}"
    sentences = [content.sentences[index].sentence for index in content.sentence_indices]
    yield f"running closed={sentences[-1].is_closed if sentences else False} sentences={min(3, len(sentences))}"
    yield f"running asks={bool(sentences) and sentences[-1].tokens[-1].form in ('؟', '?')}"
    past = sum(form.tense in ("past", "pluperfect") and form.person == 3 for form in forms)
    yield f"running past={min(2, past)} of={min(3, len(forms))}"
    yield f"running future={any(form.tense == 'future' for form in forms)}"
    yield f"running names={min(3, sum(mention.type == 'person' for _, _, mention in content.mentions()))}"
    yield f"running marks={sum(token.form in OPENING_MARKS for token in content.tokens) > 0}"
    yield f"running start={keys[0] if keys and keys[0] in word_set('telling_starts') else 'other'}"
    yield f"running reporter={bool(sentences) and is_reporters(sentences[0])}"
    line = sentences[0].line if sentences else 0
    yield f"running line={min(4, line)}"
    last = content.sentences[-1].sentence.line
    yield f"running to the end={min(2, last - line)}"
