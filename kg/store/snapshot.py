"""Reading: one open database a revision, shared by all threads that ask for it."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import TracebackType

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.checkpoints import Checkpoints, Lease

Database = ox.Store  # inside classes that have a property of that name

# Closing a database waits for its threads, which a forked child does not have: such are kept.
_INHERITED: list[ox.Store] = []


@dataclass(eq=False)
class _Opened:
    lease: Lease
    ox: ox.Store | None
    users: int = 0
    pid: int = field(default_factory=os.getpid)

    def close(self) -> None:
        database, self.ox = self.ox, None
        if database is not None and self.pid != os.getpid():
            _INHERITED.append(database)
        del database
        self.lease.close()


class Snapshot:
    """One revision of a store, which stays as it is however much is written meanwhile.

    Use it as a context manager, or call `close`.
    """

    def __init__(self, owner: Snapshots, opened: _Opened) -> None:
        self._owner: Snapshots | None = owner
        self._opened = opened
        self.revision = opened.lease.revision
        self.path = opened.lease.database

    @property
    def ox(self) -> ox.Store:
        """The database, read-only. Iterators over results must stay in the thread they began in.

        Raises:
            StoreError: the snapshot was closed.
        """
        database = self._opened.ox
        if self._owner is None or database is None:
            raise StoreError("this snapshot was closed", "take a new one")
        return database

    def check(self) -> None:
        """See that it can be read.

        Raises:
            StoreError: it cannot be.
        """
        next(self.ox.quads_for_pattern(None, None, None, None), None)

    def local(self) -> Database:
        """Return the database itself: looking at all of it closely costs no requests."""
        return self.ox

    def close(self) -> None:
        """Give the snapshot back; a second call does nothing."""
        owner, self._owner = self._owner, None
        if owner is not None:
            owner.release(self._opened)

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


class Snapshots:
    """The snapshots of one store in this process; safe to use from many threads.

    Opening a database costs some ten milliseconds, so the newest one stays open until the
    revision changes. An older one is closed, and its lease ends, with its last user.

    Args:
        checkpoints: where they are.
        opening: makes what is entered while a database is opened.
    """

    def __init__(
        self,
        checkpoints: Checkpoints,
        opening: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._checkpoints = checkpoints
        self._opening = opening
        self._lock = threading.RLock()  # a snapshot may be collected while it is held
        self._newest: _Opened | None = None
        _ALL.add(self)

    def take(self) -> Snapshot:
        """Open the current revision.

        Raises:
            StoreError: it is missing or damaged.
        """
        with self._lock:
            newest = self._newest
            if newest is None or newest.lease.revision != self._checkpoints.current():
                with self._opening():
                    newest = self._open()
                    self._replace(newest)
            newest.users += 1
            return Snapshot(self, newest)

    def release(self, opened: _Opened) -> None:
        """Take a snapshot back."""
        with self._lock:
            opened.users -= 1
            if opened.users == 0 and opened is not self._newest:
                opened.close()

    def close(self) -> None:
        """Close the database that is kept open; snapshots in use stay usable."""
        with self._lock:
            self._replace(None)

    def _open(self) -> _Opened:
        lease = self._checkpoints.lease()
        try:
            return _Opened(lease, ox.Store.read_only(str(lease.database)))
        except OSError as error:
            lease.close()
            raise StoreError(
                f"{lease.database}: the checkpoint cannot be opened ({error})",
                "restore the store from a backup",
            ) from error

    def _replace(self, newest: _Opened | None) -> None:
        old, self._newest = self._newest, newest
        if old is not None and old.users == 0:
            old.close()

    def forget_after_fork(self) -> None:
        """Start afresh in a forked child, which cannot use its parent's databases."""
        self._lock = threading.RLock()
        self._replace(None)


_ALL: weakref.WeakSet[Snapshots] = weakref.WeakSet()


def _after_fork() -> None:
    for snapshots in list(_ALL):
        snapshots.forget_after_fork()


os.register_at_fork(after_in_child=_after_fork)
