"""Errors over HTTP: one shape, ``application/problem+json`` (RFC 9457), for every status.

Beside type, title, status and detail a problem may have ``remedy`` (what to do), ``line`` and
``column`` (where in the query), and ``offered`` (which formats there are). It never has a path,
a stack or a secret.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.endpoint.depth import RefusedError
from kg.endpoint.engine import TooLargeError
from kg.endpoint.plain import Plain
from kg.endpoint.workers.errors import Cause, StoppedError
from kg.errors import (
    DiskFullError,
    KgError,
    NotAcceptableError,
    ParameterError,
    QueryError,
    StoreBusyError,
    StoreError,
    UnknownNameError,
)
from kg.store.remote.errors import Fault, RemoteError
from kg.vocabulary import ROOT

if TYPE_CHECKING:
    from flask import Response

_LOG = logging.getLogger("kg.endpoint")
_RETRY = {"Retry-After": "2"}


class ProblemError(KgError):
    """An error that knows its HTTP status.

    Args:
        status: HTTP status.
        name: last part of its type IRI.
        title: the kind of problem, the same each time.
        detail: what is wrong this time.
        remedy: what to do.
        headers: further headers of the response.
        members: further members of the body.
    """

    def __init__(
        self,
        status: int,
        name: str,
        title: str,
        detail: str,
        remedy: str = "",
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{detail}; {remedy}" if remedy else detail)
        self.status, self.name, self.title = status, name, title
        self.detail, self.remedy = detail, remedy
        self.headers = dict(headers or {})
        self.members = dict(members or {})

    def plain(self) -> Plain:
        """Return the answer that tells a client."""
        body: dict[str, object] = {
            "type": f"{ROOT}problem/{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.remedy:
            body["remedy"] = self.remedy
        body.update(self.members)
        text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
        data = text.encode("utf-8", "replace")
        headers = {
            "Content-Type": "application/problem+json",
            "Content-Length": str(len(data)),
            "Cache-Control": "no-store",
            **self.headers,
        }
        return Plain(self.status, headers, [data])

    def response(self) -> Response:
        """Return the answer that tells a client, for Flask."""
        return self.plain().response()


def nothing(detail: str, remedy: str, members: Mapping[str, object] | None = None) -> ProblemError:
    """Return the problem that what was asked for is not there, and what to do."""
    return ProblemError(404, "not-found", "There is nothing here", detail, remedy, members=members)


def problem_of(error: KgError) -> ProblemError:
    """Return an error of the package as a problem with the status that fits it."""
    match error:
        case ProblemError():
            return error
        case StoppedError():
            return _stopped(error)
        case TooLargeError():
            return ProblemError(413, "too-large", "It is too large", error.message, error.remedy)
        case RefusedError():
            return ProblemError(
                400, "query-refused", "The query is not run", error.message, error.remedy,
                members=_where(error),
            )  # fmt: skip
        case QueryError():
            return ProblemError(
                400, "query-syntax", "The query cannot be read", error.message, error.remedy,
                members=_where(error),
            )  # fmt: skip
        case NotAcceptableError():
            return ProblemError(
                406, "not-acceptable", "No format fits",
                f"this cannot be answered as {error.asked!r}",
                "ask for one of the formats offered, with Accept or format=",
                {"Vary": "Accept"}, {"offered": list(error.offered)},
            )  # fmt: skip
        case ParameterError():
            return ProblemError(
                400, "parameter", "A parameter does not fit",
                f"parameter {error.name}: {error.message}", error.remedy,
                members={"parameter": error.name},
            )  # fmt: skip
        case UnknownNameError():
            nearest = {"nearest": list(error.nearest)} if error.nearest else {}
            return nothing(f"no {error.kind} {error.name!r}", _instead(error), nearest)
        case StoreBusyError():
            return ProblemError(
                503, "busy", "Somebody else is writing",
                "another process is writing to the store", "try again in a moment", _RETRY,
            )  # fmt: skip
        case DiskFullError():
            _LOG.error("%s", error)
            return ProblemError(
                507, "disk-full", "The disk is full",
                "there is no room on the server's disk for this; nothing was acknowledged",
                "try again when there is room", {"Retry-After": "60"},
            )  # fmt: skip
        case RemoteError():
            return _remote(error)
        case StoreError():
            # Its message has the folder's path, which is for the log alone.
            _LOG.error("%s", error)
            return ProblemError(
                503, "store", "The store cannot be used",
                "the store cannot be read or written at the moment",
                "the server's log has the reason", _RETRY,
            )  # fmt: skip
        case _:
            return ProblemError(400, "request", "The request does not fit", str(error))


def _remote(error: RemoteError) -> ProblemError:
    """Return the problem with a remote engine; its address and words are for the log alone."""
    _LOG.error("%s", error)
    match error.fault:
        case Fault.SLOW:
            status, detail = 504, "the engine behind this server did not answer in time"
        case Fault.BUSY:
            status, detail = 503, "the engine behind this server cannot answer at the moment"
        case Fault.UNREACHABLE:
            status, detail = 503, "the engine behind this server cannot be reached"
        case Fault.INCOMPLETE:
            status, detail = (
                502,
                (
                    "the engine behind this server ends results at a limit of its own, "
                    "so that this one may not be whole"
                ),
            )
        case Fault.LARGE:
            return ProblemError(
                413, "too-large", "It is too large",
                "the result is larger than this server takes", "ask for less: add a LIMIT",
            )  # fmt: skip
        case _:
            status, detail = 502, "the engine behind this server gave no answer that can be used"
    remedy = "ask with a LIMIT" if error.fault is Fault.INCOMPLETE else "try again in a moment"
    return ProblemError(
        status, f"engine-{error.fault.value}", "The engine behind this server failed", detail,
        remedy, _RETRY if status == 503 else {},
    )  # fmt: skip


def _stopped(error: StoppedError) -> ProblemError:
    status, name, title = _STOPPED[error.cause]
    headers = _RETRY if status in (429, 503) else {}
    return ProblemError(status, name, title, error.message, error.remedy, headers)


_STOPPED = {
    Cause.TIME: (504, "query-time", "The query took too long"),
    Cause.MEMORY: (413, "query-memory", "The query needs too much memory"),
    Cause.CRASH: (500, "query-crash", "The query could not be run"),
    Cause.GONE: (503, "client-gone", "The client went away"),
    Cause.BUSY: (503, "query-busy", "There is no room for this query"),
    Cause.CROWD: (429, "client-queries", "Too many queries of one client at once"),
}


def _instead(error: UnknownNameError) -> str:
    """Return what to ask for instead of a name that is not there."""
    if error.nearest:
        return f"did you mean {' or '.join(error.nearest)}?"
    return "the queries are listed at /queries" if error.kind == "query" else error.remedy


def _where(error: QueryError) -> dict[str, object]:
    if error.line is None:
        return {}
    return {"line": error.line, "column": error.column}


def failed() -> ProblemError:
    """Return the problem for an error of the server, which its log has."""
    _LOG.exception("a request failed")
    return of_status(500, "", "")


def of_status(
    status: int, path: str, method: str, headers: Mapping[str, str] | None = None
) -> ProblemError:
    """Return the problem that a status stands for.

    Args:
        status: HTTP status.
        path: what was asked for.
        method: with which method.
        headers: further headers of the response.
    """
    title, detail, remedy = _STATUSES.get(
        status, ("The request failed", "it could not be done", "")
    )
    detail = detail.format(path=path, method=method)
    return ProblemError(status, f"http-{status}", title, detail, remedy, headers)


_STATUSES = {
    400: (
        "The request cannot be read",
        "it is not well-formed HTTP",
        "check its headers and its encoding",
    ),
    404: ("There is nothing here", "there is nothing at {path}", "the ways in are listed at /"),
    405: (
        "This method is not allowed here",
        "{method} does nothing at {path}",
        "the header Allow lists what does",
    ),
    413: (
        "The request is too large",
        "its body is larger than this server takes",
        "send less at once, or load files with 'kg load'",
    ),
    500: ("The server failed", "this is an error of the server", "the server's log has the reason"),
}
