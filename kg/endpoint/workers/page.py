"""A page of memory that a worker and the serving process share while connections are lent.

The worker writes down what it is at, so that the serving process can look at it without asking,
and can tell after the worker's end how far it came, and which processor time no query is to blame
for. The serving process writes two things here: how many answers it has taken note of, and which
connections it has withdrawn.

Connections have a number each, from 0 to `MOST`, for as long as they are lent.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NamedTuple

LONGEST = 16 * 1024
"""Bytes of a request that fit."""

KEPT = 256
"""Answers that are written down before the serving process must have taken note of them."""

MOST = 32
"""Connections that a worker may have at once."""

_WORK = struct.Struct("<QdI")  # number and connection of a request, when it came, its length
_COUNT = struct.Struct("<Q")
_SECONDS = struct.Struct("<d")
_SERVED = struct.Struct("<QHxxxxxxQdqq8s")
_STATE_AT, _AT, _WORK_AT, _DONE_AT, _NOTED_AT, _WITHDRAWN_AT, _REQUEST_AT = 0, 1, 8, 40, 48, 64, 96
_ASIDE_AT, _SINCE_AT = 32, 56
_SERVED_AT = _REQUEST_AT + LONGEST
_SIZE = _SERVED_AT + KEPT * _SERVED.size


class State(IntEnum):
    """What a worker is at with a connection that it was lent."""

    WAITING = 0  # nothing came since the last answer, or nothing was lent
    READING = 1  # a request may have been taken from the connection
    WORKING = 2  # it is written down here, and nothing of an answer is sent
    SENDING = 3  # something of the answer may have been sent


class Served(NamedTuple):
    """A request that was answered.

    Args:
        number: which one, counted over the worker's life.
        status: HTTP status.
        sent: bytes of the body.
        seconds: from its arrival to the end of the answer.
        rows: rows of the result; None where there are none.
        revision: the store's revision that answered; None where none did.
        hash: what stands for the query in logs, as `kg.monitoring.notes.query_hash` gives it.
    """

    number: int
    status: int
    sent: int
    seconds: float
    rows: int | None
    revision: int | None
    hash: str


class Page:
    """The page, at either end.

    Args:
        descriptor: of the memory, which may be closed afterwards.
    """

    def __init__(self, descriptor: int) -> None:
        self._map = mmap.mmap(descriptor, _SIZE)
        self._number = 0
        self._done = 0
        self._taken = 0
        self._aside = 0.0

    @classmethod
    def taken(cls, descriptor: int) -> Page:
        """Return the page in memory that came with an order, and let go of its descriptor."""
        page = cls(descriptor)
        os.close(descriptor)
        return page

    @staticmethod
    def memory() -> int:
        """Return a descriptor of memory for a page."""
        descriptor = os.memfd_create("kg-page", os.MFD_CLOEXEC)
        os.ftruncate(descriptor, _SIZE)
        return descriptor

    def close(self) -> None:
        """Let go of it."""
        self._map.close()

    # What the worker writes.

    def reading(self, slot: int) -> bool:
        """Say that a request is being read from a connection; tell whether that may be done.

        It may not where the connection was withdrawn.
        """
        shared = self._map
        shared[_AT] = slot
        shared[_STATE_AT] = State.READING
        return not shared[_WITHDRAWN_AT + slot]

    def is_withdrawn(self, slot: int) -> bool:
        """Tell whether a connection was withdrawn."""
        return bool(self._map[_WITHDRAWN_AT + slot])

    def waiting(self) -> None:
        """Say that nothing of a request is held here."""
        self._map[_STATE_AT] = State.WAITING

    def working(self, request: bytes, began: float) -> None:
        """Say that the request that was read is being answered.

        Args:
            request: its bytes, `LONGEST` at most.
            began: when it came, by the monotonic clock.
        """
        shared = self._map
        self._number += 1
        shared[_REQUEST_AT : _REQUEST_AT + len(request)] = request
        # Number and connection in one word: whoever looks sees both of the same request.
        at = self._number << 8 | shared[_AT]
        _WORK.pack_into(shared, _WORK_AT, at, began, len(request))
        shared[_STATE_AT] = State.WORKING

    def sending(self) -> None:
        """Say that the answer is being sent."""
        self._map[_STATE_AT] = State.SENDING

    def served(
        self, status: int, sent: int, seconds: float, rows: int | None, revision: int | None,
        hash: str,
    ) -> int:  # fmt: skip
        """Say that the request was answered; return how many of these nobody has noted yet."""
        shared = self._map
        at = _SERVED_AT + self._done % KEPT * _SERVED.size
        _SERVED.pack_into(
            shared, at, self._number, status, sent, seconds,
            -1 if rows is None else rows, -1 if revision is None else revision, bytes.fromhex(hash),
        )  # fmt: skip
        self._done += 1
        _COUNT.pack_into(shared, _DONE_AT, self._done)
        shared[_STATE_AT] = State.WAITING
        return self._done - self._taken

    @property
    def is_full(self) -> bool:
        """Whether another answer would take the place of one that was not noted."""
        (noted,) = _COUNT.unpack_from(self._map, _NOTED_AT)
        return self._done - int(noted) >= KEPT

    def told(self) -> None:
        """Say that the serving process was told of all that was answered."""
        self._taken = self._done

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Say that what is done here is no query's doing, as where a database is opened."""
        began = time.thread_time()
        _SECONDS.pack_into(self._map, _SINCE_AT, began)
        try:
            yield
        finally:
            self._aside += time.thread_time() - began
            # In this order, whoever looks in between sees too much set aside, never too little.
            _SECONDS.pack_into(self._map, _ASIDE_AT, self._aside)
            _SECONDS.pack_into(self._map, _SINCE_AT, 0.0)

    # What the serving process writes and reads.

    def lend(self, slot: int) -> None:
        """Let a connection be read from."""
        self._map[_WITHDRAWN_AT + slot] = 0

    def withdraw(self, slot: int) -> None:
        """Let a connection not be read from any more.

        The worker looks here after it wrote that it reads, so a worker that is seen at the same
        request before this and a moment afterwards reads nothing more from that connection.
        """
        self._map[_WITHDRAWN_AT + slot] = 1

    def look(self) -> tuple[State, int, int, float]:
        """Return what the worker is at, and the last request: number, connection, when it came."""
        shared = self._map
        at, began, _ = _WORK.unpack_from(shared, _WORK_AT)
        return State(shared[_STATE_AT]), at >> 8, at & 0xFF, began

    def slot(self) -> int:
        """Return the connection that a worker which has ended was at last."""
        return int(self._map[_AT])

    def request(self) -> bytes:
        """Return the bytes of the request that the worker is at."""
        length = _WORK.unpack_from(self._map, _WORK_AT)[2]
        return self._map[_REQUEST_AT : _REQUEST_AT + min(length, LONGEST)]

    def seconds(self, used: float) -> float:
        """Return how much of the processor time of the worker's first thread its queries used.

        Args:
            used: all of it, in seconds.
        """
        # Read in the order in which `aside` does not write.
        (since,) = _SECONDS.unpack_from(self._map, _SINCE_AT)
        (aside,) = _SECONDS.unpack_from(self._map, _ASIDE_AT)
        return float((since or used) - aside)

    @property
    def is_aside(self) -> bool:
        """Whether the worker is at something that is no query's doing."""
        return bool(_SECONDS.unpack_from(self._map, _SINCE_AT)[0])

    def take_note(self) -> Iterator[Served]:
        """Yield the answers that were given since the last call."""
        (done,) = _COUNT.unpack_from(self._map, _DONE_AT)
        # A worker that was taken over by a query might count anything.
        first = max(self._taken, done - KEPT)
        for index in range(first, done):
            at = _SERVED_AT + index % KEPT * _SERVED.size
            number, status, sent, seconds, rows, revision, digest = _SERVED.unpack_from(
                self._map, at
            )
            yield Served(
                number, status, sent, seconds, None if rows < 0 else rows,
                None if revision < 0 else revision, digest.hex(),
            )  # fmt: skip
        self._taken = done
        _COUNT.pack_into(self._map, _NOTED_AT, done)
