"""Facts as lists tell them, from the index alone: some reads each, where a graph takes dozens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib.namespace import RDF, RDFS

from kg.search.documents import ROLES, SAID, Passage
from kg.search.index import Searched
from kg.search.kinds import FACTS, KINDS
from kg.vocabulary import DKG


@dataclass(frozen=True)
class Listed:
    """A fact.

    Args:
        iri: its IRI.
        about: properties to their values in order: its class, label and article, those of
            `kg.search.documents.ROLES` and those of `kg.search.documents.SAID`.
        title: the title of its article.
        passages: the words that prove it.
        acting: those who have a part in it, each with the states that it acts for in the article.
        names: what those who have a part, and these states, are called.
    """

    iri: str
    about: Mapping[str, list[str]]
    title: str
    passages: tuple[Passage, ...]
    acting: Mapping[str, frozenset[str]]
    names: Mapping[str, str]


def listed(searched: Searched, numbers: Sequence[int]) -> list[Listed]:
    """Return facts, in the order in which their numbers are given.

    Args:
        searched: the index, open.
        numbers: their numbers; those of articles are passed over.
    """
    rows = searched.database.execute(
        "SELECT r.kind, t.iri, t.label, t.passages, t.parts, t.said, t.acting, a.key, a.title"
        " FROM json_each(?) j JOIN report r ON r.id = j.value JOIN told t ON t.id = r.id"
        " JOIN article a ON a.id = r.article ORDER BY j.key",
        (json.dumps(numbers),),
    ).fetchall()
    read = [(*row[:3], *map(json.loads, row[3:7]), *row[7:]) for row in rows]
    named = {number for row in read for _, number in row[4]}
    named |= {state for row in read for _, states in row[6] for state in states}
    entities = _entities(searched, named)
    return [_fact(searched.base, entities, *row) for row in read if KINDS[row[0]] in FACTS]


def listed_by_iri(searched: Searched, iris: Iterable[str]) -> dict[str, Listed]:
    """Return the facts among some things."""
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


def _fact(
    base: str,
    entities: Mapping[int, tuple[str, str]],
    kind: int,
    iri: str,
    label: str,
    passages: list[Passage],
    parts: list[tuple[int, int]],
    said: list[tuple[int, list[str]]],
    acting: list[tuple[int, list[int]]],
    key: str,
    title: str,
) -> Listed:
    about = {str(RDF.type): [FACTS[KINDS[kind]]], str(DKG.article): [f"{base}article/{key}"]}
    if label:
        about[str(RDFS.label)] = [label]
    for role, number in parts:
        about.setdefault(ROLES[role], []).append(entities[number][0])
    about |= {SAID[place]: values for place, values in said}
    who = {number for _, number in parts} | {state for _, states in acting for state in states}
    return Listed(
        iri=iri,
        about=about,
        title=title,
        passages=tuple((exact, start, end) for exact, start, end in passages),
        acting={
            entities[number][0]: frozenset(entities[state][0] for state in states)
            for number, states in acting
        },
        names={iri: name for iri, name in (entities[number] for number in who) if name},
    )
