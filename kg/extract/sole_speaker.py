"""Reports of one speaker: the lead tells only an office («وزیر نیرو گفت»), and who holds it is named further on.

Where one named person speaks in an article and nobody else of a name, an office without a holder that speaks in the
lead, or beside no other speaker at all, is that person's.
"""

from collections.abc import Sequence

from kg.extract.clusters import Cluster, Register
from kg.extract.reading import Attribution
from kg.language.normalize import fold
from kg.lexicon import load as load_lexicon
from kg.lexicon import word_set

_LEAD = 1
_MOST_OFFICES = 2


def join_sole_speaker(
    register: Register, attributions: Sequence[Attribution], speakers: Sequence[Cluster | None]
) -> list[Cluster | None]:
    """Return the speakers with those offices joined to the one named person who speaks.

    Args:
        register: The article's clusters; joined ones become one.
        attributions: Source, cue and content, in text order.
        speakers: Who speaks each, as far as told.
    """
    outer = [
        (attribution, speaker)
        for attribution, speaker in zip(attributions, speakers, strict=True)
        if speaker is not None and attribution.within is None and attribution.rule != "basis"
    ]
    speaking = list({id(speaker): speaker for _, speaker in outer}.values())
    persons = [cluster for cluster in speaking if cluster.type == "person"]
    named = [cluster for cluster in persons if " " in (cluster.full_name or "")]
    offices = [cluster for cluster in persons if cluster.full_name is None and _is_one_office(cluster)]
    if len(named) != 1 or len(offices) > _MOST_OFFICES or len(persons) != 1 + len(offices):
        return list(speakers)
    alone = len(speaking) == len(persons)
    lead = {id(s) for a, s in outer if register.sentences[a.sentence].sentence.line <= _LEAD}
    joined = {id(c) for c in offices if (alone or id(c) in lead) and _may_hold(named[0], c, register)}
    for cluster in offices:
        if id(cluster) in joined:
            register.join(cluster, named[0])
    return [named[0] if id(speaker) in joined else speaker for speaker in speakers]


def _is_one_office(cluster: Cluster) -> bool:
    """Whether a cluster is somebody by office, told as known: not «یک مقام» and not several."""
    firsts = {fold(form.split()[0]) for form in cluster.forms.values()}
    return bool(cluster.offices) and not cluster.is_anonymous and firsts.isdisjoint(word_set("plural_determiners"))


def _may_hold(person: Cluster, office: Cluster, register: Register) -> bool:
    """Whether a person that has no office yet, or one of the same kind and body, may be who is told by an office."""
    titles = [title for title in person.titles if fold(title) not in load_lexicon().words["courtesy"]]
    if not titles:
        return person.thing is None or not register.gazetteer.posts_of(person.thing.key)
    heads = {fold(title.split()[0]) for title in titles} & {fold(title.split()[0]) for title in office.titles}
    own, others = ({body for _, body in cluster.offices if body} for cluster in (person, office))
    return bool(heads) and (not own or not others or bool(own & others))
