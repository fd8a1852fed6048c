"""Dates of news: days, months, years, and spans of them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts.dates import Period, parse_period

_MONTHS = st.tuples(st.integers(1, 9999), st.integers(1, 12))


@given(st.dates())
def test_a_day_is_itself(day: date) -> None:
    assert parse_period(day.isoformat()) == Period(day, day)


@given(_MONTHS)
def test_a_month_goes_to_the_day_before_the_next(month: tuple[int, int]) -> None:
    year, number = month
    period = parse_period(f"{year:04}-{number:02}")
    assert period.first == date(year, number, 1)
    assert period.last.day == calendar.monthrange(year, number)[1]
    if period.last < date.max:
        assert (period.last + timedelta(1)).day == 1
    assert (period.last.year, period.last.month) == month


@given(st.integers(1, 9999))
def test_a_year_has_all_its_days(year: int) -> None:
    period = parse_period(f"{year:04}")
    assert (period.first, period.last) == (date(year, 1, 1), date(year, 12, 31))


_WRITTEN = (
    st.dates().map(date.isoformat)
    | _MONTHS.map(lambda month: f"{month[0]:04}-{month[1]:02}")
    | st.integers(1, 9999).map("{:04}".format)
)


@given(_WRITTEN, _WRITTEN)
def test_a_span_goes_from_the_first_day_of_one_to_the_last_of_the_other(
    one: str, other: str
) -> None:
    first, last = parse_period(one).first, parse_period(other).last
    if last < first:
        with pytest.raises(ValueError, match="ends before it begins; write the earlier date first"):
            parse_period(f"{one}/{other}")
    else:
        assert parse_period(f"{one}/{other}") == Period(first, last)


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_days_that_do_not_exist_are_refused(year: int, month: int, day: int) -> None:
    """Exactly those that the datetime module refuses."""
    written = f"{year:04}-{month:02}-{day:02}"
    try:
        expected = date(year, month, day)
    except ValueError:
        with pytest.raises(ValueError, match="is not in the calendar; "):
            parse_period(written)
    else:
        assert parse_period(written).first == expected


@given(st.text(max_size=12) | st.from_regex(r"\A[-/0-9٠-٩ ]{1,21}\Z"))
def test_anything_else_is_refused_with_a_remedy(written: str) -> None:
    """What is read has the form of ISO 8601, in plain digits."""
    try:
        period = parse_period(written)
    except ValueError as error:
        assert "; " in str(error)
    else:
        assert written.isascii() and not set(written) - set("0123456789-/")
        assert period.first <= period.last


@pytest.mark.parametrize(
    "written", ["13-02-02", "2013-2-2", "2013-02-02 ", " 2013", "20130202", "2013-W05", "+2013",
                "2013-02-02T10:00", "٢٠١٣", "", "/", "2013/", "/2013", "2013//2014"]
)  # fmt: skip
def test_other_forms_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"; write"):
        parse_period(written)
