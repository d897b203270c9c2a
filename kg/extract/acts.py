"""The speech act of an attribution: a specific cue decides, a general one leaves it to the content.

Which of them it is, and what the content does, is learned from cue, frame and words (``weights/acts.json``).
"""

from collections.abc import Iterator

from kg.extract.content import Content
from kg.extract.linear import load_model

_FIRST_WORDS = 6


def classify_act(content: Content) -> str:
    """Return the act of an attribution by its local name in ``ontology/acts.ttl``."""
    probabilities = load_model("acts").probabilities(act_features(content))
    return max(probabilities, key=lambda act: (probabilities[act], act))


def act_features(content: Content) -> Iterator[str]:
    """Yield what the act is told by: the cue, its row, the words and verb forms of the content."""
    attribution, cue = content.attribution, content.attribution.cue
    yield f"rule={attribution.rule}"
    if cue is not None:
        tokens = content.sentences[attribution.sentence].sentence.tokens
        words = [tokens[part].key for part in cue.parts]
        yield f"cue-act={cue.act}"
        yield f"cue-act={cue.act} clause={attribution.has_clause}"
        preverb = "".join(words[: -1 if cue.verb else None]) or (cue.verb.form.lemma if cue.verb else "")
        yield f"cue={preverb}"
        yield f"cue={preverb} clause={attribution.has_clause}"
        yield f"cue-negative={cue.is_negative}"
    else:
        yield "cue=none"
    is_general = cue is None or cue.act in ("announce", "affirm")
    yield from (f"general={is_general} {feature}" for feature in _content_features(content))


def _content_features(content: Content) -> Iterator[str]:
    keys = [token.key for token in content.tokens if token.is_word]
    yield from (f"w={key}" for key in set(keys))
    yield from (f"2={one} {two}" for one, two in zip(keys, keys[1:], strict=False))
    yield from (f"start={key}" for key in keys[:_FIRST_WORDS])
    for _, verb in content.verbs:
        form = verb.form
        yield f"v={verb.past_stem} {form.tense} {'not' if form.is_negative else ''}"
        yield f"tense={form.tense}{form.person}{'p' if form.is_plural else ''}{'-' if form.is_negative else ''}"
    signs = [sign for _, sign in content.evaluations]
    yield f"plus={min(2, signs.count('+'))} minus={min(3, signs.count('-'))}"
    yield f"length={min(5, len(keys) // 12)}"
    if any(token.form in ("؟", "?") for token in content.tokens):
        yield "question"
