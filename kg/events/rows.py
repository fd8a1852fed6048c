"""Lines of a table to coded events: each is one, or out of scope, or refused with a reason.

Everything that repeats, codes, days, actors, places, is looked at once and remembered.
"""

from __future__ import annotations

import csv
import re
from typing import Literal, TypeVar

from kg.errors import Problem
from kg.events.codes import COUNTRIES, event_codes, read_actor
from kg.events.columns import ROLES, Columns
from kg.events.days import FORMS, Day
from kg.events.model import Actor, CodedEvent, Place
from kg.events.terms import decimal

Outside = Literal["other kinds", "one party alone", "no party"]
"""Why a good row is out of scope."""

_K = TypeVar("_K")
_V = TypeVar("_V")
_REMEMBERED = 50_000
_NUMBER = re.compile(r"[0-9.,]+([eE][+-]?[0-9]+)?")
_MANGLED = "a spreadsheet rewrote it; take the table as it was published"
_NO_DAY = Day("", 0)


class RowError(ValueError):
    """A row that cannot be taken.

    Args:
        message: what is wrong.
        remedy: what to do about it.
        role: what the wrong column holds; None where the row as a whole is wrong.
    """

    def __init__(self, message: str, remedy: str, role: str | None = None) -> None:
        self.message, self.remedy, self.role = message, remedy, role
        super().__init__(message)

    def problem(self, columns: Columns, file: str, line: int) -> Problem:
        """Return it with its place; the column is counted among the table's columns."""
        if self.role is None:
            return Problem(self.message, self.remedy, file=file, line=line)
        column = columns.places[self.role] + 1
        return Problem(self.message, self.remedy, self.role, file, line, column)


class Rows:
    """Reads rows of one kind of table.

    Args:
        columns: the kind of table.
        all_events: also return events that are of none of our kinds.
    """

    def __init__(self, columns: Columns, *, all_events: bool = False) -> None:
        self._columns = columns
        self._at = tuple(columns.places[role] for role in ROLES)
        self._all = all_events
        self._codes = event_codes()
        self._checks_root = columns.has("root")
        self._days: dict[str, Day] = {}
        self._moments: dict[str, Day] = {} if columns.has("added") else {"": _NO_DAY}
        self._actors: dict[tuple[str, str, str], Actor | None] = {}
        self._sites: dict[tuple[str, str, str, str, str], Place | None] = {}
        self._numbers: dict[str, str] = {"": ""}
        self._counts: dict[str, str] = {"": ""}

    def split(self, line: str) -> list[str]:
        """Return the values of a line.

        Raises:
            RowError: its quotation marks are not in order.
        """
        if self._columns.delimiter == "\t":
            return line.split("\t")
        try:
            return next(csv.reader([line], delimiter=self._columns.delimiter, strict=True))
        except (csv.Error, StopIteration) as error:
            raise RowError(f"cannot be split ({error})", "put each row on one line") from None

    def read(self, line: str) -> CodedEvent | Outside:
        """Return the coded event of a line, or why it is out of scope.

        Raises:
            RowError: the row cannot be taken.
        """
        values = self.split(line)
        if len(values) != self._columns.width:
            raise _wrong_width(len(values), self._columns.width)
        values.append("")  # what columns that the table does not have hold
        (
            id_, day_, added_, code_, root_, agent_, agent_name, agent_country, object_,
            object_name, object_country, place_, country, latitude, longitude, feature, source,
            mentions_, tone_, goldstein_,
        ) = self._at  # fmt: skip
        id = values[id_]
        if not (id.isascii() and id.isalnum()) or not id[0].isdecimal():
            _check_id(id)
        code = self._codes.get(values[code_])
        if code is None or (self._checks_root and values[root_] != code.code[:2]):
            raise _unknown_code(values[code_], values[root_])
        day = self._days.get(values[day_]) or self._day(values[day_], "day", self._days)
        added = self._moments.get(values[added_])
        if added is None:
            added = self._day(values[added_], "added", self._moments)
        key = (values[agent_], values[agent_name], values[agent_country])
        try:
            agent = self._actors[key]
        except KeyError:
            agent = self._actor(*key, role="agent")
        key = (values[object_], values[object_name], values[object_country])
        try:
            object = self._actors[key]
        except KeyError:
            object = self._actor(*key, role="object")
        site = (
            values[place_], values[country], values[latitude], values[longitude], values[feature]
        )  # fmt: skip
        try:
            place = self._sites[site]
        except KeyError:
            place = self._site(*site)
        mentions = self._counts.get(values[mentions_])
        if mentions is None:
            mentions = self._count(values[mentions_])
        tone = self._numbers.get(values[tone_])
        if tone is None:
            tone = self._number(values[tone_], "tone")
        goldstein = self._numbers.get(values[goldstein_])
        if goldstein is None:
            goldstein = self._number(values[goldstein_], "goldstein")

        kind = code.kind
        if agent is None or object is None:
            outside: Outside | None = None
            if agent is object:
                outside = "no party"
            elif code.parties == 2:
                outside = "one party alone"
            if outside is not None:
                if not self._all:
                    return outside if kind else "other kinds"
                kind = ""
        if not kind and not self._all:
            return "other kinds"
        lag = added.ordinal - day.ordinal if added.iso else None
        return CodedEvent(
            id, code, kind, agent, object, day.iso, added.iso, lag, place, values[source],
            mentions, tone, goldstein,
        )  # fmt: skip

    def _day(self, written: str, role: str, known: dict[str, Day]) -> Day:
        form = self._columns.day if role == "day" else self._columns.added
        try:
            day = FORMS[form](written)
        except ValueError as error:
            mangled = "." in written and _NUMBER.fullmatch(written)
            raise RowError(
                f"{written!r} is no {form} of the calendar ({error})",
                _MANGLED if mangled else "correct it, or leave the row out",
                role,
            ) from None
        return _remember(known, written, day)

    def _actor(self, code: str, name: str, country: str, role: str) -> Actor | None:
        actor = None
        if code:
            actor = read_actor(code, name, country)
            if actor is None:
                raise RowError(
                    f"unknown actor code {code!r}" + (f" of {country!r}" if country else ""),
                    "actor codes are CAMEO's, three characters a part",
                    role,
                )
        elif country:
            raise RowError(f"the actor of {country!r} has no code", "correct it", role)
        return _remember(self._actors, (code, name, country), actor)

    def _site(self, name: str, country: str, north: str, east: str, feature: str) -> Place | None:
        place = None
        if name or country or north or east:
            code = COUNTRIES[self._columns.country](country) if country else ""
            if code is None:
                raise RowError(
                    f"unknown country code {country!r}",
                    f"the codes of this table are {self._columns.country}",
                    "place_country",
                )
            if not north and not east:
                latitude = longitude = ""
            else:
                latitude = self._degrees(north, "latitude", 90)
                longitude = self._degrees(east, "longitude", 180)
            place = Place(name, code, latitude, longitude, feature)
        return _remember(self._sites, (name, country, north, east, feature), place)

    def _degrees(self, written: str, role: str, most: int) -> str:
        number = decimal(written)
        if number is None or abs(float(number)) > most:
            raise RowError(
                f"{written!r} is no {role}", f"give decimal degrees from -{most} to {most}", role
            )
        return number

    def _count(self, written: str) -> str:
        if not (written.isascii() and written.isdecimal()) or len(written) > 15:
            raise RowError(f"{written!r} is no whole number", "correct it", "mentions")
        return _remember(self._counts, written, str(int(written)))

    def _number(self, written: str, role: str) -> str:
        number = decimal(written)
        if number is None:
            raise RowError(f"{written!r} is no number", "correct it", role)
        return _remember(self._numbers, written, number)


def _remember(known: dict[_K, _V], key: _K, value: _V) -> _V:
    """Remember a value; what was remembered is forgotten when it is much, so memory stays flat."""
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = value
    return value


def _wrong_width(found: int, wanted: int) -> RowError:
    return RowError(
        f"has {found} column{'' if found == 1 else 's'}, not {wanted}",
        "a line is cut off, or the table is of another kind: see --columns",
    )


def _check_id(id: str) -> None:
    if id and _NUMBER.fullmatch(id):
        raise RowError(f"the id {id!r} is no longer what it was", _MANGLED, "id")
    if not id or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", id):
        raise RowError(
            f"the id {id!r} cannot be part of an IRI", "ids are ASCII letters and digits", "id"
        )


def _unknown_code(code: str, root: str) -> RowError:
    if code and len(root) == 1 and root.isdecimal():
        return RowError(f"the event code {code!r} has lost a zero", _MANGLED, "code")
    if not root or code.startswith(root):
        message = f"unknown event code {code!r}"
    else:
        message = f"the event code {code!r} does not begin with its root code {root!r}"
    return RowError(message, "event codes are CAMEO's, such as 042", "code")
