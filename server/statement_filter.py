"""Which statements a reader wants: by whom, about whom, of which act and sign, where, when and in which words.

One filter is one address, one query, one page, one feed and one file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from kg.graph.query_text import Term
from kg.query import AmbiguousName, UnknownName, to_term
from ontology import PREFIXES, Parameter
from server.languages import Language
from server.question_query import name_in
from server.reader import Reader
from server.takeaway import Listing, declare

NAMES = ("who", "toward", "act", "sign", "outlet", "from", "until", "words")
"""The parameters of an address that make a filter."""

SIGNS = {"for": "dip:inFavourOf", "against": "dip:against"}
MOST_ROWS = 5000
WINDOW = 200
"""Articles, the newest, in which a page looks first."""
# Whoever says it, or is presumed to, or has it said: by an office, or by an office of one's body. Found at once and
# joined afterwards, which is how the engine is quick.
_WHO = (
    "{ SELECT DISTINCT ?statement WHERE { { ?statement dip:speaker %(who)s } UNION { ?statement dip:side %(who)s } "
    "UNION { ?statement dip:presumedSpeaker %(who)s } UNION { ?statement dip:speakerPost %(who)s } "
    "UNION { ?post org:postIn %(who)s . ?statement dip:speakerPost ?post } } }"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFilter:
    """What is wanted; things by IRI, None where anything will do."""

    who: str | None = None
    toward: str | None = None
    act: str | None = None
    sign: str | None = None
    outlet: str | None = None
    since: str | None = None
    until: str | None = None
    words: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every statement is wanted."""
        return not any((self.who, self.toward, self.act, self.sign, self.outlet, self.since, self.until, self.words))

    def things(self) -> list[str]:
        """Return everything in it that has a name."""
        return [iri for iri in (self.who, self.toward, self.act, self.outlet) if iri]

    def parameters(self, base: str) -> dict[str, str]:
        """Return the parameters of its address."""
        values = {
            "who": self.who,
            "toward": self.toward,
            "act": self.act and self.act.removeprefix(PREFIXES["act"]),
            "sign": self.sign,
            "outlet": self.outlet,
            "from": self.since,
            "until": self.until,
            "words": self.words,
        }
        return {name: value.removeprefix(base) for name, value in values.items() if value}

    def address(self, path: str, base: str, **changes: str | None) -> str:
        """Return the address of a page with this filter, changed."""
        query = urlencode(replace(self, **changes).parameters(base), safe="/:")
        return f"{path}?{query}" if query else path

    def _own_patterns(self) -> list[str]:
        """Return the patterns of the statement itself, the most telling first."""
        lines = []
        if self.words:
            lines.append(f"?statement dip:matches {Term('literal', self.words).as_sparql()} .")
        if self.who:
            lines.append(_WHO % {"who": _iri(self.who)})
        target = _iri(self.toward) if self.toward else None
        if self.sign:
            lines.append(f"?statement dip:conveys/{SIGNS[self.sign]} {target or '?target'} .")
        elif target:
            lines.append(f"?statement dip:about {target} .")
        if self.act:
            lines.append(f"?statement dip:act {_iri(self.act)} .")
        return lines

    def _article_patterns(self) -> list[str]:
        """Return the patterns of its article."""
        lines = []
        if self.outlet:
            lines.append(f"?article schema:publisher {_iri(self.outlet)} .")
        if self.since or self.until:
            lines.append("?article dip:earliest ?earliest ; dip:latest ?latest .")
        if self.since:
            lines.append(f'FILTER (?earliest >= "{self.since}"^^xsd:date)')
        if self.until:
            lines.append(f'FILTER (?latest <= "{self.until}"^^xsd:date)')
        return lines

    def patterns(self) -> str:
        """Return the graph patterns that find ``?statement`` and its ``?article``."""
        own, articles = self._own_patterns(), self._article_patterns()
        if not own and not articles:
            own.append("?statement dip:speaker ?someone .")
        return "\n    ".join([*own, "?statement dip:reportedIn ?article .", *articles])

    def select(self, limit: int, offset: int = 0) -> str:
        """Return the query for the statements' IRIs, the newest first."""
        return (
            f"SELECT DISTINCT ?statement ?earliest WHERE {{\n    {self.patterns()}\n"
            "    OPTIONAL { ?article dip:earliest ?earliest }\n"
            f"  }} ORDER BY DESC(?earliest) ?statement LIMIT {limit} OFFSET {offset}"
        )

    def select_recent(self, limit: int, offset: int = 0) -> str:
        """Return the same query over the newest articles alone, which is quick; it may find fewer."""
        articles = " ".join(self._article_patterns())
        own = "\n    ".join(self._own_patterns())
        return (
            f"SELECT DISTINCT ?statement ?earliest WHERE {{\n"
            f"    {{ SELECT ?article ?earliest WHERE {{ ?article dip:earliest ?earliest . {articles} }} "
            f"ORDER BY DESC(?earliest) ?article LIMIT {WINDOW} }}\n"
            f"    ?statement dip:reportedIn ?article .\n    {own}\n"
            f"  }} ORDER BY DESC(?earliest) ?statement LIMIT {limit} OFFSET {offset}"
        )

    def inner(self) -> str:
        """Return the pattern that finds the statements, each once; none where every statement is wanted."""
        return "" if self.is_empty else f"{{ SELECT DISTINCT ?statement WHERE {{ {self.patterns()} }} }} "

    def count(self, what: str, limit: int = 12) -> str:
        """Return the query that counts the statements by what a pattern calls ``?value``."""
        return (
            f"SELECT ?value (COUNT(*) AS ?statements) WHERE {{ {self.inner()}{what} }} "
            f"GROUP BY ?value ORDER BY DESC(?statements) ?value LIMIT {limit}"
        )

    def count_by_article(self, what: str, limit: int = 12, order: str = "DESC(?statements) ?value") -> str:
        """Return the same for what a pattern calls ``?value`` of an ``?article``."""
        found = "?statement dip:reportedIn ?article" if self.is_empty else self.patterns()
        counted = f"SELECT ?article (COUNT(DISTINCT ?statement) AS ?counted) WHERE {{ {found} }} GROUP BY ?article"
        return (
            f"SELECT ?value (SUM(?counted) AS ?statements) WHERE {{ {{ {counted} }} {what} }} "
            f"GROUP BY ?value ORDER BY {order} LIMIT {limit}"
        )

    def listing(self, language: Language = "fa") -> Listing:
        """Return the queries for the statements with all that is told of them."""
        found = self.select(MOST_ROWS)
        sign = ""
        if self.toward:
            target = _iri(self.toward)
            sign = (
                f"\n  BIND (EXISTS {{ ?statement dip:conveys/dip:inFavourOf {target} }} AS ?for)"
                f"\n  BIND (EXISTS {{ ?statement dip:conveys/dip:against {target} }} AS ?against)"
            )
        columns = "?for ?against " if sign else ""
        return Listing(
            declare(
                name_in(
                    f"""SELECT ?date ?speakerName ?actName {columns}?cue ?content ?title ?outletName
  ?statement ?speaker ?article ?url
WHERE {{
  {{ {found} }}
  ?statement dip:speaker ?speaker ; dip:content ?content ; dip:reportedIn ?article .
  OPTIONAL {{ ?statement dip:cue ?cue }}
  OPTIONAL {{ ?article schema:datePublished ?date }}
  OPTIONAL {{ ?article dct:title ?title }}
  OPTIONAL {{ ?article schema:url ?url }}
  OPTIONAL {{
    ?article schema:publisher ?outlet . ?outlet skos:prefLabel ?outletName . FILTER (LANG(?outletName) = "fa")
  }}
  OPTIONAL {{ ?statement dip:act ?act . ?act skos:prefLabel ?actName . FILTER (LANG(?actName) = "fa") }}
  OPTIONAL {{ ?speaker skos:prefLabel ?speakerName . FILTER (LANG(?speakerName) = "fa") }}{sign}
}}
ORDER BY DESC(?earliest) ?statement""",
                    language,
                )
            ),
            declare(
                f"""CONSTRUCT {{ ?statement ?property ?value . ?stance ?its ?own }}
WHERE {{
  {{ {found} }}
  {{ ?statement ?property ?value }} UNION {{ ?statement dip:conveys ?stance . ?stance ?its ?own }}
}}"""
            ),
        )


def read_filter(values: Mapping[str, str], reader: Reader) -> StatementFilter:
    """Read a filter from the parameters of an address: things by path, IRI, Wikidata item or name.

    Args:
        values: The parameters, of which empty ones stand for anything.
        reader: Where names are looked up.

    Raises:
        QueryError: When a value names nothing, or several things, or is no date.
    """
    given = {name: values.get(name, "").strip() for name in NAMES}
    first, last = (read_day(given[name], name, reader) for name in ("from", "until"))
    act = given["act"]
    return StatementFilter(
        who=read_thing(given["who"], reader),
        toward=read_thing(given["toward"], reader),
        act=PREFIXES["act"] + act if act and ":" not in act else act or None,
        sign=given["sign"] if given["sign"] in SIGNS else None,
        outlet=read_outlet(given["outlet"], reader),
        since=first,
        until=last,
        words=given["words"] or None,
    )


def read_thing(value: str, reader: Reader) -> str | None:
    """Return the IRI of what a reader named; None where nothing was.

    Raises:
        QueryError: When a name fits nothing, or several things.
    """
    value = value.strip()
    if not value:
        return None
    given = to_iri(value, reader.base)
    return to_term(given, Parameter("name", "iri", "", ""), reader, reader.base).value


def read_outlet(value: str, reader: Reader) -> str | None:
    """Return the IRI of the outlet that a reader named: of all with that in their names, what publishes here.

    Raises:
        QueryError: When a name fits nothing, or several outlets.
    """
    unknown: UnknownName | None = None
    try:
        found = read_thing(value, reader)
    except UnknownName as problem:
        found, unknown = None, problem
    if unknown is None and (found is None or reader.is_outlet(found)):
        return found
    outlets = {hit.iri: hit.name for hit in reader.find_things(value) if reader.is_outlet(hit.iri)}
    if len(outlets) > 1:
        raise AmbiguousName(value.strip(), outlets)
    if outlets:
        return next(iter(outlets))
    if unknown is not None:
        raise unknown
    return found


def to_iri(value: str, base: str) -> str:
    """Return the IRI where a thing is named by its path, as our addresses do; what is named otherwise stays as it is.

    Raises:
        QueryError: When the path cannot stand in an IRI.

    Example:
        >>> to_iri("state/iran", "https://w3id.org/mavaze/id/"), to_iri("Iran", "https://w3id.org/mavaze/id/")
        ('https://w3id.org/mavaze/id/state/iran', 'Iran')
    """
    is_path = "/" in value and ":" not in value and not re.fullmatch(r"[\d/]+", value)
    return _iri(base + value)[1:-1] if is_path else value


def read_day(value: str, name: str, reader: Reader) -> str | None:
    """Return the first day of a date that a reader wrote, of «until» the last; None where nothing was.

    Raises:
        QueryError: When it is no date.
    """
    value = value.strip()
    return to_term(value, Parameter(name, "date", "", ""), reader, reader.base).value if value else None


def _iri(iri: str) -> str:
    return Term("uri", iri).as_sparql()
