"""The embedded store: an Oxigraph database in a folder, with one writer and many readers."""

from kg.store.snapshot import Snapshot
from kg.store.store import Store
from kg.store.writer import Writer

__all__ = ["Snapshot", "Store", "Writer"]
