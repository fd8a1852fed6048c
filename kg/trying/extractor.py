"""Finds the facts of a text in a process of its own, watched and ended at its limits."""

from __future__ import annotations

import json
import logging
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from kg.endpoint.settings import Settings
from kg.endpoint.workers.errors import Cause, StoppedError
from kg.endpoint.workers.frames import Kind
from kg.endpoint.workers.handle import Worker
from kg.endpoint.workers.nursery import Nursery
from kg.endpoint.workers.running import Client
from kg.errors import KgError, StoreError
from kg.store import Store
from kg.trying.found import Found
from kg.trying.limits import Limits
from kg.trying.places import Places
from kg.trying.submission import Submission

_LOG = logging.getLogger("kg.trying")
_WATCH = 0.015  # seconds between two looks at a process
_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR | select.POLLNVAL

OUTCOMES = ("found", "refused", *Cause)
"""What can become of a text: facts were looked for, it is no article, or it was stopped."""


class RefusedError(KgError):
    """A text that is no English article, or about which something impossible was said.

    Args:
        message: what is wrong, to be read after "the text".
        remedy: what to do.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"the text {message}; {remedy}")
        self.message, self.remedy = message, remedy


class Extractor:
    """Reads texts in processes of their own; safe to use from many threads.

    Nothing is started before the first text, or `warm`.

    Args:
        store: the store, whose registry says who is who.
        settings: the limits.
        count: is told what became of each text, one of `OUTCOMES`.
    """

    def __init__(
        self, store: Store, settings: Settings, count: Callable[[str], None] = lambda _: None
    ) -> None:
        self._settings, self._count = settings, count
        self._places = Places(settings.tries, settings.tries)
        limits = Limits(settings.try_memory, store.base, str(store.layout.registry.resolve()))
        self._nursery = Nursery(store.layout.root, limits, "kg.trying.zygote")
        self._warm = threading.Lock()
        self._told = False

    def warm(self) -> None:
        """Have the process started that others are forked from, without waiting for it."""
        if self._warm.acquire(blocking=False):  # once is enough: it is replaced when it ends
            threading.Thread(target=self._start, name="extractor", daemon=True).start()

    def find(self, submission: Submission, client: Client = Client()) -> Found:  # noqa: B008 - frozen
        """Return what is found in a text.

        Args:
            submission: the text, and what is wanted.
            client: who asks; when it goes away, the process ends.

        Raises:
            RefusedError: it is no English article, or too little of one.
            StoppedError: it took too long or too much, its client went away, or there is no room.
            StoreError: the registry cannot be read, or no process can be started.
        """
        try:
            deadline = time.monotonic() + self._settings.try_seconds
            with self._places.one(deadline):
                worker = self._nursery.fork()
                try:
                    found = self._watched(worker, submission, client, deadline)
                finally:
                    worker.close()
        except StoppedError as error:
            self._count(error.cause)
            raise
        except RefusedError:
            self._count("refused")
            raise
        self._count("found")
        return found

    def close(self) -> None:
        """End the process that others are forked from."""
        self._nursery.close()

    def __del__(self) -> None:
        self.close()

    def _start(self) -> None:
        with suppress(StoreError):  # whoever sends a text will be told
            self._nursery.fork().close()

    def _watched(
        self, worker: Worker, submission: Submission, client: Client, deadline: float
    ) -> Found:
        at_first = worker.memory()
        most = 0
        waiting = select.poll()
        waiting.register(worker.connection, select.POLLIN)
        if client.descriptor is not None:
            waiting.register(client.descriptor, select.POLLRDHUP)
        sending = threading.Thread(target=_send, args=(worker, submission.packed()), daemon=True)
        sending.start()
        while (now := time.monotonic()) < deadline:
            for descriptor, event in waiting.poll(min(_WATCH, deadline - now) * 1000 + 1):
                if descriptor == client.descriptor and event & _GONE:
                    raise StoppedError(Cause.GONE, "the client went away", "")
            frames = worker.received()
            if frames is None:
                raise self._too_much() if most > self._settings.try_memory / 2 else _crash()
            for kind, payload in frames:
                if kind is Kind.END:
                    self._tell(worker)
                    return Found.unpacked(payload)
                if kind is Kind.ERROR:
                    raise self._error(*json.loads(payload))
            most = max(most, worker.memory() - at_first)
            if most > self._settings.try_memory:
                raise self._too_much()
        raise StoppedError(
            Cause.TIME,
            f"reading the article took longer than {self._settings.try_seconds:g} seconds",
            "send a shorter one, or use 'kg extract' on a machine of your own",
        )

    def _error(self, what: str, message: str, remedy: str) -> KgError:
        match what:
            case "refused" | "unfit":
                return RefusedError(message, remedy)
            case "registry":
                return StoreError(message)
            case "memory":
                return self._too_much()
            case _:
                _LOG.error("reading an article failed: %s", message)
                return _crash()

    def _too_much(self) -> StoppedError:
        return StoppedError(
            Cause.MEMORY,
            "reading the article needs more than "
            f"{self._settings.try_memory / 2**20:,.0f} MiB of memory",
            "send a shorter one, or use 'kg extract' on a machine of your own",
        )

    def _tell(self, worker: Worker) -> None:
        if worker.missing and not self._told:
            self._told = True
            _LOG.warning("articles are read without: %s", "; ".join(worker.missing))


def _send(worker: Worker, packed: bytes) -> None:
    with suppress(OSError):  # it ended, which whoever waits for it sees
        worker.ask(packed)


def _crash() -> StoppedError:
    return StoppedError(
        Cause.CRASH,
        "this text ended the process that read it",
        "leave out what is no running text; others are not affected",
    )
