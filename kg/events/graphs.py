"""The graphs of event tables in a store: begun, filled part by part, finished, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Protocol

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.cores import cores
from kg.events import parts
from kg.events.journal import Journal
from kg.events.naming import graph_of, names_graph
from kg.iris import Minter
from kg.store import Store, Writer
from kg.store.bulk import bulk_add, clear_graph
from kg.vocabulary import DC, PROV, RDF, RDFS, SCHEMA, XSD

State = Literal["new", "replaced", "resumed", "unchanged"]

_NAMED = tuple(ox.NamedNode(term) for term in (SCHEMA.agent, SCHEMA.object, SCHEMA.location))
_SOURCE = ox.NamedNode(DC.source)


@dataclass(frozen=True)
class Begun:
    """How a table stands when its load begins.

    Args:
        state: what is there of it.
        done: parts that are in already.
        removed: triples of an earlier load that were removed.
    """

    state: State
    done: frozenset[int] = field(default_factory=frozenset)
    removed: int = 0


class EventGraphs(Protocol):
    """Takes the triples of event tables into a store.

    ``at_once`` is how many parts it takes at a time, each in a thread of its own.
    """

    at_once: int

    def begin(self, key: str, digest: str) -> Begun:
        """Make ready for a table, in place of what the store has of it.

        Args:
            key: the table's key.
            digest: what is loaded; the same digest gives the same triples.
        """
        ...

    def part(self, key: str, number: int, events: bytes, names: bytes) -> None:
        """Take a part of the table begun last; it is on the disk when this returns.

        Args:
            key: the table's key.
            number: the part's number.
            events: N-Triples of its events.
            names: N-Triples that describe actors and places.
        """
        ...

    def finish(self, key: str, digest: str, label: str, names: bytes = b"") -> int:
        """Note that all parts are in; return the revision that readers now have.

        Args:
            key: the table's key.
            digest: what was loaded.
            label: what the provenance says of it.
            names: N-Triples that describe actors and places and came with no part.
        """
        ...

    def remove(self, keys: Sequence[str]) -> int:
        """Remove tables; return the revision without them."""
        ...


class DirectGraphs(EventGraphs):
    """Writes into the store itself, as its writer.

    A table's digest is noted in the provenance graph when all of it is in. Until then the
    journal tells which parts are, so that a load that was killed goes on where it was.

    Args:
        store: the store.
        writer: its writer.
    """

    # The bulk load of a part is at work in one thread, and takes some 150 MB.
    at_once = min(cores(), 4)

    def __init__(self, store: Store, writer: Writer) -> None:
        self._base = store.base
        self._mint = Minter(store.base)
        self._writer = writer
        self._journal = Journal(store.layout.loads)
        self._provenance = ox.NamedNode(self._mint.graph("provenance"))

    def begin(self, key: str, digest: str) -> Begun:
        """Make ready for a table, in place of what the store has of it.

        Raises:
            StoreError: the disk refused.
        """
        # Numbers of parts mean something only where parts are of the same size.
        wanted = f"{digest}, parts of {parts.PART}"
        under_way = self._journal.read(key)
        if under_way is not None and under_way.digest == wanted:
            return Begun("resumed", under_way.done)
        notes = self._notes(key)
        if under_way is None and notes == {self._note(key, digest)}:
            return Begun("unchanged")
        graph = graph_of(self._base, key)
        there = bool(notes) or self._writer.ox.contains_named_graph(ox.NamedNode(graph))
        # Whatever happens from here on, the old table is no longer whole.
        self._journal.begin(key, "" if there else wanted)
        removed = 0
        if there:
            removed = self._clear(key)
            self._journal.begin(key, wanted)
        return Begun("replaced" if there else "new", removed=removed)

    def part(self, key: str, number: int, events: bytes, names: bytes) -> None:
        """Take a part of the table begun last; it is on the disk when this returns."""
        if names:
            self._add(names_graph(self._base), names)
        if events:
            self._add(graph_of(self._base, key), events)
        self._journal.done(key, number)

    def finish(self, key: str, digest: str, label: str, names: bytes = b"") -> int:
        """Note that all parts are in; return the revision that readers now have."""
        if names:
            self._add(names_graph(self._base), names)
        old = self._notes(key)
        new = {self._note(key, digest)}
        self._writer.apply(old - new, [*new, *self._activity(key, label, PROV.generated)])
        revision = self._writer.commit()
        self._journal.end(key)
        return revision

    def remove(self, keys: Sequence[str]) -> int:
        """Remove tables; return the revision without them."""
        for key in keys:
            self._journal.begin(key, "")
            self._clear(key)
            self._writer.apply((), self._activity(key, f"Removed: {key}", PROV.invalidated))
            revision = self._writer.commit()
            self._journal.end(key)
        return revision if keys else self._writer.revision

    def _add(self, graph: str, triples: bytes) -> None:
        bulk_add(self._writer, graph, triples)

    def _drop(self, graph: str) -> int:
        return clear_graph(self._writer, graph)

    def _clear(self, key: str) -> int:
        """Remove a table's graph, its note, and what only it named of actors and places."""
        live, graph = self._writer.ox, graph_of(self._base, key)
        self._writer.apply(self._notes(key), ())
        named = {
            quad.object
            for term in _NAMED
            for quad in live.quads_for_pattern(None, term, None, ox.NamedNode(graph))
        }
        removed = self._drop(graph)
        names = ox.NamedNode(names_graph(self._base))
        lost: list[Quad] = []
        for node in named:
            if not any(live.quads_for_pattern(None, None, node, None)):
                assert isinstance(node, ox.NamedNode)
                lost.extend(live.quads_for_pattern(node, None, None, names))
        self._writer.apply(lost, ())
        return removed + len(lost)

    def _note(self, key: str, digest: str) -> Quad:
        graph = ox.NamedNode(graph_of(self._base, key))
        return Quad(graph, _SOURCE, ox.Literal(f"event table, {digest}"), self._provenance)

    def _notes(self, key: str) -> set[Quad]:
        graph = ox.NamedNode(graph_of(self._base, key))
        return set(self._writer.ox.quads_for_pattern(graph, _SOURCE, None, self._provenance))

    def _activity(self, key: str, label: str, verb: str) -> set[Quad]:
        now = datetime.now(UTC)
        node = ox.NamedNode(self._mint.entity(f"load/events/{key}/{now:%Y%m%dT%H%M%S.%fZ}"))
        stamp = f"{now:%Y-%m-%dT%H:%M:%S.%f}".rstrip("0").rstrip(".") + "Z"
        about: list[tuple[str, ox.NamedNode | ox.Literal]] = [
            (RDF.type, ox.NamedNode(PROV.Activity)),
            (RDFS.label, ox.Literal(label)),
            (PROV.endedAtTime, ox.Literal(stamp, datatype=ox.NamedNode(XSD.dateTime))),
            (verb, ox.NamedNode(graph_of(self._base, key))),
        ]
        return {Quad(node, ox.NamedNode(term), value, self._provenance) for term, value in about}


def table_keys(database: ox.Store, base: str) -> list[str]:
    """Return the keys of the event tables that a database holds."""
    prefix = graph_of(base, "")
    return sorted(
        graph.value.removeprefix(prefix)
        for graph in database.named_graphs()
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(prefix)
    )
