"""A worker: one query after the other, over a read-only store, in a process of its own."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.endpoint.engine import DatasetClause, Question, check_size, prepare, run
from kg.endpoint.workers.confine import confine
from kg.endpoint.workers.errors import packed
from kg.endpoint.workers.frames import PIECE, Kind, Orders, frame, head
from kg.endpoint.workers.page import Page
from kg.endpoint.workers.rows import Counter, too_many
from kg.errors import KgError, StoreError
from kg.store import Store


@dataclass(frozen=True)
class Limits:
    """What a worker is told of the limits.

    Args:
        memory: bytes that a query may use.
        query_bytes: longest query, in bytes of UTF-8.
        rows: most rows or triples of a result; None for any number.
    """

    memory: int
    query_bytes: int
    rows: int | None


Borrow = Callable[[Store, Orders, bytes], None]
"""Serves a connection that was lent, by the terms of a frame `Kind.LEND`."""


def work(
    connection: socket.socket,
    path: Path,
    limits: Limits,
    page: Page,
    borrow: Borrow | None = None,
) -> None:
    """Answer what comes over a socket until it is closed.

    Args:
        connection: the socket.
        path: the folder of the store.
        limits: the limits.
        page: where it is written what no query is to blame for.
        borrow: what is done with connections that are lent; None takes none.
    """
    with page.aside():
        missing = confine(path, limits.memory)
    store: Store | None = None
    revision = None
    try:
        store = Store.open(path, create=False, opening=page.aside)
        revision = _opened(store)
    except StoreError:
        pass  # whoever asks will be told
    _ready(connection, revision, missing)
    orders = Orders(connection)
    while (asked := orders.next()) is not None:
        kind, payload = asked
        try:
            if store is None:
                store = Store.open(path, create=False, opening=page.aside)
            if kind is Kind.RENEW:
                _ready(connection, _opened(store), missing)
            elif kind is Kind.LEND and borrow is not None:
                borrow(store, orders, payload)
            elif kind is Kind.ASK:
                _answer(connection, store, payload, limits)
        except KgError as error:
            connection.sendall(frame(Kind.ERROR, packed(error)))


def _opened(store: Store) -> int:
    """Open the current revision, and return its number."""
    with store.snapshot() as snapshot:
        return snapshot.revision


def _ready(connection: socket.socket, revision: int | None, missing: list[str]) -> None:
    told = {"revision": revision, "missing": missing}
    connection.sendall(frame(Kind.READY, json.dumps(told).encode()))


def _answer(connection: socket.socket, store: Store, payload: bytes, limits: Limits) -> None:
    asked = json.loads(payload)
    question = Question(
        asked["text"],
        DatasetClause(tuple(asked["default"]), tuple(asked["named_graphs"])),
        asked["accept"],
        asked["format"],
        asked["base"],
        asked["union"],
    )
    check_size(question.text, limits.query_bytes)
    looked, choice = prepare(question)
    with store.snapshot() as snapshot:
        head = begins(snapshot.revision, looked.form, choice.format.suffix, choice.media_type)
        counter = Counter(choice.format, looked.form)
        out = Out(connection, head, counter, limits.rows)
        run(snapshot.ox, looked, question, choice.format, out, limits.rows)
    out.end()


@lru_cache(64)
def begins(revision: int, form: str, suffix: str, media_type: str) -> bytes:
    """Return the frame with which a result begins."""
    told = {"revision": revision, "form": form, "format": suffix, "media_type": media_type}
    return frame(Kind.HEAD, json.dumps(told).encode())


@lru_cache(64)
def _ends(rows: int | None) -> bytes:
    return frame(Kind.END, json.dumps({"rows": rows}).encode())


class Out:
    """Where the engine writes a result: it goes out in large frames, or all in one.

    Args:
        connection: where to.
        begins: what goes before its first bytes.
        counter: counts its rows.
        most: most rows; None for any number.
    """

    def __init__(
        self, connection: socket.socket, begins: bytes, counter: Counter, most: int | None
    ) -> None:
        self._connection, self._counter, self._most = connection, counter, most
        self._before = begins
        self.has_sent = False
        self.rows: int | None = None
        self._waiting: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._waiting.append(bytes(data))
        self._size += len(data)
        if self._size >= PIECE:
            self._send(b"")
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is small goes out with the end."""

    def end(self) -> None:
        """Send the rest, and that it is all."""
        self.rows = self._count(b"".join(self._waiting), last=True)
        self._send(_ends(self.rows), counted=True)

    def fail(self, error: KgError) -> None:
        """Send that the rest does not come, and why."""
        self._connection.sendall(frame(Kind.ERROR, packed(error)))

    def kept(self) -> bytes | None:
        """End with nothing sent: return the whole result. None where some of it is, and end that.

        Raises:
            TooLargeError: it has too many rows.
        """
        if self.has_sent:
            self.end()
            return None
        whole = b"".join(self._waiting)
        self.rows = self._count(whole, last=True)
        return whole

    def _count(self, data: bytes, *, last: bool = False) -> int | None:
        rows = self._counter.add(data, last=last)
        if self._most is not None and rows is not None and rows > self._most:
            raise too_many(self._most)
        return rows

    def _send(self, after: bytes, *, counted: bool = False) -> None:
        data = b"".join(self._waiting)
        if not counted:
            self._count(data)
        self._connection.sendall(b"".join((self._before, head(Kind.DATA, len(data)), data, after)))
        self._before, self._size, self.has_sent = b"", 0, True
        self._waiting.clear()
