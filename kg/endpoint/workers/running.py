"""One query in one worker: its bytes are taken, its limits watched, its end seen to."""

from __future__ import annotations

import json
import logging
import select
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from kg.endpoint.settings import Settings
from kg.endpoint.spool import Spool
from kg.endpoint.workers.errors import Cause, StoppedError, unpacked
from kg.endpoint.workers.frames import Kind
from kg.endpoint.workers.handle import Worker
from kg.endpoint.workers.lanes import Ticket
from kg.endpoint.workers.left import Left
from kg.endpoint.workers.watching import EVERY, Watch, gone
from kg.errors import KgError

_LOG = logging.getLogger("kg.endpoint")
_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR | select.POLLNVAL


class Owner(Protocol):
    """Whom a worker is given back to."""

    def give(self, worker: Worker, *, reusable: bool) -> None:
        """Take the worker back, to be used again or not."""

    def stopped(self, cause: Cause) -> None:
        """Learn that a query was stopped."""


@dataclass(frozen=True)
class Client:
    """Who asks.

    Args:
        descriptor: the socket of the connection, to see whether somebody is still there.
        whole: whether the answer must be whole before its first byte (HTTP/1.0).
        address: whose queries are counted together; empty for one that is not counted.
        left: what became of the query so far, where it began on a connection that was lent.
    """

    descriptor: int | None = None
    whole: bool = False
    address: str = ""
    left: Left | None = None


@lru_cache(64)
def _told(payload: bytes) -> dict[str, Any]:
    # The same few over and over: nobody changes them.
    told: dict[str, Any] = json.loads(payload)
    return told


class Running:
    """A query that a worker was asked.

    Args:
        owner: whom the worker is given back to, once.
        worker: the worker.
        ticket: the query's place.
        spool: where its result goes.
        client: who asks.
        limits: the limits.
        began: when the request came, by the monotonic clock.
        frames: what came of it already.
    """

    def __init__(
        self,
        owner: Owner,
        worker: Worker,
        ticket: Ticket,
        spool: Spool,
        client: Client,
        limits: Settings,
        began: float,
        frames: Sequence[tuple[Kind, bytes]] = (),
    ) -> None:
        self.head: dict[str, Any] = {}
        self.rows: int | None = None
        self._owner, self._worker, self._ticket = owner, worker, ticket
        self._spool = spool
        self._watch = Watch(worker, ticket, limits, began)
        self._next = time.monotonic() + EVERY
        self._early = frames
        self._given_up = False
        self._finished = False
        self._ending = threading.Lock()
        self._client = client.descriptor
        self._begun = False
        self._poll: select.poll | None = None

    def advance(self, upto: int | None) -> bool:
        """Take bytes until the result is whole, or longer than ``upto``.

        Returns:
            Whether it is whole.

        Raises:
            StoppedError: it was stopped, and why; the worker is on its way out.
            KgError: the worker refused or could not go on; it is there for others.
        """
        try:
            while True:
                frames = self._came()
                if frames is None:
                    raise self._ended_itself()
                for kind, payload in frames:
                    if kind is Kind.DATA:
                        self._spool.write(payload)
                    elif kind is Kind.HEAD:
                        self.head = _told(payload)
                        self._worker.revision = self.head["revision"]
                    elif kind is Kind.ERROR:
                        self._finish(reusable=True)
                        raise unpacked(payload)
                    elif kind is Kind.END:
                        self.rows = _told(payload)["rows"]
                        self._finish(reusable=True)
                        return True
                if upto is not None and self._spool.size > upto:
                    return False
        except BaseException as error:
            self._finish(reusable=False)
            if isinstance(error, StoppedError):
                self._owner.stopped(error.cause)
            raise

    def go_on(self) -> None:
        """Take the rest, however long; the spool learns how it ended."""
        try:
            self.advance(None)
        except KgError as error:
            if not self._given_up:
                _LOG.warning("an answer broke off: %s", error)
            self._spool.end(error)
        except BaseException as error:
            self._spool.end(error)
            raise
        else:
            self._spool.end()

    def give_up(self) -> None:
        """Stop the query, if it runs: nobody wants the rest."""
        with self._ending:  # once given back, the worker may have another's query
            if not self._finished:
                self._given_up = True
                self._worker.kill()

    def _came(self) -> Sequence[tuple[Kind, bytes]] | None:
        """Wait for bytes, and return them; None when the worker ended."""
        if self._early:
            early, self._early = self._early, ()
            return early
        if not self._begun:
            # Most answers are there in a moment; only after that there is anything to watch.
            self._begun = True
            return self._worker.received(wait=True)
        self._wait()
        return self._worker.received()

    def _wait(self) -> None:
        """Wait for bytes, and watch meanwhile."""
        if self._poll is None:
            self._poll = select.poll()
            self._poll.register(self._worker.connection, select.POLLIN)
            if self._client is not None:
                self._poll.register(self._client, select.POLLRDHUP)
        while True:
            now = time.monotonic()
            if now >= self._next:
                self._watch.look(now)
                self._next = now + EVERY
            for descriptor, event in self._poll.poll(max(0.0, self._next - now) * 1000 + 1):
                if descriptor == self._client:
                    if event & _GONE:
                        raise gone()
                else:
                    return

    def _ended_itself(self) -> StoppedError:
        return gone() if self._given_up else self._watch.ended_itself()

    def _finish(self, *, reusable: bool) -> None:
        with self._ending:
            if self._finished:
                return
            self._finished = True
        self._owner.give(self._worker, reusable=reusable and not self._watch.spent)
        self._ticket.leave()
