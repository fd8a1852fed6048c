"""What the disk refuses, as errors that say so."""

from __future__ import annotations

import errno
import os
from types import TracebackType

from kg.errors import DiskFullError, StoreError
from kg.store.layout import Layout


class disk:  # noqa: N801 - used like a keyword
    """Turns what the disk refuses into an error that says so."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError) and not isinstance(error, StoreError):
            if no_room(error):
                raise DiskFullError(
                    f"{self._layout.root}: the disk is full, so writing failed",
                    "make room and try again; what was acknowledged is safe",
                ) from error
            raise StoreError(
                f"{self._layout.root}: writing failed ({error.strerror or error})",
                "make room on the disk or check the folder's owner, and try again; "
                "what was acknowledged is safe",
            ) from error


def no_room(error: OSError) -> bool:
    """Tell whether the disk is full, also where only the database's words say so."""
    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return error.errno in full or any(os.strerror(number) in str(error) for number in full)
