"""A client's connection in a worker: queries are read, answered and sent where they run.

The serving process lends a worker the connection of a client that asks one small query after the
other, which saves each of them the way through two processes. What is done here is the least: a
request is answered only where its headers are to the byte those that the serving process has
parsed before; anything else is given back unread, and so is whatever takes a client's patience.
"""

from __future__ import annotations

import json
import re
import select
import socket
import time
from dataclasses import dataclass

from kg.endpoint.engine import Question, check_size, prepare, run
from kg.endpoint.execute import Answer
from kg.endpoint.plain import Plain
from kg.endpoint.reading import Query, read
from kg.endpoint.workers.frames import Kind, Orders, frame, given_back
from kg.endpoint.workers.page import KEPT, LONGEST, Page
from kg.endpoint.workers.process import Limits, Out, begins
from kg.endpoint.workers.rows import Counter
from kg.errors import KgError
from kg.monitoring.notes import query_hash
from kg.serving.direct import PHRASES, answered
from kg.serving.exchange import begins as first_lines
from kg.serving.exchange import in_one
from kg.store import Store

PATH = "/sparql"
"""Where such queries go."""

_BEGINS = f"GET {PATH}?".encode()
_ENDS = b" HTTP/1.1\r\n"
_TARGET = re.compile(rb"[!-~]+")  # no blank, and nothing that ends a line
_LONGEST_TARGET = 7000  # bytes; the serving process says from where on they are too many
_LONGEST = min(8192, LONGEST)  # bytes of a request; a larger buffer costs more to get
_SOON = 20  # milliseconds after which the serving process is told of what was answered
_IDLE = 1.0  # seconds without a request after which the connection is given back
_TOLD = KEPT // 4  # answers after which it is told at the latest


class _LeftError(BaseException):
    """The result was too large, and went to the serving process: nothing is to be sent here."""


@dataclass(frozen=True)
class Terms:
    """What the requests on a connection have in common.

    Args:
        head: their headers, as they came, without the line that ends them.
        accept: Accept.
        coding: Accept-Encoding.
        union: whether the default graph is the union of all graphs.
        slow: seconds from which the serving process wants to know the request; None for never.
    """

    head: bytes
    accept: str | None
    coding: str | None
    union: bool
    slow: float | None

    def packed(self) -> bytes:
        """Return them as bytes."""
        return json.dumps({**vars(self), "head": self.head.decode("latin-1")}).encode()

    @staticmethod
    def unpacked(data: bytes) -> Terms:
        """Return them from bytes."""
        told = json.loads(data)
        return Terms(**{**told, "head": told["head"].encode("latin-1")})


class Lent:
    """Serves connections, one at a time; a `kg.endpoint.workers.process.Borrow`.

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

    def __call__(self, store: Store, orders: Orders, payload: bytes) -> None:
        """Serve a connection until it is wanted back, or is better served there."""
        _, descriptors, _, _ = socket.recv_fds(self._line, 1, 1)
        with socket.socket(fileno=descriptors[0]) as client:
            try:
                back = self._serve(store, orders, Terms.unpacked(payload), client)
            except _LeftError:
                back = b""  # it went before the result
        self._page.told()
        self._page.waiting()
        self._connection.sendall(back)

    def _serve(self, store: Store, orders: Orders, terms: Terms, client: socket.socket) -> bytes:
        page, ends = self._page, _ENDS + terms.head + b"\r\n\r\n"
        environ = {
            "REQUEST_METHOD": "GET",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_ACCEPT": terms.accept,
            "HTTP_ACCEPT_ENCODING": terms.coding,
        }
        poll = select.poll()
        poll.register(client, select.POLLIN)
        poll.register(self._connection, select.POLLIN)
        asked_last = time.monotonic()
        untold = 0
        while True:
            ready = poll.poll(_SOON)
            if not ready:
                if untold:
                    self._tell()
                    untold = 0
                elif time.monotonic() - asked_last > _IDLE:
                    return given_back(ended=False)
                continue
            if any(descriptor == self._connection.fileno() for descriptor, _ in ready):
                orders.next()  # it is wanted back, or the serving process is gone
                return given_back(ended=False)
            page.reading()
            try:
                request = client.recv(_LONGEST, socket.MSG_DONTWAIT)
            except BlockingIOError:
                page.waiting()
                continue
            except OSError:
                return given_back(ended=True)
            asked_last = time.monotonic()
            query = _query(request, ends)
            if query is None:
                return given_back(ended=not request, ahead=request)
            page.working(request, asked_last)
            engine = _Here(store, self._connection, self._limits, request)
            plain = answered(store, engine, query, environ, union=terms.union)
            unsent, size = self._send(client, plain)
            if unsent is None:
                return given_back(ended=True)
            seconds = time.monotonic() - asked_last
            untold = page.served(
                plain.status, size, seconds, engine.rows, engine.revision, query_hash(query.text)
            )
            is_slow = terms.slow is not None and seconds >= terms.slow
            if is_slow or untold >= _TOLD:
                self._tell(request if is_slow else b"")
                untold = 0
            if unsent or page.is_full:  # then note is taken before anything else
                return given_back(ended=False, unsent=unsent)

    def _send(self, client: socket.socket, plain: Plain) -> tuple[bytes | None, int]:
        """Send an answer; return what the client does not take now, and the size of the body.

        What is returned is None where the client is gone.
        """
        body = b"".join(plain.body)
        plain.close()
        headers = plain.headers
        if "Content-Length" not in headers:
            headers["Content-Length"] = str(len(body))
        first = first_lines((1, 1), PHRASES[plain.status], "keep-alive")
        whole = in_one(first, headers.items(), body)
        self._page.sending()
        try:
            sent = client.send(whole, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            return None, len(body)
        return whole[sent:], len(body)

    def _tell(self, request: bytes = b"") -> None:
        self._connection.sendall(frame(Kind.SERVED, request))
        self._page.told()


def _query(request: bytes, ends: bytes) -> Query | None:
    """Return the query of a request, where it is one of those that are answered here."""
    if not (request.startswith(_BEGINS) and request.endswith(ends)):
        return None
    if len(request) - len(ends) > _LONGEST_TARGET:
        return None
    parameters = request[len(_BEGINS) : -len(ends)]
    # With no other end of a line in it, this is the whole of one request.
    if _TARGET.fullmatch(parameters) is None or b"#" in parameters:
        return None
    return _read(parameters)  # what is wrong with others, the serving process says


def _read(parameters: bytes) -> Query | None:
    try:
        asked = read("GET", parameters, None, lambda: b"")
    except KgError:
        return None
    return asked if isinstance(asked, Query) else None


def asked_in(request: bytes) -> str:
    """Return the text of the query in a request that was answered here; empty where none is."""
    query = _read(request.partition(_ENDS)[0].removeprefix(_BEGINS))
    return "" if query is None else query.text


class _Here:
    """An `Engine` that answers a question in this process, unless its result is large.

    Args:
        store: the store.
        connection: where large results go.
        limits: the limits.
        request: the bytes of the request.
    """

    def __init__(
        self, store: Store, connection: socket.socket, limits: Limits, request: bytes
    ) -> None:
        self.rows: int | None = None
        self.revision: int | None = None
        self._store, self._connection = store, connection
        self._limits, self._request = limits, request

    def ask(self, question: Question) -> Answer:
        """Answer a question from the current revision."""
        check_size(question.text, self._limits.query_bytes)
        looked, choice = prepare(question)
        most = self._limits.rows
        with self._store.snapshot() as snapshot:
            revision = self.revision = snapshot.revision
            head = begins(revision, looked.form, choice.format.suffix, choice.media_type)
            left = frame(Kind.LEFT, self._request) + head
            out = Out(self._connection, left, Counter(choice.format, looked.form), most)
            try:
                run(snapshot.ox, looked, question, choice.format, out, most)
                whole = out.kept()
            except KgError as error:
                if not out.has_sent:
                    raise
                out.fail(error)
                whole = None
        if whole is None:
            raise _LeftError
        self.rows = out.rows
        return Answer(
            choice.content_type, len(whole), revision, looked.form, choice.format, _Held(whole)
        )


class _Held:
    """A result that is there, read as a `kg.endpoint.spool.Spool` is."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole

    def read(self, start: int) -> bytes:
        """Return the bytes from a place on."""
        return self._whole[start:] if start else self._whole

    def close(self) -> None:
        """Do nothing: it goes with its last user."""
