"""The same test put to a server over HTTP, and to pyoxigraph as it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox
from comparing import (
    Table,
    as_values,
    graph_of,
    is_table,
    read_csv,
    read_graph,
    read_results,
    same_datasets,
    same_graphs,
    same_results,
)
from manifests import BASE, Case, Data, iri_of
from rdflib import Graph
from servers import Server

RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
    ".csv": ox.QueryResultsFormat.CSV,
}
_NTRIPLES = "application/n-triples"
Answer = bool | Table | Graph


@dataclass(frozen=True)
class Said:
    """What came of a request.

    Args:
        outcome: ``done``, ``syntax`` (it cannot be read), ``refused`` (it is not run), or what
            else went wrong.
        body: the result of a query.
    """

    outcome: str
    body: bytes = b""


class Asked(Protocol):
    """What a test can be put to."""

    def load(self, data: Data) -> None:
        """Hold this dataset and nothing else."""

    def query(self, text: str, suffix: str) -> Said:
        """Ask for a result in the format of a file's suffix."""

    def update(self, text: str) -> Said:
        """Do an update."""

    def quads(self) -> list[ox.Quad]:
        """Return all that is held."""


class Endpoint:
    """A server that was started for the tests, in its strict mode.

    Args:
        server: the server, which takes updates.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._held: Data | None = None

    def forget(self) -> None:
        """Take it that anything may be held, since others wrote."""
        self._held = None

    def load(self, data: Data) -> None:
        """Hold this dataset; what is held already is not sent again."""
        if self._held == data:
            return
        text = "\n".join(self._operations(data))
        reply = self._server.update(text, managed="allow")
        assert reply.status == 204, reply.text
        self._held = data

    def _operations(self, data: Data) -> list[str]:
        quads = data.quads()
        said = ["DROP ALL"]
        for name in dict.fromkeys(name for name, _ in data.graphs):
            graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
            triples = [quad.triple for quad in quads if quad.graph_name == graph]
            body = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
            if name is None:
                said.append(f"; INSERT DATA {{ {body} }}")
            else:
                said.append(
                    f"; CREATE GRAPH <{name}> ; INSERT DATA {{ GRAPH <{name}> {{ {body} }} }}"
                )
        return said

    def query(self, text: str, suffix: str) -> Said:
        """Ask for a result in the format of a file's suffix."""
        form = RESULTS.get(suffix)
        reply = self._server.query(text, _NTRIPLES if form is None else form.media_type)
        if reply.status != 200:
            return Said(_kind(reply.json()))
        return Said("done", reply.body)

    def update(self, text: str) -> Said:
        """Do an update."""
        self._held = None
        reply = self._server.update(text, managed="allow")
        return Said("done" if reply.status == 204 else _kind(reply.json()))

    def quads(self) -> list[ox.Quad]:
        """Return all that is held."""
        return [*ox.parse(self._server.get("/dump.nq").body, format=ox.RdfFormat.N_QUADS)]


def _kind(problem: dict[str, str]) -> str:
    name = problem["type"].rpartition("/")[2]
    return {"query-syntax": "syntax", "query-refused": "refused"}.get(name, name)


class Raw:
    """Pyoxigraph itself, in this process."""

    def __init__(self) -> None:
        self._store = ox.Store()

    def load(self, data: Data) -> None:
        """Hold this dataset and nothing else."""
        self._store = ox.Store()
        self._store.extend(data.quads())
        for name, _ in data.graphs:
            if name is not None:
                self._store.add_graph(ox.NamedNode(name))

    def query(self, text: str, suffix: str) -> Said:
        """Ask for a result in the format of a file's suffix."""
        try:
            found = self._store.query(text, base_iri=BASE)
            if isinstance(found, ox.QueryTriples):
                return Said("done", ox.serialize(found, format=ox.RdfFormat.N_TRIPLES) or b"")
            form = RESULTS.get(suffix, ox.QueryResultsFormat.JSON)
            return Said("done", found.serialize(format=form) or b"")
        except (SyntaxError, RuntimeError):
            return Said("syntax")  # the endpoint answers both with 400

    def update(self, text: str) -> Said:
        """Do an update."""
        try:
            self._store.update(text, base_iri=BASE)
        except SyntaxError:
            return Said("syntax")
        except RuntimeError:
            return Said("update-failed")
        return Said("done")

    def quads(self) -> list[ox.Quad]:
        """Return all that is held."""
        return [*self._store]


def verdict(case: Case, asked: Asked, *, canonical: bool = False) -> str:
    """Put a test, and return ``passed`` or what was wrong.

    Args:
        case: the test.
        asked: what it is put to.
        canonical: whether literals are compared in the form that the engine gives to their
            values, rather than as they are written.
    """
    if "Update" not in case.kind and "Syntax" in case.kind:
        said = asked.query(case.text, "" if _makes_graph(case.text) else ".srj")
        return _as_written(case, said.outcome)
    if "Syntax" in case.kind:
        outcome = asked.update(case.text).outcome
        # Read, but not done, as where a graph that is to be dropped is not there.
        return _as_written(case, "done" if outcome == "update-failed" else outcome)
    asked.load(case.data)
    text = f"BASE <{iri_of(case.request)}>\n{case.text}"
    if case.kind == "UpdateEvaluationTest":
        outcome = asked.update(text).outcome
        if outcome != "done":
            return outcome
        assert case.after is not None
        return "passed" if same_datasets(asked.quads(), case.after.quads()) else "another dataset"
    assert case.result is not None
    has_table = case.result.suffix == ".ttl" and is_table(case.result)
    said = asked.query(text, ".srj" if has_table else case.result.suffix)
    if said.outcome != "done":
        return said.outcome
    found, right = _read(case.result, said.body, has_table=has_table)
    if isinstance(found, Graph):
        assert isinstance(right, Graph)
        return "passed" if same_graphs(found, right) else "another result"
    assert not isinstance(right, Graph)
    if canonical:
        found, right = as_values(found), as_values(right)
    return "passed" if same_results(found, right) else "another result"


def _read(path: Path, body: bytes, *, has_table: bool) -> tuple[Answer, Answer]:
    """Read a result, and the file that has the right one."""
    if has_table:
        return read_results(body, ox.QueryResultsFormat.JSON), read_graph(path)
    form = RESULTS.get(path.suffix)
    if form is None:
        right = (quad.triple for quad in Data(((None, path),)).quads())
        found = (quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
        return graph_of(found), graph_of(right)
    if form == ox.QueryResultsFormat.CSV:
        return read_csv(body), read_csv(path.read_bytes())
    return read_results(body, form), read_results(path.read_bytes(), form)


def _as_written(case: Case, outcome: str) -> str:
    wanted = "done" if case.kind.startswith("Positive") else "syntax"
    return "passed" if outcome == wanted else f"{outcome} instead of {wanted}"


def _makes_graph(text: str) -> bool:
    words = text.upper().split()
    return any(word.startswith(("CONSTRUCT", "DESCRIBE")) for word in words)
