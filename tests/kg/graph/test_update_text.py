import pytest

from kg.errors import MavazeError
from kg.graph.update_text import confine, read_update, with_dataset

FOREIGN = "INSERT DATA { <urn:s> <urn:p> 1 }"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", []),
        ("PREFIX x: <http://x/> # nothing follows", []),
        (FOREIGN + ";" + FOREIGN + ";", ["INSERT DATA", "INSERT DATA"]),
        ("delete data { <urn:s> <urn:p> 'a;b}' ; <urn:q> 2 }", ["DELETE DATA"]),
        ("WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o ; a ?t } ; CLEAR ALL", ["MODIFY", "CLEAR"]),
        ("BASE <http://b/> DROP SILENT GRAPH <g>; PREFIX y: <http://y/> COPY y:a TO y:b", ["DROP", "COPY"]),
    ],
)
def test_operations_are_told_apart(text: str, kinds: list[str]) -> None:
    assert [operation.kind for operation in read_update(text)] == kinds


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("SELECT * { ?s ?p ?o }", 403, "SELECT is a query"),
        ("LOADSILENT <http://127.0.0.1/x>", 400, "cannot begin"),
        ("hello", 400, "cannot begin"),
        ("INSERT { ?s a 1 } WHERE { SERVICE <http://x/> { ?s ?p ?o } }", 403, "no other server"),
        ("DELETE {} WHERE { FILTER(?a<?b'>x') } ; LOAD <http://x/> ; '", 400, "two ways"),
    ],
)
def test_what_is_no_update_is_refused(text: str, status: int, words: str) -> None:
    with pytest.raises(MavazeError, match=words) as error:
        read_update(text)
    assert error.value.status == status


def test_a_dataset_of_the_protocol_reaches_every_pattern() -> None:
    text = f"{FOREIGN}; DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 2 }} where {{ ?s ?p ?o }}; DELETE WHERE {{ ?a ?b ?c }}"
    assert with_dataset(text, read_update(text), ["urn:g"], ["urn:n"]) == (
        f"{FOREIGN}; DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 2 }} "
        "USING <urn:g> USING NAMED <urn:n> where { ?s ?p ?o }; "
        "DELETE { ?a ?b ?c } USING <urn:g> USING NAMED <urn:n> WHERE { ?a ?b ?c }"
    )
    assert with_dataset(text, read_update(text), [], []) == text


@pytest.mark.parametrize("clause", ["USING <urn:x>", "USING NAMED <urn:x>"])
def test_two_datasets_are_one_too_many(clause: str) -> None:
    text = f"INSERT {{ ?s a 1 }} {clause} WHERE {{ ?s ?p ?o }}"
    with pytest.raises(MavazeError, match="names its dataset itself"):
        with_dataset(text, read_update(text), ["urn:g"], [])


def test_a_patch_stays_in_its_graph() -> None:
    text = "DELETE DATA { <urn:s> <urn:p> 1 } ; DELETE WHERE { ?s ?p 2 } ; INSERT { ?s ?p 3 } WHERE { ?s ?p ?o }"
    assert confine(text, read_update(text), "urn:g") == (
        "DELETE DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } } ; DELETE WHERE { GRAPH <urn:g> { ?s ?p 2 } } ; "
        "WITH <urn:g> INSERT { ?s ?p 3 } WHERE { ?s ?p ?o }"
    )


@pytest.mark.parametrize(
    "text",
    [
        "CLEAR ALL",
        "INSERT DATA { GRAPH <urn:h> { <urn:s> <urn:p> 1 } }",
        "WITH <urn:h> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } USING <urn:h> WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_a_patch_that_reaches_beyond_its_graph_is_refused(text: str) -> None:
    with pytest.raises(MavazeError, match="reaches beyond") as error:
        confine(text, read_update(text), "urn:g")
    assert error.value.status == 422
