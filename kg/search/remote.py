"""Searching a store on a remote engine: by an index of our own, made anew when its graphs changed.

An engine has neither revisions of ours nor a journal of changes. So each look at what shows a
change counts as a revision, and the index, which lies in a temporary folder, is made from all of
the graphs at each new one.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from kg.errors import KgError
from kg.search.index import SearchError
from kg.search.searcher import Searcher
from kg.store import Store
from kg.store.layout import Layout
from kg.store.remote.stamp import Stamp, stamp
from kg.store.remote.store import RemoteStore
from kg.store.snapshot import Snapshot

_FRESH = 10.0
"""Seconds for which the engine is not asked again whether anything changed."""


class RemoteSearcher(Searcher):
    """Searches a store on a remote engine; safe to use from many threads.

    Args:
        store: the store.
        most: how many triples are read for an index at most.
    """

    def __init__(self, store: RemoteStore, most: int) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kg-search-")
        # It has what an index uses of a store.
        super().__init__(cast(Store, _Watched(store, Path(self._folder.name), most)))

    def close(self) -> None:
        """Remove the index."""
        self._folder.cleanup()


@dataclass(frozen=True)
class _Taken:
    """What an index uses of a snapshot."""

    revision: int
    ox: ox.Store

    def __enter__(self) -> _Taken:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class _Copying:
    """A remote graph that is read with few requests.

    A graph of which single subjects are asked for, as of every name in turn, is copied whole.

    Args:
        database: reads from the engine.
    """

    def __init__(self, database: ox.Store) -> None:
        self._database = database
        self._copies = ox.Store()
        self._copied: set[ox.NamedNode] = set()

    def named_graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """Yield the names of the graphs."""
        return self._database.named_graphs()

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object: ox.NamedNode | None,
        graph: ox.NamedNode,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that fit; None fits anything."""
        if subject is None:
            return self._database.quads_for_pattern(None, predicate, object, graph)
        if graph not in self._copied:
            self._copied.add(graph)
            self._copies.bulk_extend(self._database.quads_for_pattern(None, None, None, graph))
        return self._copies.quads_for_pattern(subject, predicate, object, graph)


class _Watched:
    """A remote store as the index sees it: with revisions, and a place for the index."""

    def __init__(self, store: RemoteStore, folder: Path, most: int) -> None:
        self.layout, self.base = Layout(folder), store.base
        self._store, self._most = store, most
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._revision = 0
        self._until = 0.0

    @property
    def revision(self) -> int:
        """How often the engine's graphs were seen to have changed."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._look()
                self._until = time.monotonic() + _FRESH
            return self._revision

    def snapshot(self) -> Snapshot:
        """Look at the graphs as they are."""
        revision = self.revision
        taken = self._store.snapshot()
        return cast(Snapshot, _Taken(revision, cast(ox.Store, _Copying(taken.ox))))

    def _look(self) -> None:
        try:
            now = stamp(self._store.protocol, self.base)
        except KgError as error:
            raise SearchError(str(error), final=True) from error
        triples = sum(size for _, size in now[0])
        if triples > self._most:
            raise SearchError(
                f"the engine's {triples:,} triples are too many for a search index of ours "
                f"({self._most:,}); raise KG_COPY_TRIPLES",
                final=True,
            )
        if now != self._stamp:
            self._stamp = now
            self._revision += 1
