"""Checkpoints: the databases that readers open, one a revision, and which of them is current."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.durable import sync, sync_files, write_file
from kg.store.layout import Layout
from kg.store.locks import FileLock
from kg.store.pointer import Pointer

_DATABASE = "db"
_LEASE = "lease"


@dataclass
class Lease:
    """A reader's claim on a checkpoint, which is not removed before the claim ends."""

    revision: int
    database: Path
    lock: FileLock

    def close(self) -> None:
        """End the claim."""
        self.lock.close()


class Checkpoints:
    """The checkpoints of one store.

    A checkpoint is made beside its place and renamed into it, so a numbered folder is whole.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._pointer = Pointer(layout.current)

    def current(self) -> int:
        """Return the number of the revision that readers open.

        Raises:
            StoreError: the store does not say.
        """
        return self._pointer.read()

    def make(self, live: ox.Store, revision: int) -> None:
        """Make the checkpoint of a revision from the live database, which was flushed before."""
        place = self._place(revision)
        started = self._layout.checkpoints / f".making-{place.name}"
        for leftover in (started, place):
            if leftover.exists():
                shutil.rmtree(leftover)
        started.mkdir()
        live.backup(str(started / _DATABASE))
        (started / _LEASE).touch()
        # Tables are links to files that the flush has put on the disk already.
        sync_files(started / _DATABASE, but=".sst")
        sync_files(started)
        started.rename(place)
        sync(self._layout.checkpoints)

    def switch(self, revision: int) -> None:
        """Let readers open a revision from now on."""
        write_file(self._layout.current, b"%d\n" % revision)

    def prune(self) -> bool:
        """Remove the checkpoints that are not current and that no reader has leased.

        Returns:
            Whether none but the current one is left.
        """
        keep = self._place(self.current())
        alone = True
        for path in self._layout.checkpoints.iterdir():
            if path == keep:
                continue
            if path.name.startswith("."):
                shutil.rmtree(path, ignore_errors=True)
                continue
            lock = FileLock.take(path / _LEASE, exclusive=True)
            if lock is None and (path / _LEASE).exists():
                alone = False
                continue
            removed = path.with_name(f".removed-{path.name}")
            path.rename(removed)
            shutil.rmtree(removed, ignore_errors=True)
            if lock is not None:
                lock.close()
        return alone

    def lease(self) -> Lease:
        """Claim the current checkpoint for reading.

        Raises:
            StoreError: the checkpoint that should be current is not there.
        """
        for attempt in range(100):
            revision = self.current()
            place = self._place(revision)
            lock = FileLock.take(place / _LEASE, exclusive=False)
            if lock is not None:
                return Lease(revision, place / _DATABASE, lock)
            # The writer switched and removed this one between the two steps: look again.
            time.sleep(0.001 * attempt)
        raise StoreError(
            f"{place}: the current checkpoint is missing", "restore the store from a backup"
        )

    def _place(self, revision: int) -> Path:
        return self._layout.checkpoints / f"{revision:06d}"
