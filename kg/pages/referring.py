"""What refers to a thing, by property and seen from the thing."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from rdflib.namespace import ORG, RDF, RDFS, SKOS

from kg.pages.facts import Fact, read_fact
from kg.pages.reading import Reader, number_of, text_of
from kg.pages.values import Value, property_label, show
from kg.vocabulary import DKG, OA, SCHEMA

SHOWN = 25
"""How many things a section lists before it points at the query that gives all."""

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
  # Of very many the latest of a part: to sort them all would take too long.
  { SELECT ?subject { ?subject ?property ?thing } LIMIT 400 }
  OPTIONAL { ?subject sem:hasBeginTimeStamp ?begin }
  OPTIONAL { ?subject dkg:asOf ?asOf }
  OPTIONAL { ?subject schema:datePublished ?published }
  BIND(COALESCE(?begin, ?asOf, ?published) AS ?when)
} ORDER BY DESC(?when) ?subject LIMIT """ + str(SHOWN)


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


def sections(reader: Reader, iri: str) -> list[Section]:
    """Return all that refers to a thing: facts first, then names and the rest."""
    found = {
        text_of(row["property"]): number_of(row["n"])
        for row in reader.rows(_INCOMING, thing=iri)
        if "property" in row
    }
    ranked = sorted(found, key=lambda name: (_RANK.get(name, len(_RANK)), name))
    sections = [
        _acting(reader, iri)
        if property == str(DKG.actsFor)
        else _section(reader, iri, property, found[property])
        for property in ranked
    ]
    return [section for section in sections if section.total]


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
SELECT ?name ?article ?title (GROUP_CONCAT(DISTINCT ?office; separator=", ") AS ?offices) {
  ?mention dkg:entity ?who ; dkg:article ?article ; rdfs:label ?name .
  OPTIONAL { ?article rdfs:label ?title }
  OPTIONAL { ?mention org:hasMembership/schema:roleName ?office }
} GROUP BY ?name ?article ?title"""
_OFFICE = "SELECT ?of { ?office a org:Membership ; org:organization ?of } LIMIT 1"


def _item(reader: Reader, iri: str, property: str) -> Item:
    """Return what refers to a thing, told from the side of the thing."""
    fact = read_fact(reader, iri)
    if fact is not None:
        return Item(Value(fact.label, fact.href, iri), fact)
    mention = reader.row(_MENTION, mention=iri)
    if mention:
        offices, title = text_of(mention.get("offices")), text_of(mention.get("title"))
        if property == str(DKG.entity):
            article = text_of(mention["article"])
            shown = title or reader.links.short(article)
            return Item(Value(shown, reader.links.href(article), article), note=offices)
        name = Value(text_of(mention["name"]), reader.links.href(iri), iri)
        return Item(name, note=" · ".join(part for part in (offices, title) if part))
    office = reader.row(_OFFICE, office=iri)
    note = reader.label(text_of(office["of"])) if office else ""
    return Item(show(reader, ox.NamedNode(iri)), note=note)


_ACTING = """
SELECT ?who (COUNT(DISTINCT ?mention) AS ?n)
  (GROUP_CONCAT(DISTINCT ?office; separator=", ") AS ?offices)
{
  { SELECT ?mention { ?mention dkg:actsFor ?thing } LIMIT 2000 }
  ?mention dkg:entity ?who . FILTER(?who != ?thing)
  OPTIONAL { ?mention org:hasMembership/schema:roleName ?office }
} GROUP BY ?who ORDER BY DESC(?n) ?who"""


def _acting(reader: Reader, iri: str) -> Section:
    """Return those who speak or act for a state, each once, with their offices."""
    rows = [row for row in reader.rows(_ACTING, thing=iri) if "who" in row]
    items = [
        Item(
            Value(reader.label(who), reader.links.href(who), who), note=text_of(row.get("offices"))
        )
        for row in rows[:SHOWN]
        if (who := text_of(row["who"]))
    ]
    query = (
        f"PREFIX dkg: <{DKG._NS}>\n\nSELECT DISTINCT ?who WHERE {{\n"
        f"  ?mention dkg:actsFor {ox.NamedNode(iri)} ;\n    dkg:entity ?who .\n}}"
    )
    return Section(_SECTIONS[str(DKG.actsFor)], len(rows), tuple(items), query)
