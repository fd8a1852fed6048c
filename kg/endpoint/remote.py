"""Queries that a remote engine answers, behind the same door as those that we answer ourselves.

A query passes our guard, then goes to the engine; its result is read whole, parsed, and written
anew in the format that was asked for. So nothing that breaks off, or that is no result, is ever
given for one. CONSTRUCT and DESCRIBE are asked as SELECT and put together here, since engines
end graphs at a limit of their own without a word, and describe things each in its own way.
"""

from __future__ import annotations

import threading
import time
from collections import Counter as Tally
from dataclasses import dataclass

from kg.endpoint.asking import Asking, Counted
from kg.endpoint.copied import Copied, needs_copy
from kg.endpoint.depth import RefusedError
from kg.endpoint.engine import Question, check_size, prepare, write_graph
from kg.endpoint.execute import Answer, Engine, Revision, answered_here
from kg.endpoint.graph_forms import constructed, declared, described
from kg.endpoint.guard import Examined, Form, examine
from kg.endpoint.negotiate import Choice
from kg.endpoint.settings import Settings
from kg.endpoint.spool import Spool
from kg.endpoint.tokens import Kind, place
from kg.endpoint.workers.errors import Cause, StoppedError
from kg.endpoint.workers.pool import Pool
from kg.endpoint.workers.rows import Counter
from kg.endpoint.workers.running import Client
from kg.errors import QueryError
from kg.store import Store
from kg.store.remote.connection import Connection
from kg.store.remote.errors import Fault, RemoteError
from kg.store.remote.protocol import Protocol
from kg.store.remote.retry import Policy
from kg.store.remote.store import RemoteStore

_POLICY = Policy(attempts=3, first=0.2, longest=2.0)
_SHORT = 3  # as many more queries as workers take beside the long ones
_EXTENSIONS = ("bif:", "sql:")

# How the union of all graphs is asked for where it is not what an engine gives by itself.
_WAYS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("union-default-graph", "true"),),
    (("default-graph-uri", "urn:x-arq:UnionGraph"),),
)


@dataclass
class Lanes:
    """How many queries run and wait, as the metrics want to know."""

    running: int = 0
    waiting: int = 0


class RemoteEngine:
    """Asks a remote engine; it is `kg.endpoint.answering.Answering`, as a pool of workers is.

    Args:
        store: the store.
        settings: limits.
    """

    def __init__(self, store: RemoteStore, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._base = store.base
        self._protocol = Protocol(Connection(store.addresses, policy=_POLICY))
        self._places = self.settings.queries + _SHORT
        self._free = threading.Condition()
        self._union: tuple[tuple[str, str], ...] | None = None
        self.lanes = Lanes()
        self.stops: Tally[Cause] = Tally()
        self._copied: Copied | None = None
        self._pool: Pool | None = None
        self._serving = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to serve: what is answered from a copy is answered by workers from now on."""
        self._serving = True

    def workers(self) -> int:
        """Return the number of worker processes, which there are where a copy is asked."""
        return 0 if self._pool is None else self._pool.workers()

    def lent(self) -> int:
        """Return 0: clients' connections stay where they are."""
        return 0

    def close(self) -> None:
        """Close the connections to the engine, and give the copy up, if there is one."""
        with self._lock:
            pool, self._pool = self._pool, None
            copied, self._copied = self._copied, None
        if pool is not None:
            pool.close()
        if copied is not None:
            copied.close()
        self._protocol.connection.close()

    def ask(self, question: Question, client: Client = Client()) -> Answer:  # noqa: B008 - frozen
        """Answer a question from the engine.

        Raises:
            QueryError: the query cannot be read, or the engine does not take it.
            RefusedError: it is not run, and why.
            StoppedError: it took too long, or there was no room for it.
            NotAcceptableError: none of the formats for this form of query is wanted.
            RemoteError: the engine cannot be asked.
        """
        until = time.monotonic() + self.settings.query_seconds
        check_size(question.text, self.settings.query_bytes)
        _, choice = prepare(question)
        examined = examine(question.text)
        _check_extensions(examined)
        try:
            if needs_copy(examined) and self._is_virtuoso():
                return self._from_copy(question, client)
            self._enter(until)
            try:
                return self._answered(question, examined, choice, until)
            finally:
                self._leave()
        except StoppedError as error:
            self.stops[error.cause] += 1
            raise
        except RemoteError as error:
            raise self._told(error) from error

    def _is_virtuoso(self) -> bool:
        if self._protocol.is_virtuoso is None:
            self._protocol.holds("ASK { GRAPH ?g { ?s ?p ?o } }")
        return bool(self._protocol.is_virtuoso)

    def _from_copy(self, question: Question, client: Client) -> Answer:
        with self._lock:
            if self._copied is None:
                self._copied = Copied(self._protocol, self._base, self.settings.copy_triples)
            store = self._copied.refresh()
            if self._serving and self._pool is None:
                self._pool = Pool(store, self.settings)
                self._pool.start()
        if self._pool is not None:
            return _without_revision(self._pool.ask(question, client))
        with store.snapshot() as snapshot:
            return _without_revision(answered_here(snapshot, question, self.settings))

    def _answered(
        self, question: Question, examined: Examined, choice: Choice, until: float
    ) -> Answer:
        limits = self.settings
        asking = Asking(self._protocol, self._fields(question, examined), limits, until)
        spool = Spool(limits.memory_bytes, limits.result_bytes)
        counter = Counter(choice.format, examined.form)
        out = Counted(spool, counter, limits.result_rows)
        base = question.base or self._base
        text = declared(examined, base) + examined.text
        try:
            match examined.form:
                case Form.SELECT:
                    asking.table(text, choice, out)
                case Form.ASK:
                    asking.truth(text, choice, out)
                case Form.CONSTRUCT:
                    graph = constructed(examined, base, asking.rows)
                    write_graph(graph, choice.format, spool, limits.result_rows)
                case _:
                    graph = described(examined, base, asking.rows)
                    write_graph(graph, choice.format, spool, limits.result_rows)
            out.finish()
        except BaseException:
            spool.close()
            raise
        spool.end()
        return Answer(
            choice.content_type, spool.size, 0, examined.form, choice.format, spool,
            rows=lambda: out.rows,
        )  # fmt: skip

    def _fields(self, question: Question, examined: Examined) -> tuple[tuple[str, str], ...]:
        """Return the parameters that choose the dataset."""
        if question.dataset:
            return (
                *(("default-graph-uri", iri) for iri in question.dataset.default),
                *(("named-graph-uri", iri) for iri in question.dataset.named),
            )
        if examined.names_dataset or not question.union:
            return ()
        if self._union is None:
            self._union = self._way_to_the_union()
        return self._union

    def _way_to_the_union(self) -> tuple[tuple[str, str], ...]:
        """Find out how the engine is asked over the union of its graphs."""
        probe = (
            f"ASK {{ <{self._base}graph/ontology> "
            "<http://purl.org/dc/elements/1.1/source> ?source }"
        )
        for way in _WAYS:
            try:
                if self._protocol.holds(probe, way):
                    return way
            except RemoteError as error:
                if error.fault not in (Fault.REFUSED, Fault.FAILED):
                    raise
        raise RemoteError(
            Fault.REFUSED,
            f"{self._protocol.addresses}: the engine's default graph is not the union of its "
            "graphs, and it cannot be asked for",
            "set the engine up so, as its documentation says",
        )

    def _enter(self, until: float) -> None:
        with self._free:
            if self.lanes.running >= self._places:
                if self.lanes.waiting >= self.settings.queue:
                    raise StoppedError(
                        Cause.BUSY, "too many queries wait already", "try again in a moment"
                    )
                self.lanes.waiting += 1
                try:
                    left = until - time.monotonic()
                    if not self._free.wait_for(lambda: self.lanes.running < self._places, left):
                        raise StoppedError(
                            Cause.BUSY, "the query waited all its time", "try again in a moment"
                        )
                finally:
                    self.lanes.waiting -= 1
            self.lanes.running += 1

    def _leave(self) -> None:
        with self._free:
            self.lanes.running -= 1
            self._free.notify()

    def _told(self, error: RemoteError) -> Exception:
        """Return an error as it is meant for whoever asked the query."""
        if error.fault is Fault.SLOW:
            self.stops[Cause.TIME] += 1
            return StoppedError(
                Cause.TIME,
                f"the query took more than {self.settings.query_seconds:g} seconds",
                "ask for less: a LIMIT, fewer patterns, or a part of the data",
            )
        if error.fault is Fault.REFUSED:
            said = error.message.removeprefix(f"{self._protocol.addresses.query}: ")
            return QueryError(said, "engines differ: keep to SPARQL 1.1")
        return error


def _without_revision(given: Answer) -> Answer:
    given.revision = 0  # that of the copy means nothing
    return given


def _check_extensions(examined: Examined) -> None:
    """Refuse functions by which an engine reaches beyond the graph (Virtuoso's bif: and sql:)."""
    for token in examined.tokens:
        if token.kind is Kind.IRI and (
            token.text[1:].lower().startswith(_EXTENSIONS) or "\\" in token.text
        ):
            line, column = place(examined.text, token.start)
            raise RefusedError(
                f"{token.text} belongs to one engine, and is not SPARQL",
                "use the functions of SPARQL 1.1",
                line,
                column,
            )


def engine_for(store: Store, snapshot: Revision) -> Revision | Engine:
    """Return what answers queries on a store: its snapshot, or the remote engine.

    Args:
        store: the store.
        snapshot: a snapshot of it.
    """
    return (
        RemoteEngine(store, Settings.from_environment())
        if isinstance(store, RemoteStore)
        else snapshot
    )
