"""What a fact says of itself, as columns of a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from kg.pages.reading import Reader, Row, Term, text_of
from kg.search.listed import Listed
from kg.vocabulary import DKG, SCHEMA, SEM, XSD

About = Mapping[str, list[str]]
"""The properties of a fact with their values in order."""
Facts = Sequence[Listed]
Terms = Mapping[str, Term | None]
"""The parameters of a named query; None for those that are free."""


def in_order(rows: Iterable[Row], *columns: str) -> list[Row]:
    """Return rows in the order of the texts of some columns."""
    return sorted(rows, key=lambda row: [text_of(row.get(column)) for column in columns])


def begin_of(about: About) -> str:
    """Return the first day of a fact, or nothing."""
    return first(about, SEM.hasBeginTimeStamp) or first(about, DKG.asOf)


def end_of(about: About) -> str:
    """Return the last day of a fact, or nothing."""
    return (
        first(about, SEM.hasEndTimeStamp)
        or first(about, SCHEMA.validThrough)
        or first(about, DKG.asOf)
        or begin_of(about)
    )


def first(about: About, property: str) -> str:
    """Return the first value of a property, or nothing."""
    return next(iter(about.get(property, ())), "")


def day(written: str) -> ox.Literal:
    """Return a day as a graph has it."""
    return ox.Literal(written, datatype=ox.NamedNode(XSD.date))


def names_in(facts: Facts) -> dict[str, str]:
    """Return what those are called who have a part in facts."""
    return {iri: name for fact in facts for iri, name in fact.names.items()}


def named(reader: Reader, names: Mapping[str, str], **columns: str) -> Row:
    """Return a column for each thing, and one for its name where it has one."""
    row: Row = {}
    for column, iri in columns.items():
        row[column] = ox.NamedNode(iri)
        if name := names.get(iri) or reader.own_label(iri):
            row[f"{column}Name"] = ox.Literal(name)
    return row
