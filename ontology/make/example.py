"""The example on the ontology's page: a meeting and a position of one article, as Turtle."""

from __future__ import annotations

from pathlib import Path

from rdflib import Graph
from rdflib.term import Node

from kg.iris import DEFAULT_BASE, Minter
from kg.mappers import Context, map_article
from kg.readers import Reading, read
from kg.registry import Registry
from kg.vocabulary import DKG, OA, PREFIXES

KEY = "geneva-1985"


def example() -> str:
    """Return two facts, the passage that proves the second, and the mention of who voices it."""
    item = next(iter(read(Path(__file__).with_name("example.yaml"))))
    assert isinstance(item, Reading), item
    graph = Graph()
    for triple in map_article(item.facts, Context(DEFAULT_BASE, KEY, Registry().resolve)):
        graph.add(triple)
    mint = Minter(DEFAULT_BASE)
    position = mint.fact("position", KEY, "p1")
    passage = graph.value(position, DKG.evidence)
    shown: list[Node | None] = [
        mint.fact("meeting", KEY, "m1"),
        position,
        passage,
        graph.value(passage, OA.hasSelector),
        mint.mention(KEY, "gorbachev"),
        mint.role(KEY, "gorbachev", 1),
    ]
    part = Graph()
    for node in shown:
        assert node is not None
        for predicate, value in graph.predicate_objects(node):
            part.add((node, predicate, value))
    for prefix, iri in PREFIXES.items():
        part.bind(prefix, iri, replace=True)
    return part.serialize(format="turtle").strip()
