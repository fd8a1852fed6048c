"""The workers of a serving process: some ready, one for each query, none used after harm."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
import weakref
from collections import Counter, deque

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
from kg.errors import KgError, StoreError
from kg.store import Store

_LOG = logging.getLogger("kg.endpoint")
_SHORT = 3  # queries that run side by side before they count as long
_LENT = 8  # workers that have a client's connection
_LOOK = 0.1  # seconds between two looks at the idle workers
_UNUSED = 2.0  # seconds without work after which a worker too many is let go
_RENEW = 1.0  # seconds between two moves of idle workers to the current revision
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
        self._store = store
        limits = Limits(settings.query_memory, settings.query_bytes, settings.result_rows)
        self._nursery = Nursery(store.path, limits, program)
        self._lent: set[Worker] = set()
        self._idle: deque[Worker] = deque()
        self._all: set[Worker] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._keeper: threading.Thread | None = None
        self._closed = False
        self._told = False
        self._moved = 0.0

    def start(self) -> None:
        """Start workers, unless that was done."""
        with self._lock:
            if self._keeper is None and not self._closed:
                self._keeper = threading.Thread(
                    target=_keep, args=(weakref.ref(self), self._wake), name="workers", daemon=True
                )
                self._keeper.start()

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
        if self._keeper is None:
            self.start()
        try:
            ticket = self.lanes.enter(began + self.settings.query_seconds, client.address)
        except StoppedError as error:
            self.stopped(error.cause)
            raise
        spool = self._spool()
        try:
            worker = self._asked(_packed(question))
            return Running(self, worker, ticket, spool, client, self.settings, began), spool
        except BaseException:
            ticket.leave()
            raise

    def _going_on(self, client: Client, left: Left) -> tuple[Running, Spool]:
        """Go on with what a worker began when it had the client's connection."""
        worker, ticket = left.take()
        spool = self._spool()
        running = Running(
            self, worker, ticket, spool, client, self.settings, left.began, left.frames
        )
        return running, spool

    def _spool(self) -> Spool:
        return Spool(self.settings.memory_bytes, self.settings.result_bytes)

    def lend(self, client: socket.socket, terms: bytes) -> Worker | None:
        """Lend a client's connection to a worker, which `give` takes back.

        Args:
            client: the connection.
            terms: what the requests on it have in common, as the workers' program reads them.

        Returns:
            The worker; None where enough of them have a connection, or none can be had.
        """
        with self._lock:
            if len(self._lent) >= _LENT or self._closed:
                return None
        while True:
            try:
                worker = self._taken()
            except StoreError:
                return None
            try:
                worker.lend(client, terms)
            except OSError:  # it ended while it was idle
                self._drop(worker)
                continue
            with self._lock:
                self._lent.add(worker)
            return worker

    def lent(self) -> int:
        """Return how many workers have a client's connection."""
        return len(self._lent)

    def give(self, worker: Worker, *, reusable: bool) -> None:
        """Take a worker back."""
        worker.used = time.monotonic()
        with self._lock:
            self._lent.discard(worker)
        if reusable and not worker.paused and not self._closed:
            with self._lock:
                self._idle.append(worker)
            return
        self._drop(worker)
        self._wake.set()

    def stopped(self, cause: Cause) -> None:
        """Count a query that was stopped."""
        with self._lock:
            self.stops[cause] += 1

    def workers(self) -> int:
        """Return how many worker processes there are."""
        return len(self._all)

    def close(self) -> None:
        """End all workers; queries that run are stopped."""
        self._closed = True
        self._wake.set()
        with self._lock:
            everyone, self._all = self._all, set()
            idle = set(self._idle)
            self._idle.clear()
        for worker in idle:
            worker.close()
        for worker in everyone - idle:
            worker.kill()  # whoever has it lets go of it
        self._nursery.close()

    def _asked(self, payload: bytes) -> Worker:
        """Return a worker that was asked."""
        while True:
            worker = self._taken()
            try:
                worker.ask(payload)
            except OSError:  # it ended while it was idle
                self._drop(worker)
                continue
            return worker

    def _taken(self) -> Worker:
        """Take an idle worker, or a new one."""
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None:
            worker = self._fork()
            self._wake.set()
        return worker

    def _fork(self) -> Worker:
        worker = self._nursery.fork()
        with self._lock:
            self._all.add(worker)
        return worker

    def _drop(self, worker: Worker) -> None:
        worker.close()
        with self._lock:
            self._all.discard(worker)

    def keep(self) -> None:
        """Replace idle workers that are gone or have grown; move others to the current revision."""
        revision = self._store.revision
        # A worker that is asked moves by itself; to move all at each of many commits would cost
        # more than it saves.
        move = time.monotonic() - self._moved >= _RENEW
        if move:
            self._moved = time.monotonic()
        with self._lock:
            idle = list(self._idle)
        for worker in idle:
            gone = worker.ended() or worker.grown()
            if (gone or (move and worker.revision != revision)) and self._take(worker):
                if gone or not worker.renew():
                    self._drop(worker)
                else:
                    self._put(worker)
        self._thin_out()
        while len(self._idle) < _SHORT and not self._closed:
            worker = self._fork()
            if not worker.ready():
                self._drop(worker)
                break
            self._tell(worker)
            self._put(worker)

    def _thin_out(self) -> None:
        """Let those go that more work than there is now has left behind."""
        with self._lock:
            first = self._idle[0] if len(self._idle) > _SHORT else None
        if first is not None and time.monotonic() - first.used > _UNUSED and self._take(first):
            self._drop(first)

    def _take(self, worker: Worker) -> bool:
        """Take a worker out of the idle ones, if it still is one."""
        with self._lock:
            if worker not in self._idle:
                return False
            self._idle.remove(worker)
            return True

    def _put(self, worker: Worker) -> None:
        """Let a worker wait behind those that were used last."""
        with self._lock:
            if not self._closed:
                self._idle.appendleft(worker)
                return
        self._drop(worker)

    def _tell(self, worker: Worker) -> None:
        if worker.missing and not self._told:
            self._told = True
            _LOG.warning("workers are confined without: %s", "; ".join(worker.missing))

    def __del__(self) -> None:
        self.close()


def _keep(pool: weakref.ref[Pool], wake: threading.Event) -> None:
    """Look after a pool for as long as there is one."""
    while True:
        wake.clear()
        here = pool()
        if here is None or here._closed:
            return
        try:
            here.keep()
        except KgError as error:
            _LOG.warning("workers could not be renewed: %s", error)
        del here
        wake.wait(_LOOK)


def _packed(question: Question) -> bytes:
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
