"""The pipeline, one line per step."""

from dataclasses import dataclass
from functools import cache

from kg.extract.acts import classify_act
from kg.extract.assembly import Judged, assemble
from kg.extract.attribution import attribute
from kg.extract.choices import NameChoices
from kg.extract.confidence import MIN_CONFIDENCE, attribution_confidence
from kg.extract.content import Content
from kg.extract.coreference import Resolution, resolve
from kg.extract.cues import find_cues
from kg.extract.matcher import NameMatcher
from kg.extract.mentions import find_mentions
from kg.extract.models import load_model
from kg.extract.names import load as load_names
from kg.extract.reading import Attribution, ReadSentence
from kg.extract.stances import find_stances
from kg.extract.targets import register_phrases
from kg.extract.verbs import find_verbs
from kg.gazetteer import load as load_gazetteer
from kg.language.normalize import normalize
from kg.language.segment import segment
from kg.lexicon import load as load_lexicon
from kg.lexicon.boilerplate import blank
from kg.model import Article, Extraction


@dataclass(frozen=True)
class Reading:
    """An article read up to who says what, before acts and stances are judged.

    Attributes:
        article: The article.
        sentences: What was found in each sentence.
        attributions: Source, cue and content.
        resolution: Who is who.
        contents: The content of each attribution, token by token.
    """

    article: Article
    sentences: list[ReadSentence]
    attributions: list[Attribution]
    resolution: Resolution
    contents: list[Content]


def extract(article: Article, *, min_confidence: float = MIN_CONFIDENCE) -> Extraction:
    """Find the statements of an article.

    Args:
        article: Its text exactly as read; publisher and date help to tell who is meant.
        min_confidence: The least probability that a statement's extent and speaker are right; more gives
            fewer and surer statements.

    Returns:
        Entities and statements in text order; empty when the text attributes nothing to anybody.
    """
    reading = read(article)
    judged = [judge(reading, index, min_confidence) for index in range(len(reading.attributions))]
    return assemble(reading.article, reading.contents, judged, reading.resolution, load_gazetteer())


def read(article: Article, *, learned: bool = True) -> Reading:
    """Read an article up to who says what.

    Args:
        article: The article.
        learned: Whether what was learned of sources counts; it does not while that is being learned.
    """
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    sentences = read_sentences(article)
    attributions = attribute(sentences, lexicon, load_model("sources") if learned else None)
    resolution = resolve(article, sentences, attributions, gazetteer)
    register_phrases(sentences, resolution, lexicon)
    contents = [Content(attribution, sentences, lexicon) for attribution in attributions]
    return Reading(article, sentences, attributions, resolution, contents)


def read_sentences(article: Article, *, learned: bool = True) -> list[ReadSentence]:
    """Find verbs, cues and mentions in each sentence of an article.

    Args:
        article: The article.
        learned: Whether what was learned of chains counts; it does not while that is being learned.
    """
    chains = load_model("chains") if learned else None
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    segmented = segment(blank(normalize(article.text)))
    choices = NameChoices(
        (match for sentence in segmented for match in _matcher().find(sentence.tokens)), gazetteer, article.published
    )
    found = load_names().find(segmented)
    sentences = []
    for index, sentence in enumerate(segmented):
        verbs = find_verbs(sentence.tokens, lexicon)
        cues = find_cues(sentence.tokens, verbs, lexicon)
        mentions = find_mentions(
            index,
            sentence.tokens,
            verbs,
            cues,
            lexicon,
            _matcher(),
            choices,
            [name for name in found if name.sentence == index],
            chains,
        )
        sentences.append(ReadSentence(sentence, verbs, cues, mentions))
    return sentences


def judge(reading: Reading, index: int, min_confidence: float) -> Judged | None:
    """Tell act and stances of one attribution, or None where nobody can be told to speak or it is too doubtful."""
    speaker, content = reading.resolution.speakers[index], reading.contents[index]
    if speaker is None or speaker.type == "topic":
        return None
    confidence = attribution_confidence(content, speaker)
    if confidence < min_confidence:
        return None
    act = classify_act(content)
    stances = find_stances(content, act, speaker, reading.resolution.behalf[index], reading.resolution)
    return Judged(act, stances, round(confidence, 3))


@cache
def _matcher() -> NameMatcher:
    return NameMatcher(load_gazetteer())
