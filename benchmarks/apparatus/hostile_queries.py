"""Sixty queries, each of which would alone run for more than a minute or take more than a gibibyte without limits.

On the synthetic graph of a million triples; on a smaller one a few of them may end by themselves.
"""

from collections.abc import Iterator

_TRIPLES = [f"?a{i} ?b{i} ?c{i} ." for i in range(9)]


def _cross(count: int) -> str:
    return " ".join(_TRIPLES[:count])


def _products() -> Iterator[str]:
    yield f"SELECT (COUNT(*) AS ?n) {{ {_cross(2)} }}"
    yield f"SELECT (COUNT(*) AS ?n) {{ {_cross(3)} }}"
    yield f"SELECT (COUNT(*) AS ?n) {{ {_cross(9)} }}"
    yield f"SELECT (SUM(STRLEN(STR(?c0)) * STRLEN(STR(?c1))) AS ?n) {{ {_cross(2)} }}"
    yield f"ASK {{ {_cross(3)} FILTER(STR(?a0) = 'never' && STR(?c1) = 'so') }}"
    yield f"SELECT * {{ {_cross(2)} FILTER(STRLEN(STR(?c0)) + STRLEN(STR(?c1)) < 0) }}"
    yield "SELECT (COUNT(*) AS ?n) { ?s a dip:Statement . ?t a dip:Statement . ?u a dip:Statement }"
    yield "SELECT * { ?s dip:content ?x . ?t dip:content ?y FILTER(?x = CONCAT(?y, 'x')) }"
    yield "SELECT (COUNT(*) AS ?n) { ?s dip:content ?x . ?t dip:content ?y FILTER(CONTAINS(?x, ?y) && ?s != ?t) }"
    yield "CONSTRUCT { ?a0 ?b1 ?c2 } WHERE { " + _cross(3) + " FILTER(?a0 = <urn:none> || ?c2 = <urn:none>) }"


def _sorted_products() -> Iterator[str]:
    yield f"SELECT * {{ {_cross(2)} }} ORDER BY ?c0 ?c1"
    yield f"SELECT * {{ {_cross(3)} }} ORDER BY DESC(?c2) LIMIT 1"
    yield f"SELECT ?c0 (COUNT(*) AS ?n) {{ {_cross(2)} }} GROUP BY ?c0"
    yield f"SELECT ?a0 ?a1 (COUNT(*) AS ?n) {{ {_cross(2)} }} GROUP BY ?a0 ?a1"
    yield f"SELECT ?a0 ?a1 (SAMPLE(?c1) AS ?x) {{ {_cross(3)} }} GROUP BY ?a0 ?a1 HAVING(COUNT(*) > 1000000)"
    yield f"SELECT DISTINCT ?a0 ?c1 {{ {_cross(2)} }} OFFSET 2000000000"
    yield f"SELECT DISTINCT ?c0 ?c1 ?c2 {{ {_cross(3)} }} OFFSET 2000000000"
    yield f"SELECT (COUNT(DISTINCT CONCAT(STR(?c0), STR(?c1))) AS ?n) {{ {_cross(2)} }}"
    yield f"SELECT * {{ {_cross(2)} }} ORDER BY SHA512(CONCAT(STR(?c0), STR(?c1))) LIMIT 5"
    yield f"SELECT (MAX(CONCAT(STR(?c0), STR(?c1), STR(?c2))) AS ?n) {{ {_cross(3)} }}"


def _concatenations() -> Iterator[str]:
    yield f"SELECT (GROUP_CONCAT(STR(?c0)) AS ?x) {{ {_cross(2)} }}"
    yield f"SELECT (GROUP_CONCAT(CONCAT(STR(?c0), STR(?c1)); SEPARATOR=',') AS ?x) {{ {_cross(2)} }}"
    yield f"SELECT (GROUP_CONCAT(DISTINCT CONCAT(STR(?c0), STR(?c1))) AS ?x) {{ {_cross(2)} }}"
    yield "SELECT ?b (GROUP_CONCAT(?t) AS ?x) { ?a nif:isString ?t . ?b dip:begin ?n . ?c dip:end ?m } GROUP BY ?b"
    doubled = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(40))
    yield f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('0123456789' AS ?x0) {doubled} }}"
    yield f"SELECT (STRLEN(?x40) AS ?n) {{ ?s nif:isString ?x0 {doubled} }}"
    widened = " ".join(f"BIND(REPLACE(?x{i}, '.', '$0$0$0') AS ?x{i + 1})" for i in range(30))
    yield f"SELECT (STRLEN(?x30) AS ?n) {{ BIND('abc' AS ?x0) {widened} }}"
    encoded = " ".join(f"BIND(ENCODE_FOR_URI(?x{i}) AS ?x{i + 1})" for i in range(60))
    yield f"SELECT (STRLEN(?x60) AS ?n) {{ ?s nif:isString ?t BIND(CONCAT(?t, ?t) AS ?x0) {encoded} }}"


def _paths() -> Iterator[str]:
    yield "SELECT (COUNT(*) AS ?n) { ?s (<urn:none>|!<urn:none>)* ?o }"
    yield "SELECT (COUNT(*) AS ?n) { ?s (!<urn:none>)+ ?o }"
    yield "SELECT (COUNT(*) AS ?n) { ?s (!<urn:none>|^!<urn:none>)* ?o }"
    yield "SELECT (COUNT(*) AS ?n) { ?s (dip:speaker|^dip:speaker)+ ?o }"
    yield "SELECT (COUNT(*) AS ?n) { ?s (dip:reportedIn/^dip:reportedIn|dip:about/^dip:about)* ?o }"
    yield "SELECT * { ?s (dip:about/^dip:about)* ?o . ?o (dip:speaker/^dip:speaker)* ?p FILTER(?s = <urn:none>) }"
    yield "ASK { ?s (!rdf:type|^!rdf:type)+ ?o FILTER(?o = <urn:none>) }"
    yield "SELECT (COUNT(*) AS ?n) { ?s ((rdf:type|^rdf:type)*)* ?o }"
    yield "SELECT DISTINCT ?s ?o { ?s ((!<urn:a>)/(!<urn:b>))* ?o . ?o (!<urn:c>)* ?p } OFFSET 2000000000"
    yield "SELECT (COUNT(*) AS ?n) { ?s !<urn:a>/^!<urn:b>/!<urn:c>/^!<urn:d> ?o }"


def _expressions() -> Iterator[str]:
    bomb = "(" * 12 + "ا|ب" + "*)" * 12
    yield f"SELECT (COUNT(*) AS ?n) {{ ?s nif:isString ?t . ?u dip:content ?v FILTER(REGEX(?t, '{bomb}$')) }}"
    yield "SELECT (COUNT(*) AS ?n) { ?s ?p ?t . ?u ?q ?v FILTER(REGEX(STR(?t), STR(?v))) }"
    yield "SELECT (COUNT(*) AS ?n) { ?s dip:content ?t . ?u dip:content ?v FILTER(REGEX(?t, CONCAT('(', ?v, '){9}'))) }"
    yield "SELECT * { ?s nif:isString ?t . ?u nif:isString ?v FILTER(REGEX(CONCAT(?t, ?v), '(a|b|ab)*c{200}$')) }"
    yield "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r FILTER(REPLACE(STR(?o), '(.)(.)', '$2$1') = STR(?r)) }"
    yield "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r FILTER(SHA512(STR(?o)) = SHA512(CONCAT(STR(?r), 'x'))) }"
    chain = " ".join(f"BIND(SHA512(?x{i}) AS ?x{i + 1})" for i in range(200))
    yield f"SELECT (COUNT(?x200) AS ?n) {{ ?s ?p ?o BIND(STR(?o) AS ?x0) {chain} }}"
    yield "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER NOT EXISTS { ?t ?q ?r FILTER(STR(?r) = CONCAT(STR(?o), 'x')) } }"
    yield "SELECT (COUNT(*) AS ?n) { ?s ?p ?o MINUS { ?t ?q ?r . ?u ?v ?o FILTER(?t != ?u) } }"
    yield "SELECT (COUNT(*) AS ?n) { ?s ?p ?o OPTIONAL { ?t ?q ?r FILTER(STRLEN(STR(?r)) > STRLEN(STR(?o))) } }"


def _unions() -> Iterator[str]:
    yield (
        "SELECT (COUNT(*) AS ?n) { { ?s dip:speaker ?x } UNION { ?s dip:about ?x } UNION { ?s ?any ?x } "
        "?t dip:speaker ?x . ?u dip:about ?x . ?v dip:act ?a . ?s dip:act ?a }"
    )
    branches = " UNION ".join(f"{{ ?s ?p{i} ?o{i} }}" for i in range(30))
    yield f"SELECT (COUNT(*) AS ?n) {{ {{ {branches} }} {{ {branches} }} {{ {branches} }} }}"
    yield f"SELECT (COUNT(*) AS ?n) {{ {{ {branches} }} ?s ?p ?o . ?t ?p ?o . ?u ?p ?o }}"
    yield "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?t ?q ?r } GRAPH ?i { ?u ?v ?w } }"
    values = " ".join(str(number) for number in range(9000))
    yield (
        f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} VALUES ?c {{ {values} }} "
        "FILTER(?a + ?b = ?c) }"
    )
    yield f"SELECT * {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} }} ORDER BY (?a * ?b)"
    nested = "?s ?p ?o . ?t ?q ?r"
    for level in range(12):
        nested = f"{{ SELECT * {{ {nested} . ?x{level} ?y{level} ?z{level} }} }}"
    yield f"SELECT (COUNT(*) AS ?n) {{ {nested} }}"


def _monsters() -> Iterator[str]:
    yield "SELECT (COUNT(*) AS ?n) { " + _cross(4) + " FILTER(" + "(" * 4000 + "1" + ")" * 4000 + " = 1) }"
    yield "ASK { " + "{ " * 20_000 + _cross(4) + " }" * 20_000 + " }"
    yield f"SELECT (COUNT(*) AS ?n) {{ {_cross(4)} VALUES ?v {{ {' '.join(f'<urn:{i}>' for i in range(80_000))} }} }}"
    yield f"SELECT (COUNT(*) AS ?n) {{ {_cross(4)} FILTER(" + " || ".join(["?a0 = ?a1"] * 60_000) + ") }"
    yield "SELECT * { SERVICE <%s> { " + _cross(4) + " } }"


HOSTILE: tuple[str, ...] = (
    *_products(),
    *_sorted_products(),
    *_concatenations(),
    *_paths(),
    *_expressions(),
    *_unions(),
    *_monsters(),
)
"""The queries; the one with ``%s`` asks the server that it is sent to."""
