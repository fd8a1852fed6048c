"""Finds the things that a label means, by asking the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kg.iris import Minter
from kg.queries.terms import sparql_form
from kg.vocabulary import DKG, SCHEMA, TOPIC

_SHOWN = 5
_AS_GOOD = 8
_RDFS_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_NAMES = "|".join(
    (
        _RDFS_LABEL,
        "<http://www.w3.org/2004/02/skos/core#prefLabel>",
        "<http://www.w3.org/2004/02/skos/core#altLabel>",
        "<http://www.w3.org/2004/02/skos/core#notation>",
    )
)

_PARTIES = (SCHEMA.Person, SCHEMA.Organization, DKG.Group, DKG.AnonymousSource, DKG.State)
_CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept"
CLASSES: dict[str, tuple[str, ...]] = {
    "person": (SCHEMA.Person,),
    "organisation": (SCHEMA.Organization,),
    "party": _PARTIES,
    "state": (DKG.State,),
    "topic": (_CONCEPT,),
    "place": (SCHEMA.Place,),
    "occasion": (SCHEMA.Event,),
    "entity": (*_PARTIES, _CONCEPT, SCHEMA.Place, SCHEMA.Event),
}
"""Kind of thing that a parameter wants to the classes of it."""


@dataclass(frozen=True, order=True)
class Candidate:
    """Something that a label may mean."""

    label: str
    iri: str


@dataclass(frozen=True)
class Found:
    """What a label means.

    Args:
        matches: the things that bear it; one where it is clear.
        nearest: where there is none, things that are called nearly so, best first.
    """

    matches: tuple[Candidate, ...]
    nearest: tuple[Candidate, ...] = ()


class ResolveLabel(Protocol):
    """Finds the things of a kind (a key of :data:`CLASSES`, or ``article``) that bear a label."""

    def __call__(self, kind: str, label: str) -> Found:
        """Return what the label means."""
        ...


Select = Callable[[str], Iterable[tuple[str, str, str]]]
"""Runs a SPARQL query and gives its rows: an IRI, the name that was asked for, its label."""


class GraphLabels:
    """Resolves labels and aliases in the graphs of entities, states and concepts.

    Args:
        select: runs a query, on whichever engine.
        base: the store's base IRI.
    """

    def __init__(self, select: Select, base: str) -> None:
        self._select = select
        self._mint = Minter(base)

    def __call__(self, kind: str, label: str) -> Found:
        """Return what bears the label, in upper or lower case; else what is called nearly so."""
        if kind == "article":
            return self._article(label)
        exact = self._named(kind, f"FILTER(STR(?name) = {_literal(label)})")
        if exact:
            return Found(_distinct(exact))
        everything = self._named(kind, "")
        wanted = label.casefold().strip()
        same = [row for row in everything if row[1].casefold() == wanted]
        if same:
            return Found(_distinct(same))
        by_name = process.extract(
            wanted,
            {number: row[1].casefold() for number, row in enumerate(everything)},
            scorer=fuzz.WRatio,
            score_cutoff=70,
            limit=None,
        )
        # Many are as near as others, and the engine gives them in any order.
        by_name.sort(key=lambda one: (-one[1], -OSA.normalized_similarity(wanted, one[0]), one[0]))
        # Only what is about as near as the nearest is worth a reader's time.
        best = dict.fromkeys(
            _candidate(everything[number])
            for _, score, number in by_name
            if score >= by_name[0][1] - _AS_GOOD
        )
        return Found((), tuple(best)[:_SHOWN])

    def _named(self, kind: str, condition: str) -> list[tuple[str, str, str]]:
        classes = ", ".join(f"<{name}>" for name in CLASSES[kind])
        graphs = ", ".join(f"<{self._mint.graph(g)}>" for g in ("entities", "states", "concepts"))
        rows = self._select(
            f"SELECT DISTINCT ?thing ?name ?label WHERE {{ GRAPH ?graph {{"
            f" ?thing {_NAMES} ?name ; a ?class ; {_RDFS_LABEL} ?label"
            f" FILTER(?class IN ({classes})) {condition} }}"
            f" FILTER(?graph IN ({graphs})) }}"
        )
        return [row for row in rows if not _is_foreign_concept(row[0], self._mint.base)]

    def _article(self, written: str) -> Found:
        """Find an article by its URL or headline."""
        given = _literal(written)
        articles = _literal(f"{self._mint.graph('article')}/")
        ways = [f"?article <{SCHEMA.headline}> {one}" for one in (given, f"{given}@en")]
        try:
            ways.append(f"?article <{SCHEMA.url}> {sparql_form(ox.NamedNode(written.strip()))}")
        except ValueError:
            ways.append(f"?article <{SCHEMA.url}> {given}")
        told = f"?article a <{SCHEMA.NewsArticle}> ; <{SCHEMA.headline}> ?title"
        # Said in each way: beside them engines would begin with all articles.
        fitting = " UNION ".join(f"{{ GRAPH ?graph {{ {way} . {told} }} }}" for way in ways)
        rows = self._select(
            f"SELECT DISTINCT ?article (STR(?title) AS ?name) ?title WHERE {{ {fitting}"
            f" FILTER(STRSTARTS(STR(?graph), {articles})) }}"
        )
        return Found(_distinct(list(rows)))


def _literal(text: str) -> str:
    return sparql_form(ox.Literal(text))


def _is_foreign_concept(iri: str, base: str) -> bool:
    """Tell whether a concept is none of the topics: statuses, stances, event codes."""
    return "/w3id.org/diplomacy-kg/" in iri and not iri.startswith((TOPIC, _STATES, base))


_STATES = "https://w3id.org/diplomacy-kg/state/"


def _candidate(row: tuple[str, str, str]) -> Candidate:
    return Candidate(row[2], row[0])


def _distinct(rows: list[tuple[str, str, str]]) -> tuple[Candidate, ...]:
    return tuple(sorted({_candidate(row) for row in rows}))


def labels_of(database: ox.Store, base: str) -> GraphLabels:
    """Return the resolver on an embedded database, such as a snapshot's.

    Args:
        database: what is asked.
        base: the store's base IRI.
    """

    def select(query: str) -> Iterable[tuple[str, str, str]]:
        for row in database.query(query):  # type: ignore[union-attr]
            yield row[0].value, row[1].value, row[2].value

    return GraphLabels(select, base)
