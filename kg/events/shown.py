"""How commands show the work on event tables: its progress, and what came of it."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from kg.telling import Telling

if TYPE_CHECKING:
    from kg.events.files import TableFile
    from kg.events.loading import EventSummary

_PAUSE = 2.0


class EventWatcher(Telling):
    """A bar on a terminal; elsewhere a line now and then, with rate and time left.

    Args:
        tables: how many tables there are.
    """

    def __init__(self, tables: int) -> None:
        super().__init__("rows")
        self._tables, self._table = tables, 0
        self._lines = 0
        self._started = self._spoken = time.monotonic()

    def __enter__(self) -> EventWatcher:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeRemainingColumn,
            )

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("rows, {task.fields[rate]} a second"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
        return self

    def table(self, file: TableFile, lines: int) -> None:
        """Show that a table begins."""
        self._table += 1
        self._lines, self._started = lines, time.monotonic()
        if self._bar is not None:
            for task in self._bar.task_ids:
                self._bar.remove_task(task)
            name = f"{file.path.name} ({self._table} of {self._tables})"
            self._bar.add_task(name, total=lines, rate="0")

    def rows(self, file: TableFile, line: int) -> None:
        """Show up to which line a table is in."""
        rate = line / max(time.monotonic() - self._started, 0.001)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=line, rate=f"{rate:,.0f}")
        elif time.monotonic() - self._spoken >= _PAUSE:
            self._spoken = time.monotonic()
            left = (self._lines - line) / rate
            self._say(
                f"{file.name}: {line:,} of {self._lines:,} rows, {rate:,.0f} a second, "
                f"{left:,.0f} s left"
            )


def event_lines(summary: EventSummary) -> list[str]:
    """Return what a load of event tables did, for people."""
    tables = ", ".join(
        f"{summary.tables[state]:,} {state}"
        for state in ("new", "replaced", "resumed", "unchanged")
        if summary.tables[state] or state in ("new", "unchanged")
    )
    lines = [f"tables:   {tables}"]
    if summary.rows or not summary.unread:
        lines += row_lines(summary.rows, summary.kinds)
    if summary.visits:
        lines.append(f"visits:   {summary.visits:,} told by guest and host, linked as one")
    if summary.lagging:
        lines.append(f"days:     {summary.lagging:,} events lie on another day than their entry")
    lines.append(
        f"triples:  {summary.added:,} of events, {summary.removed:,} removed; "
        f"revision {summary.revision}"
    )
    if summary.rejects is not None:
        lines.append(f"rejects:  {summary.rejects}")
    return lines


def row_lines(rows: Counter[str], kinds: Counter[str]) -> list[str]:
    """Return the counts of rows, which add up, and those of events by kind."""
    outside = Counter({name: n for name, n in rows.items() if name not in ("mapped", "rejected")})
    lines = [
        f"rows:     {rows.total():,} = {rows['mapped']:,} mapped + "
        f"{outside.total():,} out of scope + {rows['rejected']:,} rejected"
    ]
    if outside.total():
        named = ", ".join(f"{n:,} {name}" for name, n in outside.most_common() if n)
        lines.append(f"outside:  {named}")
    if kinds:
        named = ", ".join(f"{n:,} {name or 'of other kinds'}" for name, n in kinds.most_common())
        lines.append(f"events:   {named}")
    return lines
