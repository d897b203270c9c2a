"""A query as a page asks it: with names in the reader's language, and the things behind them."""

import re

from server.languages import Language

_NAMED = re.compile(r'(\?\w+) skos:prefLabel (\?\w+) (\.) FILTER \(LANG\(\2\) = "fa"\)')
_GIVEN = re.compile(r"^SELECT((?: \?\w+)+)$", re.MULTILINE)


def name_in(query: str, language: Language) -> str:
    """Have things named in a language, and in Persian where they have no name in it.

    Example:
        >>> print(name_in('?who skos:prefLabel ?name . FILTER (LANG(?name) = "fa")', "en"))
        ?who skos:prefLabel ?name . FILTER (LANG(?name) = "en" || (LANG(?name) = "fa" && NOT EXISTS {
            ?who skos:prefLabel ?nameEn . FILTER (LANG(?nameEn) = "en") }))
    """
    if language == "fa":
        return query
    return _NAMED.sub(
        rf'\1 skos:prefLabel \2 \3 FILTER (LANG(\2) = "{language}" || (LANG(\2) = "fa" && NOT EXISTS {{'
        rf'\n    \1 skos:prefLabel \2{language.title()} . FILTER (LANG(\2{language.title()}) = "{language}") }}))',
        query,
    )


def give_things(query: str) -> str:
    r"""Have the query give the things whose names it gives, so that a page can lead to them.

    Example:
        >>> print(give_things("SELECT ?whoName ?words\nWHERE { ?who skos:prefLabel ?whoName }"))
        SELECT ?whoName ?words ?who
        WHERE { ?who skos:prefLabel ?whoName }
    """

    def add(found: re.Match[str]) -> str:
        given = re.findall(r"\w+", found[1])
        behind = [name.removesuffix("Name") for name in given if name.endswith("Name")]
        missing = [thing for thing in behind if thing not in given and re.search(rf"\?{thing}\b", query)]
        return " ".join([found[0], *(f"?{thing}" for thing in missing)])

    return _GIVEN.sub(add, query, count=1)


def ask_behind(query: str) -> str:
    r"""Return a query for the triples of the things that a question's answer names.

    Example:
        >>> print(ask_behind("PREFIX dip: <x#>\nSELECT ?a ?b { ?a dip:b ?b }"))
        PREFIX dip: <x#>
        CONSTRUCT { ?b ?property ?value } WHERE { { SELECT ?a ?b { ?a dip:b ?b } } ?b ?property ?value }
    """
    at = query.index("SELECT ")
    end = re.search(r"\n?WHERE|\{", query[at:])
    named = re.findall(r"\?(\w+)", query[at : at + end.start() if end else len(query)])
    thing = next((name for name in named if name in ("statement", "person", "state", "side")), named[-1])
    return (
        f"{query[:at]}CONSTRUCT {{ ?{thing} ?property ?value }} "
        f"WHERE {{ {{ {query[at:].strip()} }} ?{thing} ?property ?value }}"
    )
