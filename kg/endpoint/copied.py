"""A copy of a remote graph, for queries that its engine answers wrongly.

Virtuoso 7 gives rows too many or too few where a variable names the graph of a pattern
(``GRAPH ?g``) and is shared with OPTIONAL or NOT EXISTS, and fails at some such queries. All named
queries are of this kind. So over Virtuoso they are answered here, by our own engine, from a copy
of the graphs. The copy is made anew when the engine's graphs have other sizes, or a load was
noted since; a change that shows in neither is not seen.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

import pyoxigraph as ox

from kg.endpoint.depth import RefusedError
from kg.endpoint.guard import Examined
from kg.endpoint.tokens import Kind
from kg.store import Store
from kg.store.remote.database import RemoteDatabase
from kg.store.remote.protocol import Protocol
from kg.store.remote.stamp import Stamp, stamp

_FRESH = 1.0  # seconds for which the engine is not asked again whether anything changed


def needs_copy(examined: Examined) -> bool:
    """Tell whether a query names a graph by a variable."""
    return any(
        token.word == "GRAPH" and after.kind is Kind.VAR
        for token, after in zip(examined.tokens, examined.tokens[1:], strict=False)
    )


class Copied:
    """A copy of a remote graph in a temporary store of our own.

    Args:
        protocol: asks the engine.
        base: the store's base.
        most: how many triples are copied at most.
    """

    def __init__(self, protocol: Protocol, base: str, most: int) -> None:
        self._protocol, self._base, self._most = protocol, base, most
        self._folder = tempfile.TemporaryDirectory(prefix="kg-copy-")
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._until = 0.0
        self.store = Store.open(Path(self._folder.name) / "store", base)

    def refresh(self) -> Store:
        """Make the copy what the engine has now, if that has changed; return its store.

        Raises:
            RefusedError: there is too much to copy.
            RemoteError: the engine cannot be asked.
        """
        with self._lock:
            if time.monotonic() < self._until:
                return self.store
            now = stamp(self._protocol, self._base)
            if now != self._stamp:
                self._copy(now)
                self._stamp = now
            self._until = time.monotonic() + _FRESH
            return self.store

    def close(self) -> None:
        """Remove the copy."""
        self.store.close()
        self._folder.cleanup()

    def _copy(self, now_there: Stamp) -> None:
        triples = sum(number for _, number in now_there[0])
        if triples > self._most:
            raise RefusedError(
                "this engine answers queries with GRAPH and a variable wrongly, and its "
                f"{triples:,} triples are too many for a copy of ours ({self._most:,})",
                "raise KG_COPY_TRIPLES, or keep the store in a folder or on another engine",
            )
        database = RemoteDatabase(self._protocol)
        wanted = {
            quad
            for graph, _ in now_there[0]
            for quad in database.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        }
        with self.store.writer() as writer:
            now = set(writer.ox)
            writer.apply(now - wanted, wanted - now)
            writer.commit()
