"""What is watched while a query runs in a worker: its time, its memory, its turn."""

from __future__ import annotations

import time

from kg.endpoint.settings import Settings
from kg.endpoint.workers.errors import Cause, StoppedError
from kg.endpoint.workers.handle import MOMENT, Worker
from kg.endpoint.workers.lanes import SHORT, Ticket

EVERY = MOMENT
"""Seconds between two looks."""

_LAST = 1.0
"""Seconds of processor time after which a query comes after all others.

Before that it only comes behind them: on a busy machine, one that has little left to do would wait
for its last tenth of a second until its time is up.
"""


class Watch:
    """Looks at a query now and then.

    Args:
        worker: what runs it.
        ticket: its place.
        limits: the limits.
        began: when its request came, by the monotonic clock.
    """

    def __init__(self, worker: Worker, ticket: Ticket, limits: Settings, began: float) -> None:
        self.most_memory = 0
        self._worker, self._ticket, self._limits = worker, ticket, limits
        self._deadline = began + limits.query_seconds
        self._used: float | None = None
        self._turn = began  # when it last began to run, or to wait for that

    def look(self, now: float | None = None) -> None:
        """Look once.

        Raises:
            StoppedError: it is over a limit, or there is no room for it; nothing was done to the
                worker yet.
        """
        limits, ticket = self._limits, self._ticket
        now = time.monotonic() if now is None else now
        if now >= self._deadline:
            if ticket.waiting or now - self._turn < limits.query_seconds / 2:
                raise StoppedError(
                    Cause.BUSY,
                    "too many long queries are running, and this one did not get its turn in time",
                    "try again in a moment, with fewer at once",
                )
            raise StoppedError(
                Cause.TIME,
                f"the query took longer than {limits.query_seconds:g} seconds",
                "ask for less: name the graph, put the narrowest pattern first, or add a LIMIT",
            )
        memory = self._worker.memory()
        self.most_memory = max(memory, self.most_memory)
        if memory > limits.query_memory:
            raise self._too_much_memory()
        if ticket.waiting or (ticket.long and not self._worker.lowered):
            if ticket.turn():
                self._turn = now
                self._worker.lower()
                self._worker.resume()
        elif not ticket.long:
            if self._has_used(SHORT):
                if ticket.move():
                    self._worker.lower()
                else:
                    self._worker.pause()
        elif not self._worker.last and self._has_used(_LAST):
            self._worker.lower(last=True)

    def ended_itself(self) -> StoppedError:
        """Return why a worker ended that nobody ended."""
        if self.most_memory > self._limits.query_memory / 2:
            return self._too_much_memory()
        return crashed()

    @property
    def spent(self) -> bool:
        """Whether the worker was pushed behind others, or grew, and makes room for a fresh one."""
        worker = self._worker
        return worker.lowered or (self.most_memory > 0 and worker.grown(self.most_memory))

    def _has_used(self, seconds: float) -> bool:
        used = self._worker.seconds()
        if self._used is None:
            self._used = used
        return used - self._used >= seconds

    def _too_much_memory(self) -> StoppedError:
        return StoppedError(
            Cause.MEMORY,
            f"the query needs more than {self._limits.query_memory / 2**20:,.0f} MiB of memory",
            "ask for less: narrow it before ORDER BY, DISTINCT and GROUP BY, or count",
        )


def gone() -> StoppedError:
    """Return the error of a query that nobody waits for any more."""
    return StoppedError(Cause.GONE, "the client went away", "")


def crashed() -> StoppedError:
    """Return the error of a query that ended its process."""
    return StoppedError(
        Cause.CRASH,
        "the query ended its process",
        "write it in another way; other queries are not affected",
    )
