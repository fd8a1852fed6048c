"""The workers of a serving process: some ready, one for each query, none used after harm."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter

from kg import formats
from kg.endpoint.engine import Question
from kg.endpoint.execute import Answer
from kg.endpoint.guard import Form
from kg.endpoint.negotiate import Choice
from kg.endpoint.settings import Settings
from kg.endpoint.spool import Spool
from kg.endpoint.workers.errors import Cause, StoppedError
from kg.endpoint.workers.handle import Worker
from kg.endpoint.workers.lanes import Lanes
from kg.endpoint.workers.left import Left
from kg.endpoint.workers.nursery import Nursery
from kg.endpoint.workers.process import Limits
from kg.endpoint.workers.running import Client, Running
from kg.endpoint.workers.stock import Stock
from kg.errors import StoreError
from kg.store import Store

_SHORT = 3  # queries that run side by side before they count as long
_LENT = 8  # workers that have clients' connections
_BY_SUFFIX = {form.suffix: form for form in (*formats.RESULTS, *formats.GRAPHS)}


class Pool:
    """Answers questions in worker processes; safe to use from many threads.

    Nothing is started before the first question, so a server may fork after it made one.

    Args:
        store: the store.
        settings: the limits.
        program: the module of the process that workers are forked from.
    """

    def __init__(
        self, store: Store, settings: Settings, program: str = "kg.endpoint.workers.zygote"
    ) -> None:
        self.settings = settings
        self.lanes = Lanes(_SHORT, settings.queries, settings.queue, settings.client_queries)
        self.stops: Counter[Cause] = Counter()
        limits = Limits(settings.query_memory, settings.query_bytes, settings.result_rows)
        self._stock = Stock(store, Nursery(store.path, limits, program), _SHORT)
        self._lent: dict[Worker, int] = {}  # those that have connections, and how many
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start workers, unless that was done."""
        self._stock.start()

    def ask(self, question: Question, client: Client = Client()) -> Answer:  # noqa: B008 - frozen
        """Answer a question from the current revision.

        Raises:
            StoppedError: it was stopped, or there is no room for it.
            KgError: what `kg.endpoint.execute.answer` raises.
        """
        running, spool = (
            self._going_on(client, client.left) if client.left else self._begun(question, client)
        )
        try:
            whole = running.advance(None if client.whole else self.settings.held_bytes)
        except BaseException:
            spool.close()
            raise
        if whole:
            spool.end()
        else:
            threading.Thread(target=running.go_on, name="long answer", daemon=True).start()
        head = running.head
        form = _BY_SUFFIX[head["format"]]
        return Answer(
            Choice(form, head["media_type"]).content_type,
            spool.size if whole else None,
            head["revision"],
            Form(head["form"]),
            form,
            spool,
            lambda: running.rows,
            None if whole else running.give_up,
        )

    def _begun(self, question: Question, client: Client) -> tuple[Running, Spool]:
        """Let a worker begin with a question."""
        began = time.monotonic()
        self.start()
        try:
            ticket = self.lanes.enter(began + self.settings.query_seconds, client.address)
        except StoppedError as error:
            self.stopped(error.cause)
            raise
        spool = self._spool()
        try:
            worker = self._asked(packed_question(question))
            return Running(self, worker, ticket, spool, client, self.settings, began), spool
        except BaseException:
            ticket.leave()
            raise

    def _going_on(self, client: Client, left: Left) -> tuple[Running, Spool]:
        """Go on with what a worker began when it had the client's connection."""
        worker, ticket = left.take()
        with self._lock:
            self._lent.pop(worker, None)
        spool = self._spool()
        running = Running(
            self, worker, ticket, spool, client, self.settings, left.began, left.frames
        )
        return running, spool

    def _spool(self) -> Spool:
        return Spool(self.settings.memory_bytes, self.settings.result_bytes)

    def spare(self) -> Worker | None:
        """Return a worker that is to have clients' connections, which `give` takes back.

        Returns:
            The worker, which may have ended meanwhile; None where enough of them have
            connections, or none can be had.
        """
        with self._lock:
            if len(self._lent) >= _LENT or self._stock.closed:
                return None
        try:
            worker = self._stock.take()
        except StoreError:
            return None
        with self._lock:
            self._lent[worker] = 0
        return worker

    def holds(self, worker: Worker, connections: int) -> None:
        """Learn how many connections a worker has."""
        with self._lock:
            if worker in self._lent:
                self._lent[worker] = connections

    def lent(self) -> int:
        """Return how many clients' connections workers have."""
        with self._lock:
            return sum(self._lent.values())

    def give(self, worker: Worker, *, reusable: bool) -> None:
        """Take a worker back."""
        with self._lock:
            self._lent.pop(worker, None)
        self._stock.give(worker, reusable=reusable)

    def stopped(self, cause: Cause) -> None:
        """Count a query that was stopped."""
        with self._lock:
            self.stops[cause] += 1

    def workers(self) -> int:
        """Return how many worker processes there are."""
        return len(self._stock)

    def close(self) -> None:
        """End all workers; queries that run are stopped."""
        self._stock.close()

    def _asked(self, payload: bytes) -> Worker:
        """Return a worker that was asked."""
        while True:
            worker = self._stock.take()
            try:
                worker.ask(payload)
            except OSError:  # it ended while it was idle
                self._stock.drop(worker)
                continue
            return worker

    def __del__(self) -> None:
        self.close()


def packed_question(question: Question) -> bytes:
    """Return a question as a worker is asked it."""
    return json.dumps(
        {
            "text": question.text,
            "default": question.dataset.default,
            "named_graphs": question.dataset.named,
            "accept": question.accept,
            "format": question.format,
            "base": question.base,
            "union": question.union,
        }
    ).encode()
