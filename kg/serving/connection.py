"""A client's connection: what came of it already, and whether a request's head is whole."""

from __future__ import annotations

import socket
import struct
from typing import Any

from gunicorn.workers.gthread import TConn

from kg.endpoint.workers.left import Left
from kg.serving.exchange import Parser

MOST_HEAD = 64 * 1024
"""Bytes of a request's head that are looked at."""

_MOMENT = struct.pack("@ll", 0, 2000)  # two milliseconds, as the kernel's struct timeval
_NO_LIMIT = struct.pack("@ll", 0, 0)


class Connection(TConn):  # type: ignore[misc] # gunicorn has no types
    """A connection, with what is known of it from one request to the next.

    Args:
        cfg: gunicorn's settings.
        client: the socket.
        address: the client's address.
        server: the address that it asked.
    """

    def __init__(self, cfg: Any, client: socket.socket, address: Any, server: Any) -> None:
        super().__init__(cfg, client, address, server)
        self.parser = Parser(cfg, client, address)
        self.quick = 0  # queries answered in a moment, one after the other
        self.left: Left | None = None  # what became of the next request already
        self._wake = 1  # bytes that wake who waits for the socket

    def next_bytes(self) -> bytes | None:
        """Return what comes within a moment, and keep it for the parser.

        Returns:
            None when nothing comes, nothing when the client is gone.
        """
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _MOMENT)
        try:
            came: bytes = self.sock.recv(MOST_HEAD)
        except BlockingIOError:
            return None
        finally:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _NO_LIMIT)
        self.parser.unreader.unread(came)
        return came

    def has_head(self) -> bool:
        """Tell whether a head or the end is there; if not, wake only for more than there is."""
        try:
            seen = self.sock.recv(MOST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True  # whoever reads will find out
        held = self.parser.unreader.buf.getvalue()
        whole = not seen or len(seen) == MOST_HEAD or is_head(held + seen)
        # A connection that goes on sending after the head must wake its reader for each byte.
        wake = 1 if whole else len(seen) + 1
        if wake != self._wake:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, wake)
            self._wake = wake
        return whole


def is_head(seen: bytes) -> bool:
    """Tell whether bytes have the end of a head."""
    return b"\r\n\r\n" in seen or b"\n\n" in seen
