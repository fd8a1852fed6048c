"""Clients that dawdle: how long a thread waits for one that sends or takes too slowly.

A client that sends its request byte by byte, or reads its answer so, holds a thread of the server.
A few may, as long as something moves; when many do, they have to be quicker, or are cut off.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

_LOOK = 0.5  # seconds between two looks at all connections
_PATIENT, _PRESSED = 20.0, 2.0  # seconds for `_LEAST` bytes, when few dawdle and when many do
_LEAST = 64 * 1024
_BYTES = struct.Struct("=QQ")  # acknowledged and received, in the kernel's struct tcp_info
_BYTES_AT = 120


@dataclass
class _Client:
    connection: socket.socket
    body: Any = None
    moved: int = 0  # bytes when it was last seen to make way
    since: float = field(default_factory=time.monotonic)  # when that was


class Patience:
    """Watches the connections that threads work on, and cuts off those that hold them up.

    Args:
        threads: how many threads there are.
    """

    def __init__(self, threads: int) -> None:
        self._many = max(threads // 4, 1)
        self._clients: dict[socket.socket, _Client] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to watch, in a thread that ends with the process."""
        threading.Thread(target=self._watch, name="patience", daemon=True).start()

    @contextmanager
    def with_client(self, connection: socket.socket) -> Iterator[None]:
        """Say that a thread works on a connection."""
        client = _Client(connection)
        with self._lock:
            self._clients[connection] = client
        try:
            yield
        finally:
            with self._lock:
                self._clients.pop(connection, None)

    def reads_body(self, connection: socket.socket, body: Any) -> None:
        """Say that the body of a request is being read (gunicorn's ``Body``)."""
        client = self._clients.get(connection)
        if client is not None:
            client.body = body

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK)
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """Look at every connection once.

        Args:
            now: the time, by the monotonic clock.
        """
        with self._lock:
            clients = list(self._clients.values())
        slow = [client for client in clients if _holds_up(client, now)]
        patience = _PRESSED if len(slow) > self._many else _PATIENT
        for client in slow:
            if now - client.since > patience:
                with self._lock, suppress(OSError):
                    if self._clients.get(client.connection) is client:
                        client.connection.shutdown(socket.SHUT_RDWR)


def _holds_up(client: _Client, now: float) -> bool:
    """Tell whether the server waits for a client; note when it makes way."""
    try:
        taken, sent = _moved(client.connection)
        moved = taken + sent
        if not _sending(client.body) and not _taking(client.connection):
            client.moved, client.since = moved, now
            return False
        if moved - client.moved >= _LEAST:
            client.moved, client.since = moved, now
        return True
    except OSError:
        return False  # it is closed


def _moved(connection: socket.socket) -> tuple[int, int]:
    """Return the bytes that the client has taken and sent since it connected."""
    information = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
    if len(information) < _BYTES_AT + _BYTES.size:
        return 0, 0
    taken, sent = _BYTES.unpack_from(information, _BYTES_AT)
    return taken, sent


def _sending(body: Any) -> bool:
    """Tell whether a part of the body is still to come."""
    reader = getattr(body, "reader", None)
    return bool(getattr(reader, "length", 0) or getattr(reader, "parser", None))


def _taking(connection: socket.socket) -> bool:
    """Tell whether bytes wait for the client to take them."""
    waiting = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(waiting, "little") > 0
