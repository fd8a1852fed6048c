"""One article's graph, as it is written or is going to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import pyoxigraph as ox

from kg.vocabulary import RDF

GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


Subjects = defaultdict[str, defaultdict[str, list[Term]]]
"""Subject to property to values."""


def by_subject() -> Subjects:
    """Return an empty mapping from subjects to properties to values."""
    return defaultdict(lambda: defaultdict(list))


class ArticleGraph:
    """The triples of one article's graph, by subject.

    Args:
        graph: the graph's name.
        quads: its triples, as the database has or will have them.
        subjects: the same by the IRIs of subject and property, where that is known already.
    """

    def __init__(
        self,
        graph: GraphName,
        quads: Iterable[ox.Quad] = (),
        subjects: Mapping[str, Mapping[str, list[Term]]] | None = None,
    ) -> None:
        self.graph = graph
        self.quads = frozenset(quads)
        self._known = subjects

    @cached_property
    def _subjects(self) -> Mapping[str, Mapping[str, list[Term]]]:
        if self._known is not None:
            return self._known
        subjects = by_subject()
        for subject, predicate, object, _ in self.quads:
            if isinstance(subject, ox.NamedNode):
                subjects[subject.value][predicate.value].append(object)
        return subjects

    @cached_property
    def _types(self) -> dict[str, list[str]]:
        types: dict[str, list[str]] = {}
        for subject, about in self._subjects.items():
            for type in about.get(RDF_TYPE, ()):
                if isinstance(type, ox.NamedNode):
                    types.setdefault(type.value, []).append(subject)
        return types

    @classmethod
    def read(cls, database: ox.Store, graph: GraphName) -> ArticleGraph:
        """Return a graph as a database has it; empty when it is not there."""
        return cls(graph, database.quads_for_pattern(None, None, None, graph))

    def __bool__(self) -> bool:
        return bool(self.quads)

    def about(self, subject: str) -> Mapping[str, list[Term]]:
        """Return the properties of a subject, with their values in no order."""
        return self._subjects.get(subject, {})

    def of_type(self, type: str) -> Iterator[tuple[str, Mapping[str, list[Term]]]]:
        """Yield the subjects of a class with their properties."""
        for subject in self._types.get(type, ()):
            yield subject, self._subjects[subject]


RDF_TYPE = RDF.type


def values(about: Mapping[str, list[Term]], predicate: str) -> list[str]:
    """Return the IRIs or texts that a property has, in order of their characters."""
    found = about.get(predicate, ())
    return sorted(v.value for v in found if isinstance(v, ox.NamedNode | ox.Literal))


def value(about: Mapping[str, list[Term]], predicate: str) -> str | None:
    """Return the first IRI or text that a property has, or None."""
    found = about.get(predicate, ())
    if len(found) == 1:
        only = found[0]
        return only.value if isinstance(only, ox.NamedNode | ox.Literal) else None
    return min(values(about, predicate), default=None)
