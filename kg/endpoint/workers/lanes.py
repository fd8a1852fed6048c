"""Who may run: a few short queries at once, fewer long ones, and a bounded number that wait.

Nobody can tell a long query from a short one beforehand. So each begins in the short lane, where
there is always room soon, and one that is not done when it had its share moves to the long lane;
when that is full it is stopped where it is and waits for its turn. So long queries never stand in
the way of short ones, however many there are.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque

from kg.endpoint.workers.errors import Cause, StoppedError

SHORT = 0.03
"""Seconds of processor time after which a query counts as long.

Time by the clock does not count: on a busy machine a short query would wait behind long ones.
"""


class Ticket:
    """The place of one query; made by `Lanes.enter` or `Lanes.visit`.

    Args:
        lanes: where.
        client: who asks; empty for one that is not counted.
        visiting: whether it has no place in the short lane.
    """

    def __init__(self, lanes: Lanes, client: str, *, visiting: bool = False) -> None:
        self._lanes = lanes
        self.client, self.visiting = client, visiting
        self.long = False
        self.waiting = False

    def move(self) -> bool:
        """Leave the short lane; return whether there is room in the long one.

        Where there is none, the query waits, and its turn shows in `turn`.

        Raises:
            StoppedError: too many wait already.
        """
        return self._lanes.move(self)

    def turn(self) -> bool:
        """Tell whether a query that waits has got room in the long lane."""
        return self._lanes.turn(self)

    def leave(self) -> None:
        """Give the place back; a second call does nothing."""
        self._lanes.leave(self)


class Lanes:
    """The places for queries in this process.

    Args:
        short: how many may be in the short lane.
        long: how many in the long one.
        waiting: how many may wait for either.
        each: how many one client may have in any of these; None for any number.
    """

    def __init__(self, short: int, long: int, waiting: int, each: int | None = None) -> None:
        self._free_short, self._free_long = short, long
        self._most_waiting = waiting
        self._each = each
        self._clients: Counter[str] = Counter()
        self._entering = 0
        self._line: deque[Ticket] = deque()
        self._inside: set[Ticket] = set()
        self._changed = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many queries wait."""
        return self._entering + len(self._line)

    @property
    def running(self) -> int:
        """How many queries run."""
        return len(self._inside) - len(self._line)

    def enter(self, deadline: float, client: str = "") -> Ticket:
        """Take a place in the short lane, waiting for one if need be.

        Args:
            deadline: when to give up, by the monotonic clock.
            client: who asks; an empty string is not counted.

        Raises:
            StoppedError: too many wait already, or it took too long, or the client has as many
                as it may.
        """
        with self._changed:
            self._admit(client)
            try:
                self._take_short(deadline)
            except BaseException:
                self._dismiss(client)
                raise
            ticket = Ticket(self, client)
            self._inside.add(ticket)
            return ticket

    def visit(self) -> Ticket:
        """Let a query in that runs already, beside those in the short lane."""
        with self._changed:
            ticket = Ticket(self, "", visiting=True)
            self._inside.add(ticket)
            return ticket

    def _admit(self, client: str) -> None:
        if self._each is None or not client:
            return
        if self._clients[client] >= self._each:
            raise StoppedError(
                Cause.CROWD,
                f"{self._each} queries of this client are at work, and it may have no more at once",
                "wait for their answers before asking again",
            )
        self._clients[client] += 1

    def _dismiss(self, client: str) -> None:
        if self._each is not None and client:
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]

    def _take_short(self, deadline: float) -> None:
        if self._free_short <= 0:
            if self.waiting >= self._most_waiting:
                raise _full()
            self._entering += 1
            try:
                while self._free_short <= 0:
                    left = deadline - time.monotonic()
                    if left <= 0 or not self._changed.wait(left):
                        raise _full()
            finally:
                self._entering -= 1
        self._free_short -= 1

    def move(self, ticket: Ticket) -> bool:
        """See `Ticket.move`."""
        with self._changed:
            if not self._line and self._free_long > 0:
                self._free_long -= 1
                ticket.long = True
            elif self.waiting >= self._most_waiting:
                raise _full()
            else:
                ticket.waiting = True
                self._line.append(ticket)
            self._leave_short(ticket)
            return ticket.long

    def turn(self, ticket: Ticket) -> bool:
        """See `Ticket.turn`."""
        return ticket.long

    def leave(self, ticket: Ticket) -> None:
        """See `Ticket.leave`."""
        with self._changed:
            if ticket not in self._inside:
                return
            self._inside.remove(ticket)
            self._dismiss(ticket.client)
            if ticket.waiting:
                self._line.remove(ticket)
            elif ticket.long:
                if self._line:
                    following = self._line.popleft()
                    following.waiting, following.long = False, True
                else:
                    self._free_long += 1
            else:
                self._leave_short(ticket)

    def _leave_short(self, ticket: Ticket) -> None:
        if not ticket.visiting:
            self._free_short += 1
            self._changed.notify()


def _full() -> StoppedError:
    return StoppedError(
        Cause.BUSY,
        "too many queries are running and waiting",
        "try again in a moment, with fewer at once",
    )
