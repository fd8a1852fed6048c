"""Gunicorn's threaded worker: errors in the one shape, and no thread for clients that dawdle.

A thread is given to a request when its head has come whole, which the worker's main loop sees to.
After that `kg.serving.patience` watches the connection while it sends a body or takes an answer.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.http import errors
from gunicorn.util import close_graceful, write_nonblock
from gunicorn.workers.gthread import _DEFER, ThreadWorker

from kg.endpoint.clients import LEFT
from kg.endpoint.workers.handle import MOMENT
from kg.endpoint.workers.pool import Pool
from kg.errors import KgError
from kg.serving.connection import Connection, is_head
from kg.serving.exchange import Remembered, begin
from kg.serving.lending import QUICK, QUICK_AFTER_SLOW, Lending
from kg.serving.patience import Patience
from kg.serving.terms import PATH, Terms
from kg.vocabulary import ROOT

LONGEST_LINE = 8190
"""Longest request line that gunicorn takes when it is limited at all."""

_IN_A_ROW = 50  # requests
_UNREADABLE = "The request cannot be read"
_PROBLEMS: dict[type[Exception], tuple[int, str, str, str]] = {
    errors.LimitRequestLine: (
        414,
        "URI Too Long",
        f"the request line has more than {LONGEST_LINE:,} bytes",
        "send the query by POST",
    ),
    errors.LimitRequestHeaders: (
        431,
        "Request Header Fields Too Large",
        "the headers are too large, or too many",
        "send fewer",
    ),
    errors.UnsupportedTransferCoding: (
        501,
        "Not Implemented",
        "this transfer coding is not known here",
        "send the body as it is, or chunked",
    ),
    errors.ExpectationFailed: (
        417,
        "Expectation Failed",
        "this expectation cannot be met",
        "leave the header Expect away",
    ),
}


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """A worker that answers what it cannot read with ``application/problem+json``."""

    def init_process(self) -> None:
        """Begin to serve, and to watch clients."""
        self._remembered = Remembered(self.cfg)
        self._lending: Lending | None = None
        self._patience = Patience(self.cfg.threads)
        self._patience.start()
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection in; it gets a thread when it has sent something to work on."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                return
            raise
        self.nr_conns += 1
        self._await_head(Connection(self._remembered, client, address, listener.getsockname()))

    def on_pending_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Hand a new connection to a thread when the head of its request is there."""
        if conn.has_head():
            super().on_pending_socket_readable(conn, client)

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Hand a connection that was kept to a thread, or wait for the rest of the head."""
        if conn.has_head():
            super().on_client_socket_readable(conn, client)
            return
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_head(conn)

    def _await_head(self, conn: Any) -> None:
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        callback = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, callback)

    def handle(self, conn: Any) -> Any:
        """Work on requests in a thread."""
        with self._patience.with_client(conn.sock):
            return super().handle(conn)

    def _keepalive_after(self, conn: Any, keepalive: bool) -> Any:
        """Tell what becomes of a connection after a request; work on those that follow at once.

        Who asks one thing after the other goes on in this thread, which saves the way through
        the main loop; not for ever, as others may wait for a thread.
        """
        for _ in range(_IN_A_ROW):
            if not keepalive:
                return False
            if not conn.parser.is_read():
                return self._drained(conn)
            if not self.alive or conn.parser.unreader.buf.getvalue():
                return True
            came = self._lend(conn) if conn.quick >= QUICK else conn.next_bytes()
            if came is None or not is_head(came):
                return True if came is None else _DEFER if came else False
            keepalive = self.handle_request(next(conn.parser), conn)
        return keepalive and self._drained(conn)

    def _lend(self, conn: Any) -> bytes | None:
        """Let a process that runs queries have a connection; return what it did not answer.

        Returns:
            None when there is nothing of that kind, nothing when the client is gone.
        """
        conn.quick = 0
        terms = self._terms(conn)
        lending = self._lending
        if terms is None or lending is None:
            return conn.next_bytes()  # type: ignore[no-any-return]
        returned = lending.lend(conn.sock, conn.client[0], terms)
        if returned is None:
            return conn.next_bytes()  # type: ignore[no-any-return]
        if not returned.open:
            return b""
        if returned.unsent:
            conn.sock.sendall(returned.unsent)
        conn.left = returned.left
        if returned.was_slow:
            conn.quick = -QUICK_AFTER_SLOW
        if not returned.ahead:
            return None
        conn.parser.unreader.unread(returned.ahead)
        return returned.ahead

    def _terms(self, conn: Any) -> Terms | None:
        """Return the terms on which a connection is lent; None where it is not."""
        if self._lending is None:
            extensions = self.wsgi.extensions
            pool = extensions["kg.pool"]
            if not isinstance(pool, Pool):
                return None
            watch = extensions["kg.watch"]
            self._lending = Lending(pool, self, watch.elsewhere, watch.slow)
        memory = conn.parser.memory
        return None if memory.head is None else self._lending.terms(memory.head, memory.headers)

    def _drained(self, conn: Any) -> bool:
        """Read what nobody wanted of a body; tell whether another request may follow it."""
        try:
            return bool(super()._keepalive_after(conn, True))
        except KgError:
            return False  # it broke off

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer a request whose head was read; return whether the connection is kept.

        As gunicorn does it, for what is used of it here: no hooks, no log of its own, no end
        after a number of requests.
        """
        self._patience.reads_body(conn.sock, req.body)
        response, environ = begin(req, conn, self._remembered)
        began = time.monotonic()
        left = environ[LEFT] = conn.left
        conn.left = None
        if not self.alive or len(self.keepalived_conns) >= self.max_keepalived:
            response.force_close()
        body = None
        try:
            body = self.wsgi(environ, response.start_response)
            if isinstance(body, environ["wsgi.file_wrapper"]):
                response.write_file(body)
            else:
                for piece in body:
                    response.write(piece)
            response.close()
        except OSError:
            raise
        except (Exception, SystemExit) as error:
            if response.headers_sent:
                # What was begun cannot become an error: it breaks off.
                self.log.exception("Error handling request")
                close_graceful(conn.sock)
                raise StopIteration from error
            raise
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()
            if left is not None:
                left.close()
        asks_again = req.remembered and req.method == "GET" and environ["PATH_INFO"] == PATH
        conn.quick = conn.quick + 1 if asks_again and time.monotonic() - began < MOMENT else 0
        return not response.should_close()

    def handle_quit(self, sig: int, frame: Any) -> None:
        """End at once, as Ctrl-C asks for; the store keeps whatever was acknowledged.

        Gunicorn's own way stops the pool of threads from inside the signal handler. When that
        interrupts the pool at work, both wait for one lock, for ever.
        """
        sys.stderr.flush()
        os._exit(0)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Tell the client, and close."""
        if not isinstance(exc, errors.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        status, reason, detail, remedy = _PROBLEMS.get(
            type(exc), (400, "Bad Request", "it is not well-formed HTTP", "check its headers")
        )
        problem = {
            "type": f"{ROOT}problem/http-{status}",
            "title": _UNREADABLE,
            "status": status,
            "detail": detail,
            "remedy": remedy,
        }
        body = json.dumps(problem, ensure_ascii=False, indent=2).encode() + b"\n"
        head = (
            f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n"
            "Content-Type: application/problem+json\r\nX-Content-Type-Options: nosniff\r\n"
            f"Access-Control-Allow-Origin: *\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            write_nonblock(client, head.encode("ascii") + body)
        except OSError:
            self.log.debug("the client did not wait to be told")
        address = addr[0] if isinstance(addr, tuple) else str(addr)
        self.wsgi.extensions["kg.watch"].refused(address, status, len(body))
