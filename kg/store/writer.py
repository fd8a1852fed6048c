"""Writing: one writer at a time, atomic steps, and an acknowledgement that is kept.

The order that makes a kill harmless at any moment: mark the store dirty; put texts and facts on
the disk; change the live database in one transaction; at commit flush it, make the checkpoint of
the next revision, switch ``current`` to it, and only then return. Whoever opens a dirty store
for writing makes a checkpoint of what the live database holds, which is always a whole number of
transactions.
"""

from __future__ import annotations

import errno
import gc
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType

import pyoxigraph as ox
from pyoxigraph import Quad
from rdflib.namespace import PROV

from kg.errors import DiskFullError, StoreError
from kg.store.checkpoints import Checkpoints
from kg.store.durable import mark, sync
from kg.store.files import HashedFiles
from kg.store.layout import Layout
from kg.store.locks import FileLock, take_writer_lock
from kg.store.operations import data
from kg.vocabulary import DKG

# What names the kept files: an article's graph has its source here when its text came with it.
_TEXT = ox.NamedNode(str(PROV.hadPrimarySource))
_FACTS = ox.NamedNode(str(DKG.factsDigest))


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
        self._lock: FileLock | None = take_writer_lock(layout.lock, layout.root)
        try:
            self._ox: ox.Store | None = _open_live(layout)
            self._texts = HashedFiles(layout.texts, ".txt")
            self._facts = HashedFiles(layout.facts, ".json")
            self._changed = False
            self._put_aside: set[str] = set()
            self._dropped: list[tuple[HashedFiles, ox.NamedNode, ox.NamedNode | ox.Literal]] = []
            self.healed = layout.dirty.exists()
            self._dirty = self.healed
            if self.healed:
                self._changed = True
                self.commit()
            if self.healed and not layout.unswept.exists():
                mark(layout.unswept)
            if self._checkpoints.prune() and layout.unswept.exists():
                self._sweep()
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

    def touch(self) -> None:
        """Say that the live database is about to change."""
        if not self._dirty:
            mark(self._layout.dirty)
            self._dirty = True
        self._changed = True

    def disk(self) -> AbstractContextManager[None]:
        """Return what turns errors of the disk, while the database is changed, into ours."""
        return _disk(self._layout)

    def put_text(self, text: str) -> str:
        """Keep the text of an article; it counts once a triple names its hash.

        Returns:
            The SHA-256 of its UTF-8 bytes.
        """
        return self._put(self._texts, text.encode())

    def put_facts(self, data: bytes) -> str:
        """Keep the facts of an article, as bytes; they count once a triple names their hash.

        Returns:
            Their SHA-256.
        """
        return self._put(self._facts, data)

    def update(self, text: str) -> None:
        """Do a SPARQL 1.1 Update, which someone has examined, in one transaction.

        Raises:
            RuntimeError: the engine refused it; nothing was changed.
            StoreError: the disk refused.
        """
        changed = self._changed
        with _disk(self._layout):
            self.touch()
            try:
                self.ox.update(text, base_iri=self.base)
            except (RuntimeError, SyntaxError):
                self._changed = changed
                raise
            self._changed = True  # a commit may have been made while it ran

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
        with _disk(self._layout):
            self.touch()
            self._texts.sync()
            self._facts.sync()
            if gone:
                live.update(
                    f"{data('DELETE', gone)};\n{data('INSERT', new)}{self._drop(gone, new)}"
                )
            else:
                live.extend(new)
        self._put_aside.clear()
        for quad in gone:
            if quad.predicate == _TEXT and isinstance(quad.object, ox.NamedNode):
                self._dropped.append((self._texts, quad.predicate, quad.object))
            elif quad.predicate == _FACTS and isinstance(quad.object, ox.Literal):
                self._dropped.append((self._facts, quad.predicate, quad.object))
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
        with _disk(self._layout):
            self.ox.flush()
            revision = self.revision + 1
            self._checkpoints.make(self.ox, revision)
            self._checkpoints.switch(revision)
            self._on_switch()
            self._changed = False
            if self._checkpoints.prune():
                self._drop_files()
            elif self._dropped:
                # A reader may still want what its revision names.
                mark(self._layout.unswept)
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

    def _drop(self, gone: list[Quad], new: list[Quad]) -> str:
        """Return operations that drop the graphs that become empty, which would stay as names."""
        left = {quad.graph_name for quad in gone} - {quad.graph_name for quad in new}
        removed = set(gone)
        empty = (
            graph
            for graph in left
            if isinstance(graph, ox.NamedNode)
            and all(q in removed for q in self.ox.quads_for_pattern(None, None, None, graph))
        )
        return "".join(f";\nDROP SILENT GRAPH {graph}" for graph in empty)

    def _put(self, files: HashedFiles, data: bytes) -> str:
        with _disk(self._layout):
            self.touch()
            sha256 = files.put(data)
        self._put_aside.add(sha256)
        return sha256

    def _drop_files(self) -> None:
        dropped, self._dropped = self._dropped, []
        for files, predicate, value in dropped:
            sha256 = value.value.rsplit("/", 1)[-1]
            named = next(self.ox.quads_for_pattern(None, predicate, value, None), None)
            if named is None and sha256 not in self._put_aside:
                files.drop(sha256)

    def _sweep(self) -> None:
        needed = needed_files(self.ox)
        with _disk(self._layout):
            self._texts.sweep(needed.texts)
            self._facts.sweep(needed.facts)
            self._layout.unswept.unlink(missing_ok=True)

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


@dataclass(frozen=True)
class NeededFiles:
    """The hashes of the texts and facts that a revision names."""

    texts: set[str]
    facts: set[str]


def needed_files(database: ox.Store) -> NeededFiles:
    """Return the hashes of the texts and facts that a database names."""
    texts, facts = (
        {
            quad.object.value.rsplit("/", 1)[-1]
            for quad in database.quads_for_pattern(None, predicate, None, None)
            if isinstance(quad.object, ox.NamedNode | ox.Literal)
        }
        for predicate in (_TEXT, _FACTS)
    )
    return NeededFiles(texts, facts)


class _disk:  # noqa: N801 - used like a keyword
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


def _open_live(layout: Layout) -> ox.Store:
    try:
        return ox.Store(str(layout.live))
    except OSError:
        # A database closes when the last reference to it goes; one may hang in a cycle.
        gc.collect()
    try:
        return ox.Store(str(layout.live))
    except OSError as error:
        if no_room(error):
            raise DiskFullError(
                f"{layout.root}: the disk is full, so the store cannot be opened for writing",
                "make room and try again; what was acknowledged is safe and can be read",
            ) from error
        raise StoreError(
            f"{layout.live}: the database cannot be opened for writing ({error})",
            "make room on the disk or check the folder's owner; if the database is damaged, "
            "restore the store from a backup",
        ) from error
