"""Where a result is kept until it is whole."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO

from kg.endpoint.depth import RefusedError
from kg.endpoint.settings import Settings
from kg.errors import StoreError

_HEADER = b"@prefix "


class TooLargeError(RefusedError):
    """A result that is larger than the limit."""


class Spool:
    """A file that stays in memory while it is small, and refuses to grow over a limit.

    Turtle begins with declarations, which the engine writes in another order each time; they
    are put in the order of their names, so that one result is always the same bytes.

    Args:
        limits: how much is kept in memory, and how much at all.
    """

    def __init__(self, limits: Settings) -> None:
        # Closed by the answer that it becomes.
        self.file: IO[bytes] = SpooledTemporaryFile(limits.memory_bytes)  # noqa: SIM115
        self.size = 0
        self._limit = limits.result_bytes
        self._header: bytes | None = b""

    def write(self, data: bytes) -> int:
        """Add to the result.

        Raises:
            TooLargeError: it would be over the limit.
            StoreError: there is no room for it.
        """
        self.size += len(data)
        if self.size > self._limit:
            raise TooLargeError(
                f"the result has more than {self._limit:,} bytes",
                "ask for less: a LIMIT, fewer variables, or counts instead of rows",
            )
        if self._header is not None:
            self._header += data
            if not _is_header(self._header):
                self.finish()
        else:
            self._put(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: the engine flushes, and the file is read here alone."""

    def finish(self) -> None:
        """Write what was held back."""
        held, self._header = self._header, None
        if held is None:
            return
        lines = held.splitlines(keepends=True)
        count = next((i for i, line in enumerate(lines) if not line.startswith(_HEADER)), None)
        self._put(b"".join([*sorted(lines[:count]), *(lines[count:] if count is not None else [])]))

    def _put(self, data: bytes) -> None:
        try:
            self.file.write(data)
        except OSError as error:
            raise StoreError(
                f"the result cannot be kept in the folder for temporary files ({error.strerror})"
            ) from error


def _is_header(data: bytes) -> bool:
    """Tell whether all that there is so far is declarations, whole or begun."""
    last = data[data.rfind(b"\n") + 1 :]
    begun = last.startswith(_HEADER) or _HEADER.startswith(last)
    return begun and all(line.startswith(_HEADER) for line in data.splitlines()[:-1])
