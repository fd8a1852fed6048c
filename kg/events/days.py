"""Days and moments as tables write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple


class Day(NamedTuple):
    """A day or moment: in ISO form, and counted from the year 1."""

    iso: str
    ordinal: int


def _compact(text: str) -> Day:
    _digits(text, 8)
    return _day(date(int(text[:4]), int(text[4:6]), int(text[6:])))


def _dashed(text: str) -> Day:
    if len(text) != 10:
        raise ValueError("a day is written YYYY-MM-DD")
    return _day(date.fromisoformat(text))


def _moment(text: str) -> Day:
    _digits(text, 14)
    numbers = [int(text[:4]), *(int(text[at : at + 2]) for at in range(4, 14, 2))]
    moment = datetime(*numbers)  # type: ignore[arg-type]
    return Day(f"{moment:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0"), moment.toordinal())


def _day(day: date) -> Day:
    return Day(day.isoformat(), day.toordinal())


def _digits(text: str, number: int) -> None:
    if len(text) != number or not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{number} digits are wanted")


FORMS: Mapping[str, Callable[[str], Day]] = {
    "YYYYMMDD": _compact,
    "YYYY-MM-DD": _dashed,
    "YYYYMMDDHHMMSS": _moment,
}
"""How a table may write days: each function raises ValueError for what is no such day."""
