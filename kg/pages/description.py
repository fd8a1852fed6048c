"""What the graph says about one thing, and what refers to it, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.pages.facts import Fact, Proof, read_fact, read_proofs
from kg.pages.links import Links
from kg.pages.reading import Reader
from kg.pages.referring import Section, sections
from kg.pages.values import Value, property_label, show
from kg.vocabulary import DKG, OWL, RDF, RDFS, SCHEMA, SKOS

# Shown elsewhere on the page, or machinery that a reader does not need in words.
_ELSEWHERE = {
    RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, OWL.sameAs, SKOS.exactMatch,
    SKOS.closeMatch, DKG.evidence, DKG.content, SCHEMA.name, SCHEMA.headline, SCHEMA.text,
}  # fmt: skip
_AUTHORITY = (OWL.sameAs, SKOS.exactMatch, SKOS.closeMatch)
_AUTHORITIES = {
    "www.wikidata.org/entity/": "Wikidata",
    "publications.europa.eu/resource/authority/": "EU authority table",
    "sws.geonames.org/": "GeoNames",
    "dbpedia.org/resource/": "DBpedia",
    "viaf.org/viaf/": "VIAF",
    "d-nb.info/gnd/": "GND",
}
_ORDER = [
    DKG.participant, DKG.speaker, DKG.holder, DKG.stance, DKG.demand, DKG.target,
    DKG.targetText, DKG.addressee, DKG.status, DKG.form, DKG.place, DKG.occasion, DKG.about,
    DKG.condition, DKG.qualifier, DKG.shownBy, DKG.act, DKG.actCount, DKG.actObject,
    DKG.voicedBy, DKG.statement, DKG.reportedBy, DKG.mode, DKG.cue, DKG.dateText,
]  # fmt: skip


@dataclass(frozen=True)
class Property:
    """A property with its values."""

    label: str
    href: str | None
    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Description:
    """Everything a page shows of one thing."""

    iri: str
    label: str
    types: tuple[Value, ...]
    fact: Fact | None
    proofs: tuple[Proof, ...]
    aliases: tuple[str, ...]
    authority: tuple[Value, ...]
    properties: tuple[Property, ...]
    sections: tuple[Section, ...]

    @property
    def tells(self) -> bool:
        """Tell whether facts are about the thing."""
        return any(section.tells for section in self.sections)


def describe(reader: Reader, iri: str) -> Description:
    """Return what the graph says about an IRI."""
    values: dict[str, list[ox.NamedNode | ox.Literal]] = {}
    for quad in reader.outgoing(iri):
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            known = values.setdefault(quad.predicate.value, [])
            if quad.object not in known:
                known.append(quad.object)
    fact = read_fact(reader, iri)
    return Description(
        iri=iri,
        label=fact.label if fact else reader.label(iri),
        types=tuple(show(reader, term) for term in values.get(RDF.type, [])),
        fact=fact,
        proofs=fact.proofs if fact else read_proofs(reader, iri, None),
        aliases=tuple(sorted({term.value for term in values.get(SKOS.altLabel, [])})),
        authority=tuple(
            _elsewhere(term)
            for link in _AUTHORITY
            for term in values.get(link, [])
            if isinstance(term, ox.NamedNode)
        ),
        properties=_properties(reader, values),
        sections=tuple(sections(reader, iri)),
    )


def _elsewhere(term: ox.NamedNode) -> Value:
    """Return an IRI of an authority with the authority's name."""
    iri = term.value
    name = next((name for space, name in _AUTHORITIES.items() if space in iri), "")
    local = iri.rstrip("/").replace("#", "/").rpartition("/")[2]
    return Value(f"{name}: {local}" if name else iri, Links.web(iri), iri)


def _properties(
    reader: Reader, values: dict[str, list[ox.NamedNode | ox.Literal]]
) -> tuple[Property, ...]:
    rank = {iri: place for place, iri in enumerate(_ORDER)}
    shown = sorted(
        (iri for iri in values if iri not in _ELSEWHERE),
        key=lambda iri: (rank.get(iri, len(rank)), reader.label(iri)),
    )
    return tuple(
        Property(
            property_label(reader, iri),
            reader.links.href(iri),
            iri,
            tuple(sorted((show(reader, term) for term in values[iri]), key=lambda v: v.text)),
        )
        for iri in shown
    )
