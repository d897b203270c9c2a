import pytest

from kg.errors import QueryError
from kg.graph.query_text import QueryRefused, Term, bind_parameters, check_query


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select * { ?s ?p ?o }", "SELECT"),
        ("BASE <http://x/> PREFIX a: <b> # ASK\n ASK { }", "ASK"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ("PREFIX x:<http://x/>DESCRIBE<http://x/y>", "DESCRIBE"),
        ("SELECT*{?s?p?o}", "SELECT"),
    ],
)
def test_the_form_is_told(text: str, form: str) -> None:
    assert check_query(text).form == form


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
        "SELECT * { service silent ?where { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o . SERVICE\n# here\n<http://x/> { ?s ?p ?o } }",
        "SELECT * { SERVICE<http://x/>{ ?s ?p ?o } }",
        # What follows is no SPARQL by the grammar, and yet the engine takes it as a federated call.
        "PREFIX ex: <http://x/> SELECT * { SERVICEex:a { ?s ?p ?o } }",
        "PREFIX ex: <http://x/> SELECT * { SERVICESILENTex:a { ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE<http://x/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE<http://x/> { ?s ?p ?o } }",
        # «<?o)SERVICE#>» reads as an address, but here «<» is an operator and «#» begins a comment.
        "SELECT * { ?s ?p ?o FILTER(?s<?o)SERVICE#>\n?x { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER(?s<?o#>'''\n)SERVICE<http://x/> { ?s ?p ?o } #'''\n }",
        "SELECT * { ?s ?p ?o FILTER(?s<'x>y')SERVICE<http://x/>{?s ?p 'o'} }",
    ],
)
def test_a_federated_call_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        check_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://x/> { }' }",
        'SELECT * { ?s ?p """two "quoted"\nSERVICE <http://x/> { } """ }',
        "SELECT * { ?s ?p '''it's\nSERVICE <http://x/> { }''' }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://x/> { }",
        "SELECT * { ?s <http://x/service#of> ?service }",
        "PREFIX service: <http://x/> SELECT * { GRAPH service:g { ?s service:of ?o } }",
        "PREFIX ex: <http://x/> SELECT * { ?s ex:service 'a'@service }",
        r"PREFIX ex: <http://x/> SELECT * { ?s ex:it\'s ?o ; ex:a\#b 'SERVICE <http://x/> {}' }",
        "SELECT * { ?s ?p ?o FILTER(?s < ?o && ?o > 3) }",
        "SELECT * { ?s ?p 'سرویس' }",
    ],
)
def test_the_word_alone_is_harmless(text: str) -> None:
    assert check_query(text).form == "SELECT"


def test_a_federated_call_may_be_allowed() -> None:
    assert check_query("ASK { SERVICE <http://x/> {} }", allowed_hosts=["x"]).form == "ASK"


@pytest.mark.parametrize(
    "text", ["LOAD <http://x/>", "insert data { }", "PREFIX a: <b> DELETE WHERE { ?s ?p ?o }", "DROP ALL", "WITH <a> "]
)
def test_an_update_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="changes data"):
        check_query(text)


@pytest.mark.parametrize("text", ["", "  # nothing\n", "PREFIX a: <http://x/>", "hello", "{ }", "'SELECT'"])
def test_what_is_no_query_is_said_to_be_none(text: str) -> None:
    with pytest.raises(QueryError) as error:
        check_query(text)
    assert "SELECT, ASK, CONSTRUCT or DESCRIBE" in str(error.value)


def test_from_is_seen_where_it_is_a_keyword() -> None:
    assert check_query("SELECT * FROM <http://x/g> { ?s ?p ?o }").has_dataset
    assert not check_query("SELECT ?from { ?from ?p 'FROM <x>' }").has_dataset


def test_values_reach_every_group_that_mentions_the_parameter() -> None:
    text = "SELECT * { { SELECT ?n { ?a ?b ?n } } UNION { ?n ?c ?d } VALUES ?d { 1 } FILTER(?e) }"
    bound = bind_parameters(text, {"n": Term("literal", "x"), "e": Term("literal", "y")})
    assert bound == (
        'SELECT * { VALUES ?e { "y" } { SELECT ?n { VALUES ?n { "x" } ?a ?b ?n } } UNION'
        ' { VALUES ?n { "x" } ?n ?c ?d } VALUES ?d { 1 } FILTER(?e) }'
    )


def test_values_of_the_query_itself_are_defaults() -> None:
    text = "SELECT ?n { VALUES ?n { 1 2 } ?n ?c ?d FILTER NOT EXISTS { ?d ?e ?n } } VALUES ?d { 3 }"
    bound = bind_parameters(text, {"n": Term("literal", "x"), "d": Term("literal", "y"), "e": Term("literal", "z")})
    assert bound == (
        'SELECT ?n { VALUES ?n { "x" } ?n ?c ?d FILTER NOT EXISTS { VALUES ?e { "z" } ?d ?e ?n } } VALUES ?d { "y" }'
    )


def test_a_shipped_question_takes_values_as_a_file() -> None:
    from ontology import queries

    (question,) = (query for query in queries() if query.name == "office-holders")
    bound = bind_parameters(question.text, {"post": Term("uri", "http://x/post")})
    assert bound == question.bind({"post": "<http://x/post>"})


def test_a_template_takes_no_values() -> None:
    bound = bind_parameters("CONSTRUCT { ?s ?p 1 } WHERE { ?s ?p 2 }", {"s": Term("uri", "http://x/")})
    assert bound == "CONSTRUCT { ?s ?p 1 } WHERE { VALUES ?s { <http://x/> } ?s ?p 2 }"


@pytest.mark.parametrize("value", ['"; } # ', 'a\\"b', "two\nlines", "\\"])
def test_a_value_never_ends_early(value: str) -> None:
    import pyoxigraph

    query = bind_parameters("SELECT ?x { BIND(1 AS ?y) FILTER(BOUND(?x)) }", {"x": Term("literal", value)})
    solutions = pyoxigraph.Store().query(query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    assert [solution["x"] for solution in solutions] == [pyoxigraph.Literal(value)]


@pytest.mark.parametrize("iri", ["http://x/> } #", "no-scheme", "http://x/a b", 'http://x/"'])
def test_an_iri_that_is_none_is_refused(iri: str) -> None:
    with pytest.raises(QueryError, match="no absolute IRI"):
        bind_parameters("ASK { ?x ?y ?z }", {"x": Term("uri", iri)})


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(QueryError, match="no parameter target"):
        bind_parameters("ASK { ?x ?y ?z }", {"target": Term("literal", "x")})
