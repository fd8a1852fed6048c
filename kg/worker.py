"""Gunicorn's threaded worker, whose errors have the same shape as all others."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from kg.vocabulary import ROOT

LONGEST_LINE = 8190
"""Longest request line that gunicorn takes when it is limited at all."""

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
        self.log.warning("refused a request: %s", reason)
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
