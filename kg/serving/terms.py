"""Requests that workers answer on connections that they were lent: which, and how they are read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from kg.endpoint.reading import Query, read
from kg.errors import KgError

PATH = "/sparql"
"""Where such queries go."""

_BEGINS = f"GET {PATH}?".encode()
_ENDS = b" HTTP/1.1\r\n"
_TARGET = re.compile(rb"[!-~]+")  # no blank, and nothing that ends a line
_LONGEST_TARGET = 7000  # bytes; the serving process says from where on they are too many


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

    @property
    def ends(self) -> bytes:
        """How each request ends: all of it behind the target."""
        return _ENDS + self.head + b"\r\n\r\n"


def query_in(request: bytes, ends: bytes) -> Query | None:
    """Return the query of a request, where it is one of those that are answered in a worker.

    Args:
        request: what came.
        ends: how it must end, as `Terms.ends` says.
    """
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
    """Return the text of the query in a request that was answered there; empty where none is."""
    query = _read(request.partition(_ENDS)[0].removeprefix(_BEGINS))
    return "" if query is None else query.text
