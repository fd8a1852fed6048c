"""What a revision holds, in numbers, for the descriptions of the data."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.endpoint.execute import Engine
from kg.endpoint.selecting import select
from kg.iris import Minter
from kg.store import Store

_GRAPHS = "SELECT ?key (COUNT(*) AS ?n) { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key"
_CLASSES = "SELECT ?key (COUNT(DISTINCT ?s) AS ?n) { ?s a ?key } GROUP BY ?key"
_PROPERTIES = "SELECT ?key (COUNT(*) AS ?n) { ?s ?key ?o } GROUP BY ?key"
_TRIPLES = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
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


def contents(store: Store, engine: Engine) -> Contents:
    """Count what the current revision holds; a revision is counted once in a process.

    Raises:
        KgError: the counting was stopped, as any query may be.
    """
    with _LOCK:
        key = (str(store.path), store.revision)
        found = _KEPT.get(key)
        while found is None:
            found = _count(engine, store.base)
        _KEPT[str(store.path), found.revision] = found
        while len(_KEPT) > 4:
            _KEPT.popitem(last=False)
        return found


def _count(engine: Engine, base: str) -> Contents | None:
    """Count; return None where the revision changed meanwhile."""
    revisions: set[int] = set()

    def table(query: str) -> dict[str, int]:
        revision, rows = select(engine, query)
        revisions.add(revision)
        counted = {}
        for row in rows:
            key, number = row["key"], row["n"]
            if isinstance(key, ox.NamedNode) and isinstance(number, ox.Literal):
                counted[key.value] = int(number.value)
        return dict(sorted(counted.items()))

    def number(query: str) -> int:
        revision, rows = select(engine, query)
        revisions.add(revision)
        found = next(iter(rows))["n"]
        assert isinstance(found, ox.Literal)  # a count
        return int(found.value)

    graphs = table(_GRAPHS)
    start = Minter(base).article_graph("")
    articles = [count for iri, count in graphs.items() if iri.startswith(start)]
    counted = Contents(
        min(revisions),
        number(_TRIPLES),
        number(_SUBJECTS),
        number(_OBJECTS),
        len(articles),
        sum(articles),
        graphs,
        table(_CLASSES),
        table(_PROPERTIES),
    )
    return counted if len(revisions) == 1 else None
