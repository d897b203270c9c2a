"""The ontology's terms as RDF nodes; a misspelt one is an error.

Apart from the room's door, because rdflib takes a while to import.
"""

from rdflib import URIRef
from rdflib.namespace import ClosedNamespace, DefinedNamespace, Namespace

from ontology import PREFIXES, acts

ACT = ClosedNamespace(PREFIXES["act"], list(acts()))
"""The speech acts of ``acts.ttl``: ``ACT.announce``, or ``ACT[name]``."""


class DIP(DefinedNamespace):
    """The terms of ``mavaze.ttl``; `from`, a word of Python, is ``DIP["from"]``."""

    _NS = Namespace(PREFIXES["dip"])
    _fail = True
    _extras = ["from"]  # noqa: RUF012  # rdflib reads a list here

    Actor: URIRef
    Article: URIRef
    Group: URIRef
    Link: URIRef
    OpposeStance: URIRef
    Organization: URIRef
    Person: URIRef
    Quotation: URIRef
    Stance: URIRef
    State: URIRef
    Statement: URIRef
    Summary: URIRef
    SupportStance: URIRef
    Target: URIRef
    Topic: URIRef
    Total: URIRef

    about: URIRef
    act: URIRef
    activeIn: URIRef
    addressee: URIRef
    against: URIRef
    begin: URIRef
    confidence: URIRef
    content: URIRef
    conveys: URIRef
    cue: URIRef
    defaultPolarity: URIRef
    demonym: URIRef
    denies: URIRef
    earliest: URIRef
    end: URIRef
    holder: URIRef
    identityConfidence: URIRef
    identityReason: URIRef
    inFavourOf: URIRef
    latest: URIRef
    linksFrom: URIRef
    linksTo: URIRef
    matches: URIRef
    medium: URIRef
    metonym: URIRef
    onBehalfOf: URIRef
    opposes: URIRef
    organOf: URIRef
    ploverType: URIRef
    polarity: URIRef
    presumedSpeaker: URIRef
    reportedIn: URIRef
    rule: URIRef
    saidOn: URIRef
    sameReportAs: URIRef
    sharedWords: URIRef
    side: URIRef
    similarity: URIRef
    speaker: URIRef
    speakerPost: URIRef
    speaksFor: URIRef
    summaryCount: URIRef
    summaryMonth: URIRef
    summaryPolarity: URIRef
    summarySide: URIRef
    summaryTarget: URIRef
    supports: URIRef
    target: URIRef
    totalAgainst: URIRef
    totalFor: URIRef
    totalSide: URIRef
    totalTarget: URIRef
    until: URIRef
    within: URIRef

    negative: URIRef
    positive: URIRef
