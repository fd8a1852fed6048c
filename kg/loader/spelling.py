"""Triples of the mappers as quads in the database's own spelling.

The database writes some literals otherwise than they came. What is written and what will be read
must be equal, so that an article which did not change is seen not to have changed.
"""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox
from pyoxigraph import Quad
from rdflib import Literal, URIRef

from kg.mappers import Triple


def as_quads(triples: set[Triple], graph: ox.NamedNode) -> list[Quad]:
    """Return an article's triples as the database will give them back."""
    return [Quad(ox.NamedNode(s), ox.NamedNode(p), _object(o), graph) for s, p, o in triples]


def _object(term: URIRef | Literal) -> ox.NamedNode | ox.Literal:
    if isinstance(term, URIRef):
        return ox.NamedNode(term)
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
