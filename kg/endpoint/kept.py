"""Bytes whose length must be known before the first is sent, as HTTP/1.0 wants it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile

_CHUNK = 65536


def keep(pieces: Iterable[bytes], memory: int) -> tuple[int, Iterator[bytes]]:
    """Take all pieces, and return how many bytes they have and the bytes again.

    Args:
        pieces: what will be sent.
        memory: bytes held in memory; more go to a temporary file, gone once it is read.
    """
    file = SpooledTemporaryFile(memory)  # noqa: SIM115 - closed when sent
    try:
        for piece in pieces:
            file.write(piece)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise

    def read() -> Iterator[bytes]:
        with file:
            while piece := file.read(_CHUNK):
                yield piece

    return size, read()
