"""The pipeline, one line per step."""

from functools import cache

from kg.extract.acts import classify_act
from kg.extract.assembly import assemble
from kg.extract.attribution import ReadSentence, attribute
from kg.extract.coreference import resolve
from kg.extract.cues import find_cues
from kg.extract.matcher import NameMatcher
from kg.extract.mentions import find_mentions
from kg.extract.stances import find_stances
from kg.extract.verbs import find_verbs
from kg.gazetteer import load as load_gazetteer
from kg.language.normalize import normalize
from kg.language.segment import segment
from kg.lexicon import load as load_lexicon
from kg.model import Article, Extraction


@cache
def _matcher() -> NameMatcher:
    return NameMatcher(load_gazetteer())


def extract(article: Article) -> Extraction:
    """Find the statements of an article.

    Args:
        article: Its text exactly as read; publisher and date help to tell who is meant.

    Returns:
        Entities and statements in text order; empty when the text attributes nothing to anybody.
    """
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    sentences = []
    for index, sentence in enumerate(segment(normalize(article.text))):
        verbs = find_verbs(sentence.tokens, lexicon)
        cues = find_cues(sentence.tokens, verbs, lexicon)
        mentions = find_mentions(index, sentence.tokens, verbs, lexicon, _matcher())
        sentences.append(ReadSentence(sentence, verbs, cues, mentions))
    attributions = attribute(sentences, lexicon)
    resolution = resolve(article, sentences, attributions, gazetteer)
    acts = [classify_act(article, attribution, sentences) for attribution in attributions]
    stances = [
        find_stances(attribution, act, speaker, sentences, resolution)
        for attribution, act, speaker in zip(attributions, acts, resolution.speakers, strict=True)
    ]
    return assemble(article, sentences, attributions, acts, stances, resolution, gazetteer)
