"""Things of the world: names to things, offices of states, and who held them when.

The Turtle files beside this module are the source; they are read once. Names are compared folded, so that letter
forms, spaces and the zero-width non-joiner do not count. What is not listed is composed from a title and a name:
«وزارت خارجه ایالات متحده» from a ministry's title and a state's name.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from kg.gazetteer.reader import Content, read
from kg.gazetteer.things import NAME_KINDS, Membership, Name, NameKind, Post, Thing, Title, holder
from kg.language.normalize import fold
from kg.model import DateSpan

__all__ = ["Gazetteer", "Membership", "Name", "NameKind", "Post", "Thing", "Title", "load", "load_folder"]

_SLOT = "…"


class Gazetteer:
    """States, organizations, persons, groups and topics by name; offices by title, body and date.

    Attributes:
        things: Everything but offices, by key.
        posts: Offices, by key.
        memberships: Who held which office when, by post and first day.
        organ_titles: What a kind of organ is called without its state, by the kind's key.
        digest: Of the files that it was read from.

    Example:
        >>> gazetteer = load()
        >>> [thing.key for thing in gazetteer.find("امریکا")]
        ['state/united-states']
        >>> gazetteer.find_post("وزیر خارجه", "state/iran").key
        'post/iran-foreign-minister'
    """

    def __init__(self, content: Content, digest: str) -> None:
        self.things = content.things
        self.posts = content.posts
        self.memberships = content.memberships
        self.organ_titles = content.organ_titles
        self.digest = digest

    def names(self) -> Iterator[tuple[Name, Thing]]:
        """Yield every listed name with its thing, in the order of keys."""
        for thing in self.things.values():
            for name in thing.names:
                yield name, thing

    def find(self, name: str) -> tuple[Thing, ...]:
        """Return the things that bear a name in any spelling, likeliest first: by label, alias, adjective, metonym.

        Example:
            >>> [thing.name for thing in load().find("وزارت خارجه ایالات متحده")]
            ['وزارت امور خارجه ایالات متحده آمریکا']
        """
        return tuple(thing for _, thing in self.find_names(name))

    def find_names(self, name: str) -> tuple[tuple[Name, Thing], ...]:
        """Return the things that bear a name, as ``find``, each with the name by which it was found."""
        folded = fold(name)
        listed = self._names.get(folded)
        return listed if listed is not None else tuple(self._composed_organs(name, folded))

    def find_posts(self, name: str) -> tuple[Post, ...]:
        """Return the offices that bear a name in any spelling, state or body included.

        Example:
            >>> [post.key for post in load().find_posts("وزير خارجه امريكا")]
            ['post/united-states-foreign-minister']
        """
        folded = fold(name)
        found = dict.fromkeys(self._post_names.get(folded, ()))
        if not found:
            for (before, after), title in self._title_patterns.items():
                for thing in self._between(folded, before, after):
                    if (post := self._by_title.get((title, thing.key))) is not None:
                        found[post] = None
        return tuple(found)

    def find_post(self, title: str, body: str) -> Post | None:
        """Return the office that a title means beside a state or body, or None.

        Args:
            title: The office («وزیر خارجه»), in any spelling; it may name its state or body.
            body: Key of the state, or of the body that the office belongs to or speaks for.

        Example:
            >>> load().find_post("سخنگوی", "organization/iran-foreign-ministry").key
            'post/iran-foreign-ministry-spokesperson'
        """
        folded = fold(title)
        # «سخنگوی» before its body has the ezafe's ی that the title «سخنگو» has not.
        for words in (folded, folded.removesuffix("ی")):
            if (post := self._by_title.get((words, body))) is not None:
                return post
        thing = self.things.get(body)
        if thing is None:
            return None
        for name in thing.names:
            if len(posts := self._post_names.get(folded + fold(name.text), ())) == 1:
                return posts[0]
        titles = self.organ_titles[thing.organ] if thing.organ else ()
        for organ in titles:
            if (post := self._by_title.get((folded + fold(organ.text), str(thing.state)))) is not None:
                return post
        # «وزیر خزانه‌داری آمریکا»: the words name a ministry, the office is its state's.
        if thing.state is not None and (post := self._by_title.get((folded, thing.state))) is not None:
            return post
        # A title may name its state or body itself («سخنگوی وزارت خارجه ایران»).
        posts = self.find_posts(title)
        return next((p for p in posts if body in (p.body, p.speaks_for, self.things[p.body].state)), None)

    def find_organ(self, title: str, state: str) -> Thing | None:
        """Return the organ that a title («وزارت خارجه») means beside a state, or None."""
        return self._organs.get((fold(title), state))

    def ambassador(self, sender: str, host: str) -> Post | None:
        """Return the office of one state's ambassador in another, both by key, or None."""
        return self.posts.get(f"post/{sender.removeprefix('state/')}-ambassador-to-{host.removeprefix('state/')}")

    def holder_on(self, post: str, span: DateSpan) -> Thing | None:
        """Return who held an office, where one person certainly held it on every day of the span.

        An office whose end the sources do not know is trusted up to the end of 2022 only.

        Example:
            >>> from datetime import date
            >>> load().holder_on("post/iran-foreign-minister", DateSpan(date(2016, 1, 1), date(2016, 12, 31))).name
            'محمدجواد ظریف'
        """
        key = holder(self._memberships_by_post.get(post, ()), span)
        return self.things[key] if key else None

    def posts_of(self, person: str) -> tuple[Membership, ...]:
        """Return a person's offices, the earliest first."""
        return tuple(self._memberships_by_person.get(person, ()))

    @cached_property
    def office_titles(self) -> tuple[Title, ...]:
        """Every title of an office without its state or body, sorted."""
        return tuple(sorted({t for post in self.posts.values() for t in post.titles}, key=lambda t: t.text))

    @cached_property
    def _names(self) -> Mapping[str, tuple[tuple[Name, Thing], ...]]:
        found: dict[str, dict[str, tuple[Name, Thing]]] = defaultdict(dict)
        pairs = sorted(self.names(), key=lambda pair: (NAME_KINDS.index(pair[0].kind), pair[1].key))
        for name, thing in pairs:
            found[fold(name.text)].setdefault(thing.key, (name, thing))
        return {folded: tuple(by_key.values()) for folded, by_key in found.items()}

    @cached_property
    def _post_names(self) -> Mapping[str, tuple[Post, ...]]:
        found: dict[str, list[Post]] = defaultdict(list)
        for post in self.posts.values():
            for folded in {fold(name.text) for name in post.names}:
                found[folded].append(post)
        return {folded: tuple(posts) for folded, posts in found.items()}

    @cached_property
    def _by_title(self) -> Mapping[tuple[str, str], Post]:
        nearest: dict[tuple[str, str], list[Post]] = defaultdict(list)
        farther: dict[tuple[str, str], list[Post]] = defaultdict(list)
        for post in self.posts.values():
            bodies = {post.speaks_for, self.things[post.body].state} - {None, post.body}
            # Two spellings of one title («امور خارجه», «امورخارجه») are one.
            for folded, is_relative in {(fold(t.text.replace(_SLOT, "")), t.is_relative) for t in post.titles}:
                if not is_relative or self.things[post.body].type != "state":
                    nearest[folded, post.body].append(post)
                if not is_relative:
                    for body in bodies:
                        farther[folded, str(body)].append(post)
        # «سفیر ایران» alone means none of the many ambassadors of Iran.
        clear, clearer = (
            {key: posts[0] for key, posts in found.items() if len(posts) == 1} for found in (farther, nearest)
        )
        return {key: post for key, post in clear.items() if key not in nearest} | clearer

    @cached_property
    def _title_patterns(self) -> Mapping[tuple[str, str], str]:
        return _patterns(title for post in self.posts.values() for title in post.titles)

    @cached_property
    def _organ_patterns(self) -> Mapping[tuple[str, str], str]:
        return _patterns(title for titles in self.organ_titles.values() for title in titles)

    @cached_property
    def _organs(self) -> Mapping[tuple[str, str], Thing]:
        return {
            (fold(title.text.replace(_SLOT, "")), thing.state): thing
            for thing in self.things.values()
            if thing.organ is not None and thing.state is not None
            for title in self.organ_titles[thing.organ]
        }

    @cached_property
    def _memberships_by_post(self) -> Mapping[str, list[Membership]]:
        found: dict[str, list[Membership]] = defaultdict(list)
        for membership in self.memberships:
            found[membership.post].append(membership)
        return found

    @cached_property
    def _memberships_by_person(self) -> Mapping[str, list[Membership]]:
        found: dict[str, list[Membership]] = defaultdict(list)
        for membership in sorted(self.memberships, key=lambda m: (m.start, m.post)):
            found[membership.person].append(membership)
        return found

    def _composed_organs(self, name: str, folded: str) -> Iterator[tuple[Name, Thing]]:
        seen = set()
        for (before, after), title in self._organ_patterns.items():
            for state in self._between(folded, before, after):
                organ = self._organs.get((title, state.key))
                if organ is not None and organ.key not in seen:
                    seen.add(organ.key)
                    yield Name(name, "alias"), organ

    def _between(self, folded: str, before: str, after: str) -> Iterator[Thing]:
        if len(folded) > len(before) + len(after) and folded.startswith(before) and folded.endswith(after):
            for name, thing in self._names.get(folded[len(before) : len(folded) - len(after)], ()):
                if name.kind != "weak" or name.text == thing.name:
                    yield thing


def _patterns(titles: Iterable[Title]) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for text in sorted({title.text for title in titles}):
        before, _, after = text.partition(_SLOT)
        found[fold(before), fold(after)] = fold(before + after)
    return found


@cache
def load() -> Gazetteer:
    """Return the gazetteer that ships, read once and checked.

    Raises:
        LexiconError: When a file is wrong, with file, subject and remedy.
    """
    return load_folder(files(__name__))


def load_folder(folder: Traversable) -> Gazetteer:
    """Return the gazetteer of a folder of Turtle files, read and checked.

    Raises:
        LexiconError: When a file is wrong, with file, subject and remedy.
    """
    turtle = sorted((file for file in folder.iterdir() if file.name.endswith(".ttl")), key=lambda f: f.name)
    digest = hashlib.sha256(b"\0".join(file.name.encode() + file.read_bytes() for file in turtle)).hexdigest()
    return Gazetteer(read(turtle), digest)
