"""How many things refer to one, by property, without looking at each where they are very many."""

from __future__ import annotations

from collections import Counter

from kg.events.naming import names_graph
from kg.pages.reading import Reader, number_of, text_of
from kg.search.counting import referring
from kg.vocabulary import SCHEMA

LOOKED_AT = 1000
"""Triples of articles with a thing as value up to which all that refers to it is looked at."""
_CODED = " ".join(f"<{term}>" for term in (SCHEMA.agent, SCHEMA.object, SCHEMA.location))
_ALL = (
    "SELECT ?property (COUNT(DISTINCT ?subject) AS ?n) { ?subject ?property ?thing }"
    " GROUP BY ?property"
)
_OF_OTHERS = (
    "SELECT ?property (COUNT(DISTINCT ?subject) AS ?n) {{"
    " {{ VALUES ?graph {{ {graphs} }} GRAPH ?graph {{ ?subject ?property ?thing }} }}"
    f" UNION {{{{ VALUES ?property {{{{ {_CODED} }}}} ?subject ?property ?thing }}}}"
    " }} GROUP BY ?property"
)
"""What articles' graphs have no part in, coded events included."""


def counts(reader: Reader, iri: str) -> dict[str, int]:
    """Return the number of things that refer to one, by property.

    Of a thing that articles name very often, the search index knows how many triples of theirs lead
    to it. What stands in graphs of users is not counted then.
    """
    known = reader.look(lambda searched: referring(searched, iri)) or {}
    if sum(known.values()) <= LOOKED_AT:
        return _counted(reader, _ALL, iri)
    graphs = [f"{reader.base}graph/{name}" for name in ("entities", "states", "concepts", "links")]
    graphs.append(names_graph(reader.base))
    named = " ".join(f"<{graph}>" for graph in graphs)
    # No triple stands in two managed graphs, and an article's subjects are its own.
    return Counter(known) + Counter(_counted(reader, _OF_OTHERS.format(graphs=named), iri))


def _counted(reader: Reader, query: str, iri: str) -> dict[str, int]:
    return {
        text_of(row["property"]): number_of(row["n"])
        for row in reader.rows(query, thing=iri)
        if "property" in row
    }
