"""Writing files so that they are whole or absent, also after the power goes."""

from __future__ import annotations

import os
from pathlib import Path

UNFINISHED = ".new"
"""Ending of files that are being written; what a killed writer leaves is swept by the next."""


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's entries, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_files(folder: Path, but: str | None = None) -> None:
    """Wait until every file directly in a folder, and the folder itself, is on the disk.

    Args:
        folder: the folder.
        but: ending of files that are there already, of which only the entries are waited for.
    """
    for path in folder.iterdir():
        if path.is_file() and (but is None or path.suffix != but):
            sync(path)
    sync(folder)


def write_file(path: Path, data: bytes, *, sync_folder: bool = True) -> None:
    """Put a file in place in one step: readers see the old content or the new one.

    Args:
        path: the file.
        data: its new content.
        sync_folder: also wait for the folder's entry; without it the caller calls `sync` on
            the folder once, after writing several files.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    new = path.with_name(path.name + UNFINISHED)
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    if sync_folder:
        sync(path.parent)


def mark(path: Path) -> None:
    """Put an empty file in place, surely on the disk."""
    path.touch()
    sync(path.parent)
