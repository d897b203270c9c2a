"""Query workers that can be killed: the one way in which a query runs.

Each worker is a process of its own over the read-only store. A query that passes its time or memory, or whose client
has left, ends with its worker, and another takes the place at once.
"""

import os
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.errors import StoreError
from kg.graph.answers import Answer, AnswerStream
from kg.graph.files import read_base
from kg.graph.given_text import Policy, searchable
from kg.graph.limits import Limits, name_end
from kg.graph.query_text import Term
from kg.graph.question import Question, read_question
from kg.graph.runner import Job, Runner
from kg.graph.search import KINDS, Hit, Kind, search
from kg.graph.search_pattern import MOST_MATCHES, expand_search
from kg.graph.snapshot import Snapshot
from kg.graph.tally import PoolState, QueryTimes, Tally
from kg.graph.worker import Request
from kg.graph.workers import Workers

_HELD = 1 << 16
_SMALL = 1 << 20
_FEW = 2500
_GRACE = 5.0


class QueryPool:
    """Workers over one store, each of which may be killed.

    Args:
        path: The folder of the engine's store.
        limits: What a query may take.
        workers: How many dear queries may run at once; as many as there are cores by default.
        reserved: How many queries of our own pages may run besides.
        spares: How many workers wait for a query besides those that run one.
        is_union: Whether a query's default graph is the union of all graphs, or the store's own.
        refresh: Seconds between looks whether another process has changed the store; None never looks.
        prefixes: Prefixes that a query need not declare.
        text: How much of the articles' words queries can find.

    Raises:
        StoreError: When there is no store at the path.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        limits: Limits | None = None,
        *,
        workers: int | None = None,
        reserved: int = 0,
        spares: int = 0,
        is_union: bool = True,
        refresh: float | None = None,
        prefixes: Mapping[str, str] | None = None,
        text: Policy = "full",
    ) -> None:
        self.path = Path(path)
        if not (self.path / "CURRENT").is_file():
            raise StoreError("there is no store here", where=str(path), remedy="make one with mavaze build")
        self.base = read_base(self.path)
        self.limits = limits or Limits()
        self.is_union = is_union
        self.prefixes = dict(prefixes or {})
        count = self.worker_count = workers or os.cpu_count() or 1
        # Where no answer can be long, each is waited for, so that a limit is met before anything is given on.
        is_small = self.limits.row_limit <= _FEW or self.limits.byte_limit <= _SMALL
        self._held = _SMALL if is_small else _HELD
        self._workers = Workers(
            self.path,
            self.limits.memory_limit,
            count=count + reserved + spares,
            most_idle=2 * count + 2 + reserved + spares,
            spares=spares,
            refresh=refresh,
            snapshot=None if text == "full" else Snapshot(self.path, text),
        )
        self._searchable = frozenset(searchable(text))
        self._runner = Runner(self._workers, self.limits, seats=count, own_seats=reserved)
        self._tally = Tally()

    @property
    def capacity(self) -> int:
        """How many queries may run or wait at once: a server needs more threads than that."""
        return sum(lane.seats + lane.most_waiting for lane in self._runner.lanes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def version(self) -> str:
        """The state of the store that every query sees; two that differ have different names."""
        return self._workers.version

    def open(self) -> Self:
        """Wait until one worker has opened the store, so that a store that cannot be read is told at once.

        Raises:
            StoreError: When it cannot be read.
        """
        self._workers.open()
        return self

    def query(
        self,
        text: str,
        *,
        solutions: str = "json",
        graph: str = "turtle",
        parameters: Mapping[str, Term | Sequence[Term]] | None = None,
        is_reserved: bool = False,
    ) -> Answer:
        """Read a query (see ``read_question``), run it in a worker, and return its whole answer; as ``stream``."""
        question = read_question(text, solutions=solutions, graph=graph, parameters=parameters)
        return self.stream(question, is_reserved=is_reserved).read()

    def stream(
        self,
        question: Question,
        *,
        is_reserved: bool = False,
        time_limit: float | None = None,
        client: str = "",
        is_gone: Callable[[], bool] | None = None,
        times: QueryTimes | None = None,
    ) -> AnswerStream:
        """Run a query in a worker and give its answer on while it is written.

        Args:
            question: What is asked.
            is_reserved: Whether the query is our own: it has a lane of its own, and always sees all graphs as one.
            time_limit: Seconds that it may run, where that is less than the pool's limit.
            client: Who asks: seats go to those who hold the fewest.
            is_gone: Whether the client has left meanwhile; the query then ends.
            times: Told how long the query waited and ran.

        Raises:
            QueryError: When the query is malformed.
            AnswerTooLarge: When its answer passes a limit.
            QueryTimeout: When it needs more time or memory than it may have.
            QueueFull: When no worker became free in time.
            ClientGone: When the client has left.
            StoreError: When the store cannot be read.
        """
        query = question.query
        limit = min(self.limits.time_limit, time_limit or self.limits.time_limit)
        request = Request(
            text=expand_search(query.text, self._match, self.prefixes),
            form=query.form,
            format=question.format,
            is_union=(self.is_union or is_reserved) and not question.names_dataset,
            default_graphs=question.default_graphs,
            named_graphs=question.named_graphs,
            prefixes=tuple({**self.prefixes, **dict(query.prefixes)}.items()),
            base_iri=question.base_iri,
            row_limit=self.limits.row_limit,
            byte_limit=self.limits.byte_limit,
            last_resort=limit + self.limits.queue_limit + _GRACE,
        )
        self._workers.follow_store()
        job = Job(request, limit, client, is_gone, times or QueryTimes(), is_reserved)
        return AnswerStream(query.form, question.format, self._run(job), self._held)

    def find(
        self,
        words: str,
        *,
        kinds: Collection[Kind] = KINDS,
        limit: int = 50,
        offset: int = 0,
        is_unfinished: bool = False,
    ) -> list[Hit]:
        """Find by words what may be found; see `kg.graph.search.search`."""
        return search(
            self.path,
            words,
            kinds=self._searchable.intersection(kinds),
            is_unfinished=is_unfinished,
            limit=limit,
            offset=offset,
            seconds=self.limits.time_limit,
        )

    def _match(self, words: str) -> list[str]:
        return [hit.iri for hit in self.find(words, limit=MOST_MATCHES + 1)]

    def _run(self, job: Job) -> Generator[bytes, None, int]:
        """Run a query, and count how it ended; return the number of its rows."""
        end = "answer"
        try:
            return (yield from self._runner.run(job))
        except BaseException as error:
            end = name_end(error)
            raise
        finally:
            self._tally.count(end, job.times.ran)

    def state(self) -> PoolState:
        """Return what the pool does, and has done so far."""
        return PoolState(
            running=sum(lane.taken for lane in self._runner.lanes),
            waiting=sum(lane.waiting for lane in self._runner.lanes),
            processes=len(self._workers.process_ids()),
            kills=self._workers.kills,
            starts=self._workers.starts,
            ends=self._tally.ends(),
            seconds=self._tally.seconds(),
        )

    def process_ids(self) -> list[int]:
        """Return the ids of all worker processes."""
        return self._workers.process_ids()

    def restart(self) -> None:
        """Renew the workers one by one, after the store has changed; running queries end on what they began with.

        Once this has returned, every query sees the store as it is now.
        """
        self._workers.renew()
        self._runner.forget()

    def close(self) -> None:
        """End all workers; queries that still run end with an error."""
        self._workers.close()
