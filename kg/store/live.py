"""The live database: opening it for the one writer, and the graphs that a change empties."""

from __future__ import annotations

import gc
from collections.abc import Collection

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.errors import DiskFullError, StoreError
from kg.store.layout import Layout
from kg.store.refused import no_room


def open_live(layout: Layout) -> ox.Store:
    """Open the live database.

    Raises:
        DiskFullError: the disk is full.
        StoreError: it cannot be opened.
    """
    try:
        return ox.Store(str(layout.live))
    except OSError:
        # A database closes when the last reference to it goes; one may hang in a cycle.
        gc.collect()
    try:
        return ox.Store(str(layout.live))
    except OSError as error:
        if no_room(error):
            raise DiskFullError(
                f"{layout.root}: the disk is full, so the store cannot be opened for writing",
                "make room and try again; what was acknowledged is safe and can be read",
            ) from error
        raise StoreError(
            f"{layout.live}: the database cannot be opened for writing ({error})",
            "make room on the disk or check the folder's owner; if the database is damaged, "
            "restore the store from a backup",
        ) from error


def emptied(database: ox.Store, gone: Collection[Quad], new: Collection[Quad]) -> list[str]:
    """Return the names of the graphs that a change empties, which would stay as names."""
    left = {quad.graph_name for quad in gone} - {quad.graph_name for quad in new}
    removed = set(gone)
    return [
        str(graph)
        for graph in left
        if isinstance(graph, ox.NamedNode)
        and all(q in removed for q in database.quads_for_pattern(None, None, None, graph))
    ]
