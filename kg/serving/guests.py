"""A client's connection that a worker has, as the thread sees it which works for that client."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, replace
from queue import SimpleQueue

from kg.endpoint.workers.left import Left


@dataclass(frozen=True)
class Returned:
    """A connection that came back.

    Args:
        open: whether it can be used.
        ahead: what was read from it already.
        unsent: what the client must be sent first.
        left: what became of the request that was read, where a worker began with it.
        was_slow: whether others had to make way for one of its queries.
    """

    open: bool
    ahead: bytes = b""
    unsent: bytes = b""
    left: Left | None = None
    was_slow: bool = False


@dataclass(eq=False)
class Guest:
    """A connection, until it is back.

    Args:
        connection: the socket.
        address: who is at its other end.
        terms: what the requests on it have in common, as workers read it.
        is_slow: whether others had to make way for one of its queries.
    """

    connection: socket.socket
    address: str
    terms: bytes
    is_slow: bool = False
    _came: SimpleQueue[Returned] = field(default_factory=SimpleQueue, repr=False)

    def back(self, returned: Returned) -> None:
        """Give it back; whatever is said after the first time counts no more."""
        self._came.put(replace(returned, was_slow=self.is_slow))

    def wait(self) -> Returned:
        """Wait until it is back."""
        return self._came.get()
