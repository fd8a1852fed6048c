"""Tells a person at a command line how work goes on: lines beside a bar, or lines alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from rich.progress import Progress

    from kg.readers import Reject

_SHOWN = 20


class Telling:
    """What watchers of loads share; those that have a bar set it and start it.

    Args:
        records: what is loaded, as the line about further refused ones calls it.
    """

    def __init__(self, records: str) -> None:
        self._records = records
        self._rejected = 0
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def reject(self, reject: Reject) -> None:
        """Show what is wrong with a record, of the first ones."""
        self._rejected += 1
        if self._rejected <= _SHOWN:
            for problem in reject.problems:
                self._say(str(problem))
        elif self._rejected == _SHOWN + 1:
            self._say(f"further refused {self._records} are only in the file of rejects")

    def _say(self, line: str) -> None:
        if self._bar is not None:
            self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            click.echo(line, err=True)
