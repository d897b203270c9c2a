"""Which item of the world an entity is: decided by name, office and date together, with a reason and how sure it is.

Precision first. A person is one of the gazetteer where the article names it in full, or where surname and office
agree. An office alone is linked to whoever certainly held it on every day of the article's date: that is presumed,
so the entity keeps no key of the gazetteer and the graph asserts nothing of it. What several may be is left open.
"""

from collections.abc import Iterable, Iterator, Sequence

from kg.extract.clusters import Cluster, Register
from kg.gazetteer import Post, Thing
from kg.language.normalize import fold
from kg.lexicon import word_set
from kg.model import Link, LinkReason

_CONFIDENCE: dict[LinkReason, float] = {
    "full name": 0.99,
    "name": 0.98,
    "short name": 0.97,
    "surname and office": 0.9,
    "office on the date": 0.95,
    "side of the office": 0.95,
}
"""Shares that were right in annotated articles, rounded down the more the fewer of a kind there were."""


def settle_persons(register: Register) -> None:
    """Tell the persons whom an article names by surname and office, before it is asked who speaks for whom."""
    for person in list(register.persons):
        if person.thing is not None or person.is_anonymous or person.is_former:
            continue
        _tell_office(register, person)
        bearers = _bearers(register, person)
        told = [thing for thing in bearers if _held_one_of(register, thing, _posts(register, person))]
        if len(told) != 1:
            told = [thing for thing in bearers if _is_in_office_abroad(register, thing)]
        if len(told) == 1:
            register.identify(person, told[0])
            person.is_by_office = True
        else:
            person.candidates = tuple(thing.key for thing in bearers)


def link_clusters(register: Register) -> None:
    """Give every cluster of an article its link: item, reason and how sure it is, or who it may be."""
    for cluster in register.clusters():
        cluster.link = _link(register, cluster)


def _link(register: Register, cluster: Cluster) -> Link | None:
    thing = cluster.thing
    if thing is None:
        holder = _holder(register, cluster)
        if holder is not None:
            return linked(holder, "office on the date")
        return Link(None, "open", 0.0, cluster.candidates) if len(cluster.candidates) > 1 else None
    if cluster.is_by_office:
        return linked(thing, "surname and office")
    if thing.type != "person":
        return linked(thing, "name")
    return linked(thing, "full name" if _is_named_in_full(cluster, thing) else "short name")


def linked(thing: Thing, reason: LinkReason) -> Link:
    """Return the link to a thing, as sure as that reason usually is."""
    return Link(thing.qid, reason, _CONFIDENCE[reason], (thing.key,))


def _is_named_in_full(cluster: Cluster, thing: Thing) -> bool:
    forms = [fold(form) for form in cluster.forms.values()]
    full = [fold(name.text) for name in thing.names if " " in name.text and name.kind in ("label", "alias")]
    return any(form.endswith(name) for form in forms for name in full)


def _holder(register: Register, cluster: Cluster) -> Thing | None:
    """Return who held the office by which alone the article tells a person, on every day of its date."""
    published = register.article.published
    if published is None or cluster.type != "person" or cluster.full_name or cluster.is_former or cluster.is_anonymous:
        return None
    holders = {register.gazetteer.holder_on(post.key, published) for post in _posts(register, cluster)}
    return holders.pop() if len(holders) == 1 else None


def _posts(register: Register, person: Cluster) -> Sequence[Post]:
    """Return the offices that the article gives a person, as far as the gazetteer knows them."""
    return [register.gazetteer.posts[key] for key in sorted(person.posts)]


def _whole_offices(register: Register, titles: Iterable[str]) -> Iterator[Post]:
    """Yield the offices that their words alone tell, without a state («رهبر انقلاب»)."""
    for title in titles:
        posts = register.gazetteer.find_posts(title)
        if len(posts) == 1:
            yield posts[0]


def _tell_office(register: Register, person: Cluster) -> None:
    """Tell the office of a person whose title names no state: the outlet's own, or told whole («رهبر انقلاب»)."""
    if person.posts:
        return
    found = list(_home_offices(register, person)) if person.behalf == register.home else []
    posts = {post.key: post for post in found or _whole_offices(register, person.titles)}
    person.posts |= posts.keys()
    if len(posts) == 1 and person.post is None:
        (post,) = posts.values()
        person.post = post.key
        if person.behalf is None and post.speaks_for is not None:
            person.behalf, person.speaks = post.speaks_for, True


def _home_offices(register: Register, person: Cluster) -> Iterator[Post]:
    """Yield the offices of the outlet's own state that titles without a state mean («رئیس‌جمهور»), if no other's do."""
    elsewhere = {
        bare for other in register.persons for bare, body in other.offices if body not in (None, register.home)
    }
    for (bare, body), title in zip(sorted(person.offices, key=str), person.titles, strict=False):
        post = register.gazetteer.find_post(title, register.home)
        if body is None and bare not in elsewhere and post is not None:
            yield post


def _is_in_office_abroad(register: Register, thing: Thing) -> bool:
    """Whether a foreigner spoke for a state by office on every day of the article's date, and it names that state.

    A transliterated surname is hardly anybody else's then; surnames of the outlet's own state are many people's.
    """
    published = register.article.published
    if published is None or thing.state in (None, register.home):
        return False
    spoken_for = {
        register.gazetteer.posts[m.post].speaks_for
        for m in register.gazetteer.posts_of(thing.key)
        if m.covers(published)
    }
    named = {cluster.thing.key for cluster in register.by_mention.values() if cluster.thing is not None}
    return thing.state in spoken_for and thing.state in named


def _bearers(register: Register, person: Cluster) -> list[Thing]:
    """Return the listed persons who bear a name that stands alone in the article."""
    words = (person.full_name or "").split()
    while len(words) > 1 and words[0] in word_set("honorifics"):
        words = words[1:]
    found = register.gazetteer.find(" ".join(words))
    return [thing for thing in found if thing.type == "person"]


def _held_one_of(register: Register, thing: Thing, posts: Sequence[Post]) -> bool:
    published, wanted = register.article.published, {post.key for post in posts}
    held = [m for m in register.gazetteer.posts_of(thing.key) if m.post in wanted]
    return any(published is None or m.overlaps(published) for m in held)
