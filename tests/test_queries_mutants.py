"""A changed query must answer otherwise: the goldens notice every small change of a query.

Each changed query is a test of its own, so that ``pytest --collect-only`` lists them.
"""

from __future__ import annotations

import re
from functools import cache

import pytest
from mutant_runner import verdicts
from query_mutants import Mutant, mutants
from questions import queries

EQUIVALENT = (
    (
        r"without, line \d+: dkg:article \?\w+ [;.]$",
        "an article's graph holds one article, which another pattern of the graph binds as well",
    ),
    (
        r"skos:broader\+ → skos:broader,",
        "the scheme of topics has two levels; the path is there for a third",
    ),
    (
        r"any graph, line \d+: OPTIONAL \{ GRAPH \?graph \{ \?meeting sem:hasEndTimeStamp",
        "the last of several days is the latest, and what the users' graph adds is an earlier one",
    ),
)
"""Changes after which a query still means the same on every graph that keeps the rules."""

LUCK = {
    ("contested-meetings", "not ordered"): "the engine happens to give these rows in order",
    (
        "meeting-network",
        "any graph, line 39: FILTER(!?around || EXISTS"
        " { GRAPH ?earlierGraph { ?earlier dkg:participant ?party } })",
    ): "the users' graph adds nobody to the earlier of two reports who is in the later one",
    (
        "office-holders",
        "COUNT(DISTINCT → COUNT(, line 11: (COUNT(DISTINCT ?article) AS ?articles)",
    ): "no article of the goldens presents a holder twice in one office of one body",
    (
        "office-holders",
        "required, line 23: OPTIONAL { GRAPH ?graph { ?article schema:datePublished ?published } }"
        " ['GRAPH', '?graph', '{', '?article', 'schema:datePublished', '?published']",
    ): "no article without a date has an office of a body that has a label",
    (
        "offices-over-time",
        "order reversed",
    ): "nobody in the goldens' articles has offices that were first printed on different days",
    (
        "state-network",
        "< → >, line 31: FILTER(?around || STR(?state) < STR(?far))",
    ): "it keeps one of two equal rows, and the pair is put in order afterwards",
    (
        "states-met",
        "< → >, line 50: FILTER(?around || STR(?state) < STR(?farState))",
    ): "it keeps one of two equal rows, and the pair is put in order afterwards",
    (
        "states-met",
        "without filter, line 50: FILTER(?around || STR(?state) < STR(?farState))",
    ): "without it each row is there twice, and DISTINCT leaves one",
    (
        "second-hand-facts",
        "any graph, line 14: GRAPH ?graph { ?fact dkg:reportedBy ?reporting }",
    ): "it only finds candidates, which are looked at again in the article's graph",
    (
        "second-hand-facts",
        "any graph, line 16: GRAPH ?graph {",
    ): "it only finds candidates, which are looked at again in the article's graph",
    (
        "second-hand-facts",
        "not distinct",
    ): "candidates that come twice are counted once, by report",
    (
        "timeline",
        "without filter, line 24: FILTER(BOUND(?begin))",
    ): "without a period a golden would have every fact; timeline-of has one that notices",
}
"""Changes that go unnoticed although they matter, and why."""


@cache
def _all() -> dict[str, list[Mutant]]:
    return {name: mutants(name, query.body) for name, query in queries().items()}


@cache
def _verdicts(query: str) -> dict[str, str]:
    changed = _all()[query]
    return dict(zip([mutant.body for mutant in changed], verdicts(changed), strict=True))


def _reason(mutant: Mutant) -> str | None:
    for pattern, reason in EQUIVALENT:
        if re.match(pattern, mutant.name):
            return reason
    return LUCK.get((mutant.query, mutant.name))


_EACH = [mutant for changed in _all().values() for mutant in changed]


@pytest.mark.parametrize("mutant", _EACH, ids=lambda mutant: f"{mutant.query}: {mutant.name}")
def test_the_goldens_notice_the_change(mutant: Mutant) -> None:
    """Another answer, no answer at all, or no SPARQL any more."""
    verdict = _verdicts(mutant.query)[mutant.body]
    assert verdict != "unnoticed" or _reason(mutant), "write a golden that tells the two apart"


@pytest.mark.parametrize("name", sorted(queries()))
def test_changes_are_many_and_mostly_run(name: str) -> None:
    """The changes are no handful, and next to none is noticed for being no SPARQL or endless."""
    found = list(_verdicts(name).values())
    assert len(found) >= 12
    assert found.count("noticed") >= 0.8 * len(found)


def test_each_exception_is_used() -> None:
    """What is listed as equivalent or as luck is there, and does go unnoticed somewhere."""
    for pattern, _ in EQUIVALENT:
        found = [mutant for mutant in _EACH if re.match(pattern, mutant.name)]
        assert any(_verdicts(mutant.query)[mutant.body] == "unnoticed" for mutant in found)
    for query, name in LUCK:
        assert any(mutant.name == name for mutant in _all()[query])
