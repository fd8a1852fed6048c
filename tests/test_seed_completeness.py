"""The real article's facts are complete: a table says of each sentence what it supports, or why
it supports nothing.

The article's text belongs to its publisher and is not kept. The table and the facts file have
only offsets and proving words; where the text is at hand (``KG_SEED_TEXT``) they are held to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.facts import ArticleFacts, Fact, Span, Statement
from kg.readers import Reading, TextIndex, read
from kg.resources import resource

ARTICLE = "moscow-times-2013-02-02"
TABLE = Path(__file__).parent / "data" / "seed-sentences.yaml"


@pytest.fixture(scope="module")
def facts() -> ArticleFacts:
    return _read(TextIndex()).facts


@pytest.fixture(scope="module")
def sentences() -> list[dict[str, Any]]:
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    assert table["article"] == ARTICLE
    return table["sentences"]


def _read(texts: TextIndex) -> Reading:
    (reading,) = read(resource("samples") / f"{ARTICLE}.yaml", texts=texts)
    assert isinstance(reading, Reading), reading.problems
    return reading


def _spans(fact: Fact) -> Iterator[tuple[int, int]]:
    spans: list[Span] = list(fact.evidence)
    if isinstance(fact, Statement):
        spans += fact.content
    for span in spans:
        assert span.start is not None, f"{fact.id} has a span without its place"
        assert span.end is not None
        yield span.start, span.end


def _touching(sentences: list[dict[str, Any]], start: int, end: int) -> list[dict[str, Any]]:
    return [row for row in sentences if row["start"] < end and start < row["end"]]


def test_sentences_follow_each_other(sentences: list[dict[str, Any]]) -> None:
    """Every sentence has some length, and none begins before the one before it ends."""
    assert len(sentences) == 33
    at = 0
    for row in sentences:
        assert at <= row["start"] < row["end"], row
        at = row["end"]


def test_each_sentence_has_facts_or_a_reason(sentences: list[dict[str, Any]]) -> None:
    for row in sentences:
        assert bool(row.get("facts")) != bool(row.get("none")), row
        assert set(row) <= {"start", "end", "part", "facts", "none"}, row


def test_every_sentence_of_the_body_supports_a_fact(sentences: list[dict[str, Any]]) -> None:
    """Only the lines around the article (byline, links, address) support nothing."""
    body = [row for row in sentences if row["part"] in ("headline", "body")]
    assert len(body) == 24
    assert all(row.get("facts") for row in body)


def test_every_span_stands_in_sentences_that_list_its_fact(
    facts: ArticleFacts, sentences: list[dict[str, Any]]
) -> None:
    for fact in facts.facts():
        for start, end in _spans(fact):
            rows = _touching(sentences, start, end)
            assert rows, f"{fact.id}: {start} to {end} stands in no sentence"
            assert rows[0]["start"] <= start and end <= rows[-1]["end"], (fact.id, start, end)
            for row in rows:
                assert fact.id in row.get("facts", []), (fact.id, row)


def test_every_listed_fact_has_words_in_its_sentence(
    facts: ArticleFacts, sentences: list[dict[str, Any]]
) -> None:
    known = {fact.id: fact for fact in facts.facts()}
    for row in sentences:
        ids = row.get("facts", [])
        assert len(ids) == len(set(ids)), row
        for id in ids:
            assert id in known, f"the table lists {id}, which the facts file has not"
            assert any(s < row["end"] and row["start"] < e for s, e in _spans(known[id])), (id, row)


def test_every_fact_is_listed(facts: ArticleFacts, sentences: list[dict[str, Any]]) -> None:
    listed = {id for row in sentences for id in row.get("facts", [])}
    assert {fact.id for fact in facts.facts()} == listed


def test_counts_by_kind(facts: ArticleFacts) -> None:
    """Counted by hand in the article; a change of the file must change this with a reason."""
    counts = (len(facts.meetings), len(facts.statements), len(facts.positions))
    assert counts == (7, 18, 31)


def test_the_proposed_talks_are_one_conditional_meeting(facts: ArticleFacts) -> None:
    unreal = [m for m in facts.meetings if m.status != "occurred"]
    assert [(m.id, m.status, m.condition, m.reported_by) for m in unreal] == [
        (
            "m-proposed",
            "hypothetical",
            "political prisoners arrested during the uprising were freed",
            "s-offer",
        )
    ]


def test_bilaterals_have_the_day_and_length_that_the_article_prints(facts: ArticleFacts) -> None:
    """Two of the four are given a day, one a length; nothing is filled in for the others."""
    bilaterals = {m.id: m for m in facts.meetings if m.form == "meeting"}
    assert {id: (m.participants[1], m.date, m.duration) for id, m in bilaterals.items()} == {
        "m-lavrov": ("lavrov", "2013-02-02", None),
        "m-salehi": ("salehi", "2013-02-02", "PT45M"),
        "m-biden": ("biden", None, None),
        "m-brahimi": ("brahimi", None, None),
    }


def test_second_hand_facts_name_their_report(facts: ArticleFacts) -> None:
    second_hand = {fact.id: fact.reported_by for fact in facts.facts() if fact.reported_by}
    assert second_hand == {
        "m-proposed": "s-offer",
        "m-jalili": "s-iranian-media",
        "s-biden-urged": "s-biden-said",
        "p-irn-solution": "s-agreed",
        "p-opposition-move": "s-opposition-source",
        "p-irn-military": "s-clinton-concern",
        "p-irn-help": "s-iranian-media",
        "p-irn-usa": "s-iranian-media",
        "p-irn-west": "s-iranian-media",
        "p-rus-shift": "s-some-quarters",
        "p-usa-rebels": "s-bali",
        "p-usa-extremists": "s-biden-said",
        "p-usa-inclusive": "s-biden-said",
    }


def test_the_claimed_shift_revises_russias_support(facts: ArticleFacts) -> None:
    (shift,) = (p for p in facts.positions if p.revises)
    assert (shift.holder, shift.revises, shift.voiced_by) == ("RUS", "p-rus-ally", "medvedev")
    claim = next(s for s in facts.statements if s.id == shift.reported_by)
    assert facts.parties[claim.speaker].kind == "anonymous"


def test_it_was_written_and_reviewed_by_a_person(facts: ArticleFacts) -> None:
    assert facts.reviewed
    assert facts.extractor is None
    assert {fact.method for fact in facts.facts()} == {None}


def test_the_file_keeps_no_text_of_the_article(facts: ArticleFacts) -> None:
    written = (resource("samples") / f"{ARTICLE}.yaml").read_text(encoding="utf-8")
    article = yaml.safe_load(written)["article"]
    assert "text" not in article and "text_file" not in article
    assert article["text_sha256"] == facts.article.text_sha256


def test_every_proving_word_stands_at_its_place(seed_text: str, tmp_path: Path) -> None:
    """The loader finds the text by its SHA-256 and checks each span against it."""
    (tmp_path / "article.txt").write_bytes(seed_text.encode())
    reading = _read(TextIndex.of([tmp_path]))
    assert reading.text == seed_text
    for fact in reading.facts.facts():
        spans = [*fact.evidence, *(fact.content if isinstance(fact, Statement) else [])]
        for span in spans:
            assert span.exact == seed_text[span.start : span.end], fact.id


def test_sha256_is_that_of_the_text(seed_text: str, facts: ArticleFacts) -> None:
    assert hashlib.sha256(seed_text.encode()).hexdigest() == facts.article.text_sha256


def test_only_white_space_lies_between_the_sentences(
    seed_text: str, sentences: list[dict[str, Any]]
) -> None:
    at = 0
    for row in [*sentences, {"start": len(seed_text), "end": len(seed_text)}]:
        assert not seed_text[at : row["start"]].strip(), seed_text[at : row["start"]]
        at = row["end"]
    for row in sentences:
        words = seed_text[row["start"] : row["end"]]
        assert words == words.strip()
