"""One request on its way through the keeper, and the errors that the keeper itself gives."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from kg.endpoint.problems import ProblemError, nothing
from kg.endpoint.writer.failures import as_data
from kg.endpoint.writer.frames import Frame
from kg.errors import KgError

REPEATABLE = frozenset(
    {"load", "refresh", "put", "table-begin", "table-part", "table-finish", "table-remove"}
)
"""Kinds of requests that may be done twice with the same result."""

MOST_TRIES = 3


class Phase(Enum):
    """How far a request has come."""

    WAITING = "waiting"
    BEGUN = "begun"
    APPLIED = "applied"


@dataclass(eq=False)
class Job:
    """A request, until it is answered.

    Args:
        number: its number in this keeper.
        frame: the request.
        seconds: how long it may take.
    """

    number: int
    frame: Frame
    seconds: float
    phase: Phase = Phase.WAITING
    tries: int = 0
    begun: float = 0.0
    answer: dict[str, Any] | None = None
    _done: threading.Event = field(default_factory=threading.Event)

    @property
    def kind(self) -> str:
        """What is asked for."""
        return str(self.frame.header.get("kind"))

    def begin(self) -> None:
        """Note that the engine works on it."""
        self.phase, self.begun = Phase.BEGUN, time.monotonic()

    def settle(self, answer: dict[str, Any]) -> None:
        """Answer it; a second answer is ignored."""
        if not self._done.is_set():
            self.answer = answer
            self._done.set()

    def fail(self, error: KgError) -> None:
        """Answer it with an error."""
        self.settle({"error": as_data(error)})

    def wait(self) -> dict[str, Any]:
        """Wait for the answer."""
        self._done.wait()
        assert self.answer is not None
        return self.answer

    def may_repeat(self) -> bool:
        """Tell whether it may be given to another engine after its engine has died."""
        if self.phase is Phase.WAITING:
            return True
        return self.kind in REPEATABLE and self.tries < MOST_TRIES


def too_long(seconds: float) -> ProblemError:
    """Return the error of a request that was ended at the time limit."""
    return ProblemError(
        504, "time-limit", "The request took too long",
        f"it was ended after {seconds:g} seconds; nothing was changed",
        "cut it into several, or ask for less in WHERE",
    )  # fmt: skip


def too_much_memory() -> ProblemError:
    """Return the error of a request that was ended at the memory limit."""
    return ProblemError(
        413, "memory-limit", "The request needs too much memory",
        "it was ended at the memory limit; nothing was changed",
        "cut it into several, or ask for less in WHERE",
    )  # fmt: skip


def crashed() -> ProblemError:
    """Return the error of a request that ended the process which worked on it."""
    return ProblemError(
        500, "writer-ended", "The server failed",
        "the process that worked on this request ended", "simplify it, and report it as an error",
    )  # fmt: skip


def uncertain() -> ProblemError:
    """Return the error of a request that was cut off before its answer."""
    return ProblemError(
        503, "cut-off", "The request was cut off",
        "the writer was ended while it worked on this; it was done as a whole, or not at all",
        "look whether it was done, and send it again if not", {"Retry-After": "1"},
    )  # fmt: skip


def busy() -> ProblemError:
    """Return the error of a request for which there is no room."""
    return ProblemError(
        503, "busy", "The writer is busy", "too many requests wait already",
        "try again in a moment", {"Retry-After": "2"},
    )  # fmt: skip


def no_graph() -> ProblemError:
    """Return the error of a graph that is not there."""
    return nothing(
        "there is no graph of that name",
        "list the graphs with SELECT DISTINCT ?g { GRAPH ?g { } }",
    )
