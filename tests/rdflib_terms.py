"""The project's terms as rdflib's, and what mappers give as a graph of rdflib."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph, Namespace

from kg import vocabulary
from kg.mappers import Triple
from kg.mappers.terms import as_triples

DKG = Namespace(vocabulary.DKG.NAMESPACE)
OA = Namespace(vocabulary.OA.NAMESPACE)
SCHEMA = Namespace(vocabulary.SCHEMA.NAMESPACE)
SEM = Namespace(vocabulary.SEM.NAMESPACE)
CAMEO = Namespace(vocabulary.CAMEO)
MEANS = Namespace(vocabulary.MEANS)
STANCE = Namespace(vocabulary.STANCE)
STATE = Namespace(vocabulary.STATE)
TOPIC = Namespace(vocabulary.TOPIC)


def graph_of(triples: Iterable[Triple]) -> Graph:
    lines = ox.serialize(as_triples(triples), format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=lines, format="nt11")


def text_of(term: str | ox.Literal) -> str:
    return term.value if isinstance(term, ox.Literal) else term
