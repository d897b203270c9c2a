"""The speech act of an attribution: a specific cue decides, a general one leaves it to the content.

«رد کرد» denies a claim but rejects an offer; a few nouns turn «اعلام کرد» into what they name («حمایت خود را اعلام
کرد»). What is left («گفت»، «دانست») is told by a small learned model (``weights/acts.json``) over the phrases of
``act_words.tsv``.
"""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from kg.extract.act_features import act_features
from kg.extract.content import Content
from kg.extract.cues import Cue
from kg.extract.models import load_model
from kg.lexicon import word_set

__all__ = ["act_features", "act_of_cue", "act_probabilities", "classify_act", "most_probable"]

_GENERAL = {"announce", "affirm"}
_OWN_ACTS = ("agree", "condemn", "criticize", "demand", "propose", "reject", "support", "thank")
_ENDINGS = ("ها", "های", "هایی", "ات", "اش", "یی", "ی")


def classify_act(content: Content) -> str:
    """Return the act of an attribution by its local name in ``ontology/acts.ttl``."""
    return most_probable(act_probabilities(content))


def most_probable(probabilities: Mapping[str, float]) -> str:
    """Return the act of the highest probability; of equals the last by name."""
    return max(probabilities, key=lambda act: (probabilities[act], act))


def act_probabilities(content: Content) -> dict[str, float]:
    """Return the probability of each act; one act alone where the cue decides."""
    decided = act_of_cue(content)
    if decided is not None:
        return {decided: 1.0}
    return load_model("acts").probabilities(act_features(content))


def act_of_cue(content: Content) -> str | None:
    """Return the act that the cue decides together with the words of its own clause, or None where it is general."""
    cue = content.attribution.cue
    if cue is None:
        return None
    if cue.act not in _GENERAL:
        return _specific(cue, content)
    return _own_act(content) if cue.act == "announce" and not content.attribution.has_clause else None


def _specific(cue: Cue, content: Content) -> str:
    attribution = content.attribution
    tokens = content.sentences[attribution.sentence].sentence.tokens
    words = {tokens[part].key for part in cue.parts}
    nouns = {key for token in content.tokens for key in _bases(token.key)}
    if cue.act == "deny" and "رد" in words and not attribution.has_clause:
        return "reject" if nouns & word_set("refusable_nouns") and not nouns & word_set("claim_nouns") else "deny"
    if cue.act == "warn" and "نگرانی" in words and not attribution.has_clause:
        return "criticize" if nouns & word_set("deed_nouns") else "warn"
    if cue.act == "criticize" and ("شکایت" in words or ("حمله" in words and nouns & word_set("weapon_nouns"))):
        return "accuse"
    return cue.act


def _own_act(content: Content) -> str | None:
    """Return the act that the noun of «N خود را اعلام کرد» or «با اعلام N» names, or None."""
    tokens, cue = content.tokens, content.attribution.cue
    own = [token.key for token, following in pairwise(tokens) if following.key == "خود" or token.key.endswith("اش")]
    if cue is not None and cue.kind == "participle":
        own += [token.key for token in tokens[:1]]
    acts = _acts_of_nouns()
    return next((acts[base] for key in own for base in _bases(key) if base in acts), None)


@cache
def _acts_of_nouns() -> dict[str, str]:
    return {noun: act for act in _OWN_ACTS for noun in word_set(f"own_{act}_nouns")}


def _bases(key: str) -> tuple[str, ...]:
    return (key, *(key.removesuffix(ending) for ending in _ENDINGS if key.endswith(ending)))
