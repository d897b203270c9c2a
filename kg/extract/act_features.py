"""What a general cue's act is told by: the cue, and what the words and verbs of the content do.

Who speaks and who is meant is deliberately no feature, and names are left out of the words: what one state usually says
of another would be read off the graph again as a finding.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ontology
from kg.extract.content import Content
from kg.language.morphology import VerbForm
from kg.lexicon import Lexicon
from kg.lexicon.patterns import Occurrence, Pattern, Word

_MOST_JUDGING = 3
_LENGTH_STEP, _LONGEST = 10, 5


@dataclass(frozen=True)
class Signs:
    """The patterns that were found in a content.

    Attributes:
        words: The content's words, each verb one.
        places: For each of them the position of its first token in ``content.tokens``.
        found: Where which pattern stands.
    """

    words: Sequence[Word]
    places: Sequence[int]
    found: Sequence[Occurrence]

    def names(self, begin: int = 0, end: int | None = None) -> set[str]:
        """Return the signs of the patterns that begin between two words."""
        stop = len(self.words) if end is None else end
        return {occurrence.pattern.sign for occurrence in self.found if begin <= occurrence.begin < stop}

    @property
    def first_end(self) -> int:
        """The word that ends the first sentence."""
        ends = (i for i, word in enumerate(self.words[:-2]) if word.ends_sentence)
        return next(ends, len(self.words))

    @property
    def predicate(self) -> int | None:
        """The word behind the last «را», from which a judgement is passed, or None."""
        return next((i + 1 for i in range(len(self.words) - 1, -1, -1) if "را" in self.words[i].keys), None)


def find_signs(content: Content) -> Signs:
    """Find the patterns of ``act_words.tsv`` in a content."""
    verbs = dict(content.verbs)
    words, places, position = [], [], 0
    while position < len(content.tokens):
        verb = verbs.get(position)
        length = verb.last - verb.first + 1 if verb else 1
        key = "".join(token.key for token in content.tokens[position : position + length])
        words.append(Word.of(key, verb.form if verb else None))
        places.append(position)
        position += length
    return Signs(words, places, list(content.lexicon.act_patterns.find(words)))


def act_features(content: Content) -> Iterator[str]:
    """Yield the features of a content."""
    signs = find_signs(content)
    yield from _cue_features(content)
    scope = "" if content.attribution.has_clause else "clause "
    counts = Counter({(o.begin, o.pattern.sign): 1 for o in signs.found}.keys())
    times = Counter(sign for _, sign in counts)
    acts = ontology.acts()
    for sign, number in times.items():
        yield f"{scope}{'act' if sign in acts else 'hint'} {sign}"
        if sign in acts and number > 1:
            yield f"{scope}twice {sign}"
    for sign in signs.names(0, signs.first_end):
        yield f"{scope}first {sign}"
    yield from (_phrase_feature(occurrence.pattern) for occurrence in signs.found if occurrence.pattern.sign in acts)
    yield from _judgement_features(content, signs)
    yield from (f"{scope}{feature}" for feature in _verb_features(content))
    yield from (f"{scope}{feature}" for feature in _judging_features(content))
    yield f"length {min(_LONGEST, len(signs.words) // _LENGTH_STEP)}"
    yield from (f"word {key}" for key in _plain_words(content))


def phrase_features(lexicon: Lexicon) -> set[str]:
    """Return the feature of each phrase that the lexicon lists for an act."""
    return {_phrase_feature(pattern) for pattern in lexicon.act_patterns.patterns if pattern.sign in ontology.acts()}


def _phrase_feature(pattern: Pattern) -> str:
    return f"phrase {pattern.sign} {pattern.phrase}"


def _cue_features(content: Content) -> Iterator[str]:
    attribution, cue = content.attribution, content.attribution.cue
    row = cue.act if cue else "none"
    yield f"row {row}"
    yield f"row {row} clause={attribution.has_clause}"
    yield f"kind {cue.kind if cue else attribution.rule.split()[0]}"
    if cue is not None:
        tokens = content.sentences[attribution.sentence].sentence.tokens
        keys = [tokens[part].key for part in cue.parts]
        yield f"cue {' '.join(keys[:-1] if cue.verb and len(keys) > 1 else keys)}"


def _judgement_features(content: Content, signs: Signs) -> Iterator[str]:
    """Yield what is said of N in «N را ADJ دانست», and of what it is said."""
    cue, begin = content.attribution.cue, signs.predicate
    if cue is None or "judge" not in cue.frames or content.attribution.has_clause or begin is None:
        return
    yield from (f"judged {sign}" for sign in signs.names(begin))
    yield from (f"of {sign}" for sign in signs.names(0, begin))
    yield from (f"judged {sign}" for position, sign in content.evaluations if position >= signs.places[begin - 1])


def _verb_features(content: Content) -> Iterator[str]:
    forms = [_form_name(verb.form) for _, verb in content.verbs if verb.form.person]
    yield from (f"verb {name}" for name in set(forms))
    if forms:
        yield f"first verb {forms[0]}"
        yield f"last verb {forms[-1]}"


def _form_name(form: VerbForm) -> str:
    return f"{form.tense} {form.person}{'p' if form.is_plural else 's'}{' not' if form.is_negative else ''}"


def _judging_features(content: Content) -> Iterator[str]:
    signs = [sign for _, sign in content.evaluations]
    plus, minus = signs.count("+"), signs.count("-")
    yield f"plus {min(_MOST_JUDGING, plus)}"
    yield f"minus {min(_MOST_JUDGING, minus)}"
    yield f"balance {(plus > minus) - (plus < minus)}"


def _plain_words(content: Content) -> set[str]:
    named = {
        position for first, last, mention in content.mentions() if mention.thing for position in range(first, last + 1)
    }
    return {
        token.key
        for i, token in enumerate(content.tokens)
        if token.is_word and i not in named and not token.key.isdigit()
    }
