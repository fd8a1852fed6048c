"""Asking a store's writer: from the server's processes, and from commands beside a server."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from typing import Any

from kg.endpoint.writer.address import Address
from kg.endpoint.writer.failures import as_error
from kg.endpoint.writer.frames import receive, send
from kg.errors import StoreError
from kg.store import Store


class NoWriterError(StoreError):
    """No server keeps a writer for the store."""


class CutOffError(StoreError):
    """The writer ended before it answered."""


class WriterClient:
    """A connection to the writer of a store; one request at a time goes over it.

    Args:
        connection: the socket, which is closed with the client.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    @classmethod
    def connect(
        cls, store: Store, wait: float = 0.0, patience: float | None = None
    ) -> WriterClient:
        """Connect to the writer of a store.

        Args:
            store: the store.
            wait: seconds for which to wait for a writer that is just starting.
            patience: seconds for which to wait for each answer; None for any time.

        Raises:
            NoWriterError: there is none.
        """
        address = Address(store.layout)
        until = time.monotonic() + wait
        while (connection := address.connect()) is None:
            if time.monotonic() >= until:
                raise NoWriterError(
                    f"{store.path}: no server keeps a writer for this store",
                    "start one with 'kg serve'",
                )
            time.sleep(0.02)
        connection.settimeout(patience)
        return cls(connection)

    def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Send a request, whose answer `receive` waits for.

        Raises:
            CutOffError: the writer has gone.
        """
        try:
            send(self._connection, header, body)
        except OSError as error:
            raise _cut_off() from error

    def receive(self) -> dict[str, Any]:
        """Wait for the answer to the oldest request that was sent.

        Raises:
            KgError: what the writer said.
            CutOffError: the writer has gone; the request was done as a whole, or not at all.
        """
        try:
            frame = receive(self._connection)
        except OSError as error:
            raise _cut_off() from error
        if frame is None:
            raise _cut_off()
        if "error" in frame.header:
            raise as_error(frame.header["error"])
        return frame.header

    def ask(self, header: Mapping[str, Any], body: bytes = b"") -> dict[str, Any]:
        """Send a request and wait for its answer.

        Returns:
            The answer; ``revision`` in it is the revision that has the change, which is on the
            disk and is seen by every query from now on.

        Raises:
            KgError: what the writer said.
            CutOffError: the writer has gone; the request was done as a whole, or not at all.
        """
        self.send(header, body)
        return self.receive()

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def __enter__(self) -> WriterClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _cut_off() -> CutOffError:
    return CutOffError(
        "the server's writer ended before it answered",
        "look whether the change was made, and make it again if not",
    )
