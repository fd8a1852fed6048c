"""Dumps: the whole store or some of its graphs as text, in an order that is always the same.

Graphs come in the order of their names, the default graph first; in a graph subjects come in
the order of their names, with type and label before the rest. So two dumps of one dataset are
the same bytes, whatever the order in which it was loaded, as long as it has no blank nodes; the
graphs that the loader keeps have none. One graph at a time is in memory.

Turtle and N-Triples have no graph names: a dump in one of them is the union of the graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import pyoxigraph as ox

from kg.errors import UnknownNameError
from kg.formats import DATASETS, JSONLD, TRIG, TURTLE, Format
from kg.formats.turtle import TurtleWriter
from kg.iris import Minter
from kg.nearest import nearest
from kg.vocabulary import DKG, PREFIXES, RDF, RDFS, SCHEMA, SKOS

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

_BATCH = 2000
_FIRST = {
    iri: rank
    for rank, iri in enumerate(
        (
            RDF.type,
            RDFS.label,
            SKOS.prefLabel,
            SKOS.altLabel,
            SCHEMA.name,
            SCHEMA.headline,
            DKG.article,
            DKG.entity,
            DKG.participant,
            DKG.speaker,
            DKG.holder,
            DKG.target,
            DKG.stance,
            DKG.status,
        )
    )
}


def format_named(name: str) -> Format:
    """Return the dump format of a name, suffix or media type.

    Raises:
        UnknownNameError: there is none.
    """
    wanted = name.strip().lower()
    for form in DATASETS:
        if wanted in (form.suffix, form.media_type, form.label.lower(), *form.names):
            return form
    names = [form.label.lower() for form in DATASETS]
    raise UnknownNameError(
        "dump format", name, [nearest(wanted, names) or ""], f"there are: {', '.join(names)}"
    )


def dump(
    database: ox.Store, form: Format, base: str, graphs: Sequence[str] | None = None
) -> Iterator[bytes]:
    """Yield a dump, piece by piece.

    Args:
        database: the store's database.
        form: one of `kg.formats.DATASETS`.
        base: the store's base; Turtle and TriG write IRIs relative to it.
        graphs: IRIs of the graphs to dump, or None for all, with the default graph.

    Raises:
        UnknownNameError: there is no such graph; raised before the first piece.
    """
    chosen = _graphs(database, graphs)
    if form in (TURTLE, TRIG):
        return _as_turtle(database, chosen, base, braces=form == TRIG)
    if form == JSONLD:
        return _as_jsonld(database, chosen)
    return _as_lines(database, chosen, form)


def article_graphs(database: ox.Store, base: str, keys: Iterable[str]) -> list[str]:
    """Return the graphs of articles, given by key or IRI.

    Raises:
        UnknownNameError: there is no such article.
    """
    minter = Minter(base)
    known = None
    found = []
    for key in keys:
        graph = minter.article_graph(key.removeprefix(f"{base}article/"))
        if not database.contains_named_graph(ox.NamedNode(graph)):
            if known is None:
                start = minter.article_graph("")
                known = [name.removeprefix(start) for name in _names(database) if start in name]
            near = nearest(key, known)
            raise UnknownNameError("article", key, [near] if near else [])
        found.append(graph)
    return found


def _names(database: ox.Store) -> list[str]:
    return sorted(
        graph.value for graph in database.named_graphs() if isinstance(graph, ox.NamedNode)
    )


def _graphs(database: ox.Store, wanted: Sequence[str] | None) -> list[Graph]:
    if wanted is None:
        return [ox.DefaultGraph(), *sorted(database.named_graphs(), key=str)]
    chosen: list[Graph] = []
    for iri in dict.fromkeys(wanted):
        try:
            graph = ox.NamedNode(iri)
        except ValueError as error:
            raise UnknownNameError("graph", iri, remedy="name it by its whole IRI") from error
        if not database.contains_named_graph(graph):
            near = nearest(iri, _names(database))
            raise UnknownNameError("graph", iri, [near] if near else [])
        chosen.append(graph)
    return sorted(chosen, key=str)


def _batches(database: ox.Store, graph: Graph) -> Iterator[list[ox.Quad]]:
    quads = _sorted(database, graph)
    for start in range(0, len(quads), _BATCH):
        yield quads[start : start + _BATCH]


def _sorted(database: ox.Store, graph: Graph) -> list[ox.Quad]:
    return sorted(database.quads_for_pattern(None, None, None, graph), key=_place)


def _place(quad: ox.Quad) -> tuple[str, int, str, str]:
    subject, predicate = quad.subject, quad.predicate.value
    name = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
    return (name, _FIRST.get(predicate, len(_FIRST)), predicate, str(quad.object))


def _as_turtle(
    database: ox.Store, graphs: Sequence[Graph], base: str, *, braces: bool
) -> Iterator[bytes]:
    writer = TurtleWriter(PREFIXES, base)
    yield writer.header().encode()
    for graph in graphs:
        quads = _sorted(database, graph)
        if not quads:
            continue
        named = not isinstance(graph, ox.DefaultGraph)
        name = writer.iri(graph.value) if isinstance(graph, ox.NamedNode) else str(graph)
        inside = braces and named
        if named:
            yield (f"\n{name} {{" if inside else f"\n# graph {name}\n").encode()
        blocks = writer.subjects(quads, "    " if inside else "")
        while some := list(islice(blocks, 500)):
            yield "".join(f"\n{block}" for block in some).encode()
        if inside:
            yield b"}\n"


def _as_jsonld(database: ox.Store, graphs: Sequence[Graph]) -> Iterator[bytes]:
    """Write expanded JSON-LD: an array to which objects can be added as they come."""
    yield b"["
    first = True
    for graph in graphs:
        for some in _batches(database, graph):
            data = ox.serialize(some, format=ox.RdfFormat.JSON_LD)
            assert data is not None  # no output was given
            yield (b"\n" if first else b",\n") + data.strip()[1:-1]
            first = False
    yield b"\n]\n"


def _as_lines(database: ox.Store, graphs: Sequence[Graph], form: Format) -> Iterator[bytes]:
    assert isinstance(form.engine, ox.RdfFormat)  # one of DATASETS
    for graph in graphs:
        for some in _batches(database, graph):
            if form.engine.supports_datasets:
                data = ox.serialize(some, format=form.engine)
            else:
                data = ox.serialize((quad.triple for quad in some), format=form.engine)
            assert data is not None  # no output was given
            yield data
