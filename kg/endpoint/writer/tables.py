"""Event tables through a server's writer, in place of writing directly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kg.endpoint.writer.client import WriterClient
from kg.endpoint.writer.reaching import reaching
from kg.events.graphs import Begun, DirectGraphs, EventGraphs
from kg.store import Store

_SECONDS = 3600


class HandedGraphs(EventGraphs):
    """Hands parts of tables to a server's writer, which loads them in bulk.

    Args:
        client: the connection to the writer.
    """

    at_once = 1

    def __init__(self, client: WriterClient) -> None:
        self._client = client

    def begin(self, key: str, digest: str) -> Begun:
        """Make ready for a table, in place of what the store has of it."""
        answer = self._client.ask({**_head("table-begin", key), "digest": digest})
        return Begun(answer["state"], frozenset(answer["done"]), answer["removed"])

    def part(self, key: str, number: int, events: bytes, names: bytes) -> None:
        """Take a part of the table begun last; it is on the disk when this returns."""
        header = {**_head("table-part", key), "part": number, "events": len(events)}
        self._client.ask(header, events + names)

    def finish(self, key: str, digest: str, label: str, names: bytes = b"") -> int:
        """Note that all parts are in; return the revision that readers now have."""
        header = {**_head("table-finish", key), "digest": digest, "label": label}
        return int(self._client.ask(header, names)["revision"])

    def remove(self, keys: Sequence[str]) -> int:
        """Remove tables; return the revision without them."""
        revision = 0
        for key in keys:
            revision = int(self._client.ask(_head("table-remove", key))["revision"])
        return revision


def _head(kind: str, key: str) -> dict[str, object]:
    return {"kind": kind, "key": key, "seconds": _SECONDS}


@contextmanager
def opening(store: Store) -> Iterator[EventGraphs]:
    """Take event tables in: at a remote engine, through a server's writer, or directly.

    Raises:
        StoreBusyError: another command is writing.
        RemoteError: the remote engine cannot be used.
    """
    if store.remote:
        from kg.events.remote import RemoteGraphs
        from kg.store.remote.store import RemoteStore

        assert isinstance(store, RemoteStore)
        with store.writer() as remote:
            yield RemoteGraphs(store, remote)
        return
    with reaching(store) as writer:
        if isinstance(writer, WriterClient):
            yield HandedGraphs(writer)
        else:
            yield DirectGraphs(store, writer)
