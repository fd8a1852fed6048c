"""Clients' connections in a worker: queries are read, answered and sent where they run.

The serving process lends a worker the connections of clients that ask one small query after the
other, which saves each of them the way through two processes. What is done here is the least: a
request is answered only where its headers are to the byte those that the serving process has
parsed before; anything else is given back unread, and so is whatever takes a client's patience.
"""

from __future__ import annotations

import select
import socket
import time
from dataclasses import dataclass

from kg.endpoint.workers.frames import Kind, Orders, frame, given_back, left
from kg.endpoint.workers.page import KEPT, LONGEST, Page
from kg.endpoint.workers.process import Limits
from kg.monitoring.notes import query_hash
from kg.serving.brief import brief, whole
from kg.serving.direct import answered
from kg.serving.here import Here, LeftError
from kg.serving.terms import Terms, query_in
from kg.store import Store

_LONGEST = min(8192, LONGEST)  # bytes of a request; a larger buffer costs more to get
_SOON = 20  # milliseconds after which the serving process is told of what was answered
_IDLE = 1.0  # seconds without a request after which the connection is given back
_WHILE = 0.004  # seconds for a query after which connections may have been withdrawn
_ROUND = 0.25  # seconds between two looks at all connections
_TOLD = KEPT // 4  # answers after which it is told at the latest


@dataclass
class _Guest:
    """A connection that is here.

    Args:
        slot: its number.
        client: the connection.
        terms: what the requests on it have in common.
        asked: when the last one came, by the monotonic clock.
    """

    slot: int
    client: socket.socket
    terms: Terms
    asked: float

    def __post_init__(self) -> None:
        """Make what all its requests need."""
        self.ends = self.terms.ends
        self.environ = {
            "REQUEST_METHOD": "GET",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_ACCEPT": self.terms.accept,
            "HTTP_ACCEPT_ENCODING": self.terms.coding,
        }


class Lent:
    """Serves connections, a request at a time; a `kg.endpoint.workers.process.Borrow`.

    Args:
        connection: the socket to the serving process.
        line: the socket over which connections come.
        page: what the serving process sees of the work.
        limits: the limits.
    """

    def __init__(
        self, connection: socket.socket, line: socket.socket, page: Page, limits: Limits
    ) -> None:
        self._connection, self._line, self._page, self._limits = connection, line, page, limits
        self._guests: dict[int, _Guest] = {}  # by descriptor
        self._untold = 0
        self._looked = 0.0

    def __call__(self, store: Store, orders: Orders, payload: bytes) -> None:
        """Serve a connection, and those that come meanwhile, until all were given back."""
        self._poll = select.poll()
        self._poll.register(self._connection, select.POLLIN)
        self._take(payload)
        try:
            while self._guests:
                self._turn(store, orders)
        except LeftError:
            self._forget_all()  # they were given back before the result

    def _turn(self, store: Store, orders: Orders) -> None:
        """Wait for what comes next, and do it."""
        ready = self._poll.poll(_SOON)
        if not ready and self._untold:
            self._tell()
        if not ready or time.monotonic() - self._looked > _ROUND:
            self._look_round()
        for descriptor, _ in ready:
            if descriptor == self._connection.fileno():
                self._obey(orders)
            elif guest := self._guests.get(descriptor):
                self._serve(store, guest)

    def _obey(self, orders: Orders) -> None:
        order = orders.next()
        if order is not None and order[0] is Kind.LEND:
            self._take(order[1])
        else:  # they are wanted back, or the serving process is gone
            self._give_back(*self._guests.values())

    def _take(self, payload: bytes) -> None:
        _, descriptors, _, _ = socket.recv_fds(self._line, 1, 1)
        client = socket.socket(fileno=descriptors[0])
        guest = _Guest(payload[0], client, Terms.unpacked(payload[1:]), time.monotonic())
        self._guests[descriptors[0]] = guest
        self._poll.register(client, select.POLLIN)

    def _look_round(self) -> None:
        """Give those back that were withdrawn, or from which nothing comes."""
        self._looked = time.monotonic()
        idle = self._looked - _IDLE
        for guest in list(self._guests.values()):
            if guest.asked < idle or self._page.is_withdrawn(guest.slot):
                self._give_back(guest)

    def _serve(self, store: Store, guest: _Guest) -> None:
        """Answer a request, if one has come and is of the kind that is answered here."""
        page = self._page
        if not page.reading(guest.slot):
            page.waiting()
            self._give_back(guest)
            return
        try:
            request = guest.client.recv(_LONGEST, socket.MSG_DONTWAIT)
        except BlockingIOError:
            page.waiting()
            return
        except OSError:
            self._give_back(guest, ended=True)
            return
        guest.asked = began = time.monotonic()
        query = query_in(request, guest.ends)
        if query is None:
            self._give_back(guest, ended=not request, ahead=request)
            return
        page.working(request, began)
        engine = Here(store, self._connection, self._limits, lambda: self._left(guest, request))
        reply = brief(store, engine, query, guest.terms.accept, union=guest.terms.union)
        if reply is None:
            plain = answered(store, engine, query, guest.environ, union=guest.terms.union)
            reply = whole(plain)
        unsent = self._send(guest.client, reply.data)
        seconds = time.monotonic() - began
        if unsent is None:
            self._give_back(guest, ended=True)
        else:
            self._untold = page.served(
                reply.status,
                reply.size,
                seconds,
                engine.rows,
                engine.revision,
                query_hash(query.text),
            )
            slow = guest.terms.slow
            is_slow = slow is not None and seconds >= slow
            if is_slow or self._untold >= _TOLD:
                self._tell(request if is_slow else b"")
            if unsent:
                self._give_back(guest, unsent=unsent)
            if page.is_full:  # note must be taken before anything else
                self._give_back(*self._guests.values())
        if seconds > _WHILE:
            self._look_round()

    def _give_back(
        self, *guests: _Guest, ended: bool = False, ahead: bytes = b"", unsent: bytes = b""
    ) -> None:
        """Give connections back; nothing of what comes over them is read any more."""
        for guest in guests:
            self._poll.unregister(guest.client)
            del self._guests[guest.client.fileno()]
            guest.client.close()
        self._page.told()
        self._untold = 0
        self._page.waiting()
        self._connection.sendall(
            b"".join(
                given_back(guest.slot, ended=ended, ahead=ahead, unsent=unsent) for guest in guests
            )
        )

    def _left(self, guest: _Guest, request: bytes) -> bytes:
        """Return what goes before a result that is too large to be sent from here.

        The serving process takes it from there, so this process does nothing else meanwhile.
        """
        others = [
            given_back(other.slot, ended=False)
            for other in self._guests.values()
            if other is not guest
        ]
        return b"".join((*others, left(guest.slot, request)))

    def _forget_all(self) -> None:
        for guest in self._guests.values():
            guest.client.close()
        self._guests.clear()
        self._page.told()
        self._untold = 0
        self._page.waiting()

    def _send(self, client: socket.socket, reply: bytes) -> bytes | None:
        """Send an answer; return what the client does not take now, or None where it is gone."""
        self._page.sending()
        try:
            sent = client.send(reply, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            return None
        return reply[sent:]

    def _tell(self, request: bytes = b"") -> None:
        """Have the serving process take note of what was answered."""
        self._connection.sendall(frame(Kind.SERVED, request))
        self._page.told()
        self._untold = 0
