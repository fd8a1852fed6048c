"""A term of the graph as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.pages.dates import in_words
from kg.pages.reading import Reader


@dataclass(frozen=True)
class Value:
    """One value of a property: words, a link where there is one, and the term behind it."""

    text: str
    href: str | None = None
    title: str = ""
    language: str | None = None


def show(reader: Reader, term: ox.NamedNode | ox.Literal) -> Value:
    """Return a term as a page shows it."""
    if isinstance(term, ox.NamedNode):
        return Value(reader.label(term.value), reader.links.href(term.value), term.value)
    kind = term.datatype.value.rpartition("#")[2]
    if kind == "date":
        return Value(in_words(term.value), title=term.value)
    if kind == "boolean":
        return Value("yes" if term.value in ("true", "1") else "no")
    return Value(term.value, language=term.language)


def property_label(reader: Reader, iri: str) -> str:
    """Return a property's name in words, from the ontology or from its own name."""
    label = reader.own_label(iri)
    if label:
        return label
    name = iri.replace("#", "/").rpartition("/")[2]
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip() or iri
