"""Values into literals that the store keeps to the letter.

Oxigraph turns typed literals into a canonical form ("01" into "1", PT24H into P1D), so only
canonical ones are written, and what is quoted from an article stays a plain string.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

import pyoxigraph as ox

from kg.vocabulary import XSD

_KEPT = 10_000
"""Literals of each type, which are the same in many articles and dear to make."""


def plain(value: str) -> ox.Literal:
    """Return a plain string as it stands."""
    return ox.Literal(value)


@lru_cache(_KEPT)
def day(value: date) -> ox.Literal:
    """Return a day as xsd:date."""
    return ox.Literal(value.isoformat(), datatype=ox.NamedNode(XSD.date))


@lru_cache(_KEPT)
def number(value: int) -> ox.Literal:
    """Return a whole number as xsd:integer."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD.integer))


@lru_cache(_KEPT)
def flag(value: bool) -> ox.Literal:
    """Return a truth value as xsd:boolean."""
    return ox.Literal("true" if value else "false", datatype=ox.NamedNode(XSD.boolean))


@lru_cache(_KEPT)
def decimal(value: float) -> ox.Literal:
    """Return a number between 0 and 1 as xsd:decimal, to four places."""
    exact = Decimal(str(value)).quantize(Decimal("0.0001")).normalize()
    return ox.Literal(f"{exact:f}", datatype=ox.NamedNode(XSD.decimal))
