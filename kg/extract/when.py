"""Days and durations as news writes them, resolved against the day of publication."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name.lower(): number
    for number in range(1, 13)
    for name in (calendar.month_name[number], calendar.month_abbr[number])
}
_MONTHS["sept"] = 9
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = "|".join(_DAYS)
_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}

_PATTERNS = (
    (
        "day-month",
        rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b\.?,?(?: (\d{{4}})\b)?",
    ),
    (
        "month-day",
        rf"\b({_MONTH})\b\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (\d{{4}})\b)?",
    ),
    ("month-year", rf"\b({_MONTH})\b\.?,? (\d{{4}})\b"),
    ("today", r"\b(earlier today|later today|today|tonight|this (?:morning|afternoon|evening))\b"),
    ("yesterday", r"\b(yesterday|last night)\b"),
    ("tomorrow", r"\btomorrow\b"),
    ("weekday", rf"\b(?:(last|next|this|on) )?({_DAY})\b"),
    ("week", r"\b(?:(earlier|later) )?(this|last|next) (week|weekend|month|year)\b"),
    ("weekend", r"\b(?:over|at|during) the weekend\b"),
    ("year", r"\bin ((?:1[6-9]|20)\d\d)\b(?! (?:people|dead|cases))"),
    ("month", rf"\b(?:in|last|next|this) ((?:{_MONTH}))\b"),
)
_COMPILED = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _PATTERNS)
_DURATION = re.compile(
    r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|an?|half-an?)[- ]"
    r"(minute|hour|day)s?\b(?:[- ]long)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class When:
    """A date in a text.

    Args:
        words: as printed.
        start: offset of the words.
        value: ``YYYY-MM-DD``, ``YYYY-MM``, ``YYYY`` or ``from/to``; None where it cannot be told.
    """

    words: str
    start: int
    value: str | None


def find_when(
    text: str, start: int, end: int, published: str | None, ahead: bool = False
) -> list[When]:
    """Return the dates in a stretch of text, in order.

    Args:
        text: the article.
        start: where the stretch begins.
        end: where it ends.
        published: day of publication.
        ahead: whether what is dated is still to come: "on Sunday" is then the next one.
    """
    base = _base(published)
    found: list[When] = []
    taken: list[tuple[int, int]] = []
    for name, pattern in _COMPILED:
        for match in pattern.finditer(text, start, end):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            words = match.group().strip(" ,")
            for lead in ("on ", "in "):
                words = words.removeprefix(lead)
            found.append(When(words, match.start(), _resolve(name, match, base, ahead)))
    return sorted(found, key=lambda when: when.start)


def _base(published: str | None) -> date | None:
    if not published:
        return None
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None


def _resolve(name: str, match: re.Match[str], base: date | None, ahead: bool) -> str | None:
    try:
        if name == "weekday":
            return _weekday(match, base, ahead)
        return _RESOLVERS[name](match, base)
    except (ValueError, OverflowError):
        return None


def _named_day(month: str, day: str, year: str | None, base: date | None) -> str | None:
    number = _MONTHS[month.lower()]
    if year:
        return date(int(year), number, int(day)).isoformat()
    if base is None:
        return None
    nearest = [date(base.year + step, number, int(day)) for step in (-1, 0, 1)]
    return min(nearest, key=lambda found: abs((found - base).days)).isoformat()


def _month_year(match: re.Match[str], base: date | None) -> str | None:
    return f"{int(match.group(2)):04d}-{_MONTHS[match.group(1).lower()]:02d}"


def _month(match: re.Match[str], base: date | None) -> str | None:
    if base is None:
        return None
    number = _MONTHS[match.group(1).lower()]
    word = match.group().split()[0].lower()
    year = base.year
    if word == "last" and number >= base.month:
        year -= 1
    if word == "next" and number <= base.month:
        year += 1
    if word == "in" and number - base.month > 6:
        year -= 1
    if word == "in" and base.month - number > 6:
        year += 1
    return f"{year:04d}-{number:02d}"


def _shift(days: int, match: re.Match[str], base: date | None) -> str | None:
    return None if base is None else (base + timedelta(days)).isoformat()


def _weekday(match: re.Match[str], base: date | None, ahead: bool) -> str | None:
    if base is None:
        return None
    back = (base.weekday() - _DAYS[match.group(2).lower()]) % 7
    which = (match.group(1) or "").lower()
    if which == "next":
        return (base + timedelta(7 - back)).isoformat()
    if ahead and which != "last" and back:
        return (base + timedelta(7 - back)).isoformat()
    return (base - timedelta(back)).isoformat()


def _week(match: re.Match[str], base: date | None) -> str | None:
    if base is None:
        return None
    step = {"this": 0, "last": -1, "next": 1}[match.group(2).lower()]
    unit = match.group(3).lower()
    if unit == "year":
        return f"{base.year + step:04d}"
    if unit == "month":
        month = base.month + step - 1
        return f"{base.year + month // 12:04d}-{month % 12 + 1:02d}"
    monday = base - timedelta(base.weekday()) + timedelta(7 * step)
    first = monday + timedelta(5) if unit == "weekend" else monday
    return f"{first.isoformat()}/{(monday + timedelta(6)).isoformat()}"


def _year(match: re.Match[str], base: date | None) -> str | None:
    return match.group(1)


def _weekend(match: re.Match[str], base: date | None) -> str | None:
    """Return the weekend before a day, or the one that it is part of."""
    if base is None:
        return None
    saturday = base - timedelta((base.weekday() - 5) % 7)
    return f"{saturday.isoformat()}/{(saturday + timedelta(1)).isoformat()}"


_RESOLVERS: dict[str, Callable[[re.Match[str], date | None], str | None]] = {
    "day-month": lambda m, b: _named_day(m.group(2), m.group(1), m.group(3), b),
    "month-day": lambda m, b: _named_day(m.group(1), m.group(2), m.group(3), b),
    "month-year": _month_year,
    "month": _month,
    "today": lambda m, b: _shift(0, m, b),
    "yesterday": lambda m, b: _shift(-1, m, b),
    "tomorrow": lambda m, b: _shift(1, m, b),
    "week": _week,
    "weekend": _weekend,
    "year": _year,
}


def find_duration(text: str) -> str | None:
    """Return the first duration in words as ISO 8601: "45-minute" is PT45M."""
    match = _DURATION.search(text)
    if match is None:
        return None
    word = match.group(1).lower()
    if word.startswith("half"):
        return "PT30M"
    number = int(word) if word.isdigit() else _NUMBERS.get(word, 1)
    unit = match.group(2).lower()
    if number < 1 or number > 1000:
        return None
    return {"minute": f"PT{number}M", "hour": f"PT{number}H", "day": f"P{number}D"}[unit]
