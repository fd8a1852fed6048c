"""What takes articles into a store: its writer itself here, or through a server elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from kg.errors import UnknownNameError
from kg.iris import Minter
from kg.loader.articles import Articles, Outcome
from kg.loader.refresh import Refreshed, refresh
from kg.nearest import nearest
from kg.readers import Reading
from kg.store import Store, Writer
from kg.vocabulary import SCHEMA

_URL = ox.NamedNode(SCHEMA.url)


@dataclass(frozen=True)
class Result:
    """What became of an article.

    Args:
        reading: the article as it was read.
        key: its key.
        outcome: what was done; None when it was refused.
        error: why it was refused.
    """

    reading: Reading
    key: str = ""
    outcome: Outcome | None = None
    error: str = ""


@dataclass
class Written:
    """What was written: triples added, triples removed, and the revision that has it all."""

    added: int = 0
    removed: int = 0
    revision: int = 0


class Receiver(Protocol):
    """Takes articles into a store; it may take several at once, and tell of them later."""

    def refresh(self) -> Refreshed:
        """Bring the store up to date with the package and the registry."""
        ...

    def put(self, reading: Reading, *, force: bool) -> list[Result]:
        """Take an article in; return what is known by now of those that were put."""
        ...

    def finish(self) -> list[Result]:
        """Wait until all is on the disk; return what is known of the rest."""
        ...

    def remove(self, names: Sequence[str]) -> list[str]:
        """Remove articles by key, IRI or URL; return their keys."""
        ...

    @property
    def written(self) -> Written:
        """What was written by now."""
        ...


class Direct(Receiver):
    """Writes articles into the store itself, as its writer.

    Args:
        store: the store.
        writer: its writer.
        articles: puts articles there.
    """

    def __init__(self, store: Store, writer: Writer, articles: Articles) -> None:
        self._store, self._writer, self._articles = store, writer, articles

    def refresh(self) -> Refreshed:
        """Bring the store up to date with the package and the registry."""
        return refresh(self._store, self._writer, self._articles)

    def put(self, reading: Reading, *, force: bool) -> list[Result]:
        """Take an article in; it is on the disk after `finish`."""
        text = reading.text if reading.keep_text else None
        try:
            key, outcome = self._articles.put(reading.facts, text, force=force)
        except ValueError as error:
            return [Result(reading, error=str(error))]
        return [Result(reading, key, outcome)]

    def finish(self) -> list[Result]:
        """Commit what waits."""
        self._articles.flush()
        self._writer.commit()
        return []

    def remove(self, names: Sequence[str]) -> list[str]:
        """Remove articles by key, IRI or URL; return their keys."""
        database, mint = self._writer.ox, self._articles.mint
        keys = list(dict.fromkeys(find_article(database, mint, name) for name in names))
        for key in keys:
            self._articles.remove(key)
        self._articles.flush()
        return keys

    @property
    def written(self) -> Written:
        """What was written by now."""
        return Written(self._articles.added, self._articles.removed, self._writer.revision)


@contextmanager
def direct(store: Store) -> Iterator[Receiver]:
    """Take articles in as the store's writer.

    Raises:
        StoreBusyError: another process is writing.
    """
    with store.writer() as writer, Articles(store, writer) as articles:
        yield Direct(store, writer, articles)


Receiving = Callable[[Store], AbstractContextManager[Receiver]]
"""Opens a store for taking articles in."""


def find_article(database: ox.Store, minter: Minter, name: str) -> str:
    """Return the key of an article from its key, its IRI, its graph's IRI or its URL.

    Raises:
        UnknownNameError: there is none; the nearest keys are suggested.
    """
    for prefix in (minter.article(""), minter.article_graph("")):
        name = name.removeprefix(prefix)
    try:
        if database.contains_named_graph(ox.NamedNode(minter.article_graph(name))):
            return name
        address = ox.NamedNode(name)
    except ValueError:
        address = None
    prefix = minter.article("")
    if address is not None:
        for quad in database.quads_for_pattern(None, _URL, address, None):
            subject = quad.subject
            if isinstance(subject, ox.NamedNode) and subject.value.startswith(prefix):
                return subject.value.removeprefix(prefix)
    graphs = minter.article_graph("")
    keys = [
        graph.value.removeprefix(graphs)
        for graph in database.named_graphs()
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(graphs)
    ]
    near = nearest(name, keys)
    raise UnknownNameError("article", name, [near] if near else [])
