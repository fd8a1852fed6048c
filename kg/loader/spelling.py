"""Triples of the mappers as quads in the database's own spelling.

The database writes some literals otherwise than they came. What is written and what will be read
must be equal, so that an article which did not change is seen not to have changed.
"""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox
from pyoxigraph import Quad
from rdflib import Literal, URIRef

from kg.derived.view import ArticleGraph, Term
from kg.mappers import Triple


def spelt(triples: set[Triple], graph: ox.NamedNode) -> ArticleGraph:
    """Return an article's triples as the database will give them back."""
    nodes = _Nodes()
    subjects: dict[str, dict[str, list[Term]]] = {}
    quads: set[Quad] = set()
    for s, p, o in triples:
        subject, predicate = nodes[s], nodes[p]
        object = nodes[o] if isinstance(o, URIRef) else _literal(o)
        quad = Quad(subject, predicate, object, graph)
        if quad in quads:  # two literals that the database writes alike
            continue
        quads.add(quad)
        subjects.setdefault(str(s), {}).setdefault(str(p), []).append(object)
    return ArticleGraph(graph, quads, subjects)


class _Nodes(dict[URIRef, ox.NamedNode]):
    """The engine's nodes for IRIs, each made once: most stand in several triples."""

    def __missing__(self, iri: URIRef) -> ox.NamedNode:
        node = self[iri] = ox.NamedNode(iri)
        return node


def _literal(term: Literal) -> ox.Literal:
    if term.datatype is None and term.language is None:
        return ox.Literal(str(term))
    return _spelt(str(term), term.language, term.datatype)


@lru_cache(maxsize=20_000)
def _spelt(text: str, language: str | None, datatype: str | None) -> ox.Literal:
    """Return a literal in the database's spelling, as a database tells it."""
    kind = None if datatype is None else ox.NamedNode(datatype)
    node = ox.NamedNode("urn:x")
    database = ox.Store()
    database.add(Quad(node, node, ox.Literal(text, language=language, datatype=kind)))
    spelt = next(iter(database)).object
    assert isinstance(spelt, ox.Literal)
    return spelt
