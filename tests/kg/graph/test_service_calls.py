import random

import pyoxigraph as ox
import pytest

from kg.errors import MavazeError
from kg.graph.federation import Federation, Quota
from kg.graph.query_text import Term, check_query
from kg.graph.service_calls import find_call
from kg.guarded_http import Budget, Outlet
from kg.http import Reply

PREFIXES = {"x": "urn:x:"}
WORLD = "http://remote.example/sparql"


def call(query: str) -> tuple[tuple[str, ...], str | None]:
    found = find_call(query, PREFIXES, "http://here/")
    assert found is not None
    return found.shared, None if found.context is None else " ".join(found.context.split())


@pytest.mark.parametrize(
    ("query", "shared", "context"),
    [
        ("SELECT * { ?a x:p ?b . SERVICE <http://r/> { ?b x:q ?c } }", ("b",), "{ ?a x:p ?b . }"),
        ("SELECT * { SERVICE <http://r/> { ?b x:q ?c } ?a x:p ?b }", ("b",), "?a x:p ?b"),
        ("SELECT * { SERVICE <http://r/> { ?b x:q ?c } . ?a x:p ?b OPTIONAL { ?c x:p ?d } }", ("b",), "?a x:p ?b"),
        ("SELECT * { SERVICE <http://r/> { ?b x:q ?c } OPTIONAL { ?a x:p ?b } }", (), None),
        ("SELECT * { ?a x:p ?b OPTIONAL { ?b x:r ?d SERVICE <http://r/> { ?d x:q ?c } } }", ("d",), None),
        ("SELECT * { ?a x:p ?b { ?b x:r 1 } UNION { SERVICE <http://r/> { ?b x:q ?c } } }", ("b",), None),
        ("SELECT * { ?b x:p 1 { SELECT ?c { SERVICE <http://r/> { ?b x:q ?c } } } }", (), None),
        ("SELECT * { GRAPH ?g { ?a x:p ?b SERVICE <http://r/> { ?g x:q ?b } } }", ("b", "g"), None),
        ("SELECT * { ?a x:p 1 FILTER(?b > 2) SERVICE <http://r/> { ?a x:q ?b } }", ("a",), "{ ?a x:p 1 }"),
        (
            "SELECT * { ?a x:p ?z FILTER(?z > 2) SERVICE <http://r/> { ?a x:q ?b } }",
            ("a",),
            "{ ?a x:p ?z FILTER(?z > 2) }",
        ),
        ("SELECT * { ?a x:p ?z SERVICE <http://r/> { ?b x:q 1 FILTER(?b != ?z) } }", (), None),
    ],
)
def test_what_is_bound_around_a_call_is_found(query: str, shared: tuple[str, ...], context: str | None) -> None:
    found, told = call(query)
    assert found == shared
    if context is not None or not shared:
        assert told == context


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT * { ?s ?p ?o SERVICE ?s { ?a ?b ?c } }", 403, "variable"),
        ("SELECT * { SERVICE SILENT ?s { ?a ?b ?c } }", 403, "variable"),
        ("SELECT * { SERVICE none:a { ?a ?b ?c } }", 400, "no endpoint's address"),
        ("SELECT * { SERVICE <http://r/> ?a }", 400, "needs an address"),
        ("SELECT * { SERVICE <http://r/> { ?a ?b ?c }", 400, "not closed"),
        ("SELECT * { FILTER(?a<?b#>\n) SERVICE <http://r/> { ?a ?b ?c } }", 400, "two ways"),
        ("SELECT * { SERVICE <http://r/> { ?a ?b ?c", 400, "not closed"),
        ("SERVICE", 400, "needs an address"),
    ],
)
def test_a_call_that_cannot_be_made_is_told(query: str, status: int, words: str) -> None:
    with pytest.raises(MavazeError, match=words) as error:
        find_call(query, PREFIXES, "http://here/")
    assert error.value.status == status


def test_what_many_calls_or_deep_ones_would_cost_is_bounded() -> None:
    federation = Federation(Outlet(), None, PREFIXES, "http://here/")
    calls = "SERVICE SILENT <http://r/> { } "
    assert "SERVICE" not in federation.resolve(f"SELECT * {{ {calls * 20} }}", Budget(0, 0))
    with pytest.raises(MavazeError, match="more than 20 calls"):
        federation.resolve(f"SELECT * {{ {calls * 2000} }}", Budget(0, 0))
    with pytest.raises(MavazeError, match="more than 100 groups"):
        federation.resolve(f"SELECT * {'{ ' * 2000} {calls} {'}' * 2000}", Budget(0, 0))


class Remote(Outlet):
    """An endpoint in this process, which keeps what it is asked."""

    def check(self, url: str) -> None:
        assert url == WORLD


def federate(local: ox.Store, remote: ox.Store, query: str, *, batch: int, log: list[str]) -> str:
    def ask(question: str) -> list[dict[str, Term]]:
        rows = local.query(question, prefixes=PREFIXES)
        assert isinstance(rows, ox.QuerySolutions)
        names = [variable.value for variable in rows.variables]
        return [
            {
                name: Term("uri", value.value) if isinstance(value, ox.NamedNode) else Term("bnode", "b")
                for name, value in zip(names, row, strict=True)
                if value is not None
            }
            for row in rows
        ]

    def post(self: Outlet, url: str, fields: dict[str, str], *, accept: str, budget: Budget) -> Reply:
        log.append(fields["query"])
        rows = remote.query(fields["query"])
        assert isinstance(rows, ox.QuerySolutions)
        body = rows.serialize(format=ox.QueryResultsFormat.JSON)
        assert body is not None
        return Reply(body, "application/sparql-results+json")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Remote, "post_form", post, raising=False)
        return Federation(Remote(), ask, PREFIXES, "http://here/", Quota(1000, batch)).resolve(query, Budget(0, 0))


SHAPES = (
    "{local} SERVICE <W> {{ {remote} }}",
    "SERVICE <W> {{ {remote} }} {local}",
    "{local} OPTIONAL {{ SERVICE <W> {{ {remote} }} }}",
    "{local} OPTIONAL {{ {other} SERVICE <W> {{ {remote} }} }}",
    "{local} MINUS {{ SERVICE <W> {{ {remote} }} }}",
    "{local} {{ {other} }} UNION {{ SERVICE <W> {{ {remote} }} }}",
    "{local} {{ SELECT ?a ?b {{ SERVICE <W> {{ {remote} }} {other} }} }}",
    "{local} FILTER EXISTS {{ {other} SERVICE <W> {{ {remote} }} }}",
    "OPTIONAL {{ {local} }} SERVICE <W> {{ {remote} }} FILTER(?a != <urn:x:1>)",
    "{local} OPTIONAL {{ {other} }} FILTER(bound(?c)) SERVICE <W> {{ {remote} }}",
    "{local} SERVICE <W> {{ {remote} }} SERVICE <W> {{ {other} }}",
    "{local} BIND(?a AS ?d) SERVICE <W> {{ {remote} OPTIONAL {{ {other} }} }}",
    "{local} SERVICE <W> {{ {remote} FILTER(?c != <urn:x:1>) }} BIND(?a AS ?d)",
)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_resolved_query_gives_what_one_store_of_both_would(shape: str) -> None:
    """The calls answered one by one against a store each, and the pattern itself where one store holds all."""
    chance = random.Random(shape)

    def pattern() -> str:
        return " . ".join(
            f"{chance.choice(['?a', '?b', '?c'])} x:{chance.choice('pq')} {chance.choice(['?a', '?b', '?c', 'x:1'])}"
            for _ in range(chance.randint(1, 2))
        )

    log: list[str] = []
    for _ in range(40):
        store = ox.Store()
        things = [ox.NamedNode(f"urn:x:{number}") for number in range(4)]
        for _ in range(12):
            verb = ox.NamedNode(f"urn:x:{chance.choice('pq')}")
            store.add(ox.Quad(chance.choice(things), verb, chance.choice(things)))
        local, other, remote = pattern(), pattern(), pattern()
        asked = "SELECT * { " + shape.format(local=local, other=other, remote=remote) + " }"
        resolved = federate(store, store, asked.replace("<W>", f"<{WORLD}>"), batch=chance.choice([1, 2, 50]), log=log)
        check_query(resolved)  # no SERVICE is left
        expected = store.query(asked.replace("SERVICE <W>", ""), prefixes=PREFIXES)
        found = store.query(resolved, prefixes=PREFIXES)
        assert sorted(map(str, found)) == sorted(map(str, expected)), (asked, resolved)  # type: ignore[arg-type]
    assert any("VALUES" in question for question in log) or "EXISTS" in shape or "SELECT" in shape
