"""What refers to a thing, by property and seen from the thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.pages.explore.fact_rows import begin_of
from kg.pages.facts import Fact, listed_fact, read_fact
from kg.pages.reading import Reader
from kg.pages.reference_counts import counts
from kg.pages.values import Value, property_label, show
from kg.pages.voices import voices_of
from kg.search.counting import articles_naming, facts_of
from kg.search.documents import ROLES
from kg.vocabulary import DKG, OA, ORG, RDF, RDFS, SCHEMA, SEM, SKOS

SHOWN = 8
"""How many things a section lists before it points at the query that gives all."""

_SECTIONS = {
    DKG.participant: "Meetings",
    DKG.speaker: "Statements made",
    DKG.holder: "Positions held",
    DKG.voicedBy: "Positions voiced for others",
    DKG.addressee: "Statements addressed to it",
    DKG.target: "Positions on it",
    DKG.about: "Meetings and statements about it",
    DKG.place: "Meetings there",
    DKG.occasion: "Meetings on this occasion",
    DKG.saidAt: "Said there",
    DKG.statement: "Positions it shows",
    DKG.reportedBy: "Facts it reports",
    DKG.revises: "Revised by",
    DKG.sameMeeting: "Other reports of this meeting",
    DKG.article: "What the article reports",
    DKG.entity: "Articles that name it",
    DKG.actsFor: "Those who speak or act for it",
    DKG.evidence: "Facts these words prove",
    DKG.content: "Statements with these words",
    ORG.organization: "Offices in it",
    ORG.member: "Offices",
    SCHEMA.publisher: "Articles it published",
    SCHEMA.locationCreated: "Articles written there",
    SCHEMA.containedInPlace: "Places in it",
    SKOS.broader: "Narrower topics",
    RDF.type: "Examples in this graph",
    OA.hasSource: "Passages quoted from it",
}
_RANK = {iri: rank for rank, iri in enumerate(_SECTIONS)}
_NAMED = (DKG.article, ORG.organization)
_UNDATED = {DKG.entity, ORG.organization, ORG.member, SCHEMA.containedInPlace, SKOS.broader}
"""Properties of what has no day: mentions, offices, places and topics."""
_RANKED = 60


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
    found = counts(reader, iri)
    ranked = sorted(found, key=lambda name: (_RANK.get(name, len(_RANK)), name))
    sections = [
        _acting(reader, iri, found[property])
        if property == DKG.actsFor
        else _section(reader, iri, property, found[property])
        for property in ranked
    ]
    return [section for section in sections if section.total]


def _section(reader: Reader, iri: str, property: str, total: int) -> Section:
    heading = _SECTIONS.get(property) or f"{property_label(reader, property)} of".capitalize()
    query = (
        f"PREFIX rdfs: <{RDFS.NAMESPACE}>\n\nSELECT ?subject ?label WHERE {{\n"
        f"  ?subject {ox.NamedNode(property)} {ox.NamedNode(iri)} .\n"
        "  OPTIONAL { ?subject rdfs:label ?label }\n}"
    )
    items = _known(reader, iri, property, total) or _items(reader, iri, property, total)
    return Section(heading, total, tuple(items[:SHOWN]), query)


def _known(reader: Reader, iri: str, property: str, total: int) -> list[Item]:
    """Return the latest things that refer to one by a property, as the search index has them.

    There are none of them where it is behind the graph, or where users' graphs have more.
    """
    many = total > _RANKED
    if property == DKG.entity and many:
        articles = reader.look(lambda searched: articles_naming(searched, iri, SHOWN)) or []
        return [
            Item(
                Value(article.title, reader.links.href(article.iri), article.iri),
                note=", ".join(article.offices[iri]),
            )
            for article in articles
        ]
    if property not in ROLES:
        return []
    most = SHOWN if many else total
    known = reader.look(lambda searched: facts_of(searched, iri, property, most)) or []
    if not many:
        if len(known) != total:
            return []
        known.sort(key=lambda one: one.iri)
        known.sort(key=lambda one: begin_of(one.about), reverse=True)
    shown = [listed_fact(reader, one) for one in known[:SHOWN]]
    return [Item(Value(fact.label, fact.href, fact.iri), fact) for fact in shown]


def _items(reader: Reader, iri: str, property: str, total: int) -> list[Item]:
    """Return the latest things that refer to one by a property; of very many, some."""
    found = sorted(reader.referring(property, iri, _RANKED if total <= _RANKED else SHOWN))
    if property not in _UNDATED:
        reader.read_ahead(found)
        found.sort(key=lambda subject: _when(reader, subject), reverse=True)
    shown = found[:SHOWN]
    reader.read_ahead(shown)
    told = [reader.about(subject) for subject in shown]
    reader.read_ahead(one for about in told for one in about.get(ORG.hasMembership, ()))
    reader.name(one for about in told for link in _NAMED for one in about.get(link, ()))
    return [_item(reader, subject, property) for subject in shown]


def _when(reader: Reader, iri: str) -> str:
    about = reader.about(iri)
    stamps = (SEM.hasBeginTimeStamp, DKG.asOf, SCHEMA.datePublished)
    return next((when for stamp in stamps if (when := _first(about, stamp))), "")


def _item(reader: Reader, iri: str, property: str) -> Item:
    """Return what refers to a thing, told from the side of the thing."""
    fact = read_fact(reader, iri)
    if fact is not None:
        return Item(Value(fact.label, fact.href, iri), fact)
    about = reader.about(iri)
    article = _first(about, DKG.article)
    if article and _first(about, DKG.entity) and _first(about, RDFS.label):
        title = reader.label(article)
        offices = ", ".join(_offices(reader, about))
        if property == DKG.entity:
            return Item(Value(title, reader.links.href(article), article), note=offices)
        name = Value(_first(about, RDFS.label), reader.links.href(iri), iri)
        return Item(name, note=" · ".join(part for part in (offices, title) if part))
    of = _first(about, ORG.organization)
    note = reader.label(of) if of and ORG.Membership in about.get(RDF.type, ()) else ""
    return Item(show(reader, ox.NamedNode(iri)), note=note)


def _offices(reader: Reader, mention: Mapping[str, list[str]]) -> list[str]:
    """Return the offices in which a mention presents somebody."""
    return sorted(
        {
            title
            for office in mention.get(ORG.hasMembership, ())
            for title in reader.about(office).get(SCHEMA.roleName, ())
        }
    )


def _first(about: Mapping[str, list[str]], property: str) -> str:
    return next(iter(about.get(property, ())), "")


def _acting(reader: Reader, iri: str, total: int) -> Section:
    """Return those who speak or act for a state, each once, with their offices."""
    voices, more = voices_of(reader, iri, total, SHOWN)
    reader.name(voice.who for voice in voices[:SHOWN])
    items = (
        Item(
            Value(reader.label(voice.who), reader.links.href(voice.who), voice.who),
            note=", ".join(sorted(voice.offices)),
        )
        for voice in voices[:SHOWN]
    )
    query = (
        f"PREFIX dkg: <{DKG.NAMESPACE}>\n\nSELECT DISTINCT ?who WHERE {{\n"
        f"  ?mention dkg:actsFor {ox.NamedNode(iri)} ;\n    dkg:entity ?who .\n}}"
    )
    heading = _SECTIONS[DKG.actsFor]
    return Section(heading, len(voices), tuple(items), query, more)
