"""The speech act of an attribution: a specific cue decides, a general one leaves it to the content."""

from collections.abc import Sequence

from kg.extract.attribution import Attribution, ReadSentence
from kg.language.normalize import fold
from kg.model import Article

_GENERAL = {"announce", "affirm"}


def classify_act(article: Article, attribution: Attribution, sentences: Sequence[ReadSentence]) -> str:
    """Return the act of an attribution by its local name in ``ontology/acts.ttl``."""
    act = attribution.cue.act if attribution.cue is not None else "announce"
    if act not in _GENERAL or not attribution.has_clause:
        return act
    words = {fold(word) for word in attribution.content.of(article.text).split()}
    if words & {"باید", "نباید", "بایستی", "بایست"}:
        return "demand"
    return act
