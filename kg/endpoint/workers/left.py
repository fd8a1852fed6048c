"""A query that began on a connection which a worker was lent, and goes on the usual way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kg.endpoint.workers.errors import StoppedError
from kg.endpoint.workers.frames import Kind
from kg.endpoint.workers.handle import Worker
from kg.endpoint.workers.lanes import Ticket


@dataclass
class Left:
    """What became of it so far: it was stopped, or it runs and its result is on the way.

    Args:
        began: when its request came, by the monotonic clock.
        stopped: why it was stopped; the worker is gone then.
        worker: what runs it.
        ticket: its place.
        frames: what came of it already.
        give_back: takes worker and ticket back where nobody asked for the result.
    """

    began: float
    stopped: StoppedError | None = None
    worker: Worker | None = None
    ticket: Ticket | None = None
    frames: Sequence[tuple[Kind, bytes]] = ()
    give_back: Callable[[], None] = field(default=lambda: None)

    def take(self) -> tuple[Worker, Ticket]:
        """Return what runs it and its place, which are the caller's from now on.

        Raises:
            StoppedError: it was stopped.
        """
        if self.stopped is not None:
            raise self.stopped
        assert self.worker is not None and self.ticket is not None
        worker, ticket = self.worker, self.ticket
        self.worker = self.ticket = None
        return worker, ticket

    def close(self) -> None:
        """Give back what nobody took."""
        if self.worker is not None:
            self.give_back()
            self.worker = self.ticket = None
