"""How many texts are read at once: a few, and as many again wait; further ones come again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kg.endpoint.workers.errors import Cause, StoppedError


class Places:
    """The places for texts in this process.

    Args:
        places: how many are read at once.
        waiting: how many may wait for a place.
    """

    def __init__(self, places: int, waiting: int) -> None:
        self._free, self._may_wait = places, waiting
        self._changed = threading.Condition()

    @contextmanager
    def one(self, deadline: float) -> Iterator[None]:
        """Hold a place, waiting for one if need be.

        Args:
            deadline: when to give up, by the monotonic clock.

        Raises:
            StoppedError: too many wait already, or it took too long.
        """
        with self._changed:
            if self._free <= 0:
                self._wait(deadline)
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify()

    def _wait(self, deadline: float) -> None:
        if self._may_wait <= 0:
            raise _full()
        self._may_wait -= 1
        try:
            while self._free <= 0:
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    raise _full()
        finally:
            self._may_wait += 1


def _full() -> StoppedError:
    return StoppedError(
        Cause.BUSY, "too many articles are being read at the moment", "try again in a moment"
    )
