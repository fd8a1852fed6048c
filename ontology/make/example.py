"""The example on the ontology's page: one fact of a sample article, as Turtle."""

from __future__ import annotations

from rdflib import ORG, RDF, Graph, URIRef
from rdflib.term import Node

from kg.iris import DEFAULT_BASE, article_key
from kg.mappers import Context, map_article
from kg.readers import Reading, read
from kg.registry import Registry
from kg.resources import resource
from kg.vocabulary import DKG, OA, PREFIXES

SAMPLE = "reykjavik-1986.yaml"


def example() -> str:
    """Return the first meeting of the sample, with one passage and one participant."""
    item = next(iter(read(resource("samples") / SAMPLE)))
    assert isinstance(item, Reading), item
    article = item.facts.article
    key = article_key(article.id, article.url, article.text_sha256 or "")
    graph = Graph()
    for triple in map_article(item.facts, Context(DEFAULT_BASE, key, Registry().resolve)):
        graph.add(triple)
    meeting = min(graph.subjects(RDF.type, DKG.Meeting), key=str)
    shown: list[Node] = [meeting]
    shown.append(min(graph.objects(meeting, DKG.evidence), key=str))
    shown += [s for p in list(shown) for s in graph.objects(p, OA.hasSelector)]
    who = min(graph.objects(meeting, DKG.participant), key=str)
    mention = graph.value(predicate=DKG.entity, object=who)
    shown += [node for node in (mention, *graph.objects(mention, ORG.hasMembership)) if node]
    part = Graph()
    for node in shown:
        for predicate, value in graph.predicate_objects(node):
            part.add((node, predicate, value))
    for prefix, iri in PREFIXES.items():
        part.bind(prefix, iri, replace=True)
    part.bind("", URIRef(f"{DEFAULT_BASE}id/"))
    return part.serialize(format="turtle").strip()
