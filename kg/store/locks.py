"""Who may write, and which checkpoints are being read: locks that end with their process."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from pathlib import Path

from kg.errors import StoreBusyError, StoreError

SERVER = "kg serve"
"""What a server's writer is called in the lock."""


class FileLock:
    """A ``flock`` on a file; the system releases it when the process ends, however it ends.

    Closing never unlocks explicitly: after a fork the child closes its copy and the parent's
    lock stays.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path, *, exclusive: bool, create: bool = False) -> FileLock | None:
        """Take a lock without waiting.

        Returns:
            The lock, or None when another holds one that excludes it, or when the file is not
            at its place any more.
        """
        flags = os.O_RDWR | os.O_CREAT if create else os.O_RDONLY
        try:
            descriptor = os.open(path, flags | os.O_CLOEXEC, 0o644)
        except FileNotFoundError:
            return None
        lock = cls(descriptor)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            held, there = os.fstat(descriptor), path.stat()
        except (BlockingIOError, FileNotFoundError):
            lock.close()
            return None
        except BaseException:
            lock.close()
            raise
        if (held.st_ino, held.st_dev) != (there.st_ino, there.st_dev):
            lock.close()
            return None
        return lock

    def write(self, data: bytes) -> None:
        """Replace the content of the locked file."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, data, 0)

    def close(self) -> None:
        """Release the lock; a second call does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        self.close()


def take_writer_lock(path: Path, store: Path) -> FileLock:
    """Become the one writer of a store.

    Raises:
        StoreBusyError: another process, or another part of this one, is writing.
        StoreError: the folder cannot be written.
    """
    try:
        lock = FileLock.take(path, exclusive=True, create=True)
    except OSError as error:
        raise StoreError(
            f"{store}: cannot be written ({error.strerror})", "check who owns the folder"
        ) from error
    if lock is None:
        pid, command = _owner(path)
        raise StoreBusyError(
            f"{store}: process {pid or 'unknown'} is writing to this store"
            + (f" ({command})" if command else ""),
            "use 'kg load' and 'kg remove', which go through that server, or write over HTTP"
            if command == SERVER
            else "wait until it is done, or stop it",
            pid=pid,
        )
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]) if sys.argv else ""
    try:
        lock.write(json.dumps({"pid": os.getpid(), "command": command[:200]}).encode() + b"\n")
    except OSError as error:
        lock.close()
        raise StoreError(
            f"{store}: cannot be written ({error.strerror})", "make room on the disk"
        ) from error
    return lock


def _owner(path: Path) -> tuple[int | None, str]:
    try:
        record = json.loads(path.read_bytes())
        return int(record["pid"]), str(record["command"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, ""
