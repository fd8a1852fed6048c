"""Facts as lists tell them, from the index alone: a row each, where a graph takes many reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.search.documents import ROLES, SAID, Passage
from kg.search.index import Searched
from kg.search.kinds import FACTS, KINDS
from kg.vocabulary import DKG, RDF, RDFS, SCHEMA


@dataclass(frozen=True)
class Listed:
    """A fact, or an article.

    Args:
        iri: its IRI.
        about: properties to their values in order: its class, label and article, those of
            `kg.search.documents.ROLES` and those of `kg.search.documents.SAID`.
        title: the title of its article.
        passages: the words that prove it.
        acting: those who have a part in it, each with the states that it acts for in the article;
            of an article all whom it names.
        offices: the same with the offices that the article presents them with.
        names: what those who have a part, and these states, are called.
    """

    iri: str
    about: Mapping[str, list[str]]
    title: str
    passages: tuple[Passage, ...]
    acting: Mapping[str, frozenset[str]]
    offices: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]


@dataclass(frozen=True)
class _Row:
    """A row of ``told``."""

    kind: int
    iri: str
    label: str
    key: str
    title: str
    passages: list[Passage]
    parts: list[tuple[int, int]]
    said: list[tuple[int, list[str]]]
    presented: list[tuple[int, list[int], list[str]]]

    @property
    def entities(self) -> set[int]:
        """Numbers of those who have a part, or are presented, and of the states they act for."""
        states = {state for _, some, _ in self.presented for state in some}
        return {n for _, n in self.parts} | {n for n, _, _ in self.presented} | states


def listed(searched: Searched, numbers: Sequence[int]) -> list[Listed]:
    """Return facts and articles, in the order in which their numbers are given.

    Args:
        searched: the index, open.
        numbers: their numbers.
    """
    rows = searched.database.execute(
        "SELECT kind, iri, label, t.key, title, passages, parts, said, presented"
        " FROM json_each(?) j JOIN told t ON t.id = j.value ORDER BY j.key",
        (json.dumps(numbers),),
    ).fetchall()
    read = [_Row(*row[:5], *map(json.loads, row[5:])) for row in rows]
    entities = _entities(searched, {number for row in read for number in row.entities})
    return [_listed(searched.base, entities, row) for row in read]


def listed_by_iri(searched: Searched, iris: Iterable[str]) -> dict[str, Listed]:
    """Return the facts and articles among some things."""
    numbers = searched.database.execute(
        "SELECT id FROM told WHERE iri IN (SELECT value FROM json_each(?))",
        (json.dumps(list(iris)),),
    ).fetchall()
    return {fact.iri: fact for fact in listed(searched, [number for (number,) in numbers])}


def _entities(searched: Searched, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return IRI and name of entities; the name is empty where the graph has none."""
    rows = searched.database.execute(
        "SELECT id, iri, label FROM entity WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(numbers)),),
    )
    return {number: (iri, label) for number, iri, label in rows}


def _listed(base: str, entities: Mapping[int, tuple[str, str]], row: _Row) -> Listed:
    kind = KINDS[row.kind]
    about = {RDF.type: [FACTS.get(kind, SCHEMA.NewsArticle)]}
    if kind in FACTS:
        about[DKG.article] = [f"{base}article/{row.key}"]
    if row.label:
        about[RDFS.label] = [row.label]
    for role, number in row.parts:
        about.setdefault(ROLES[role], []).append(entities[number][0])
    about |= {SAID[place]: values for place, values in row.said}
    return Listed(
        iri=row.iri,
        about=about,
        title=row.title,
        passages=tuple((exact, start, end) for exact, start, end in row.passages),
        acting={
            entities[who][0]: frozenset(entities[state][0] for state in states)
            for who, states, _ in row.presented
        },
        offices={entities[who][0]: tuple(offices) for who, _, offices in row.presented},
        names={iri: name for iri, name in (entities[n] for n in row.entities) if name},
    )
