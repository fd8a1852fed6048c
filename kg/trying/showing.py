"""The facts and names of an article's graph, as a page shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.mappers import Triple
from kg.trying.found import ShownFact, ShownName, Words
from kg.vocabulary import DKG, OA, ORG, RDF, RDFS, SCHEMA, SEM

_KINDS = {DKG.Meeting: "meeting", DKG.Statement: "statement", DKG.Position: "position"}
_ORDER = ("meeting", "statement", "position")

Described = Mapping[str, Mapping[str, list[str]]]
"""Subject to predicate to the IRIs or texts of the objects."""


def shown_facts(triples: Iterable[Triple]) -> tuple[ShownFact, ...]:
    """Return the facts of an article's graph, kind by kind in the order of the text."""
    graph = _described(triples)
    found = []
    for subject, about in graph.items():
        for kind in about.get(RDF.type, ()):
            if kind in _KINDS:
                found.append(_fact(graph, subject, _KINDS[kind]))
    found.sort(key=lambda fact: (_ORDER.index(fact.kind), _first(fact), fact.iri))
    return tuple(found)


def shown_names(triples: Iterable[Triple]) -> tuple[ShownName, ...]:
    """Return who and what an article names, in the order of their names."""
    graph = _described(triples)
    found = []
    for subject, about in graph.items():
        if DKG.Mention not in about.get(RDF.type, ()):
            continue
        entity, state = _one(graph, subject, DKG.entity), _one(graph, subject, DKG.actsFor)
        roles = about.get(ORG.hasMembership, ())
        found.append(
            ShownName(
                name=_one(graph, subject, RDFS.label) or _one(graph, subject, SCHEMA.name),
                kind=_local(_one(graph, subject, DKG.kind)),
                entity=entity,
                offices=tuple(sorted({_one(graph, role, SCHEMA.roleName) for role in roles})),
                state="" if state == entity else state,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.entity)))


def _fact(graph: Described, subject: str, kind: str) -> ShownFact:
    begin = _one(graph, subject, SEM.hasBeginTimeStamp)
    return ShownFact(
        iri=subject,
        kind=kind,
        label=_one(graph, subject, RDFS.label),
        begin=begin or _one(graph, subject, DKG.asOf),
        end=_one(graph, subject, SEM.hasEndTimeStamp) if begin else "",
        status=_local(_one(graph, subject, DKG.status)),
        stance=_local(_one(graph, subject, DKG.stance)),
        words=tuple(_outermost(set(_words(graph, subject)))),
    )


def _words(graph: Described, subject: str) -> Iterator[Words]:
    for predicate in (DKG.evidence, DKG.content):
        for passage in graph[subject].get(predicate, ()):
            for selector in graph.get(passage, {}).get(OA.hasSelector, ()):
                start, end = (_one(graph, selector, term) for term in (OA.start, OA.end))
                if start and end:
                    yield Words(int(start), int(end), _one(graph, selector, OA.exact))


def _outermost(words: set[Words]) -> list[Words]:
    """Return the words that do not stand within others, in the order of the text."""
    kept: list[Words] = []
    for one in sorted(words, key=lambda one: (one.start, -one.end)):
        if not kept or one.end > kept[-1].end:
            kept.append(one)
    return kept


def _first(fact: ShownFact) -> int:
    return fact.words[0].start if fact.words else 0


def _described(triples: Iterable[Triple]) -> Described:
    graph: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for subject, predicate, value in triples:
        text = value.value if isinstance(value, ox.Literal) else value
        graph[subject].setdefault(predicate, []).append(text)
    return dict(graph)


def _one(graph: Described, subject: str, predicate: str) -> str:
    """Return a property's value (the first where there are several), or nothing."""
    values = graph.get(subject, {}).get(predicate, ())
    return min(values, default="")


def _local(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]
