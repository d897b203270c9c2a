"""Which mentions are one entity: names in full and short, offices in every form, «وی», «این مقام», «کشورمان».

An article is read in text order. A name or office opens a cluster or joins one; a pronoun is the last speaker, not the last person
named; an office without a name joins the person that the article names for it, else the person who certainly held it
on the article's date lends it a Wikidata item.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.extract.mentions import Mention
from kg.extract.reading import Attribution, ReadSentence
from kg.gazetteer import Gazetteer, Thing
from kg.language.normalize import fold
from kg.lexicon import word_set
from kg.model import Article, Entity, EntityType

_PUBLISHER_STATES = (("afghanistan", ("افغان", "طلوع", "هشت صبح")),)
_HOME_STATE = "state/iran"
_PRONOUN_REACH = 3


@dataclass
class Cluster:
    """Mentions taken to be one entity, while an article is read.

    Attributes:
        type: The entity's type.
        thing: The gazetteer's entry, where it is one.
        forms: Surface forms by folded key, in order of appearance.
        full_name: The longest proper name of a person.
        offices: Signatures of offices that the article gives the person: title and body.
        post: Gazetteer key of the office.
        post_title: The office as written.
        behalf: Gazetteer key or cluster form of whom the office speaks for.
        speaks: Whether its office speaks for a state or body.
        is_former: Whether the article calls it a former holder.
        is_anonymous: Whether it is a source without a name.
        sentence: Index of the sentence that it was last mentioned in.
    """

    type: EntityType
    thing: Thing | None = None
    forms: dict[str, str] = field(default_factory=dict)
    full_name: str | None = None
    offices: set[tuple[str, str | None]] = field(default_factory=set)
    post: str | None = None
    post_title: str | None = None
    behalf: str | None = None
    speaks: bool = False
    is_former: bool = False
    is_anonymous: bool = False
    qid: str | None = None
    sentence: int = -1

    def add(self, form: str, sentence: int) -> None:
        """Take in a surface form."""
        form = " ".join(form.split())
        self.forms.setdefault(fold(form), form)
        self.sentence = sentence


@dataclass(frozen=True)
class Resolution:
    """Who is who in an article.

    Attributes:
        speakers: Cluster of each attribution's speaker, or None where nobody can be told.
        clusters: Cluster of each mention, by sentence, first and last token.
        behalf: For each attribution, the gazetteer key of whom the speaker speaks for, or None.
    """

    speakers: tuple[Cluster | None, ...]
    clusters: dict[tuple[int, int, int], Cluster]
    behalf: tuple[str | None, ...]


def resolve(
    article: Article, sentences: Sequence[ReadSentence], attributions: Sequence[Attribution], gazetteer: Gazetteer
) -> Resolution:
    """Tell which mentions are one entity and who speaks each attribution.

    Args:
        article: For its publisher («کشورمان») and date (holders of offices).
        sentences: What was found in each sentence.
        attributions: Source, cue and content, in text order.
        gazetteer: Things, offices and their holders.
    """
    return _Resolver(article, sentences, gazetteer).resolve(attributions)


class _Resolver:
    """Reads one article in text order; thrown away afterwards."""

    def __init__(self, article: Article, sentences: Sequence[ReadSentence], gazetteer: Gazetteer) -> None:
        self.article = article
        self.sentences = sentences
        self.gazetteer = gazetteer
        self.home = _home_state(article)
        self.by_key: dict[str, Cluster] = {}
        self.persons: list[Cluster] = []
        self.clusters: dict[tuple[int, int, int], Cluster] = {}
        self.last_state: str | None = None

    def resolve(self, attributions: Sequence[Attribution]) -> Resolution:
        for index, read in enumerate(self.sentences):
            self._read_persons(index, read)
        for index, read in enumerate(self.sentences):
            self._read(index, read)
        speakers = self._speakers(attributions)
        return Resolution(tuple(speakers), self.clusters, tuple(self._behalf(s) for s in speakers))

    # -- names -----------------------------------------------------------------------------------------------------

    def _read_persons(self, index: int, read: ReadSentence) -> None:
        """Open a cluster for every full name first, so that a surname in the title finds it."""
        for mention in read.mentions:
            if mention.kind == "name" and mention.type == "person" and not self._is_bare(mention):
                self._person(index, mention)

    def _is_bare(self, mention: Mention) -> bool:
        return mention.thing is None and mention.first == mention.last

    def _person(self, index: int, mention: Mention) -> Cluster:
        form = self._text(mention)
        if mention.thing is not None:
            cluster = self._cluster_of(mention.thing)
        else:
            cluster = self._person_named(form) or self._new(f"person:{fold(form)}", "person")
        if cluster not in self.persons:
            self.persons.append(cluster)
        cluster.add(form, index)
        first, _, rest = form.partition(" ")
        if first in word_set("honorifics") and " " in rest:
            cluster.add(rest, index)
        if cluster.full_name is None or len(form.split()) > len(cluster.full_name.split()):
            cluster.full_name = form
        self.clusters[index, mention.first, mention.last] = cluster
        return cluster

    def _person_named(self, form: str) -> Cluster | None:
        """Return the person whose full name ends with these words (or is them), the last mentioned first."""
        words = [fold(word) for word in form.split()]
        for cluster in sorted(self.persons, key=lambda c: -c.sentence):
            known = [fold(word) for word in (cluster.full_name or "").split()]
            if known and (known[-len(words) :] == words or words[-len(known) :] == known):
                return cluster
        return None

    def _cluster_of(self, key: str) -> Cluster:
        thing = self.gazetteer.things[key]
        cluster = self.by_key.get(key)
        if cluster is None:
            cluster = self._new(key, thing.type)
            cluster.thing = thing
        return cluster

    def _new(self, key: str, entity_type: EntityType) -> Cluster:
        cluster = self.by_key.get(key)
        if cluster is None:
            cluster = self.by_key[key] = Cluster(entity_type)
        return cluster

    # -- one sentence ------------------------------------------------------------------------------------------------

    def _read(self, index: int, read: ReadSentence) -> None:
        mentions = [m for m in read.mentions if not m.is_inner]
        for position, mention in enumerate(mentions):
            for inner in mention.names:
                self._cluster_for(index, inner)
            self._cluster_for(index, mention)
            if mention.kind == "office":
                self._office(index, mention, mentions, position)

    def _cluster_for(self, index: int, mention: Mention) -> Cluster | None:
        span = (index, mention.first, mention.last)
        if span in self.clusters:
            cluster: Cluster | None = self.clusters[span]
            assert cluster is not None
            cluster.sentence = index
        elif mention.kind == "name":
            cluster = self._named(index, mention)
        elif mention.kind in ("organ", "media"):
            cluster = self._organ(mention)
        elif mention.kind in ("group", "anonymous"):
            cluster = self._group(mention)
        elif mention.kind == "anaphor" and mention.type == "state":
            key = self.home if mention.head == "کشورمان" else self.last_state
            cluster = self._cluster_of(key) if key else None
        else:
            return None
        if cluster is None:
            return None
        if cluster.thing is not None and cluster.type == "state":
            self.last_state = cluster.thing.key
        if mention.kind != "anaphor":
            cluster.add(self._text(mention), index)
        self.clusters[span] = cluster
        return cluster

    def _named(self, index: int, mention: Mention) -> Cluster | None:
        if mention.type == "person":
            return self._person(index, mention)
        if mention.thing is not None:
            return self._cluster_of(mention.thing)
        return self._new(f"{mention.type}:{fold(self._text(mention))}", mention.type or "organization")

    def _organ(self, mention: Mention) -> Cluster:
        text = self._bare_text(mention)
        states = [self._state_key(name) for name in self._owners(mention)]
        state = next((key for key in reversed(states) if key), None)
        if state is not None and mention.head in word_set("state_organs") and len(mention.names) == 1:
            return self._cluster_of(state)
        if mention.head == "طرف" and state is not None:
            return self._cluster_of(state)
        bodies = [name.thing for name in mention.names if name.type == "organization" and name.thing]
        if mention.kind == "media" and bodies:
            return self._cluster_of(bodies[0])
        found = self.gazetteer.find_names(text)
        if found:
            return self._cluster_of(found[0][1].key)
        if state is not None:
            organ = self.gazetteer.find_organ(self._title(mention), state)
            if organ is not None:
                return self._cluster_of(organ.key)
        cluster = self._new(f"organization:{fold(text)}", mention.type or "organization")
        cluster.speaks = mention.speaks
        cluster.behalf = state if mention.speaks else None
        return cluster

    def _group(self, mention: Mention) -> Cluster:
        if mention.thing is not None:
            text = self._text(mention)
            return self._new(f"group:{fold(text)}", "group")
        listed = self.gazetteer.find_names(self._text(mention)) if mention.type == "group" else ()
        cluster = (
            self._cluster_of(listed[0][1].key)
            if listed and listed[0][1].type == "group"
            else self._new(f"{mention.type}:{fold(self._text(mention))}", mention.type or "group")
        )
        states = [key for key in (self._state_key(name) for name in mention.names) if key]
        cluster.speaks = mention.speaks
        cluster.behalf = states[-1] if states and mention.speaks else None
        cluster.is_anonymous = True
        return cluster

    # -- offices -------------------------------------------------------------------------------------------------------

    def _office(self, index: int, mention: Mention, mentions: Sequence[Mention], position: int) -> None:
        body = self._body(mention)
        title = self._title(mention)
        person = self._apposed(index, mention, mentions, position)
        signature = (_bare_title(title), body)
        if person is None:
            person = self._holder(signature, title, body)
        if person is None:
            key = f"office:{signature[0]}:{body}"
            person = self._new(key, "person")
            person.is_anonymous = any(t.key in ("یک", "یکی") for t in self._tokens(mention)[:1])
            if person not in self.persons and not person.is_anonymous:
                self.persons.append(person)
        text = self._text(mention)
        person.add(text, index)
        if not person.offices or body is not None:
            self._give_office(person, mention, title, body, text)
        if not person.is_anonymous:
            person.offices.add(signature)
        self.clusters[index, mention.first, mention.last] = person

    def _give_office(self, person: Cluster, mention: Mention, title: str, body: str | None, text: str) -> None:
        if person.post_title is None or (body is not None and person.behalf is None):
            person.post_title = text
            person.is_former = any(t.key in word_set("former") for t in self._tokens(mention))
            post = self.gazetteer.find_post(title, body) if body else None
            if post is not None:
                person.post = post.key
            person.speaks = mention.speaks
            person.behalf = self._speaks_for(person, post.speaks_for if post and post.speaks_for else body, mention)

    def _speaks_for(self, person: Cluster, body: str | None, mention: Mention) -> str | None:
        keys = [token.key for token in self._tokens(mention)]
        in_parliament = word_set("parliaments") & set(keys) and not (
            keys[0] == "رییس" and keys[1:2] and keys[1] in word_set("parliaments")
        )
        if not mention.speaks or in_parliament:
            return None
        if body is None:
            return self.home if mention.head in word_set("offices_of_state") and person.thing is None else None
        thing = self.gazetteer.things.get(body)
        return thing.state if thing is not None and thing.state and thing.type == "organization" else body

    def _apposed(self, index: int, mention: Mention, mentions: Sequence[Mention], position: int) -> Cluster | None:
        """Return the person whose name stands in the office, right behind it, or before it and a comma."""
        tokens = self.sentences[index].sentence.tokens
        for inner in mention.names:
            governor = tokens[inner.first - 1].key
            if (
                inner.type == "person"
                and governor not in word_set("state_organs")
                and governor not in word_set("offices_of_persons")
            ):
                return self.clusters.get((index, inner.first, inner.last))
        if position + 1 < len(mentions):
            following = mentions[position + 1]
            between = tokens[mention.last + 1 : following.first]
            if following.type == "person" and following.kind == "name" and _is_apposition(between):
                return self._cluster_for(index, following)
        if position:
            preceding = mentions[position - 1]
            between = tokens[preceding.last + 1 : mention.first]
            if preceding.type == "person" and preceding.kind == "name" and _is_apposition(between):
                return self._cluster_for(index, preceding)
        return None

    def _holder(self, signature: tuple[str, str | None], title: str, body: str | None) -> Cluster | None:
        """Return the person to whom the article gives the office, or who held it then and is named in the article."""
        bare, _ = signature
        at_home = [c for c in self.persons if body is None and c.behalf == self.home]
        for cluster in sorted(self.persons, key=lambda c: (c not in at_home, -c.sentence)):
            for known, known_body in cluster.offices:
                same_body = body is None or known_body is None or body == known_body
                if same_body and (known == bare or (body is None and known.startswith(bare))):
                    return cluster
        if body is None:
            return None
        post = self.gazetteer.find_post(title, body)
        if post is None or self.article.published is None:
            return None
        for cluster in self.persons:
            if cluster.thing is not None and any(
                m.post == post.key and m.overlaps(self.article.published)
                for m in self.gazetteer.posts_of(cluster.thing.key)
            ):
                return cluster
        return None

    def _body(self, mention: Mention) -> str | None:
        """Return the state or organization that an office belongs to, by key."""
        keys = [self._body_key(name) for name in self._owners(mention)]
        return next((key for key in reversed(keys) if key), None)

    def _owners(self, mention: Mention) -> list[Mention]:
        """Return the names in a chain that own it, not those of its place («سفیر ایران در لندن»)."""
        tokens = self.sentences[mention.sentence].sentence.tokens
        place = next(
            (i for i in range(mention.first + 1, mention.last) if tokens[i].key in ("در", "نزد")), mention.last + 1
        )
        before = [name for name in mention.names if name.last < place]
        return before or list(mention.names)

    def _body_key(self, mention: Mention) -> str | None:
        if mention.type == "state":
            return self._state_key(mention)
        return mention.thing if mention.type == "organization" else None

    def _state_key(self, mention: Mention) -> str | None:
        if mention.type != "state":
            return None
        if mention.kind == "anaphor":
            return self.home if mention.head == "کشورمان" else self.last_state
        return mention.thing

    def _title(self, mention: Mention) -> str:
        """Return the words of a chain without determiners, states and names."""
        dropped = {i for name in mention.names for i in range(name.first, name.last + 1) if name.type != "organization"}
        tokens = self.sentences[mention.sentence].sentence.tokens
        words = [
            tokens[i].form
            for i in range(mention.first, mention.last + 1)
            if i not in dropped and tokens[i].key not in ("این", "ان", "یک", "همین")
        ]
        return " ".join(words)

    # -- speakers ------------------------------------------------------------------------------------------------------

    def _speakers(self, attributions: Sequence[Attribution]) -> list[Cluster | None]:
        speakers: list[Cluster | None] = []
        last: Cluster | None = None
        last_person: Cluster | None = None
        for attribution in attributions:
            if attribution.echoes is not None:
                speakers.append(None)
                continue
            speaker = self._speaker(attribution, last, last_person)
            if attribution.within is not None:
                outer = speakers[attribution.within] if attribution.within < len(speakers) else None
                speaker = self._nested_speaker(attribution, speaker, outer)
            speakers.append(speaker)
            if speaker is not None and attribution.within is None:
                last = speaker
                if speaker.type == "person":
                    last_person = speaker
        return [
            speaker if attribution.echoes is None else speakers[attribution.echoes]
            for attribution, speaker in zip(attributions, speakers, strict=True)
        ]

    def _speaker(self, attribution: Attribution, last: Cluster | None, last_person: Cluster | None) -> Cluster | None:
        source = attribution.source
        if source is None:
            return last
        if source.kind == "pronoun":
            return (last if source.is_plural else last_person) or self._subject_before(attribution.sentence)
        cluster = self.clusters.get((source.sentence, source.first, source.last))
        if source.kind == "anaphor" and source.head in word_set("documents"):
            return last if last is not None and last.type == "organization" else None
        if source.kind == "anaphor" and source.type != "state":
            return self._antecedent(source, attribution.sentence, last, last_person)
        if source.kind == "nominal":
            return self._person_named(self._text(source)) or self._unknown(source, attribution)
        return cluster

    def _unknown(self, source: Mention, attribution: Attribution) -> Cluster | None:
        """Return a speaker that only the words of the article tell of; before a title's colon it may be a mere topic."""
        if attribution.rule == "headline":
            return None
        text = self._text(source)
        entity_type: EntityType = "group" if source.is_plural else "person"
        cluster = self._new(f"{entity_type}:{fold(text)}", entity_type)
        cluster.is_anonymous = True
        cluster.add(text, source.sentence)
        return cluster

    def _antecedent(
        self, source: Mention, sentence: int, last: Cluster | None, last_person: Cluster | None
    ) -> Cluster | None:
        """Return whom «این دیپلمات» or «این روزنامه» points back to: whoever bears the noun, else the last speaker."""
        recent = last_person if source.type == "person" else last
        bearers = [
            (span, cluster)
            for span, cluster in self.clusters.items()
            if span < (sentence, source.first, source.last)
            and any(form.startswith(source.head) for form in cluster.forms)
        ]
        if recent is not None and (
            recent.type == source.type and (not bearers or any(c is recent for _, c in bearers))
        ):
            return recent
        if bearers:
            return max(bearers, key=lambda bearer: bearer[0])[1]
        return recent or self._subject_before(sentence)

    def _nested_speaker(
        self, attribution: Attribution, speaker: Cluster | None, outer: Cluster | None
    ) -> Cluster | None:
        """Return who speaks inside somebody else's speech, or None where it is the outer speaker or its side."""
        source = attribution.source
        side = self._behalf(outer)
        if source is not None and source.kind == "pronoun" and source.is_plural:
            speaker = self._actor_before(source, outer, side)
        elif source is None or source.kind in ("pronoun", "anaphor") or speaker is outer:
            return None
        if speaker is not None and speaker.thing is not None and speaker.thing.key == side:
            return None
        return speaker

    def _actor_before(self, source: Mention, outer: Cluster | None, side: str | None) -> Cluster | None:
        """Return whom «آنها» in somebody's speech means: the last group, body or state named that is not its own side."""
        before = [
            (span, cluster)
            for span, cluster in self.clusters.items()
            if span < (source.sentence, source.first, source.last)
            and source.sentence - span[0] <= _PRONOUN_REACH
            and cluster.type in ("group", "state", "organization")
            and cluster is not outer
            and (cluster.thing is None or cluster.thing.key != side)
        ]
        return max(before, key=lambda pair: pair[0])[1] if before else None

    def _subject_before(self, sentence: int) -> Cluster | None:
        """Return the person last named before a sentence."""
        before = [c for c in self.persons if c.sentence >= 0]
        named = [
            (index, first, cluster)
            for (index, first, _), cluster in self.clusters.items()
            if index <= sentence and cluster in before
        ]
        return max(named, key=lambda row: row[:2])[2] if named else None

    def _behalf(self, speaker: Cluster | None) -> str | None:
        if speaker is None or speaker.is_former:
            return None
        if speaker.behalf is not None:
            return speaker.behalf
        if speaker.thing is None or speaker.type == "state":
            return None
        if speaker.type == "person":
            if speaker.post_title is not None and not speaker.speaks:
                return None
            return self._behalf_by_post(speaker.thing.key)
        return speaker.thing.state if speaker.type == "organization" else None

    def _behalf_by_post(self, person: str) -> str | None:
        span = self.article.published
        posts = [m for m in self.gazetteer.posts_of(person) if span is None or m.overlaps(span)]
        keys = [self.gazetteer.posts[m.post].speaks_for for m in posts]
        return next((key for key in reversed(keys) if key), None)

    # -- text ------------------------------------------------------------------------------------------------------------

    def _tokens(self, mention: Mention):  # type: ignore[no-untyped-def]
        return self.sentences[mention.sentence].sentence.tokens[mention.first : mention.last + 1]

    def _text(self, mention: Mention) -> str:
        tokens = self._tokens(mention)
        return self.article.text[tokens[0].begin : tokens[-1].end]

    def _bare_text(self, mention: Mention) -> str:
        tokens = [t for t in self._tokens(mention)]
        while tokens and tokens[0].key in ("این", "ان", "یک", "همین"):
            tokens = tokens[1:]
        return self.article.text[tokens[0].begin : tokens[-1].end] if tokens else self._text(mention)


def _is_apposition(between) -> bool:  # type: ignore[no-untyped-def]
    return all(not token.is_word or token.key in ("اقای", "خانم", "دکتر") for token in between) and len(between) <= 2


def _bare_title(title: str) -> str:
    words = [fold(word) for word in title.split()]
    joined = "".join(word for word in words if word not in word_set("title_noise"))
    return joined.replace("رییسجمهوری", "رییسجمهور").replace("جمهوریاسلامی", "")


def _home_state(article: Article) -> str:
    for state, names in _PUBLISHER_STATES:
        if article.publisher and any(name in article.publisher for name in names):
            return f"state/{state}"
    return _HOME_STATE


def entity_of(cluster: Cluster, entity_id: str) -> Entity:
    """Return the entity that a cluster stands for."""
    forms = tuple(cluster.forms.values())
    if cluster.thing is not None and cluster.type != "person":
        name = cluster.thing.name
    else:
        name = cluster.full_name or max(forms, key=len, default="")
        if cluster.thing is not None and not name:
            name = cluster.thing.name
    return Entity(
        id=entity_id,
        name=name,
        type=cluster.type,
        qid=cluster.thing.qid if cluster.thing is not None else cluster.qid,
        mentions=forms,
        key=cluster.thing.key if cluster.thing is not None else None,
        is_local=cluster.thing is None
        and (
            (cluster.type == "person" and (cluster.full_name is None or " " not in cluster.full_name))
            or cluster.is_anonymous
        ),
    )
