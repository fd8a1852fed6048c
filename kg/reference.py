"""The graphs that come with the package: ontology, concept schemes, states.

Every store has them as managed graphs, so that queries can ask for labels and definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox

from kg.iris import Minter
from kg.resources import resource

FILES: Mapping[str, tuple[str, ...]] = {
    "ontology": ("dkg.ttl", "reused.ttl"),
    "concepts": ("concepts.ttl", "topics.ttl", "cameo.ttl"),
    "states": ("states.ttl",),
}
"""Name of a managed graph to the files of ``ontology/`` that it holds."""


@cache
def reference_triples(name: str) -> frozenset[ox.Triple]:
    """Return the triples of one of the graphs, ``ontology``, ``concepts`` or ``states``."""
    return frozenset(
        quad.triple
        for file in FILES[name]
        for quad in ox.parse(path=resource("ontology") / file, format=ox.RdfFormat.TURTLE)
    )


def reference_quads(base: str) -> set[ox.Quad]:
    """Return all of them as quads in the managed graphs of a store.

    Args:
        base: the store's base IRI.
    """
    minter = Minter(base)
    return {
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(str(minter.graph(name))))
        for name in FILES
        for t in reference_triples(name)
    }
