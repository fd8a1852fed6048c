"""Dates in words, as a page says them."""

from __future__ import annotations

from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def in_words(begin: str | None, end: str | None = None) -> str:
    """Return a day, or a span of days, in words: ``2 February 2013``, ``February 2013``, ``1978``.

    Args:
        begin: first day as ``YYYY-MM-DD``; anything else is given back as it is.
        end: last day; None for a single day.
    """
    first, last = _parse(begin), _parse(end or begin)
    if first is None or last is None:
        return " to ".join(part for part in (begin, end) if part)
    if first == last:
        return _day(first)
    if first.day == 1 and _ends_month(last) and first.year == last.year:
        if first.month == last.month:
            return f"{_MONTHS[first.month - 1]} {first.year}"
        if (first.month, last.month) == (1, 12):
            return str(first.year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last)}"
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} – {_day(last)}"
    return f"{_day(first)} – {_day(last)}"


def _parse(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _ends_month(day: date) -> bool:
    following = date.fromordinal(day.toordinal() + 1) if day < date.max else day
    return following.month != day.month


def from_to(first: str, last: str) -> str:
    """Return a range in words: ``1 July 1971 to 13 September 2013``, or one day."""
    begin, end = in_words(first), in_words(last)
    return begin if begin == end else f"{begin} to {end}"
