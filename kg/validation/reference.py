"""Compares the graphs that come with the package with those in the store."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

from kg.loader.packaged import FILES
from kg.resources import resource
from kg.validation.findings import Finding
from kg.validation.view import View
from kg.vocabulary import OWL, RDF, RDFS

_TYPE = ox.NamedNode(RDF.type)
_KINDS = {
    ox.NamedNode(kind)
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDFS.Class, RDF.Property)
}


@cache
def reference_triples(name: str) -> frozenset[ox.Triple]:
    """Return the triples of one of the graphs, ``ontology``, ``concepts`` or ``states``."""
    return frozenset(
        quad.triple
        for file in FILES[name]
        for quad in ox.parse(path=resource("ontology") / file, format=ox.RdfFormat.TURTLE)
    )


@cache
def known_terms() -> frozenset[str]:
    """Return the terms that the ontology describes, its own and those that it takes over."""
    return frozenset(
        triple.subject.value
        for triple in reference_triples("ontology")
        if triple.predicate == _TYPE
        and triple.object in _KINDS
        and isinstance(triple.subject, ox.NamedNode)
    )


def check_reference(view: View, name: str) -> Iterator[Finding]:
    """Yield where a graph that comes with the package is not as this version has it."""
    graph = view.mint.graph(name)
    have = {quad.triple for quad in view.quads(graph)}
    missing, extra = len(reference_triples(name) - have), len(have - reference_triples(name))
    if missing or extra:
        yield Finding(
            graph,
            graph,
            "reference-graph",
            f"The graph differs from {' and '.join(FILES[name])} of this version: "
            f"{missing} triples are missing, {extra} are not in them",
            "run 'kg load', with or without files, which brings the graph up to date",
        )
