"""What takes long to make and is only copied or read: made once for all processes of a test run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

_place: list[Path] = []


def keep_in(folder: Path) -> None:
    """Say where such things are kept; it is the same folder in all processes of the run."""
    _place[:] = [folder]


def once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a file or folder, made by whoever needs it first, while the others wait.

    Args:
        name: its name.
        make: makes it at a path; what it leaves there is not changed any more.
    """
    path = _place[0] / name
    with (_place[0] / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_name(f"{name}.{os.getpid()}")
            make(unfinished)
            unfinished.rename(path)
    return path
