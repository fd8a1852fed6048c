"""The live database: opening it for the one writer, and the graphs that a change empties."""

from __future__ import annotations

import gc
import time
from collections.abc import Collection

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.errors import DiskFullError, StoreError
from kg.store.layout import Layout
from kg.store.refused import no_room

_OWN = "current process"
"""What Oxigraph says of a lock that this process holds itself."""
_PATIENCE = 60.0
"""Seconds. Only who has the writer's lock waits here, so nobody else is writing meanwhile."""
_PAUSE = 0.02


def open_live(layout: Layout) -> ox.Store:
    """Open the live database.

    Raises:
        DiskFullError: the disk is full.
        StoreError: it cannot be opened.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return ox.Store(str(layout.live))
        except OSError as error:
            if _OWN not in str(error) or time.monotonic() > until:
                raise _refused(layout, error) from error
        # A database closes when the last reference to it goes. One may hang in a cycle, and a
        # collection that is under way in another thread must end before one can be asked for.
        gc.collect()
        time.sleep(_PAUSE)


def _refused(layout: Layout, error: OSError) -> StoreError:
    if no_room(error):
        return DiskFullError(
            f"{layout.root}: the disk is full, so the store cannot be opened for writing",
            "make room and try again; what was acknowledged is safe and can be read",
        )
    return StoreError(
        f"{layout.live}: the database cannot be opened for writing ({error})",
        "make room on the disk or check the folder's owner; if the database is damaged, "
        "restore the store from a backup",
    )


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
