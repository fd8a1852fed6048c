"""Clients' connections that workers have for a while: who gets one, and where it goes.

A client that asks one small query after the other over one connection is answered several times
as often when its connection is with the process in which its queries run. Connections of one
address share a few workers, one for every four and never more than there are processors: with one
for each, a query costs half as much again, since none finds its program and data in the caches.
Those of different addresses never share one, as a worker that was taken over would see all that
comes there. Time, memory and turn of each query are watched as everywhere (see
`kg.serving.loan`); who is stopped is told so in the worker's place.
"""

from __future__ import annotations

import socket
import threading
from functools import lru_cache
from typing import Protocol

from kg.cores import cores
from kg.endpoint.workers.pool import Pool
from kg.serving.answers import Noted
from kg.serving.guests import Guest, Returned
from kg.serving.loan import Loan
from kg.serving.terms import Terms

QUICK = 3
"""Queries in a row, each answered in a moment, after which a connection is lent."""
QUICK_AFTER_SLOW = 20
"""How many more, where others had to make way for one of its queries."""

MOST = 16
"""Connections that are lent at a time: each takes a thread, and others need some too."""

_EACH = 4  # connections of one address before another worker is taken for it
_SHARED = max(2, cores())  # workers for one address
_LONGEST_HEAD = 4096  # bytes
# A worker sees what comes over the connection. So nothing secret may come, nobody else's requests
# (as over a proxy's connection), no bodies, and nothing that asks for more than the answer.
_HEADERS = frozenset(
    ("host", "accept", "accept-encoding", "accept-language", "accept-charset", "user-agent",
     "origin", "referer", "cache-control", "pragma", "dnt", "priority",
     "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user",
     "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform")
)  # fmt: skip
_ONCE = ("accept", "accept-encoding")


class Owner(Protocol):
    """The server, as it is seen here."""

    @property
    def alive(self) -> bool:
        """Whether it takes new requests."""


class Lending:
    """Lends connections to the workers of a pool.

    Args:
        pool: the workers.
        owner: the server.
        noted: takes note of the requests that workers answered.
        slow: seconds from which the text of a query is noted; None for never.
    """

    def __init__(self, pool: Pool, owner: Owner, noted: Noted, slow: float | None) -> None:
        self._pool, self._owner, self._noted, self._slow = pool, owner, noted, slow
        settings = pool.settings
        # Who counts each client's queries must see each of them come.
        self._offered = settings.client_queries is None and settings.proxies == 0
        self._loans: list[Loan] = []
        self._lock = threading.Lock()

    def terms(self, head: bytes, headers: list[tuple[str, str]]) -> Terms | None:
        """Return the terms on which a connection is lent, or None where it is not.

        Args:
            head: the headers of its requests, as they came.
            headers: the same, parsed.
        """
        if not self._offered:
            return None
        union = not self._pool.settings.strict_dataset
        return _terms(head, tuple(headers), union, self._slow)

    def lend(self, connection: socket.socket, address: str, terms: Terms) -> Returned | None:
        """Lend a connection, and wait until it comes back.

        Args:
            connection: the connection.
            address: who is at its other end.
            terms: what the requests on it have in common.

        Returns:
            None where no worker can be had.
        """
        guest = Guest(connection, address, terms.packed())
        with self._lock:
            is_lent = sum(map(len, self._loans)) < MOST and self._place(guest)
        return guest.wait() if is_lent else None

    def _place(self, guest: Guest) -> bool:
        """Lend a connection to a worker of its own, or to one of its address that has fewest."""
        known = sorted((one for one in self._loans if one.address == guest.address), key=len)
        if any(loan.admit(guest) for loan in known if len(loan) < _EACH):
            return True
        while len(known) < _SHARED and (worker := self._pool.spare()) is not None:
            loan = Loan(
                self._pool,
                worker,
                guest.address,
                self._noted,
                self._slow,
                lambda: not self._owner.alive,
            )
            if loan.admit(guest):
                self._loans.append(loan)
                threading.Thread(target=self._watch, args=(loan,), name="loan", daemon=True).start()
                return True
            self._pool.give(worker, reusable=False)  # it ended while it was idle
        return any(loan.admit(guest) for loan in known)

    def _watch(self, loan: Loan) -> None:
        try:
            loan.watch()
        finally:
            with self._lock:
                self._loans.remove(loan)


@lru_cache(256)
def _terms(
    head: bytes, headers: tuple[tuple[str, str], ...], union: bool, slow: float | None
) -> Terms | None:
    given: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if lower == "connection" and value.strip().lower() == "keep-alive":
            continue
        if lower not in _HEADERS or (lower in given and lower in _ONCE):
            return None
        given[lower] = value
    if len(head) > _LONGEST_HEAD:
        return None
    return Terms(head, given.get("accept"), given.get("accept-encoding"), union, slow)
