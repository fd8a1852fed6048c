"""Errors of queries in workers: how they travel, and what ends a query from outside."""

from __future__ import annotations

import json
from enum import StrEnum

from kg.endpoint.depth import RefusedError
from kg.endpoint.engine import TooLargeError
from kg.errors import KgError, NotAcceptableError, QueryError, StoreError


class Cause(StrEnum):
    """Why a query was stopped."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"
    GONE = "gone"  # the client went away
    BUSY = "busy"  # there was no room for it
    CROWD = "crowd"  # its client asks too many at once


class StoppedError(QueryError):
    """A query that was not run to its end, for no fault in how it is written.

    Args:
        cause: why.
        message: what happened.
        remedy: what to do.
    """

    def __init__(self, cause: Cause, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.cause = cause


_PLACED: dict[str, type[QueryError]] = {
    kind.__name__: kind for kind in (QueryError, RefusedError, TooLargeError)
}


def packed(error: KgError) -> bytes:
    """Return an error as bytes, for the process that asked."""
    match error:
        case QueryError():
            name = type(error).__name__
            given: list[object] = [error.message, error.remedy, error.line, error.column]
        case NotAcceptableError():
            name, given = "NotAcceptableError", [error.asked, list(error.offered)]
        case StoreError():
            name, given = "StoreError", [error.message, error.remedy]
        case _:
            name, given = "QueryError", [str(error), ""]
    return json.dumps([name, given]).encode()


def unpacked(data: bytes) -> KgError:
    """Return the error that a worker sent."""
    name, given = json.loads(data)
    if name == "NotAcceptableError":
        return NotAcceptableError(*given)
    if name == "StoreError":
        return StoreError(*given)
    return _PLACED.get(name, QueryError)(*given)
