"""The file that says which revision is current: looked at for every query, read when it changed."""

from __future__ import annotations

import os
import weakref
from dataclasses import dataclass
from pathlib import Path

from kg.errors import StoreError


@dataclass(frozen=True)
class _Read:
    """What a file said; while it is open, no other file can have its number.

    Args:
        file: its descriptor.
        number: which file it is, by device and inode.
        revision: what it said.
    """

    file: int
    number: tuple[int, int]
    revision: int


class Pointer:
    """The current revision of a store; safe to use from many threads.

    The file is replaced as a whole, never written to, so the same file says the same.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: _Read | None = None

    def read(self) -> int:
        """Return the number of the revision.

        Raises:
            StoreError: the store does not say.
        """
        seen = self._seen
        try:
            if seen is not None:
                now = self._path.stat()
                if seen.number == (now.st_dev, now.st_ino):
                    return seen.revision
            return self._again()
        except (OSError, ValueError) as error:
            raise StoreError(
                f"{self._path}: the current revision cannot be read ({error})",
                "restore the store from a backup",
            ) from error

    def _again(self) -> int:
        file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            revision = int(os.read(file, 32))
            found = os.fstat(file)
        except BaseException:
            os.close(file)
            raise
        seen = _Read(file, (found.st_dev, found.st_ino), revision)
        # It is closed when no thread looks at it any more.
        weakref.finalize(seen, os.close, file)
        self._seen = seen
        return revision
