"""Whom a page offers to begin with, where a graph is too large to be shown without a choice."""

from __future__ import annotations

from flask import url_for

from kg.pages.explore.asking import address
from kg.pages.fields import path_of
from kg.pages.reading import Reader, text_of


def busiest(reader: Reader, page: str, parameter: str, property: str) -> list[tuple[str, str]]:
    """Return name and address of those of whom many facts say something.

    A part of a large graph is looked at.

    Args:
        reader: reads the graph.
        page: the page's endpoint.
        parameter: the parameter that chooses one of them.
        property: property, or path, from a fact to them.
    """
    rows = reader.rows(
        "SELECT ?who (COUNT(?fact) AS ?n) {"
        f" {{ SELECT ?fact ?who {{ ?fact {property} ?who }} LIMIT 5000 }}"
        " } GROUP BY ?who ORDER BY DESC(?n) ?who LIMIT 12"
    )
    place = url_for(page)
    found = [text_of(row["who"]) for row in rows if "who" in row]
    return [
        (reader.label(who), address(place, **{parameter: path_of(reader, who)})) for who in found
    ]
