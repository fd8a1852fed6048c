"""What refers to a thing, by property and seen from the thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib.namespace import ORG, RDF, RDFS, SKOS

from kg.pages.facts import Fact, read_fact
from kg.pages.reading import Reader, number_of, text_of
from kg.pages.searching import searcher
from kg.pages.values import Value, property_label, show
from kg.search.counting import latest_facts
from kg.search.documents import ROLES
from kg.search.index import SearchError
from kg.vocabulary import DKG, OA, SCHEMA, SEM

SHOWN = 8
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
_RANKED = 60
_ACTED = 100
_PRESENTED = 5
_INCOMING = (
    "SELECT ?property (COUNT(DISTINCT ?subject) AS ?n) { ?subject ?property ?thing }"
    " GROUP BY ?property"
)


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
        more: whether there may be more, which were not looked at.
    """

    heading: str
    total: int
    items: tuple[Item, ...]
    query: str
    more: bool = False

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
    subjects = _subjects(reader, iri, property, total)
    heading = _SECTIONS.get(property) or f"{property_label(reader, property)} of".capitalize()
    query = (
        f"PREFIX rdfs: <{RDFS}>\n\nSELECT ?subject ?label WHERE {{\n"
        f"  ?subject {ox.NamedNode(property)} {ox.NamedNode(iri)} .\n"
        "  OPTIONAL { ?subject rdfs:label ?label }\n}"
    )
    items = tuple(_item(reader, subject, property) for subject in subjects)
    return Section(heading, total, items, query)


def _subjects(reader: Reader, iri: str, property: str, total: int) -> list[str]:
    """Return the latest things that refer to one by a property.

    Of many facts the search index knows the latest. Of many other things, or while the index is
    behind the graph, some are given.
    """
    if total > _RANKED and property in ROLES:
        try:
            latest = searcher().ask(
                lambda searched: (
                    latest_facts(searched, iri, property, SHOWN)
                    if searched.revision == reader.revision
                    else []
                ),
                patience=0.2,
            )
        except SearchError:
            latest = []
        if latest:
            return latest
    found = sorted(reader.referring(property, iri, _RANKED if total <= _RANKED else SHOWN))
    found.sort(key=lambda subject: _when(reader, subject), reverse=True)
    return found[:SHOWN]


def _when(reader: Reader, iri: str) -> str:
    stamps = (SEM.hasBeginTimeStamp, DKG.asOf, SCHEMA.datePublished)
    return next((when for stamp in stamps if (when := reader.value(iri, str(stamp)))), "")


def _item(reader: Reader, iri: str, property: str) -> Item:
    """Return what refers to a thing, told from the side of the thing."""
    fact = read_fact(reader, iri)
    if fact is not None:
        return Item(Value(fact.label, fact.href, iri), fact)
    about = reader.about(iri)
    article = _first(about, DKG.article)
    if article and _first(about, DKG.entity) and _first(about, RDFS.label):
        title = reader.own_label(article) or ""
        offices = ", ".join(_offices(reader, about))
        if property == str(DKG.entity):
            shown = title or reader.links.short(article)
            return Item(Value(shown, reader.links.href(article), article), note=offices)
        name = Value(_first(about, RDFS.label), reader.links.href(iri), iri)
        return Item(name, note=" · ".join(part for part in (offices, title) if part))
    of = _first(about, ORG.organization)
    note = reader.label(of) if of and str(ORG.Membership) in about.get(str(RDF.type), ()) else ""
    return Item(show(reader, ox.NamedNode(iri)), note=note)


def _offices(reader: Reader, mention: Mapping[str, list[str]]) -> list[str]:
    """Return the offices in which a mention presents somebody."""
    return sorted(
        {
            title
            for office in mention.get(str(ORG.hasMembership), ())
            for title in reader.about(office).get(str(SCHEMA.roleName), ())
        }
    )


def _first(about: Mapping[str, list[str]], property: str) -> str:
    return next(iter(about.get(str(property), ())), "")


def _acting(reader: Reader, iri: str) -> Section:
    """Return those who speak or act for a state, each once, with their offices.

    Those whom most mentions name come first, of as many mentions as are looked at.
    """
    mentions = reader.referring(str(DKG.actsFor), iri, _ACTED)
    named: dict[str, list[str]] = {}
    for mention in mentions:
        who = reader.value(mention, str(DKG.entity))
        if who and who != iri:
            named.setdefault(who, []).append(mention)
    ranked = sorted(named, key=lambda who: (-len(named[who]), who))
    items = []
    for who in ranked[:SHOWN]:
        offices = sorted(
            {
                office
                for mention in named[who][:_PRESENTED]
                for office in _offices(reader, reader.about(mention))
            }
        )
        value = Value(reader.label(who), reader.links.href(who), who)
        items.append(Item(value, note=", ".join(offices)))
    query = (
        f"PREFIX dkg: <{DKG._NS}>\n\nSELECT DISTINCT ?who WHERE {{\n"
        f"  ?mention dkg:actsFor {ox.NamedNode(iri)} ;\n    dkg:entity ?who .\n}}"
    )
    heading = _SECTIONS[str(DKG.actsFor)]
    return Section(heading, len(ranked), tuple(items), query, len(mentions) >= _ACTED)
