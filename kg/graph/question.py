"""What is asked of a store: a query that has been read once, and all else that its answer depends on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.graph.query_text import QueryText, Term, bind_parameters, check_query


@dataclass(frozen=True, slots=True)
class Question:
    """A query and the answer that is wanted.

    Attributes:
        query: What is run.
        format: Of the answer, a key of ``SOLUTION_FORMATS`` or ``GRAPH_FORMATS``, by the query's form.
        default_graphs: IRIs of the graphs that make the default graph, instead of the query's own choice; an empty one
            stands for the store's own default graph.
        named_graphs: IRIs of the graphs that GRAPH sees, likewise.
        base_iri: What relative IRIs in the query are resolved against.
    """

    query: QueryText
    format: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base_iri: str | None = None

    @property
    def names_dataset(self) -> bool:
        """Whether whoever asks names the dataset, in the query or beside it."""
        return self.query.has_dataset or self.default_graphs is not None or self.named_graphs is not None


def read_question(
    text: str,
    *,
    solutions: str = "json",
    graph: str = "turtle",
    parameters: Mapping[str, Term | Sequence[Term]] | None = None,
) -> Question:
    """Read a query, give values to its parameters, and choose the format by its form.

    Args:
        text: SPARQL 1.1 query text.
        solutions: Format of a SELECT or ASK answer.
        graph: Format of a CONSTRUCT or DESCRIBE answer.
        parameters: Values by variable name (see ``bind_parameters``).

    Raises:
        QueryError: When the text is no query, or has no such parameter.
        QueryRefused: When it asks for what is not allowed.

    Example:
        >>> read_question("ASK { ?s ?p ?o }").format
        'json'
    """
    query = check_query(text)
    if parameters:
        query = replace(query, text=bind_parameters(text, parameters))
    return Question(query, graph if query.gives_graph else solutions)
