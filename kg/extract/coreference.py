"""Which mentions are one entity: names in full and short, offices and bodies in every form, «کشورمان».

An article is read in text order. A name or office opens a cluster or joins one; an office without a name joins the
person that the article names for it, else the person named in the article who certainly held it on its date.
Pronouns and dropped subjects are told by ``kg.extract.speakers``.
"""

from collections.abc import Iterator, Sequence

from kg.extract.clusters import Cluster, Register, Resolution, entity_of, place_of
from kg.extract.linking import link_clusters, settle_persons
from kg.extract.reading import Attribution, Mention, ReadSentence
from kg.extract.sole_speaker import join_sole_speaker
from kg.extract.speakers import behalf_of, find_speakers
from kg.gazetteer import Gazetteer, Post, Thing
from kg.language.normalize import fold
from kg.language.segment import Token
from kg.lexicon import word_set
from kg.model import Article

__all__ = ["Cluster", "Resolution", "entity_of", "resolve"]

_KEPT_IN_TITLES = ("organization", "topic")
"""Names that are a part of an office's title: «وزیر انرژی», «مسئول سیاست خارجی»."""


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
    register = Register(article, sentences, gazetteer)
    _MentionReader(register).read()
    settle_persons(register)
    speakers = join_sole_speaker(register, attributions, find_speakers(register, attributions))
    behalf = tuple(behalf_of(register, speaker) for speaker in speakers)
    link_clusters(register)
    return Resolution(tuple(speakers), register.by_mention, behalf, register.home)


class _MentionReader:
    """Gives every mention of one article its cluster, in text order."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.gazetteer = register.gazetteer
        self.last_state: str | None = None

    def read(self) -> None:
        sentences = self.register.sentences
        for read in sentences:  # full names first, so that a surname in the title finds its person
            for mention in read.mentions:
                is_bare = mention.thing is None and mention.first == mention.last
                if mention.kind == "name" and mention.type == "person" and not is_bare:
                    self._person(mention)
        for read in sentences:
            mentions = [mention for mention in read.mentions if not mention.is_inner]
            for position, mention in enumerate(mentions):
                for inner in mention.names:
                    self._cluster_of(inner)
                self._cluster_of(mention)
                if mention.kind == "office":
                    self._office(mention, mentions, position)

    def _cluster_of(self, mention: Mention) -> Cluster | None:
        cluster = self.register.by_mention.get(place_of(mention)) or self._found(mention)
        if cluster is None:
            return None
        if cluster.thing is not None and cluster.type == "state":
            self.last_state = cluster.thing.key
        if mention.kind != "anaphor":
            cluster.add(self.register.text(mention), mention.sentence)
        self.register.by_mention[place_of(mention)] = cluster
        return cluster

    def _found(self, mention: Mention) -> Cluster | None:
        """Return the cluster that a mention not yet read belongs to; offices, pronouns and «این مقام» come later."""
        if mention.kind == "name":
            return self._named(mention)
        if mention.kind in ("organ", "media"):
            return self._organ(mention)
        if mention.kind in ("group", "anonymous"):
            return self._group(mention)
        key = self._state_key(mention) if mention.kind == "anaphor" else None
        return self.register.of_thing(key) if key else None

    # -- names ---------------------------------------------------------------------------------------------------------

    def _named(self, mention: Mention) -> Cluster:
        if mention.type == "person":
            return self._person(mention)
        if mention.thing is not None:
            return self.register.of_thing(mention.thing)
        return self.register.opened(
            f"{mention.type}:{fold(self.register.text(mention))}", mention.type or "organization"
        )

    def _person(self, mention: Mention) -> Cluster:
        form = self.register.text(mention)
        if mention.thing is not None:
            cluster = self.register.of_thing(mention.thing)
        else:
            known = None if mention.candidates else self.register.person_named(form)
            cluster = known or self.register.opened(f"person:{fold(form)}", "person")
        if cluster not in self.register.persons:
            self.register.persons.append(cluster)
        cluster.add(form, mention.sentence)
        first, _, rest = form.partition(" ")
        if first in word_set("honorifics") and " " in rest:
            cluster.add(rest, mention.sentence)
        if cluster.full_name is None or len(form.split()) > len(cluster.full_name.split()):
            cluster.full_name = form
        self.register.by_mention[place_of(mention)] = cluster
        return cluster

    # -- bodies and groups ---------------------------------------------------------------------------------------------

    def _organ(self, mention: Mention) -> Cluster:
        text = self._bare_text(mention)
        state = next(filter(None, map(self._state_key, reversed(self._owners(mention)))), None)
        is_state_itself = mention.head in word_set("state_organs") and len(mention.names) == 1
        if state is not None and (is_state_itself or mention.head == "طرف"):
            return self.register.of_thing(state)
        bodies = [name.thing for name in mention.names if name.type == "organization" and name.thing]
        if mention.kind == "media" and bodies:
            return self.register.of_thing(bodies[0])
        found = self.gazetteer.find_names(text)
        if found:
            return self.register.of_thing(found[0][1].key)
        organ = self._organ_of_state(
            self._title(mention), state or (None if mention.names else self._likely_owner(text))
        )
        if organ is not None:
            return self.register.of_thing(organ.key)
        cluster = self.register.opened(f"organization:{fold(text)}", mention.type or "organization")
        cluster.speaks = mention.speaks
        cluster.behalf = state if mention.speaks else None
        return cluster

    def _organ_of_state(self, title: str, state: str | None) -> Thing | None:
        return self.gazetteer.find_organ(title, state) if state is not None else None

    def _likely_owner(self, text: str) -> str | None:
        """Return whose «وزارت خارجه» is meant that stands alone: the one last named, else the outlet's own."""
        home = self.gazetteer.find_organ(text, self.register.home)
        if home is None:
            return None
        named = [
            (cluster.sentence, cluster.thing.state)
            for cluster in self.register.by_mention.values()
            if cluster.thing is not None and cluster.thing.organ == home.organ
        ]
        return max(named, key=lambda pair: pair[0])[1] if named else self.register.home

    def _group(self, mention: Mention) -> Cluster:
        text = self.register.text(mention)
        if mention.thing is not None:
            return self.register.opened(f"group:{fold(text)}", "group")
        listed = self.gazetteer.find_names(text) if mention.type == "group" else ()
        if listed and listed[0][1].type == "group":
            cluster = self.register.of_thing(listed[0][1].key)
        else:
            cluster = self.register.opened(f"{mention.type}:{fold(text)}", mention.type or "group")
        state = next(filter(None, map(self._state_key, reversed(mention.names))), None)
        cluster.speaks = mention.speaks
        cluster.behalf = state if mention.speaks else None
        cluster.is_anonymous = True
        return cluster

    # -- offices -------------------------------------------------------------------------------------------------------

    def _office(self, mention: Mention, mentions: Sequence[Mention], position: int) -> None:
        body, title = self._body(mention), self._title(mention)
        signature = (_bare_title(title), body)
        post = self._post(mention, title, body)
        person = self._apposed(mention, mentions, position, post) or self._holder(title, signature, post)
        if person is None:
            person = self.register.opened(f"office:{signature[0]}:{body}", "person")
            person.is_anonymous = self.register.tokens(mention)[0].key in ("یک", "یکی")
            if person not in self.register.persons and not person.is_anonymous:
                self.register.persons.append(person)
        person.add(self.register.text(mention), mention.sentence)
        if not person.offices or body is not None:
            self._give_office(person, mention, post, body)
        if not person.is_anonymous:
            person.offices.add(signature)
            person.titles[title] = None
            if post is not None:
                person.posts.add(post.key)
        self.register.by_mention[place_of(mention)] = person

    def _post(self, mention: Mention, title: str, body: str | None) -> Post | None:
        """Return the office that a chain means, as far as the gazetteer lists it."""
        if body is None:
            return None
        hosts = [name.thing for name in mention.names if name.type == "state" and name.thing not in (None, body)]
        if mention.head in word_set("ambassadors") and len(hosts) == 1:
            return self.gazetteer.ambassador(body, str(hosts[0]))
        return self.gazetteer.find_post(title, body)

    def _give_office(self, person: Cluster, mention: Mention, post: Post | None, body: str | None) -> None:
        if person.post_title is not None and (body is None or person.behalf is not None):
            return
        person.post_title = self.register.text(mention)
        person.is_former = any(token.key in word_set("former") for token in self.register.tokens(mention))
        if post is not None:
            person.post = post.key
        person.speaks = mention.speaks
        person.behalf = self._speaks_for(person, post.speaks_for if post and post.speaks_for else body, mention)

    def _speaks_for(self, person: Cluster, body: str | None, mention: Mention) -> str | None:
        keys, parliaments = [token.key for token in self.register.tokens(mention)], word_set("parliaments")
        is_speaker_of_house = keys[0] == "رییس" and not parliaments.isdisjoint(keys[1:2])
        if not mention.speaks or not (parliaments.isdisjoint(keys) or is_speaker_of_house):
            return None
        if body is None:
            of_state = word_set("offices_of_state")
            is_of_home = person.thing is None and (mention.head in of_state or "".join(keys[:2]) in of_state)
            return self.register.home if is_of_home else None
        thing = self.gazetteer.things.get(body)
        return thing.state if thing is not None and thing.state and thing.type == "organization" else body

    def _apposed(
        self, mention: Mention, mentions: Sequence[Mention], position: int, post: Post | None
    ) -> Cluster | None:
        """Return the person whose name stands in the office, right behind it, or before it and a comma.

        Where names stand on both sides, the one who is known to have held the office then.
        """
        apposed = list(filter(None, self._names_beside(mention, mentions, position)))
        holders = [person for person in apposed if post is not None and self._held(person, post)]
        return next(iter(holders or apposed), None)

    def _names_beside(self, mention: Mention, mentions: Sequence[Mention], position: int) -> Iterator[Cluster | None]:
        tokens = self.register.sentences[mention.sentence].sentence.tokens
        others = word_set("state_organs") | word_set("offices_of_persons")
        for inner in mention.names:
            if inner.type == "person" and tokens[inner.first - 1].key not in others:
                yield self.register.by_mention.get(place_of(inner))
        if position + 1 < len(mentions):
            following = mentions[position + 1]
            if _is_person(following) and _is_apposition(tokens[mention.last + 1 : following.first]):
                yield self._cluster_of(following)
        if position:
            preceding = mentions[position - 1]
            if _is_person(preceding) and _is_apposition(tokens[preceding.last + 1 : mention.first]):
                yield self._cluster_of(preceding)

    def _held(self, person: Cluster, post: Post) -> bool:
        """Whether a listed person may have held an office on the article's date; false where it has none."""
        published = self.register.article.published
        held = self.gazetteer.posts_of(person.thing.key) if person.thing is not None else ()
        return published is not None and any(m.post == post.key and m.overlaps(published) for m in held)

    def _holder(self, title: str, signature: tuple[str, str | None], post: Post | None) -> Cluster | None:
        """Return the person to whom the article gives the office, or who held it then and is named in the article.

        An office without a body («رئیس‌جمهور») is first of all that of the outlet's own state.
        """
        bare, body = signature
        persons, home = self.register.persons, self.register.home
        if body is None and home is not None:
            at_home_post = self.gazetteer.find_post(title, home)
            own = next((p for p in persons if at_home_post is not None and self._held(p, at_home_post)), None)
            if own is not None:
                return own
        at_home = [c for c in persons if body is None and c.behalf == home]
        for cluster in sorted(persons, key=lambda c: (c not in at_home, -c.sentence)):
            for known, known_body in cluster.offices:
                same_body = body is None or known_body is None or body == known_body
                if same_body and (known == bare or (body is None and known.startswith(bare))):
                    return cluster
        return next((person for person in persons if post is not None and self._held(person, post)), None)

    # -- what a chain says ---------------------------------------------------------------------------------------------

    def _body(self, mention: Mention) -> str | None:
        """Return the state or organization that an office belongs to, by key."""
        return next(filter(None, map(self._body_key, reversed(self._owners(mention)))), None)

    def _owners(self, mention: Mention) -> list[Mention]:
        """Return the names in a chain that own it, not those of its place («سفیر ایران در لندن»)."""
        tokens = self.register.sentences[mention.sentence].sentence.tokens
        places = (i for i in range(mention.first + 1, mention.last) if tokens[i].key in word_set("inner_prepositions"))
        place = next(places, mention.last + 1)
        before = [name for name in mention.names if name.last < place]
        return before or list(mention.names)

    def _body_key(self, mention: Mention) -> str | None:
        return mention.thing if mention.type == "organization" else self._state_key(mention)

    def _state_key(self, mention: Mention) -> str | None:
        if mention.type != "state":
            return None
        if mention.kind == "anaphor":
            return self.register.home if mention.head == "کشورمان" else self.last_state
        return mention.thing

    def _title(self, mention: Mention) -> str:
        """Return the words of a chain without determiners, courtesies, states and names."""
        names = [name for name in mention.names if name.type not in _KEPT_IN_TITLES]
        dropped = {index for name in names for index in range(name.first, name.last + 1)}
        idle = word_set("bare_determiners") | word_set("courteous_adjectives")
        words = [
            token.form
            for index, token in enumerate(self.register.tokens(mention), start=mention.first)
            if index not in dropped and token.key not in idle and not self._is_state(token)
        ]
        return " ".join(words)

    def _is_state(self, token: Token) -> bool:
        """Whether a word in the name of a body is but its state («وزارت خارجه ایران»)."""
        things = self.gazetteer.find(token.form)
        return token.key == "کشورمان" or bool(things and things[0].type == "state")

    def _bare_text(self, mention: Mention) -> str:
        """Return the words of a chain without the determiners before them."""
        tokens = self.register.tokens(mention)
        while tokens and tokens[0].key in word_set("bare_determiners"):
            tokens = tokens[1:]
        return self.register.article.text[tokens[0].begin : tokens[-1].end] if tokens else self.register.text(mention)


def _is_person(mention: Mention) -> bool:
    return mention.type == "person" and mention.kind == "name"


def _is_apposition(between: Sequence[Token]) -> bool:
    return len(between) <= 2 and all(not t.is_word or t.key in word_set("courtesies_between") for t in between)


def _bare_title(title: str) -> str:
    """Return what tells an office from another: «رئیس‌جمهوری اسلامی» and «رئیس جمهور» are one."""
    words = [fold(word) for word in title.split()]
    joined = "".join(word for word in words if word not in word_set("title_noise"))
    return joined.replace("رییسجمهوری", "رییسجمهور").replace("جمهوریاسلامی", "")
