"""Rows of a table to columns, where the values that say one thing together stay together.

What a party or a place is called, and what its codes are, stands side by side in most tables.
Taken as one piece, it is looked up as one, and split into its values only when it is new.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.events.columns import Columns

GROUPS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "day": ("day",),
    "added": ("added",),
    "code": ("code", "root"),
    "agent": ("agent", "agent_name", "agent_country"),
    "object": ("object", "object_name", "object_country"),
    "place": ("place", "place_country", "latitude", "longitude", "feature"),
    "source": ("source",),
    "mentions": ("mentions",),
    "tone": ("tone",),
    "goldstein": ("goldstein",),
}
"""What is looked up together, to the roles of its values."""

_GAP = 3
"""How many columns that nobody wants may stand within a group; more only make it differ more."""

# Stands in no row that is text.
_UNIT = b"\x1f"
_VALUE = rb"[^\t]*+"


class WidthError(ValueError):
    """A row of another width.

    Args:
        width: how many columns it has.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        super().__init__(width)


@dataclass(frozen=True)
class _Group:
    """Where a group stands.

    Args:
        first: its first column; the table's width where there is none.
        stop: the one behind its last.
        values: place of each of its values within it, or None where the table has none.
    """

    first: int
    stop: int
    values: tuple[int | None, ...]


class Splitter:
    """Splits rows of one kind of table.

    Args:
        columns: the kind of table.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._groups = {name: _group(columns, roles) for name, roles in GROUPS.items()}
        there = [name for name, group in self._groups.items() if group.first < columns.width]
        there.sort(key=lambda name: self._groups[name].first)
        self._order = {name: at for at, name in enumerate(there)}
        self._pattern = _pattern(columns, [self._groups[name] for name in there])
        self._between = "\t" if self._pattern else _UNIT.decode()

    def split(self, block: bytes) -> list[Sequence[bytes]]:
        """Return the columns of rows, one for each of ``GROUPS``.

        Args:
            block: rows, at least one, each with its line end.

        Raises:
            WidthError: a row has another number of columns.
            csv.Error: a row with quotation marks cannot be split.
        """
        if self._pattern is None:
            return self._scattered(block)
        # A line end becomes a value of its own, so that none is taken for a part of another.
        marked = b"\n\t" + block.replace(b"\n", b"\t\n\t")
        number = (len(marked) - len(block)) // 2 - 1
        found = self._pattern.findall(marked)
        if len(found) != number:
            raise WidthError(self._wrong_width(block))
        pieces = list(zip(*found, strict=True))
        absent = (b"",) * number
        return [pieces[self._order[name]] if name in self._order else absent for name in GROUPS]

    def values(self, group: str, piece: bytes) -> list[str]:
        """Return the values of a piece of a group's column, in the order of its roles."""
        values = piece.decode().split(self._between)
        if self._pattern is None:
            return values
        places = self._groups[group].values
        return ["" if at is None else values[at] for at in places]

    def _scattered(self, block: bytes) -> list[Sequence[bytes]]:
        width, mark = self._columns.width, self._columns.delimiter
        values: list[bytes] = []
        for line in block.decode().split("\n")[:-1]:
            row = (
                line.split(mark)
                if mark == "\t"
                else next(csv.reader([line], delimiter=mark, strict=True), [])
            )
            if len(row) != width:
                raise WidthError(len(row))
            values += map(str.encode, row)
        absent = [b""] * (len(values) // width)
        of_role = {
            role: values[place::width] if place < width else absent
            for role, place in self._columns.places.items()
        }
        return [
            list(map(_UNIT.join, zip(*(of_role[role] for role in roles), strict=True)))
            for roles in GROUPS.values()
        ]

    def _wrong_width(self, block: bytes) -> int:
        widths = (line.count(b"\t") + 1 for line in block.split(b"\n")[:-1])
        return next(found for found in widths if found != self._columns.width)


def _group(columns: Columns, roles: tuple[str, ...]) -> _Group:
    places = [columns.places[role] if columns.has(role) else None for role in roles]
    there = [place for place in places if place is not None]
    first = min(there, default=columns.width)
    offsets = tuple(None if place is None else place - first for place in places)
    return _Group(first, max(there, default=first - 1) + 1, offsets)


def _pattern(columns: Columns, groups: list[_Group]) -> re.Pattern[bytes] | None:
    """Return a pattern that finds groups in rows, or None where they do not stand side by side.

    Args:
        columns: the kind of table.
        groups: those that it has, in the order of their columns.
    """
    if columns.delimiter != "\t":
        return None
    written, at = [rb"\n\t"], 0
    for group in groups:
        wanted = len(set(group.values) - {None})
        if group.first < at or group.stop - group.first > wanted + _GAP:
            return None
        written += [_VALUE + rb"\t"] * (group.first - at)
        written.append(rb"(" + rb"\t".join([_VALUE] * (group.stop - group.first)) + rb")\t")
        at = group.stop
    written += [_VALUE + rb"\t"] * (columns.width - at)
    return re.compile(b"".join(written) + rb"(?=\n)")
