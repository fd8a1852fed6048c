"""What of an article's graph is found by search and told by lists: its facts with their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.derived.view import Term, value, values
from kg.search.kinds import FACTS
from kg.search.told import Told
from kg.vocabulary import DKG, OA, ORG, RDFS, SCHEMA, SEM, STATE, TOPIC

Passage = tuple[str, int | None, int | None]
"""Words of an article, the first code point, and the one after the last, where they are known."""

ROLES = (
    DKG.participant, DKG.speaker, DKG.holder, DKG.voicedBy, DKG.addressee, DKG.target,
    DKG.about, DKG.place, DKG.occasion,
)  # fmt: skip
"""The properties by which a fact names who and what has a part in it."""

SAID = (
    DKG.status, DKG.stance, DKG.form, DKG.dateText, SEM.hasBeginTimeStamp,
    SEM.hasEndTimeStamp, DKG.asOf, SCHEMA.validThrough, DKG.reportedBy, DKG.revises, DKG.demand,
)  # fmt: skip
"""What else a list tells of a fact: how it stands, when it was, and from whom it is known."""

_WORDS = (DKG.evidence, DKG.content)
_FIXED = (STATE, TOPIC)


@dataclass(frozen=True)
class Presented:
    """In what capacity an article presents somebody.

    Args:
        states: the states that it acts for.
        offices: the offices that it holds, as printed.
    """

    states: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()

    def __or__(self, other: Presented) -> Presented:
        """Return what two mentions say together."""
        return Presented(self.states | other.states, self.offices | other.offices)

    def __bool__(self) -> bool:
        return bool(self.states or self.offices)


@dataclass(frozen=True)
class Report:
    """An article, or a fact of one.

    Args:
        kind: ``article``, ``meeting``, ``statement`` or ``position``.
        iri: its IRI.
        label: the title, or the fact in words.
        date: its own day in ISO form; empty where the article gives none.
        day: the day under which it is listed: its own, else the article's.
        passages: the words that prove it, in the order of the text.
        things: IRIs of the entities that have a part in it, and the states that they act for.
        parts: for each part the number of its property in `ROLES`, and the IRI.
        said: for each property of `SAID` that it has, the number of that and the values.
        presented: who has a part in it, or is named in the article, where the article says for
            whom they act or which offices they hold; of an article all whom it names.
    """

    kind: str
    iri: str
    label: str
    date: str
    day: str
    passages: tuple[Passage, ...]
    things: tuple[str, ...]
    parts: tuple[tuple[int, str], ...] = ()
    said: tuple[tuple[int, tuple[str, ...]], ...] = ()
    presented: tuple[tuple[str, Presented], ...] = ()


@dataclass(frozen=True)
class Article:
    """What is counted of an article.

    Args:
        title: its title.
        published: the day it appeared, in ISO form, or empty.
        publisher: IRI of who published it, or empty.
        passages: how many passages of it are quoted.
        triples: how many triples its graph has.
    """

    title: str
    published: str
    publisher: str
    passages: int
    triples: int


def article(graph: Told) -> Article | None:
    """Return what is counted of an article; None where the graph has none."""
    about = next((about for _, about in graph.of_type(SCHEMA.NewsArticle)), None)
    if about is None:
        return None
    return Article(
        title=_label(about),
        published=value(about, SCHEMA.datePublished) or "",
        publisher=value(about, SCHEMA.publisher) or "",
        passages=len(graph.of_type(OA.SpecificResource)),
        triples=graph.size,
    )


def reports(graph: Told) -> Iterator[Report]:
    """Yield an article's graph as what can be found: first the article, then its facts."""
    presented = _presented(graph)
    articles = graph.of_type(SCHEMA.NewsArticle)
    published = value(articles[0][1], SCHEMA.datePublished) or "" if articles else ""
    for iri, about in articles[:1]:
        publisher = value(about, SCHEMA.publisher)
        named = set(presented) - {publisher}
        things = tuple(sorted(_with_states(named, presented)))
        yield Report(
            "article", iri, _label(about), published, published, (), things,
            presented=tuple(sorted(presented.items(), key=lambda one: one[0])),
        )  # fmt: skip
    for kind, type in FACTS.items():
        for iri, about in graph.of_type(type):
            parts = {
                (role, term.value)
                for role, part in enumerate(ROLES)
                for term in about.get(part, ())
                if isinstance(term, ox.NamedNode)
            }
            own = value(about, SEM.hasBeginTimeStamp) or value(about, DKG.asOf) or ""
            things = tuple(sorted(_with_states({iri for _, iri in parts}, presented)))
            yield Report(
                kind, iri, _label(about), own, own or published, _passages(graph, about), things,
                tuple(sorted(parts)), _said(about),
                tuple(
                    (who, presented[who])
                    for who in sorted({who for _, who in parts})
                    if presented.get(who)
                ),
            )  # fmt: skip


def references(graph: Told) -> Counter[tuple[str, str]]:
    """Return how many triples of an article have an entity as value of a property.

    Returns:
        Property and entity to the number.
    """
    entities = set(_presented(graph))
    return Counter(
        (property, term.value)
        for property, term in graph.links
        if term.value in entities or term.value.startswith(_FIXED)
    )


def _said(about: Mapping[str, list[Term]]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    found = ((place, values(about, property)) for place, property in enumerate(SAID))
    return tuple((place, tuple(some)) for place, some in found if some)


def _label(about: Mapping[str, list[Term]]) -> str:
    return value(about, RDFS.label) or value(about, SCHEMA.headline) or ""


def _presented(graph: Told) -> dict[str, Presented]:
    """Return the entities that an article names, each with the capacity that it is named in."""
    found: dict[str, Presented] = {}
    for _, about in graph.of_type(DKG.Mention):
        entity = value(about, DKG.entity)
        if entity is not None:
            offices = (
                office
                for membership in values(about, ORG.hasMembership)
                for office in values(graph.about(membership), SCHEMA.roleName)
            )
            now = Presented(frozenset(values(about, DKG.actsFor)), frozenset(offices))
            found[entity] = found.get(entity, Presented()) | now
    return found


def _with_states(entities: set[str], presented: Mapping[str, Presented]) -> set[str]:
    return entities.union(*(presented.get(entity, Presented()).states for entity in entities))


def _passages(graph: Told, about: Mapping[str, list[Term]]) -> tuple[Passage, ...]:
    """Return the proving passages of a fact; one within another is shown by that already."""
    found: set[Passage] = set()
    for link in _WORDS:
        for evidence in values(about, link):
            for selector in values(graph.about(evidence), OA.hasSelector):
                said = graph.about(selector)
                exact = value(said, OA.exact)
                if exact:
                    places = value(said, OA.start), value(said, OA.end)
                    start, end = (int(p) if p and p.isdigit() else None for p in places)
                    found.add((exact, start, end))
    ordered = sorted(found, key=lambda one: (one[1] is None, one[1] or 0, one[0]))
    return tuple(one for one in ordered if not any(_within(one, other) for other in ordered))


def _within(one: Passage, other: Passage) -> bool:
    if one == other or one[1] is None or one[2] is None or other[1] is None or other[2] is None:
        return False
    return other[1] <= one[1] and one[2] <= other[2]
