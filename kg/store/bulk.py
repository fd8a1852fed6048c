"""Much at once: whole graphs into the live database by its bulk loader, and out of it in steps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.store.writer import Writer

_STEP = 50_000
_MERGING = "rocksdb:low"
"""What RocksDB calls the threads that merge tables."""
_NICE = 10


@contextmanager
def merging_behind() -> Iterator[None]:
    """Have the databases of this process merge their tables only where processors are free.

    Merging begins as soon as there are two tables, and does most of the work anew when there are
    four: while parts come without a pause, one merge of many is worth several of few. Who commits
    waits for it anyway. That holds for some millions of triples: for twenty it was no less work.

    Without the right to take a thread's niceness back, the threads keep it; so this is for
    processes that end afterwards. Where threads have none of their own (other systems than Linux),
    nothing is done.
    """
    _set_niceness(_NICE)
    try:
        yield
    finally:
        _set_niceness(0)


def _set_niceness(nice: int) -> None:
    with suppress(OSError):
        for thread in Path("/proc/self/task").iterdir():
            with suppress(OSError):  # it ended, or may not go before others again
                if (thread / "comm").read_text().startswith(_MERGING):
                    os.setpriority(os.PRIO_PROCESS, int(thread.name), nice)


def bulk_add(writer: Writer, graph: str, triples: bytes) -> None:
    """Add N-Triples to a graph.

    Oxigraph writes the tables of a part aside and then takes them in at once, so a part of less
    than a million triples is there as a whole or not at all. Triples that are there already do
    no harm. It is on the disk when this returns, without a flush: the loader syncs its tables and
    the list of them. A flush would wait until the database has merged most of what came before,
    each time; so it is left to the next commit, after which readers see the triples.

    Args:
        writer: the store's writer.
        graph: IRI of the graph.
        triples: the triples, as UTF-8.

    Raises:
        StoreError: the disk refused.
        SyntaxError: the triples are none.
    """
    with writer.disk():
        writer.touch(graph)
        writer.ox.bulk_load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))


def clear_graph(writer: Writer, graph: str) -> int:
    """Remove a graph in steps, so that memory stays flat; return how many triples it had.

    Raises:
        StoreError: the disk refused; a part of the graph may be gone.
    """
    name, removed = ox.NamedNode(graph), 0
    while quads := list(islice(writer.ox.quads_for_pattern(None, None, None, name), _STEP)):
        writer.apply(quads, ())
        removed += len(quads)
    return removed
