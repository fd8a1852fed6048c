"""What a revision holds, in numbers, for the descriptions of the data."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.iris import Minter
from kg.store import Store

_GRAPHS = "SELECT ?key (COUNT(*) AS ?n) { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key"
_CLASSES = "SELECT ?key (COUNT(DISTINCT ?s) AS ?n) { ?s a ?key } GROUP BY ?key"
_PROPERTIES = "SELECT ?key (COUNT(*) AS ?n) { ?s ?key ?o } GROUP BY ?key"
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
_OBJECTS = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"


@dataclass(frozen=True)
class Contents:
    """What a revision holds.

    Args:
        revision: its number.
        triples: triples in all graphs.
        subjects: distinct subjects.
        objects: distinct objects.
        articles: graphs of articles.
        article_triples: triples in them.
        graphs: every graph's IRI and its triples.
        classes: class IRI to the number of its instances.
        properties: property IRI to the number of its triples.
    """

    revision: int
    triples: int
    subjects: int
    objects: int
    articles: int
    article_triples: int
    graphs: dict[str, int] = field(repr=False)
    classes: dict[str, int] = field(repr=False)
    properties: dict[str, int] = field(repr=False)


_KEPT: OrderedDict[tuple[str, int], Contents] = OrderedDict()
_LOCK = threading.Lock()


def contents(store: Store) -> Contents:
    """Count what the current revision holds; a revision is counted once in a process."""
    with store.snapshot() as snapshot:
        key = (str(store.path), snapshot.revision)
        with _LOCK:
            found = _KEPT.get(key)
            if found is None:
                found = _KEPT[key] = _count(snapshot.ox, snapshot.revision, store.base)
                while len(_KEPT) > 4:
                    _KEPT.popitem(last=False)
        return found


def _count(database: ox.Store, revision: int, base: str) -> Contents:
    graphs = _table(database, _GRAPHS)
    start = str(Minter(base).article_graph(""))
    articles = [count for iri, count in graphs.items() if iri.startswith(start)]
    return Contents(
        revision,
        len(database),
        _number(database, _SUBJECTS),
        _number(database, _OBJECTS),
        len(articles),
        sum(articles),
        graphs,
        _table(database, _CLASSES),
        _table(database, _PROPERTIES),
    )


def _rows(database: ox.Store, query: str) -> ox.QuerySolutions:
    rows = database.query(query, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)  # they are SELECT queries
    return rows


def _table(database: ox.Store, query: str) -> dict[str, int]:
    counted = {}
    for row in _rows(database, query):
        key, number = row["key"], row["n"]
        if isinstance(key, ox.NamedNode) and isinstance(number, ox.Literal):
            counted[key.value] = int(number.value)
    return dict(sorted(counted.items()))


def _number(database: ox.Store, query: str) -> int:
    number = next(iter(_rows(database, query)))["n"]
    assert isinstance(number, ox.Literal)  # a count
    return int(number.value)
