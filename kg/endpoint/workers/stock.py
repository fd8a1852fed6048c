"""The worker processes that there are: some idle and ready, the others out with who took them."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections import deque

from kg.endpoint.workers.handle import Worker
from kg.endpoint.workers.nursery import Nursery
from kg.errors import KgError
from kg.store import Store

_LOG = logging.getLogger("kg.endpoint")
_LOOK = 0.1  # seconds between two looks at the idle workers
_UNUSED = 2.0  # seconds without work after which a worker too many is let go
_SETTLED = 1.0  # seconds without a commit after which idle workers move to the revision
_RENEW = 10.0  # seconds after which they do though there is no end of commits


class Stock:
    """Workers for one store; safe to use from many threads.

    Nothing is started before the first is taken, or `start` is called.

    Args:
        store: the store.
        nursery: where workers come from.
        ready: how many are kept ready.
    """

    def __init__(self, store: Store, nursery: Nursery, ready: int) -> None:
        self._store, self._nursery, self._ready = store, nursery, ready
        self._idle: deque[Worker] = deque()
        self._all: set[Worker] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._keeper: threading.Thread | None = None
        self._told = False
        self._moved = self._seen = 0.0  # when they last moved, and when the revision last changed
        self._revision: int | None = None
        self.closed = False

    def __len__(self) -> int:
        """Return how many there are, whoever has them."""
        return len(self._all)

    def start(self) -> None:
        """Begin to keep some ready, unless that was done."""
        if self._keeper is not None:
            return
        with self._lock:
            if self._keeper is None and not self.closed:
                self._keeper = threading.Thread(
                    target=_keep, args=(weakref.ref(self), self._wake), name="workers", daemon=True
                )
                self._keeper.start()

    def take(self) -> Worker:
        """Take an idle worker, or a new one; it may have ended meanwhile.

        Raises:
            StoreError: the system starts no more processes.
        """
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None:
            worker = self._fork()
            self._wake.set()
        return worker

    def give(self, worker: Worker, *, reusable: bool) -> None:
        """Take a worker back, to be used again or not."""
        worker.used = time.monotonic()
        if reusable and not (worker.paused or worker.strayed or self.closed):
            with self._lock:
                self._idle.append(worker)
            return
        self.drop(worker)
        self._wake.set()

    def drop(self, worker: Worker) -> None:
        """End a worker."""
        worker.close()
        with self._lock:
            self._all.discard(worker)

    def close(self) -> None:
        """End all workers, whoever has them."""
        self.closed = True
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

    def _fork(self) -> Worker:
        worker = self._nursery.fork()
        with self._lock:
            self._all.add(worker)
        return worker

    def keep(self) -> None:
        """Replace idle workers that are gone or have grown; move others to the current revision."""
        revision = self._store.revision
        move = self._is_settled(revision)
        with self._lock:
            idle = list(self._idle)
        for worker in idle:
            gone = worker.ended() or worker.grown()
            if (gone or (move and worker.revision != revision)) and self._take(worker):
                if gone or not worker.renew():
                    self.drop(worker)
                else:
                    self._put(worker)
        self._thin_out()
        while len(self._idle) < self._ready and not self.closed:
            worker = self._fork()
            if not worker.ready():
                self.drop(worker)
                break
            self._tell(worker)
            self._put(worker)

    def _is_settled(self, revision: int) -> bool:
        """Tell whether idle workers should move to a revision.

        One that is asked moves by itself; to move all at each of many commits would cost more than
        it saves.
        """
        now = time.monotonic()
        if revision != self._revision:
            self._revision, self._seen = revision, now
        if now - self._seen < _SETTLED and now - self._moved < _RENEW:
            return False
        self._moved = now
        return True

    def _thin_out(self) -> None:
        """Let those go that more work than there is now has left behind."""
        with self._lock:
            first = self._idle[0] if len(self._idle) > self._ready else None
        if first is not None and time.monotonic() - first.used > _UNUSED and self._take(first):
            self.drop(first)

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
            if not self.closed:
                self._idle.appendleft(worker)
                return
        self.drop(worker)

    def _tell(self, worker: Worker) -> None:
        if worker.missing and not self._told:
            self._told = True
            _LOG.warning("workers are confined without: %s", "; ".join(worker.missing))

    def __del__(self) -> None:
        self.close()


def _keep(stock: weakref.ref[Stock], wake: threading.Event) -> None:
    """Look after a stock for as long as there is one."""
    while True:
        wake.clear()
        here = stock()
        if here is None or here.closed:
            return
        try:
            here.keep()
        except KgError as error:
            _LOG.warning("workers could not be renewed: %s", error)
        del here
        wake.wait(_LOOK)
