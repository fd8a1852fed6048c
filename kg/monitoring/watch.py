"""Watches requests from outside the application: what they were answered, how long, how much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Flask, request

from kg.monitoring.log import Log
from kg.monitoring.metrics import Metrics
from kg.monitoring.notes import KEY, Notes, notes_of

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def watch(app: Flask, metrics: Metrics, log: Log) -> None:
    """Let an application's requests be counted and written down."""
    seen = app.extensions["kg.watch"] = Watch(app.wsgi_app, metrics, log)
    app.wsgi_app = seen  # type: ignore[method-assign,assignment]
    app.before_request(_note_route)


def _note_route() -> None:
    if request.url_rule is not None:
        notes_of(request.environ).route = request.url_rule.rule


class Watch:
    """A WSGI application around another, which counts requests and writes them down.

    Args:
        application: the other.
        metrics: where they are counted.
        log: where they are written down.
    """

    def __init__(self, application: Wsgi, metrics: Metrics, log: Log) -> None:
        self._application, self._metrics, self._log = application, metrics, log
        self.slow = log.slow

    def refused(self, client: str, status: int, sent: int) -> None:
        """Learn of a request whose head could not be read, and which no application saw.

        Args:
            client: address of the connection.
            status: what it was answered.
            sent: bytes of the answer's body.
        """
        environ = {"REMOTE_ADDR": client, "REQUEST_METHOD": "-", "PATH_INFO": "-"}
        self._ended(environ, Notes(status=status, sent=sent, whole=True))

    def elsewhere(self, client: str, path: str, notes: Notes, seconds: float) -> None:
        """Learn of a request that was answered, and noted, in another process.

        Args:
            client: address of the connection.
            path: what was asked.
            notes: what is known of it.
            seconds: how long it took.
        """
        environ = {"REMOTE_ADDR": client, "REQUEST_METHOD": "GET", "PATH_INFO": path}
        self._metrics.request("GET", notes, seconds)
        self._log.request(environ, notes, seconds)

    def __call__(self, environ: dict[str, Any], start: Any, /) -> Iterable[bytes]:
        """Answer a request by the other application."""
        notes = environ[KEY] = Notes()

        def begin(status: str, *arguments: Any) -> Any:
            notes.status = int(status[:3])
            return start(status, *arguments)

        try:
            body = self._application(environ, begin)
        except BaseException:
            notes.status = 500
            self._ended(environ, notes)
            raise
        return _Body(body, notes, lambda: self._ended(environ, notes))

    def _ended(self, environ: dict[str, Any], notes: Notes) -> None:
        seconds = notes.finish()
        self._metrics.request(environ.get("REQUEST_METHOD", ""), notes, seconds)
        self._log.request(environ, notes, seconds)


class _Body:
    """The body of an answer, whose bytes are counted while they are sent."""

    def __init__(self, body: Iterable[bytes], notes: Notes, ended: Callable[[], None]) -> None:
        self._body, self._notes = body, notes
        self._ended: Callable[[], None] | None = ended

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            self._notes.sent += len(piece)
            yield piece
        self._notes.whole = True

    def close(self) -> None:
        """Free the body; the request has ended."""
        ended, self._ended = self._ended, None
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            if ended is not None:
                ended()
