"""What the graph says about one thing, and what refers to it, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from rdflib.namespace import ORG, OWL, RDF, RDFS, SKOS

from kg.pages.dates import in_words
from kg.pages.facts import Fact, Proof, read_fact, read_proofs
from kg.pages.links import Links
from kg.pages.reading import Reader, number_of, text_of
from kg.vocabulary import DKG, OA, SCHEMA

SHOWN = 25
"""How many things a section lists before it points at the query that gives all."""

# Shown elsewhere on the page, or machinery that a reader does not need in words.
_ELSEWHERE = {
    str(term)
    for term in (
        RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, OWL.sameAs, SKOS.exactMatch,
        SKOS.closeMatch, DKG.evidence, DKG.content, SCHEMA.name, SCHEMA.headline, SCHEMA.text,
    )
}  # fmt: skip
_AUTHORITY = (str(OWL.sameAs), str(SKOS.exactMatch), str(SKOS.closeMatch))
_AUTHORITIES = {
    "www.wikidata.org/entity/": "Wikidata",
    "publications.europa.eu/resource/authority/": "EU authority table",
    "sws.geonames.org/": "GeoNames",
    "dbpedia.org/resource/": "DBpedia",
    "viaf.org/viaf/": "VIAF",
    "d-nb.info/gnd/": "GND",
}
_ORDER = [
    str(term)
    for term in (
        DKG.participant, DKG.speaker, DKG.holder, DKG.stance, DKG.demand, DKG.target,
        DKG.targetText, DKG.addressee, DKG.status, DKG.form, DKG.place, DKG.occasion, DKG.about,
        DKG.condition, DKG.qualifier, DKG.shownBy, DKG.act, DKG.actCount, DKG.actObject,
        DKG.voicedBy, DKG.statement, DKG.reportedBy, DKG.mode, DKG.cue, DKG.dateText,
    )
]  # fmt: skip
_SECTIONS = {
    str(DKG.participant): "Meetings",
    str(DKG.speaker): "Statements made",
    str(DKG.holder): "Positions held",
    str(DKG.voicedBy): "Positions voiced for others",
    str(DKG.addressee): "Statements addressed to it",
    str(DKG.target): "Positions on it",
    str(DKG.about): "Meetings and statements about it",
    str(DKG.place): "Meetings there",
    str(DKG.occasion): "Meetings on this occasion",
    str(DKG.saidAt): "Said there",
    str(DKG.statement): "Positions it shows",
    str(DKG.reportedBy): "Facts it reports",
    str(DKG.revises): "Revised by",
    str(DKG.sameMeeting): "Other reports of this meeting",
    str(DKG.article): "What the article reports",
    str(DKG.entity): "Articles that name it",
    str(DKG.actsFor): "Those who speak or act for it",
    str(DKG.evidence): "Facts these words prove",
    str(DKG.content): "Statements with these words",
    str(ORG.organization): "Offices in it",
    str(ORG.member): "Offices",
    str(SCHEMA.publisher): "Articles it published",
    str(SCHEMA.locationCreated): "Articles written there",
    str(SCHEMA.containedInPlace): "Places in it",
    str(SKOS.broader): "Narrower topics",
    str(RDF.type): "Examples in this graph",
    str(OA.hasSource): "Passages quoted from it",
}
_RANK = {iri: rank for rank, iri in enumerate(_SECTIONS)}
_INCOMING = (
    "SELECT ?property (COUNT(DISTINCT ?subject) AS ?n) { ?subject ?property ?thing }"
    " GROUP BY ?property"
)
_SUBJECTS = """
SELECT DISTINCT ?subject ?when {
  ?subject ?property ?thing .
  OPTIONAL { ?subject sem:hasBeginTimeStamp ?begin }
  OPTIONAL { ?subject dkg:asOf ?asOf }
  OPTIONAL { ?subject schema:datePublished ?published }
  BIND(COALESCE(?begin, ?asOf, ?published) AS ?when)
} ORDER BY DESC(?when) ?subject LIMIT """ + str(SHOWN)


@dataclass(frozen=True)
class Value:
    """One value of a property: words, a link where there is one, and the term behind it."""

    text: str
    href: str | None = None
    title: str = ""
    language: str | None = None


@dataclass(frozen=True)
class Property:
    """A property with its values."""

    label: str
    href: str | None
    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Item:
    """Something that refers to the thing: a fact, or anything else with a name."""

    value: Value
    fact: Fact | None = None
    note: str = ""


@dataclass(frozen=True)
class Section:
    """All that refers to the thing by one property.

    Args:
        heading: the property, seen from the thing.
        total: how many there are.
        items: the first of them, latest first.
        query: SPARQL that gives them all.
    """

    heading: str
    total: int
    items: tuple[Item, ...]
    query: str

    @property
    def tells(self) -> bool:
        """Tell whether it holds facts rather than names."""
        return any(item.fact for item in self.items)


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
        types=tuple(show(reader, term) for term in values.get(str(RDF.type), [])),
        fact=fact,
        proofs=fact.proofs if fact else read_proofs(reader, iri, None),
        aliases=tuple(sorted({term.value for term in values.get(str(SKOS.altLabel), [])})),
        authority=tuple(
            _elsewhere(term)
            for link in _AUTHORITY
            for term in values.get(link, [])
            if isinstance(term, ox.NamedNode)
        ),
        properties=_properties(reader, values),
        sections=tuple(_sections(reader, iri)),
    )


def _elsewhere(term: ox.NamedNode) -> Value:
    """Return an IRI of an authority with the authority's name."""
    iri = term.value
    name = next((name for space, name in _AUTHORITIES.items() if space in iri), "")
    local = iri.rstrip("/").replace("#", "/").rpartition("/")[2]
    return Value(f"{name}: {local}" if name else iri, Links.web(iri), iri)


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


def property_label(reader: Reader, iri: str) -> str:
    """Return a property's name in words, from the ontology or from its own name."""
    label = reader.own_label(iri)
    if label:
        return label
    name = iri.replace("#", "/").rpartition("/")[2]
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip() or iri


def _sections(reader: Reader, iri: str) -> list[Section]:
    found = {
        text_of(row["property"]): number_of(row["n"])
        for row in reader.rows(_INCOMING, thing=iri)
        if "property" in row
    }
    ranked = sorted(found, key=lambda name: (_RANK.get(name, len(_RANK)), name))
    return [_section(reader, iri, property, found[property]) for property in ranked]


def _section(reader: Reader, iri: str, property: str, total: int) -> Section:
    subjects = [
        row["subject"].value
        for row in reader.rows(_SUBJECTS, property=property, thing=iri)
        if isinstance(row["subject"], ox.NamedNode)
    ]
    heading = _SECTIONS.get(property) or f"{property_label(reader, property)} of".capitalize()
    query = (
        f"PREFIX rdfs: <{RDFS}>\n\nSELECT ?subject ?label WHERE {{\n"
        f"  ?subject {ox.NamedNode(property)} {ox.NamedNode(iri)} .\n"
        "  OPTIONAL { ?subject rdfs:label ?label }\n}"
    )
    return Section(
        heading, total, tuple(_item(reader, subject, property) for subject in subjects), query
    )


_MENTION = """
SELECT ?name ?title (GROUP_CONCAT(DISTINCT ?office; separator=", ") AS ?offices) {
  ?mention dkg:entity ?who ; dkg:article ?article ; rdfs:label ?name .
  OPTIONAL { ?article rdfs:label ?title }
  OPTIONAL { ?mention org:hasMembership/schema:roleName ?office }
} GROUP BY ?name ?title"""
_OFFICE = "SELECT ?of { ?office a org:Membership ; org:organization ?of } LIMIT 1"


def _item(reader: Reader, iri: str, property: str) -> Item:
    """Return what refers to a thing, told from the side of the thing."""
    fact = read_fact(reader, iri)
    if fact is not None:
        return Item(Value(fact.label, fact.href, iri), fact)
    mention = reader.row(_MENTION, mention=iri)
    if mention:
        offices, title = text_of(mention.get("offices")), text_of(mention.get("title"))
        if property == DKG.entity:
            return Item(
                Value(title or reader.links.short(iri), reader.links.href(iri), iri), note=offices
            )
        name = Value(text_of(mention["name"]), reader.links.href(iri), iri)
        return Item(name, note=" · ".join(part for part in (offices, title) if part))
    office = reader.row(_OFFICE, office=iri)
    note = reader.label(text_of(office["of"])) if office else ""
    return Item(show(reader, ox.NamedNode(iri)), note=note)
