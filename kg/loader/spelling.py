"""Triples of the mappers as quads in the database's own spelling.

The database writes some literals otherwise than they came. What is written and what will be read
must be equal, so that an article which did not change is seen not to have changed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.derived.view import ArticleGraph, by_subject
from kg.mappers import Triple
from kg.mappers.terms import as_term
from kg.vocabulary import XSD


def spelt(triples: set[Triple], graph: ox.NamedNode) -> ArticleGraph:
    """Return an article's triples as the database will give them back."""
    terms = _Terms()
    subjects = by_subject()
    quads: set[Quad] = set()
    for s, p, o in triples:
        object = _canonical(o) if isinstance(o, ox.Literal) else terms[o]
        quad = Quad(terms[s], terms[p], object, graph)
        if quad not in quads:  # as where the database writes two literals alike
            quads.add(quad)
            subjects[str(s)][str(p)].append(object)
    return ArticleGraph(graph, quads, subjects)


class _Terms(dict[str, Any]):
    """The engine's terms, each made once: most IRIs stand in several triples."""

    def __missing__(self, given: str) -> ox.NamedNode | ox.Literal:
        term = as_term(given)
        self[given] = term = _canonical(term) if isinstance(term, ox.Literal) else term
        return term


def _canonical(literal: ox.Literal) -> ox.Literal:
    plain = literal.language is None and literal.datatype.value == XSD.string
    return literal if plain else _spelt(literal)


@lru_cache(maxsize=20_000)
def _spelt(literal: ox.Literal) -> ox.Literal:
    """Return a literal in the database's spelling, as a database tells it."""
    node = ox.NamedNode("urn:x")
    database = ox.Store()
    database.add(Quad(node, node, literal))
    spelt = next(iter(database)).object
    assert isinstance(spelt, ox.Literal)
    return spelt
