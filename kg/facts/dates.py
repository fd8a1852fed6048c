"""Dates as news gives them: a day, a month, a year, or a span of them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kg.shown import shown

_PART = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included."""

    first: date
    last: date


@lru_cache(maxsize=10_000)  # the days of an article come again and again
def parse_period(written: str) -> Period:
    """Read ``2013-02-02``, ``2013-02``, ``2013`` or two of them as ``from/to``.

    Args:
        written: an ISO 8601 calendar date of reduced or full precision, or an interval.

    Returns:
        The first and the last day meant.

    Raises:
        ValueError: it has another form, the day does not exist, or the end is before the start.
    """
    parts = written.split("/")
    if len(parts) > 2:
        raise ValueError(f"{shown(written)} has more than one slash; write from/to")
    spans = [_span(part) for part in parts]
    period = Period(spans[0].first, spans[-1].last)
    if period.last < period.first:
        raise ValueError(f"{shown(written)} ends before it begins; write the earlier date first")
    return period


def _span(written: str) -> Period:
    match = _PART.fullmatch(written)
    if match is None:
        raise ValueError(
            f"{shown(written)} is not a date; write YYYY-MM-DD, YYYY-MM, YYYY, or two as from/to"
        )
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if year == 0:
        raise ValueError(f"{shown(written)} is not in the calendar; years count from 0001")
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f"{shown(written)} is not in the calendar; months go from 01 to 12")
    if month is None:
        return Period(date(year, 1, 1), date(year, 12, 31))
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return Period(date(year, month, 1), date(year, month, last))
    if not 1 <= day <= last:
        raise ValueError(
            f"{shown(written)} is not in the calendar; that month has the days 01 to {last}"
        )
    return Period(date(year, month, day), date(year, month, day))
