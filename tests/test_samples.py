"""The articles that travel with the package can be loaded whole, and say enough to be asked."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from kg.facts import ArticleFacts
from kg.readers import Reading, find_files, read
from kg.resources import resource

FILES = find_files(resource("samples"))
OWN = [path for path in FILES if path.with_suffix(".txt").exists()]


def _read(path: Path) -> Reading:
    (reading,) = read(path)
    assert isinstance(reading, Reading), "\n".join(str(problem) for problem in reading.problems)
    return reading


@pytest.fixture(scope="module")
def articles() -> list[ArticleFacts]:
    return [_read(path).facts for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_is_named_after_its_article_and_reviewed(path: Path) -> None:
    facts = _read(path).facts
    assert facts.article.id == path.stem
    assert facts.reviewed
    assert facts.extractor is None
    assert facts.meetings and facts.statements and facts.positions


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_own_samples_carry_their_text_and_place_every_word(path: Path) -> None:
    reading = _read(path)
    assert reading.text is not None
    assert reading.keep_text
    assert 180 <= len(reading.text.split()) <= 350
    for fact in reading.facts.facts():
        for span in fact.evidence:
            assert span.exact == reading.text[span.start : span.end], fact.id
    assert reading.facts.article.publisher == "diplomacy-kg samples"
    assert reading.facts.article.url is None


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_positions_of_own_samples_are_dated_by_history(path: Path) -> None:
    """Without a date of its own a position would be dated by the day its text was written."""
    facts = _read(path).facts
    said = {statement.id: statement.date for statement in facts.statements}
    undated = [p.id for p in facts.positions if not (p.valid_from or said.get(p.statement or ""))]
    assert undated == []


def test_there_are_the_real_article_and_six_of_our_own(articles: list[ArticleFacts]) -> None:
    assert len(articles) == 7
    assert len(OWN) == 6


def test_broader_topics_are_of_the_curated_scheme(articles: list[ArticleFacts]) -> None:
    with (resource("ontology") / "topics.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        curated = {row["id"] for row in rows}
    for facts in articles:
        for id, topic in facts.topics.items():
            assert topic.broader in curated, (facts.article.id, id)


def test_people_and_topics_are_shared_between_articles(articles: list[ArticleFacts]) -> None:
    """Only then has a question across articles an answer that no single article gives."""
    people = Counter(
        (party.name, party.state)
        for facts in articles
        for party in facts.parties.values()
        if party.kind == "person"
    )
    topics = Counter(topic.label for facts in articles for topic in facts.topics.values())
    assert {name for (name, _), count in people.items() if count > 1} >= {
        "Sergei Lavrov",
        "Lakhdar Brahimi",
        "Hillary Clinton",
        "Bashar Assad",
        "Ronald Reagan",
        "Mikhail Gorbachev",
        "Margaret Thatcher",
    }
    assert topics["Departure of Bashar Assad from power"] == 2
    assert topics["Linkage of missile cuts to the Strategic Defense Initiative"] == 2


def test_every_value_that_a_fact_can_take_is_shown(articles: list[ArticleFacts]) -> None:
    """Denied meetings, which these articles do not have, are in the invented fixtures."""
    meetings = [fact for facts in articles for fact in facts.meetings]
    statements = [fact for facts in articles for fact in facts.statements]
    positions = [fact for facts in articles for fact in facts.positions]
    assert {m.status for m in meetings} == {"occurred", "planned", "hypothetical"}
    assert {m.form for m in meetings} == {"meeting", "visit", "call", "conference", "negotiation"}
    assert {s.mode for s in statements} == {"direct", "indirect", "mixed"}
    assert {p.stance for p in positions} == {"supports", "opposes", "neutral"}
    assert {p.shown_by for p in positions} == {"word", "act"}
    assert any(p.demand for p in positions)
    assert any(p.condition for p in positions)
    assert len([p for p in positions if p.revises]) >= 5
