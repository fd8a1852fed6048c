"""What passes between the serving process and a worker: frames on a stream socket.

A frame is a kind (one byte), a length (four bytes, little-endian) and that many bytes.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from enum import IntEnum

PIECE = 256 * 1024
"""How much is read or written at once."""

_HEAD = struct.Struct("<BI")


class Kind(IntEnum):
    """What a frame is; the first four go to a worker, the others come from it."""

    ASK = 1  # a query, as JSON
    RENEW = 2  # open the current revision
    LEND = 8  # a client's connection, which comes by another way: its number (a byte), and JSON
    RECALL = 9  # give all those connections back
    READY = 3  # the worker is there, or has opened it: JSON
    HEAD = 4  # a result begins: JSON
    DATA = 5  # bytes of the result
    END = 6  # the result is whole: JSON
    ERROR = 7  # there is none, or no more of it: JSON
    SERVED = 10  # requests were answered, as the page tells; the bytes of the last, if it was slow
    LEFT = 11  # one of these, whose result follows because it is large: see `left`
    BACK = 12  # a connection is given back: see `given_back`


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    return _HEAD.pack(kind, len(payload)) + payload


def head(kind: Kind, length: int) -> bytes:
    """Return what stands before the payload of a frame."""
    return _HEAD.pack(kind, length)


_BACK = struct.Struct("<B?I")


def given_back(slot: int, *, ended: bool, ahead: bytes = b"", unsent: bytes = b"") -> bytes:
    """Return the frame with which a connection that was lent is given back.

    Args:
        slot: its number.
        ended: whether its client has closed it.
        ahead: what was read from it, and is of a request that was not answered.
        unsent: the rest of an answer, which the client does not take at once.
    """
    return frame(Kind.BACK, _BACK.pack(slot, ended, len(ahead)) + ahead + unsent)


def taken_back(payload: bytes) -> tuple[int, bool, bytes, bytes]:
    """Return what `given_back` was told, from the payload of its frame."""
    slot, ended, length = _BACK.unpack_from(payload)
    rest = payload[_BACK.size :]
    return slot, ended, rest[:length], rest[length:]


def left(slot: int, request: bytes) -> bytes:
    """Return the frame that comes before a result that is not sent over a connection.

    Args:
        slot: the number of the connection, which is given back by this.
        request: the request, as it came.
    """
    return frame(Kind.LEFT, bytes((slot,)) + request)


def taken_left(payload: bytes) -> tuple[int, bytes]:
    """Return what `left` was told, from the payload of its frame."""
    return payload[0], payload[1:]


def receive(connection: socket.socket) -> tuple[Kind, bytes] | None:
    """Wait for a whole frame; return None at the end of the stream."""
    start = _exactly(connection, _HEAD.size)
    if start is None:
        return None
    kind, length = _HEAD.unpack(start)
    payload = _exactly(connection, length)
    return None if payload is None else (Kind(kind), payload)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    if size == 0:
        return b""
    found = connection.recv(size)
    if len(found) == size or not found:
        return found or None
    whole = bytearray(found)
    while len(whole) < size:
        more = connection.recv(size - len(whole))
        if not more:
            return None
        whole += more
    return bytes(whole)


class Orders:
    """Takes frames one after the other from a socket, where the next comes after an answer.

    Args:
        connection: the socket; nobody else may read from it.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""

    def next(self) -> tuple[Kind, bytes] | None:
        """Wait for a whole frame; return None at the end of the stream."""
        buffer = self._buffer
        while True:
            if len(buffer) >= _HEAD.size:
                kind, length = _HEAD.unpack_from(buffer)
                if len(buffer) >= (end := _HEAD.size + length):
                    self._buffer = buffer[end:]
                    return Kind(kind), buffer[_HEAD.size : end]
            more = self._connection.recv(PIECE)
            if not more:
                return None
            buffer += more


class Frames:
    """Takes a stream of frames apart, whichever way it was cut up."""

    def __init__(self) -> None:
        self._rest = b""
        self._data = 0  # bytes of a DATA frame still to come

    def feed(self, received: bytes) -> Iterator[tuple[Kind, bytes]]:
        """Yield what was received: DATA in pieces as they come, all other frames whole."""
        if self._data >= len(received) and not self._rest:
            # In the middle of a large result, nearly everything comes this way.
            self._data -= len(received)
            yield Kind.DATA, received
            return
        buffer = self._rest + received
        at = 0
        while at < len(buffer):
            if self._data:
                piece = buffer[at : at + self._data]
                self._data -= len(piece)
                at += len(piece)
                yield Kind.DATA, piece
                continue
            if len(buffer) - at < _HEAD.size:
                break
            kind, length = _HEAD.unpack_from(buffer, at)
            if kind == Kind.DATA:
                self._data = length
                at += _HEAD.size
                continue
            if len(buffer) - at < _HEAD.size + length:
                break
            at += _HEAD.size
            yield Kind(kind), buffer[at : at + length]
            at += length
        self._rest = buffer[at:]
