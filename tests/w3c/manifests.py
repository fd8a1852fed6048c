"""The W3C's SPARQL 1.1 tests, read from their manifests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("KG_W3C_TESTS", ROOT.parent / "shared" / "w3c")) / "sparql11"
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_UT = "http://www.w3.org/2009/sparql/tests/test-update#"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
}
Term = ox.NamedNode | ox.BlankNode | ox.Literal


class Manifest:
    """A manifest as a graph that is easy to walk through.

    Args:
        path: its file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._graph = ox.Store()
        self._graph.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=iri_of(path))

    def values(self, subject: Term | None, predicate: str) -> list[Term]:
        """Return the objects of a subject."""
        if subject is None or isinstance(subject, ox.Literal):
            return []
        found = self._graph.quads_for_pattern(subject, ox.NamedNode(predicate), None)
        objects = (quad.object for quad in found)
        return [term for term in objects if not isinstance(term, ox.Triple)]

    def value(self, subject: Term | None, predicate: str) -> Term | None:
        """Return the only object of a subject, or None."""
        found = self.values(subject, predicate)
        assert len(found) < 2, (subject, predicate)
        return found[0] if found else None

    def items(self, head: Term | None) -> Iterator[Term]:
        """Yield the members of a list."""
        while head is not None and head != ox.NamedNode(f"{_RDF}nil"):
            first = self.value(head, f"{_RDF}first")
            assert first is not None
            yield first
            head = self.value(head, f"{_RDF}rest")

    def entries(self) -> list[Term]:
        """Return the tests, in order."""
        return [*self.items(self.value(ox.NamedNode(iri_of(self.path)), f"{_MF}entries"))]


@dataclass(frozen=True)
class Data:
    """A dataset: files by the name of the graph that they are; None is the default graph."""

    graphs: tuple[tuple[str | None, Path], ...] = ()

    def quads(self) -> list[ox.Quad]:
        """Return the dataset, with blank nodes that no two files share."""
        found = []
        for name, path in self.graphs:
            graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
            for quad in ox.parse(
                path=str(path),
                format=_FORMATS[path.suffix],
                base_iri=iri_of(path),
                rename_blank_nodes=True,
            ):
                found.append(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
        return found


@dataclass(frozen=True)
class Case:
    """One test.

    Args:
        suite: the folder it is in.
        name: the last part of its IRI.
        kind: the last part of its type's IRI.
        request: file of the query or update.
        data: what it is about.
        result: file of the right answer.
        after: the dataset that is right after an update.
    """

    suite: str
    name: str
    kind: str
    request: Path
    data: Data = Data()
    result: Path | None = None
    after: Data | None = None

    @property
    def id(self) -> str:
        """Its name among all tests."""
        return f"{self.suite}/{self.name}"

    @property
    def text(self) -> str:
        """The query or update."""
        return self.request.read_text(encoding="utf-8")


def iri_of(path: Path) -> str:
    """Return the IRI by which the tests know a file."""
    return BASE + path.relative_to(FOLDER).as_posix()


def path_of(iri: Term | None) -> Path:
    """Return the file that an IRI of the tests names."""
    assert isinstance(iri, ox.NamedNode) and iri.value.startswith(BASE), iri
    return FOLDER / iri.value.removeprefix(BASE)


@cache
def manifest(suite: str) -> Manifest:
    """Return the manifest in a folder."""
    return Manifest(FOLDER / suite / "manifest.ttl")


def cases(suite: str) -> list[Case]:
    """Return the tests of a folder which a query or update and its answer make up."""
    graph = manifest(suite)
    found = []
    for test in graph.entries():
        assert isinstance(test, ox.NamedNode)
        (kind,) = graph.values(test, f"{_RDF}type")
        action, result = graph.value(test, f"{_MF}action"), graph.value(test, f"{_MF}result")
        name, short = test.value.rpartition("#")[2], _short(kind)
        if "Syntax" in short:
            found.append(Case(suite, name, short, path_of(action)))
        elif short == "UpdateEvaluationTest":
            request = path_of(graph.value(action, f"{_UT}request"))
            before, after = _dataset(graph, action, _UT), _dataset(graph, result, _UT)
            found.append(Case(suite, name, short, request, before, after=after))
        else:
            request = path_of(graph.value(action, f"{_QT}query"))
            data = _dataset(graph, action, _QT)
            found.append(Case(suite, name, short, request, data, result=path_of(result)))
    return found


def _short(term: Term) -> str:
    assert isinstance(term, ox.NamedNode)
    return term.value.rpartition("#")[2]


def _dataset(graph: Manifest, node: Term | None, prefix: str) -> Data:
    found: list[tuple[str | None, Path]] = [
        (None, path_of(file)) for file in graph.values(node, f"{prefix}data")
    ]
    for named in graph.values(node, f"{prefix}graphData"):
        if isinstance(named, ox.NamedNode):
            found.append((named.value, path_of(named)))
            continue
        label = graph.value(named, _LABEL)
        assert label is not None
        found.append((label.value, path_of(graph.value(named, f"{prefix}graph"))))
    return Data(tuple(sorted(found, key=lambda one: (one[0] or "", one[1]))))
