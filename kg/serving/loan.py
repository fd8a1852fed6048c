"""A worker that has clients' connections, and what is watched meanwhile."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable, Sequence

from kg.endpoint.workers.errors import Cause, StoppedError
from kg.endpoint.workers.frames import Kind, taken_back, taken_left
from kg.endpoint.workers.handle import MOMENT, Worker
from kg.endpoint.workers.lanes import Ticket
from kg.endpoint.workers.left import Left
from kg.endpoint.workers.page import MOST, State
from kg.endpoint.workers.pool import Pool
from kg.endpoint.workers.watching import Watch, crashed, gone
from kg.serving.answers import Answers, Noted
from kg.serving.guests import Guest, Returned
from kg.serving.withdrawal import Withdrawal

_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR | select.POLLNVAL
_LONGEST_END = 5.0  # seconds that a process may take to stop when it is killed
_LONGEST_OPENING = 1.0  # seconds
_TICK = MOMENT / 3  # seconds between two looks at a worker with several connections


class Loan:
    """The connections of one worker, from the first until the last is back.

    A thread of its own watches. As soon as a query takes longer than a moment, the other
    connections are withdrawn, so that it holds up nobody, and nobody loses by its end.

    Args:
        pool: whose worker it is.
        worker: the worker.
        address: who is at the other end of all of them.
        noted: takes note of the requests that the worker answers.
        slow: seconds from which the text of a query is noted; None for never.
        is_wanted: tells whether all connections should come back soon.
    """

    def __init__(
        self,
        pool: Pool,
        worker: Worker,
        address: str,
        noted: Noted,
        slow: float | None,
        is_wanted: Callable[[], bool],
    ) -> None:
        self.address = address
        self._pool, self._worker = pool, worker
        self._is_wanted = is_wanted
        self._answers = Answers(worker.page, address, noted, slow)
        self._lock = threading.Lock()
        self._guests: dict[int, Guest] = {}  # by number, until the worker knows that it is over
        self._closed = False  # no further connection is taken
        self._recalled = False
        _, self._before, _, _ = worker.page.look()
        self._withdrawal = Withdrawal(worker)
        self._number = 0  # the one that is watched
        self._ticket: Ticket | None = None
        self._watch: Watch | None = None
        self._watched: Guest | None = None
        self._poll = select.poll()

    def __len__(self) -> int:
        """Return how many connections there are."""
        return len(self._guests)

    def admit(self, guest: Guest) -> bool:
        """Lend the worker another connection; return whether that was done."""
        with self._lock:
            if self._closed or self._withdrawal.number or len(self._guests) >= MOST:
                return False
            slot = next(number for number in range(MOST) if number not in self._guests)
            self._worker.page.lend(slot)
            try:
                self._worker.lend(guest.connection, bytes((slot,)) + guest.terms)
            except OSError:  # it ended, as the thread that watches will see
                self._closed = True
                return False
            self._guests[slot] = guest
            self._pool.holds(self._worker, len(self._guests))
            return True

    def watch(self) -> None:
        """Watch until all connections are back."""
        self._poll.register(self._worker.connection, select.POLLIN)
        try:
            while not self._is_over():
                tick = _TICK if len(self._guests) > 1 else MOMENT
                for descriptor, event in self._poll.poll(tick * 1000):
                    if descriptor == self._worker.connection.fileno():
                        if self._came():
                            return
                    elif event & _GONE:
                        raise gone()
                self._look()
                if self._is_wanted():
                    self._recall()
        except StoppedError as error:
            self._stopped(error)
        except BaseException:
            self._close()
            self._end(reusable=False)
            for guest in self._guests.values():
                guest.back(Returned(False))
            raise

    def _is_over(self) -> bool:
        """Tell whether nothing is lent any more, and end it then."""
        with self._lock:
            if self._guests:
                return False
            self._closed = True
        self._end(reusable=True)
        return True

    def _close(self) -> None:
        with self._lock:
            self._closed = True

    def _came(self) -> bool:
        """Take what the worker says; return whether it goes on with something else."""
        frames = self._worker.received()
        if frames is None:
            raise crashed() if self._watch is None else self._watch.ended_itself()
        for place, (kind, payload) in enumerate(frames):
            if kind is Kind.SERVED:
                self._answers.take(payload)
            elif kind is Kind.BACK:
                self._back(payload)
            elif kind is Kind.LEFT:
                self._left(payload, frames[place + 1 :])
                return True
        return False

    def _back(self, payload: bytes) -> None:
        slot, ended, ahead, unsent = taken_back(payload)
        self._answers.take()
        guest = self._out(slot)
        if guest is not None:
            guest.back(Returned(not ended, ahead, unsent))

    def _out(self, slot: int) -> Guest | None:
        """Let a number be free again, and return whose it was."""
        with self._lock:
            guest = self._guests.pop(slot, None)
            self._pool.holds(self._worker, len(self._guests))
        if guest is not None and guest is self._watched:
            self._leave()
        return guest

    def _left(self, payload: bytes, frames: Sequence[tuple[Kind, bytes]]) -> None:
        """Let a query go on the usual way, with its worker and its place."""
        self._answers.finish()
        self._close()
        slot, request = taken_left(payload)
        _, _, _, began = self._worker.page.look()
        ticket = self._ticket or self._pool.lanes.visit()
        worker = self._worker
        guest = self._guests.pop(slot)
        # Others here came just now: it has not seen them, and must not any more.
        for number, late in self._guests.items():
            worker.page.withdraw(number)
            worker.strayed = True
            late.back(Returned(True))
        self._pool.holds(worker, 0)

        def give_back() -> None:
            self._pool.give(worker, reusable=False)
            ticket.leave()

        left = Left(began, None, worker, ticket, frames, give_back)
        guest.back(Returned(True, request, left=left))

    def _look(self) -> None:
        """Look at the query that runs, if it has for more than a moment.

        Raises:
            StoppedError: it must be stopped.
        """
        state, number, slot, began = self._worker.page.look()
        now = time.monotonic()
        runs = state is State.WORKING and number != self._before
        if self._watch is not None and not (runs and number == self._number):
            if self._worker.paused:  # after the last byte
                self._worker.resume()
            if self._watch.spent:
                self._recall()
            self._leave()
        if not (runs and number == self._withdrawal.number):
            self._withdrawal.number = 0
        if not runs or now - began < (_TICK if len(self._guests) > 1 else MOMENT):
            return
        if self._watch is None and self._worker.page.is_aside and now - began < _LONGEST_OPENING:
            return  # elsewhere the others would have to wait for the new revision as well
        if slot not in self._guests or not self._is_alone(number, slot, now - began):
            return
        if self._watch is None:
            self._number, self._ticket = number, self._pool.lanes.visit()
            self._watch = Watch(self._worker, self._ticket, self._pool.settings, began)
            self._watched = self._guests[slot]
            self._poll.register(self._watched.connection, select.POLLRDHUP)
        self._watch.look(now)

    def _is_alone(self, number: int, slot: int, seconds: float) -> bool:
        """Let the other connections make way for a long query; tell whether they are out."""
        with self._lock:
            alone, out = self._withdrawal.go_on(number, slot, list(self._guests), seconds)
            guests = [self._guests[other] for other in out]
            if out:
                self._guests[slot].is_slow = True
        if guests:
            self._answers.take()
        for guest in guests:
            guest.back(Returned(True))  # its number is free when the worker has seen it
        return alone

    def _leave(self) -> None:
        """Let go of the query that was watched."""
        if self._ticket is not None:
            self._ticket.leave()
        if self._watched is not None:
            self._poll.unregister(self._watched.connection)
        self._watch = self._ticket = self._watched = None

    def _recall(self) -> None:
        if not self._recalled:
            self._recalled = True
            self._close()
            self._worker.recall()

    def _stopped(self, error: StoppedError) -> None:
        """End the worker, and find out how far it was with each connection."""
        self._close()
        page = self._worker.page
        self._worker.kill()
        until = time.monotonic() + _LONGEST_END
        while not self._worker.ending():
            if time.monotonic() > until:  # it may still send: nobody else may
                self._end(reusable=False)
                for guest in self._guests.values():
                    guest.back(Returned(False))
                return
            time.sleep(0.0005)
        self._answers.take()
        state, number, _, began = page.look()
        busy, request = page.slot(), page.request()
        self._pool.stopped(error.cause)
        watched = self._number if self._watch is not None else number
        self._end(reusable=False)
        for slot, guest in self._guests.items():
            if slot != busy or state is State.WAITING:
                guest.back(Returned(True))
            elif error.cause is Cause.GONE or state in (State.READING, State.SENDING):
                guest.back(Returned(False))
            elif number == self._before:
                guest.back(Returned(True))
            elif number != watched:  # another one, for which it was not stopped
                guest.back(Returned(True, request))
            else:
                guest.back(Returned(True, request, left=Left(began, error)))

    def _end(self, *, reusable: bool) -> None:
        worker = self._worker
        spent = worker.lowered or worker.grown()
        self._leave()
        self._answers.finish()
        self._pool.give(worker, reusable=reusable and not spent)
