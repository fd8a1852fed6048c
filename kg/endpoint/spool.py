"""A result on its way: written at one end, read at the other, whole in memory or in a file."""

from __future__ import annotations

import os
import threading
from tempfile import TemporaryFile
from typing import IO

from kg.endpoint.engine import TooLargeError
from kg.errors import StoreError

_PIECE = 256 * 1024


class Spool:
    """Bytes that one thread writes while another reads them from the start.

    It stays in memory while it is small, then goes to a temporary file that has no name.

    Args:
        memory: bytes held in memory.
        most: bytes it may have at all.
    """

    def __init__(self, memory: int, most: int) -> None:
        self.size = 0
        self._memory, self._most = memory, most
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._changed = threading.Condition()
        self._ended = self._closed = False
        self._error: BaseException | None = None

    def write(self, data: bytes) -> int:
        """Take the next bytes.

        Raises:
            TooLargeError: there are more than may be.
            StoreError: the disk for temporary files is full.
        """
        size = self.size + len(data)
        if size > self._most:
            raise TooLargeError(
                f"the result has more than {self._most:,} bytes",
                "ask for less: a LIMIT, fewer variables, or counts instead of rows",
            )
        with self._changed:
            if self._closed:
                return len(data)  # nobody reads on
            if self._file is None and size <= self._memory:
                self._pieces.append(bytes(data))
            else:
                self._to_file(data)
            self.size = size
            self._changed.notify_all()
        return len(data)

    def flush(self) -> None:
        """Do nothing: what was written can be read."""

    def end(self, error: BaseException | None = None) -> None:
        """Say that nothing more comes, or what went wrong."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def read(self, start: int) -> bytes:
        """Return bytes from a place on, waiting for the first; an empty string at the end.

        Raises:
            KgError: what `end` was told.
        """
        with self._changed:
            while self.size <= start and not self._ended:
                self._changed.wait()
            if self.size <= start or self._error is not None:
                if self._error is not None:
                    raise self._error
                return b""
            if self._file is not None:
                return os.pread(self._file.fileno(), _PIECE, start)
            return b"".join(self._pieces)[start:]

    def close(self) -> None:
        """Free it; a second call does nothing."""
        with self._changed:
            self._closed = True
            file, self._file = self._file, None
            self._pieces.clear()
        if file is not None:
            file.close()

    def _to_file(self, data: bytes) -> None:
        try:
            if self._file is None:
                self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - closed by close()
                data = b"".join((*self._pieces, data))
                self._pieces.clear()
            left = memoryview(data)
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            raise StoreError(
                f"a result could not be kept in a temporary file ({error.strerror})",
                "make room where TMPDIR points",
            ) from error
