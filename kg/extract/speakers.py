"""Who speaks: pronouns, «این مقام», dropped subjects, speech inside speech, and on whose behalf.

A pronoun is the last speaker, not the last person named; inside somebody's speech it never is the one who speaks.
"""

from collections.abc import Sequence

from kg.extract.bounds import Bounds
from kg.extract.clusters import Cluster, Register, place_of, states_of
from kg.extract.reading import Attribution, Mention
from kg.language.normalize import fold
from kg.lexicon import load as load_lexicon
from kg.lexicon import word_set
from kg.model import EntityType

_PRONOUN_REACH = 3
"""Sentences that «آنها» in somebody's speech reaches back."""


def find_speakers(register: Register, attributions: Sequence[Attribution]) -> list[Cluster | None]:
    """Return the cluster of each attribution's speaker, or None where nobody can be told.

    Args:
        register: The article's clusters, all mentions read; speakers that only a cue tells of are opened in it.
        attributions: Source, cue and content, in text order.
    """
    return _Turns(register).speakers(attributions)


def behalf_of(register: Register, speaker: Cluster | None) -> str | None:
    """Return the gazetteer's key of whom a speaker speaks for, or None: private persons, former holders, states.

    Args:
        register: For the article's date and the offices that listed persons held on it.
        speaker: Who speaks, or None where nobody can be told.
    """
    if speaker is None or speaker.is_former:
        return None
    if speaker.behalf is not None:
        return speaker.behalf
    if speaker.thing is None or speaker.type == "state":
        return None
    if speaker.type == "person":
        if speaker.post_title is not None and not speaker.speaks:
            return None
        return _behalf_by_post(register, speaker.thing.key)
    return speaker.thing.state if speaker.type == "organization" else None


def _behalf_by_post(register: Register, person: str) -> str | None:
    published, gazetteer = register.article.published, register.gazetteer
    posts = [m for m in gazetteer.posts_of(person) if published is None or m.overlaps(published)]
    keys = [gazetteer.posts[m.post].speaks_for for m in posts]
    return next((key for key in reversed(keys) if key), None)


def is_medium(cluster: Cluster) -> bool:
    """Whether a cluster is a newspaper, agency, channel or site, by the noun that one of its names begins with."""
    if cluster.type != "organization":
        return False
    names = [name.text for name in cluster.thing.names] if cluster.thing is not None else []
    nouns = load_lexicon().nouns
    heads = (nouns.get(fold(name.split()[0])) for name in (*cluster.forms.values(), *names))
    return any(noun is not None and noun.kind == "media" for noun in heads)


def _may_be(source: Mention, cluster: Cluster) -> bool:
    """Whether «این مقام روس» may point to somebody: as one or several, and of that state as far as it is known."""
    firsts = {fold(form.split()[0]) for form in cluster.forms.values()}
    if not source.is_plural and firsts and firsts <= word_set("plural_determiners"):
        return False
    named = {name.thing for name in source.names if name.type == "state" and name.thing}
    known = states_of(cluster)
    return not named or not known or bool(named & known)


class _Turns:
    """Goes through the attributions in text order and remembers who spoke last; nested speech does not count."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.last: Cluster | None = None
        self.last_of: dict[EntityType, Cluster] = {}
        self.author: Cluster | None = None

    def speakers(self, attributions: Sequence[Attribution]) -> list[Cluster | None]:
        speakers: list[Cluster | None] = []
        for attribution in attributions:
            if attribution.echoes is not None:  # a title shares the speaker of a later attribution: second round
                speakers.append(None)
                continue
            speaker = self._speaker(attribution)
            if attribution.within is not None:
                outer = speakers[attribution.within] if attribution.within < len(speakers) else None
                speaker = self._nested_speaker(attribution, speaker, outer)
            elif speaker is not None and attribution.rule != "basis":  # whose words are told of is not who speaks
                self.last = self.last_of[speaker.type] = speaker
                if self._writes(attribution):
                    self.author = speaker
            speakers.append(speaker)
        return [
            speaker if attribution.echoes is None else speakers[attribution.echoes]
            for attribution, speaker in zip(attributions, speakers, strict=True)
        ]

    def _speaker(self, attribution: Attribution) -> Cluster | None:
        source, last_person = attribution.source, self.last_of.get("person")
        if source is None:
            return self.last if not self._is_written(attribution) else self._written(attribution.sentence)
        if source.kind == "pronoun":
            return (self.last if source.is_plural else last_person) or self._person_before(attribution.sentence)
        if source.kind == "anaphor" and source.head in word_set("documents"):
            is_report = source.head in word_set("reports")
            return (self._reporter(attribution.sentence) if is_report else None) or self._written(attribution.sentence)
        if source.kind == "anaphor" and source.type != "state":
            return self._antecedent(source, attribution.sentence)
        if source.kind == "nominal":
            return self.register.person_named(self.register.text(source)) or self._unknown(source, attribution)
        cluster = self.register.by_mention.get(place_of(source))
        if source.is_definite and cluster is not None and cluster.type == "person" and cluster.full_name is None:
            return self._antecedent(source, attribution.sentence) or cluster
        return cluster

    def _bounds(self, attribution: Attribution) -> Bounds:
        return Bounds(self.register.sentences[attribution.sentence], attribution.sentence, load_lexicon())

    def _is_written(self, attribution: Attribution) -> bool:
        """Whether only a text is said to say it («در این بیانیه آمده است»)."""
        cue = attribution.cue
        return cue is not None and cue.is_passive and self._bounds(attribution).in_document(cue)

    def _writes(self, attribution: Attribution) -> bool:
        """Whether a speaker is said to speak in a text of its own («در بیانیه‌ای اعلام کرد»)."""
        cue, bounds = attribution.cue, self._bounds(attribution)
        return cue is not None and (bounds.in_document(cue) or bounds.issues_document(cue))

    def _written(self, sentence: int) -> Cluster | None:
        """Return whose text «این بیانیه» is: who last wrote one, else the body or medium that last spoke."""
        return self.author or self.last_of.get("organization") or self._medium_before(sentence)

    def _reporter(self, sentence: int) -> Cluster | None:
        """Return whose report «این گزارش» is: the medium that last spoke, or was last named."""
        last = self.last_of.get("organization")
        return last if last is not None and is_medium(last) else self._medium_before(sentence)

    def _medium_before(self, sentence: int) -> Cluster | None:
        """Return the medium last named up to a sentence."""
        named = [
            (place, cluster)
            for place, cluster in self.register.by_mention.items()
            if place[0] <= sentence and is_medium(cluster)
        ]
        return max(named, key=lambda pair: pair[0])[1] if named else None

    def _unknown(self, source: Mention, attribution: Attribution) -> Cluster | None:
        """Return a speaker that only the article's words tell of; before a title's colon it may be a mere topic."""
        if attribution.rule == "headline":
            return None
        text = self.register.text(source)
        entity_type: EntityType = "group" if source.is_plural else "person"
        cluster = self.register.opened(f"{entity_type}:{fold(text)}", entity_type)
        cluster.is_anonymous = True
        cluster.add(text, source.sentence)
        return cluster

    def _antecedent(self, source: Mention, sentence: int) -> Cluster | None:
        """Return whom «این دیپلمات» or «این روزنامه» points back to: whoever bears the noun, else the last speaker."""
        noun = load_lexicon().nouns.get(source.head)
        if noun is not None and noun.kind == "anonymous":
            return self.last
        if noun is not None and noun.kind == "media":
            last = self.last_of.get("organization")
            return last if last is not None and is_medium(last) else self._medium_before(sentence) or last
        recent = self.last_of.get(source.type) if source.type is not None else self.last
        fitting = [
            (place, cluster)
            for place, cluster in self.register.by_mention.items()
            if place < (sentence, source.first, source.last)
            and (cluster.type == source.type or source.type is None)
            and _may_be(source, cluster)
        ]
        bearers = [
            (place, cluster)
            for place, cluster in fitting
            if any(source.head in map(fold, form.split()[:2]) for form in cluster.forms.values())
        ]
        if recent is not None and not _may_be(source, recent):
            bearers, recent = bearers or [pair for pair in fitting if pair[1].behalf or pair[1].offices], None
        if recent is not None and (not bearers or any(cluster is recent for _, cluster in bearers)):
            return recent
        if bearers:
            return max(bearers, key=lambda bearer: bearer[0])[1]
        return self.last or self._person_before(sentence)

    def _nested_speaker(
        self, attribution: Attribution, speaker: Cluster | None, outer: Cluster | None
    ) -> Cluster | None:
        """Return who speaks inside somebody else's speech, or None where it is the outer speaker or its side."""
        source = attribution.source
        side = behalf_of(self.register, outer)
        if source is not None and source.kind == "pronoun" and source.is_plural:
            speaker = self._actor_before(source, outer, side)
        elif (
            attribution.rule.startswith("source phrase")
            and source is not None
            and self._is_outer(source, speaker, outer)
        ):
            return outer  # «… توافقی که به گفته او پایدار است»: the speaker's own words, told apart
        elif source is None or source.kind in ("pronoun", "anaphor") or speaker is outer:
            return None
        if speaker is not None and speaker.thing is not None and speaker.thing.key == side:
            return None
        return speaker

    @staticmethod
    def _is_outer(source: Mention, speaker: Cluster | None, outer: Cluster | None) -> bool:
        """Whether the source behind «به گفته» is who speaks already: by a pronoun, or named again."""
        return source.kind in ("pronoun", "anaphor") or speaker is outer

    def _actor_before(self, source: Mention, outer: Cluster | None, side: str | None) -> Cluster | None:
        """Return whom «آنها» in somebody's speech means: the last group, body or state named that is not its side."""
        before = [
            (place, cluster)
            for place, cluster in self.register.by_mention.items()
            if place < place_of(source)
            and source.sentence - place[0] <= _PRONOUN_REACH
            and cluster.type in ("group", "state", "organization")
            and cluster is not outer
            and (cluster.thing is None or cluster.thing.key != side)
        ]
        return max(before, key=lambda pair: pair[0])[1] if before else None

    def _person_before(self, sentence: int) -> Cluster | None:
        """Return the person last named up to a sentence."""
        named = [
            (place[:2], cluster)
            for place, cluster in self.register.by_mention.items()
            if place[0] <= sentence and cluster in self.register.persons
        ]
        return max(named, key=lambda pair: pair[0])[1] if named else None
