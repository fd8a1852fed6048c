"""The graphs of event tables on a remote engine, by the graph store protocol."""

from __future__ import annotations

from kg.events.graphs import DirectGraphs
from kg.store.remote.store import RemoteStore
from kg.store.remote.writer import RemoteWriter


class RemoteGraphs(DirectGraphs):
    """Sends parts to a remote engine, whose graphs grow by them.

    The load journal is in the folder of the store's files; without such a folder a load that was
    cut off begins anew.

    Args:
        store: the store.
        writer: its writer.
    """

    at_once = 1

    def __init__(self, store: RemoteStore, writer: RemoteWriter) -> None:
        super().__init__(store, writer)
        self._engine = writer

    def _add(self, graph: str, triples: bytes) -> None:
        self._engine.add(graph, triples)

    def _drop(self, graph: str) -> int:
        return self._engine.drop(graph)
