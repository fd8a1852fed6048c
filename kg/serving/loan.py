"""A loan: one client's connection while a worker has it, and what is watched meanwhile."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from kg.endpoint.workers.errors import Cause, StoppedError
from kg.endpoint.workers.frames import Kind, taken_back
from kg.endpoint.workers.handle import MOMENT, Worker
from kg.endpoint.workers.lanes import Ticket
from kg.endpoint.workers.left import Left
from kg.endpoint.workers.page import State
from kg.endpoint.workers.pool import Pool
from kg.endpoint.workers.watching import Watch, crashed, gone
from kg.monitoring.notes import Asked, Notes
from kg.serving.lent import PATH, asked_in

_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR | select.POLLNVAL
_LONGEST_END = 5.0  # seconds that a process may take to stop when it is killed

Noted = Callable[[str, str, Notes, float], None]
"""Takes note of a request: the client's address, the path, what is known of it, its seconds."""


@dataclass
class Returned:
    """A connection that came back.

    Args:
        open: whether it can be used.
        ahead: what was read from it already.
        unsent: what the client must be sent first.
        left: what became of the request that was read, where a worker began with it.
    """

    open: bool
    ahead: bytes = b""
    unsent: bytes = b""
    left: Left | None = None


@dataclass
class Loan:
    """One connection while a worker has it.

    Args:
        pool: whose worker it is.
        worker: the worker.
        connection: the connection.
        address: who is at its other end.
        noted: takes note of the requests that the worker answers.
    """

    pool: Pool
    worker: Worker
    connection: socket.socket
    address: str
    noted: Noted
    recalled: bool = False
    number: int = 0  # of the request that is watched
    ticket: Ticket | None = None
    watch: Watch | None = None
    poll: select.poll = field(default_factory=select.poll)
    before: int = 0  # the last request of an earlier connection

    def __post_init__(self) -> None:
        """Remember where the worker stands."""
        _, self.before, _ = self.worker.page.look()

    def wait(self, is_wanted: Callable[[], bool]) -> Returned:
        """Wait until the connection comes back.

        Args:
            is_wanted: tells whether it should come back soon.
        """
        self.poll.register(self.worker.connection, select.POLLIN)
        try:
            while True:
                for descriptor, event in self.poll.poll(MOMENT * 1000):
                    if descriptor != self.connection.fileno():
                        returned = self._came()
                        if returned is not None:
                            return returned
                    elif event & _GONE:
                        raise gone()
                self._look()
                if is_wanted():
                    self._recall()
        except StoppedError as error:
            return self._stopped(error)
        except BaseException:
            self._end(reusable=False)
            raise

    def _came(self) -> Returned | None:
        """Take what the worker says."""
        frames = self.worker.received()
        if frames is None:
            raise crashed() if self.watch is None else self.watch.ended_itself()
        for place, (kind, payload) in enumerate(frames):
            if kind is Kind.SERVED:
                self._take_note(payload)
            elif kind is Kind.BACK:
                return self._back(payload)
            elif kind is Kind.LEFT:
                return self._left(payload, frames[place + 1 :])
        return None

    def _back(self, payload: bytes) -> Returned:
        ended, ahead, unsent = taken_back(payload)
        self._take_note()
        self._end(reusable=True)
        return Returned(not ended, ahead, unsent)

    def _left(self, request: bytes, frames: Sequence[tuple[Kind, bytes]]) -> Returned:
        """Let a query go on the usual way, with its worker and its place."""
        self._take_note()
        _, _, began = self.worker.page.look()
        ticket = self.ticket or self.pool.lanes.visit()
        worker = self.worker

        def give_back() -> None:
            self.pool.give(worker, reusable=False)
            ticket.leave()

        left = Left(began, None, worker, ticket, frames, give_back)
        return Returned(True, request, left=left)

    def _look(self) -> None:
        """Look at the query that runs, if it has for more than a moment.

        Raises:
            StoppedError: it must be stopped.
        """
        state, number, began = self.worker.page.look()
        now = time.monotonic()
        if self.watch is not None and (state is not State.WORKING or number != self.number):
            if self.worker.paused:  # after the last byte
                self.worker.resume()
            if self.watch.spent:
                self._recall()
            self._leave()
        if state is not State.WORKING or number == self.before or now - began < MOMENT:
            return
        if self.watch is None:
            self.number, self.ticket = number, self.pool.lanes.visit()
            self.watch = Watch(self.worker, self.ticket, self.pool.settings, began)
            self.poll.register(self.connection, select.POLLRDHUP)
        self.watch.look(now)

    def _leave(self) -> None:
        """Let go of the query that was watched."""
        if self.ticket is not None:
            self.ticket.leave()
            self.poll.unregister(self.connection)
        self.watch = self.ticket = None

    def _recall(self) -> None:
        if not self.recalled:
            self.recalled = True
            self.worker.recall()

    def _stopped(self, error: StoppedError) -> Returned:
        """End the worker, and find out how far it was with the connection."""
        page = self.worker.page
        self.worker.kill()
        until = time.monotonic() + _LONGEST_END
        while not self.worker.ending():
            if time.monotonic() > until:  # it may still send: nobody else may
                self._end(reusable=False)
                return Returned(False)
            time.sleep(0.0005)
        self._take_note()
        state, number, began = page.look()
        request = page.request()
        self.pool.stopped(error.cause)
        watched = self.number if self.watch is not None else number
        self._end(reusable=False)
        if error.cause is Cause.GONE or state in (State.READING, State.SENDING):
            return Returned(False)
        if state is State.WAITING or number == self.before:
            return Returned(True)
        if number != watched:
            return Returned(True, request)  # another one, for which it was not stopped
        return Returned(True, request, left=Left(began, error))

    def _end(self, *, reusable: bool) -> None:
        worker = self.worker
        spent = worker.lowered or worker.grown()
        self._leave()
        self.pool.give(worker, reusable=reusable and not spent)

    def _take_note(self, last: bytes = b"") -> None:
        """Note what was answered.

        Args:
            last: the bytes of the last request, if it was slow.
        """
        notes = list(self.worker.page.take_note())
        for served in notes:
            asked = Asked(
                asked_in(last) if last and served is notes[-1] else "",
                0.0,
                served.seconds,
                "error" if served.status >= 400 else "",
                served.revision,
                partial(_same, served.rows),
                served.hash,
            )
            noted = Notes(0.0, PATH, served.status, served.sent, True, [asked])
            self.noted(self.address, PATH, noted, served.seconds)


def _same(rows: int | None) -> int | None:
    return rows
