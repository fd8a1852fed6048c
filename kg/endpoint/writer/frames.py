"""Messages between processes: a header in JSON and a body, each with its length before it."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import StoreError

_LENGTHS = struct.Struct("!IQ")
_LONGEST_HEADER = 64 * 1024 * 1024


@dataclass(frozen=True)
class Frame:
    """One message.

    Args:
        header: what it is about; ``kind`` says what is asked for.
        body: bytes that go with it.
    """

    header: dict[str, Any]
    body: bytes = b""


class FrameError(StoreError):
    """What came over the socket is no message, or is larger than this side takes."""


def send(connection: socket.socket, header: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one message.

    Raises:
        OSError: the other side has gone.
    """
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
    data = text.encode("utf-8", "surrogatepass")
    connection.sendall(_LENGTHS.pack(len(data), len(body)) + data)
    if body:
        connection.sendall(body)


def receive(connection: socket.socket, most: int | None = None) -> Frame | None:
    """Wait for one message.

    Args:
        connection: the socket.
        most: longest body taken, in bytes.

    Returns:
        The message, or None when the other side has gone.

    Raises:
        FrameError: what came is no message, or too large.
        OSError: the connection broke.
    """
    lengths = _exactly(connection, _LENGTHS.size)
    if lengths is None:
        return None
    of_header, of_body = _LENGTHS.unpack(lengths)
    if of_header > _LONGEST_HEADER or (most is not None and of_body > most):
        raise FrameError(f"a message of {of_header + of_body:,} bytes came", "send it in parts")
    data = _exactly(connection, of_header)
    body = _exactly(connection, of_body) if data is not None else None
    if data is None or body is None:
        return None
    try:
        header = json.loads(data.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise FrameError(
            "a message cannot be read", "use the same version on both sides"
        ) from error
    if not isinstance(header, dict):
        raise FrameError("a message has no header", "use the same version on both sides")
    return Frame(header, bytes(body))


def _exactly(connection: socket.socket, length: int) -> bytearray | None:
    data = bytearray(length)
    view, filled = memoryview(data), 0
    while filled < length:
        count = connection.recv_into(view[filled : filled + 1024 * 1024])
        if count == 0:
            return None
        filled += count
    return data
