"""The facts and names of an article's graph, as a page shows them."""

from __future__ import annotations

from collections.abc import Iterator

from kg.derived.view import ArticleGraph, value, values
from kg.trying.found import ShownFact, ShownName, Words
from kg.vocabulary import DKG, OA, ORG, RDFS, SCHEMA, SEM

_KINDS = {DKG.Meeting: "meeting", DKG.Statement: "statement", DKG.Position: "position"}
_ORDER = ("meeting", "statement", "position")


def shown_facts(graph: ArticleGraph) -> tuple[ShownFact, ...]:
    """Return the facts of an article's graph, kind by kind in the order of the text."""
    found = [
        _fact(graph, subject, kind)
        for type, kind in _KINDS.items()
        for subject, _ in graph.of_type(type)
    ]
    found.sort(key=lambda fact: (_ORDER.index(fact.kind), _first(fact), fact.iri))
    return tuple(found)


def shown_names(graph: ArticleGraph) -> tuple[ShownName, ...]:
    """Return who and what an article names, in the order of their names."""
    found = []
    for subject, about in graph.of_type(DKG.Mention):
        entity, state = _one(graph, subject, DKG.entity), _one(graph, subject, DKG.actsFor)
        roles = values(about, ORG.hasMembership)
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


def _fact(graph: ArticleGraph, subject: str, kind: str) -> ShownFact:
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


def _words(graph: ArticleGraph, subject: str) -> Iterator[Words]:
    for predicate in (DKG.evidence, DKG.content):
        for passage in values(graph.about(subject), predicate):
            for selector in values(graph.about(passage), OA.hasSelector):
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


def _one(graph: ArticleGraph, subject: str, predicate: str) -> str:
    """Return a property's value (the first where there are several), or nothing."""
    return value(graph.about(subject), predicate) or ""


def _local(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]
