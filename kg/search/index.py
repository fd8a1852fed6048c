"""The index's folder in a store: which file is the index, who brings it up to date, who reads it.

A file is made beside its place and renamed into it when it is whole; its successors have higher
numbers. What a file says of itself decides whether it is used: a revision it was brought to in the
same transaction as its content. One that is damaged, of other rules, or ahead of the store is made
anew; one that is behind is brought up by the journal of changes, or made anew where that is silent.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError, StoreError
from kg.search.indexing import Indexing
from kg.search.tables import FORMAT, TABLES, connect, meta, set_meta
from kg.store import Store
from kg.store.changes import Changed, changed_between
from kg.store.durable import sync
from kg.store.locks import FileLock

_LOG = logging.getLogger("kg.search")
_PREFIX, _SUFFIX = "index-", ".sqlite"
_BUSY_FOR = 60.0
_STEPS = 2_000
"""Steps of SQLite's machine between two looks at the clock."""


class SearchError(KgError):
    """There is no index to search in, or a search was stopped.

    Args:
        message: what is wrong, and what to do.
        final: whether trying again would not help.
    """

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


@dataclass(frozen=True)
class Searched:
    """An index that is open for reading.

    Args:
        database: the index.
        revision: the revision of the store that it tells of.
        base: the store's base.
    """

    database: sqlite3.Connection
    revision: int
    base: str


class Index:
    """The search index of one store; cheap to make, and safe to use from many threads.

    Args:
        store: the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.layout.search
        self._checked: Path | None = None

    def update(self) -> int:
        """Bring the index to the store's current revision; make it where there is none.

        One process works at a time; others wait for it. A kill at any moment leaves the index as
        it was.

        Returns:
            The revision.

        Raises:
            StoreError: the disk refused.
            SearchError: another process works on it for very long.
        """
        try:
            self._folder.mkdir(exist_ok=True)
            with self._alone():
                path = self.newest()
                revision = None if path is None else self._bring(path)
                return self._make() if revision is None else revision
        except sqlite3.Error as error:
            raise StoreError(
                f"{self._folder}: the search index cannot be written ({error})",
                "make room on the disk or check the folder's owner",
            ) from error
        except OSError as error:
            if isinstance(error, KgError):
                raise
            raise StoreError(
                f"{self._folder}: the search index cannot be written ({error.strerror})",
                "make room on the disk or check the folder's owner",
            ) from error

    def newest(self) -> Path | None:
        """Return the file that is the index, or None."""
        numbered = [
            (int(number), path)
            for path in self._folder.glob(f"{_PREFIX}*{_SUFFIX}")
            if (number := path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)).isdigit()
        ]
        return max(numbered)[1] if numbered else None

    @property
    def sound(self) -> bool:
        """Tell whether there is an index that nobody found damaged."""
        path = self.newest()
        return path is not None and not (self._folder / f"{path.name}.suspect").exists()

    @contextmanager
    def reading(self, seconds: float = 2.0) -> Iterator[Searched]:
        """Open the index as it is, which may be behind the store.

        Args:
            seconds: longest time that it may be used.

        Raises:
            SearchError: there is none yet, it is damaged, or time ran out.
        """
        path, database = self._open()
        try:
            with closing(database):
                until = time.monotonic() + seconds
                database.set_progress_handler(lambda: int(time.monotonic() > until), _STEPS)
                if meta(database, "format") != FORMAT:
                    raise SearchError("the search index is being made anew; try again in a moment")
                yield Searched(database, int(meta(database, "revision")), self._store.base)
        except (sqlite3.Error, ValueError) as error:
            if "interrupted" in str(error):
                raise SearchError(
                    "the search took too long; write more words", final=True
                ) from error
            self._suspect(path, error)
            raise SearchError("the search index is damaged and being made anew") from error

    def _open(self) -> tuple[Path, sqlite3.Connection]:
        """Open the newest file, in a transaction, so that all that is read fits together."""
        for _ in range(5):
            path = self.newest()
            if path is None:
                break
            try:
                database = connect(path)
            except sqlite3.Error:  # another has taken its place between the two steps
                continue
            with suppress(sqlite3.Error):  # what is wrong is found, and told, when it is read
                database.execute("BEGIN")
            return path, database
        raise SearchError("the search index is being made; try again in a moment")

    def _suspect(self, path: Path, error: Exception) -> None:
        """Leave word for whoever updates next, which may be another process."""
        _LOG.warning("%s: %s", path, error)
        with suppress(OSError):
            (self._folder / f"{path.name}.suspect").touch()

    def _bring(self, path: Path) -> int | None:
        """Bring a file to the current revision, and return that; None where it cannot be done."""
        if (self._folder / f"{path.name}.suspect").exists():
            return None
        try:
            with closing(connect(path, write=True)) as index:
                if self._checked != path:
                    if index.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                        return None
                    self._checked = path
                if meta(index, "format") != FORMAT or meta(index, "base") != self._store.base:
                    return None
                known, now = int(meta(index, "revision")), self._store.revision
                if known == now:
                    return now
                changed = self._changed(known, now)
                if changed is not None and not changed:
                    # Graphs of users alone: the database need not be opened.
                    _in_one_step(index, lambda: None, now)
                    return now
                return None if changed is None else self._follow(index, known)
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "full" in str(error) or "readonly" in str(error):
                raise
            return None
        except (sqlite3.DatabaseError, ValueError):
            return None

    def _follow(self, index: sqlite3.Connection, known: int) -> int | None:
        """Write what changed since a revision."""
        with self._store.snapshot() as snapshot:
            changed = self._changed(known, snapshot.revision)
            if changed is None:
                return None
            work = Indexing(index, snapshot.ox, self._store.base)
            _in_one_step(index, lambda: work.changed(changed), snapshot.revision)
            return snapshot.revision

    def _changed(self, known: int, now: int) -> Changed | None:
        if known > now:
            return None  # the store is an older one
        return changed_between(self._store.layout.changes, known, now)

    def _make(self) -> int:
        """Make the index anew, in place of any other; return the revision."""
        made = self._folder / "making"
        made.unlink(missing_ok=True)
        with closing(connect(made, new=True)) as index, self._store.snapshot() as snapshot:
            revision = snapshot.revision
            index.executescript(TABLES)
            set_meta(index, "format", FORMAT)
            set_meta(index, "base", self._store.base)
            work = Indexing(index, snapshot.ox, self._store.base)
            _in_one_step(index, work.everything, revision)
            # Not when it is first written to: that would wait for all who read it.
            index.execute("PRAGMA journal_mode=WAL")
        sync(made)
        old = self.newest()
        number = 1 if old is None else int(old.stem.removeprefix(_PREFIX)) + 1
        path = self._folder / f"{_PREFIX}{number}{_SUFFIX}"
        made.rename(path)
        sync(self._folder)
        self._checked = path
        for leftover in self._folder.glob(f"{_PREFIX}*"):
            if not leftover.name.startswith(path.name):
                leftover.unlink(missing_ok=True)
        return revision

    @contextmanager
    def _alone(self) -> Iterator[None]:
        until = time.monotonic() + _BUSY_FOR
        while (lock := FileLock.take(self._folder / "lock", exclusive=True, create=True)) is None:
            if time.monotonic() > until:
                raise SearchError("another process makes the search index; try again later")
            time.sleep(0.05)
        try:
            yield
        finally:
            lock.close()


def _in_one_step(index: sqlite3.Connection, work: Callable[[], None], revision: int) -> None:
    index.execute("BEGIN IMMEDIATE")
    try:
        work()
        set_meta(index, "revision", str(revision))
    except BaseException:
        index.execute("ROLLBACK")
        raise
    index.execute("COMMIT")
