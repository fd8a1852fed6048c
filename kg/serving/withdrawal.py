"""Connections make way for a long query: they are withdrawn from the worker that answers it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from kg.endpoint.workers.handle import Worker

_LONG = 0.004  # seconds of processor time, from the first look on, after which others make way
_VERY_LONG = 0.05  # seconds by the clock after which they do
_VISIBLE = 0.001  # seconds after which what is written to memory is surely seen by others


class Withdrawal:
    """Which connections were withdrawn from a worker, and whether they are out.

    The worker is in the engine, so it cannot be asked. But it reads nothing while it answers, and
    before it reads from a connection it looks whether that was withdrawn. So when it is seen at
    the same query before and a while after that was written, it will not read from it any more.

    Args:
        worker: the worker.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.number = 0  # of the query that is made way for; 0 for none
        self._since = 0.0
        self._alone = 0  # the query during which all others are surely out
        self._timed = (0, 0.0)  # a query, and the processor time when it was first looked at

    def go_on(
        self, number: int, slot: int, slots: Sequence[int], seconds: float
    ) -> tuple[bool, list[int]]:
        """Look at a query that is being answered.

        Args:
            number: its number.
            slot: its connection.
            slots: all connections of the worker.
            seconds: how long it has taken.

        Returns:
            Whether its connection is the only one left, and those that came out by this call.
        """
        page, now = self._worker.page, time.monotonic()
        others = [other for other in slots if other != slot]
        if self.number != number:
            if others and not self._is_long(number, seconds):
                return False, []
            self.number, self._since = number, now
            for other in others:
                page.withdraw(other)
            return not others, []
        if self._alone == number or not others:
            return True, []
        if now - self._since < _VISIBLE:
            return False, []
        self._alone = number
        page.withdraw(slot)  # it comes back when it was answered
        return True, others

    def _is_long(self, number: int, seconds: float) -> bool:
        """Tell whether a query takes long, not only because others have the processors."""
        used = self._worker.seconds()
        if self._timed[0] != number:
            self._timed = number, used
        return used - self._timed[1] >= _LONG or seconds >= _VERY_LONG
