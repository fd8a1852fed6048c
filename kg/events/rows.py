"""Lines of a table to coded events: each is one, or out of scope, or refused with a reason.

Everything that repeats, codes, days, actors, places, is looked at once and remembered.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import compress
from operator import not_
from typing import Literal, TypeVar

from kg.errors import Problem
from kg.events.codes import COUNTRIES, event_codes, read_actor
from kg.events.columns import Columns
from kg.events.days import FORMS, Day
from kg.events.known import Known
from kg.events.model import Actor, Code, CodedEvents, Place, When
from kg.events.splitting import Splitter, WidthError
from kg.events.terms import decimal

Outside = Literal["other kinds", "one party alone", "no party"]
"""Why a good row is out of scope."""

_OTHER: Outside = "other kinds"
_ALONE: Outside = "one party alone"
_NOBODY: Outside = "no party"

_K = TypeVar("_K")
_V = TypeVar("_V")
_NUMBER = re.compile(r"[0-9.,]+([eE][+-]?[0-9]+)?")
_MANGLED = "a spreadsheet rewrote it; take the table as it was published"


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
    """Reads rows of one kind of table, column by column.

    Args:
        columns: the kind of table.
        all_events: also return events that are of none of our kinds.
    """

    def __init__(self, columns: Columns, *, all_events: bool = False) -> None:
        self._columns = columns
        self._all = all_events
        self._splitter = Splitter(columns)
        self._codes = Known(self._code)
        self._scopes = Known(self._scope)
        self._whens = Known(self._when)
        self._agents = Known[bytes, Actor | None](lambda written: self._actor(written, "agent"))
        self._objects = Known[bytes, Actor | None](lambda written: self._actor(written, "object"))
        self._places = Known(self._place)
        self._mentions = Known(self._count)
        self._tones = Known[bytes, str](lambda written: self._number(written, "tone"))
        self._goldsteins = Known[bytes, str](lambda written: self._number(written, "goldstein"))

    def read(self, block: bytes) -> tuple[CodedEvents, Counter[Outside]]:
        """Return the coded events of lines, and how many others are out of scope for what reason.

        Args:
            block: rows, at least one, each with its line end; valid UTF-8.

        Raises:
            RowError: one of the rows cannot be taken; with one row alone, what is wrong with it.
        """
        (
            ids, days, addeds, codes_, agents_, objects_, places_, sources, mentions_, tones_,
            goldsteins_,
        ) = self._split(block)  # fmt: skip
        _check_ids(ids)
        codes = _each(self._codes, codes_)
        whens = _each(self._whens, zip(days, addeds, strict=True))
        agents = _each(self._agents, agents_)
        objects = _each(self._objects, objects_)
        places = _each(self._places, places_)
        mentions = _each(self._mentions, mentions_)
        tones = _each(self._tones, tones_)
        goldsteins = _each(self._goldsteins, goldsteins_)
        scopes = _each(self._scopes, zip(codes, map(not_, agents), map(not_, objects), strict=True))
        kinds, outside = zip(*scopes, strict=True)
        if not any(outside):
            return CodedEvents(
                ids, codes, kinds, agents, objects, whens, places, sources, mentions, tones,
                goldsteins,
            ), Counter()  # fmt: skip
        taken = list(map(not_, outside))
        events = CodedEvents(*(
            list(compress(column, taken))
            for column in (
                ids, codes, kinds, agents, objects, whens, places, sources, mentions, tones,
                goldsteins,
            )
        ))  # fmt: skip
        return events, Counter(filter(None, outside))

    def _split(self, block: bytes) -> list[Sequence[bytes]]:
        try:
            return self._splitter.split(block)
        except WidthError as error:
            plural = "" if error.width == 1 else "s"
            raise RowError(
                f"has {error.width} column{plural}, not {self._columns.width}",
                "a line is cut off, or the table is of another kind: see --columns",
            ) from None
        except csv.Error as error:
            raise RowError(f"cannot be split ({error})", "put each row on one line") from None

    def _code(self, written: bytes) -> Code:
        code, root = self._splitter.values("code", written)
        found = event_codes().get(code)
        if found is None or (self._columns.has("root") and root != found.code[:2]):
            raise _unknown_code(code, root)
        return found

    def _scope(self, row: tuple[Code, bool, bool]) -> tuple[str, Outside | None]:
        """Return the kind of an event, and why it is out of scope, if it is."""
        code, no_agent, no_object = row
        kind, outside = code.kind, None if code.kind else _OTHER
        if no_agent and no_object:
            kind, outside = "", _NOBODY if code.kind else _OTHER
        elif (no_agent or no_object) and code.parties == 2:
            kind, outside = "", _ALONE
        return kind, None if self._all else outside

    def _when(self, written: tuple[bytes, bytes]) -> When:
        day = self._day(written[0].decode(), "day")
        if not self._columns.has("added"):
            return When(day.iso, "", 0)
        added = self._day(written[1].decode(), "added")
        return When(day.iso, added.iso, added.ordinal - day.ordinal)

    def _day(self, written: str, role: str) -> Day:
        form = self._columns.day if role == "day" else self._columns.added
        try:
            return FORMS[form](written)
        except ValueError as error:
            mangled = "." in written and _NUMBER.fullmatch(written)
            raise RowError(
                f"{written!r} is no {form} of the calendar ({error})",
                _MANGLED if mangled else "correct it, or leave the row out",
                role,
            ) from None

    def _actor(self, written: bytes, role: Literal["agent", "object"]) -> Actor | None:
        code, name, country = self._splitter.values(role, written)
        if code:
            actor = read_actor(code, name, country)
            if actor is None:
                raise RowError(
                    f"unknown actor code {code!r}" + (f" of {country!r}" if country else ""),
                    "actor codes are CAMEO's, three characters a part",
                    role,
                )
            return actor
        if country:
            raise RowError(f"the actor of {country!r} has no code", "correct it", role)
        return None

    def _place(self, written: bytes) -> Place | None:
        name, country, north, east, feature = self._splitter.values("place", written)
        if not (name or country or north or east):
            return None
        code = COUNTRIES[self._columns.country](country) if country else ""
        if code is None:
            raise RowError(
                f"unknown country code {country!r}",
                f"the codes of this table are {self._columns.country}",
                "place_country",
            )
        latitude = longitude = ""
        if north or east:
            latitude = self._degrees(north, "latitude", 90)
            longitude = self._degrees(east, "longitude", 180)
        return Place(name, code, latitude, longitude, feature)

    def _degrees(self, written: str, role: str, most: int) -> str:
        number = decimal(written)
        if number is None or abs(float(number)) > most:
            raise RowError(
                f"{written!r} is no {role}", f"give decimal degrees from -{most} to {most}", role
            )
        return number

    def _count(self, written: bytes) -> str:
        if not written:
            return ""
        if not written.isdigit() or len(written) > 15:
            raise RowError(f"{written.decode()!r} is no whole number", "correct it", "mentions")
        return str(int(written))

    def _number(self, written: bytes, role: str) -> str:
        number = decimal(written.decode()) if written else ""
        if number is None:
            raise RowError(f"{written.decode()!r} is no number", "correct it", role)
        return number


def _each(known: Known[_K, _V], column: Iterable[_K]) -> list[_V]:
    return list(map(known.__getitem__, column))


def _check_ids(ids: Sequence[bytes]) -> None:
    if all(ids) and b"".join(ids).isdigit():
        return
    for id in ids:
        if not id.isalnum() or not id[:1].isdigit():
            _check_id(id.decode())


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
