"""Values into literals that the store keeps to the letter.

Oxigraph turns typed literals into a canonical form ("01" into "1", PT24H into P1D), so only
canonical ones are written, and what is quoted from an article stays a plain string.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from rdflib import Literal, URIRef
from rdflib.namespace import XSD

from kg.facts.dates import parse_period
from kg.mappers.context import Triple
from kg.vocabulary import SEM

_KEPT = 10_000
"""Literals of each type, which are the same in many articles and dear to make."""


def plain(value: str) -> Literal:
    """Return a plain string as it stands."""
    return Literal(value, normalize=False)  # which looks for its type among twenty


@lru_cache(_KEPT)
def day(value: date) -> Literal:
    """Return a day as xsd:date."""
    return Literal(value.isoformat(), datatype=XSD.date)


@lru_cache(_KEPT)
def number(value: int) -> Literal:
    """Return a whole number as xsd:integer."""
    return Literal(str(value), datatype=XSD.integer)


@lru_cache(_KEPT)
def flag(value: bool) -> Literal:
    """Return a truth value as xsd:boolean."""
    return Literal("true" if value else "false", datatype=XSD.boolean)


@lru_cache(_KEPT)
def decimal(value: float) -> Literal:
    """Return a number between 0 and 1 as xsd:decimal, to four places."""
    exact = Decimal(str(value)).quantize(Decimal("0.0001")).normalize()
    return Literal(f"{exact:f}", datatype=XSD.decimal)


def stamps(subject: URIRef, written: str | None) -> Iterator[Triple]:
    """Yield the first and last day of when something was (SEM time stamps)."""
    if written is not None:
        period = parse_period(written)
        yield subject, SEM.hasBeginTimeStamp, day(period.first)
        yield subject, SEM.hasEndTimeStamp, day(period.last)
