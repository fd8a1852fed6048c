"""Where the reports of meetings are that may match another: by week and by party.

A week is read from the database when it is first asked for, so that a change costs what its own
weeks hold, however large the store is, and however many weeks it tells of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pyoxigraph as ox

from kg.derived.reports import AROUND, LONGEST, Report, Side, days_from, period, side
from kg.vocabulary import DKG, SCHEMA, SEM, XSD


class Dated(NamedTuple):
    """A report's place in time: its first and last day as numbers, and the article it is in."""

    meeting: str
    article: str
    first: int
    last: int


class Weeks:
    """Finds reports in a database, with a change that is about to be written.

    Args:
        database: the database.
        articles: what the names of article graphs begin with.
        largest: how many reports are kept at hand.
    """

    def __init__(self, database: ox.Store, articles: str, largest: int = 200_000) -> None:
        self._database = database
        self._articles = articles
        self._largest = largest
        self._changed: dict[str, Sequence[Report]] = {}
        self._clear()

    def _clear(self) -> None:
        self._read: dict[_Which, set[int]] = {_DATED: set(), _UNDATED: set()}
        self._found: dict[tuple[int, str], set[Dated]] = {}
        self._keys: dict[str, list[tuple[tuple[int, str], Dated]]] = {}  # by article
        self._size = 0

    def change(self, after: Mapping[str, Sequence[Report]]) -> None:
        """Take in what articles will report; what was taken in before is written by now."""
        for article in after:
            for key, when in self._keys.pop(article, ()):
                self._found[key].discard(when)
        if self._size > self._largest:
            self._clear()
        self._changed = dict(after)
        for reports in after.values():
            for report in reports:
                days = (report.first.toordinal(), report.last.toordinal())
                self._enter(Dated(report.meeting, report.article, *days), report.sides)

    def candidates(self, report: Report) -> set[str]:
        """Return other articles with reports of those days that may share two parties."""
        first, last = report.first.toordinal(), report.last.toordinal()
        self._read_weeks(_DATED, (first - LONGEST + 1) // 7, last // 7)
        self._read_weeks(_UNDATED, (first - AROUND) // 7, (last + AROUND) // 7)
        found: set[str] = set()
        for week in range(first // 7, last // 7 + 1):
            seen: set[Dated] = set()
            for party in report.sides:
                sharing: set[Dated] = set()
                for key in party.sought():
                    sharing |= self._found.get((week, key), set())
                found |= {
                    when.article
                    for when in seen & sharing
                    if when.first <= last and when.last >= first
                }
                seen |= sharing
        return found - {report.article}

    def _enter(self, when: Dated, sides: Iterable[Side]) -> None:
        keys = {key for side in sides for key in side.entered()}
        places = [
            (week, key) for week in range(when.first // 7, when.last // 7 + 1) for key in keys
        ]
        for place in places:
            self._found.setdefault(place, set()).add(when)
        self._keys.setdefault(when.article, []).extend((place, when) for place in places)
        self._size += 1

    def _read_weeks(self, which: _Which, first: int, last: int) -> None:
        """Read the reports that begin, or whose articles appeared, in some weeks."""
        known = self._read[which]
        new = [week for week in range(first, last + 1) if week not in known]
        if not new:
            return
        known.update(new)
        days = [day for week in new for day in days_from(week * 7, week * 7 + 6)]
        meetings: dict[str, Dated] = {}
        sides: dict[str, list[Side]] = {}
        for row in self._ask(which, f"?meeting ?article ?party {which.names}", days):
            day, end = row["day"].value, row["end"].value if which.names == "?day ?end" else None
            when = period(day, end, None) if end else period(None, None, day)
            article, meeting = row["article"].value, row["meeting"].value
            if when is not None and article not in self._changed:
                days_of = (when[0].toordinal(), when[1].toordinal())
                meetings[meeting] = Dated(meeting, article, *days_of)
                sides.setdefault(meeting, []).append(side(row["party"].value, None, "", None))
        if not meetings:
            return
        for row in self._ask(which, "?meeting ?party ?kind ?name ?state", days, _MENTION):
            meeting = row["meeting"].value
            if meeting in meetings:
                party, kind, name, state = (
                    row[name].value for name in ("party", "kind", "name", "state")
                )
                sides[meeting].append(side(party, kind, name, state))
        for meeting, dated in meetings.items():
            self._enter(dated, sides[meeting])

    def _ask(
        self, which: _Which, names: str, days: Iterable[int], more: str = ""
    ) -> ox.QuerySolutions:
        literals = " ".join(f'"{date.fromordinal(day)}"^^<{XSD.date}>' for day in days)
        rows = self._database.query(
            f"SELECT {names} WHERE {{ VALUES ?day {{ {literals} }} "
            f"GRAPH ?g {{ {which.patterns} {more} }} {which.condition} "
            f'FILTER(STRSTARTS(STR(?g), "{self._articles}")) }}'
        )
        assert isinstance(rows, ox.QuerySolutions)
        return rows


# Each is one run of patterns from the days on, with conditions at the end: the engine then goes
# from index to index, and reads nothing of other days.
class _Which(NamedTuple):
    """Which reports are read: by the day of what, and what else is asked of it."""

    names: str
    patterns: str
    condition: str = ""


_DATED = _Which(
    "?day ?end",
    f"?meeting <{SEM.hasBeginTimeStamp}> ?day ; <{SEM.hasEndTimeStamp}> ?end ; "
    f"<{DKG.article}> ?article ; <{DKG.participant}> ?party .",
)
_UNDATED = _Which(
    "?day",
    f"?article <{SCHEMA.datePublished}> ?day . "
    f"?meeting <{DKG.article}> ?article ; <{DKG.participant}> ?party .",
    f"FILTER NOT EXISTS {{ GRAPH ?g {{ ?meeting <{SEM.hasBeginTimeStamp}> ?b ; "
    f"<{SEM.hasEndTimeStamp}> ?e }} }}",
)
_MENTION = (
    f"?mention <{DKG.entity}> ?party ; <{DKG.kind}> ?kind ; <{SCHEMA.name}> ?name ; "
    f"<{DKG.actsFor}> ?state ."
)
