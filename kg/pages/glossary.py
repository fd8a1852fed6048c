"""The terms of the ontology, as pages and completions use them; read once from the files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from kg.pages.links import curie
from kg.resources import resource
from kg.vocabulary import OWL, RDF, RDFS, ROOT, SKOS

_CLASSES = {OWL.Class, RDFS.Class}
_PROPERTIES = {RDF.Property, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
_LEFT_OUT = ("shapes",)


@dataclass(frozen=True)
class Term:
    """A class or property.

    Args:
        iri: its IRI.
        curie: its short form.
        kind: ``class`` or ``property``.
        label: its name.
        comment: what it means.
        domain: IRIs of the classes that have it.
        range: IRIs of what its values are.
    """

    iri: str
    curie: str
    kind: str
    label: str
    comment: str
    domain: tuple[str, ...]
    range: tuple[str, ...]

    @property
    def own(self) -> bool:
        """Tell whether the term is the project's own rather than a reused one."""
        return self.iri.startswith(ROOT)


@dataclass(frozen=True)
class Scheme:
    """A concept scheme with its concepts as (IRI, label, definition)."""

    iri: str
    label: str
    comment: str
    concepts: tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=1)
def ontology() -> ox.Store:
    """Return the ontology, the reused terms and the concept schemes, as one graph."""
    store = ox.Store()
    for path in sorted(resource("ontology").glob("*.ttl")):
        if path.stem not in (*_LEFT_OUT, "states"):
            store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """Return all classes and properties, own ones first, by name."""
    store, found = ontology(), {}
    for quad in store.quads_for_pattern(None, _node(RDF.type), None, None):
        kind = _kind(quad.object)
        if kind and isinstance(quad.subject, ox.NamedNode):
            iri = quad.subject.value
            found[iri] = Term(
                iri=iri,
                curie=curie(iri) or iri,
                kind=kind,
                label=_text(store, iri, RDFS.label) or curie(iri) or iri,
                comment=_text(store, iri, RDFS.comment),
                domain=_iris(store, iri, RDFS.domain),
                range=_iris(store, iri, RDFS.range),
            )
    return tuple(sorted(found.values(), key=lambda term: (not term.own, term.curie.lower())))


@lru_cache(maxsize=1)
def schemes() -> tuple[Scheme, ...]:
    """Return the concept schemes with their concepts."""
    store, found = ontology(), []
    concept_scheme = _node(SKOS.ConceptScheme)
    for quad in store.quads_for_pattern(None, _node(RDF.type), concept_scheme, None):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        iri = quad.subject.value
        concepts = [
            (
                member.subject.value,
                _text(store, member.subject.value, RDFS.label),
                _text(store, member.subject.value, SKOS.definition),
            )
            for member in store.quads_for_pattern(None, _node(SKOS.inScheme), quad.subject)
            if isinstance(member.subject, ox.NamedNode)
        ]
        found.append(
            Scheme(
                iri=iri,
                label=_text(store, iri, RDFS.label),
                comment=_text(store, iri, "http://purl.org/dc/terms/description"),
                concepts=tuple(sorted(concepts)),
            )
        )
    return tuple(sorted(found, key=lambda scheme: (len(scheme.concepts), scheme.iri)))


def _kind(term: object) -> str:
    if not isinstance(term, ox.NamedNode):
        return ""
    if term.value in _CLASSES:
        return "class"
    return "property" if term.value in _PROPERTIES else ""


def _text(store: ox.Store, iri: str, property: str) -> str:
    for quad in store.quads_for_pattern(_node(iri), _node(property), None, None):
        if isinstance(quad.object, ox.Literal):
            return quad.object.value
    return ""


def _iris(store: ox.Store, iri: str, property: str) -> tuple[str, ...]:
    found = store.quads_for_pattern(_node(iri), _node(property), None, None)
    return tuple(sorted(q.object.value for q in found if isinstance(q.object, ox.NamedNode)))


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
