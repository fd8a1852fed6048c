"""Chooses what searches a store, wherever the store is."""

from __future__ import annotations

from kg.search.searcher import Searcher
from kg.store import Store


def open_searcher(store: Store, most: int, *, followed: bool = False) -> Searcher:
    """Return what searches a store.

    Args:
        store: the store, in a folder or on a remote engine.
        most: how many triples of a remote engine are read for an index at most.
        followed: whether a process of its own keeps the index of a folder in step.
    """
    if store.remote:
        from kg.search.remote import RemoteSearcher
        from kg.store.remote.store import RemoteStore

        assert isinstance(store, RemoteStore)
        return RemoteSearcher(store, most)
    return Searcher(store, followed=followed)
