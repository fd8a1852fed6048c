"""A store on a remote engine: what `kg.store.Store` is for a folder."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from kg.addresses import Addresses
from kg.errors import BaseMismatchError, StoreError
from kg.iris import DEFAULT_BASE, Minter
from kg.store.files import HashedFiles
from kg.store.layout import Layout, check_base
from kg.store.remote.connection import Connection
from kg.store.remote.database import RemoteDatabase
from kg.store.remote.errors import Fault, RemoteError
from kg.store.remote.protocol import Limits, Protocol
from kg.store.remote.retry import ONCE, Policy
from kg.store.remote.writer import RemoteWriter
from kg.store.snapshot import Database, Snapshot
from kg.store.store import Store
from kg.vocabulary import DC, PROV

_SOURCE, _STARTED = f"<{DC.source}>", f"<{PROV.startedAtTime}>"
_GRAPH = "graph/provenance"

# Whoever gave a wrong address should hear of it soon.
_AT_FIRST = Limits(policy=Policy(attempts=3, first=0.3, longest=5.0))

_BASES = f"""SELECT DISTINCT ?g WHERE {{
  {{ GRAPH ?g {{ ?s {_SOURCE} ?o }} }} UNION {{ GRAPH ?g {{ ?s {_STARTED} ?o }} }}
  FILTER(STRENDS(STR(?g), "/{_GRAPH}"))
}}"""


class NoFolder(Layout):
    """The places of a store without a folder, which are nowhere but for refused records."""

    @property
    def rejects(self) -> Path:
        """The folder of refused records: below the current one."""
        return Path("rejects")


class NoFiles(HashedFiles):
    """Files that are not kept, since the store has no folder."""

    def has(self, sha256: str) -> bool:
        """Return true: nothing is missing where nothing is to be kept."""
        return True

    def get(self, sha256: str) -> bytes | None:
        """Return None: the content is not kept."""
        return None

    def put(self, data: bytes) -> str:
        """Drop a content; return its hash."""
        return hashlib.sha256(data).hexdigest()

    def sync(self) -> None:
        """Do nothing."""


class RemoteSnapshot(Snapshot):
    """A look at a remote graph, which others may change meanwhile.

    Args:
        store: the store.
    """

    def __init__(self, store: RemoteStore) -> None:
        self.revision = 0
        self.path = store.path
        self._store: RemoteStore | None = store
        self._database = RemoteDatabase(store.protocol)

    @property
    def ox(self) -> ox.Store:
        """The graph, read-only.

        Raises:
            StoreError: the snapshot was closed.
        """
        if self._store is None:
            raise StoreError("this snapshot was closed", "take a new one")
        return self._database.as_store

    def check(self) -> None:
        """See that the engine answers; it is asked once, so that one hears soon.

        Raises:
            RemoteError: it does not.
        """
        assert self._store is not None
        self._store.protocol.holds("ASK { GRAPH ?g { ?s ?p ?o } }", limits=Limits(policy=ONCE))

    def local(self) -> Database:
        """Return a copy of the managed graphs, in memory, for what looks at all of it closely."""
        assert self._store is not None
        mint, copied = Minter(self._store.base), ox.Store()
        for graph in self._database.named_graphs():
            if mint.is_managed(graph.value):
                copied.bulk_extend(self._database.quads_for_pattern(None, None, None, graph))
        return copied

    def close(self) -> None:
        """Give the snapshot back; a second call does nothing."""
        self._store = None


class RemoteStore(Store):
    """A store whose graph is on a remote engine; `open_remote` makes it.

    Texts, facts and the registry are in a folder of ours where the addresses name one; else
    texts and facts are not kept, and there is no registry.

    Args:
        addresses: where the engine is.
        base: base of the IRIs.
        protocol: asks and changes the engine.
    """

    remote = True

    def __init__(self, addresses: Addresses, base: str, protocol: Protocol) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        nowhere = Path(tempfile.gettempdir()) / f"kg-{uuid.uuid4()}"
        self.layout = Layout(addresses.files) if addresses.files else NoFolder(nowhere)
        self.addresses, self.base, self.protocol = addresses, base, protocol
        self.path = cast(Path, addresses)  # as it is shown
        kind = HashedFiles if addresses.files else NoFiles
        self.texts = kind(self.layout.texts, ".txt")
        self.facts = kind(self.layout.facts, ".json")

    @property
    def has_files(self) -> bool:
        """Whether texts, facts and the registry are kept."""
        return self.addresses.files is not None

    @property
    def revision(self) -> int:
        """0: a remote engine has no revisions of ours."""
        return 0

    def snapshot(self) -> Snapshot:
        """Look at the graph as it is."""
        return RemoteSnapshot(self)

    def writer(self) -> RemoteWriter:
        """Become the one writer of the store.

        Raises:
            StoreBusyError: another process is writing.
            StoreError: an address is missing.
            RemoteError: the engine cannot be used.
        """
        self.protocol.addresses.for_writing()
        if self.has_files:
            for folder in (self.layout.texts, self.layout.facts, self.layout.rejects):
                folder.mkdir(parents=True, exist_ok=True)
        elif self._folder is None:
            # For the registry's template, which is written where there is none.
            self._folder = tempfile.TemporaryDirectory(prefix="kg-")
            self.layout = NoFolder(Path(self._folder.name))
        return RemoteWriter(self.protocol, self.base, self.texts, self.facts)

    def close(self) -> None:
        """Close the connections."""
        self.protocol.connection.close()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> RemoteStore:
        return self


def open_remote(
    addresses: Addresses,
    base: str | None = None,
    *,
    create: bool = True,
    connection: Connection | None = None,
) -> RemoteStore:
    """Open a store on a remote engine.

    Args:
        addresses: where it is.
        base: base of its IRIs; None takes the one that the engine's graphs show.
        create: go on where the engine has no store yet.
        connection: to the engine; None makes one.

    Raises:
        BaseMismatchError: the store there has another base, or there are several.
        StoreError: there is no store yet.
        RemoteError: the engine cannot be asked.
    """
    wanted = None if base is None else check_base(base)
    protocol = Protocol(connection or Connection(addresses))
    graphs = [row[0].value for row in protocol.solutions(_BASES, _AT_FIRST)]
    found = sorted({graph.removesuffix(_GRAPH) for graph in graphs})
    if wanted is not None and found and wanted not in found:
        raise BaseMismatchError(
            f"{addresses}: the store was made with the base {' and '.join(found)}, not {wanted}",
            "leave KG_BASE and --base away, or use another engine",
        )
    if wanted is None and len(found) > 1:
        raise BaseMismatchError(
            f"{addresses}: there are several stores, with the bases {', '.join(found)}",
            "say with KG_BASE or --base which one is meant",
        )
    if not found and not create:
        raise RemoteError(
            Fault.MISSING, f"{addresses}: there is no store at this engine", "'kg load' makes one"
        )
    chosen = wanted or (found[0] if found else DEFAULT_BASE)
    return RemoteStore(addresses, chosen, protocol)
