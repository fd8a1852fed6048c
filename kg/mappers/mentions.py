"""Maps what an article names: parties, topics, places, occasions, its publisher.

Each becomes a mention of the article's own, which names an entity. What is known of entities is
derived from the mentions of all articles (``kg.derived``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from kg.facts import ArticleFacts, Party
from kg.facts.references import references
from kg.iris import slug
from kg.literals import plain
from kg.mappers.context import Context, Mapper, Triple
from kg.mappers.labels import name_of_state
from kg.vocabulary import DKG, ENTITIES, ORG, RDF, RDFS, SCHEMA, SKOS, STATE, TOPIC


@dataclass(frozen=True)
class Named:
    """Something that an article names without it being a party.

    Args:
        local: the mention's own part of its IRI. A full stop, which no id has, keeps it apart
            from the parties' ids.
        kind: ``topic``, ``place``, ``occasion`` or ``organisation``.
        name: its name.
        country: the state in which a place lies.
        broader: the curated topic that a topic belongs to.
        same_as: an IRI of the same thing elsewhere.
    """

    local: str
    kind: str
    name: str
    country: str | None = None
    broader: str | None = None
    same_as: str | None = None


def map_party(item: tuple[str, Party], facts: ArticleFacts, context: Context) -> Iterator[Triple]:
    """Yield a party's mention: names as printed, the state it acts for, its offices."""
    id, party = item
    mention = context.mint.mention(context.key, id)
    entity = context.party(facts, id)
    yield from _mention(mention, party.kind, party.name, entity, context)
    for surface in party.surface:
        yield mention, DKG.surface, plain(surface)
    if party.state is not None:
        yield mention, DKG.actsFor, STATE.term(party.state)
    if party.same_as is not None:
        yield mention, SKOS.exactMatch, party.same_as
    for number, role in enumerate(party.roles, start=1):
        office = context.mint.role(context.key, id, number)
        yield mention, ORG.hasMembership, office
        yield office, RDF.type, ORG.Membership
        yield office, RDFS.label, plain(role.title)
        yield office, SCHEMA.roleName, plain(role.title)
        yield office, ORG.member, entity
        if role.of is not None:
            yield office, ORG.organization, context.party(facts, role.of)


def map_named(item: Named, facts: ArticleFacts, context: Context) -> Iterator[Triple]:
    """Yield the mention of a topic, place, occasion or publisher."""
    mention = context.mint.mention(context.key, item.local)
    entity = context.entity(item.kind, item.name, item.country)
    yield from _mention(mention, item.kind, item.name, entity, context)
    if item.country is not None:
        yield mention, SCHEMA.containedInPlace, STATE.term(item.country)
    if item.broader is not None:
        yield mention, SKOS.broader, TOPIC.term(item.broader)
    if item.same_as is not None:
        yield mention, SKOS.exactMatch, item.same_as


def _mention(mention: str, kind: str, name: str, entity: str, context: Context) -> Iterator[Triple]:
    yield mention, RDF.type, DKG.Mention
    yield mention, RDFS.label, plain(name)
    yield mention, DKG.article, context.article
    yield mention, DKG.entity, entity
    yield mention, DKG.kind, ENTITIES[kind]
    yield mention, SCHEMA.name, plain(name)


def _parties(facts: ArticleFacts) -> list[tuple[str, Party]]:
    """Return the declared parties, and the states that facts name by code alone."""
    named = dict(facts.parties)
    elsewhere = {*facts.topics, *(fact.id for fact in facts.facts())}
    for fact in facts.facts():
        for reference in references(fact):
            id = reference.id
            if reference.refers.states and id not in named and id not in elsewhere:
                named[id] = Party(name=name_of_state(id, facts), kind="state", state=id)
    return sorted(named.items())


def _named(facts: ArticleFacts) -> Iterator[Named]:
    """Yield the topics, places and occasions, declared or named in passing, and the publisher."""
    for id, topic in facts.topics.items():
        yield Named(f"topic.{id}", "topic", topic.label, broader=topic.broader)
    for id, place in facts.places.items():
        yield Named(f"place.{id}", "place", place.name, place.country, same_as=place.same_as)
    for id, occasion in facts.occasions.items():
        yield Named(f"occasion.{id}", "occasion", occasion.name, same_as=occasion.same_as)
    if facts.article.publisher is not None:
        yield Named("article.publisher", "organisation", facts.article.publisher)
    places = [facts.article.place, *(meeting.place for meeting in facts.meetings)]
    yield from _in_passing("place", places, facts.places)
    yield from _in_passing(
        "occasion", [meeting.occasion for meeting in facts.meetings], facts.occasions
    )


def _in_passing(
    kind: str, names: Iterable[str | None], declared: Collection[str]
) -> Iterator[Named]:
    by_slug = {slug(name): name for name in sorted(filter(None, names)) if name not in declared}
    for part, name in by_slug.items():
        yield Named(f"{kind}.name.{part}", kind, name)


PARTY = Mapper("party", _parties, map_party)
NAMED = Mapper("name", _named, map_named)
