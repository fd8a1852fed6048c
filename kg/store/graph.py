"""A store as an rdflib ``Dataset``, for plain rdflib code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import Any

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from rdflib import XSD, Dataset, Graph, Literal
from rdflib.plugins.sparql.sparql import Query, Update
from rdflib.query import Result
from rdflib.term import Identifier

from kg.errors import StoreError
from kg.store.snapshot import Snapshot
from kg.store.store import Store
from kg.store.writer import Writer
from kg.vocabulary import PREFIXES

# What may contain the word FROM without being a clause: IRIs, strings and comments.
_OPAQUE = re.compile(
    r"""<[^<>"{}|^`\\\x00-\x20]*>|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}|"{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3}"""
    r"""|'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*"|\#[^\n\r]*""",
    re.DOTALL,
)
_FROM = re.compile(r"(?<![\w?$:.%\\-])FROM(?:\s*<>|\s+(?:NAMED\b|[^\s<>{}]*:))", re.IGNORECASE)


def names_dataset(query: str) -> bool:
    """Tell whether a query says FROM or FROM NAMED (SPARQL 1.1 Query, section 13.2).

    Oxigraph ignores both when the default graph is a union, so such a query is run without.
    """
    plain = _OPAQUE.sub(lambda found: "<>" if found[0][0] == "<" else " ", query)
    return _FROM.search(plain) is not None


def _plain(term: Any) -> Any:
    """Return a string as rdflib code writes it: `Literal("x")`, without naming xsd:string."""
    if isinstance(term, Literal) and term.datatype == XSD.string:
        return Literal(str(term))
    return term


class _SnapshotStore(OxigraphStore):
    """A revision of a store, which refuses every change in words."""

    def __init__(self, snapshot: Snapshot | None, database: ox.Store) -> None:
        super().__init__(store=database)
        self._snapshot = snapshot

    def query(
        self,
        query: Query | str,
        initNs: Mapping[str, Any],  # noqa: N803 - rdflib's names
        initBindings: Mapping[str, Identifier],  # noqa: N803
        queryGraph: str,  # noqa: N803
        **kwargs: object,
    ) -> Result:
        union = queryGraph == "__UNION__" and not (isinstance(query, str) and names_dataset(query))
        graph = queryGraph if union or queryGraph != "__UNION__" else ""
        result: Result = super().query(query, initNs, initBindings, graph, **kwargs)
        if result.type == "SELECT":
            rows = result._genbindings or iter(())
            result.bindings = ({name: _plain(term) for name, term in row.items()} for row in rows)
        elif result.graph is not None:
            plain = Graph()
            plain += ((s, p, _plain(o)) for s, p, o in result.graph)
            result.graph = plain
        return result

    def triples(
        self, triple_pattern: Any, context: Graph | None = None
    ) -> Iterator[tuple[Any, Iterator[Graph | None]]]:
        for (s, p, o), graphs in super().triples(triple_pattern, context):
            yield (s, p, _plain(o)), graphs

    def _changing(self) -> None:
        raise StoreError(
            "this graph was opened for reading", "open it with kg.open_graph(path, write=True)"
        )

    def add(self, triple: Any, context: Graph, quoted: bool = False) -> None:
        self._changing()
        super().add(triple, context, quoted)

    def addN(self, quads: Iterable[Any]) -> None:  # noqa: N802 - rdflib's name
        self._changing()
        super().addN(list(quads))

    def remove(self, triple: Any, context: Graph | None = None) -> None:
        self._changing()
        super().remove(triple, context)

    def update(
        self,
        update: Update | str,
        initNs: Mapping[str, Any],  # noqa: N803
        initBindings: Mapping[str, Identifier],  # noqa: N803
        queryGraph: str,  # noqa: N803
        **kwargs: object,
    ) -> None:
        self._changing()
        super().update(update, initNs, initBindings, queryGraph, **kwargs)

    def add_graph(self, graph: Graph) -> None:
        # rdflib calls this whenever a graph is named, also to read it.
        return

    def remove_graph(self, graph: Graph) -> None:
        self._changing()
        super().remove_graph(graph)

    def close(self, commit_pending_transaction: bool = False) -> None:
        self._store = None
        if self._snapshot is not None:
            self._snapshot.close()

    @property
    def _inner(self) -> ox.Store:
        if self._store is None:
            raise StoreError("this graph was closed", "open it again")
        return self._store


class _LiveStore(_SnapshotStore):
    """The live database, whose changes are committed when it is closed."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(None, writer.ox)
        self._writer = writer

    def _changing(self) -> None:
        self._inner  # noqa: B018 - raises when closed
        self._writer.touch()

    def add_graph(self, graph: Graph) -> None:
        # A graph is there as soon as it has a triple; empty ones are not kept.
        return

    def close(self, commit_pending_transaction: bool = False) -> None:
        super().close()
        self._writer.close()


def open_graph(path: str | PathLike[str], *, write: bool = False) -> Dataset:
    """Open a store as an rdflib ``Dataset`` whose default graph is the union of all graphs.

    Queries given as strings are answered by Oxigraph; one with a dataset clause sees the graphs
    that it names. The dataset must be closed: reading, it keeps its revision on the disk;
    writing, its changes become the current revision then. Graphs below ``{base}graph/`` are
    kept by the loader, which undoes what others change there; every other graph is free.

    Args:
        path: the store's folder.
        write: work on the live database, as the one writer of the store; makes the store when
            it is absent.

    Raises:
        StoreError: there is no store, or it cannot be opened.
        StoreBusyError: another process is writing.
    """
    store = Store.open(path, create=write)
    backend: _SnapshotStore
    if write:
        backend = _LiveStore(store.writer())
    else:
        snapshot = store.snapshot()
        backend = _SnapshotStore(snapshot, snapshot.ox)
        store.close()
    dataset = Dataset(store=backend, default_union=True)
    for prefix, iri in PREFIXES.items():
        dataset.bind(prefix, iri, replace=True)
    return dataset
