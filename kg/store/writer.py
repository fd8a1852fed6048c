"""Writing: one writer at a time, atomic steps, and an acknowledgement that is kept.

The order that makes a kill harmless at any moment: mark the store dirty; put texts and facts on
the disk; change the live database in one transaction; at commit flush it, make the checkpoint of
the next revision, switch ``current`` to it, and only then return. Whoever opens a dirty store
for writing makes a checkpoint of what the live database holds, which is always a whole number of
transactions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from types import TracebackType

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.errors import StoreError
from kg.store.changes import Changes
from kg.store.checkpoints import Checkpoints
from kg.store.durable import mark, sync
from kg.store.kept import KeptFiles
from kg.store.layout import Layout
from kg.store.live import emptied, open_live
from kg.store.locks import FileLock, take_writer_lock
from kg.store.operations import data
from kg.store.refused import disk


class Writer:
    """The one writer of a store, made by `Store.writer` and used as a context manager.

    What was applied is committed when the writer is closed, also after an error: each `apply`
    is a whole. ``base`` is the store's base, ``ox`` the live database (to be read here, and
    changed only through `apply`, except by code that calls `touch` before).
    """

    def __init__(
        self, layout: Layout, base: str, on_switch: Callable[[], None] = lambda: None
    ) -> None:
        self.base = base
        self._on_switch = on_switch
        self._layout = layout
        self._checkpoints = Checkpoints(layout)
        self._changes = Changes(layout.changes, base)
        self._lock: FileLock | None = take_writer_lock(layout.lock, layout.root)
        try:
            self._ox: ox.Store | None = open_live(layout)
            self._files = KeptFiles(layout)
            self._changed = False
            self.healed = layout.dirty.exists()
            self._dirty = self.healed
            if self.healed:
                self._changes.note_everything()
                self._changed = True
                self.commit()
            if self.healed and not layout.unswept.exists():
                mark(layout.unswept)
            if self._checkpoints.prune() and layout.unswept.exists():
                with disk(layout):
                    self._files.sweep(self.ox)
        except BaseException:
            self._release()
            raise

    @property
    def ox(self) -> ox.Store:
        """The live database.

        Raises:
            StoreError: the writer was closed.
        """
        if self._ox is None:
            raise StoreError("this writer was closed", "take a new one")
        return self._ox

    @property
    def revision(self) -> int:
        """The current revision, which has everything that was committed."""
        return self._checkpoints.current()

    def touch(self, graph: str | None = None) -> None:
        """Say that the live database is about to change in ways that nobody watches.

        Args:
            graph: the only graph that changes; None where it may be any.
        """
        self._touch()
        if graph is None:
            self._changes.note_everything()
        else:
            self._changes.note_graph(graph)

    def _touch(self) -> None:
        if not self._dirty:
            mark(self._layout.dirty)
            self._dirty = True
        self._changed = True

    def disk(self) -> AbstractContextManager[None]:
        """Return what turns errors of the disk, while the database is changed, into ours."""
        return disk(self._layout)

    def put_text(self, text: str) -> str:
        """Keep the text of an article; it counts once a triple names its hash.

        Returns:
            The SHA-256 of its UTF-8 bytes.
        """
        with disk(self._layout):
            self._touch()
            return self._files.put_text(text.encode())

    def put_facts(self, data: bytes) -> str:
        """Keep the facts of an article, as bytes; they count once a triple names their hash.

        Returns:
            Their SHA-256.
        """
        with disk(self._layout):
            self._touch()
            return self._files.put_facts(data)

    def update(self, text: str, *, managed: bool = True) -> None:
        """Do a SPARQL 1.1 Update, which someone has examined, in one transaction.

        Args:
            text: the update.
            managed: whether it may change managed graphs.

        Raises:
            RuntimeError: the engine refused it; nothing was changed.
            StoreError: the disk refused.
        """
        changed = self._changed
        with disk(self._layout):
            self._touch()
            if managed:
                self._changes.note_everything()
            try:
                self.ox.update(text, base_iri=self.base)
            except (RuntimeError, SyntaxError):
                self._changed = changed
                raise
            # A commit may have been made while it ran.
            self._changed = True
            if managed:
                self._changes.note_everything()

    def apply(self, removed: Iterable[Quad], added: Iterable[Quad]) -> bool:
        """Remove and add quads in one transaction.

        A quad that is in both is there afterwards. Texts and facts that were put before are on
        the disk before the transaction begins.

        Returns:
            Whether there was anything to change.

        Raises:
            StoreError: the disk refused; nothing was changed, or everything was.
        """
        gone, new = list(removed), list(added)
        if not gone and not new:
            return False
        live = self.ox
        with disk(self._layout):
            self._touch()
            self._changes.note(gone)
            self._changes.note(new)
            self._files.sync()
            if gone:
                drops = (f";\nDROP SILENT GRAPH {name}" for name in emptied(live, gone, new))
                live.update(f"{data('DELETE', gone)};\n{data('INSERT', new)}{''.join(drops)}")
            else:
                live.extend(new)
        self._files.applied(gone)
        return True

    def commit(self) -> int:
        """Make what was applied the current revision, on the disk; then return its number.

        Returns the current revision when nothing was applied since the last commit.

        Raises:
            StoreError: the disk refused; what was applied is not acknowledged, and the next
                writer brings it in.
        """
        if not self._changed:
            return self.revision
        with disk(self._layout):
            self.ox.flush()
            revision = self.revision + 1
            self._checkpoints.make(self.ox, revision)
            self._changes.record(revision)
            self._checkpoints.switch(revision)
            self._on_switch()
            self._changed = False
            self._files.committed(self.ox, alone=self._checkpoints.prune())
        return revision

    def close(self) -> None:
        """Commit, and let the next writer in; a second call does nothing."""
        if self._ox is None:
            return
        try:
            self.commit()
            if self._dirty:
                self._layout.dirty.unlink(missing_ok=True)
                sync(self._layout.root)
        finally:
            self._release()

    def _release(self) -> None:
        self._ox = None
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
