"""Chains of report: in whose words a statement, a meeting or a position stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from kg.extract.voices import Attribution, Range

_BACK = 80
"""Stretches looked at before an offset; nested reports lie close together."""


class Chain:
    """The statements of an article by the stretches that they hold.

    Args:
        statements: those that become facts.
    """

    def __init__(self, statements: Iterable[Attribution]) -> None:
        rows = [
            (start, -end, number, attribution)
            for number, attribution in enumerate(statements)
            for start, end in attribution.content
        ]
        rows.sort(key=lambda row: row[:3])
        self._rows = rows
        self._starts = [row[0] for row in rows]

    def around(self, place: Range, but: Attribution | None = None) -> Attribution | None:
        """Return the innermost statement whose content holds a place, or None.

        Args:
            place: offsets.
            but: a statement that is not looked at: the one whose place it is.
        """
        best: Attribution | None = None
        shortest = 0
        until = bisect_right(self._starts, place[0])
        for start, end, _, attribution in self._rows[max(0, until - _BACK) : until]:
            length = -end - start
            if attribution is but or place[1] > -end:
                continue
            if best is None or length < shortest:
                best, shortest = attribution, length
        return best

    def reporter(self, attribution: Attribution) -> Attribution | None:
        """Return the statement in which somebody reports another: "A said that B had said"."""
        return self.around(attribution.cue, attribution)
