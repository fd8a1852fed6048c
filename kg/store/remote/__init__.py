"""Stores on other engines: the graph behind a SPARQL 1.1 endpoint, in place of a folder."""

from kg.store.remote.errors import Fault, RemoteError

__all__ = ["Fault", "RemoteError"]
