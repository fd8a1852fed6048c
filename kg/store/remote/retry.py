"""When a request is sent again: how often, and after which pause."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from kg.store.remote.errors import RemoteError

T = TypeVar("T")


@dataclass(frozen=True)
class Policy:
    """How often a request is sent, and how long the pauses are.

    A pause doubles each time, and is up to a quarter shorter or longer by chance, so that many
    clients do not come back in step. What the engine asks for (Retry-After) goes before.

    Args:
        attempts: how often at most.
        first: seconds of the first pause.
        longest: seconds of the longest pause, also of one that the engine asks for.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 15.0

    def pause(self, failures: int, asked: float | None = None) -> float:
        """Return the seconds to wait after so many failures.

        Args:
            failures: how often it failed by now, from 1.
            asked: what the engine asks for.
        """
        doubled = self.first * float(2 ** (failures - 1)) * random.uniform(0.75, 1.25)
        return min(max(doubled, asked or 0.0), self.longest)

    def run(self, attempt: Callable[[], T], until: float | None = None) -> T:
        """Do something that may be done again, until it goes well or there is no hope.

        Args:
            attempt: what is done; it may be done several times with the same effect as once.
            until: when to give up, by the monotonic clock.

        Raises:
            RemoteError: how it failed the last time.
        """
        failures = 0
        while True:
            try:
                return attempt()
            except RemoteError as error:
                failures += 1
                pause = self.pause(failures, error.retry_after)
                late = until is not None and time.monotonic() + pause >= until
                if not error.passing or failures >= self.attempts or late:
                    raise
            time.sleep(pause)


ONCE = Policy(attempts=1)
"""For what must not be done twice."""
