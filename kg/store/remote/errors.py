"""What goes wrong between us and a remote engine, in one line that says what to do."""

from __future__ import annotations

from enum import Enum

from kg.errors import StoreError


class Fault(Enum):
    """The kind of a failure."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    CUT = "cut"  # the body ended too early
    BUSY = "busy"  # 429, 502, 503, 504, or a deadlock
    LOGIN = "login"
    MISSING = "missing"  # 404, 405, 410: no such service
    REFUSED = "refused"  # the engine does not take this query, update or graph
    FAILED = "failed"
    STRANGE = "strange"  # what came is no answer of the protocol
    INCOMPLETE = "incomplete"  # the engine gave less than there is
    LARGE = "large"  # more than we take


_PASSING = {Fault.UNREACHABLE, Fault.CUT, Fault.BUSY}


class RemoteError(StoreError):
    """A remote engine that cannot be used, or does not do what it was asked.

    Args:
        fault: the kind of failure.
        message: what is wrong, and where.
        remedy: what to do.
        retry_after: seconds that the engine asks us to wait.
    """

    def __init__(
        self, fault: Fault, message: str, remedy: str = "", retry_after: float | None = None
    ) -> None:
        self.fault, self.retry_after = fault, retry_after
        super().__init__(message, remedy)

    @property
    def passing(self) -> bool:
        """Whether the same request may go well a moment later."""
        return self.fault in _PASSING
