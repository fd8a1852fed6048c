"""The example on the ontology's page: a meeting and a position of one article, as Turtle."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.term import Node

from kg.iris import DEFAULT_BASE, Minter
from kg.mappers import Context, map_article
from kg.mappers.terms import as_triples
from kg.readers import Reading, read
from kg.registry import Registry
from kg.vocabulary import DKG, OA, PREFIXES

KEY = "geneva-1985"


def example() -> str:
    """Return two facts, the passage that proves the second, and the mention of who voices it."""
    item = next(iter(read(Path(__file__).with_name("example.yaml"))))
    assert isinstance(item, Reading), item
    context = Context(DEFAULT_BASE, KEY, Registry().resolve)
    graph = Graph()
    triples = ox.serialize(
        as_triples(map_article(item.facts, context)), format=ox.RdfFormat.N_TRIPLES
    )
    graph.parse(data=triples, format="nt11")
    mint = Minter(DEFAULT_BASE)
    position = URIRef(mint.fact("position", KEY, "p1"))
    passage = graph.value(position, URIRef(DKG.evidence))
    shown: list[Node | None] = [
        URIRef(mint.fact("meeting", KEY, "m1")),
        position,
        passage,
        graph.value(passage, URIRef(OA.hasSelector)),
        URIRef(mint.mention(KEY, "gorbachev")),
        URIRef(mint.role(KEY, "gorbachev", 1)),
    ]
    part = Graph()
    for node in shown:
        assert node is not None
        for predicate, value in graph.predicate_objects(node):
            part.add((node, predicate, value))
    for prefix, iri in PREFIXES.items():
        part.bind(prefix, iri, replace=True)
    return part.serialize(format="turtle").strip()
