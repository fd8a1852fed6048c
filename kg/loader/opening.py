"""Opens a store wherever it is: in a folder, or on a remote engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kg.addresses import Addresses, Place
from kg.loader.receivers import Receiver
from kg.store import Store


def open_store(place: Place, base: str | None = None, *, create: bool = True) -> Store:
    """Open a store, or make one; raises as `kg.store.Store.open` does.

    Args:
        place: its folder, or the addresses of a remote engine.
        base: base of its IRIs; None takes the recorded one.
        create: make it when it is not there.

    Raises:
        RemoteError: the remote engine cannot be asked.
    """
    if isinstance(place, Addresses):
        from kg.store.remote.store import open_remote

        return open_remote(place, base, create=create)
    return Store.open(place, base, create=create)


@contextmanager
def receiving(store: Store) -> Iterator[Receiver]:
    """Take articles in: at a remote engine, through a server's writer, or directly.

    Raises:
        StoreBusyError: another command is writing.
        RemoteError: the remote engine cannot be used.
    """
    if store.remote:
        from kg.loader.remote import receiving_remote
        from kg.store.remote.store import RemoteStore

        assert isinstance(store, RemoteStore)
        with receiving_remote(store) as receiver:
            yield receiver
        return
    from kg.endpoint.writer.handing import receiving as handing

    with handing(store) as receiver:
        yield receiver
