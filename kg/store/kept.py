"""Texts and facts kept as files: there before a triple names them, gone when none does any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.store.durable import mark
from kg.store.files import HashedFiles
from kg.store.layout import Layout
from kg.vocabulary import DKG, PROV

# What names the kept files: an article's graph has its source here when its text came with it.
_TEXT = ox.NamedNode(PROV.hadPrimarySource)
_FACTS = ox.NamedNode(DKG.factsDigest)


@dataclass(frozen=True)
class NeededFiles:
    """The hashes of the texts and facts that a revision names."""

    texts: set[str]
    facts: set[str]


def needed_files(database: ox.Store) -> NeededFiles:
    """Return the hashes of the texts and facts that a database names."""
    texts, facts = (
        {
            quad.object.value.rsplit("/", 1)[-1]
            for quad in database.quads_for_pattern(None, predicate, None, None)
            if isinstance(quad.object, ox.NamedNode | ox.Literal)
        }
        for predicate in (_TEXT, _FACTS)
    )
    return NeededFiles(texts, facts)


class KeptFiles:
    """The kept files of a store, as its writer handles them.

    Args:
        layout: the store's folder.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._texts = HashedFiles(layout.texts, ".txt")
        self._facts = HashedFiles(layout.facts, ".json")
        self._put_aside: set[str] = set()
        self._dropped: list[tuple[HashedFiles, ox.NamedNode, ox.NamedNode | ox.Literal]] = []

    def put_text(self, data: bytes) -> str:
        """Keep a text; return its hash."""
        return self._put(self._texts, data)

    def put_facts(self, data: bytes) -> str:
        """Keep facts; return their hash."""
        return self._put(self._facts, data)

    def sync(self) -> None:
        """Wait until all that was put is on the disk."""
        self._texts.sync()
        self._facts.sync()

    def applied(self, gone: Iterable[Quad]) -> None:
        """Note which quads were removed, after what names the files that were put was added."""
        self._put_aside.clear()
        for quad in gone:
            if quad.predicate == _TEXT and isinstance(quad.object, ox.NamedNode):
                self._dropped.append((self._texts, quad.predicate, quad.object))
            elif quad.predicate == _FACTS and isinstance(quad.object, ox.Literal):
                self._dropped.append((self._facts, quad.predicate, quad.object))

    def committed(self, database: ox.Store, alone: bool) -> None:
        """Remove the files that nothing names any more, or leave that for the next writer.

        Args:
            database: the live database.
            alone: whether readers have the new revision only; an older one may still want what
                it names.
        """
        if not alone:
            if self._dropped:
                mark(self._layout.unswept)
            return
        dropped, self._dropped = self._dropped, []
        for files, predicate, value in dropped:
            sha256 = value.value.rsplit("/", 1)[-1]
            named = next(database.quads_for_pattern(None, predicate, value, None), None)
            if named is None and sha256 not in self._put_aside:
                files.drop(sha256)

    def sweep(self, database: ox.Store) -> None:
        """Remove every file that a database does not name."""
        needed = needed_files(database)
        self._texts.sweep(needed.texts)
        self._facts.sweep(needed.facts)
        self._layout.unswept.unlink(missing_ok=True)

    def _put(self, files: HashedFiles, data: bytes) -> str:
        sha256 = files.put(data)
        self._put_aside.add(sha256)
        return sha256
