"""Quads as operations of a SPARQL update, which Oxigraph runs in one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import DefaultGraph, Quad


def data(verb: str, quads: Iterable[Quad]) -> str:
    """Return an ``INSERT DATA`` or ``DELETE DATA`` operation (SPARQL 1.1 Update, 3.1.1 and 2)."""
    lines = [f"{verb} DATA {{"]
    graph: object = None
    for quad in sorted(quads, key=lambda quad: str(quad.graph_name)):
        if quad.graph_name != graph:
            if graph is not None and not isinstance(graph, DefaultGraph):
                lines.append("}")
            graph = quad.graph_name
            if not isinstance(graph, DefaultGraph):
                lines.append(f"GRAPH {graph} {{")
        lines.append(f"{quad.subject} {quad.predicate} {quad.object} .")
    if graph is not None and not isinstance(graph, DefaultGraph):
        lines.append("}")
    lines.append("}")
    return "\n".join(lines)
