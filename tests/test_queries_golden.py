"""Each named query gives the rows that were written down from the articles before it ran."""

from __future__ import annotations

import time

import pytest
from questions import Case, answer, ask, cases, database, labels, queries


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_answers_what_the_articles_say(case: Case) -> None:
    """Rows, order and number are as written; a row that is not written is wrong."""
    assert answer(case) == case.rows


@pytest.mark.parametrize("name", sorted(queries()))
def test_every_column_is_in_some_golden(name: str) -> None:
    """No column of a query goes unchecked."""
    checked = {column for case in cases() if case.query == name for column in case.columns}
    assert checked == set(queries()[name].columns)


@pytest.mark.parametrize("name", sorted(queries()))
def test_no_row_comes_twice(name: str) -> None:
    """Neither with the defaults nor with everything left open is a row given twice."""
    query = queries()[name]
    free = {p.name: "" for p in query.parameters.values() if not p.required}
    for values in ({}, free):
        _, rows = ask(query.bind(values, resolve_label=labels()))
        assert len({tuple(row) for row in rows}) == len(rows)


@pytest.mark.parametrize("name", sorted(queries()))
def test_takes_less_than_a_tenth_of_a_second(name: str) -> None:
    """On the samples, with everything left open; of the processor's time, since tests run in
    company, and the best of three.
    """
    query = queries()[name]
    free = {p.name: "" for p in query.parameters.values() if not p.required}
    text = query.bind(free)
    database()
    times = []
    for _ in range(3):
        start = time.process_time()
        ask(text)
        times.append(time.process_time() - start)
    assert min(times) < 0.1
