"""What mappers give, as the engine's terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.mappers.context import Triple


def as_term(given: str | ox.Literal) -> ox.NamedNode | ox.Literal:
    """Return an IRI or a literal as the engine's term.

    Args:
        given: what a mapper gives; rdflib's terms, which are strings of their own, do as well.

    Raises:
        ValueError: it is a string and no IRI.
    """
    if isinstance(given, ox.Literal):
        return given
    if not hasattr(given, "datatype"):
        return ox.NamedNode(given)
    kind = None if given.datatype is None else ox.NamedNode(given.datatype)
    return ox.Literal(str(given), language=getattr(given, "language", None), datatype=kind)


def as_triples(given: Iterable[Triple]) -> Iterator[ox.Triple]:
    """Yield what mappers give as the engine's triples."""
    for subject, predicate, value in given:
        yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), as_term(value))
