"""What the checks look at: one revision of a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.iris import Minter
from kg.registry import Registry


@dataclass(frozen=True)
class View:
    """A revision of a store, as the checks see it.

    Args:
        database: the revision, read-only.
        base: the store's base IRI.
        text_of: SHA-256 to the text, or None where it is not kept.
        registry: who is who in the store.
    """

    database: ox.Store
    base: str
    text_of: Callable[[str], str | None]
    registry: Registry = field(default_factory=Registry)

    @property
    def mint(self) -> Minter:
        """Return the minter of the store's IRIs."""
        return Minter(self.base)

    @property
    def article_prefix(self) -> str:
        """Return what the names of article graphs begin with."""
        return f"{self.mint.graph('article')}/"

    def graphs(self) -> Iterator[str]:
        """Yield the names of the managed graphs, in order."""
        names = (g.value for g in self.database.named_graphs() if isinstance(g, ox.NamedNode))
        yield from sorted(name for name in names if self.mint.is_managed(name))

    def article_keys(self) -> list[str]:
        """Return the keys of the articles that have a graph, in order."""
        prefix = self.article_prefix
        return [name.removeprefix(prefix) for name in self.graphs() if name.startswith(prefix)]

    def quads(self, graph: str) -> Iterator[ox.Quad]:
        """Yield the quads of a named graph."""
        yield from self.database.quads_for_pattern(None, None, None, ox.NamedNode(graph))
