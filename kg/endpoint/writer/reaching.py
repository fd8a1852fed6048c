"""Who writes to a store for a command: the writer of a server that runs, or the command itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kg.endpoint.writer.client import NoWriterError, WriterClient
from kg.errors import StoreBusyError
from kg.store import Store
from kg.store.writer import Writer

_STARTING = 3.0


@contextmanager
def reaching(store: Store) -> Iterator[WriterClient | Writer]:
    """Yield a connection to the writer of a server where there is one, else the store's writer.

    Raises:
        StoreBusyError: another command is writing.
    """
    client = _connect(store, 0.0)
    if client is None:
        try:
            writer = store.writer()
        except StoreBusyError:
            # A server that is just starting has the lock before it listens.
            client = _connect(store, _STARTING)
            if client is None:
                raise
        else:
            with writer:
                yield writer
            return
    with client:
        yield client


def _connect(store: Store, wait: float) -> WriterClient | None:
    try:
        return WriterClient.connect(store, wait)
    except NoWriterError:
        return None
