"""The entities graph: what the mentions of all articles and the registry say of each entity.

Only counts matter, so that the order in which articles come, change and go never shows: what is
said of an entity is a tally of its mentions, and its description a function of the tally.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from kg.derived.view import RDF_TYPE, ArticleGraph, value, values
from kg.registry import Entity, is_bare
from kg.states import is_private
from kg.vocabulary import DKG, ENTITIES, OWL, PROV, RDFS, SCHEMA, SKOS, STATE

_ENTITY, _KIND, _NAME = DKG.entity, DKG.kind, SCHEMA.name
_TALLIED = {
    "surface": DKG.surface,
    "country": SCHEMA.containedInPlace,
    "broader": SKOS.broader,
    "same_as": SKOS.exactMatch,
}


class Said(NamedTuple):
    """One thing that a mention says of an entity: ``what`` is name, kind, surface and so on."""

    entity: str
    what: str
    value: str


Tally = Counter[tuple[str, str]]
"""How many mentions say a thing of one entity: (what, value) to the number."""


_WHATS = {_NAME: "name", _KIND: "kind", **{iri: what for what, iri in _TALLIED.items()}}

_COUNT = f"""
SELECT ?what ?said (COUNT(*) AS ?number) WHERE {{
  GRAPH ?g {{
    ?mention <{_ENTITY}> <%s> ; a <{DKG.Mention}> ; ?what ?said
    FILTER({" || ".join(f"sameTerm(?what, <{iri}>)" for iri in _WHATS)})
  }}
  FILTER(STRSTARTS(STR(?g), "%s"))
}} GROUP BY ?what ?said"""


def said_in(graph: ArticleGraph) -> Iterator[Said]:
    """Yield what the mentions of one article say of entities.

    States have their own graph, from the table of states; only private codes, which it does not
    have, take their name from the articles.
    """
    for _, about in graph.of_type(DKG.Mention):
        entity = value(about, _ENTITY)
        if entity is None or _is_listed_state(entity):
            continue
        yield Said(entity, "name", value(about, _NAME) or "")
        yield Said(entity, "kind", value(about, _KIND) or "")
        for what, predicate in _TALLIED.items():
            for item in values(about, predicate):
                yield Said(entity, what, item)


def _is_listed_state(entity: str) -> bool:
    return entity.startswith(STATE) and not is_private(entity.removeprefix(STATE))


def describe(entity: str, tally: Tally, known: Entity | None) -> set[ox.Triple]:
    """Return the triples about an entity: types, label, other names, links.

    The label is the registry's, else the name that most mentions give (of persons, full names
    before bare ones), and of equally frequent ones the first by characters.

    Args:
        entity: its IRI.
        tally: what its mentions say; empty when there are none.
        known: what the registry says, if anything.
    """
    names = {name: count for (what, name), count in tally.items() if what == "name" and count > 0}
    if not names:
        return set()
    subject = ox.NamedNode(entity)
    person = tally["kind", ENTITIES["person"]] > 0
    label = known.label if known and known.label else _most_used(names, person)
    others = {*names, *_all(tally, "surface"), *(known.aliases if known else ())} - {label}
    kinds = {ENTITIES[known.kind]} if known and known.kind else set(_all(tally, "kind"))
    same = {*_all(tally, "same_as"), *(known.same_as if known else ())}
    triples = {ox.Triple(subject, _RDFS_LABEL, ox.Literal(label))}
    triples |= {ox.Triple(subject, _SKOS_ALT, ox.Literal(name)) for name in others}
    for predicate, iris in (
        (ox.NamedNode(RDF_TYPE), kinds),
        (ox.NamedNode(OWL.sameAs), same),
        (ox.NamedNode(_TALLIED["country"]), _all(tally, "country")),
        (ox.NamedNode(_TALLIED["broader"]), _all(tally, "broader")),
    ):
        triples |= {ox.Triple(subject, predicate, ox.NamedNode(iri)) for iri in iris}
    return triples


_RDFS_LABEL = ox.NamedNode(RDFS.label)
_SKOS_ALT = ox.NamedNode(SKOS.altLabel)


def _most_used(names: dict[str, int], person: bool) -> str:
    return min(names, key=lambda name: (person and is_bare(name), -names[name], name))


def _all(tally: Tally, what: str) -> Iterable[str]:
    return [item for (said, item), count in tally.items() if said == what and count > 0]


def describe_text(text: str, titles: Iterable[str], characters: int | None) -> set[ox.Triple]:
    """Return the triples about a text version.

    Args:
        text: its IRI.
        titles: titles of the articles that have it.
        characters: its length in code points, where the text is kept.
    """
    first = min(titles, default=None)
    if first is None:
        return set()
    subject = ox.NamedNode(text)
    triples = {
        ox.Triple(subject, ox.NamedNode(RDF_TYPE), ox.NamedNode(PROV.Entity)),
        ox.Triple(subject, _RDFS_LABEL, ox.Literal(f"Text of “{first}”")),
    }
    if characters is not None:
        triples.add(ox.Triple(subject, ox.NamedNode(DKG.characters), ox.Literal(characters)))
    return triples


@dataclass
class Tallies:
    """The tallies of the entities that were touched lately, kept while a writer works.

    A tally is counted from the database once and then follows each change, so that an entity
    which every article mentions is not counted anew with every article.

    Args:
        database: the live database.
        articles: what the names of article graphs begin with; mentions elsewhere do not count.
        largest: how many tallies are kept.
    """

    database: ox.Store
    articles: str
    largest: int = 50_000
    _kept: dict[str, Tally] = field(default_factory=dict)

    def change(self, before: Iterable[Said], after: Iterable[Said]) -> dict[str, Tally]:
        """Take articles' mentions out and put others in, before the database is changed.

        Returns:
            The new tallies of all entities of which other things are said than before.
        """
        if len(self._kept) > self.largest:
            self.forget()
        more = Counter(after)
        more.subtract(before)
        changed: dict[str, Tally] = {}
        for (entity, what, said), number in more.items():
            if number:
                if entity not in changed:
                    kept = self._kept.get(entity)
                    changed[entity] = self._count(entity) if kept is None else kept
                changed[entity][what, said] += number
        self._kept.update(changed)
        return changed

    def forget(self) -> None:
        """Count anew from the database from now on; needed when a change was not written."""
        self._kept.clear()

    def all(self) -> dict[str, Tally]:
        """Count all entities from the database, whatever is kept."""
        tallies: dict[str, Tally] = {}
        mentions = self.database.quads_for_pattern(
            None, ox.NamedNode(RDF_TYPE), ox.NamedNode(DKG.Mention), None
        )
        for mention in mentions:
            if self._is_ours(mention):
                quads = self.database.quads_for_pattern(
                    mention.subject, None, None, mention.graph_name
                )
                for said in said_in(ArticleGraph(mention.graph_name, quads)):
                    tallies.setdefault(said.entity, Counter())[said.what, said.value] += 1
        return tallies

    def _count(self, entity: str) -> Tally:
        """Count what the database's mentions say; the engine does it, since they may be many."""
        tally: Tally = Counter()
        if _is_listed_state(entity):
            return tally
        rows = self.database.query(_COUNT % (entity, self.articles))
        assert isinstance(rows, ox.QuerySolutions)
        for what, said, number in rows:
            tally[_WHATS[what.value], said.value] += int(number.value)
        return tally

    def _is_ours(self, mention: ox.Quad) -> bool:
        name = mention.graph_name
        return isinstance(name, ox.NamedNode) and name.value.startswith(self.articles)
