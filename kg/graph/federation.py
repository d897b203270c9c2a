"""SERVICE without the engine: what another endpoint must answer is asked first, and stands in the query as VALUES.

The engine would send the pattern alone, and fetch the whole world where a handful of items is asked about. So the
patterns around the call are asked first, here; what they bind goes along in batches; and the answers take the
call's place. No SERVICE ever reaches the engine, which therefore asks nobody.

References:
    https://www.w3.org/TR/sparql11-federated-query/
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin

import pyoxigraph as ox

from kg.errors import QueryError, RemoteError
from kg.graph.query_text import QueryRefused, Term, position, splice, tokenize
from kg.graph.service_calls import ServiceCall, find_call, read_frame
from kg.graph.terms import write_term
from kg.guarded_http import Budget, HostRefused, Outlet

_NOTHING_TOLD = "{ }"
"""One solution that binds nothing: what a silent call gives when it fails."""
_ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
Solutions = Sequence[Mapping[str, Term]]


@dataclass(frozen=True, slots=True)
class Quota:
    """How much one call may send along.

    Attributes:
        items: Combinations of values in all.
        batch: Combinations in one request.
        calls: Calls in one query.
    """

    items: int = 10_000
    batch: int = 100
    calls: int = 20


@dataclass(frozen=True, slots=True)
class Federation:
    """Answers the calls of one query.

    Attributes:
        outlet: The way out.
        ask: Asks the store a SELECT query, for the values that go along; None where they cannot be told.
        prefixes: Those that a query need not declare.
        base_iri: What relative IRIs in the query are resolved against.
        quota: How much one call may send along.
    """

    outlet: Outlet
    ask: Callable[[str], Solutions] | None
    prefixes: Mapping[str, str]
    base_iri: str
    quota: Quota = Quota()

    def resolve(self, text: str, budget: Budget) -> str:
        """Return the query with each call replaced by what it gives.

        Args:
            text: A query or an update.
            budget: What the calls may take.

        Raises:
            HostRefused: When an endpoint may not be asked.
            QueryError: When a call cannot be made as it is written.
            RemoteError: When an endpoint fails and the query does not say SILENT.
        """
        for answered in range(self.quota.calls + 1):
            if (call := find_call(text, self.prefixes, self.base_iri)) is None:
                return text
            if answered == self.quota.calls:
                break
            text = splice(text, [(call.begin, call.end, self._answer(text, call, budget))])
        raise QueryError(
            f"there are more than {self.quota.calls} calls of SERVICE", where="query", remedy="ask in several queries"
        )

    def _answer(self, text: str, call: ServiceCall, budget: Budget) -> str:
        try:
            self.outlet.check(call.address)
        except HostRefused as refusal:  # one more way in which a call can fail
            if call.is_silent:
                return _NOTHING_TOLD
            raise _refuse(text, call, refusal) from refusal
        known = self._bindings(text, call)
        if known is not None and not known[1]:
            return "VALUES () { }"
        try:
            return self._ask_remote(text, call, known, budget)
        except RemoteError:
            if call.is_silent:
                return _NOTHING_TOLD
            raise
        except HostRefused as refusal:
            if call.is_silent:
                return _NOTHING_TOLD
            raise _refuse(text, call, refusal) from refusal

    def _bindings(self, text: str, call: ServiceCall) -> tuple[list[str], list[tuple[str, ...]]] | None:
        """Return the variables that are bound around a call, and their values; None when nothing is known."""
        if self.ask is None or call.context is None or not call.shared:
            return None
        prologue, dataset = read_frame(text)
        names = " ".join(f"?{name}" for name in call.shared)
        limit = self.quota.items
        question = f"{prologue} SELECT DISTINCT {names} {dataset} WHERE {{ {call.context} }} LIMIT {limit + 1}"
        solutions = self.ask(question)
        if len(solutions) > limit:
            raise QueryError(
                f"the query would send more than {limit} items to another server (FEDERATION_ITEMS)",
                where=position(text, call.begin),
                remedy="narrow the patterns before SERVICE, with a LIMIT inside a sub-select",
            )
        # Only what is bound to a name in every solution narrows the call without changing what it gives.
        bound = [
            name
            for name in call.shared
            if all(name in solution and solution[name].kind in ("uri", "literal") for solution in solutions)
        ]
        if solutions and not bound:
            return None
        rows = dict.fromkeys(tuple(solution[name].as_sparql() for name in bound) for solution in solutions)
        return bound, list(rows)

    def _ask_remote(
        self, text: str, call: ServiceCall, known: tuple[list[str], list[tuple[str, ...]]] | None, budget: Budget
    ) -> str:
        prologue = read_frame(text)[0]
        if not any(token.text.upper() == "BASE" for token in tokenize(prologue)):
            prologue = f"BASE <{self.base_iri}> {prologue}"
        declared = {token.text.rstrip(":") for token in tokenize(prologue) if token.kind == "name"}
        used = {token.text.partition(":")[0] for token in tokenize(call.pattern) if token.kind == "name"}
        prologue += " ".join(
            f" PREFIX {n}: <{self.prefixes[n]}>" for n in sorted(used - declared) if n in self.prefixes
        )
        question = f"{prologue} SELECT * WHERE {{ {call.pattern} }}"
        names: dict[str, None] = {}
        rows: list[Mapping[str, str]] = []
        for values in _batches(known, self.quota.batch):
            reply = self.outlet.post_form(call.address, {"query": question + values}, accept=_ACCEPT, budget=budget)
            variables, found = read_solutions(reply.body, reply.media_type, call.address)
            names |= dict.fromkeys(variables)
            rows += found
        head = " ".join(f"?{name}" for name in names)
        lines = ("(" + " ".join(row.get(name, "UNDEF") for name in names) + ")" for row in rows)
        return f"VALUES ({head}) {{ {' '.join(lines)} }}"


def _refuse(text: str, call: ServiceCall, refusal: HostRefused) -> QueryRefused:
    return QueryRefused(f"SERVICE: {refusal.what}", where=position(text, call.begin), remedy=refusal.remedy)


def read_solutions(body: bytes, media_type: str, address: str) -> tuple[list[str], list[Mapping[str, str]]]:
    """Return what an endpoint answered: its variables, and each solution's values as SPARQL has them.

    A blank node, which has no name outside of the answer, gets an IRI under the endpoint's address.

    Raises:
        RemoteError: When it is no SPARQL result.
    """
    result_format = ox.QueryResultsFormat.from_media_type(media_type)
    if result_format is None:
        raise RemoteError(f"the server answered {media_type}", where=address, remedy="give a SPARQL endpoint's address")
    try:
        results = ox.parse_query_results(body, result_format)
        if not isinstance(results, ox.QuerySolutions):
            raise RemoteError("the server answered yes or no where solutions were asked for", where=address)
        names = [variable.value for variable in results.variables]
        rows: list[Mapping[str, str]] = [
            {name: _named(value, address) for name, value in zip(names, solution, strict=True) if value is not None}
            for solution in results
        ]
    except (SyntaxError, ValueError) as problem:
        raise RemoteError(f"the server's answer is broken: {problem.args[0]}", where=address) from problem
    return names, rows


def _named(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, address: str) -> str:
    if isinstance(value, ox.BlankNode):
        return f"<{urljoin(address, '/.well-known/genid/')}{quote(value.value)}>"
    return write_term(value)


def _batches(known: tuple[list[str], list[tuple[str, ...]]] | None, size: int) -> Iterator[str]:
    """Yield the VALUES that go along with each request, as the standard writes them: after the pattern."""
    if known is None:
        yield ""
        return
    names, rows = known
    head = " ".join(f"?{name}" for name in names)
    for begin in range(0, len(rows), size):
        yield f" VALUES ({head}) {{ {' '.join(f'({chr(32).join(row)})' for row in rows[begin : begin + size])} }}"
