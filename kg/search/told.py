"""One article's graph as the index reads it: by subject and by class, each triple seen once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kg.derived.view import RDF_TYPE, Term, by_subject

About = Mapping[str, list[Term]]
"""The properties of a subject with their values, in no order."""


class Told:
    """The triples of one article's graph.

    Args:
        quads: its triples.
    """

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.size = 0
        self.links: list[tuple[str, ox.NamedNode]] = []
        """Property and value of each triple that leads to something with an IRI."""
        self._subjects = by_subject()
        self._types: dict[str, set[str]] = {}
        for subject, predicate, value, _ in quads:
            self.size += 1
            if not isinstance(subject, ox.NamedNode):
                continue
            iri, property = subject.value, predicate.value
            self._subjects[iri][property].append(value)
            if isinstance(value, ox.NamedNode):
                self.links.append((property, value))
                if property == RDF_TYPE:
                    self._types.setdefault(value.value, set()).add(iri)

    def about(self, subject: str) -> About:
        """Return the properties of a subject."""
        return self._subjects.get(subject, {})

    def of_type(self, type: str) -> list[tuple[str, About]]:
        """Return the subjects of a class with their properties, in order of their IRIs."""
        return [(iri, self._subjects[iri]) for iri in sorted(self._types.get(type, ()))]
