"""A store: the folder with the graph of all articles, its texts, facts and registry."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from os import PathLike
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BaseMismatchError, StoreBusyError, StoreError
from kg.iris import DEFAULT_BASE
from kg.store.checkpoints import Checkpoints
from kg.store.durable import sync
from kg.store.files import HashedFiles
from kg.store.layout import Description, Layout, check_base
from kg.store.locks import take_writer_lock
from kg.store.snapshot import Snapshot, Snapshots
from kg.store.writer import Writer


class Store:
    """An open store; cheap to open, since databases are opened on first use.

    Use `open`. Any number of processes may read while one writes.
    """

    remote = False
    """Whether the graph is on another engine (see `kg.store.remote`)."""

    def __init__(
        self,
        layout: Layout,
        description: Description,
        opening: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.layout = layout
        self.path = layout.root
        self.base = description.base
        self.texts = HashedFiles(layout.texts, ".txt")
        self.facts = HashedFiles(layout.facts, ".json")
        self._checkpoints = Checkpoints(layout)
        self._snapshots = Snapshots(self._checkpoints, opening)

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        base: str | None = None,
        *,
        create: bool = True,
        opening: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> Store:
        """Open a store, or make one.

        Args:
            path: its folder.
            base: base of the IRIs that it mints; None takes the recorded one, or the default
                for a new store.
            create: make the store when the folder is absent or empty.
            opening: makes what is entered while a database is opened for reading.

        Raises:
            StoreError: the folder is something else, or of another format, or absent.
            BaseMismatchError: the store was made with another base.
        """
        layout = Layout(Path(path))
        wanted = None if base is None else check_base(base)
        if not layout.is_store() and create:
            if not layout.is_free():
                raise StoreError(
                    f"{layout.root}: this is not a store, and not an empty folder",
                    "name the folder of a store with --store, or one that does not exist yet",
                )
            _create(layout, wanted or DEFAULT_BASE)
        description = Description.read(layout)
        if wanted is not None and wanted != description.base:
            raise BaseMismatchError(
                f"{layout.root}: the store was made with the base {description.base}, not {wanted}",
                "leave KG_BASE and --base away, or use another store",
            )
        return cls(layout, description, opening)

    @property
    def has_files(self) -> bool:
        """Whether texts, facts and the registry are kept."""
        return True

    @property
    def revision(self) -> int:
        """The number of the current revision; it grows with every commit."""
        return self._checkpoints.current()

    def snapshot(self) -> Snapshot:
        """Open the current revision for reading, from any thread.

        Raises:
            StoreError: it is missing or damaged.
        """
        return self._snapshots.take()

    def writer(self) -> Writer:
        """Become the one writer of the store.

        Raises:
            StoreBusyError: another process is writing; the error has its number.
            StoreError: the store cannot be written.
        """
        # What is kept open for reading goes with its revision, so that old files can go as well.
        return Writer(self.layout, self.base, self._snapshots.close)

    def text(self, sha256: str) -> str | None:
        """Return the text with a hash, or None when it is not kept here."""
        data = self.texts.get(sha256)
        return None if data is None else data.decode()

    def close(self) -> None:
        """Close the database that is kept open for reading."""
        self._snapshots.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _create(layout: Layout, base: str) -> None:
    """Make an empty store; what a creation that was cut off left behind is made anew."""
    try:
        layout.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{layout.root}: the folder cannot be made ({error.strerror})",
            "name another place with --store",
        ) from error
    try:
        lock = take_writer_lock(layout.lock, layout.root)
    except StoreBusyError:
        if layout.is_store():
            return
        raise
    try:
        if layout.is_store():
            return
        for folder in (layout.checkpoints, layout.texts, layout.facts, layout.rejects):
            folder.mkdir(exist_ok=True)
        live = ox.Store(str(layout.live))
        live.flush()
        checkpoints = Checkpoints(layout)
        checkpoints.make(live, 1)
        checkpoints.switch(1)
        sync(layout.root)
        Description(base).write(layout)
    except OSError as error:
        raise StoreError(
            f"{layout.root}: the store cannot be made ({error.strerror or error})",
            "make room on the disk, or name another place with --store",
        ) from error
    finally:
        lock.close()
