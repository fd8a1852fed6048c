"""Days as filters take them: a day, or a month or a year as a whole."""

from __future__ import annotations

from datetime import date

from kg.errors import ParameterError


def whole_day(name: str, written: str) -> str:
    """Return a day in ISO form: of a month or a year the first day, or for ``to`` the last.

    Args:
        name: the filter, ``from`` or ``to``.
        written: ``2013-02-28``, ``2013-02``, ``2013``, or nothing.

    Raises:
        ParameterError: it is no day.
    """
    if not written:
        return ""
    parts = written.split("-")
    try:
        digits = all(part.isascii() and part.isdigit() for part in parts)
        if not digits or [len(part) for part in parts] != [4, 2, 2][: len(parts)]:
            raise ValueError(written)
        year, month, day = (*map(int, parts), 0, 0)[:3]
        if len(parts) == 3:
            return date(year, month, day).isoformat()
        if name == "from":
            return date(year, month if len(parts) == 2 else 1, 1).isoformat()
        last = date(year, month if len(parts) == 2 else 12, 1)
        if last.month == 12:
            return f"{year:04}-12-31"
        return date.fromordinal(last.replace(month=last.month + 1).toordinal() - 1).isoformat()
    except ValueError:
        raise ParameterError(
            name, f"{written!r} is no day", "write it as 2013-02-28, 2013-02 or 2013"
        ) from None
