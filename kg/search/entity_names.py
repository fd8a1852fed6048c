"""What the description of an entity calls it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.derived.view import RDF_TYPE
from kg.vocabulary import ENTITIES, RDFS, SKOS

_NAMES = (RDFS.label, SKOS.prefLabel)
_OTHERS = (SKOS.altLabel, SKOS.notation)


@dataclass(frozen=True)
class Naming:
    """What an entity is called.

    Args:
        iri: its IRI.
        kind: one of `kg.vocabulary.ENTITIES`.
        label: its name.
        others: other names, and codes.
    """

    iri: str
    kind: str
    label: str
    others: tuple[str, ...]


def naming(iri: str, quads: Iterable[ox.Quad]) -> Naming | None:
    """Return what the description of an entity calls it, or None where it is none."""
    classes: set[str] = set()
    labels: list[ox.Literal] = []
    others: set[str] = set()
    for quad in quads:
        term, predicate = quad.object, quad.predicate.value
        if predicate == RDF_TYPE and isinstance(term, ox.NamedNode):
            classes.add(term.value)
        elif isinstance(term, ox.Literal) and predicate in _NAMES:
            labels.append(term)
        elif isinstance(term, ox.Literal) and predicate in _OTHERS:
            others.add(term.value)
    kind = next((kind for kind, type in ENTITIES.items() if type in classes), None)
    if kind is None or not labels:
        return None
    label = min(labels, key=lambda one: (one.language not in ("en", None), one.value)).value
    others |= {one.value for one in labels}
    return Naming(iri, kind, label, tuple(sorted(others - {label})))
