"""Whether two answers are the same: results by term, graphs by isomorphism."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib
from manifests import iri_of
from rdflib import Graph
from rdflib.compare import isomorphic

Row = tuple[Hashable, ...]


@dataclass(frozen=True)
class Table:
    """A result with rows; blank nodes are `Blank`, a variable without value is None."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Blank:
    """A blank node, by its label in one result."""

    label: str


def read_results(body: bytes, engine: ox.QueryResultsFormat) -> bool | Table:
    """Read a result in JSON, XML or TSV."""
    found = ox.parse_query_results(body, format=engine)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    assert isinstance(found, ox.QuerySolutions)
    columns = tuple(sorted(variable.value for variable in found.variables))
    rows = tuple(tuple(_cell(row[name]) for name in columns) for row in found)
    return Table(columns, rows)


def read_csv(body: bytes) -> Table:
    """Read a result in CSV, where a term is told by its text alone."""
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True)
    order = sorted(range(len(header)), key=lambda index: header[index])

    def cell(text: str) -> Hashable:
        return Blank(text) if text.startswith("_:") else text

    return Table(
        tuple(header[index] for index in order),
        tuple(tuple(cell(row[index]) for index in order) for row in rows),
    )


_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"


def is_table(path: Path) -> bool:
    """Tell whether a file in Turtle has a result with rows, said in RDF."""
    return _RS in path.read_text(encoding="utf-8")


def read_graph(path: Path) -> Table:
    """Read a result that is said in RDF (the test suites' result-set vocabulary)."""
    graph = ox.Store()
    graph.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=iri_of(path))

    def objects(subject: ox.NamedNode | ox.BlankNode | None, name: str) -> list[Any]:
        found = graph.quads_for_pattern(subject, ox.NamedNode(_RS + name), None)
        return [quad.object for quad in found]

    columns = tuple(sorted(term.value for term in objects(None, "resultVariable")))
    rows = []
    for solution in objects(None, "solution"):
        bound = {
            objects(binding, "variable")[0].value: _cell(objects(binding, "value")[0])
            for binding in objects(solution, "binding")
        }
        rows.append(tuple(bound.get(name) for name in columns))
    return Table(columns, tuple(rows))


def as_values(result: bool | Table) -> bool | Table:
    """Return a result with each literal in the form that the engine gives to its value."""
    if isinstance(result, bool):
        return result
    return Table(result.columns, tuple(tuple(map(_canonical, row)) for row in result.rows))


def _canonical(cell: Hashable) -> Hashable:
    if isinstance(cell, str):  # in CSV: what looks like a number is one
        try:
            return float(cell)
        except ValueError:
            return cell
    if not isinstance(cell, ox.Literal):
        return cell
    node = ox.NamedNode("http://example.org/")
    store = ox.Store()
    store.add(ox.Quad(node, node, cell))
    found: Hashable = next(iter(store)).object
    return found


def _cell(term: object) -> Hashable:
    if isinstance(term, ox.BlankNode):
        return Blank(term.value)
    assert term is None or isinstance(term, ox.NamedNode | ox.Literal)
    return term


def same_results(one: bool | Table, other: bool | Table) -> bool:
    """Tell whether two results have the same rows, whatever their order and blank labels."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if one.columns != other.columns or len(one.rows) != len(other.rows):
        return False
    if Counter(map(_shape, one.rows)) != Counter(map(_shape, other.rows)):
        return False
    return _match(sorted(one.rows, key=_blanks), list(other.rows), {})


def _shape(row: Row) -> Row:
    return tuple(Blank("") if isinstance(cell, Blank) else cell for cell in row)


def _blanks(row: Row) -> int:
    return sum(isinstance(cell, Blank) for cell in row)


def _match(rows: Sequence[Row], others: list[Row], known: dict[Blank, Blank]) -> bool:
    if not rows:
        return True
    for index, other in enumerate(others):
        more = _paired(rows[0], other, known)
        if more is not None and _match(
            rows[1:], others[:index] + others[index + 1 :], {**known, **more}
        ):
            return True
        if more == {} and not _blanks(rows[0]):
            return False  # any equal row without blank nodes is as good as another
    return False


def _paired(row: Row, other: Row, known: dict[Blank, Blank]) -> dict[Blank, Blank] | None:
    """Return which blank nodes must be the same for two rows to be, if they can be."""
    more: dict[Blank, Blank] = {}
    for cell, theirs in zip(row, other, strict=True):
        if not isinstance(cell, Blank):
            if cell != theirs:
                return None
            continue
        if not isinstance(theirs, Blank):
            return None
        pairs = {**known, **more}
        if pairs.get(cell, theirs) != theirs:
            return None
        if cell not in pairs:
            if theirs in pairs.values():
                return None
            more[cell] = theirs
    return more


def graph_of(triples: Iterable[ox.Triple]) -> Graph:
    """Return triples as a graph of rdflib, each literal as it is written."""
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None
    graph = Graph()
    normalizing, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        return graph.parse(data=data, format="nt11")
    finally:
        rdflib.NORMALIZE_LITERALS = normalizing


def same_graphs(one: Graph, other: Graph) -> bool:
    """Tell whether two graphs are isomorphic."""
    return bool(isomorphic(one, other))


def same_datasets(one: Iterable[ox.Quad], other: Iterable[ox.Quad]) -> bool:
    """Tell whether two datasets have the same graphs; empty ones are not told from none."""
    first, second = _graphs(one), _graphs(other)
    return first.keys() == second.keys() and all(
        same_graphs(graph, second[name]) for name, graph in first.items()
    )


def _graphs(quads: Iterable[ox.Quad]) -> dict[str, Graph]:
    found: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        found.setdefault(str(quad.graph_name), []).append(quad.triple)
    return {name: graph_of(triples) for name, triples in found.items()}
