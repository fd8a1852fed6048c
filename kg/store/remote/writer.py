"""Writing to a remote store, in an order in which a crash does no lasting harm.

A change is several requests, and no engine makes them one. So it goes article by article, each
graph in one request; then the derived graphs; the provenance graph last. A writer that does not
come to its end leaves its mark (see `kg.store.remote.lease`), and the next one makes the derived
graphs anew from the articles. An article of which only the graph was written is not taken for
loaded until its provenance is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from kg.errors import StoreError
from kg.iris import Minter
from kg.store.files import HashedFiles
from kg.store.remote.database import RemoteDatabase
from kg.store.remote.errors import Fault, RemoteError
from kg.store.remote.lease import Lease
from kg.store.remote.protocol import Protocol
from kg.store.writer import Writer

WHOLE = 3_000
"""From so many changed triples on a graph is sent whole, if it is not much larger."""


class RefusedGraphError(RemoteError):
    """A change that the engine does not take; the articles are as they were before."""


class RemoteWriter(Writer):
    """The one writer of a remote store, made by `RemoteStore.writer`.

    Args:
        protocol: asks and changes the engine.
        base: the store's base.
        texts: where texts are kept.
        facts: where facts are kept.
    """

    def __init__(
        self, protocol: Protocol, base: str, texts: HashedFiles, facts: HashedFiles
    ) -> None:
        self.base = base
        self._protocol = protocol
        self._mint = Minter(base)
        self._database = RemoteDatabase(protocol, remember=True)
        self._texts, self._facts = texts, facts
        self._lease: Lease | None = Lease(protocol, self._mint)
        self._whole = True
        self.healed = self._lease.taken_over

    @property
    def ox(self) -> ox.Store:
        """The remote graph, to be read here.

        Raises:
            StoreError: the writer was closed.
        """
        self._held()
        return self._database.as_store

    @property
    def revision(self) -> int:
        """Nothing: a remote engine has no revisions of ours."""
        return 0

    def touch(self, graph: str | None = None) -> None:
        """Say that the graph is about to change."""
        self._held().renew()

    def put_text(self, text: str) -> str:
        """Keep the text of an article; return the SHA-256 of its UTF-8 bytes."""
        return self._texts.put(text.encode())

    def put_facts(self, data: bytes) -> str:
        """Keep the facts of an article; return the SHA-256 of the bytes."""
        return self._facts.put(data)

    def update(self, text: str, *, managed: bool = True) -> None:
        """Refuse updates of others, which belong to the engine itself.

        Raises:
            StoreError: always.
        """
        raise StoreError(
            f"{self._protocol.addresses}: updates of your own are not passed on",
            "send them to the engine itself",
        )

    def expect(self, entities: Iterable[str], subjects: Iterable[tuple[str, str]]) -> None:
        """Read together what is soon looked up one by one (see `RemoteDatabase.expect`)."""
        self._database.expect(entities, subjects)

    def apply(self, removed: Iterable[Quad], added: Iterable[Quad]) -> bool:
        """Remove and add quads, graph by graph; articles first, provenance last.

        Returns:
            Whether there was anything to change.

        Raises:
            RefusedGraphError: the engine does not take an article's graph; nothing was written.
            RemoteError: only a part was written; the next writer sees to the rest.
        """
        gone, new = _by_graph(removed), _by_graph(added)
        if not gone and not new:
            return False
        self.touch()
        self._texts.sync()
        self._facts.sync()
        whole, self._whole = self._whole, False
        graphs = sorted({*gone, *new}, key=self._place)
        try:
            articles = [graph for graph in graphs if self._is_article(graph)]
            self._put_articles(articles, gone, new)
            for graph in graphs[len(articles) :]:
                self._change(graph, gone.get(graph, set()), new.get(graph, set()))
        except RefusedGraphError:
            self._whole = whole
            raise
        finally:
            self._database.forget()
        self._whole = whole
        return True

    def add(self, graph: str, triples: bytes) -> None:
        """Add N-Triples to a graph, which no other graph is derived from.

        Raises:
            RemoteError: only a part was added, or it is not known.
        """
        self._protocol.add(graph, triples, before=self.touch)
        self._database.forget()

    def drop(self, graph: str) -> int:
        """Remove a graph, which no other graph is derived from; return how many triples it had.

        Raises:
            RemoteError: it was not removed, or it is not known.
        """
        self.touch()
        number = self._database.number(NamedNode(graph))
        self._protocol.put(graph, ())
        self._database.forget()
        return number

    def commit(self) -> int:
        """Do nothing: what was applied is at the engine."""
        self._held()
        return self.revision

    def set_right(self) -> None:
        """Say that the derived graphs fit the articles again."""
        self._held().healed()
        self.healed = False
        self._whole = True

    def close(self) -> None:
        """Let the next writer in; a second call does nothing."""
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.release(whole=self._whole)

    def _held(self) -> Lease:
        if self._lease is None:
            raise StoreError("this writer was closed", "take a new one")
        return self._lease

    def _place(self, graph: NamedNode) -> tuple[int, str]:
        if self._is_article(graph):
            return 0, graph.value
        return (2 if graph.value == self._mint.graph("provenance") else 1), graph.value

    def _is_article(self, graph: NamedNode) -> bool:
        return graph.value.startswith(self._mint.article_graph(""))

    def _put_articles(
        self,
        graphs: Iterable[NamedNode],
        gone: dict[NamedNode, set[Quad]],
        new: dict[NamedNode, set[Quad]],
    ) -> None:
        before: dict[NamedNode, set[Quad]] = {}
        try:
            for graph in graphs:
                now = set(self._database.quads_for_pattern(None, None, None, graph))
                before[graph] = now
                after = (now - gone.get(graph, set())) | new.get(graph, set())
                self._protocol.put(graph.value, (quad.triple for quad in after))
        except RemoteError as error:
            if error.fault not in (Fault.REFUSED, Fault.FAILED):
                raise
            # Some engines have emptied the graph by then.
            for graph, now in before.items():
                self._protocol.put(graph.value, (quad.triple for quad in now))
            raise RefusedGraphError(Fault.REFUSED, error.message, error.remedy) from error

    def _change(self, graph: NamedNode, gone: set[Quad], new: set[Quad]) -> None:
        changed = len(gone) + len(new)
        if changed >= WHOLE and self._database.number(graph) <= 4 * changed:
            now = set(self._database.quads_for_pattern(None, None, None, graph))
            self._protocol.put(graph.value, (quad.triple for quad in (now - gone) | new))
        else:
            self._protocol.change(gone - new, new)

    def __enter__(self) -> RemoteWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _by_graph(quads: Iterable[Quad]) -> dict[NamedNode, set[Quad]]:
    found: dict[NamedNode, set[Quad]] = {}
    for quad in quads:
        assert isinstance(quad.graph_name, NamedNode)  # managed graphs have names
        found.setdefault(quad.graph_name, set()).add(quad)
    return found
