"""One connection's requests and answers, by gunicorn's parser, without doing anything twice.

Programs send the same headers with each request of a connection, and most answers are small. So
the headers of a request are taken over from the one before where not a byte of them differs, and
a small answer is sent in one piece with its head.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.message import Request
from gunicorn.http.parser import RequestParser
from gunicorn.util import http_date, unquote_to_wsgi_str

from kg.endpoint.problems import ProblemError
from kg.serving.headers import DATA

_SMALL = 64 * 1024  # bytes of an answer that is sent with its head
_KNOWN = frozenset((*DATA.items(), ("Vary", "Accept"), ("Cache-Control", "no-cache")))


class Remembered:
    """Gunicorn's settings, each worked out once: a request asks for some thirty.

    Args:
        cfg: the settings, which no longer change.
    """

    def __init__(self, cfg: Any) -> None:
        self._cfg = cfg

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._cfg, name)
        setattr(self, name, value)
        return value


class Head(Request):  # type: ignore[misc] # gunicorn has no types
    """A request; its headers are parsed once for as long as a connection sends the same."""

    body: Any
    remembered = False
    """Whether the connection's memory is of these headers."""

    def parse_headers(self, data: bytes, from_trailer: bool = False) -> list[tuple[str, str]]:
        """Return the headers in a head, or the fields in a trailer."""
        memory: Memory = self.unreader.memory
        if not from_trailer and data == memory.head:
            self.remembered = True
            return memory.headers.copy()
        before = self.scheme
        headers: list[tuple[str, str]] = super().parse_headers(data, from_trailer)
        if not from_trailer:
            memory.forget()
            # Parsing these does more than return them.
            if self.scheme == before and not self._expected_100_continue:
                memory.head, memory.headers = data, headers.copy()
                self.remembered = True
        return headers

    def set_body_reader(self) -> None:
        """Have the body read by one who notices that it breaks off."""
        super().set_body_reader()
        if isinstance(self.body.reader, LengthReader) and self.body.reader.length:
            self.body = Body(_Whole(self.unreader, self.body.reader.length))


class _Whole(LengthReader):  # type: ignore[misc] # gunicorn has no types
    """A body that has as many bytes as its head says, or is none."""

    _lost = 0

    def read(self, size: int) -> bytes:
        wanted = min(size, self.length)
        data: bytes = b"" if self._lost else super().read(size)
        if len(data) < wanted or self._lost:
            self._lost = self._lost or wanted - len(data) + self.length
            # Half an update can be an update, and half a graph a graph.
            raise ProblemError(
                400,
                "request",
                "The request broke off",
                f"its body ended {self._lost:,} bytes before its length",
                "send it again",
            )
        return data


class Parser(RequestParser):  # type: ignore[misc] # gunicorn has no types
    """Takes the requests of a connection from its socket."""

    mesg_class = Head

    def __init__(self, cfg: Any, source: Any, address: Any) -> None:
        super().__init__(cfg, source, address)
        self.unreader.memory = self.memory = Memory()

    def is_read(self) -> bool:
        """Tell whether nothing of the last request's body is left, and then let go of it."""
        body = self.mesg.body
        if body.failed or getattr(body.reader, "length", None) != 0:
            return False
        self.mesg: Any = None
        return True


class Memory:
    """What the last request of a connection had, for the next one."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget it: the next has other headers."""
        self.head: bytes | None = None
        self.headers: list[tuple[str, str]] = []
        self.environ: dict[str, Any] | None = None


class Response(wsgi.Response):  # type: ignore[misc] # gunicorn has no types
    """An answer on its way to the client."""

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        """Take the headers; those that are always the same need no look."""
        unknown = [pair for pair in headers if pair not in _KNOWN]
        super().process_headers(unknown)
        self.headers.extend(pair for pair in headers if pair in _KNOWN)

    def default_headers(self) -> list[str]:
        """Return the headers that the server sets."""
        connection = "close" if self.should_close() else "keep-alive"
        headers = [begins(self.req.version, self.status, connection)]
        if self.chunked:
            headers.append("Transfer-Encoding: chunked\r\n")
        return headers

    def write(self, arg: bytes) -> None:
        """Send bytes; a small answer in one piece with its head."""
        whole = not self.headers_sent and len(arg) == self.response_length and len(arg) <= _SMALL
        if not whole or self._omits_body:
            super().write(arg)
            return
        self.headers_sent: bool = True
        self.sent = len(arg)
        self.sock.sendall(in_one("".join(self.default_headers()), self.headers, arg))


def begins(version: tuple[int, int], status: str, connection: str) -> str:
    """Return the first lines of an answer.

    Args:
        version: that of HTTP.
        status: the status and its phrase.
        connection: what becomes of the connection.
    """
    major, minor = version
    first = f"HTTP/{major}.{minor} {status}\r\nDate: {_date(int(time.time()))}\r\n"
    if version >= (1, 1) and connection == "keep-alive":
        return first  # it is understood (RFC 9112, 9.3)
    return f"{first}Connection: {connection}\r\n"


def in_one(begins: str, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """Return an answer in one piece.

    Args:
        begins: its first lines.
        headers: the other headers.
        body: its body.
    """
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return f"{begins}{lines}\r\n".encode("latin-1") + body


def begin(request: Any, connection: Any, cfg: Any) -> tuple[Response, dict[str, Any]]:
    """Return the answer to write to, and the WSGI environment of a request.

    Args:
        request: the request.
        connection: gunicorn's connection, with a `Parser`.
        cfg: gunicorn's configuration.
    """
    memory: Memory = connection.parser.memory
    if request.remembered and memory.environ is not None:
        major, minor = request.version
        environ = memory.environ | {
            "wsgi.input": request.body,
            "REQUEST_METHOD": request.method,
            "QUERY_STRING": request.query,
            "RAW_URI": request.uri,
            "SERVER_PROTOCOL": f"HTTP/{major}.{minor}",
            "PATH_INFO": unquote_to_wsgi_str(request.path),
        }
        return Response(request, connection.sock, cfg), environ
    response, environ = wsgi.create(
        request, connection.sock, connection.client, connection.server, cfg, Response
    )
    environ["wsgi.multithread"] = True
    environ.pop("wsgi.early_hints")  # it belongs to one answer, and nobody here uses it
    if request.remembered and not environ["SCRIPT_NAME"]:
        memory.environ = environ.copy()
    return response, environ


@lru_cache(2)
def _date(second: int) -> str:
    return str(http_date(second))
